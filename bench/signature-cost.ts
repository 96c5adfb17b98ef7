import { headersOf as headersOfEdge, type HttpRequest } from '../src/http/index.ts'
import { createAuthenticator, presignUrl, sha256Hex, signRequest, type Credential } from '../src/auth/index.ts'
import { EVERY_SCHEME, parseAccountId, type Scheme } from '../src/operations/index.ts'
import { SecretBytes } from '../src/secrets/index.ts'
import { spreadOf, type Spread } from './statistics.ts'
import { signForVendor, VENDOR_SCHEMES, type VendorScheme } from './vendor-signatures.ts'

/** What verifying one request costs whose credential is known and whose signing key is kept, in microseconds of CPU. */
export interface SignatureCost {
  readonly scheme: Scheme
  readonly micros: Spread
  readonly goalMicros: number
}

const GOAL_MICROS = 20
const BATCHES = 15
const BATCH = 2_000
const SIGNER = {
  accessKeyId: 'CFRBENCHBENCHBENCH01',
  secret: 'bench-secret-0123456789-0123456789-01234',
  region: 'us-east-1',
}
const HOST = 'localhost:9000'
const [BUCKET, KEY] = ['bench-1250000000', 'get/4096/0/17']
const AMZ: readonly Scheme[] = ['sigv4', 'sigv4-query']

/** GET of an object with nothing but what its scheme needs, verified again and again in this process. */
export async function measureSignatures(): Promise<readonly SignatureCost[]> {
  const costs: SignatureCost[] = []
  for (const scheme of [...AMZ, ...VENDOR_SCHEMES]) {
    costs.push({ scheme, micros: await microsOf(scheme), goalMicros: GOAL_MICROS })
  }
  return costs
}

async function microsOf(scheme: Scheme): Promise<Spread> {
  const timeMs = Date.now()
  const account = parseAccountId('000000000001')
  if (account === undefined) throw new Error('not an account')
  const credential: Credential = {
    accessKeyId: SIGNER.accessKeyId,
    principal: { kind: 'account-root', account, arn: `arn:aws:iam::${account}:root` },
    secret: new SecretBytes(Buffer.from(SIGNER.secret)),
    ...{ generation: '1', schemes: new Set(EVERY_SCHEME) },
  }
  const authenticator = createAuthenticator({
    credentials: () => credential,
    ...{ now: () => timeMs, regions: [SIGNER.region] },
    hostBucket: (_service, { name }) => (name.endsWith('.localhost') ? name.slice(0, -'.localhost'.length) : undefined),
  })
  const [service, request] = requestOf(scheme, timeMs)
  const batches: number[] = []
  // The first batches are for the compiler.
  for (let batch = -2; batch < BATCHES; batch++) {
    const before = process.cpuUsage()
    for (let turn = 0; turn < BATCH; turn++) {
      const { kind } = await authenticator.authenticate(request, service)
      if (kind !== 'verified') throw new Error(`${scheme} was not verified`)
    }
    const { user, system } = process.cpuUsage(before)
    if (batch >= 0) batches.push((user + system) / BATCH)
  }
  return spreadOf(batches)
}

function requestOf(scheme: Scheme, timeMs: number): readonly [service: string, request: HttpRequest] {
  if (isVendors(scheme)) {
    const asked = { method: 'GET', bucket: BUCKET, key: KEY, host: HOST, headers: [] }
    const { host, path, rawQuery, headers } = signForVendor(scheme, asked, { ...SIGNER, timeMs })
    return [scheme.slice(0, 3), edgeRequest(host, path, rawQuery, headers)]
  }
  const signer = { ...SIGNER, secret: new SecretBytes(Buffer.from(SIGNER.secret)), timeMs }
  const path = `/${BUCKET}/${KEY}`
  const asked = { method: 'GET', host: HOST, rawPath: path } as const
  if (scheme === 'sigv4-query') {
    return ['s3', edgeRequest(HOST, path, presignUrl(asked, signer, 3_600).rawQuery, [])]
  }
  const { headers } = signRequest({ ...asked, payloadHash: sha256Hex(new Uint8Array()) }, signer)
  return ['s3', edgeRequest(HOST, path, '', headers)]
}

function isVendors(scheme: Scheme): scheme is VendorScheme {
  return VENDOR_SCHEMES.some((one) => one === scheme)
}

function edgeRequest(
  host: string,
  rawPath: string,
  rawQuery: string,
  headers: readonly (readonly [string, string])[],
): HttpRequest {
  const [name = '', port] = host.split(':')
  const entries = [['host', host] as const, ...headers.filter(([header]) => header !== 'host')]
  return {
    ...{ requestId: 'bench', method: 'GET', rawPath, rawQuery, hasQuery: rawQuery !== '' },
    host: { name, raw: host, ...(port === undefined ? {} : { port: Number(port) }) },
    headers: headersOfEdge(entries),
    body: { declaredLength: 0, read: nothing },
    ...{ secure: false, remoteAddress: '127.0.0.1', arrivedMs: 0, signal: new AbortController().signal },
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, undefined> {
  return undefined
}

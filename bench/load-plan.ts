import { signRequest, sha256Hex } from '../src/auth/index.ts'
import { SecretBytes } from '../src/secrets/index.ts'
import { signForVendor, type VendorScheme } from './vendor-signatures.ts'

/** Where the server under load listens, and how its requests are signed. The floor ignores signatures. */
export interface Target {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly region: string
  readonly accessKeyId: string
  readonly secret: string
  /** In whose words, and by whose signature, it is asked. Absent: S3's. */
  readonly dialect?: VendorDialect
}

/** What a server is asked in besides S3. */
export type VendorDialect = 'oss' | 'obs' | 'cos'

/** What clients of each vendor send today. */
const SCHEMES: Readonly<Record<VendorDialect, VendorScheme>> = { oss: 'oss-v4', obs: 'obs', cos: 'cos' }

/** Requests of one kind, sent again and again over a number of connections. */
export interface LoadPlan {
  readonly target: Target
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE' | 'POST'
  /** `/<bucket>/<name>?<query>`, percent-encoded; each request takes the next one, and after the last the first again. */
  readonly uris: readonly string[]
  readonly headers: readonly (readonly [string, string])[]
  /** Bytes that each request carries. */
  readonly bodyBytes: number
  /** What each request carries in their place: JSON of a service that is not S3. */
  readonly document?: { readonly text: string; readonly service: string }
  readonly connections: number
  /** No request begins later than this. */
  readonly durationMs: number
  /** Counted once this time is over: connections are open and caches are warm. */
  readonly warmupMs: number
  /** Ends after so many requests instead of after a time: to fill a bucket, or to empty it. */
  readonly exactly?: number
  /** Bytes that each answer must carry; undefined where that is not known before. */
  readonly answerBytes: number | undefined
}

/** What one run came to: requests over HTTP, or the same number of the floor's own acts. */
export interface LoadResult {
  /** All that were answered, those of the warm-up too. */
  readonly answered: number
  /** Those that were measured. */
  readonly requests: number
  readonly seconds: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** CPU time of the process that asked, for each request: it shares the machine with what it asks. */
  readonly askerMicros: number
}

const bodies = new Map<number, { readonly body: Buffer; readonly sha256: string }>()

/** A body that does not compress, the same on every run; made once in a process. */
export function bodyOf(sizeBytes: number): { readonly body: Buffer; readonly sha256: string } {
  const known = bodies.get(sizeBytes)
  if (known !== undefined) return known
  const body = Buffer.allocUnsafe(sizeBytes)
  let state = 0x2545f491
  for (let offset = 0; offset < sizeBytes; offset++) {
    // xorshift32 (Marsaglia 2003): cheap, and not random at all.
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    body[offset] = state & 0xff
  }
  const made = { body, sha256: sha256Hex(body) }
  bodies.set(sizeBytes, made)
  return made
}

/** So many names below a prefix: `<prefix>0<suffix>`, `<prefix>1<suffix>` and so on. */
export function numbered(prefix: string, count: number, suffix = ''): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}${suffix}`)
}

/** Every request of a plan, signed now: head, and the body of small ones right behind it. */
export function prepare(plan: Omit<LoadPlan, 'durationMs' | 'warmupMs'>, inOnePiece: boolean): readonly Buffer[] {
  const { document } = plan
  if (document !== undefined) {
    const body = Buffer.from(document.text, 'utf8')
    return signedHeads(plan, sha256Hex(body), body.length).map((head) => Buffer.concat([head, body]))
  }
  const { body, sha256 } = bodyOf(plan.bodyBytes)
  const heads = signedHeads(plan, sha256, plan.bodyBytes)
  return inOnePiece ? heads.map((head) => Buffer.concat([head, body])) : heads
}

/** The heads alone, for bodies of `lengthBytes` of which `payloadHash` says what the signature covers. */
export function signedHeads(
  {
    target,
    method,
    uris,
    headers: asked,
    document,
  }: Pick<LoadPlan, 'target' | 'method' | 'uris' | 'headers' | 'document'>,
  payloadHash: string,
  lengthBytes: number,
): readonly Buffer[] {
  const { dialect } = target
  if (dialect !== undefined) return uris.map((uri) => vendorHead(target, dialect, method, uri, asked, lengthBytes))
  const secret = new SecretBytes(Buffer.from(target.secret, 'utf8'))
  const service = document === undefined ? {} : { service: document.service }
  const signer = { ...target, secret, timeMs: Date.now(), ...service }
  const host = `${target.host}:${target.port}`
  return uris.map((uri) => {
    const [rawPath = '', rawQuery = ''] = uri.split('?')
    const { headers } = signRequest({ method, host, rawPath, rawQuery, headers: asked, payloadHash }, signer)
    const lines = [
      `${method} ${uri} HTTP/1.1`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      ...(method === 'PUT' || method === 'POST' ? [`content-length: ${lengthBytes}`] : []),
    ]
    return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  })
}

/** COS has the bucket in the host, whatever the address. */
const COS_DOMAIN = 'localhost'

/** Headers of S3 are asked for in the vendor's spelling. */
function vendorHead(
  target: Target,
  dialect: VendorDialect,
  method: LoadPlan['method'],
  uri: string,
  asked: LoadPlan['headers'],
  lengthBytes: number,
): Buffer {
  const slash = uri.indexOf('/', 1)
  const request = {
    ...{ method, bucket: uri.slice(1, slash), key: uri.slice(slash + 1) },
    host: `${dialect === 'cos' ? COS_DOMAIN : target.host}:${target.port}`,
    headers: asked.map(([name, value]) => [name.replace(/^x-amz-/, `x-${dialect}-`), value] as const),
  }
  const signer = { ...target, timeMs: Date.now() }
  const { host, path, headers } = signForVendor(SCHEMES[dialect], request, signer)
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: ${host}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(method === 'PUT' ? [`content-length: ${lengthBytes}`] : []),
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

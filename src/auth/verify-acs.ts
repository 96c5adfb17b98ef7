import { lowerCaseAscii, parseQuery, type QueryParameter } from '../http/index.ts'
import { refuse } from '../operations/index.ts'
import type { ReadRequest, Verification } from './authenticate.ts'
import { refuseSkew } from './clock-skew.ts'
import { coveredView, refuseUncovered, type Coverage } from './covered.ts'
import { isoSeconds } from './iso-seconds.ts'
import type { Presented } from './presented.ts'
import { createPromisedBody } from './promised-body.ts'
import { readWholeBody } from './read-whole-body.ts'
import { ACS_RPC_PARAMETERS, acsRpcSign, acsRpcStringToSign, parseAcsRpc } from './signatures/acs-rpc.ts'
import { acs3Sign, acs3StringsToSign, parseAcs3 } from './signatures/acs3.ts'
import { demandNonce, spendNonce } from './used-once.ts'
import { shownBy, type Verified } from './verified.ts'

type PresentedAcs = Extract<Presented, { readonly kind: 'acs-rpc' | 'acs3' }>

/** Verifies both signatures of Alibaba Cloud's API. What needs no secret is checked before the credential is looked up. */
export async function verifyAcs(
  verification: Verification,
  read: ReadRequest,
  presented: PresentedAcs,
): Promise<Verified> {
  return presented.kind === 'acs3'
    ? verifyAcs3(verification, read, presented.authorization)
    : verifyAcsRpc(verification, read)
}

const CONTENT_SHA256 = 'x-acs-content-sha256'

async function verifyAcs3(verification: Verification, read: ReadRequest, authorization: string): Promise<Verified> {
  const { request, headers, query, token } = read
  const { now, limits, check, onceOnly } = verification
  const claim = parseAcs3(authorization)
  const needed = (header: string): string => headers.get(header) ?? refuse({ kind: 'missing-security-header', header })
  const timeMs = isoSeconds(needed('x-acs-date'))
  refuseSkew(timeMs, now(), limits.clockSkewMs)
  const nonce = demandNonce(needed('x-acs-signature-nonce'))
  const sha256 = needed(CONTENT_SHA256)
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    const detail = 'it is the SHA-256 of the body in hexadecimal'
    refuse({ kind: 'invalid-argument', argument: CONTENT_SHA256, value: sha256.slice(0, 64), detail })
  }
  const listed = new Set(claim.signedHeaders)
  const coverage: Coverage = { header: (name) => listed.has(name), parameter: () => 'covered' }
  refuseUncovered(headers, query, coverage)
  const { method, rawPath, host } = request
  const strings = acs3StringsToSign(claim, {
    ...{ method, rawPath, query, headers, host: host.raw, payloadHash: sha256 },
  })
  const claimed = { accessKeyId: claim.accessKeyId, token }
  const { credential } = await check.oneOf(claimed, 'acs3', claim.signature, (secret) =>
    strings.map((text) => acs3Sign(secret, text)),
  )
  await spendNonce(onceOnly, claim.accessKeyId, nonce, timeMs + limits.clockSkewMs)
  const body = createPromisedBody(request.body, { kind: 'digest', sha256 })
  const covered = coveredView(request, headers, query, coverage, body.length)
  return { kind: 'verified', ...shownBy(credential), scheme: 'acs3', covered, body }
}

const OF_SIGNATURE: ReadonlySet<string> = new Set(ACS_RPC_PARAMETERS)
/** Headers that clients send beside what they sign: they say what a signed parameter says. */
const TELLING_HEADERS: ReadonlyMap<string, string> = new Map([
  ['x-acs-action', 'Action'],
  ['x-acs-version', 'Version'],
])

async function verifyAcsRpc(verification: Verification, read: ReadRequest): Promise<Verified> {
  const { request, headers, query } = read
  const { now, limits, check, onceOnly } = verification
  // Nothing binds the path, and the one there is needs no binding.
  if (request.rawPath !== '/') refuse({ kind: 'signature-does-not-match' })
  const whole = await readWholeBody(request, limits.maxBodyBeforeVerifyBytes)
  const parameters = allParameters(query, formOf(headers.get('content-type'), whole.bytes))
  const claim = parseAcsRpc(parameters)
  const timeMs = isoSeconds(claim.timestamp)
  refuseSkew(timeMs, now(), limits.clockSkewMs)
  const nonce = demandNonce(claim.nonce)
  const coverage: Coverage = {
    header: (name) => saysTheSame(name, headers.get(name), parameters),
    parameter: (name) => (OF_SIGNATURE.has(name) ? 'signature' : 'covered'),
  }
  refuseUncovered(headers, query, coverage)
  const text = acsRpcStringToSign(request.method, parameters)
  const formToken = parameters.find(({ name }) => name === 'SecurityToken')?.value
  const claimed = { accessKeyId: claim.accessKeyId, token: formToken === '' ? undefined : formToken }
  const { credential } = await check.oneOf(claimed, 'acs-rpc', claim.signature, (secret) => [acsRpcSign(secret, text)])
  await spendNonce(onceOnly, claim.accessKeyId, nonce, timeMs + limits.clockSkewMs)
  // Every field of the body is signed; that it is the same body when it is read again, the digest says.
  const body = createPromisedBody(whole.body, { kind: 'digest', sha256: whole.sha256 })
  const covered = coveredView(request, headers, query, coverage, body.length)
  return { kind: 'verified', ...shownBy(credential), scheme: 'acs-rpc', covered, body }
}

/** False for every other header of a vendor's: it is signed by nobody. */
function saysTheSame(name: string, value: string | undefined, parameters: readonly QueryParameter[]): boolean {
  const parameter = TELLING_HEADERS.get(name)
  if (parameter === undefined || value === undefined) return false
  if (parameters.find((one) => one.name === parameter)?.value === value) return true
  return refuse({ kind: 'invalid-request', detail: `${name} differs from ${parameter}` })
}

const FORM = /^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i

function formOf(contentType: string | undefined, bytes: Uint8Array): readonly QueryParameter[] {
  if (bytes.length === 0) return []
  if (contentType === undefined || !FORM.test(contentType)) {
    return refuse({ kind: 'invalid-request', detail: 'The body has to be application/x-www-form-urlencoded.' })
  }
  const parsed = parseQuery(Buffer.from(bytes).toString('latin1'), { plusIsSpace: true })
  if (parsed.kind === 'parameters') return parsed.parameters
  return refuse({ kind: 'invalid-request', detail: 'The form cannot be read, or a field came twice.' })
}

/** Those of the query and of the form. One that came in both is refused: signature and decoder could read different ones (T-054). */
function allParameters(query: readonly QueryParameter[], form: readonly QueryParameter[]): readonly QueryParameter[] {
  const seen = new Set(query.map(({ name }) => lowerCaseAscii(name)))
  if (form.some(({ name }) => seen.has(lowerCaseAscii(name)))) {
    refuse({ kind: 'invalid-request', detail: 'a parameter came twice' })
  }
  return [...query, ...form]
}

import { parseBasicIsoDate } from '../http/index.ts'
import { refuse } from '../operations/index.ts'
import type { ReadRequest, Verification } from './authenticate.ts'
import { refuseSkew } from './clock-skew.ts'
import { coveredView, refuseUncovered, type Coverage } from './covered.ts'
import type { Presented } from './presented.ts'
import { createPromisedBody } from './promised-body.ts'
import { readWholeBody } from './read-whole-body.ts'
import { parseSdkHmac, sdkHmacSign, sdkHmacStringToSign } from './signatures/sdk-hmac.ts'
import { shownBy, type Verified } from './verified.ts'

const DATE = 'x-sdk-date'
const CONTENT_SHA256 = 'x-sdk-content-sha256'

/** Verifies Huawei Cloud's signature. What needs no secret is checked before the credential is looked up. */
export async function verifySdkHmac(
  verification: Verification,
  read: ReadRequest,
  { authorization }: Extract<Presented, { readonly kind: 'sdk-hmac' }>,
): Promise<Verified> {
  const { request, headers, query, token } = read
  const { now, limits, check } = verification
  const claim = parseSdkHmac(authorization)
  const date = headers.get(DATE) ?? refuse({ kind: 'missing-security-header', header: DATE })
  const timeMs =
    parseBasicIsoDate(date) ?? refuse({ kind: 'access-denied', reason: 'the time of the request cannot be read' })
  refuseSkew(timeMs, now(), limits.clockSkewMs)
  const listed = new Set(claim.signedHeaders)
  const coverage: Coverage = { header: (name) => listed.has(name), parameter: () => 'covered' }
  refuseUncovered(headers, query, coverage)
  const { payloadHash, body: incoming } = await payloadOf(read, limits.maxBodyBeforeVerifyBytes)
  const { method, rawPath, host } = request
  const text = sdkHmacStringToSign(claim, { method, rawPath, query, headers, host: host.raw, date, payloadHash })
  const claimed = { accessKeyId: claim.accessKeyId, token }
  const { credential } = await check.oneOf(claimed, 'sdk-hmac', claim.signature, (secret) => [
    sdkHmacSign(secret, text),
  ])
  const body = createPromisedBody(incoming, { kind: 'digest', sha256: payloadHash })
  const covered = coveredView(request, headers, query, coverage, body.length)
  return { kind: 'verified', ...shownBy(credential), scheme: 'sdk-hmac', covered, body }
}

/** The digest that a header tells, which is then kept to, or that of the body itself. No word for an unsigned one (T-054). */
async function payloadOf(
  { request, headers }: ReadRequest,
  limitBytes: number,
): Promise<{ readonly payloadHash: string; readonly body: ReadRequest['request']['body'] }> {
  const told = headers.get(CONTENT_SHA256)
  if (told === undefined) {
    const { sha256, body } = await readWholeBody(request, limitBytes)
    return { payloadHash: sha256, body }
  }
  if (/^[0-9a-f]{64}$/.test(told)) return { payloadHash: told, body: request.body }
  const detail = 'it is the SHA-256 of the body in hexadecimal'
  return refuse({ kind: 'invalid-argument', argument: CONTENT_SHA256, value: told.slice(0, 64), detail })
}

import { parseDecimal } from '../http/index.ts'
import { refuse } from '../operations/index.ts'
import type { ReadRequest, Verification } from './authenticate.ts'
import { refuseSkew } from './clock-skew.ts'
import { coveredView, refuseUncovered, type Coverage } from './covered.ts'
import { isPrivateRoad } from './private-road.ts'
import type { Presented } from './presented.ts'
import { createPromisedBody } from './promised-body.ts'
import { readWholeBody } from './read-whole-body.ts'
import { parseTc3, tc3Sign, tc3StringsToSign } from './signatures/tc3.ts'
import { shownBy, type Verified } from './verified.ts'

/** Tencent Cloud, "Signature v3": a timestamp is good for five minutes. */
export const TC3_SKEW_MS = 5 * 60 * 1_000
const MAX_TIMESTAMP = 9_999_999_999
const TIMESTAMP = 'x-tc-timestamp'
/** What its clients leave unsigned, and what a request cannot be understood without. */
const UNSIGNED_BY_CLIENTS: ReadonlySet<string> = new Set(['x-tc-action', 'x-tc-version', 'x-tc-region'])

/** Verifies Tencent Cloud's signature. What needs no secret is checked before the credential is looked up. */
export async function verifyTc3(
  verification: Verification,
  read: ReadRequest,
  { authorization }: Extract<Presented, { readonly kind: 'tc3' }>,
): Promise<Verified> {
  const { request, headers, query, token } = read
  const { now, limits, check } = verification
  const claim = parseTc3(authorization)
  const timestamp = headers.get(TIMESTAMP) ?? refuse({ kind: 'missing-security-header', header: TIMESTAMP })
  const seconds =
    parseDecimal(timestamp, { min: 0, max: MAX_TIMESTAMP }) ??
    refuse({ kind: 'access-denied', reason: 'the time of the request cannot be read' })
  refuseSkew(seconds * 1_000, now(), Math.min(TC3_SKEW_MS, limits.clockSkewMs))
  if (claim.date !== new Date(seconds * 1_000).toISOString().slice(0, 10)) {
    refuse({ kind: 'malformed-authorization', detail: 'the date of the credential is not the date of the request' })
  }
  // The canonical request has neither here: nothing would bind them.
  if (request.rawPath !== '/' || request.rawQuery !== '') refuse({ kind: 'signature-does-not-match' })
  const listed = new Set(claim.signedHeaders)
  const unsigned = isPrivateRoad(request) ? UNSIGNED_BY_CLIENTS : new Set<string>()
  const coverage: Coverage = {
    header: (name) => listed.has(name) || unsigned.has(name),
    parameter: () => 'hidden',
  }
  refuseUncovered(headers, query, coverage)
  const whole = await readWholeBody(request, limits.maxBodyBeforeVerifyBytes)
  const { method, host } = request
  const strings = tc3StringsToSign(claim, {
    ...{ method, headers, timestamp, payloadHash: whole.sha256, hosts: [host.raw, host.name] },
  })
  const claimed = { accessKeyId: claim.accessKeyId, token }
  const { credential } = await check.oneOf(claimed, 'tc3', claim.signature, (secret) => tc3Sign(secret, claim, strings))
  const body = createPromisedBody(whole.body, { kind: 'digest', sha256: whole.sha256 })
  const covered = coveredView(request, headers, query, coverage, body.length)
  return { kind: 'verified', ...shownBy(credential), scheme: 'tc3', covered, body }
}

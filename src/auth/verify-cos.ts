import { decodePercent, isLoopback, lowerCaseAscii, type QueryParameter } from '../http/index.ts'
import { refuse } from '../operations/index.ts'
import type { ReadRequest, Verification } from './authenticate.ts'
import { coveredView, refuseUncovered, type Coverage } from './covered.ts'
import type { Presented } from './presented.ts'
import { OF_THE_SECRET } from './credential-check.ts'
import { createPromisedBody } from './promised-body.ts'
import {
  COS_SIGNATURE_PARAMETERS,
  parseCosHeader,
  parseCosQuery,
  type CosClaim,
} from './signatures/cos-authorization.ts'
import { COS_LISTING_PARAMETERS, COS_SIGNED_PARAMETERS } from './signatures/cos-parameters.ts'
import { checkCosTimes } from './signatures/cos-time.ts'
import { cosName, cosPeriodKey, cosSign, cosStringsToSign } from './signatures/cos.ts'
import { shownBy, type Verified } from './verified.ts'

type PresentedCos = Extract<Presented, { readonly kind: 'cos' | 'cos-query' }>

const OF_SIGNATURE: ReadonlySet<string> = new Set(COS_SIGNATURE_PARAMETERS)
const VENDOR = 'x-cos-'
const TOKEN = 'x-cos-security-token'

/** Verifies both forms of COS's signature. Everything that needs no secret is checked before the credential is looked up. */
export async function verifyCos(
  verification: Verification,
  read: ReadRequest,
  presented: PresentedCos,
): Promise<Verified> {
  const { request, headers, query } = read
  const claim = presented.kind === 'cos' ? parseCosHeader(presented.authorization) : parseCosQuery(query)
  checkCosTimes(claim.signTime, claim.keyTime, verification.now(), verification.limits)
  // Nothing but the host names the bucket: a signature without it would open every bucket (T-045).
  if (!claim.headerNames.has('host')) refuse({ kind: 'signature-does-not-match' })
  refuseVendorParameters(query)
  refuseUnlisted(claim, query)
  const coverage = cosCoverage(claim)
  refuseUncovered(headers, query, coverage)
  const strings = cosStringsToSign(claim, {
    method: request.method,
    headers,
    host: request.host.raw,
    query: query.filter(({ name }) => !OF_SIGNATURE.has(name)),
    paths: readingsOfPath(verification, read, claim),
  })
  const claimed = { accessKeyId: claim.accessKeyId, token: read.token }
  const { credential } = await verification.check.among(claimed, {
    ...{ scheme: presented.kind, signature: claim.signature },
    // Nearly every request of a client has a period of its own: its key is not worth keeping.
    keyOf: (kept) => cosPeriodKey(kept(OF_THE_SECRET), claim.keyTime),
    readings: strings.map((text) => (key) => cosSign(key, text)),
  })
  const body = createPromisedBody(request.body, { kind: 'plain' })
  const covered = coveredView(request, headers, query, coverage, body.length)
  const verified = { kind: 'verified', ...shownBy(credential), scheme: presented.kind, covered, body } as const
  return claim.headerNames.has('content-md5') ? { ...verified, signedMd5: true } : verified
}

/** Only the token travels as a parameter: encryption, lists of rights and metadata are headers in this API, or nothing. */
function refuseVendorParameters(query: readonly QueryParameter[]): void {
  for (const { name } of query) {
    const folded = lowerCaseAscii(name)
    if (!folded.startsWith(VENDOR) || folded === TOKEN) continue
    refuse({ kind: 'invalid-argument', argument: folded.slice(0, 128), detail: 'This is a header, not a parameter.' })
  }
}

/** What acts has to be in the list: it is a mismatch where it is not, as if it were signed as absent (T-046). */
function refuseUnlisted(claim: CosClaim, query: readonly QueryParameter[]): void {
  for (const { name } of query) {
    const folded = lowerCaseAscii(name)
    if (claim.parameterNames.has(cosName(name))) continue
    const acts = COS_SIGNED_PARAMETERS.has(folded) || (claim.form === 'query' && COS_LISTING_PARAMETERS.has(folded))
    if (acts) refuse({ kind: 'signature-does-not-match' })
  }
}

function cosCoverage(claim: CosClaim): Coverage {
  return {
    // Clients add the token after they have signed. It need not be signed: another one belongs to another secret (T-060).
    header: (name) => claim.headerNames.has(cosName(name)) || name === TOKEN,
    parameter: (name) => {
      if (OF_SIGNATURE.has(name) || lowerCaseAscii(name) === TOKEN) return 'signature'
      if (claim.parameterNames.has(cosName(name))) return 'covered'
      return claim.form === 'header' && COS_LISTING_PARAMETERS.has(lowerCaseAscii(name)) ? 'covered' : 'hidden'
    },
  }
}

/**
 * The decoded path, in each reading that a client may have signed. A bucket in the host leaves one. A bucket in the path
 * is what the client for Node makes of a domain that ends in `/{Bucket}`, and it signs the path without it: another
 * bucket's signature would do as well, so that is for callers on this machine, and never for signed URLs (T-045).
 */
function readingsOfPath(verification: Verification, { request }: ReadRequest, claim: CosClaim): readonly string[] {
  const { rawPath } = request
  const whole = decoded(rawPath)
  if (rawPath === '/' || verification.hostBucket('cos', request.host) !== undefined) return [whole]
  if (claim.form === 'query' || !isLoopback(request.remoteAddress)) {
    return refuse({
      kind: 'invalid-request',
      detail: 'The bucket has to be named by the host: <bucket>.cos.<region>.<domain>.',
    })
  }
  const slash = rawPath.indexOf('/', 1)
  return [whole, slash < 0 ? '/' : decoded(rawPath.slice(slash))]
}

function decoded(path: string): string {
  return decodePercent(path) ?? refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
}

import { lowerCaseAscii, parseBasicIsoDate, parseHttpDate, type HttpHeaders } from '../http/index.ts'
import { refuse } from '../operations/index.ts'
import type { ReadRequest, Verification } from './authenticate.ts'
import { bodyPlan } from './body-plan.ts'
import { refuseSkew } from './clock-skew.ts'
import { coveredView, refuseUncovered, type Coverage } from './covered.ts'
import { parsePayloadPromise } from './payload-promise.ts'
import type { Presented } from './presented.ts'
import { createPromisedBody, type BodyPlan } from './promised-body.ts'
import { isObsListing, isObsSigned } from './signatures/obs-parameters.ts'
import {
  OBS_URL_PARAMETERS,
  obsStringsToSign,
  parseObsHeader,
  parseObsQuery,
  type ObsClaim,
  type ObsSpelling,
} from './signatures/obs.ts'
import { checkSigV2Expiry } from './signatures/sigv2.ts'
import { s3CanonicalPaths } from './signatures/sigv4-canonical.ts'
import { shownBy, type Verified } from './verified.ts'

type PresentedObs = Extract<Presented, { readonly kind: 'obs' | 'obs-query' | 'sigv2' | 'sigv2-query' }>

/** Verifies the forms of OBS's own scheme, and of the same with Amazon's names, which clients of OBS fall back to. */
export async function verifyObs(
  verification: Verification,
  read: ReadRequest,
  presented: PresentedObs,
): Promise<Verified> {
  const { request, headers, query } = read
  const { now, limits } = verification
  const spelling: ObsSpelling = presented.kind.startsWith('obs') ? 'x-obs-' : 'x-amz-'
  const claim = claimOf(presented, read)
  if (claim.expires === undefined) refuseSkew(timeOf(headers, spelling), now(), limits.clockSkewMs)
  else checkSigV2Expiry(claim.expires, now(), limits.maxSigV2UrlSeconds)
  const coverage = COVERAGES[spelling]
  refuseUncovered(headers, query, coverage)
  if (s3CanonicalPaths(request.rawPath) === undefined) {
    refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
  }
  const strings = obsStringsToSign({
    ...{ method: request.method, headers, rawPath: request.rawPath, query, spelling },
    hostBucket: verification.hostBucket('obs', request.host),
    ...(claim.expires === undefined ? {} : { expires: claim.expires }),
  })
  const claimed = { accessKeyId: claim.accessKeyId, token: read.token }
  const credential = await verification.check.sigV2(claimed, presented.kind, claim.signature, strings)
  const body = createPromisedBody(request.body, planOf(headers, limits))
  const covered = coveredView(request, headers, query, coverage, body.length)
  return { kind: 'verified', ...shownBy(credential), scheme: presented.kind, covered, body }
}

function claimOf(presented: PresentedObs, { query }: ReadRequest): ObsClaim & { readonly expires?: string } {
  switch (presented.kind) {
    case 'obs':
      return parseObsHeader(presented.authorization)
    case 'obs-query':
      return parseObsQuery(query)
    case 'sigv2':
    case 'sigv2-query':
      return presented.claim
  }
}

/** `x-obs-date` where there is one, else `Date`; an HTTP date or the short form of ISO 8601 (T-039). */
function timeOf(headers: HttpHeaders, spelling: ObsSpelling): number {
  const text = headers.get(`${spelling}date`) ?? headers.get('date')
  if (text === undefined) return refuse({ kind: 'access-denied', reason: 'a signed request needs a date' })
  return (
    parseBasicIsoDate(text) ??
    parseHttpDate(text, { zeroOffset: true }) ??
    refuse({ kind: 'access-denied', reason: 'the date of the request cannot be read' })
  )
}

const SIGNED_STANDARD: ReadonlySet<string> = new Set(['content-md5', 'content-type', 'date'])

function coverageOf(spelling: ObsSpelling): Coverage {
  const own: ReadonlySet<string> = new Set(
    spelling === 'x-obs-' ? OBS_URL_PARAMETERS : ['AWSAccessKeyId', 'Expires', 'Signature'],
  )
  return {
    header: (name) => name.startsWith(spelling) || SIGNED_STANDARD.has(name),
    parameter: (name) => {
      if (own.has(name)) return 'signature'
      return isObsSigned(lowerCaseAscii(name), spelling) || isObsListing(name) ? 'covered' : 'hidden'
    },
  }
}

const COVERAGES: Readonly<Record<ObsSpelling, Coverage>> = {
  'x-obs-': coverageOf('x-obs-'),
  'x-amz-': coverageOf('x-amz-'),
}

/** Clients that speak with Amazon's names may promise what a body is, as Amazon's do. */
function planOf(headers: HttpHeaders, limits: Verification['limits']): BodyPlan {
  const text = headers.get('x-amz-content-sha256')
  return text === undefined ? { kind: 'plain' } : bodyPlan(parsePayloadPromise(text), headers, limits, undefined)
}

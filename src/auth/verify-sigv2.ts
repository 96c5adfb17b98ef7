import { refuse, type Scheme } from '../operations/index.ts'
import type { ReadRequest, Verification } from './authenticate.ts'
import { bodyPlan } from './body-plan.ts'
import { headerTime, refuseSkew } from './clock-skew.ts'
import { coveredView, refuseUncovered, type Coverage } from './covered.ts'
import { parsePayloadPromise } from './payload-promise.ts'
import { SIGNATURE_PARAMETERS, type Presented } from './presented.ts'
import { createPromisedBody, type BodyPlan } from './promised-body.ts'
import { SIGV2_EXEMPT_PARAMETERS, SIGV2_SIGNED_PARAMETERS } from './signatures/sigv2-parameters.ts'
import { checkSigV2Expiry, sigV2StringsToSign } from './signatures/sigv2.ts'
import { s3CanonicalPaths } from './signatures/sigv4-canonical.ts'
import { shownBy, type Verified } from './verified.ts'

type PresentedSigV2 = Extract<Presented, { readonly kind: 'sigv2' | 'sigv2-query' }>

const COVERAGE: Coverage = {
  header: (name) => name.startsWith('x-amz-') || ['content-md5', 'content-type', 'date'].includes(name),
  parameter: (name) => {
    if (SIGV2_SIGNED_PARAMETERS.has(name) || SIGV2_EXEMPT_PARAMETERS.has(name)) return 'covered'
    return SIGNATURE_PARAMETERS.has(name) ? 'signature' : 'hidden'
  },
}

/** Verifies both forms of SigV2. */
export async function verifySigV2(
  verification: Verification,
  read: ReadRequest,
  presented: PresentedSigV2,
  service: string,
): Promise<Verified> {
  const { request, headers, query } = read
  const { now, limits } = verification
  if (presented.kind === 'sigv2') refuseSkew(headerTime(headers).timeMs, now(), limits.clockSkewMs)
  else checkSigV2Expiry(presented.claim.expires, now(), limits.maxSigV2UrlSeconds)
  refuseUncovered(headers, query, COVERAGE)
  if (s3CanonicalPaths(request.rawPath) === undefined) {
    refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
  }
  const strings = sigV2StringsToSign({
    method: request.method,
    headers,
    rawPath: request.rawPath,
    query,
    hostBucket: verification.hostBucket(service, request.host),
    ...(presented.kind === 'sigv2-query' ? { expires: presented.claim.expires } : {}),
  })
  const { accessKeyId, signature } = presented.claim
  const scheme: Scheme = presented.kind
  const credential = await verification.check.sigV2({ accessKeyId, token: read.token }, scheme, signature, strings)

  const text = headers.get('x-amz-content-sha256')
  const plan: BodyPlan =
    text === undefined ? { kind: 'plain' } : bodyPlan(parsePayloadPromise(text), headers, limits, undefined)
  const body = createPromisedBody(request.body, plan)
  const covered = coveredView(request, headers, query, COVERAGE, body.length)
  return { kind: 'verified', ...shownBy(credential), scheme, covered, body }
}

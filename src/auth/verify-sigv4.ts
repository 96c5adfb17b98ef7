import type { HttpHeaders, QueryParameter } from '../http/index.ts'
import { refuse, type Scheme } from '../operations/index.ts'
import type { ReadRequest, Verification } from './authenticate.ts'
import { bodyPlan } from './body-plan.ts'
import { headerTime, refuseSkew, type RequestTime } from './clock-skew.ts'
import { coveredView, refuseUncovered, type Coverage } from './covered.ts'
import { parsePayloadPromise, type PayloadPromise } from './payload-promise.ts'
import { presignedTime } from './presigned.ts'
import { SIGNATURE_PARAMETERS, type Presented } from './presented.ts'
import { createPromisedBody, readWhole } from './promised-body.ts'
import { checkScope, type SigV4Claim } from './signatures/sigv4-authorization.ts'
import {
  canonicalPath,
  canonicalQuery,
  canonicalRequest,
  s3CanonicalPaths,
  type PathRule,
} from './signatures/sigv4-canonical.ts'
import { sha256Hex, stringToSign, UNSIGNED_PAYLOAD } from './signatures/sigv4.ts'
import type { Verified } from './verified.ts'

type PresentedSigV4 = Extract<Presented, { readonly kind: 'sigv4' | 'sigv4-query' }>

/** What takes the payload's line in the canonical request, what it promises, and the body to read afterwards. */
interface Payload {
  readonly hash: string
  readonly promise: PayloadPromise
  readonly body: ReadRequest['request']['body']
}

/** Verifies both forms of SigV4. Everything that needs no secret is checked before the credential is looked up. */
export async function verifySigV4(
  verification: Verification,
  read: ReadRequest,
  presented: PresentedSigV4,
): Promise<Verified> {
  const { claim } = presented
  const { request, headers, query } = read
  const { limits, services } = verification
  checkScope(claim, new Set(services.keys()), verification.regions)
  const time = requestTime(verification, headers, presented)
  if (claim.scope.date !== time.timestamp.slice(0, 8)) refuseScopeDate(claim)
  const coverage = sigV4Coverage(claim, presented.kind)
  refuseUncovered(headers, query, coverage)
  const rule = services.get(claim.scope.service) ?? 'as-sent'
  const paths = canonicalPaths(request.rawPath, rule)
  const payload = await readPayload(verification, read, presented.kind, rule)

  const signed = claim.signedHeaders.map((name) => [name, signedHeader(read, name)] as const)
  const canonicalParameters = canonicalQuery(query.filter(({ name }) => name !== 'X-Amz-Signature'))
  const strings = paths.map((path) =>
    stringToSign(
      time.timestamp,
      claim.scope,
      canonicalRequest({
        method: request.method,
        path,
        query: canonicalParameters,
        headers: signed,
        payloadHash: payload.hash,
      }),
    ),
  )
  const scheme: Scheme = presented.kind
  const key = await verification.check.sigV4(claim.accessKeyId, scheme, claim.scope, claim.signature, strings)

  const signing =
    presented.kind === 'sigv4'
      ? { key, timestamp: time.timestamp, scope: claim.scope, seed: claim.signature }
      : undefined
  const body = createPromisedBody(payload.body, bodyPlan(payload.promise, headers, limits, signing))
  const covered = coveredView(request, headers, query, coverage, body.length)
  return { kind: 'verified', accessKeyId: claim.accessKeyId, scheme, covered, body }
}

function requestTime(verification: Verification, headers: HttpHeaders, presented: PresentedSigV4): RequestTime {
  const { now, limits } = verification
  if (presented.kind === 'sigv4-query') {
    return presignedTime(presented.claim.time, presented.claim.expires, now(), limits)
  }
  const time = headerTime(headers)
  refuseSkew(time.timeMs, now(), limits.clockSkewMs)
  return time
}

function refuseScopeDate(claim: SigV4Claim): never {
  const detail = 'the date of the credential is not the date of the request'
  if (claim.form === 'header') return refuse({ kind: 'malformed-authorization', detail })
  return refuse({ kind: 'malformed-query-authorization', detail })
}

function sigV4Coverage(claim: SigV4Claim, kind: PresentedSigV4['kind']): Coverage {
  const names = new Set(claim.signedHeaders)
  return {
    header: (name) => names.has(name),
    parameter: (name) => (kind === 'sigv4-query' && SIGNATURE_PARAMETERS.has(name) ? 'hidden' : 'covered'),
  }
}

function canonicalPaths(rawPath: string, rule: PathRule): readonly string[] {
  if (rule !== 'as-sent') return [canonicalPath(rawPath, rule)]
  return s3CanonicalPaths(rawPath) ?? refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
}

/** A listed header that did not come is a mismatch, never an empty value (T-038). */
function signedHeader(read: ReadRequest, name: string): string {
  const value = name === 'host' ? read.request.host.raw : read.headers.get(name)
  return value ?? refuse({ kind: 'signature-does-not-match' })
}

/**
 * The payload hash: from the header; in a URL from the covered parameter first. Where neither came, a URL's body is
 * unsigned, and a header signature holds the hash of the body itself, which is then read first, if it is small.
 */
async function readPayload(
  verification: Verification,
  read: ReadRequest,
  kind: PresentedSigV4['kind'],
  rule: PathRule,
): Promise<Payload> {
  const { request, headers, query } = read
  const text = contentSha256(headers, query)
  if (text !== undefined) {
    const promise = parsePayloadPromise(text)
    if (promise.kind === 'chunked' && kind === 'sigv4-query') {
      refuse({ kind: 'invalid-request', detail: 'a signed URL cannot carry an aws-chunked body' })
    }
    return { hash: text, promise, body: request.body }
  }
  if (kind === 'sigv4-query' && rule === 'as-sent') {
    return { hash: UNSIGNED_PAYLOAD, promise: { kind: 'unsigned' }, body: request.body }
  }
  const whole = await readWhole(request.body, verification.limits.maxBodyBeforeVerifyBytes, request.signal)
  if (whole === undefined) return refuse({ kind: 'missing-security-header', header: 'x-amz-content-sha256' })
  const sha256 = sha256Hex(whole.bytes)
  return { hash: sha256, promise: { kind: 'digest', sha256 }, body: whole.body }
}

function contentSha256(headers: HttpHeaders, query: readonly QueryParameter[]): string | undefined {
  const header = headers.get('x-amz-content-sha256')
  const parameter = query.find(({ name }) => /^x-amz-content-sha256$/i.test(name))?.value
  if (header !== undefined && parameter !== undefined && header !== parameter) {
    refuse({ kind: 'invalid-request', detail: 'x-amz-content-sha256 differs between the headers and the query' })
  }
  return parameter ?? header
}

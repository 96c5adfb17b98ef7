import type { HttpHeaders, QueryParameter } from '../http/index.ts'
import { after, refuse, type Awaitable } from '../operations/index.ts'
import type { ReadRequest, Verification } from './authenticate.ts'
import { bodyPlan } from './body-plan.ts'
import { headerTime, refuseSkew, type RequestTime } from './clock-skew.ts'
import { coveredView, refuseUncovered, type Coverage } from './covered.ts'
import { parsePayloadPromise, type PayloadPromise } from './payload-promise.ts'
import { presignedTime } from './presigned.ts'
import { SIGNATURE_PARAMETERS, type Presented } from './presented.ts'
import { createPromisedBody, readWhole } from './promised-body.ts'
import { checkScope, DIRECTORY_SERVICE, type SigV4Claim } from './signatures/sigv4-authorization.ts'
import {
  canonicalPath,
  canonicalQuery,
  canonicalRequest,
  s3CanonicalPaths,
  type PathRule,
} from './signatures/sigv4-canonical.ts'
import { sha256Hex, stringToSign, UNSIGNED_PAYLOAD } from './signatures/sigv4.ts'
import { shownBy, type Verified } from './verified.ts'

type PresentedSigV4 = Extract<Presented, { readonly kind: 'sigv4' | 'sigv4-query' }>

/** What takes the payload's line in the canonical request, what it promises, and the body to read afterwards. */
interface Payload {
  readonly hash: string
  readonly promise: PayloadPromise
  readonly body: ReadRequest['request']['body']
}

/** Verifies both forms of SigV4. Everything that needs no secret is checked before the credential is looked up. */
export function verifySigV4(
  verification: Verification,
  read: ReadRequest,
  presented: PresentedSigV4,
  service: string,
): Awaitable<Verified> {
  const { claim } = presented
  const { headers, query } = read
  checkScope(claim, service, verification)
  const time = requestTime(verification, headers, presented)
  if (claim.scope.date !== time.timestamp.slice(0, 8)) refuseScopeDate(claim)
  const coverage = sigV4Coverage(claim, presented.kind)
  refuseUncovered(headers, query, coverage)
  const rule = verification.services.get(service)?.path ?? 'as-sent'
  const paths = canonicalPaths(read.request.rawPath, rule)
  return after(readPayload(verification, read, presented.kind, rule), (payload) => {
    const strings = stringsToSign(read, claim, time.timestamp, paths, payload.hash)
    const { accessKeyId, scope, signature } = claim
    const checked = verification.check.sigV4(
      { accessKeyId, token: read.token, ...(read.ofDirectory === true ? { ofDirectory: true } : {}) },
      presented.kind,
      scope,
      signature,
      strings,
    )
    return after(checked, ({ key, credential }) => {
      const signing =
        presented.kind === 'sigv4' ? { key, timestamp: time.timestamp, scope, seed: signature } : undefined
      const body = createPromisedBody(payload.body, bodyPlan(payload.promise, headers, verification.limits, signing))
      const covered = coveredView(read.request, headers, query, coverage, body.length)
      const signedFor = scope.service === DIRECTORY_SERVICE ? { ...covered, signedFor: scope.service } : covered
      return { kind: 'verified', ...shownBy(credential), scheme: presented.kind, covered: signedFor, body }
    })
  })
}

/** What may have been signed: one text for each canonical path. */
function stringsToSign(
  read: ReadRequest,
  claim: SigV4Claim,
  timestamp: string,
  paths: readonly string[],
  payloadHash: string,
): readonly string[] {
  const { request, query } = read
  const headers = claim.signedHeaders.map((name) => [name, signedHeader(read, name)] as const)
  const parameters = query.length === 0 ? '' : canonicalQuery(query.filter(({ name }) => name !== 'X-Amz-Signature'))
  return paths.map((path) =>
    stringToSign(
      timestamp,
      claim.scope,
      canonicalRequest({ method: request.method, path, query: parameters, headers, payloadHash }),
    ),
  )
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
  const { signedNames } = claim
  return {
    header: (name) => signedNames.has(name),
    parameter: (name) => (kind === 'sigv4-query' && SIGNATURE_PARAMETERS.has(name) ? 'signature' : 'covered'),
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
function readPayload(
  verification: Verification,
  read: ReadRequest,
  kind: PresentedSigV4['kind'],
  rule: PathRule,
): Awaitable<Payload> {
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
  return hashedFirst(request, verification.limits.maxBodyBeforeVerifyBytes)
}

async function hashedFirst(request: ReadRequest['request'], maxBytes: number): Promise<Payload> {
  const whole = await readWhole(request.body, maxBytes, request.signal)
  if (whole === undefined) return refuse({ kind: 'missing-security-header', header: 'x-amz-content-sha256' })
  const sha256 = sha256Hex(whole.bytes)
  return { hash: sha256, promise: { kind: 'digest', sha256 }, body: whole.body }
}

function contentSha256(headers: HttpHeaders, query: readonly QueryParameter[]): string | undefined {
  const header = headers.get('x-amz-content-sha256')
  if (query.length === 0) return header
  const parameter = query.find(({ name }) => /^x-amz-content-sha256$/i.test(name))?.value
  if (header !== undefined && parameter !== undefined && header !== parameter) {
    refuse({ kind: 'invalid-request', detail: 'x-amz-content-sha256 differs between the headers and the query' })
  }
  return parameter ?? header
}

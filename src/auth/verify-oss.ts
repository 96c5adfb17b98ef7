import { parseBasicIsoDate, parseDecimal, parseHttpDate, type HttpHeaders } from '../http/index.ts'
import type { KeyObject } from 'node:crypto'
import { refuse, type Scheme, type SignedText } from '../operations/index.ts'
import type { ReadRequest, Verification } from './authenticate.ts'
import { refuseSkew } from './clock-skew.ts'
import { coveredView, refuseUncovered, type Coverage } from './covered.ts'
import { SIGV4_MAX_URL_SECONDS } from './limits.ts'
import type { Presented } from './presented.ts'
import { OF_THE_SECRET } from './credential-check.ts'
import { createPromisedBody, type BodyPlan } from './promised-body.ts'
import { isSignedByOssV1, mayStandInOssV1Url, OSS_EXEMPT_PARAMETERS, OSS_PREFIX } from './signatures/oss-parameters.ts'
import { hostOf, ossReadings, type OssResource } from './signatures/oss-resource.ts'
import { ossV1StringToSign, parseOssV1Header, parseOssV1Query } from './signatures/oss-v1.ts'
import {
  OSS_V4_PARAMETERS,
  ossV4CanonicalRequests,
  ossV4Key,
  ossV4StringToSign,
  parseOssV4Header,
  parseOssV4Query,
  type OssV4Claim,
} from './signatures/oss-v4.ts'
import { checkSigV2Expiry, sigV2Sign } from './signatures/sigv2.ts'
import { signText, UNSIGNED_PAYLOAD } from './signatures/sigv4.ts'
import type { SigningKey } from './signing-keys.ts'
import { shownBy, type Verified } from './verified.ts'

type PresentedV1 = Extract<Presented, { readonly kind: 'oss-v1' | 'oss-v1-query' }>
type PresentedV4 = Extract<Presented, { readonly kind: 'oss-v4' | 'oss-v4-query' }>

const CONTENT_SHA256 = 'x-oss-content-sha256'

/** What a client may have signed, each text with the reading of the address that it stands for. */
interface Candidate {
  readonly stringToSign: string
  readonly resource: OssResource
  readonly canonicalRequest?: string
}

/** Verifies the header and URL forms of OSS V1 and V4. What needs no secret is checked before the credential is looked up. */
export async function verifyOss(
  verification: Verification,
  read: ReadRequest,
  presented: PresentedV1 | PresentedV4,
): Promise<Verified> {
  switch (presented.kind) {
    case 'oss-v1':
    case 'oss-v1-query':
      return verifyV1(verification, read, presented)
    case 'oss-v4':
    case 'oss-v4-query':
      return verifyV4(verification, read, presented)
  }
}

const V1_COVERAGE: Coverage = {
  header: (name) => name.startsWith(OSS_PREFIX) || ['content-md5', 'content-type', 'date'].includes(name),
  parameter: (name) => {
    if (['OSSAccessKeyId', 'Expires', 'Signature', 'security-token'].includes(name)) return 'signature'
    return isSignedByOssV1(name) || OSS_EXEMPT_PARAMETERS.has(name) ? 'covered' : 'hidden'
  },
}

async function verifyV1(verification: Verification, read: ReadRequest, presented: PresentedV1): Promise<Verified> {
  const { headers, query, request } = read
  const { claim, date } = v1Claim(verification, read, presented)
  refuseUncovered(headers, query, V1_COVERAGE)
  const candidates = readingsOf(verification, read).map((resource) => ({
    resource,
    stringToSign: ossV1StringToSign({ method: request.method, headers, query, date, resource }),
  }))
  const signs = { key: OF_THE_SECRET, sign: sigV2Sign, coverage: V1_COVERAGE }
  return verified(verification, read, { claim, scheme: presented.kind, candidates, ...signs })
}

function v1Claim(
  { now, limits }: Verification,
  { headers, query }: ReadRequest,
  presented: PresentedV1,
): { readonly claim: { readonly accessKeyId: string; readonly signature: string }; readonly date: string } {
  if (presented.kind === 'oss-v1') {
    const claim = parseOssV1Header(presented.authorization)
    const { text, timeMs } = headerDate(headers)
    refuseSkew(timeMs, now(), limits.clockSkewMs)
    return { claim, date: text }
  }
  const claim = parseOssV1Query(query)
  checkSigV2Expiry(claim.expires, now(), limits.maxSigV2UrlSeconds)
  if (!query.every(({ name }) => mayStandInOssV1Url(name))) refuse({ kind: 'signature-does-not-match' })
  return { claim, date: claim.expires }
}

/** The line of the date holds a date and nothing else: a number there would turn a link into a header's signature (T-041). */
function headerDate(headers: HttpHeaders): { readonly text: string; readonly timeMs: number } {
  const text = headers.get('x-oss-date') ?? headers.get('date')
  if (text === undefined) {
    return refuse({ kind: 'access-denied', reason: 'a signed request needs a Date or x-oss-date header' })
  }
  const timeMs = parseBasicIsoDate(text) ?? parseHttpDate(text, { zeroOffset: true })
  return timeMs === undefined
    ? refuse({ kind: 'access-denied', reason: 'the date of the request cannot be read' })
    : { text, timeMs }
}

async function verifyV4(verification: Verification, read: ReadRequest, presented: PresentedV4): Promise<Verified> {
  const { headers, query, request } = read
  const { claim, date } = v4Claim(verification, read, presented)
  if (claim.scope.date !== date.slice(0, 8)) {
    refuse({ kind: 'malformed-authorization', detail: 'the date of the credential is not the date of the request' })
  }
  const coverage = v4Coverage(claim, presented.kind)
  refuseUncovered(headers, query, coverage)
  const { additionalHeaders } = claim
  const candidates = readingsOf(verification, read).flatMap((resource) =>
    ossV4CanonicalRequests({
      ...{ method: request.method, headers, query, additionalHeaders, resource, host: request.host.raw },
    }).map((canonicalRequest) => ({
      resource,
      canonicalRequest,
      stringToSign: ossV4StringToSign(date, claim.scope, canonicalRequest),
    })),
  )
  const { scope } = claim
  const key: SigningKey = {
    name: `oss-v4\n${scope.date}\n${scope.region}\n${scope.product}`,
    derive: (secret) => ossV4Key(secret, scope),
  }
  return verified(verification, read, { claim, scheme: presented.kind, candidates, key, sign: signText, coverage })
}

function v4Claim(
  { now, limits }: Verification,
  { headers, query }: ReadRequest,
  presented: PresentedV4,
): { readonly claim: OssV4Claim; readonly date: string } {
  if (presented.kind === 'oss-v4') {
    const claim = parseOssV4Header(presented.authorization)
    if (!headers.has(CONTENT_SHA256)) refuse({ kind: 'missing-security-header', header: CONTENT_SHA256 })
    const text =
      headers.get('x-oss-date') ?? refuse({ kind: 'access-denied', reason: 'a signed request needs x-oss-date' })
    refuseSkew(dateOf(text), now(), limits.clockSkewMs)
    return { claim, date: text }
  }
  const claim = parseOssV4Query(query)
  const { date, expires } = claim
  const maxSeconds = Math.min(limits.maxUrlSeconds, SIGV4_MAX_URL_SECONDS)
  const seconds = parseDecimal(expires, { min: 1, max: maxSeconds })
  if (seconds === undefined) {
    return refuse({
      kind: 'malformed-query-authorization',
      detail: `x-oss-expires has to be 1 to ${maxSeconds} seconds`,
    })
  }
  const timeMs = dateOf(date)
  if (timeMs - now() > limits.clockSkewMs) refuse({ kind: 'request-time-too-skewed' })
  if (now() > timeMs + seconds * 1_000) refuse({ kind: 'request-expired' })
  return { claim, date }
}

function dateOf(text: string): number {
  return (
    parseBasicIsoDate(text) ??
    refuse({ kind: 'malformed-authorization', detail: 'x-oss-date has to be yyyymmddThhmmssZ' })
  )
}

function v4Coverage(claim: OssV4Claim, kind: PresentedV4['kind']): Coverage {
  const additional = new Set(claim.additionalHeaders)
  return {
    header: (name) =>
      name.startsWith(OSS_PREFIX) || name === 'content-type' || name === 'content-md5' || additional.has(name),
    parameter: (name) => (kind === 'oss-v4-query' && OSS_V4_PARAMETERS.has(name) ? 'signature' : 'covered'),
  }
}

function readingsOf({ hostBucket }: Verification, { request }: ReadRequest): readonly OssResource[] {
  return ossReadings(request.rawPath, hostBucket('oss', request.host))
}

interface Proof {
  readonly claim: { readonly accessKeyId: string; readonly signature: string }
  readonly scheme: Scheme
  readonly candidates: readonly Candidate[]
  readonly key: SigningKey
  readonly sign: (key: KeyObject, text: string) => string
  readonly coverage: Coverage
}

/** No refusal repeats more of a request than this. */
const MAX_SHOWN_CHARS = 8 * 1024

async function verified(
  { check }: Verification,
  { request, headers, query, token }: ReadRequest,
  { claim, scheme, candidates, key, sign, coverage }: Proof,
): Promise<Verified> {
  const { accessKeyId, signature } = claim
  const { reading, credential } = await check.among(
    { accessKeyId, token },
    {
      ...{ scheme, signature, keyOf: (kept) => kept(key) },
      readings: candidates.map(
        ({ stringToSign }) =>
          (signing) =>
            sign(signing, stringToSign),
      ),
      mismatch: () => {
        const [first] = candidates
        return first === undefined ? undefined : shownText(claim, first)
      },
    },
  )
  const resource = candidates[reading]?.resource ?? refuse({ kind: 'signature-does-not-match' })
  const body = createPromisedBody(request.body, planOf(headers))
  // Whoever decodes reads the address as it was signed, and no other way (T-027).
  const seen = { ...request, host: hostOf(request.host, resource) }
  const covered = coveredView(seen, headers, query, coverage, body.length)
  return { kind: 'verified', ...shownBy(credential), scheme, covered, body }
}

function shownText(claim: Proof['claim'], { stringToSign, canonicalRequest }: Candidate): SignedText | undefined {
  if (stringToSign.length + (canonicalRequest?.length ?? 0) > MAX_SHOWN_CHARS) return undefined
  const { accessKeyId, signature } = claim
  return { accessKeyId, signature, stringToSign, ...(canonicalRequest === undefined ? {} : { canonicalRequest }) }
}

/** V4 names a digest of the body, or says that there is none; a digest is kept to. */
function planOf(headers: HttpHeaders): BodyPlan {
  const text = headers.get(CONTENT_SHA256)
  if (text === undefined || text === UNSIGNED_PAYLOAD) return { kind: 'plain' }
  if (/^[0-9a-f]{64}$/.test(text)) return { kind: 'digest', sha256: text }
  const detail = `${CONTENT_SHA256} has to be ${UNSIGNED_PAYLOAD}, or a SHA-256 in hexadecimal`
  return refuse({ kind: 'invalid-argument', argument: CONTENT_SHA256, value: text.slice(0, 64), detail })
}

/** Signing with SigV4: for our own command line, and for tests. */
import type { SecretLike } from '../../operations/index.ts'
import { formatBasicIsoDate, parseQuery } from '../../http/index.ts'
import { SIGV4_MAX_URL_SECONDS } from '../limits.ts'
import { canonicalQuery, canonicalRequest, compareText, encodeUri, s3CanonicalPaths } from './sigv4-canonical.ts'
import { deriveSigningKey, scopeText, SIGV4_ALGORITHM, signText, stringToSign, UNSIGNED_PAYLOAD } from './sigv4.ts'

/** What is to be signed, as it will go on the wire. */
export interface RequestToSign {
  readonly method: string
  /** The `Host` header: name, and port unless it is the default one. */
  readonly host: string
  /** Percent-encoded, begins with `/`. */
  readonly rawPath: string
  /** Percent-encoded, without `?`. */
  readonly rawQuery?: string
  /** Besides host, x-amz-date and x-amz-content-sha256. All of them get signed. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** SHA-256 of the body in hexadecimal (`sha256Hex`), `UNSIGNED-PAYLOAD`, or a STREAMING word. */
  readonly payloadHash: string
}

export interface Signer {
  readonly accessKeyId: string
  readonly secret: SecretLike
  readonly region: string
  /** Default `s3`. */
  readonly service?: string
  readonly timeMs: number
}

export interface SignedRequest {
  /** Everything to send, lower-case names: host, x-amz-date, x-amz-content-sha256, the headers given, authorization. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The seed of chunk signatures. */
  readonly signature: string
}

/** Signs a request in its `Authorization` header. Throws for a path or query that is not well-formed. */
export function signRequest(request: RequestToSign, signer: Signer): SignedRequest {
  const timestamp = formatBasicIsoDate(signer.timeMs)
  const headers: (readonly [string, string])[] = [
    ['host', request.host],
    ['x-amz-content-sha256', request.payloadHash],
    ['x-amz-date', timestamp],
    ...(request.headers ?? []).map(([name, value]) => [name.toLowerCase(), value] as const),
  ]
  headers.sort(([left], [right]) => compareText(left, right))
  const signature = sign(request, signer, timestamp, headers, request.rawQuery ?? '', request.payloadHash)
  const credential = `${signer.accessKeyId}/${scopeText(scopeOf(signer, timestamp))}`
  const names = headers.map(([name]) => name).join(';')
  const authorization = `${SIGV4_ALGORITHM} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`
  return { headers: [...headers, ['authorization', authorization]], signature }
}

/** Signs a request in its query: the raw query to send. The body stays unsigned. 1 second to 7 days. */
export function presignUrl(
  request: Omit<RequestToSign, 'payloadHash'>,
  signer: Signer,
  expiresSeconds: number,
): { readonly rawQuery: string } {
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 1 || expiresSeconds > SIGV4_MAX_URL_SECONDS) {
    throw new RangeError(`a signed URL lives for 1 to ${SIGV4_MAX_URL_SECONDS} seconds`)
  }
  const timestamp = formatBasicIsoDate(signer.timeMs)
  const headers: (readonly [string, string])[] = [
    ['host', request.host],
    ...(request.headers ?? []).map(([name, value]) => [name.toLowerCase(), value] as const),
  ]
  headers.sort(([left], [right]) => compareText(left, right))
  const credential = `${signer.accessKeyId}/${scopeText(scopeOf(signer, timestamp))}`
  const added = [
    ['X-Amz-Algorithm', SIGV4_ALGORITHM],
    ['X-Amz-Credential', credential],
    ['X-Amz-Date', timestamp],
    ['X-Amz-Expires', String(expiresSeconds)],
    ['X-Amz-SignedHeaders', headers.map(([name]) => name).join(';')],
  ].map(([name, value]) => `${name ?? ''}=${encodeUri(value ?? '')}`)
  const given = request.rawQuery === undefined || request.rawQuery === '' ? [] : [request.rawQuery]
  const rawQuery = [...given, ...added].join('&')
  const signature = sign(request, signer, timestamp, headers, rawQuery, UNSIGNED_PAYLOAD)
  return { rawQuery: `${rawQuery}&X-Amz-Signature=${signature}` }
}

function scopeOf(signer: Signer, timestamp: string): { date: string; region: string; service: string } {
  return { date: timestamp.slice(0, 8), region: signer.region, service: signer.service ?? 's3' }
}

function sign(
  request: Omit<RequestToSign, 'payloadHash'>,
  signer: Signer,
  timestamp: string,
  headers: readonly (readonly [string, string])[],
  rawQuery: string,
  payloadHash: string,
): string {
  const scope = scopeOf(signer, timestamp)
  const [path] = s3CanonicalPaths(request.rawPath) ?? []
  const query = parseQuery(rawQuery, { plusIsSpace: true })
  if (path === undefined || query.kind !== 'parameters') throw new Error('the path or the query is not well-formed')
  const canonical = canonicalRequest({
    method: request.method,
    path,
    query: canonicalQuery(query.parameters),
    headers,
    payloadHash,
  })
  return signText(deriveSigningKey(signer.secret, scope), stringToSign(timestamp, scope, canonical))
}

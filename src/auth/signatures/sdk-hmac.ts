/**
 * Huawei Cloud's signature of its API gateway: HMAC-SHA256 over a canonical request, whose path always ends in a slash
 * (Huawei Cloud, "AK/SK signing and authentication").
 */
import { createHmac } from 'node:crypto'
import { decodePercent, type HttpHeaders, type QueryParameter } from '../../http/index.ts'
import { refuse, type SecretLike } from '../../operations/index.ts'
import { authorizationFields, headerLines, signedHeaderNames } from './listed-headers.ts'
import { withSecretKey } from './secret-key.ts'
import { canonicalQuery, encodeUri } from './sigv4-canonical.ts'
import { sha256Hex } from './sigv4.ts'

export const SDK_HMAC_ALGORITHM = 'SDK-HMAC-SHA256'

export interface SdkHmacClaim {
  readonly accessKeyId: string
  readonly signedHeaders: readonly string[]
  /** As sent: 64 lower-case hexadecimal digits, compared as text. */
  readonly signature: string
}

/** `SDK-HMAC-SHA256 Access=<id>, SignedHeaders=<a;b>, Signature=<hex>` */
export function parseSdkHmac(authorization: string): SdkHmacClaim {
  const fields = authorizationFields(authorization, SDK_HMAC_ALGORITHM, ['Access', 'SignedHeaders', 'Signature'])
  return {
    accessKeyId: fields.Access,
    signedHeaders: signedHeaderNames(fields.SignedHeaders),
    signature: fields.Signature,
  }
}

export interface SdkHmacParts {
  readonly method: string
  readonly rawPath: string
  readonly query: readonly QueryParameter[]
  readonly headers: HttpHeaders
  /** `Host` as it was sent, with its port. */
  readonly host: string
  /** `X-Sdk-Date` as it was sent. */
  readonly date: string
  /** SHA-256 of the body, hexadecimal. */
  readonly payloadHash: string
}

export function sdkHmacStringToSign(claim: SdkHmacClaim, parts: SdkHmacParts): string {
  const lines = headerLines(claim.signedHeaders, parts.headers, parts.host)
  const request = [
    ...[parts.method, canonicalPath(parts.rawPath), canonicalQuery(parts.query)],
    ...[lines, claim.signedHeaders.join(';'), parts.payloadHash],
  ]
  const digest = sha256Hex(Buffer.from(request.join('\n'), 'latin1'))
  return `${SDK_HMAC_ALGORITHM}\n${parts.date}\n${digest}`
}

/** Each segment decoded and encoded anew. A slash at the end and none are one path, also to who decodes it. */
function canonicalPath(rawPath: string): string {
  const segments = rawPath.split('/').map((segment) => {
    const decoded = decodePercent(segment)
    if (decoded === undefined) return refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
    return encodeUri(decoded)
  })
  const path = segments.join('/')
  return path.endsWith('/') ? path : `${path}/`
}

/** 64 lower-case hexadecimal digits. Nothing is derived: the secret itself is the key. */
export function sdkHmacSign(secret: SecretLike, text: string): string {
  return withSecretKey(secret, {}, (key) => createHmac('sha256', key).update(text, 'latin1').digest('hex'))
}

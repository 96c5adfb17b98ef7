/**
 * Alibaba Cloud's signature, version 3: HMAC-SHA256 over a canonical request with listed headers and the digest of the
 * body (Alibaba Cloud, "V3 request body and signature").
 */
import { createHmac } from 'node:crypto'
import type { HttpHeaders, QueryParameter } from '../../http/index.ts'
import type { SecretLike } from '../../operations/index.ts'
import { authorizationFields, headerLines, signedHeaderNames } from './listed-headers.ts'
import { withSecretKey } from './secret-key.ts'
import { canonicalQuery, compareText, encodeUri } from './sigv4-canonical.ts'
import { sha256Hex } from './sigv4.ts'

export const ACS3_ALGORITHM = 'ACS3-HMAC-SHA256'

export interface Acs3Claim {
  readonly accessKeyId: string
  readonly signedHeaders: readonly string[]
  /** As sent: 64 lower-case hexadecimal digits, compared as text. */
  readonly signature: string
}

/** `ACS3-HMAC-SHA256 Credential=<id>,SignedHeaders=<a;b>,Signature=<hex>` */
export function parseAcs3(authorization: string): Acs3Claim {
  const fields = authorizationFields(authorization, ACS3_ALGORITHM, ['Credential', 'SignedHeaders', 'Signature'])
  return {
    accessKeyId: fields.Credential,
    signedHeaders: signedHeaderNames(fields.SignedHeaders),
    signature: fields.Signature,
  }
}

export interface Acs3Parts {
  readonly method: string
  readonly rawPath: string
  readonly query: readonly QueryParameter[]
  readonly headers: HttpHeaders
  /** `Host` as it was sent, with its port. */
  readonly host: string
  /** `x-acs-content-sha256`. */
  readonly payloadHash: string
}

/**
 * The texts that a client may have signed, at most two, which read as the same request (T-047): the vendor's page encodes
 * the names of parameters, and its client for Node writes them as they are.
 */
export function acs3StringsToSign(claim: Acs3Claim, parts: Acs3Parts): readonly string[] {
  const lines = headerLines(claim.signedHeaders, parts.headers, parts.host)
  const queries = new Set([canonicalQuery(parts.query), ...namesAsTheyAre(parts.query)])
  return [...queries].map((query) => {
    const request = [parts.method, parts.rawPath, query, lines, claim.signedHeaders.join(';'), parts.payloadHash]
    return `${ACS3_ALGORITHM}\n${sha256Hex(Buffer.from(request.join('\n'), 'utf8'))}`
  })
}

/** Empty where such a text could be another query's as well. */
function namesAsTheyAre(query: readonly QueryParameter[]): readonly string[] {
  if (query.some(({ name }) => /[&=%+]/.test(name))) return []
  const sorted = [...query].sort((one, other) => compareText(one.name, other.name))
  return [sorted.map(({ name, value }) => `${name}=${encodeUri(value)}`).join('&')]
}

/** 64 lower-case hexadecimal digits. Nothing is derived: the secret itself is the key. */
export function acs3Sign(secret: SecretLike, text: string): string {
  return withSecretKey(secret, {}, (key) => createHmac('sha256', key).update(text, 'latin1').digest('hex'))
}

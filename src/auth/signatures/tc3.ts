/**
 * Tencent Cloud's signature, version 3: a key derived of date and service, over a canonical request with listed headers and
 * the digest of the body (Tencent Cloud, "Signature v3").
 */
import { createHmac, createSecretKey } from 'node:crypto'
import type { HttpHeaders } from '../../http/index.ts'
import { refuse, type SecretLike } from '../../operations/index.ts'
import { authorizationFields, headerLines, signedHeaderNames } from './listed-headers.ts'
import { withSecretKey } from './secret-key.ts'
import { sha256Hex } from './sigv4.ts'

export const TC3_ALGORITHM = 'TC3-HMAC-SHA256'

export interface Tc3Claim {
  readonly accessKeyId: string
  /** `yyyy-mm-dd` */
  readonly date: string
  /** What the client made of its endpoint's name; clients are given addresses, so it says nothing. */
  readonly service: string
  readonly signedHeaders: readonly string[]
  /** As sent: 64 lower-case hexadecimal digits, compared as text. */
  readonly signature: string
}

const CREDENTIAL = /^([^/]+)\/(\d{4}-\d{2}-\d{2})\/([A-Za-z0-9_:[\]-]{1,64})\/tc3_request$/

/** `TC3-HMAC-SHA256 Credential=<id>/<date>/<service>/tc3_request, SignedHeaders=<a;b>, Signature=<hex>` */
export function parseTc3(authorization: string): Tc3Claim {
  const fields = authorizationFields(authorization, TC3_ALGORITHM, ['Credential', 'SignedHeaders', 'Signature'])
  const [, accessKeyId, date, service] = CREDENTIAL.exec(fields.Credential) ?? []
  if (accessKeyId === undefined || date === undefined || service === undefined) {
    const detail = 'the credential is <key id>/<yyyy-mm-dd>/<service>/tc3_request'
    return refuse({ kind: 'malformed-authorization', detail })
  }
  const signedHeaders = signedHeaderNames(fields.SignedHeaders)
  return { accessKeyId, date, service, signedHeaders, signature: fields.Signature }
}

export interface Tc3Parts {
  readonly method: string
  readonly headers: HttpHeaders
  /** `Host` as it was sent, and its name alone. */
  readonly hosts: readonly string[]
  /** `X-TC-Timestamp` as it was sent: seconds since 1970. */
  readonly timestamp: string
  /** SHA-256 of the body, hexadecimal. */
  readonly payloadHash: string
}

/**
 * The texts that a client may have signed: the client for Node signs the host without its port, others with it (T-047).
 * The path is always `/`, and there is no query.
 */
export function tc3StringsToSign(claim: Tc3Claim, parts: Tc3Parts): readonly string[] {
  const scope = `${claim.date}/${claim.service}/tc3_request`
  return [...new Set(parts.hosts)].map((host) => {
    const lines = headerLines(claim.signedHeaders, parts.headers, host)
    const request = [parts.method, '/', '', lines, claim.signedHeaders.join(';'), parts.payloadHash].join('\n')
    return `${TC3_ALGORITHM}\n${parts.timestamp}\n${scope}\n${sha256Hex(Buffer.from(request, 'latin1'))}`
  })
}

/** 64 lower-case hexadecimal digits, one for each text. */
export function tc3Sign(secret: SecretLike, claim: Tc3Claim, texts: readonly string[]): readonly string[] {
  let derived = withSecretKey(secret, { before: 'TC3' }, (key) => createHmac('sha256', key).update(claim.date).digest())
  for (const part of [claim.service, 'tc3_request']) {
    const next = createHmac('sha256', createSecretKey(derived)).update(part, 'latin1').digest()
    derived.fill(0)
    derived = next
  }
  const key = createSecretKey(derived)
  derived.fill(0)
  return texts.map((text) => createHmac('sha256', key).update(text, 'latin1').digest('hex'))
}

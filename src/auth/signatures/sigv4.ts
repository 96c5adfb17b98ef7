/** AWS Signature Version 4: scope, string to sign, signing key, signature. */
import { createHash, createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'
import type { SecretLike } from '../../operations/index.ts'

export const SIGV4_ALGORITHM = 'AWS4-HMAC-SHA256'
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'
/** SHA-256 of nothing. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

export interface Scope {
  /** `yyyymmdd` */
  readonly date: string
  readonly region: string
  readonly service: string
}

export function scopeText(scope: Scope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

const ASCII = /^[\x00-\x7f]*$/

/** `timestamp` is `yyyymmddThhmmssZ`. The canonical request is hashed one character a byte. */
export function stringToSign(timestamp: string, scope: Scope, canonicalRequest: string): string {
  const digest = digestOfCanonical(canonicalRequest)
  return `${SIGV4_ALGORITHM}\n${timestamp}\n${scopeText(scope)}\n${digest}`
}

/** SHA-256 of a text that is one character a byte, in lower-case hexadecimal digits. */
export function digestOfCanonical(text: string): string {
  return ASCII.test(text) ? hash('sha256', text) : createHash('sha256').update(text, 'latin1').digest('hex')
}

/** The key that signs everything of one scope. */
export function deriveSigningKey(secret: SecretLike, scope: Scope): KeyObject {
  const first = secret.expose((bytes) => {
    const prefixed = Buffer.alloc(4 + bytes.length)
    prefixed.write('AWS4', 'latin1')
    prefixed.set(bytes, 4)
    const key = createSecretKey(prefixed)
    prefixed.fill(0)
    return key
  })
  let key = first
  for (const part of [scope.date, scope.region, scope.service, 'aws4_request']) {
    const derived = createHmac('sha256', key).update(part, 'utf8').digest()
    key = createSecretKey(derived)
    derived.fill(0)
  }
  return key
}

/** 64 lower-case hexadecimal digits. */
export function signText(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text, 'latin1').digest('hex')
}

import type { SecretLike } from '../operations/index.ts'

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
}

/** Upper case, as one vendor writes it. */
export function upperHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex').toUpperCase()
}

/** The one place where a plaintext becomes text: the answer to who may have it. The bytes are wiped. */
export function secretText(secret: SecretLike, write: (bytes: Uint8Array) => string): string {
  const text = secret.expose(write)
  secret.wipe()
  return text
}

export function secretBase64(secret: SecretLike): string {
  return secretText(secret, base64)
}

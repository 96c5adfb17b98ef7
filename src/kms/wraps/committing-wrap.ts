import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { equalInConstantTime, hkdfExpand, randomBytes, watchSeal } from '../../secrets/index.ts'

/**
 * The one construction behind `CKB1`, `CWK1` and `CRW1` (docs/key-hierarchy.md, "The committing wrap"):
 * header, commitment, ciphertext, tag. Key, nonce and commitment are derived from the wrapping key and the header,
 * which holds a fresh salt: no key of AES-GCM is used twice, and a wrap opens under one key only.
 */

export const SALT_BYTES = 24
export const COMMITMENT_BYTES = 32
export const TAG_BYTES = 16
/** Every wrapping key has 32 bytes. */
export const KEY_BYTES = 32

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const SEPARATOR = Buffer.of(0)

export interface WrapFormat {
  /** The derivation's label, without its closing zero. */
  readonly label: string
  /** Length of the header, which ends with the salt. */
  readonly headerBytes: number
}

/** The bytes that a format adds to what it wraps. */
export function overheadOf(format: WrapFormat): number {
  return format.headerBytes + COMMITMENT_BYTES + TAG_BYTES
}

/** Fills the salt at the end of a header. */
export function saltHeader(header: Buffer): Buffer {
  header.set(randomBytes(SALT_BYTES), header.length - SALT_BYTES)
  return header
}

/** `header` is complete, salt included. `bound` is authenticated behind header and commitment. */
export function sealCommitted(
  format: WrapFormat,
  wrappingKey: KeyObject,
  header: Uint8Array,
  plaintext: Uint8Array,
  bound: Uint8Array,
): Buffer {
  const derived = derive(format, wrappingKey, header)
  watchSeal(derived.key, derived.nonce)
  const cipher = createCipheriv(CIPHER, derived.key, derived.nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.concat([header, derived.commitment, bound]))
  const ciphertext = cipher.update(plaintext)
  cipher.final()
  return Buffer.concat([header, derived.commitment, ciphertext, cipher.getAuthTag()])
}

/** What was wrapped, or undefined. The commitment is compared before anything is decrypted. */
export function openCommitted(
  format: WrapFormat,
  wrappingKey: KeyObject,
  wrapped: Uint8Array,
  bound: Uint8Array,
): Buffer | undefined {
  if (wrapped.length < overheadOf(format)) return undefined
  const sealedAt = format.headerBytes + COMMITMENT_BYTES
  const tagAt = wrapped.length - TAG_BYTES
  const derived = derive(format, wrappingKey, wrapped.subarray(0, format.headerBytes))
  if (!equalInConstantTime(derived.commitment, wrapped.subarray(format.headerBytes, sealedAt))) return undefined
  const decipher = createDecipheriv(CIPHER, derived.key, derived.nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.concat([wrapped.subarray(0, sealedAt), bound]))
  decipher.setAuthTag(wrapped.subarray(tagAt))
  const plaintext = decipher.update(wrapped.subarray(sealedAt, tagAt))
  try {
    decipher.final()
  } catch {
    plaintext.fill(0)
    return undefined
  }
  return plaintext
}

function derive(
  format: WrapFormat,
  wrappingKey: KeyObject,
  header: Uint8Array,
): { readonly key: KeyObject; readonly nonce: Buffer; readonly commitment: Buffer } {
  const info = Buffer.concat([Buffer.from(format.label), SEPARATOR, header])
  const bytes = hkdfExpand('sha512', wrappingKey, info, KEY_BYTES + NONCE_BYTES + COMMITMENT_BYTES)
  const key = createSecretKey(bytes.subarray(0, KEY_BYTES))
  bytes.fill(0, 0, KEY_BYTES)
  return {
    key,
    nonce: bytes.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES),
    commitment: bytes.subarray(KEY_BYTES + NONCE_BYTES),
  }
}

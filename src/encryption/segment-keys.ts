import { createSecretKey, type KeyObject } from 'node:crypto'
import { hkdfExpand } from '../secrets/index.ts'
import { COMMITMENT_BYTES, HEADER_BYTES, SALT_BYTES, SMALL_SEGMENT_BYTES, type SegmentBytes } from './sizes.ts'

export const KEY_BYTES = 32
export const NONCE_BYTES = 12
const DERIVED_BYTES = KEY_BYTES + NONCE_BYTES + COMMITMENT_BYTES
const MAX_CONTEXT_BYTES = 1024

/** C2SP chunked-encryption v1: this label means 16 KiB. */
const PUBLISHED_LABEL = Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0', 'ascii')
/** Ours: the same construction with 64 KiB. */
const LARGE_LABEL = Buffer.from('coffer/chunked-encryption-64k@v1+AEAD_AES_256_GCM\0', 'ascii')

/** What seals and opens the segments of one message. `commitment` is part of the message's header. */
export interface SegmentKeys {
  readonly key: KeyObject
  readonly baseNonce: Buffer
  readonly commitment: Buffer
}

/** Filled anew by each derivation, which is synchronous. Holds labels, salts and contexts only. */
const info = Buffer.alloc(LARGE_LABEL.length + SALT_BYTES + MAX_CONTEXT_BYTES)

/**
 * key (32), base nonce (12), commitment (32) = HKDF-Expand-SHA-512(input key, label, salt, context).
 * C2SP chunked-encryption, "Key derivation". The input key is 32 uniformly random bytes.
 */
export function deriveSegmentKeys(
  inputKey: KeyObject,
  segmentBytes: SegmentBytes,
  salt: Uint8Array,
  context: Uint8Array,
): SegmentKeys {
  if (inputKey.symmetricKeySize !== KEY_BYTES) throw new RangeError('an input key has 32 bytes')
  if (salt.length !== SALT_BYTES) throw new RangeError('a salt has 24 bytes')
  if (context.length > MAX_CONTEXT_BYTES) throw new RangeError('a context is too long')
  const label = segmentBytes === SMALL_SEGMENT_BYTES ? PUBLISHED_LABEL : LARGE_LABEL
  info.set(label)
  info.set(salt, label.length)
  info.set(context, label.length + SALT_BYTES)
  const derived = hkdfExpand(
    'sha512',
    inputKey,
    info.subarray(0, label.length + SALT_BYTES + context.length),
    DERIVED_BYTES,
  )
  const key = createSecretKey(derived.subarray(0, KEY_BYTES))
  derived.fill(0, 0, KEY_BYTES)
  return {
    key,
    baseNonce: derived.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES),
    commitment: derived.subarray(KEY_BYTES + NONCE_BYTES, DERIVED_BYTES),
  }
}

/** Salt and commitment as they stand before the first segment. */
export function streamHeader(salt: Uint8Array, commitment: Uint8Array): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES)
  header.set(salt)
  header.set(commitment, SALT_BYTES)
  return header
}

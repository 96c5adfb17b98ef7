import { createSecretKey, type KeyObject } from 'node:crypto'
import type { DataCipher } from '../operations/index.ts'
import { hkdfExpand } from '../secrets/index.ts'
import { aesSegments, sm4Segments, type SegmentCipher } from './segment-cipher.ts'
import { COMMITMENT_BYTES, HEADER_BYTES, SALT_BYTES, SMALL_SEGMENT_BYTES, type SegmentBytes } from './sizes.ts'

export const KEY_BYTES = 32
export const NONCE_BYTES = 12
const SM4_KEY_BYTES = 16
const SM3_KEY_BYTES = 32
const MAX_CONTEXT_BYTES = 1024

interface Labels {
  readonly small: Buffer
  readonly large: Buffer
}

/** C2SP chunked-encryption v1 as published means AES and 16 KiB; the other three are ours, of the same construction. */
const LABELS: Readonly<Record<DataCipher, Labels>> = {
  'aes-256': {
    small: Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0', 'ascii'),
    large: Buffer.from('coffer/chunked-encryption-64k@v1+AEAD_AES_256_GCM\0', 'ascii'),
  },
  sm4: {
    small: Buffer.from('coffer/chunked-encryption-16k@v1+SM4_CTR_HMAC_SM3\0', 'ascii'),
    large: Buffer.from('coffer/chunked-encryption-64k@v1+SM4_CTR_HMAC_SM3\0', 'ascii'),
  },
}
const MAX_LABEL_BYTES = Math.max(...Object.values(LABELS).flatMap(({ small, large }) => [small.length, large.length]))

/** What seals and opens the segments of one message. `commitment` is part of the message's header. */
export interface SegmentKeys {
  readonly cipher: SegmentCipher
  readonly baseNonce: Buffer
  readonly commitment: Buffer
}

/** Filled anew by each derivation, which is synchronous. Holds labels, salts and contexts only. */
const info = Buffer.alloc(MAX_LABEL_BYTES + SALT_BYTES + MAX_CONTEXT_BYTES)

/**
 * Keys, base nonce (12), commitment (32) = HKDF-Expand(input key, label, salt, context): with SHA-512 an AES key (32), as in
 * C2SP chunked-encryption, "Key derivation"; with SM3 an SM4 key (16) and an HMAC key (32). The input key is 32 uniformly
 * random bytes.
 */
export function deriveSegmentKeys(
  cipher: DataCipher,
  inputKey: KeyObject,
  segmentBytes: SegmentBytes,
  salt: Uint8Array,
  context: Uint8Array,
): SegmentKeys {
  if (inputKey.symmetricKeySize !== KEY_BYTES) throw new RangeError('an input key has 32 bytes')
  if (salt.length !== SALT_BYTES) throw new RangeError('a salt has 24 bytes')
  if (context.length > MAX_CONTEXT_BYTES) throw new RangeError('a context is too long')
  const label = LABELS[cipher][segmentBytes === SMALL_SEGMENT_BYTES ? 'small' : 'large']
  info.set(label)
  info.set(salt, label.length)
  info.set(context, label.length + SALT_BYTES)
  const bytes = info.subarray(0, label.length + SALT_BYTES + context.length)
  return cipher === 'sm4' ? deriveSm4(inputKey, bytes) : deriveAes(inputKey, bytes)
}

function deriveAes(inputKey: KeyObject, from: Uint8Array): SegmentKeys {
  const derived = hkdfExpand('sha512', inputKey, from, KEY_BYTES + NONCE_BYTES + COMMITMENT_BYTES)
  const key = createSecretKey(derived.subarray(0, KEY_BYTES))
  derived.fill(0, 0, KEY_BYTES)
  return {
    cipher: aesSegments(key),
    baseNonce: derived.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES),
    commitment: derived.subarray(KEY_BYTES + NONCE_BYTES),
  }
}

function deriveSm4(inputKey: KeyObject, from: Uint8Array): SegmentKeys {
  const keyBytes = SM4_KEY_BYTES + SM3_KEY_BYTES
  const derived = hkdfExpand('sm3', inputKey, from, keyBytes + NONCE_BYTES + COMMITMENT_BYTES)
  const key = createSecretKey(derived.subarray(0, SM4_KEY_BYTES))
  const macKey = createSecretKey(derived.subarray(SM4_KEY_BYTES, keyBytes))
  derived.fill(0, 0, keyBytes)
  return {
    cipher: sm4Segments(key, macKey),
    baseNonce: derived.subarray(keyBytes, keyBytes + NONCE_BYTES),
    commitment: derived.subarray(keyBytes + NONCE_BYTES),
  }
}

/** Salt and commitment as they stand before the first segment. */
export function streamHeader(salt: Uint8Array, commitment: Uint8Array): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES)
  header.set(salt)
  header.set(commitment, SALT_BYTES)
  return header
}

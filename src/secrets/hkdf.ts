import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

const HASH_BYTES = { sha256: 32, sha512: 64, sm3: 32 } as const

const FIRST_BLOCK = Buffer.of(1)

export type HkdfHash = keyof typeof HASH_BYTES

/**
 * HKDF-Expand (RFC 5869, 2.3). `prk` may be a KeyObject: with raw bytes Node 24 is several times slower.
 * By hand because `hkdfSync` always extracts first. `length` is in bytes, at most 255 hash outputs.
 */
export function hkdfExpand(hash: HkdfHash, prk: KeyObject | Uint8Array, info: Uint8Array, length: number): Buffer {
  const key = prk instanceof Uint8Array ? createSecretKey(prk) : prk
  const hashBytes = HASH_BYTES[hash]
  const blocks = Math.ceil(length / hashBytes)
  if (blocks > 255) throw new RangeError('HKDF-Expand: too long')
  if (blocks === 1) {
    const output = createHmac(hash, key).update(info).update(FIRST_BLOCK).digest()
    return length === hashBytes ? output : output.subarray(0, length)
  }
  // What follows `info` and what goes before it, in one buffer: a hash update costs more than a copy.
  const message = Buffer.alloc(hashBytes + info.length + 1)
  message.set(info, hashBytes)
  const out = Buffer.alloc(blocks * hashBytes)
  for (let block = 1; block <= blocks; block++) {
    message[message.length - 1] = block
    const output = createHmac(hash, key)
      .update(block === 1 ? message.subarray(hashBytes) : message)
      .digest()
    output.copy(out, (block - 1) * hashBytes)
    output.copy(message)
  }
  return blocks * hashBytes === length ? out : out.subarray(0, length)
}

/** HKDF-Extract (RFC 5869, 2.2): the pseudo-random key for `hkdfExpand`. */
export function hkdfExtract(hash: HkdfHash, salt: Uint8Array, inputKey: Uint8Array): Buffer {
  return createHmac(hash, createSecretKey(salt)).update(inputKey).digest()
}

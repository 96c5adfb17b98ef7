import type { Key } from './metadata-store.ts'

/** memcmp order: negative, zero or positive. */
export function compareKeys(left: Key, right: Key): number {
  return Buffer.compare(left, right)
}

/** The first key after all keys that begin with `prefix`; undefined when there is none (empty, or FF bytes only). */
export function afterPrefix(prefix: Key): Buffer | undefined {
  for (let last = prefix.length - 1; last >= 0; last--) {
    const byte = prefix[last]
    if (byte === undefined || byte === 0xff) continue
    const next = Buffer.from(prefix.subarray(0, last + 1))
    next[last] = byte + 1
    return next
  }
  return undefined
}

/** The same bytes as a Buffer, without copying. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

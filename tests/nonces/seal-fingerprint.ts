import { createHmac, type KeyObject } from 'node:crypto'
import { FINGERPRINT_BYTES } from './fingerprint-set.ts'

/**
 * What a test remembers of a seal: HMAC-SHA-256 of key and nonce under a key of the test's own, cut to 16 bytes. Two
 * seals have the same exactly when key and nonce were the same; nobody learns the key from it.
 */
export function sealFingerprint(testKey: Uint8Array, key: KeyObject, nonce: Uint8Array): Buffer {
  const bytes = key.export()
  const length = Buffer.of(bytes.length)
  const fingerprint = createHmac('sha256', testKey).update(length).update(bytes).update(nonce).digest()
  bytes.fill(0)
  return fingerprint.subarray(0, FINGERPRINT_BYTES)
}

import { randomBytes } from 'node:crypto'
import { setSealWatch } from '../../src/secrets/index.ts'
import { FingerprintSet } from './fingerprint-set.ts'
import { sealFingerprint } from './seal-fingerprint.ts'

export class NonceUsedTwice extends Error {}

/** Counts every seal of this process; the second with the same key and nonce throws before it is made. */
export function countSeals(): FingerprintSet {
  const testKey = randomBytes(32)
  const seen = new FingerprintSet()
  setSealWatch((key, nonce) => {
    if (!seen.add(sealFingerprint(testKey, key, nonce))) throw new NonceUsedTwice('a key and a nonce met twice')
  })
  return seen
}

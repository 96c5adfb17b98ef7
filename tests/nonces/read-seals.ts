import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHECKOUT } from '../checkout.ts'
import { FINGERPRINT_BYTES, FingerprintSet } from './fingerprint-set.ts'

/** The seals of all processes of all servers that were started with its flags. */
export interface SealJournals {
  readonly nodeFlags: readonly string[]
  /** Fails when a key and a nonce met twice. How many seals there were, and in how many processes. */
  assertUnique(): { readonly seals: number; readonly processes: number }
}

/** `directory`: made here, and outside of the data. */
export function sealJournals(directory: string): SealJournals {
  mkdirSync(directory)
  const parameters = new URLSearchParams({ into: directory, key: randomBytes(32).toString('hex') })
  const path = join(CHECKOUT, 'dist', 'tests', 'nonces', 'seal-journal.js')
  return {
    nodeFlags: ['--import', `file://${path}?${parameters.toString()}`],
    assertUnique: () => {
      const seen = new FingerprintSet()
      let processes = 0
      for (const name of readdirSync(directory)) {
        if (addFrom(join(directory, name), seen) > 0) processes++
      }
      return { seals: seen.size, processes }
    },
  }
}

function addFrom(path: string, seen: FingerprintSet): number {
  const bytes = readFileSync(path)
  // A process that was killed while it wrote had not yet sealed what the last, cut one is about.
  const whole = Math.floor(bytes.length / FINGERPRINT_BYTES)
  for (let index = 0; index < whole; index++) {
    const fingerprint = bytes.subarray(index * FINGERPRINT_BYTES, (index + 1) * FINGERPRINT_BYTES)
    assert.ok(seen.add(fingerprint), `${path}: seal ${index} repeats a key and a nonce`)
  }
  return whole
}

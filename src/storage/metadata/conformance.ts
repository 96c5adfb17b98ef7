import { registerCommits } from './conformance-commits.ts'
import { registerCounters } from './conformance-counters.ts'
import { registerReads } from './conformance-reads.ts'
import { test } from 'node:test'
import type { MetadataStore } from './metadata-store.ts'

/** Registers one test; `body` gets a fresh, empty store, which is closed afterwards. */
export type Register = (says: string, body: (store: MetadataStore) => Promise<void>) => void

/** Registers the tests that every maker passes. `open` gives a fresh, empty store each time. */
export function metadataConformance(name: string, open: () => Promise<MetadataStore>): void {
  const register: Register = (says, body) => {
    test(`${name} metadata: ${says}`, async () => {
      const store = await open()
      try {
        await body(store)
      } finally {
        await store.close()
      }
    })
  }
  registerCommits(register)
  registerCounters(register)
  registerReads(register)
}

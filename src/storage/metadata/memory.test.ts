import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metadataConformance } from './conformance.ts'
import { seeded } from './conformance-steps.ts'
import { createMemoryMetadata } from './memory.ts'
import { SortedRows } from './sorted-rows.ts'

metadataConformance('memory', async () => createMemoryMetadata())

test('sorted rows stay sorted over 100,000 scattered inserts and deletes', () => {
  const random = seeded(4)
  const rows = new SortedRows()
  const model = new Map<string, Buffer>()
  for (let count = 0; count < 100_000; count++) {
    const key = Buffer.alloc(4)
    key.writeUInt32BE(random(2 ** 32 - 1))
    if (count % 4 === 3) {
      const gone = model.keys().next().value
      if (gone !== undefined) {
        rows.delete(Buffer.from(gone, 'hex'))
        model.delete(gone)
      }
    } else {
      rows.put({ key, value: key, revision: '' })
      model.set(key.toString('hex'), key)
    }
  }
  const expected = [...model.keys()].sort()
  const end = Buffer.alloc(5, 0xff)
  const hexOf = (row: { key: Uint8Array }): string => Buffer.from(row.key).toString('hex')
  assert.deepEqual([...rows.ascending(Buffer.alloc(0), end)].map(hexOf), expected)
  assert.deepEqual([...rows.descending(Buffer.alloc(0), end)].map(hexOf), [...expected].reverse())
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTurns } from '../../../tests/event-loop-turns.ts'
import { MIN_PART_BYTES } from '../../operations/index.ts'
import { readListedParts } from './check-parts.ts'
import { engine } from '../engine.fixture.ts'
import { buildPages } from '../rows/manifest.ts'
import { sealPart } from '../rows/part-record.ts'
import { partKey } from '../rows/row-keys.ts'

const PARTS = 10_000

test('T-164 part ten thousand parts are read, checked and put into pages with turns of the event loop between', async () => {
  const { records, store, blobs } = await engine()
  const uploadId = Buffer.alloc(24, 1)
  const etag = Buffer.alloc(16, 2)
  const { id: blob } = await blobs.create()
  const base64 = (bytes: number): string => Buffer.alloc(bytes, 3).toString('base64')
  const layers = [{ salt: base64(24), commitment: base64(32) }]
  const stream = { length: MIN_PART_BYTES, sealedLength: MIN_PART_BYTES + 72, segmentBytes: 65_536 as const, layers }
  const listed = Array.from({ length: PARTS }, (_, index) => ({ partNumber: index + 1, etag: etag.toString('hex') }))
  for (let first = 0; first < PARTS; first += 1_000) {
    const writes = listed.slice(first, first + 1_000).map(({ partNumber }) => {
      const key = partKey(uploadId, partNumber)
      const part = { size: MIN_PART_BYTES, modifiedMs: 0, etag, blob, stream, checksums: [] }
      return { kind: 'put', key, value: sealPart(records, key, part) } as const
    })
    await store.commit({ checks: [], writes })
  }
  const read = await withTurns(() => readListedParts({ store, records }, uploadId, { parts: listed }))
  assert.equal(read.result.length, PARTS)
  assert.ok(read.turns >= 38, `${read.turns} turns, 256 parts in each`)
  const built = await withTurns(() => buildPages(records, Buffer.alloc(16, 5), read.result))
  assert.equal(built.result.table.parts, PARTS)
  assert.equal(built.result.writes.length, 157)
  assert.ok(built.turns >= 18, `${built.turns} turns, 8 pages in each`)
})

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { openLmdbMetadata, type Write } from '../../src/storage/index.ts'
import { testDirectory } from '../servers.ts'
import { linesOf, readerTest, runReader } from './run-reader.ts'
import { bodyOf } from './written-objects.ts'

const ROWS = 30_000
const BATCH_ROWS = 500

/** Keys up to the longest, values up to the largest: branch pages over branch pages, and values in overflow pages. */
function rowOf(index: number): { readonly key: Buffer; readonly value: Buffer } {
  const name = bodyOf(`row ${index}`, 4).readUInt32BE()
  const key = Buffer.concat([bodyOf(`key ${index}`, 8), Buffer.alloc(index % 100 === 0 ? 1_192 : name % 90, 0x6b)])
  return { key, value: bodyOf(`value ${index}`, index % 500 === 0 ? 64 * 1024 : index % 50 === 0 ? 9_000 : name % 300) }
}

test('a second reader finds every row of a large environment, and none that was deleted', readerTest(), async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const path = join(directory.path, 'metadata')
  const store = await openLmdbMetadata({ directory: path })
  const rows = new Map<string, ReturnType<typeof rowOf>>()
  for (let first = 0; first < ROWS; first += BATCH_ROWS) {
    const writes: Write[] = []
    for (let index = first; index < first + BATCH_ROWS; index += 1) {
      const row = rowOf(index)
      rows.set(row.key.toString('hex'), row)
      writes.push({ kind: 'put', ...row })
      // Every third of those before goes: its pages are free, and are used again.
      const gone = rowOf(index - BATCH_ROWS).key
      if (index % 3 === 0 && rows.delete(gone.toString('hex'))) writes.push({ kind: 'delete', key: gone })
    }
    await store.commit({ checks: [], writes })
  }
  await store.close()
  const expected = createHash('sha256')
  for (const [, { key, value }] of [...rows].sort(([one], [two]) => (one < two ? -1 : 1))) {
    expected.update(u32(key.length)).update(key).update(u32(value.length)).update(value)
  }
  const run = runReader('rows', path)
  assert.equal(run.code, 0, run.stderr)
  assert.deepEqual(linesOf(run, 'rows'), [{ kind: 'rows', rows: rows.size, sha256: expected.digest('hex') }])
})

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openRootProvider } from '../../kms/index.ts'
import { createMemoryMetadata, openFilesystemBlobs } from '../../storage/index.ts'
import { bytesOf, get, put, seeded, withBucket } from '../engine.fixture.ts'

const directory = mkdtempSync(join(tmpdir(), 'coffer-large-'))
after(() => rmSync(directory, { recursive: true, force: true }))

test('large bodies side by side, over files: ETags, whole bodies and ranges are right in every mode', async () => {
  const blobs = await openFilesystemBlobs({ directory: join(directory, 'blobs') })
  const root = await openRootProvider({ provider: 'ephemeral' })
  const ground = { store: createMemoryMetadata(), blobs, root, nowMs: Date.UTC(2026, 0, 2) }
  const at = await withBucket('unversioned', {}, ground)
  const random = seeded(7)
  const bodies = Array.from({ length: 4 }, (_, index) => bytesOf(1_100_000 + index * 300_001, index))
  for (const kind of ['sse-s3', 'sse-kms', 'dsse-kms'] as const) {
    await Promise.all(
      bodies.map(async (bytes, index) => {
        const { etag } = await put(at, `${kind}${index}`, bytes, { encryption: { kind } })
        const md5 = createHash('md5').update(bytes).digest('hex')
        assert.equal(etag === md5, kind === 'sse-s3')
      }),
    )
    await Promise.all(
      bodies.map(async (bytes, index) => {
        const first = Math.floor(random() * bytes.length)
        const last = first + Math.floor(random() * (bytes.length - first))
        const whole = get(at, `${kind}${index}`)
        const part = await get(at, `${kind}${index}`, { range: { kind: 'from', first, last } })
        assert.ok((await whole).bytes.equals(bytes))
        assert.ok(part.bytes.equals(bytes.subarray(first, last + 1)), `${kind} ${first}-${last}`)
      }),
    )
  }
  await at.rooms.digestThread.end()
  await blobs.close()
})

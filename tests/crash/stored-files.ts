import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openLmdbReader } from '../../src/storage/index.ts'
import { adminClient } from '../admin-calls.ts'
import { spawnServer, type SpawnedCoffer } from '../servers.ts'
import type { AdminClient } from '../../src/cli/admin-client.ts'
import { importing } from './loaded-files.ts'

/** More than garbage has to be old. */
const AHEAD_MS = 100_000
const COLLECTED_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 50

/**
 * A server whose clock is ahead and whose collector runs all the time. `lives`: how many such servers were before it; the
 * clock is ahead of theirs too, so that what they had leased when they were killed is free.
 */
export function startCollecting(data: string, lives = 0, more: readonly string[] = []): Promise<SpawnedCoffer> {
  return spawnServer({
    data,
    env: { COFFER_JOBS_GARBAGE_MS: '100' },
    nodeFlags: [...importing('clock-ahead.js', { ms: String(AHEAD_MS * (lives + 1)) }), ...more],
  })
}

/**
 * Collects what is left over, and proves: everything authenticates, every counter and index agrees, and there is no
 * blob on the disk that no version, part or upload uses. Ends the data's server.
 */
export async function assertWholeAfterCollection(data: string, lives = 0): Promise<void> {
  const server = await startCollecting(data, lives)
  try {
    await assertCollected(data, adminClient(server))
    assert.equal(await server.stop(), 0)
  } finally {
    await server.kill().catch(() => undefined)
  }
  assert.equal(await garbageRows(data), 0)
  await assertFilesOwned(data)
}

/**
 * Waits for the collector, then the same by a server that runs and that nobody writes to. `customers`: versions under
 * keys that customers keep, which nobody else can read.
 */
export async function assertCollected(data: string, admin: AdminClient, customers = 0): Promise<void> {
  const deadlineMs = performance.now() + COLLECTED_WITHIN_MS
  // What the collector takes away while verify counts would be seen as a difference: first one, then the other.
  let report = undefined
  while (report === undefined) {
    const late = performance.now() >= deadlineMs
    if (!late && (await garbageRows(data)) > 0) {
      await pause(LOOK_EVERY_MS)
      continue
    }
    const found = await admin.call('verify-store')
    if (late || found.leftovers === 0) report = found
  }
  assert.deepEqual(
    { ...report, versions: 0, sealed: 0, readable: 0 },
    {
      ...{ versions: 0, sealed: 0, readable: 0, keysMissing: 0, damaged: [], remarks: [] },
      ...{ countersAgree: true, indexAgrees: true, orphans: 0, leftovers: 0 },
    },
  )
  assert.equal(report.readable + customers, report.versions)
  assert.equal(report.sealed, report.versions)
}

/** Every file of a blob has a row that says what it is part of, and every row its file. */
export async function assertFilesOwned(data: string): Promise<void> {
  assert.equal(blobFiles(data), await rowsBelow(data, 'blob/'), 'files of blobs, and rows that own them')
}

function garbageRows(data: string): Promise<number> {
  return rowsBelow(data, 'garbage/')
}

async function rowsBelow(data: string, prefix: string): Promise<number> {
  const reader = await openLmdbReader({ directory: join(data, 'metadata') })
  try {
    const start = Buffer.from(prefix)
    const end = Buffer.from(prefix.replace(/\/$/, '0'))
    const { rows, more } = await reader.scan({ start, end, limit: 1_000, valueBytes: 0 })
    assert.equal(more, false)
    return rows.length
  } finally {
    await reader.close()
  }
}

function blobFiles(data: string): number {
  const blobs = join(data, 'blobs')
  return readdirSync(blobs).reduce((sum, shard) => sum + readdirSync(join(blobs, shard)).length, 0)
}

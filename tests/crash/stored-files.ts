import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openLmdbReader } from '../../src/storage/index.ts'
import { adminClient } from '../admin-calls.ts'
import { CHECKOUT } from '../source-tree.ts'
import { spawnServer, type SpawnedCoffer } from '../servers.ts'

/** More than garbage has to be old. */
const AHEAD_MS = 180_000
const COLLECTED_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 250

/** The flags that load one of this folder's files, as it is compiled, into every process of a server. */
export function importing(file: string, parameters: Readonly<Record<string, string>>): readonly string[] {
  const path = join(CHECKOUT, 'dist', 'tests', 'crash', file)
  return ['--import', `file://${path}?${new URLSearchParams(parameters).toString()}`]
}

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
    const verify = () => adminClient(server).call('verify-store')
    const deadlineMs = performance.now() + COLLECTED_WITHIN_MS
    // What the collector takes away while verify counts would be seen as a difference: first one, then the other.
    while (((await garbageRows(data)) > 0 || (await verify()).leftovers > 0) && performance.now() < deadlineMs) {
      await pause(LOOK_EVERY_MS)
    }
    const report = await verify()
    assert.deepEqual(
      { ...report, versions: 0, sealed: 0, readable: 0 },
      {
        ...{ versions: 0, sealed: 0, readable: 0, keysMissing: 0, damaged: [], remarks: [] },
        ...{ countersAgree: true, indexAgrees: true, orphans: 0, leftovers: 0 },
      },
    )
    assert.equal(report.readable, report.versions)
    assert.equal(await server.stop(), 0)
  } finally {
    await server.kill().catch(() => undefined)
  }
  assert.equal(await garbageRows(data), 0)
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

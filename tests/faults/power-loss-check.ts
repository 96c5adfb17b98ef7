import assert from 'node:assert/strict'
import { verifyStore } from '../../src/jobs/index.ts'
import { collectGarbage } from '../../src/objects/upkeep/collect-garbage.ts'
import { blobIds, get, type Engine } from '../../src/objects/engine.fixture.ts'
import { sweepLeftovers } from '../../src/objects/upkeep/sweep-leftovers.ts'
import { StoreFailure, type VersionId } from '../../src/operations/index.ts'
import { sha256Of } from '../crash/seeded-random.ts'
import type { OwnName } from './power-loss-load.ts'
import { type Effect, type Expected } from './power-loss-load.ts'

const BLOB_ROWS = { start: Buffer.from('blob/'), end: Buffer.from('blob0') }
const MAX_ROWS = 10_000

/**
 * Every acknowledged version reads back right; a request without an answer happened whole, or not at all. What was in
 * doubt is known afterwards, and stands in `expected` as if it had been answered.
 */
export async function checkNames(at: Engine, expected: Expected, versioned: boolean): Promise<void> {
  for (const known of expected.values()) {
    const { name, doubt } = known
    const found = await contentOf(at, name.name, undefined)
    const happened = await checkVersions(at, name, doubt)
    if (doubt !== undefined && (happened || found !== name.current)) name.apply(doubt, versioned)
    known.doubt = undefined
    assert.equal(found, name.current, `${name.name}: what is acknowledged, or in doubt (${doubt?.kind ?? 'nothing'})`)
  }
}

/** Older versions by their ids. Returns whether a removal in doubt has happened. */
async function checkVersions(at: Engine, name: OwnName, doubt: Effect | undefined): Promise<boolean> {
  let removed = false
  for (const { versionId, content } of name.versions) {
    if (versionId === undefined || content === undefined) continue
    const found = await contentOf(at, name.name, versionId)
    if (found === undefined && doubt?.kind === 'remove-version' && doubt.versionId === versionId) removed = true
    else assert.equal(found, content, `${name.name} ${versionId}`)
  }
  return removed
}

async function contentOf(at: Engine, name: string, versionId: string | undefined): Promise<string | undefined> {
  try {
    const { bytes } = await get(at, name, versionId === undefined ? {} : { versionId: versionId as VersionId })
    return sha256Of(bytes)
  } catch (error) {
    const gone = error instanceof StoreFailure && ['no-such-key', 'no-such-version'].includes(error.failure.kind)
    if (gone) return undefined
    throw error
  }
}

/** Collects what is left over; then every file of a blob has the row that owns it, and every such row its file. */
export async function collectAll(at: Engine): Promise<void> {
  const liveEpochs = async (): Promise<ReadonlySet<string>> => new Set([at.blobs.epoch])
  const { signal } = new AbortController()
  while ((await collectGarbage(at.rooms, { limit: 64 })).more);
  while ((await sweepLeftovers(at.rooms, { liveEpochs, limit: 64, signal })).more);
  const { rows } = await at.store.scan({ ...BLOB_ROWS, limit: MAX_ROWS, valueBytes: 0 })
  const owned = rows.map((row) => Buffer.from(row.key).toString('hex', 'blob/'.length))
  assert.deepEqual((await blobIds(at)).toSorted(), owned.toSorted(), 'files of blobs, and rows that own them')
}

/** Everything authenticates, and every counter and index agrees with a full count. */
export async function checkWhole(at: Engine): Promise<void> {
  const report = await verifyStore(at.rooms, await at.permit(), { liveEpochs: new Set([at.blobs.epoch]) })
  const wanted = { countersAgree: true, indexAgrees: true, orphans: 0, leftovers: 0, keysMissing: 0 }
  assert.deepEqual(
    { ...report, versions: 0, sealed: 0, readable: 0 },
    {
      ...wanted,
      ...{ versions: 0, sealed: 0, readable: 0, damaged: [], remarks: [] },
    },
  )
  assert.equal(report.readable, report.versions)
}

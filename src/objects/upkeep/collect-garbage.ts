import { StoreFailure } from '../../operations/index.ts'
import { faultPoint, type BlobId, type Check, type Row, type Write } from '../../storage/index.ts'
import { readGarbage, type Garbage, type GarbageEntry } from '../rows/garbage-rows.ts'
import { openPage } from '../rows/manifest.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { openPart } from '../rows/part-record.ts'
import { oldestPublishedRead } from '../reading/read-leases.ts'
import {
  afterPrefix,
  blobKey,
  GARBAGE,
  GARBAGE_TIME_AT,
  manifestKey,
  manifestRange,
  partRange,
} from '../rows/row-keys.ts'

/** Reads that are younger than `PUBLISH_AFTER_MS` are not published; this leaves them far more than that. */
export const GARBAGE_AGE_MS = 60_000
/** Part rows or pages that one unit of work takes at a time. */
const ROWS_AT_ONCE = 64

type Rooms = Pick<ObjectRooms, 'store' | 'blobs' | 'records' | 'now'>

/**
 * Removes what commits left behind and no reader can need any more: blobs first, then their rows, then the garbage
 * row. Idempotent; a crash at any point is made good by the next run. `limit`: garbage rows to look at.
 */
export async function collectGarbage(
  rooms: Rooms,
  options: { readonly limit: number },
): Promise<{ readonly collected: number; readonly more: boolean }> {
  const oldestRead = await oldestPublishedRead(rooms.store)
  const before = Math.min(rooms.now() - GARBAGE_AGE_MS, oldestRead ?? Number.MAX_SAFE_INTEGER)
  let { start } = GARBAGE
  let collected = 0
  while (collected < options.limit) {
    const limit = options.limit - collected
    const page = await rooms.store.scan({ start, end: GARBAGE.end, limit })
    const entries = page.rows.map(readGarbage)
    const due = entries.filter((entry) => entry.atMs < before)
    for (const entry of due) if (await couldCollect(rooms, entry)) collected++
    const last = page.rows.at(-1)
    const young = entries.find((entry) => entry.atMs >= before)
    if (last === undefined || (!page.more && young === undefined)) return { collected, more: false }
    // What follows a young row of an epoch is younger still: on to the next epoch.
    start = young === undefined ? afterPrefix(last.key) : afterPrefix(young.row.key.subarray(0, GARBAGE_TIME_AT))
    if (Buffer.compare(start, GARBAGE.end) >= 0) return { collected, more: false }
  }
  return { collected, more: true }
}

/** Where a page or part is damaged, nobody knows which blobs it names: it stays, for verify to tell, and stops nobody. */
async function couldCollect(rooms: Rooms, entry: GarbageEntry): Promise<boolean> {
  try {
    await collect(rooms, entry)
    return true
  } catch (error) {
    if (error instanceof StoreFailure && error.failure.kind === 'integrity') return false
    throw error
  }
}

async function collect(rooms: Rooms, entry: GarbageEntry): Promise<void> {
  const { garbage, row } = entry
  switch (garbage.kind) {
    case 'blob':
      await removeBlobs(rooms, [garbage.blob], [])
      break
    case 'manifest':
      await collectPages(rooms, Buffer.from(garbage.sealId, 'hex'))
      break
    case 'extents': {
      const sealId = Buffer.from(garbage.sealId, 'hex')
      const rows = await rooms.store.getMany(garbage.pages.map((page) => manifestKey(sealId, page)))
      await removeBlobs(
        rooms,
        garbage.blobs,
        rows.filter((row) => row !== undefined),
      )
      break
    }
    case 'aborted-upload':
      await collectParts(rooms, Buffer.from(garbage.uploadId, 'hex'), new Set())
      await collectPageRows(rooms, Buffer.from(garbage.sealId, 'hex'))
      break
    case 'completed-upload':
      await collectParts(rooms, Buffer.from(garbage.uploadId, 'hex'), await blobsInUse(rooms, garbage))
  }
  const gone: Check = { kind: 'revision', key: row.key, revision: row.revision }
  faultPoint('collect-garbage:before-metadata-commit')
  await rooms.store.commit({ checks: [gone], writes: [{ kind: 'delete', key: row.key }] })
  faultPoint('collect-garbage:after-metadata-commit')
}

/** Blobs first: their rows say what is left to do. */
async function removeBlobs(rooms: Rooms, blobs: readonly BlobId[], rows: readonly Row[]): Promise<void> {
  await rooms.blobs.remove(blobs)
  const writes: Write[] = [
    ...blobs.map((blob): Write => ({ kind: 'delete', key: blobKey(blob) })),
    ...rows.map((row): Write => ({ kind: 'delete', key: row.key })),
  ]
  faultPoint('collect-garbage:blobs:before-metadata-commit')
  await rooms.store.commit({ checks: [], writes })
  faultPoint('collect-garbage:blobs:after-metadata-commit')
}

/** Pages from the last to the first, each with its blobs, so that what is left is always whole. */
async function collectPages(rooms: Rooms, sealId: Uint8Array): Promise<void> {
  for (;;) {
    const { rows } = await rooms.store.scan({ ...manifestRange(sealId), limit: 1, reverse: true })
    const [row] = rows
    if (row === undefined) return
    const entries = openPage(rooms.records, row)
    await removeBlobs(rooms, [...new Set(entries.map((entry) => entry.blob))], [row])
  }
}

/** Pages that no version names: their blobs belong to part rows. */
async function collectPageRows(rooms: Rooms, sealId: Uint8Array): Promise<void> {
  for (;;) {
    const { rows } = await rooms.store.scan({ ...manifestRange(sealId), limit: ROWS_AT_ONCE, valueBytes: 0 })
    if (rows.length === 0) return
    await removeBlobs(rooms, [], rows)
  }
}

/**
 * What a finished upload's version is made of. Pages that are gone went with their version and blobs, long after the
 * upload was finished; then nothing of the upload is in use.
 */
async function blobsInUse(
  rooms: Rooms,
  garbage: Extract<Garbage, { kind: 'completed-upload' }>,
): Promise<ReadonlySet<string>> {
  const sealId = Buffer.from(garbage.sealId, 'hex')
  const used = new Set<string>()
  for (let page = 0; page < garbage.pages; page++) {
    const [row] = await rooms.store.getMany([manifestKey(sealId, page)])
    if (row === undefined) continue
    for (const entry of openPage(rooms.records, row)) used.add(entry.blob)
  }
  return used
}

async function collectParts(rooms: Rooms, uploadId: Uint8Array, inUse: ReadonlySet<string>): Promise<void> {
  for (;;) {
    const { rows } = await rooms.store.scan({ ...partRange(uploadId), limit: ROWS_AT_ONCE })
    if (rows.length === 0) return
    const blobs = rows.map((row) => openPart(rooms.records, row).blob).filter((blob) => !inUse.has(blob))
    await removeBlobs(rooms, blobs, rows)
  }
}

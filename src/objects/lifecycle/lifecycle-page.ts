import { parseObjectKey, type BucketLifecycle, type ObjectKey, type VersionId } from '../../operations/index.ts'
import type { Key, Row } from '../../storage/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import {
  currentAction,
  markerExpiry,
  noncurrentAction,
  type CurrentAction,
  type NoncurrentVersion,
} from './lifecycle-rules.ts'
import { LISTED_VALUE_BYTES, readHeader, versionIdOf, type VersionHeader } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { justAfter, liveKey, livePrefix, oldPrefix, rangeOf } from '../rows/row-keys.ts'

/** The 00 and the inverted order behind a name in `old/`. */
const OLD_SUFFIX_BYTES = 9

/** Something that rules may reach: found by the clear parts of rows, to be read whole before anything is done. */
export interface Candidate {
  readonly key: ObjectKey
  readonly action: CurrentAction
  /** Absent: the current version. */
  readonly versionId?: VersionId
  /** Present: it was not the current version. */
  readonly noncurrent?: NoncurrentVersion
}

/** Where a pass over a bucket's old versions stands: which name it is in, and what it has seen of it. */
export interface OldPlace {
  readonly name: string
  /** Versions of the name so far that are not the current one. */
  readonly noncurrent: number
  /** When the last one of them came: the next one has been noncurrent since then. */
  readonly modifiedMs: number
}

export interface LifecyclePage {
  readonly candidates: readonly Candidate[]
  /** Where the next page begins; absent: that was the last one. */
  readonly next?: Key
  readonly place?: OldPlace
}

type Rooms = Pick<ObjectRooms, 'store' | 'records'>

function headerOf(rooms: Rooms, row: Row): VersionHeader {
  return readHeader(rooms.records.peek(row.value).clear)
}

function nameIn(row: Row, prefix: Key, suffixBytes: number): ObjectKey | undefined {
  const parsed = parseObjectKey(
    Buffer.from(row.key.subarray(prefix.length, row.key.length - suffixBytes)).toString('utf8'),
  )
  return parsed.kind === 'key' ? parsed.key : undefined
}

/** Current versions that a rule may reach now. Tags are not known yet: rules about them are taken to fit. */
export async function livePage(
  rooms: Rooms,
  bucket: BucketRecord,
  lifecycle: BucketLifecycle,
  from: Key | undefined,
  limits: { readonly limit: number; readonly nowMs: number },
): Promise<LifecyclePage> {
  const prefix = livePrefix(bucket.uuid)
  const range = rangeOf(prefix)
  const { rows, more } = await rooms.store.scan({
    ...{ start: from ?? range.start, end: range.end },
    ...{ limit: limits.limit, valueBytes: LISTED_VALUE_BYTES },
  })
  const candidates: Candidate[] = []
  for (const row of rows) {
    const key = nameIn(row, prefix, 0)
    if (key === undefined) continue
    const { size, modifiedMs, storageClass } = headerOf(rooms, row)
    const action = currentAction(lifecycle, { key, size, modifiedMs }, storageClass, limits.nowMs)
    if (action !== undefined) candidates.push({ key, action })
  }
  const last = rows.at(-1)
  return more && last !== undefined ? { candidates, next: justAfter(last.key) } : { candidates }
}

/** Noncurrent versions, and delete markers with nothing behind them. */
export async function oldPage(
  rooms: Rooms,
  bucket: BucketRecord,
  lifecycle: BucketLifecycle,
  from: { readonly key: Key; readonly place?: OldPlace } | undefined,
  limits: { readonly limit: number; readonly nowMs: number },
): Promise<LifecyclePage> {
  const prefix = oldPrefix(bucket.uuid)
  const range = rangeOf(prefix)
  // One more than is judged: whether a marker stands alone is told by the row behind it.
  const { rows, more } = await rooms.store.scan({
    ...{ start: from?.key ?? range.start, end: range.end },
    ...{ limit: limits.limit + 1, valueBytes: LISTED_VALUE_BYTES },
  })
  const judged = more ? rows.slice(0, limits.limit) : rows
  const candidates: Candidate[] = []
  let place = from?.place
  for (const [index, row] of judged.entries()) {
    const key = nameIn(row, prefix, OLD_SUFFIX_BYTES)
    if (key === undefined) continue
    const header = headerOf(rooms, row)
    const following = rows[index + 1]
    const isLast = following === undefined || nameIn(following, prefix, OLD_SUFFIX_BYTES) !== key
    const before = place?.name === key ? place : await placeAt(rooms, bucket, key)
    const { size, modifiedMs } = header
    const version =
      before === undefined ? undefined : { key, size, modifiedMs, sinceMs: before.modifiedMs, newer: before.noncurrent }
    const action = oldAction(lifecycle, { key, header, version, isLast }, limits.nowMs)
    if (action !== undefined) {
      const noncurrent = version === undefined ? {} : { noncurrent: version }
      candidates.push({ key, action, versionId: versionIdOf(header), ...noncurrent })
    }
    const noncurrent = before === undefined ? 0 : before.noncurrent + 1
    place = { name: key, noncurrent, modifiedMs: header.modifiedMs }
  }
  const next = more ? rows[limits.limit] : undefined
  return {
    candidates,
    ...(next === undefined ? {} : { next: next.key }),
    ...(place === undefined ? {} : { place }),
  }
}

/** What stands before the first old row of a name: the live version; undefined: the row is the current one, a marker. */
async function placeAt(rooms: Rooms, bucket: BucketRecord, key: ObjectKey): Promise<OldPlace | undefined> {
  const [live] = await rooms.store.getMany([liveKey(bucket.uuid, key)])
  if (live === undefined) return undefined
  return { name: key, noncurrent: 0, modifiedMs: headerOf(rooms, live).modifiedMs }
}

interface OldRow {
  readonly key: ObjectKey
  readonly header: VersionHeader
  /** Absent: it is the current one, a delete marker. */
  readonly version: NoncurrentVersion | undefined
  readonly isLast: boolean
}

function oldAction(
  lifecycle: BucketLifecycle,
  { key, header, version, isLast }: OldRow,
  nowMs: number,
): CurrentAction | undefined {
  const { modifiedMs, storageClass, deleteMarker } = header
  if (version !== undefined) return noncurrentAction(lifecycle, version, storageClass, nowMs, deleteMarker)
  if (!isLast || !deleteMarker) return undefined
  const ruleId = markerExpiry(lifecycle, { key, modifiedMs }, nowMs)
  return ruleId === undefined ? undefined : { kind: 'expire', ruleId, atMs: nowMs }
}

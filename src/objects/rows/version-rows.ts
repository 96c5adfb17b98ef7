import { after, refuse, type Awaitable, type ObjectKey, type VersionId } from '../../operations/index.ts'
import { readRows, type Key, type Row } from '../../storage/index.ts'
import type { BucketRecord } from './bucket-record.ts'
import { openVersion, versionIdOf, type ObjectVersion, type VersionRecord } from './object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { liveKey, nullKey, oldKey, oldRange } from './row-keys.ts'

/** A version with the row that it was read from. */
export interface StoredVersion<Version extends VersionRecord = VersionRecord> {
  readonly row: Row
  readonly version: Version
  /** Whether it is the current version of its name. */
  readonly current: boolean
}

type Rooms = Pick<ObjectRooms, 'store' | 'records'>

function opened(rooms: Rooms, row: Row, current: boolean): StoredVersion {
  return { row, version: openVersion(rooms.records, row.key, row.value), current }
}

/** The live row of a name, which is always an object. */
export function readLive(
  rooms: Rooms,
  bucket: BucketRecord,
  name: ObjectKey,
): Awaitable<StoredVersion<ObjectVersion> | undefined> {
  return after(readRows(rooms.store, [liveKey(bucket.uuid, name)]), ([row]) =>
    row === undefined ? undefined : openLive(rooms, row),
  )
}

export function openLive(rooms: Rooms, row: Row): StoredVersion<ObjectVersion> {
  const version = openVersion(rooms.records, row.key, row.value)
  if (version.kind !== 'object') return refuse({ kind: 'integrity', what: 'a live row holds a delete marker' })
  return { row, version, current: true }
}

/** The newest `limit` rows of `old/` for exactly this name, newest first. */
export async function readNewestOld(
  rooms: Rooms,
  bucket: BucketRecord,
  name: ObjectKey,
  limit: number,
): Promise<readonly StoredVersion[]> {
  if (bucket.versioning === 'unversioned') return []
  const { rows } = await rooms.store.scan({ ...oldRange(bucket.uuid, name), limit })
  return rows.map((row) => opened(rooms, row, false))
}

/** The null version, if it is not the live one, with the row that points to it. */
export async function readOldNull(
  rooms: Rooms,
  bucket: BucketRecord,
  name: ObjectKey,
): Promise<{ readonly pointer: Row; readonly stored: StoredVersion } | undefined> {
  if (bucket.versioning === 'unversioned') return undefined
  const [pointer] = await rooms.store.getMany([nullKey(bucket.uuid, name)])
  if (pointer === undefined) return undefined
  if (pointer.value.length !== 8) return refuse({ kind: 'integrity', what: 'null version pointer' })
  const order = Number(Buffer.from(pointer.value).readBigUInt64BE())
  const [row] = await rooms.store.getMany([oldKey(bucket.uuid, name, order)])
  // Two reads: a commit between them may have taken the row. The caller's checks decide.
  if (row === undefined) return undefined
  const stored = opened(rooms, row, false)
  if (!stored.version.header.isNull) return refuse({ kind: 'integrity', what: 'null version pointer' })
  return { pointer, stored }
}

/** The version of this id, delete markers included; undefined when there is none. */
export async function readVersion(
  rooms: Rooms,
  bucket: BucketRecord,
  name: ObjectKey,
  id: VersionId,
): Promise<StoredVersion | undefined> {
  const candidate: Key = id === 'null' ? nullKey(bucket.uuid, name) : oldKeyOfId(bucket, name, id)
  const [liveRow, oldRow] = await rooms.store.getMany([liveKey(bucket.uuid, name), candidate])
  if (liveRow !== undefined) {
    const live = openLive(rooms, liveRow)
    if (versionIdOf(live.version.header) === id) return live
  }
  if (oldRow === undefined) return undefined
  const old = id === 'null' ? (await readOldNull(rooms, bucket, name))?.stored : opened(rooms, oldRow, false)
  if (old === undefined || versionIdOf(old.version.header) !== id) return undefined
  return { ...old, current: liveRow === undefined && (await isNewest(rooms, bucket, name, old.row.key)) }
}

/** Ids whose order no clock of ours can have made name a row that does not exist. */
function oldKeyOfId(bucket: BucketRecord, name: ObjectKey, id: VersionId): Key {
  const order = BigInt(`0x${id.slice(0, 16)}`)
  return oldKey(bucket.uuid, name, order > BigInt(Number.MAX_SAFE_INTEGER) ? 0 : Number(order))
}

async function isNewest(rooms: Rooms, bucket: BucketRecord, name: ObjectKey, key: Key): Promise<boolean> {
  const { rows } = await rooms.store.scan({ ...oldRange(bucket.uuid, name), limit: 1, valueBytes: 0 })
  return rows[0] !== undefined && Buffer.compare(rows[0].key, key) === 0
}

/** The object that a read means: the live one, or the version named. Refuses as S3 does. */
export function findObject(
  rooms: Rooms,
  bucket: BucketRecord,
  name: ObjectKey,
  id: VersionId | undefined,
): Awaitable<StoredVersion<ObjectVersion>> {
  if (id !== undefined) return findVersion(rooms, bucket, name, id)
  return after(readLive(rooms, bucket, name), (live) => live ?? refuseMissing(rooms, bucket, name))
}

async function refuseMissing(rooms: Rooms, bucket: BucketRecord, name: ObjectKey): Promise<never> {
  const marker = (await readNewestOld(rooms, bucket, name, 1))[0]?.version
  const shown = marker?.kind === 'marker' ? { deleteMarker: versionIdOf(marker.header) } : {}
  return refuse({ kind: 'no-such-key', key: name, ...shown })
}

async function findVersion(
  rooms: Rooms,
  bucket: BucketRecord,
  name: ObjectKey,
  id: VersionId,
): Promise<StoredVersion<ObjectVersion>> {
  const found = await readVersion(rooms, bucket, name, id)
  if (found === undefined) return refuse({ kind: 'no-such-version', key: name, versionId: id })
  if (found.version.kind === 'marker') {
    return refuse({ kind: 'method-not-allowed', allowed: ['DELETE'], deleteMarker: versionIdOf(found.version.header) })
  }
  return { row: found.row, version: found.version, current: found.current }
}

/** The id that answers show: none while the bucket was never versioned. */
export function shownVersionId(
  bucket: BucketRecord,
  version: Pick<VersionRecord, 'header'>,
): { readonly versionId?: VersionId } {
  return bucket.versioning === 'unversioned' ? {} : { versionId: versionIdOf(version.header) }
}

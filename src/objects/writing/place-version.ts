import { after, type Awaitable, type ObjectKey } from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { joinFragments, type Check, type Fragment, type Key, type Write } from '../../storage/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { garbageOfExtents } from '../rows/extents.ts'
import { garbageWrite, type Garbage } from '../rows/garbage-rows.ts'
import { refuseLocked } from '../locks/locked-versions.ts'
import { sealVersion, type ObjectVersion, type VersionHeader, type VersionRecord } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { accountCounter, bucketCounter, liveKey, nullKey, oldKey, oldRange, u64 } from '../rows/row-keys.ts'
import { readLive, readNewestOld, readOldNull, type StoredVersion } from '../rows/version-rows.ts'

/** What a name holds that matters to who changes it. */
export interface NameState {
  readonly live: StoredVersion<ObjectVersion> | undefined
  /** Read only where there is no live row. */
  readonly newestOld: StoredVersion | undefined
  readonly oldNull: Awaited<ReturnType<typeof readOldNull>>
}

type Rooms = Pick<ObjectRooms, 'store' | 'records' | 'blobs' | 'encryption' | 'now' | 'lockNow'>

export function readName(rooms: Rooms, bucket: BucketRecord, name: ObjectKey): Awaitable<NameState> {
  return after(readLive(rooms, bucket, name), (live) =>
    bucket.versioning === 'unversioned'
      ? { live, newestOld: undefined, oldNull: undefined }
      : readVersions(rooms, bucket, name, live),
  )
}

async function readVersions(
  rooms: Rooms,
  bucket: BucketRecord,
  name: ObjectKey,
  live: StoredVersion<ObjectVersion> | undefined,
): Promise<NameState> {
  const newestOld = live === undefined ? (await readNewestOld(rooms, bucket, name, 1))[0] : undefined
  const oldNull = bucket.versioning === 'suspended' ? await readOldNull(rooms, bucket, name) : undefined
  return { live, newestOld, oldNull }
}

/** Where a new version of the name stands: after everything that the name holds. */
export function nextPlace(
  rooms: Rooms,
  bucket: BucketRecord,
  state: NameState,
): Pick<VersionHeader, 'order' | 'random' | 'isNull'> {
  const before = (state.live ?? state.newestOld)?.version.header.order ?? 0
  return {
    order: Math.max(rooms.now() * 1000, before + 1),
    random: randomBytes(8),
    isNull: bucket.versioning !== 'enabled',
  }
}

/** What has to be as it was read: the live row; without one, that nothing is newer than the newest old row. */
function stateChecks(bucket: BucketRecord, name: ObjectKey, state: NameState): readonly Check[] {
  if (state.live !== undefined) return [revisionOf(state.live)]
  const absent: Check = { kind: 'absent', key: liveKey(bucket.uuid, name) }
  if (bucket.versioning === 'unversioned') return [absent]
  const { start, end } = oldRange(bucket.uuid, name)
  return [absent, { kind: 'empty', start, end: state.newestOld?.row.key ?? end }]
}

export function revisionOf(stored: Pick<StoredVersion, 'row'>): Check {
  return { kind: 'revision', key: stored.row.key, revision: stored.row.revision }
}

/** A version's row under another key: its seal is bound to the key. */
export function rekeyed(rooms: Rooms, version: VersionRecord, key: Uint8Array): Write {
  return { kind: 'put', key, value: sealVersion(rooms.records, key, version) }
}

/** Exact sizes and counts; what does not change is not written. */
export function counterWrites(
  bucket: Pick<BucketRecord, 'uuid' | 'account'>,
  deltas: { readonly bytes?: number; readonly versions?: number; readonly uploads?: number },
): readonly Write[] {
  const writes: Write[] = []
  for (const what of COUNTED) {
    const delta = BigInt(deltas[what] ?? 0)
    if (delta === 0n) continue
    writes.push({ kind: 'add', counter: bucketCounter(bucket.uuid, what), delta })
    writes.push({ kind: 'add', counter: accountCounter(bucket.account, what), delta })
  }
  return writes
}

const COUNTED = ['bytes', 'versions', 'uploads'] as const

export function garbageOf(version: ObjectVersion): readonly Garbage[] {
  const { manifest } = version.detail
  switch (manifest.kind) {
    case 'inline':
      return []
    case 'stream':
      return [{ kind: 'blob', blob: manifest.blob }]
    case 'pages': {
      const sealId = Buffer.from(version.header.sealId).toString('hex')
      return [{ kind: 'manifest', sealId, pages: manifest.table.pages.length }]
    }
    case 'extents': {
      const sealId = Buffer.from(version.header.sealId).toString('hex')
      // Rows that the table names no more may be there still: an upload's pages stay until its version ends.
      const inPages: readonly Garbage[] =
        manifest.nextPage === 0 ? [] : [{ kind: 'manifest', sealId, pages: manifest.nextPage }]
      const blobs = manifest.tail.map(({ blob }) => blob)
      return [...inPages, ...garbageOfExtents(version.header.sealId, [], blobs)]
    }
  }
}

/**
 * Ends a version: its row, its hold on a key, its size; what it leaves goes to the collector. Refused while a lock lies on it:
 * no version ends by another road. `bypass`: governance retention does not count.
 */
export function removal(rooms: Rooms, bucket: BucketRecord, stored: StoredVersion, bypass = false): Fragment {
  refuseLocked(rooms, bucket, stored.version, bypass)
  const gone: Fragment = { checks: [revisionOf(stored)], writes: [{ kind: 'delete', key: stored.row.key }] }
  const { version } = stored
  if (version.kind === 'marker') return gone
  return joinFragments(
    gone,
    {
      checks: [],
      writes: [
        ...counterWrites(bucket, { bytes: -version.header.size, versions: -1 }),
        ...garbageOf(version).map((garbage) => garbageWrite(rooms, garbage)),
      ],
    },
    rooms.encryption.dereference(version.detail.encryption, version.header.sealId, 'version'),
  )
}

/**
 * Puts a new version on top of a name: what is replaced goes, what is kept moves to `old/`. The new version's own
 * key reference is the caller's to add.
 */
export function placeVersion(
  rooms: Rooms,
  bucket: BucketRecord,
  name: ObjectKey,
  state: NameState,
  version: VersionRecord,
): Fragment {
  const own = { checks: stateChecks(bucket, name, state), writes: newRows(rooms, bucket, name, version) }
  const { isNull } = version.header
  const before: Fragment[] = []
  if (state.live !== undefined) before.push(displaced(rooms, bucket, name, state.live, isNull))
  if (isNull && bucket.versioning === 'suspended') before.push(oldNullReplaced(rooms, bucket, name, state))
  return before.length === 0
    ? own
    : joinFragments({ checks: own.checks, writes: [] }, ...before, { checks: [], writes: own.writes })
}

function newRows(rooms: Rooms, bucket: BucketRecord, name: ObjectKey, version: VersionRecord): readonly Write[] {
  const { header } = version
  if (version.kind === 'object') {
    const key = liveKey(bucket.uuid, name)
    return [rekeyed(rooms, version, key), ...counterWrites(bucket, { bytes: header.size, versions: 1 })]
  }
  const marker = rekeyed(rooms, version, oldKey(bucket.uuid, name, header.order))
  if (!header.isNull) return [marker]
  return [marker, { kind: 'put', key: nullKey(bucket.uuid, name), value: u64(header.order) }]
}

/** The live version makes room: gone when the new one takes its place, else moved behind it. */
function displaced(
  rooms: Rooms,
  bucket: BucketRecord,
  name: ObjectKey,
  live: StoredVersion<ObjectVersion>,
  byNull: boolean,
): Fragment {
  const { header } = live.version
  if (byNull && header.isNull) return removal(rooms, bucket, live)
  const writes: Write[] = [
    { kind: 'delete', key: live.row.key },
    rekeyed(rooms, live.version, oldKey(bucket.uuid, name, header.order)),
  ]
  if (header.isNull) writes.push({ kind: 'put', key: nullKey(bucket.uuid, name), value: u64(header.order) })
  return { checks: [], writes }
}

/** There is one null version: a new one ends the old one, wherever it is. */
function oldNullReplaced(rooms: Rooms, bucket: BucketRecord, name: ObjectKey, state: NameState): Fragment {
  const key = nullKey(bucket.uuid, name)
  if (state.oldNull === undefined) return { checks: [{ kind: 'absent', key }], writes: [] }
  const { pointer, stored } = state.oldNull
  return joinFragments(removal(rooms, bucket, stored), {
    checks: [{ kind: 'revision', key, revision: pointer.revision }],
    writes: [{ kind: 'delete', key }],
  })
}

/** One write for each row (the last) and one add for each counter; none remains that adds nothing. */
export function settled(guards: readonly Check[], fragment: Fragment): Fragment {
  const rows: Write[] = []
  const sums: Add[] = []
  for (const write of fragment.writes) {
    if (write.kind === 'add') {
      const at = sums.findIndex((sum) => sameKey(sum.counter, write.counter))
      const before = sums[at]
      if (before === undefined) sums.push(write)
      else sums[at] = { kind: 'add', counter: before.counter, delta: before.delta + write.delta }
    } else {
      const at = rows.findIndex((row) => row.kind !== 'add' && sameKey(row.key, write.key))
      if (at < 0) rows.push(write)
      else rows[at] = write
    }
  }
  for (const sum of sums) if (sum.delta !== 0n) rows.push(sum)
  return { checks: guards.length === 0 ? fragment.checks : [...guards, ...fragment.checks], writes: rows }
}

type Add = Extract<Write, { readonly kind: 'add' }>

/** Most keys differ in length or in their last byte, so few are compared. */
function sameKey(left: Key, right: Key): boolean {
  const { length } = left
  return length === right.length && left[length - 1] === right[length - 1] && Buffer.compare(left, right) === 0
}

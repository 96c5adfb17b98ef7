import type { ObjectKey } from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'
import { joinFragments, keyName, type Check, type Fragment, type Write } from '../storage/index.ts'
import type { BucketRecord } from './bucket-record.ts'
import { garbageWrite, type Garbage } from './garbage-rows.ts'
import { sealVersion, type ObjectVersion, type VersionHeader, type VersionRecord } from './object-record.ts'
import type { ObjectRooms } from './object-rooms.ts'
import { accountCounter, bucketCounter, liveKey, nullKey, oldKey, oldRange, u64 } from './row-keys.ts'
import { readLive, readNewestOld, readOldNull, type StoredVersion } from './version-rows.ts'

/** What a name holds that matters to who changes it. */
export interface NameState {
  readonly live: StoredVersion<ObjectVersion> | undefined
  /** Read only where there is no live row. */
  readonly newestOld: StoredVersion | undefined
  readonly oldNull: Awaited<ReturnType<typeof readOldNull>>
}

type Rooms = Pick<ObjectRooms, 'store' | 'records' | 'blobs' | 'encryption' | 'now'>

export async function readName(rooms: Rooms, bucket: BucketRecord, name: ObjectKey): Promise<NameState> {
  const live = await readLive(rooms, bucket, name)
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
  for (const what of ['bytes', 'versions', 'uploads'] as const) {
    const delta = deltas[what] ?? 0
    if (delta === 0) continue
    writes.push({ kind: 'add', counter: bucketCounter(bucket.uuid, what), delta: BigInt(delta) })
    writes.push({ kind: 'add', counter: accountCounter(bucket.account, what), delta: BigInt(delta) })
  }
  return writes
}

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
  }
}

/** Ends a version: its row, its hold on a key, its size; what it leaves goes to the collector. */
export function removal(rooms: Rooms, bucket: BucketRecord, stored: StoredVersion): Fragment {
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
  const live = liveKey(bucket.uuid, name)
  const parts: Fragment[] = [{ checks: stateChecks(bucket, name, state), writes: [] }]
  const { isNull } = version.header
  if (state.live !== undefined) parts.push(displaced(rooms, bucket, name, state.live, isNull))
  if (isNull && bucket.versioning === 'suspended') parts.push(oldNullReplaced(rooms, bucket, name, state))
  const writes: Write[] = []
  if (version.kind === 'object') {
    writes.push(rekeyed(rooms, version, live))
    writes.push(...counterWrites(bucket, { bytes: version.header.size, versions: 1 }))
  } else {
    writes.push(rekeyed(rooms, version, oldKey(bucket.uuid, name, version.header.order)))
    if (isNull) writes.push({ kind: 'put', key: nullKey(bucket.uuid, name), value: u64(version.header.order) })
  }
  return joinFragments(...parts, { checks: [], writes })
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
export function settled(fragment: Fragment): Fragment {
  const rows = new Map<string, Write>()
  const sums = new Map<string, { readonly counter: Uint8Array; delta: bigint }>()
  for (const write of fragment.writes) {
    if (write.kind === 'add') {
      const id = keyName(write.counter)
      const sum = sums.get(id)
      if (sum === undefined) sums.set(id, { counter: write.counter, delta: write.delta })
      else sum.delta += write.delta
    } else {
      rows.set(keyName(write.key), write)
    }
  }
  const adds: readonly Write[] = [...sums.values()].map(({ counter, delta }) => ({ kind: 'add', counter, delta }))
  const writes = [...rows.values(), ...adds.filter((add) => add.kind !== 'add' || add.delta !== 0n)]
  return { checks: fragment.checks, writes }
}

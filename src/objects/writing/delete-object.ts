import {
  after,
  type Awaitable,
  type DeletedObject,
  type DeleteEntry,
  type ObjectKey,
  type OperationOf,
  type Results,
  type VersionId,
} from '../../operations/index.ts'
import { joinFragments, type Fragment } from '../../storage/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { commitDeciding, type Decision } from '../commit-deciding.ts'
import { checkDeleteCondition } from '../reading/conditions.ts'
import { withEvent, type ToldEvent } from '../deliveries/event-rows.ts'
import { requirePinned } from '../reading/pinned-version.ts'
import { versionIdOf, type DeleteMarker, type VersionRecord } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { nextPlace, placeVersion, readName, rekeyed, removal, revisionOf } from './place-version.ts'
import { justAfter, liveKey, nullKey, oldRange } from '../rows/row-keys.ts'
import { readLive, readNewestOld, readVersion, type StoredVersion } from '../rows/version-rows.ts'

/** Removes an object, puts a delete marker on top of it, or removes the version named. Removing nothing succeeds. */
export function deleteObject(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'delete-object'>,
): Promise<Results['delete-object']> {
  return deleteOne(rooms, permit, operation)
}

export function deleteOne(rooms: ObjectRooms, permit: Permit, wish: DeleteWish): Promise<DeletedObject> {
  return commitDeciding(rooms, permit, 'delete-object', (current) =>
    after(deletionOf(rooms, bucketOf(current), { ...wish, permit: current }), (decision) =>
      withEvent(rooms, current, toldRemoval('s3:ObjectRemoved', wish, decision.result), decision),
    ),
  )
}

/** What a deletion is called in an event: a marker that was put on top, or a version that went. */
export function toldRemoval(
  kind: 's3:ObjectRemoved' | 's3:LifecycleExpiration',
  { key, versionId }: DeleteWish,
  result: DeletedObject,
): ToldEvent {
  const marked = versionId === undefined && result.deleteMarker
  const named = result.versionId === undefined ? {} : { versionId: result.versionId }
  return { name: `${kind}:${marked ? 'DeleteMarkerCreated' : 'Delete'}`, key, ...named }
}

/** What a deletion is, as things are now. */
export function deletionOf(
  rooms: ObjectRooms,
  bucket: BucketRecord,
  wish: DeleteWish,
): Awaitable<Decision<DeletedObject>> {
  const { versionId } = wish
  if (versionId !== undefined) return deleteVersion(rooms, bucket, wish, versionId)
  return bucket.versioning === 'unversioned' ? deleteLive(rooms, bucket, wish) : addMarker(rooms, bucket, wish)
}

/** What is to go, and on which condition. `bypassGovernance`: who asks was found to have the right to. */
export interface DeleteWish extends DeleteEntry {
  readonly bypassGovernance?: boolean
  /** Absent: nobody asks, it is done by a rule. */
  readonly permit?: Pick<Permit, 'pinned'>
}

function requireJudged({ permit }: DeleteWish, version: VersionRecord | undefined): void {
  if (permit !== undefined) requirePinned(permit, 'target', version)
}

function deleteLive(rooms: ObjectRooms, bucket: BucketRecord, wish: DeleteWish): Awaitable<Decision<DeletedObject>> {
  return after(readLive(rooms, bucket, wish.key), (live) => {
    const result = { deleteMarker: false }
    requireJudged(wish, live?.version)
    checkDeleteCondition(wish.condition, live?.version)
    return live === undefined ? { result } : { fragment: removal(rooms, bucket, live, wish.bypassGovernance), result }
  })
}

async function addMarker(rooms: ObjectRooms, bucket: BucketRecord, wish: DeleteWish): Promise<Decision<DeletedObject>> {
  const { key, condition } = wish
  const state = await readName(rooms, bucket, key)
  requireJudged(wish, state.live?.version)
  checkDeleteCondition(condition, state.live?.version)
  const marker: DeleteMarker = {
    kind: 'marker',
    header: {
      deleteMarker: true,
      inline: false,
      mode: 'none',
      storageClass: 'STANDARD',
      parts: 0,
      size: 0,
      modifiedMs: rooms.now(),
      sealId: Buffer.alloc(16),
      ...nextPlace(rooms, bucket, state),
    },
  }
  const result = { versionId: versionIdOf(marker.header), deleteMarker: true }
  return { fragment: placeVersion(rooms, bucket, key, state, marker), result }
}

async function deleteVersion(
  rooms: ObjectRooms,
  bucket: BucketRecord,
  wish: DeleteWish,
  versionId: VersionId,
): Promise<Decision<DeletedObject>> {
  const { key, condition, bypassGovernance } = wish
  const stored = await readVersion(rooms, bucket, key, versionId)
  requireJudged(wish, stored?.version)
  checkDeleteCondition(condition, stored?.version)
  if (stored === undefined) return { result: { versionId, deleteMarker: false } }
  const isMarker = stored.version.kind === 'marker'
  const wasLive = Buffer.compare(stored.row.key, liveKey(bucket.uuid, key)) === 0
  const parts: Fragment[] = [removal(rooms, bucket, stored, bypassGovernance)]
  if (stored.version.header.isNull && !wasLive) {
    parts.push({ checks: [], writes: [{ kind: 'delete', key: nullKey(bucket.uuid, key) }] })
  }
  if (stored.current) parts.push(await promotion(rooms, bucket, key, stored, wasLive))
  // Another deletion may be about to make this marker the current one: that must be seen.
  else if (isMarker) parts.push(await topUnchanged(rooms, bucket, key))
  return { fragment: joinFragments(...parts), result: { versionId, deleteMarker: isMarker } }
}

/** What becomes current when `gone` goes: the newest row of `old/` behind it, if that is an object. */
async function promotion(
  rooms: ObjectRooms,
  bucket: BucketRecord,
  key: ObjectKey,
  gone: StoredVersion,
  wasLive: boolean,
): Promise<Fragment> {
  const live = liveKey(bucket.uuid, key)
  const { start, end } = oldRange(bucket.uuid, key)
  const newest = await readNewestOld(rooms, bucket, key, 2)
  const next = newest.find((one) => Buffer.compare(one.row.key, gone.row.key) !== 0)
  const between = wasLive ? start : justAfter(gone.row.key)
  const parts: Fragment[] = [{ checks: [{ kind: 'empty', start: between, end: next?.row.key ?? end }], writes: [] }]
  if (!wasLive) {
    parts.push({
      checks: [
        { kind: 'absent', key: live },
        { kind: 'empty', start, end: gone.row.key },
      ],
      writes: [],
    })
  }
  if (next !== undefined) parts.push({ checks: [revisionOf(next)], writes: [] })
  if (next?.version.kind === 'object') {
    parts.push({ checks: [], writes: [{ kind: 'delete', key: next.row.key }, rekeyed(rooms, next.version, live)] })
    if (next.version.header.isNull) {
      parts.push({ checks: [], writes: [{ kind: 'delete', key: nullKey(bucket.uuid, key) }] })
    }
  }
  return joinFragments(...parts)
}

async function topUnchanged(rooms: ObjectRooms, bucket: BucketRecord, key: ObjectKey): Promise<Fragment> {
  const top = (await readLive(rooms, bucket, key)) ?? (await readNewestOld(rooms, bucket, key, 1))[0]
  return { checks: top === undefined ? [] : [revisionOf(top)], writes: [] }
}

import {
  after,
  refuse,
  type ObjectLock,
  type OperationOf,
  type Results,
  type Retention,
} from '../../operations/index.ts'
import type { Fragment } from '../../storage/index.ts'
import { changeBucket } from '../buckets/change-bucket.ts'
import { commitDeciding } from '../commit-deciding.ts'
import { NOT_LOCKING, requireFuture } from '../locks/lock-of-write.ts'
import type { ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { requirePinned } from '../reading/pinned-version.ts'
import { rekeyed, revisionOf } from './place-version.ts'
import type { Verb } from '../verb.ts'
import { findObject, shownVersionId, type StoredVersion } from '../rows/version-rows.ts'

export const getObjectLockConfiguration: Verb<'get-object-lock-configuration'> = async (_rooms, permit) => {
  const { objectLock, name } = bucketOf(permit)
  return { lock: objectLock ?? refuse({ kind: 'no-such-object-lock', bucket: name }) }
}

/** From then on the bucket's versions can be locked, and its versioning cannot be suspended. There is no way back. */
export async function putObjectLockConfiguration(
  rooms: ObjectRooms,
  permit: Permit,
  { lock }: OperationOf<'put-object-lock-configuration'>,
): Promise<Results['put-object-lock-configuration']> {
  return changeBucket(rooms, permit, 'put-object-lock-configuration', (bucket) => {
    if (bucket.versioning === 'enabled') return { ...bucket, objectLock: lock }
    const detail = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
    return refuse({ kind: 'invalid-bucket-state', detail })
  })
}

export async function getObjectRetention(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'get-object-retention'>,
): Promise<Results['get-object-retention']> {
  const { version } = await findLockable(rooms, permit, operation)
  const retention = version.detail.lock?.retention
  return { retention: retention ?? refuse({ kind: 'no-such-retention', key: operation.key }) }
}

export async function getObjectLegalHold(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'get-object-legal-hold'>,
): Promise<Results['get-object-legal-hold']> {
  const { version } = await findLockable(rooms, permit, operation)
  const legalHold = version.detail.lock?.legalHold
  return { legalHold: legalHold ?? refuse({ kind: 'no-such-retention', key: operation.key }) }
}

/**
 * Lengthens, shortens or lifts a version's retention. Nobody shortens `compliance`, and `governance` only who may bypass
 * it; what has run out counts no longer.
 */
export async function putObjectRetention(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'put-object-retention'>,
): Promise<Results['put-object-retention']> {
  const { retention, bypassGovernance } = operation
  return changeLock(rooms, permit, operation, (lock) => {
    const nowMs = rooms.lockNow()
    if (retention !== undefined) requireFuture(retention, nowMs)
    const before = lock.retention
    if (before !== undefined && before.untilMs > nowMs && weakens(before, retention)) {
      if (before.mode === 'compliance' || !bypassGovernance) refuse({ kind: 'object-locked' })
    }
    const { legalHold } = lock
    const kept = legalHold === undefined ? {} : { legalHold }
    return retention === undefined ? kept : { ...kept, retention }
  })
}

/** Anything but the same mode for at least as long. */
function weakens(before: Retention, after: Retention | undefined): boolean {
  return after === undefined || after.mode !== before.mode || after.untilMs < before.untilMs
}

export async function putObjectLegalHold(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'put-object-legal-hold'>,
): Promise<Results['put-object-legal-hold']> {
  return changeLock(rooms, permit, operation, (lock) => ({ ...lock, legalHold: operation.legalHold }))
}

type LockTarget = OperationOf<
  'get-object-retention' | 'put-object-retention' | 'get-object-legal-hold' | 'put-object-legal-hold'
>

function findLockable(
  rooms: ObjectRooms,
  permit: Permit,
  { key, versionId }: Pick<LockTarget, 'key' | 'versionId'>,
): ReturnType<typeof findObject> {
  const bucket = bucketOf(permit)
  if (bucket.objectLock === undefined) refuse({ kind: 'invalid-request', detail: NOT_LOCKING })
  return after(findObject(rooms, bucket, key, versionId), (found) => {
    requirePinned(permit, 'target', found.version)
    return found
  })
}

/** The version's record with another lock; everything else stays. */
async function changeLock(
  rooms: ObjectRooms,
  permit: Permit,
  target: OperationOf<'put-object-retention' | 'put-object-legal-hold'>,
  change: (lock: ObjectLock) => ObjectLock,
): Promise<Results['put-object-retention']> {
  return commitDeciding(rooms, permit, target.kind, async (current) => {
    const stored: StoredVersion<ObjectVersion> = await findLockable(rooms, current, target)
    const { version } = stored
    const changed = { ...version, detail: { ...version.detail, lock: change(version.detail.lock ?? {}) } }
    const fragment: Fragment = { checks: [revisionOf(stored)], writes: [rekeyed(rooms, changed, stored.row.key)] }
    return { fragment, result: shownVersionId(bucketOf(current), version) }
  })
}

import { isArchiveClass, MAX_RESTORE_DAYS, refuse, type OperationOf, type Results } from '../../operations/index.ts'
import { commitDeciding } from '../commit-deciding.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { requirePinned } from '../reading/pinned-version.ts'
import { rekeyed, revisionOf } from './place-version.ts'
import { findObject, shownVersionId } from '../rows/version-rows.ts'
import { DAY_MS } from '../locks/whole-days.ts'

/**
 * Writes on a version of an archive class that it is restored until then: at once, because its data never went away. The
 * day ends at midnight, as S3 rounds it.
 */
export async function restoreObject(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'restore-object'>,
): Promise<Results['restore-object']> {
  const { key, versionId, days } = operation
  if (!Number.isInteger(days) || days < 1 || days > MAX_RESTORE_DAYS) {
    return refuse({ kind: 'invalid-argument', argument: 'Days', detail: `must be from 1 to ${MAX_RESTORE_DAYS}` })
  }
  return commitDeciding(rooms, permit, 'restore-object', async (current) => {
    const bucket = bucketOf(current)
    const stored = await findObject(rooms, bucket, key, versionId)
    const { version } = stored
    requirePinned(current, 'target', version)
    const { storageClass } = version.header
    if (!isArchiveClass(storageClass)) return refuse({ kind: 'not-archived', storageClass })
    const nowMs = rooms.now()
    const restoredUntilMs = Math.ceil((nowMs + days * DAY_MS) / DAY_MS) * DAY_MS
    const already = (version.detail.restoredUntilMs ?? 0) > nowMs
    const changed = { ...version, detail: { ...version.detail, restoredUntilMs } }
    const fragment = { checks: [revisionOf(stored)], writes: [rekeyed(rooms, changed, stored.row.key)] }
    return { fragment, result: { already, ...shownVersionId(bucket, version) } }
  })
}

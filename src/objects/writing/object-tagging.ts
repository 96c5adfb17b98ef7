import type { OperationOf, Results, Tags } from '../../operations/index.ts'
import { commitDeciding } from '../commit-deciding.ts'
import { toldVersion, withEvent } from '../deliveries/event-rows.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { requirePinned } from '../reading/pinned-version.ts'
import { rekeyed, revisionOf } from './place-version.ts'
import { findObject, shownVersionId } from '../rows/version-rows.ts'

export async function getObjectTagging(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'get-object-tagging'>,
): Promise<Results['get-object-tagging']> {
  const bucket = bucketOf(permit)
  const { version } = await findObject(rooms, bucket, operation.key, operation.versionId)
  requirePinned(permit, 'target', version)
  return { tags: version.detail.tags, ...shownVersionId(bucket, version) }
}

export async function putObjectTagging(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'put-object-tagging'>,
): Promise<Results['put-object-tagging']> {
  return changeTags(rooms, permit, operation, operation.tags)
}

export async function deleteObjectTagging(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'delete-object-tagging'>,
): Promise<Results['delete-object-tagging']> {
  return changeTags(rooms, permit, operation, [])
}

/** The version's record with other tags; its time and everything else stay. */
async function changeTags(
  rooms: ObjectRooms,
  permit: Permit,
  target: Pick<OperationOf<'delete-object-tagging'>, 'key' | 'versionId' | 'kind'> | OperationOf<'put-object-tagging'>,
  tags: Tags,
): Promise<Results['put-object-tagging']> {
  return commitDeciding(rooms, permit, target.kind, async (current) => {
    const bucket = bucketOf(current)
    const stored = await findObject(rooms, bucket, target.key, target.versionId)
    const { version } = stored
    requirePinned(current, 'target', version)
    const changed = { ...version, detail: { ...version.detail, tags } }
    const fragment = { checks: [revisionOf(stored)], writes: [rekeyed(rooms, changed, stored.row.key)] }
    const name = target.kind === 'put-object-tagging' ? 's3:ObjectTagging:Put' : 's3:ObjectTagging:Delete'
    const told = { name, key: target.key, ...toldVersion(bucket, version) } as const
    return withEvent(rooms, current, told, { fragment, result: shownVersionId(bucket, version) })
  })
}

import type { AccountId, AclGrant, ObjectKey, OperationOf, Results, Tags, VersionId } from '../../operations/index.ts'
import { StoreFailure } from '../../operations/index.ts'
import {
  demandListAllowed,
  grantsOfVersion,
  listsCount,
  listWanted,
  shownVersionList,
  versionOwner,
} from '../buckets/access-lists.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { commitDeciding } from '../commit-deciding.ts'
import type { ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { refuseSharedList } from '../buckets/lists-of-encrypted.ts'
import { requirePinned } from '../reading/pinned-version.ts'
import { rekeyed, revisionOf } from './place-version.ts'
import { findObject, shownVersionId } from '../rows/version-rows.ts'

export async function getObjectAcl(
  rooms: ObjectRooms,
  permit: Permit,
  { key, versionId }: OperationOf<'get-object-acl'>,
): Promise<Results['get-object-acl']> {
  const bucket = bucketOf(permit)
  const { version } = await findObject(rooms, bucket, key, versionId)
  requirePinned(permit, 'target', version)
  return { acl: shownVersionList(bucket, version.detail), ...shownVersionId(bucket, version) }
}

/** The version's record with another list; its time and everything else stay. */
export async function putObjectAcl(
  rooms: ObjectRooms,
  permit: Permit,
  { key, versionId, acl: request }: OperationOf<'put-object-acl'>,
): Promise<Results['put-object-acl']> {
  return commitDeciding(rooms, permit, 'put-object-acl', async (current) => {
    const bucket = bucketOf(current)
    const stored = await findObject(rooms, bucket, key, versionId)
    const { version } = stored
    requirePinned(current, 'target', version)
    const owner = versionOwner(bucket, version.detail)
    const acl = listWanted(request, { on: 'object', owner, bucketOwner: bucket.account })
    demandListAllowed(bucket, acl)
    refuseSharedList(current, version.header.mode, acl, bucket.account)
    const result = shownVersionId(bucket, version)
    if (!listsCount(bucket)) return { result }
    const detail: { -readonly [Field in keyof ObjectVersion['detail']]: ObjectVersion['detail'][Field] } = {
      ...version.detail,
    }
    if (acl === undefined) delete detail.acl
    else detail.acl = acl
    const fragment = {
      checks: [revisionOf(stored)],
      writes: [rekeyed(rooms, { ...version, detail }, stored.row.key)],
    }
    return { fragment, result }
  })
}

/** What authorization asks of a version: whose it is, what its list gives, its tags. */
export interface VersionAccess {
  readonly owner: AccountId
  readonly grants: readonly AclGrant[]
  readonly tags: Tags
  /** Of the version that was looked at: a right that rests on its list is a right to nothing else. */
  readonly sealId: Uint8Array
}

/** Undefined: there is no such object. */
export async function versionAccess(
  rooms: ObjectRooms,
  bucket: BucketRecord,
  key: ObjectKey,
  versionId: VersionId | undefined,
): Promise<VersionAccess | undefined> {
  try {
    const { version } = await findObject(rooms, bucket, key, versionId)
    const { detail, header } = version
    return {
      owner: versionOwner(bucket, detail),
      grants: grantsOfVersion(bucket, detail),
      tags: detail.tags,
      sealId: header.sealId,
    }
  } catch (error) {
    if (error instanceof StoreFailure && error.failure.kind !== 'integrity') return undefined
    throw error
  }
}

import { refuse, type ObjectBody, type OperationOf, type Results } from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { commitNewVersion } from './new-version.ts'
import { storageClassNumber, shownEtag } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf, scopeOf } from '../permitted-bucket.ts'
import { storeBody } from '../bodies/store-body.ts'
import { requirePinned } from '../reading/pinned-version.ts'
import { findObject, shownVersionId } from '../rows/version-rows.ts'

const NOTHING: ObjectBody = { length: 0, async *read() {}, trailer: () => undefined }

/** A name that stands for another. The link itself has no data, so no default of the bucket is about it. */
export async function putSymlink(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'put-symlink'>,
): Promise<Results['put-symlink']> {
  const { key, target, properties, condition, acl } = operation
  if (key === target) refuse({ kind: 'invalid-symlink-target', target })
  storageClassNumber(properties.storageClass)
  const sealId = randomBytes(16)
  const keys = await rooms.encryption.beginWrite(scopeOf(permit, bucketOf(permit), key, sealId), { kind: 'none' })
  try {
    const body = await storeBody(rooms, {
      ...{ keys, body: NOTHING, expect: {}, partNumber: 1, mayInline: true },
      ...{ signal: permit.signal, verb: 'put-object' },
    })
    return await commitNewVersion(rooms, permit, {
      ...{ key, sealId, keys, body, properties, condition, acl, symlink: { target } },
      ...{ lock: undefined, verb: 'put-object' },
    })
  } finally {
    keys.dispose()
  }
}

export async function getSymlink(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'get-symlink'>,
): Promise<Results['get-symlink']> {
  const bucket = bucketOf(permit)
  const { version } = await findObject(rooms, bucket, operation.key, operation.versionId)
  requirePinned(permit, 'target', version)
  const { header, detail, etag } = version
  if (detail.symlink === undefined) return refuse({ kind: 'not-a-symlink', key: operation.key })
  const { system, metadata, tags } = detail
  return {
    target: detail.symlink.target,
    etag: shownEtag(etag, header.parts),
    lastModifiedMs: header.modifiedMs,
    properties: { system, metadata, tags, storageClass: header.storageClass },
    ...shownVersionId(bucket, version),
  }
}

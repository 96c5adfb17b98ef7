import { type ObjectBody, type OperationOf, type Results } from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { listOfWrite } from '../buckets/access-lists.ts'
import { checkWriteCondition } from '../reading/conditions.ts'
import { encryptionOfWrite, etagIn } from '../buckets/directory-buckets.ts'
import { lockOfWrite } from '../locks/lock-of-write.ts'
import { commitNewVersion } from './new-version.ts'
import { storageClassNumber } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf, scopeOf } from '../permitted-bucket.ts'
import { storeBody } from '../bodies/store-body.ts'
import { readLive } from '../rows/version-rows.ts'

/** Stores a body as the newest version of its name. Acknowledged means durable: blob first, then one metadata commit. */
export async function putObject(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'put-object'>,
  body: ObjectBody,
): Promise<Results['put-object']> {
  const bucket = bucketOf(permit)
  storageClassNumber(operation.properties.storageClass)
  lockOfWrite(rooms, bucket, operation.lock)
  listOfWrite(bucket, permit.caller, operation.acl)
  if (operation.condition !== undefined) {
    // Spares the transfer where it is lost already; what decides is the check in the commit.
    const live = await readLive(rooms, bucket, operation.key)
    checkWriteCondition(operation.condition, live?.version, operation.key)
  }
  const sealId = randomBytes(16)
  const begun = rooms.encryption.beginWrite(
    scopeOf(permit, bucket, operation.key, sealId),
    encryptionOfWrite(permit, bucket, operation.encryption),
  )
  const keys = begun instanceof Promise ? await begun : begun
  try {
    const stored = await storeBody(rooms, {
      keys,
      body,
      expect: operation.expect,
      partNumber: 1,
      mayInline: true,
      signal: permit.signal,
      verb: 'put-object',
    })
    return await commitNewVersion(rooms, permit, {
      key: operation.key,
      sealId,
      keys,
      body: bucket.directory === undefined ? stored : { ...stored, etag: etagIn(bucket, stored.etag) },
      properties: operation.properties,
      condition: operation.condition,
      lock: operation.lock,
      acl: operation.acl,
      verb: operation.byForm === true ? 'post-object' : 'put-object',
    })
  } finally {
    keys.dispose()
  }
}

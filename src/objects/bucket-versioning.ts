import type { OperationOf, Results } from '../operations/index.ts'
import { changeBucket } from './change-bucket.ts'
import type { ObjectRooms } from './object-rooms.ts'
import type { Permit } from './permit.ts'
import { bucketOf } from './permitted-bucket.ts'

export async function getBucketVersioning(
  _rooms: ObjectRooms,
  permit: Permit,
  _operation: OperationOf<'get-bucket-versioning'>,
): Promise<Results['get-bucket-versioning']> {
  return { versioning: bucketOf(permit).versioning }
}

/** Versions that exist stay; the setting decides what the next write makes. */
export async function putBucketVersioning(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'put-bucket-versioning'>,
): Promise<Results['put-bucket-versioning']> {
  return changeBucket(rooms, permit, 'put-bucket-versioning', (bucket) => ({
    ...bucket,
    versioning: operation.versioning,
  }))
}

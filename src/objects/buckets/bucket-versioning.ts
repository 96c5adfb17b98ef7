import { refuse, type OperationOf, type Results } from '../../operations/index.ts'
import { changeBucket } from './change-bucket.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import type { Verb } from '../verb.ts'

export const getBucketVersioning: Verb<'get-bucket-versioning'> = async (_rooms, permit) => ({
  versioning: bucketOf(permit).versioning,
})

/** Versions that exist stay; the setting decides what the next write makes. */
export async function putBucketVersioning(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'put-bucket-versioning'>,
): Promise<Results['put-bucket-versioning']> {
  return changeBucket(rooms, permit, 'put-bucket-versioning', (bucket) => {
    if (bucket.objectLock !== undefined && operation.versioning === 'suspended') {
      const detail =
        'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.'
      refuse({ kind: 'invalid-bucket-state', detail })
    }
    return { ...bucket, versioning: operation.versioning }
  })
}

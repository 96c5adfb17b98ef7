import type { OperationOf, Results } from '../operations/index.ts'
import type { ObjectRooms } from './object-rooms.ts'
import type { Permit } from './permit.ts'
import { bucketOf } from './permitted-bucket.ts'

export async function headBucket(
  _rooms: ObjectRooms,
  permit: Permit,
  _operation: OperationOf<'head-bucket'>,
): Promise<Results['head-bucket']> {
  return { region: bucketOf(permit).region }
}

export async function getBucketLocation(
  _rooms: ObjectRooms,
  permit: Permit,
  _operation: OperationOf<'get-bucket-location'>,
): Promise<Results['get-bucket-location']> {
  return { region: bucketOf(permit).region }
}

import type { BucketEncryption, OperationOf, Results } from '../../operations/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { changeBucket } from './change-bucket.ts'
import { putDirectoryEncryption } from './directory-buckets.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf, vendorOf } from '../permitted-bucket.ts'
import type { Verb } from '../verb.ts'

/** A bucket's default where nobody set one: what the dialect of the request has for that. What is blocked is another setting, and stays. */
export function initialEncryption(before: BucketEncryption, mode: 'none' | 'sse-s3' = 'sse-s3'): BucketEncryption {
  return {
    mode,
    cipher: 'aes-256',
    bucketKey: false,
    explicit: false,
    ...(before.blocked === undefined ? {} : { blocked: before.blocked }),
  }
}

export const getBucketEncryption: Verb<'get-bucket-encryption'> = async (_rooms, permit) => ({
  encryption: bucketOf(permit).encryption,
})

/** Replaces the rule, the block list, or both. The key's text is kept as it came, and not looked at unless that is switched on, or asked for. */
export async function putBucketEncryption(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'put-bucket-encryption'>,
): Promise<Results['put-bucket-encryption']> {
  if (bucketOf(permit).directory !== undefined) return putDirectoryEncryption(rooms, permit, operation)
  const { rule, blocked } = operation.change
  if ((rooms.options.checkDefaultKeys || operation.checksKey === true) && rule !== undefined) {
    await rooms.encryption.checkDefaultKey(
      { caller: permit.caller, requestId: permit.requestId },
      operation.bucket,
      rule,
    )
  }
  return changeDefault(rooms, permit, 'put-bucket-encryption', (before) => {
    const kept = blocked ?? before.blocked
    const base = rule === undefined ? before : { ...rule, explicit: true }
    return { ...base, ...(kept === undefined ? {} : { blocked: kept }) }
  })
}

export const deleteBucketEncryption: Verb<'delete-bucket-encryption'> = async (rooms, permit, operation) =>
  changeDefault(rooms, permit, 'delete-bucket-encryption', (before) => initialEncryption(before, operation.leaves))

async function changeDefault(
  rooms: ObjectRooms,
  permit: Permit,
  verb: string,
  change: (before: BucketEncryption) => BucketEncryption,
): Promise<undefined> {
  const vendor = vendorOf(permit)
  const { caller, requestId } = permit
  const request = { caller, requestId, ...(vendor === undefined ? {} : { vendor }) }
  const carries = (before: BucketRecord, after: BucketRecord): ReturnType<typeof rooms.encryption.changeDefault> =>
    rooms.encryption.changeDefault(request, before.uuid, before.encryption, after.encryption)
  return changeBucket(rooms, permit, verb, (bucket) => ({ ...bucket, encryption: change(bucket.encryption) }), carries)
}

import { refuse, type BucketLogging, type OperationOf, type Results } from '../../operations/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { readBucket } from '../rows/bucket-rows.ts'
import { changeBucket } from './change-bucket.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import type { Verb } from '../verb.ts'

const MAX_PREFIX_BYTES = 512

export const getBucketLogging: Verb<'get-bucket-logging'> = async (_rooms, permit) => {
  const { logging } = bucketOf(permit)
  return logging === undefined ? {} : { logging }
}

/** The target is a bucket of the same account: no log leaves it (T-094, T-114). */
export async function putBucketLogging(
  rooms: ObjectRooms,
  permit: Permit,
  { logging }: OperationOf<'put-bucket-logging'>,
): Promise<Results['put-bucket-logging']> {
  if (logging !== undefined) await requireTarget(rooms, bucketOf(permit), logging)
  return changeBucket(rooms, permit, 'put-bucket-logging', (bucket) =>
    logging === undefined ? withoutLogging(bucket) : { ...bucket, logging },
  )
}

export const deleteBucketLogging: Verb<'delete-bucket-logging'> = async (rooms, permit) =>
  changeBucket(rooms, permit, 'delete-bucket-logging', withoutLogging)

function withoutLogging(bucket: BucketRecord): BucketRecord {
  const kept: { -readonly [Field in keyof BucketRecord]: BucketRecord[Field] } = { ...bucket }
  delete kept.logging
  return kept
}

async function requireTarget(
  rooms: ObjectRooms,
  source: BucketRecord,
  { targetBucket, targetPrefix }: BucketLogging,
): Promise<void> {
  if (Buffer.byteLength(targetPrefix) > MAX_PREFIX_BYTES || targetPrefix.includes('\0')) {
    refuse({ kind: 'invalid-argument', argument: 'TargetPrefix', detail: `at most ${MAX_PREFIX_BYTES} bytes` })
  }
  const target = await readBucket(rooms, targetBucket)
  if (target?.account === source.account && target.region === source.region) return
  refuse({
    kind: 'invalid-logging-target',
    detail: 'The target bucket for logging does not exist or is not owned by you.',
  })
}

import {
  EVERYTHING_BLOCKED,
  refuse,
  type OperationOf,
  type PublicAccessBlock,
  type Results,
} from '../../operations/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { changeBucket } from './change-bucket.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import type { Verb } from '../verb.ts'

/** The text as it was put. It was read and found good by whoever authorized the put; the engine keeps it. */
export const getBucketPolicy: Verb<'get-bucket-policy'> = async (_rooms, permit) => {
  const { policy, name } = bucketOf(permit)
  return { policy: policy ?? refuse({ kind: 'no-such-bucket-policy', bucket: name }) }
}

export async function putBucketPolicy(
  rooms: ObjectRooms,
  permit: Permit,
  { policy }: OperationOf<'put-bucket-policy'>,
): Promise<Results['put-bucket-policy']> {
  return changeBucket(rooms, permit, 'put-bucket-policy', (bucket) => ({ ...bucket, policy }))
}

/** Removing what is not there is no error (DeleteBucketPolicy). */
export const deleteBucketPolicy: Verb<'delete-bucket-policy'> = async (rooms, permit) =>
  changeBucket(rooms, permit, 'delete-bucket-policy', withoutPolicy)

function withoutPolicy(bucket: BucketRecord): BucketRecord {
  const kept: { -readonly [Field in keyof BucketRecord]: BucketRecord[Field] } = { ...bucket }
  delete kept.policy
  return kept
}

/** What is blocked on a bucket now. */
export function publicAccessOf({ publicAccess }: Pick<BucketRecord, 'publicAccess'>): PublicAccessBlock {
  return publicAccess === 'none' ? NOTHING_BLOCKED : (publicAccess ?? EVERYTHING_BLOCKED)
}

const NOTHING_BLOCKED: PublicAccessBlock = {
  blockPublicAcls: false,
  ignorePublicAcls: false,
  blockPublicPolicy: false,
  restrictPublicBuckets: false,
}

export const getPublicAccessBlock: Verb<'get-public-access-block'> = async (_rooms, permit) => {
  const bucket = bucketOf(permit)
  if (bucket.publicAccess === 'none') return refuse({ kind: 'no-public-access-block', bucket: bucket.name })
  return { block: publicAccessOf(bucket) }
}

export async function putPublicAccessBlock(
  rooms: ObjectRooms,
  permit: Permit,
  { block }: OperationOf<'put-public-access-block'>,
): Promise<Results['put-public-access-block']> {
  return changeBucket(rooms, permit, 'put-public-access-block', (bucket) => ({ ...bucket, publicAccess: block }))
}

export const deletePublicAccessBlock: Verb<'delete-public-access-block'> = async (rooms, permit) =>
  changeBucket(rooms, permit, 'delete-public-access-block', (bucket) => ({ ...bucket, publicAccess: 'none' }))

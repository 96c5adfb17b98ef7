import { refuse, type BucketWorm, type OperationOf, type Results } from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { changeBucket, currentBucket } from './change-bucket.ts'
import { keepsAll } from '../locks/locked-versions.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import type { Verb } from '../verb.ts'

/** OSS: a retention policy lasts a day up to seventy years. */
const MAX_DAYS = 25_550

/** The bucket's policy, unless it was never completed and its day is over. */
function wormOf(rooms: ObjectRooms, bucket: BucketRecord): BucketWorm | undefined {
  const { worm } = bucket
  return worm !== undefined && keepsAll(worm, rooms.lockNow()) ? worm : undefined
}

function requireWorm(rooms: ObjectRooms, bucket: BucketRecord): BucketWorm {
  return wormOf(rooms, bucket) ?? refuse({ kind: 'no-such-worm', bucket: bucket.name })
}

/** The policy of exactly this id. */
function namedWorm(rooms: ObjectRooms, bucket: BucketRecord, wormId: string): BucketWorm {
  const worm = requireWorm(rooms, bucket)
  return worm.id === wormId ? worm : refuse({ kind: 'no-such-worm', bucket: bucket.name })
}

function requireDays(days: number): void {
  if (Number.isSafeInteger(days) && days >= 1 && days <= MAX_DAYS) return
  refuse({ kind: 'invalid-argument', argument: 'RetentionPeriodInDays', detail: `1 to ${MAX_DAYS} days` })
}

export const getBucketWorm: Verb<'get-bucket-worm'> = async (rooms, permit) => ({
  worm: requireWorm(rooms, bucketOf(permit)),
})

/** Holds at once; whoever does not complete it within a day has tried it out. */
export async function initiateBucketWorm(
  rooms: ObjectRooms,
  permit: Permit,
  { days }: OperationOf<'initiate-bucket-worm'>,
): Promise<Results['initiate-bucket-worm']> {
  requireDays(days)
  const id = randomBytes(16).toString('hex').toUpperCase()
  await changeBucket(rooms, permit, 'initiate-bucket-worm', (bucket) => {
    if (wormOf(rooms, bucket) !== undefined) {
      refuse({ kind: 'invalid-bucket-state', detail: 'The bucket has a retention policy.' })
    }
    return { ...bucket, worm: { id, state: 'in-progress', days, createdMs: rooms.lockFrom() } }
  })
  return { wormId: id }
}

export async function completeBucketWorm(
  rooms: ObjectRooms,
  permit: Permit,
  { wormId }: OperationOf<'complete-bucket-worm'>,
): Promise<Results['complete-bucket-worm']> {
  return changeBucket(rooms, permit, 'complete-bucket-worm', (bucket) => {
    const worm = namedWorm(rooms, bucket, wormId)
    if (worm.state === 'locked') refuse({ kind: 'invalid-bucket-state', detail: 'The retention policy is locked.' })
    return { ...bucket, worm: { ...worm, state: 'locked' } }
  })
}

/** A locked policy can only be lengthened. */
export async function extendBucketWorm(
  rooms: ObjectRooms,
  permit: Permit,
  { wormId, days }: OperationOf<'extend-bucket-worm'>,
): Promise<Results['extend-bucket-worm']> {
  requireDays(days)
  return changeBucket(rooms, permit, 'extend-bucket-worm', (bucket) => {
    const worm = namedWorm(rooms, bucket, wormId)
    if (worm.state !== 'locked') {
      refuse({ kind: 'invalid-bucket-state', detail: 'The retention policy is not locked yet.' })
    }
    if (days < worm.days) {
      const detail = 'A locked retention policy can only be lengthened.'
      refuse({ kind: 'invalid-argument', argument: 'RetentionPeriodInDays', detail })
    }
    return { ...bucket, worm: { ...worm, days } }
  })
}

/** Drops a policy that was not completed. */
export const abortBucketWorm: Verb<'abort-bucket-worm'> = async (rooms, permit) => {
  const { bucket } = await currentBucket(rooms, permit)
  requireWorm(rooms, bucket)
  return changeBucket(rooms, permit, 'abort-bucket-worm', (current) => {
    if (current.worm?.state === 'locked' && keepsAll(current.worm, rooms.lockNow())) {
      refuse({ kind: 'invalid-bucket-state', detail: 'The retention policy is locked.' })
    }
    const kept: { -readonly [Field in keyof BucketRecord]: BucketRecord[Field] } = { ...current }
    delete kept.worm
    return kept
  })
}

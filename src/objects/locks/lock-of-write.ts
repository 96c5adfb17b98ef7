import {
  refuse,
  type BucketObjectLock,
  type DefaultRetention,
  type ObjectLock,
  type Retention,
} from '../../operations/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { DAY_MS } from './whole-days.ts'

/** A year of a default retention (our choice: S3 does not say whether leap days count). */
const YEAR_DAYS = 365

/** What a new version of this bucket is given: what its request says, else the bucket's default. Absent: nothing. */
export function lockOfWrite(
  rooms: Pick<ObjectRooms, 'lockNow' | 'lockFrom'>,
  bucket: BucketRecord,
  asked: ObjectLock | undefined,
): { readonly lock?: ObjectLock } {
  const { objectLock } = bucket
  if (objectLock === undefined) {
    return asked === undefined ? NO_LOCK : refuse({ kind: 'invalid-request', detail: NOT_LOCKING })
  }
  const retention = asked?.retention ?? defaultRetention(objectLock, rooms.lockFrom())
  if (asked?.retention !== undefined) requireFuture(asked.retention, rooms.lockNow())
  if (retention === undefined && asked?.legalHold === undefined) return NO_LOCK
  return {
    lock: {
      ...(retention === undefined ? {} : { retention }),
      ...(asked?.legalHold === undefined ? {} : { legalHold: asked.legalHold }),
    },
  }
}

/** What was asked for when the upload was begun. A time that has passed since then locks nothing, and is kept as it was said. */
export function lockOfUpload(
  rooms: Pick<ObjectRooms, 'lockNow' | 'lockFrom'>,
  bucket: BucketRecord,
  { lock }: { readonly lock?: ObjectLock },
): { readonly lock?: ObjectLock } {
  return lock?.retention === undefined ? lockOfWrite(rooms, bucket, lock) : { lock }
}

const NO_LOCK = {}
export const NOT_LOCKING = 'Bucket is missing Object Lock Configuration'

function defaultRetention({ defaultRetention: rule }: BucketObjectLock, nowMs: number): Retention | undefined {
  if (rule === undefined) return undefined
  // Whole seconds, upwards: never shorter than was promised.
  const untilMs = Math.ceil((nowMs + daysOf(rule) * DAY_MS) / 1_000) * 1_000
  return { mode: rule.mode, untilMs }
}

function daysOf({ unit, count }: DefaultRetention): number {
  return unit === 'days' ? count : count * YEAR_DAYS
}

export function requireFuture(retention: Retention, nowMs: number): void {
  if (retention.untilMs > nowMs) return
  refuse({
    kind: 'invalid-argument',
    argument: 'RetainUntilDate',
    detail: 'The retain until date must be in the future!',
  })
}

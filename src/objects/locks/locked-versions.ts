import { refuse } from '../../operations/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import type { VersionRecord } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { DAY_MS } from './whole-days.ts'

/** Whether nobody may remove or rewrite the version now. `bypass`: governance retention does not count. */
export function isLocked(
  rooms: Pick<ObjectRooms, 'lockNow'>,
  bucket: Pick<BucketRecord, 'worm'>,
  version: VersionRecord,
  bypass: boolean,
): boolean {
  if (version.kind === 'marker') return false
  const { lock } = version.detail
  const { worm } = bucket
  if (lock === undefined && worm === undefined) return false
  const nowMs = rooms.lockNow()
  if (worm !== undefined && keepsAll(worm, nowMs) && version.header.modifiedMs + worm.days * DAY_MS > nowMs) return true
  if (lock?.legalHold === true) return true
  const { retention } = lock ?? {}
  if (retention === undefined || retention.untilMs <= nowMs) return false
  return retention.mode === 'compliance' || !bypass
}

/** A policy that nobody completed within a day is gone. */
export const WORM_TRIAL_MS = DAY_MS

export function keepsAll({ state, createdMs }: NonNullable<BucketRecord['worm']>, nowMs: number): boolean {
  return state === 'locked' || nowMs < createdMs + WORM_TRIAL_MS
}

/** Every road that removes a version, or writes another body into it, passes here. */
export function refuseLocked(
  rooms: Pick<ObjectRooms, 'lockNow'>,
  bucket: Pick<BucketRecord, 'worm'>,
  version: VersionRecord,
  bypass = false,
): void {
  if (isLocked(rooms, bucket, version, bypass)) refuse({ kind: 'object-locked' })
}

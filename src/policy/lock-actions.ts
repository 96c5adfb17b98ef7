import type { LockOperation, WormOperation } from '../operations/index.ts'
import type { ActionRow } from './action-row.ts'

const READ: ActionRow = { actions: ['s3:GetBucketObjectLockConfiguration'], subject: 'bucket' }
const WRITE: ActionRow = { actions: ['s3:PutBucketObjectLockConfiguration'], subject: 'bucket' }

/** Actions of locks. S3 has the same ones for a version and for the current one; OSS's own kind of lock is S3's setting. */
export const LOCK_ACTIONS: Readonly<Record<(LockOperation | WormOperation)['kind'], ActionRow>> = {
  'get-object-lock-configuration': READ,
  'put-object-lock-configuration': WRITE,
  'get-object-retention': { actions: ['s3:GetObjectRetention'], subject: 'object' },
  'put-object-retention': { actions: ['s3:PutObjectRetention'], subject: 'object' },
  'get-object-legal-hold': { actions: ['s3:GetObjectLegalHold'], subject: 'object' },
  'put-object-legal-hold': { actions: ['s3:PutObjectLegalHold'], subject: 'object' },
  'get-bucket-worm': READ,
  'initiate-bucket-worm': WRITE,
  'complete-bucket-worm': WRITE,
  'extend-bucket-worm': WRITE,
  'abort-bucket-worm': WRITE,
}

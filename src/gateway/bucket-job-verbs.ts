import * as engine from '../objects/index.ts'
import {
  parseObjectKey,
  refuse,
  StoreFailure,
  type LifecycleOperation,
  type LockOperation,
  type LoggingOperation,
  type NotificationOperation,
  type OperationOf,
  type WormOperation,
} from '../operations/index.ts'
import type { RequestPermit, Verbs } from './verb.ts'

type Kind = (LifecycleOperation | LockOperation | LoggingOperation | NotificationOperation | WormOperation)['kind']

/** What a bucket has done to its objects by itself: rules, locks, logs, notifications. */
export const BUCKET_JOB_VERBS: Verbs<Kind> = {
  'get-bucket-lifecycle': (rooms, permit, operation) => engine.getBucketLifecycle(rooms.objects, permit, operation),
  'put-bucket-lifecycle': (rooms, permit, operation) => engine.putBucketLifecycle(rooms.objects, permit, operation),
  'delete-bucket-lifecycle': (rooms, permit, operation) =>
    engine.deleteBucketLifecycle(rooms.objects, permit, operation),
  'get-object-lock-configuration': (rooms, permit, operation) =>
    engine.getObjectLockConfiguration(rooms.objects, permit, operation),
  'put-object-lock-configuration': (rooms, permit, operation) =>
    engine.putObjectLockConfiguration(rooms.objects, permit, operation),
  'get-object-retention': (rooms, permit, operation) => engine.getObjectRetention(rooms.objects, permit, operation),
  'put-object-retention': (rooms, permit, operation) => engine.putObjectRetention(rooms.objects, permit, operation),
  'get-object-legal-hold': (rooms, permit, operation) => engine.getObjectLegalHold(rooms.objects, permit, operation),
  'put-object-legal-hold': (rooms, permit, operation) => engine.putObjectLegalHold(rooms.objects, permit, operation),
  'initiate-bucket-worm': (rooms, permit, operation) => engine.initiateBucketWorm(rooms.objects, permit, operation),
  'complete-bucket-worm': (rooms, permit, operation) => engine.completeBucketWorm(rooms.objects, permit, operation),
  'extend-bucket-worm': (rooms, permit, operation) => engine.extendBucketWorm(rooms.objects, permit, operation),
  'abort-bucket-worm': (rooms, permit, operation) => engine.abortBucketWorm(rooms.objects, permit, operation),
  'get-bucket-worm': (rooms, permit, operation) => engine.getBucketWorm(rooms.objects, permit, operation),
  'get-bucket-logging': (rooms, permit, operation) => engine.getBucketLogging(rooms.objects, permit, operation),
  'put-bucket-logging': async (rooms, permit, operation) => {
    await requireTargetWritable(permit, operation)
    return engine.putBucketLogging(rooms.objects, permit, operation)
  },
  'delete-bucket-logging': (rooms, permit, operation) => engine.deleteBucketLogging(rooms.objects, permit, operation),
  'get-bucket-notification': (rooms, permit, operation) =>
    engine.getBucketNotification(rooms.objects, permit, operation),
  'put-bucket-notification': (rooms, permit, operation) =>
    engine.putBucketNotification(rooms.objects, permit, operation),
}

/** Whoever has a log written somewhere has to be allowed to write there himself (T-094). */
async function requireTargetWritable(
  permit: RequestPermit,
  { logging }: OperationOf<'put-bucket-logging'>,
): Promise<void> {
  if (logging === undefined) return
  const { targetBucket, targetPrefix } = logging
  const name = parseObjectKey(`${targetPrefix}log`)
  if (name.kind !== 'key') refuse({ kind: 'invalid-argument', argument: 'TargetPrefix', detail: 'no prefix of a name' })
  try {
    await permit.permitFor({ kind: 'put-object', bucket: targetBucket, key: name.key })
  } catch (error) {
    if (error instanceof StoreFailure && error.failure.kind === 'no-such-bucket') {
      refuse({ kind: 'invalid-logging-target', detail: 'The target bucket for logging does not exist' })
    }
    throw error
  }
}

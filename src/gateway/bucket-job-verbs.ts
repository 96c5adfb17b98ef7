import * as engine from '../objects/index.ts'
import type {
  LifecycleOperation,
  LockOperation,
  LoggingOperation,
  NotificationOperation,
  WormOperation,
} from '../operations/index.ts'
import { notBuiltVerb } from './not-built.ts'
import type { Verbs } from './verb.ts'

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
  'get-bucket-logging': notBuiltVerb('get-bucket-logging'),
  'put-bucket-logging': notBuiltVerb('put-bucket-logging'),
  'delete-bucket-logging': notBuiltVerb('delete-bucket-logging'),
  'get-bucket-notification': (rooms, permit, operation) =>
    engine.getBucketNotification(rooms.objects, permit, operation),
  'put-bucket-notification': (rooms, permit, operation) =>
    engine.putBucketNotification(rooms.objects, permit, operation),
}

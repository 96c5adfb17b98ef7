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
  'get-bucket-lifecycle': notBuiltVerb('get-bucket-lifecycle'),
  'put-bucket-lifecycle': notBuiltVerb('put-bucket-lifecycle'),
  'delete-bucket-lifecycle': notBuiltVerb('delete-bucket-lifecycle'),
  'get-object-lock-configuration': notBuiltVerb('get-object-lock-configuration'),
  'put-object-lock-configuration': notBuiltVerb('put-object-lock-configuration'),
  'get-object-retention': notBuiltVerb('get-object-retention'),
  'put-object-retention': notBuiltVerb('put-object-retention'),
  'get-object-legal-hold': notBuiltVerb('get-object-legal-hold'),
  'put-object-legal-hold': notBuiltVerb('put-object-legal-hold'),
  'initiate-bucket-worm': notBuiltVerb('initiate-bucket-worm'),
  'complete-bucket-worm': notBuiltVerb('complete-bucket-worm'),
  'extend-bucket-worm': notBuiltVerb('extend-bucket-worm'),
  'abort-bucket-worm': notBuiltVerb('abort-bucket-worm'),
  'get-bucket-worm': notBuiltVerb('get-bucket-worm'),
  'get-bucket-logging': notBuiltVerb('get-bucket-logging'),
  'put-bucket-logging': notBuiltVerb('put-bucket-logging'),
  'delete-bucket-logging': notBuiltVerb('delete-bucket-logging'),
  'get-bucket-notification': notBuiltVerb('get-bucket-notification'),
  'put-bucket-notification': notBuiltVerb('put-bucket-notification'),
}

import type { BucketTarget } from './bucket-operations.ts'

/**
 * The events that are told, in S3's words (S3 User Guide, "Event notification types and destinations"). `*` stands for all of
 * its kind. OBS writes them without `s3:`.
 */
export const NOTIFICATION_EVENTS = [
  's3:ObjectCreated:*',
  's3:ObjectCreated:Put',
  's3:ObjectCreated:Post',
  's3:ObjectCreated:Copy',
  's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectRemoved:*',
  's3:ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated',
  's3:ObjectTagging:*',
  's3:ObjectTagging:Put',
  's3:ObjectTagging:Delete',
  's3:LifecycleExpiration:*',
  's3:LifecycleExpiration:Delete',
  's3:LifecycleExpiration:DeleteMarkerCreated',
] as const

export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number]

/** One rule: these events of these names are sent there. */
export interface NotificationRule {
  /** 1 to 255 characters; made by the server where the client gave none. */
  readonly id: string
  /** In which element it was written; to the server all targets are webhooks. */
  readonly form: 'topic' | 'queue' | 'function'
  /** `arn:coffer:webhook:::<name>` of a target that the operator configured. */
  readonly target: string
  readonly events: readonly NotificationEvent[]
  readonly prefix?: string
  readonly suffix?: string
}

/** At most 100 rules; none: nothing is told. */
export interface BucketNotification {
  readonly rules: readonly NotificationRule[]
}

export type NotificationOperation =
  | ({ readonly kind: 'get-bucket-notification' } & BucketTarget)
  | ({
      readonly kind: 'put-bucket-notification'
      readonly notification: BucketNotification
      /** `x-amz-skip-destination-validation`: no test event is sent first. */
      readonly skipTestEvent: boolean
    } & BucketTarget)

export interface NotificationResults {
  /** None was set: no rules. */
  'get-bucket-notification': { readonly notification: BucketNotification }
  'put-bucket-notification': undefined
}

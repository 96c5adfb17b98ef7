import type { BucketTarget } from './bucket-operations.ts'
import type { Tags } from './object-operations.ts'

/**
 * Rules by which a bucket ends or relabels what lies in it (S3 PutBucketLifecycleConfiguration; OSS PutBucketLifecycle; OBS
 * and COS likewise). One model, four spellings: a dialect reads its document into this and writes it back out of it.
 */

/** A moment named by a rule: midnight UTC. `text` is how it was written, because COS gives it back so. */
export interface RuleDate {
  readonly atMs: number
  readonly text: string
}

/** When a rule reaches a current version. Days count from its creation to the midnight UTC that follows them. */
export type RuleTime =
  | { readonly kind: 'days'; readonly days: number }
  /** From this moment on, whatever the age (S3 `Date`). */
  | { readonly kind: 'date'; readonly date: RuleDate }
  /** Only what was last changed before this moment (OSS `CreatedBeforeDate`). */
  | { readonly kind: 'created-before'; readonly date: RuleDate }

export type RuleExpiration =
  | RuleTime
  /** A delete marker with nothing behind it. */
  | { readonly kind: 'expired-delete-marker' }

/** All that is said has to hold. Absent: everything. Sizes in bytes, exclusive on both sides. */
export interface RuleFilter {
  readonly prefix?: string
  readonly tags: Tags
  readonly largerThanBytes?: number
  readonly smallerThanBytes?: number
}

export interface NoncurrentExpiration {
  /** Days since it stopped being the current one. */
  readonly days: number
  /** This many of the newest noncurrent versions stay (S3: 1 to 100). */
  readonly newerVersions?: number
}

export interface RuleTransition {
  readonly time: RuleTime
  readonly storageClass: string
}

export interface NoncurrentTransition extends NoncurrentExpiration {
  readonly storageClass: string
}

export interface LifecycleRule {
  /** 1 to 255 characters, unique in the configuration; made by the server where the client gave none. */
  readonly id: string
  readonly enabled: boolean
  readonly filter: RuleFilter
  /**
   * How the filter was written, so that it is given back so: `rule-prefix`: `Prefix` directly in the rule; `plain`: one
   * condition in `Filter`; `and`: inside `And`.
   */
  readonly filterForm: 'rule-prefix' | 'plain' | 'and'
  readonly expiration?: RuleExpiration
  readonly noncurrentExpiration?: NoncurrentExpiration
  /** Uploads that were begun so many days ago, or before a moment (OSS), are ended. */
  readonly abortUploads?: RuleTime
  readonly transitions: readonly RuleTransition[]
  readonly noncurrentTransitions: readonly NoncurrentTransition[]
}

/** Which objects are too small to be moved (S3 `x-amz-transition-default-minimum-object-size`). */
export type TransitionMinimum = 'all_storage_classes_128K' | 'varies_by_storage_class'

/** A bucket's rules, as they were put. 1 to 1,000 of them. */
export interface BucketLifecycle {
  readonly rules: readonly LifecycleRule[]
  readonly transitionMinimum: TransitionMinimum
}

export type LifecycleOperation =
  | ({ readonly kind: 'get-bucket-lifecycle' } & BucketTarget)
  | ({ readonly kind: 'put-bucket-lifecycle'; readonly lifecycle: BucketLifecycle } & BucketTarget)
  | ({ readonly kind: 'delete-bucket-lifecycle' } & BucketTarget)

export interface LifecycleResults {
  /** None: refused as `no-such-lifecycle`. */
  'get-bucket-lifecycle': { readonly lifecycle: BucketLifecycle }
  'put-bucket-lifecycle': { readonly transitionMinimum: TransitionMinimum }
  'delete-bucket-lifecycle': undefined
}

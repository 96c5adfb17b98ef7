import type { BucketTarget } from './bucket-operations.ts'
import type { VersionId } from './names.ts'
import type { ObjectTarget } from './object-operations.ts'
import type { Retention, RetentionMode } from './object-lock.ts'

/** What a new version is given where its request says nothing. Days 1 to 36,500, years 1 to 100. */
export interface DefaultRetention {
  readonly mode: RetentionMode
  readonly unit: 'days' | 'years'
  readonly count: number
}

/** Of a bucket in which versions can be locked. It cannot be switched off again. */
export interface BucketObjectLock {
  readonly defaultRetention?: DefaultRetention
}

type VersionOf = ObjectTarget & { readonly versionId?: VersionId }

export type LockOperation =
  | ({ readonly kind: 'get-object-lock-configuration' } & BucketTarget)
  /** Switches locking on where it was off, for which the bucket has to be versioned. */
  | ({ readonly kind: 'put-object-lock-configuration'; readonly lock: BucketObjectLock } & BucketTarget)
  | ({ readonly kind: 'get-object-retention' } & VersionOf)
  | ({
      readonly kind: 'put-object-retention'
      /** Absent: the retention is lifted. */
      readonly retention?: Retention
      /** `x-amz-bypass-governance-retention`; the target's `also` has to name `s3:BypassGovernanceRetention` then. */
      readonly bypassGovernance: boolean
    } & VersionOf)
  | ({ readonly kind: 'get-object-legal-hold' } & VersionOf)
  | ({ readonly kind: 'put-object-legal-hold'; readonly legalHold: boolean } & VersionOf)

export interface LockResults {
  /** Never switched on: refused as `no-such-object-lock`. */
  'get-object-lock-configuration': { readonly lock: BucketObjectLock }
  'put-object-lock-configuration': undefined
  /** No retention on the version: refused as `no-such-retention`. */
  'get-object-retention': { readonly retention: Retention }
  'put-object-retention': { readonly versionId?: VersionId }
  /** The bucket does not lock: refused as `invalid-request`; nothing was ever said: `no-such-retention`. */
  'get-object-legal-hold': { readonly legalHold: boolean }
  'put-object-legal-hold': { readonly versionId?: VersionId }
}

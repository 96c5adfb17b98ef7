import type { BucketTarget } from './bucket-operations.ts'

/** OSS's retention policy of a bucket. `in-progress` for 24 hours, in which it can be dropped; then `locked` or gone. */
export interface BucketWorm {
  /** 32 upper-case hexadecimal digits. */
  readonly id: string
  readonly state: 'in-progress' | 'locked'
  readonly days: number
  readonly createdMs: number
}

export type WormOperation =
  | ({ readonly kind: 'initiate-bucket-worm'; readonly days: number } & BucketTarget)
  | ({ readonly kind: 'complete-bucket-worm'; readonly wormId: string } & BucketTarget)
  | ({ readonly kind: 'extend-bucket-worm'; readonly wormId: string; readonly days: number } & BucketTarget)
  | ({ readonly kind: 'abort-bucket-worm' } & BucketTarget)
  | ({ readonly kind: 'get-bucket-worm' } & BucketTarget)

export interface WormResults {
  'initiate-bucket-worm': { readonly wormId: string }
  'complete-bucket-worm': undefined
  'extend-bucket-worm': undefined
  'abort-bucket-worm': undefined
  /** None: refused as `no-such-worm`. */
  'get-bucket-worm': { readonly worm: BucketWorm }
}

import type {
  CorsConfiguration,
  NumberedDocument,
  RefererRules,
  ReplicationConfiguration,
  RequestPayer,
  StoredDocument,
  WebsiteConfiguration,
} from './bucket-configurations.ts'
import type { BucketTarget } from './bucket-operations.ts'
import type { Tags } from './object-operations.ts'

/** Get, put, delete and list of the documents of which a bucket has several. A put replaces the one of the same id. */
export type NumberedOperation = {
  [Document in NumberedDocument]:
    | ({ readonly kind: `get-bucket-${Document}`; readonly id: string } & BucketTarget)
    | ({ readonly kind: `put-bucket-${Document}`; readonly document: StoredDocument } & BucketTarget)
    | ({ readonly kind: `delete-bucket-${Document}`; readonly id: string } & BucketTarget)
    /** `after`: the last id of the page before. Pages of at most 100, in the order of the ids. */
    | ({ readonly kind: `list-bucket-${Document}`; readonly after?: string } & BucketTarget)
}[NumberedDocument]

/**
 * Configurations of a bucket. A get of what was never put, or was removed, refuses with `no-such-configuration` (tags: with
 * `no-such-tag-set`); where a vendor answers an empty document instead, its dialect says so in its table of failures or in its encoder.
 */
export type ConfigurationOperation =
  | ({ readonly kind: 'get-bucket-tagging' } & BucketTarget)
  /** Limits of counts and texts are the dialect's own. */
  | ({ readonly kind: 'put-bucket-tagging'; readonly tags: Tags } & BucketTarget)
  | ({ readonly kind: 'delete-bucket-tagging' } & BucketTarget)
  | ({ readonly kind: 'get-bucket-cors' } & BucketTarget)
  | ({ readonly kind: 'put-bucket-cors'; readonly cors: CorsConfiguration } & BucketTarget)
  | ({ readonly kind: 'delete-bucket-cors' } & BucketTarget)
  | ({ readonly kind: 'get-bucket-website' } & BucketTarget)
  | ({ readonly kind: 'put-bucket-website'; readonly website: WebsiteConfiguration } & BucketTarget)
  | ({ readonly kind: 'delete-bucket-website' } & BucketTarget)
  | ({ readonly kind: 'get-bucket-request-payment' } & BucketTarget)
  | ({ readonly kind: 'put-bucket-request-payment'; readonly payer: RequestPayer } & BucketTarget)
  | ({ readonly kind: 'get-bucket-accelerate' } & BucketTarget)
  | ({ readonly kind: 'put-bucket-accelerate'; readonly accelerate: 'enabled' | 'suspended' } & BucketTarget)
  | ({ readonly kind: 'get-bucket-referer' } & BucketTarget)
  | ({ readonly kind: 'put-bucket-referer'; readonly referer: RefererRules } & BucketTarget)
  | ({ readonly kind: 'get-bucket-replication' } & BucketTarget)
  | ({ readonly kind: 'put-bucket-replication'; readonly replication: ReplicationConfiguration } & BucketTarget)
  | ({ readonly kind: 'delete-bucket-replication' } & BucketTarget)
  | NumberedOperation

type NumberedResults = {
  [Document in NumberedDocument as `get-bucket-${Document}`]: { readonly document: StoredDocument }
} & {
  [Document in NumberedDocument as `put-bucket-${Document}` | `delete-bucket-${Document}`]: undefined
} & {
  [Document in NumberedDocument as `list-bucket-${Document}`]: {
    readonly documents: readonly StoredDocument[]
    /** Present: there are more, after this id. */
    readonly next?: string
  }
}

export interface ConfigurationResults extends NumberedResults {
  'get-bucket-tagging': { readonly tags: Tags }
  'put-bucket-tagging': undefined
  'delete-bucket-tagging': undefined
  'get-bucket-cors': { readonly cors: CorsConfiguration }
  'put-bucket-cors': undefined
  'delete-bucket-cors': undefined
  'get-bucket-website': { readonly website: WebsiteConfiguration }
  'put-bucket-website': undefined
  'delete-bucket-website': undefined
  /** `bucket-owner` where nobody set anything. */
  'get-bucket-request-payment': { readonly payer: RequestPayer }
  'put-bucket-request-payment': undefined
  /** Absent: nobody ever set it. */
  'get-bucket-accelerate': { readonly accelerate?: 'enabled' | 'suspended' }
  'put-bucket-accelerate': undefined
  /** Where nobody set anything: not enabled, empty referers allowed, no lists. */
  'get-bucket-referer': { readonly referer: RefererRules }
  'put-bucket-referer': undefined
  'get-bucket-replication': { readonly replication: ReplicationConfiguration }
  'put-bucket-replication': undefined
  'delete-bucket-replication': undefined
}

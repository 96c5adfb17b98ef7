import type { BucketTarget } from './bucket-operations.ts'
import type { BucketName } from './names.ts'

/** Where the access log of a bucket goes: objects in another bucket of the same account, sealed by that bucket's rule. */
export interface BucketLogging {
  readonly targetBucket: BucketName
  /** At most 512 bytes; may be empty. */
  readonly targetPrefix: string
  /**
   * How the names of log objects are made. `simple`: `<prefix>YYYY-mm-DD-HH-MM-SS-<unique>`; the others:
   * `<prefix><account>/<region>/<bucket>/YYYY/mm/DD/YYYY-mm-DD-HH-MM-SS-<unique>`, by the time of the event or of delivery.
   * Absent: as `simple`, and not written in answers.
   */
  readonly keyFormat?: 'simple' | 'partitioned-event-time' | 'partitioned-delivery-time'
  /** OSS's `LoggingRole`, OBS's `Agency`: kept and given back. Delivery is the server's own act. */
  readonly role?: string
}

export type LoggingOperation =
  | ({ readonly kind: 'get-bucket-logging' } & BucketTarget)
  /** Absent: logging ends (an empty root). */
  | ({ readonly kind: 'put-bucket-logging'; readonly logging?: BucketLogging } & BucketTarget)
  /** OSS's `DELETE`, which is a right of its own there. */
  | ({ readonly kind: 'delete-bucket-logging' } & BucketTarget)

export interface LoggingResults {
  'get-bucket-logging': { readonly logging?: BucketLogging }
  'put-bucket-logging': undefined
  'delete-bucket-logging': undefined
}

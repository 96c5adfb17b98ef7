import type { AccessControlList } from './access-control.ts'
import type { BucketTarget, Versioning } from './bucket-operations.ts'
import type { BucketEncryption, EncryptionRequest } from './encryption-settings.ts'
import type { ExplainResults } from './explain-operation.ts'
import type { KeyDescription } from './key-operations.ts'
import type { BucketName, UploadId, VersionId } from './names.ts'
import type { ObjectDescription, ObjectProperties, ObjectTarget, Tags } from './object-operations.ts'

/** A right that was not there, where the rest could be told all the same. */
export interface MissingRight {
  readonly action: string
  readonly resource: string
}

/** A bucket as a list of people shows it. What the caller may not read is absent. */
export interface BucketFacts {
  readonly name: BucketName
  readonly region: string
  readonly createdMs: number
  /** Of a directory bucket: where it lies. */
  readonly zone?: string
  readonly encryption?: BucketEncryption
  readonly versioning?: Versioning
  readonly acl?: AccessControlList
  readonly versions: number
  readonly bytes: number
  readonly uploads: number
}

/** One question about oneself. */
export interface RightsCheck {
  readonly action: string
  /** An ARN; of a key also its id or alias; `*`. */
  readonly resource: string
}

/**
 * What pages show together that clients ask for one by one. The gateway carries each out from operations that there are,
 * as the caller, and each of these is asked for by itself.
 */
export type ConsoleOperation =
  | { readonly kind: 'describe-buckets'; readonly prefix?: string; readonly after?: string; readonly limit: number }
  | ({ readonly kind: 'describe-bucket' } & BucketTarget)
  /** The default of a bucket, and the key behind it where the caller may describe it. */
  | ({ readonly kind: 'describe-bucket-encryption' } & BucketTarget)
  /** What HEAD says, and checksums and tags where the caller may have them. */
  | ({ readonly kind: 'describe-object'; readonly versionId?: VersionId } & ObjectTarget)
  /** An upload in parts with full-object CRC-32s. `unlessExists`: refused at once where there is an object of the name. */
  | ({
      readonly kind: 'begin-upload'
      readonly properties: ObjectProperties
      readonly encryption: EncryptionRequest
      readonly unlessExists: boolean
    } & ObjectTarget)
  /** A signed link to an object, in the caller's own name. 1 to 604,800 seconds. `refusesEncrypted`: OBS’s rule. */
  | ({
      readonly kind: 'share-object'
      readonly versionId?: VersionId
      readonly seconds: number
      /** The name by which the browser reached the console: where nothing else was configured, the API has it too. */
      readonly hostName: string
      readonly refusesEncrypted: boolean
    } & ObjectTarget)
  | { readonly kind: 'check-rights'; readonly checks: readonly RightsCheck[] }
  /** What would be said to the caller's own request. */
  | ({ readonly kind: 'explain-own'; readonly context: Readonly<Record<string, readonly string[]>> } & RightsCheck)
  /** Why a request of the caller's was refused. */
  | { readonly kind: 'explain-request'; readonly requestId: string }
  | { readonly kind: 'get-overview' }

export interface ConsoleResults {
  'describe-buckets': { readonly buckets: readonly BucketFacts[]; readonly next?: string }
  'describe-bucket': { readonly bucket: BucketFacts }
  'describe-bucket-encryption': {
    readonly encryption: BucketEncryption
    readonly key?: Pick<KeyDescription, 'arn' | 'state' | 'aliases'>
    /** The key is named, and there is none of that name for the caller. */
    readonly keyUnknown?: true
  }
  'describe-object': {
    readonly object: ObjectDescription
    readonly tags?: Tags
    readonly missing: readonly MissingRight[]
  }
  'begin-upload': { readonly uploadId: UploadId }
  'share-object': { readonly url: string; readonly endsMs: number; readonly signer: string }
  'check-rights': { readonly allowed: readonly boolean[] }
  'explain-own': ExplainResults['explain-policy']
  'explain-request': ExplainResults['explain-policy']
  'get-overview': Overview
}

/** What stands in counters and in the audit log of the last day; nothing is sampled. */
export interface Overview {
  readonly buckets: number
  readonly versions: number
  readonly bytes: number
  readonly uploads: number
  /** Absent: the caller may not list keys. */
  readonly keys?: {
    readonly enabled: number
    readonly disabled: number
    readonly pendingDeletion: number
    readonly pendingImport: number
    /** In the next 30 days. */
    readonly dueForRotation: number
  }
  /** Refusals of the last 24 hours by action, most first; `more`: there were more than were looked at. */
  readonly refusals?: {
    readonly byAction: readonly { readonly action: string; readonly count: number }[]
    readonly more: boolean
  }
  /** How many buckets have which default, of those that were looked at. */
  readonly defaults: readonly { readonly mode: BucketEncryption['mode']; readonly buckets: number }[]
  /** Versions that KMS keys of the account hold, and all others. Absent: the caller may not list keys. */
  readonly versionsByKey?: { readonly underKeys: number; readonly others: number }
  readonly attention: readonly { readonly bucket: BucketName; readonly why: BucketConcern; readonly key?: string }[]
}

export type BucketConcern = 'none' | 'alias' | 'key-unknown' | 'key-disabled' | 'key-pending-deletion' | 'public'

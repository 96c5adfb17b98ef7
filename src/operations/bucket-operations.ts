import type { AclRequest, ObjectOwnership } from './access-control.ts'
import type { DirectorySessionMode } from './caller.ts'
import type { BucketEncryption, EncryptionMode, EncryptionRequest, ShownEncryption } from './encryption-settings.ts'
import type { Failure } from './failure.ts'
import type { BucketName, ObjectKey, UploadId, VersionId } from './names.ts'
import type { TemporaryCredentials } from './session-operations.ts'

export type Versioning = 'unversioned' | 'enabled' | 'suspended'

export interface BucketTarget {
  readonly bucket: BucketName
}

/** A policy as it was put. The grammar was fixed then; it is never guessed from the text. */
export interface BucketPolicyText {
  readonly grammar: 'aws' | 'oss-bucket' | 'obs-bucket' | 'cos-bucket'
  /** Byte for byte. */
  readonly text: string
  /** Unique ids of those whom it names, by name, as they were when it was put: a namesake inherits nothing (T-079). */
  readonly principals?: Readonly<Record<string, string>>
}

/** What keeps policies and lists from opening a bucket to everybody. */
export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean
  readonly ignorePublicAcls: boolean
  readonly blockPublicPolicy: boolean
  readonly restrictPublicBuckets: boolean
}

/** Of a bucket for which nobody set anything: nothing becomes public by itself (S3's default since April 2023). */
export const EVERYTHING_BLOCKED: PublicAccessBlock = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
}

/** What was set by PutBucketEncryption. Absent `rule`: only the block list changes; absent `blocked`: it stays as it was. */
export interface EncryptionRule {
  readonly rule?: Pick<BucketEncryption, 'mode' | 'cipher' | 'key' | 'bucketKey'>
  readonly blocked?: 'none' | 'sse-c'
}

/** Where a directory bucket lies. The zone is in its name too. */
export interface DirectoryPlace {
  readonly zone: string
  readonly zoneKind: 'availability-zone' | 'local-zone'
}

/** A session for the objects of one directory bucket. */
export interface CreateSession extends BucketTarget {
  readonly kind: 'create-session'
  /** Absent: to write as well if that is allowed, else to read. */
  readonly mode?: DirectorySessionMode
  /** What the objects of the session are encrypted by, where it is not the bucket's default. */
  readonly encryption: EncryptionRequest
}

export interface CreateBucket extends BucketTarget {
  readonly kind: 'create-bucket'
  /** Present: a directory bucket. */
  readonly directory?: DirectoryPlace
  readonly location?: string
  /** Versions of the bucket can be locked; it is versioned from the start. */
  readonly objectLock?: boolean
  /** The default that it begins with. Absent: `sse-s3`, as S3 has it; the other dialects say `none`, or what was asked for. */
  readonly encryption?: NonNullable<EncryptionRule['rule']>
  /** The key of that default is looked at first: unknown, disabled or not permitted is refused, and no bucket made. */
  readonly checksKey?: boolean
  /** The caller's own bucket of this name in this region is left as it is, and that is a success (OBS). */
  readonly againIsFine?: boolean
  /** Absent: `bucket-owner-enforced`, as S3 has it. Another needs PutBucketOwnershipControls as well (`Target.also`). */
  readonly ownership?: ObjectOwnership
  /** Absent: private. Needs PutBucketAcl as well (`Target.also`). */
  readonly acl?: AclRequest
}

export interface ListObjects extends BucketTarget {
  readonly kind: 'list-objects'
  readonly prefix: string
  readonly delimiter: string
  /** Names or groups strictly after this text (V1 marker, V2 start-after). */
  readonly after: string
  /** V2 continuation token of an earlier answer; wins over `after`. Bound to the bucket, authenticated. */
  readonly continuation?: string
  /** 0 to 1,000. */
  readonly maxKeys: number
  readonly fetchOwner: boolean
}

export interface ListedObject {
  readonly key: ObjectKey
  readonly size: number
  readonly lastModifiedMs: number
  /** Without quotes. */
  readonly etag: string
  /** Absent: a delete marker. */
  readonly mode?: EncryptionMode
  readonly storageClass: string
  readonly checksumAlgorithm?: string
  /** Absent: an object as every other. */
  readonly type?: ListedType
}

/** What some vendors' listings tell apart. */
export type ListedType = 'appendable' | 'symlink'

export interface ObjectListing {
  readonly objects: readonly ListedObject[]
  /** Common prefixes. Objects and groups together are at most `maxKeys`. */
  readonly groups: readonly string[]
  readonly truncated: boolean
  /** The last key or group of this answer: V1's NextMarker. */
  readonly last?: string
  readonly nextContinuation?: string
}

export interface ListObjectVersions extends BucketTarget {
  readonly kind: 'list-object-versions'
  readonly prefix: string
  readonly delimiter: string
  readonly keyMarker: string
  readonly versionIdMarker?: VersionId
  readonly maxKeys: number
}

export interface ListedVersion extends ListedObject {
  readonly versionId: VersionId
  readonly isLatest: boolean
  readonly deleteMarker: boolean
}

export interface VersionListing {
  readonly versions: readonly ListedVersion[]
  readonly groups: readonly string[]
  readonly truncated: boolean
  readonly nextKeyMarker?: string
  readonly nextVersionIdMarker?: VersionId
}

export interface ListUploads extends BucketTarget {
  readonly kind: 'list-uploads'
  readonly prefix: string
  readonly delimiter: string
  readonly keyMarker: string
  readonly uploadIdMarker?: UploadId
  readonly maxUploads: number
}

export interface ListedUpload {
  readonly key: ObjectKey
  readonly uploadId: UploadId
  readonly startedMs: number
  readonly storageClass: string
}

export interface UploadListing {
  readonly uploads: readonly ListedUpload[]
  readonly groups: readonly string[]
  readonly truncated: boolean
  readonly nextKeyMarker?: string
  readonly nextUploadIdMarker?: UploadId
}

/**
 * What the version that a deletion meets has to be like; all that is said has to hold. Decided inside the committing
 * transaction (S3 DeleteObject, `If-Match` and its siblings).
 */
export interface DeleteCondition {
  /** Without quotes; `*`: any, but there has to be one. */
  readonly etag?: string
  /** Milliseconds since 1970, whole seconds. */
  readonly lastModifiedMs?: number
  readonly sizeBytes?: number
}

export interface DeleteEntry {
  readonly key: ObjectKey
  readonly versionId?: VersionId
  readonly condition?: DeleteCondition
}

export interface DeleteObjects extends BucketTarget {
  readonly kind: 'delete-objects'
  /** At most 1,000. */
  readonly entries: readonly DeleteEntry[]
  /** As in DeleteObject, for every entry. */
  readonly bypassGovernance?: boolean
}

export type DeleteOutcome =
  | {
      readonly kind: 'deleted'
      readonly key: ObjectKey
      readonly versionId?: VersionId
      readonly result: DeletedObject
    }
  | { readonly kind: 'failed'; readonly key: ObjectKey; readonly versionId?: VersionId; readonly failure: Failure }

export interface DeletedObject {
  /** The version that was removed, or the delete marker that was made. */
  readonly versionId?: VersionId
  readonly deleteMarker: boolean
}

export type BucketOperation =
  | { readonly kind: 'list-buckets'; readonly prefix?: string; readonly after?: string; readonly maxBuckets?: number }
  | { readonly kind: 'list-directory-buckets'; readonly after?: string; readonly maxBuckets?: number }
  | CreateBucket
  | CreateSession
  | ({ readonly kind: 'head-bucket' } & BucketTarget)
  | ({ readonly kind: 'delete-bucket' } & BucketTarget)
  | ({ readonly kind: 'get-bucket-location' } & BucketTarget)
  /** How much lies in it (OSS GetBucketStat). */
  | ({ readonly kind: 'get-bucket-stat' } & BucketTarget)
  | ({ readonly kind: 'get-bucket-versioning' } & BucketTarget)
  | ({ readonly kind: 'put-bucket-versioning'; readonly versioning: 'enabled' | 'suspended' } & BucketTarget)
  | ({ readonly kind: 'get-bucket-encryption' } & BucketTarget)
  | ({
      readonly kind: 'put-bucket-encryption'
      readonly change: EncryptionRule
      /** The key is looked at first, whatever this deployment does otherwise: unknown, disabled or not permitted is refused. */
      readonly checksKey?: boolean
    } & BucketTarget)
  /** `leaves`: S3 goes back to `sse-s3` (absent), the other dialects to `none`. */
  | ({ readonly kind: 'delete-bucket-encryption'; readonly leaves?: 'none' } & BucketTarget)
  | ({ readonly kind: 'get-bucket-policy' } & BucketTarget)
  | ({ readonly kind: 'put-bucket-policy'; readonly policy: BucketPolicyText } & BucketTarget)
  | ({ readonly kind: 'delete-bucket-policy' } & BucketTarget)
  | ({ readonly kind: 'get-bucket-policy-status' } & BucketTarget)
  | ({ readonly kind: 'get-public-access-block' } & BucketTarget)
  | ({ readonly kind: 'put-public-access-block'; readonly block: PublicAccessBlock } & BucketTarget)
  | ({ readonly kind: 'delete-public-access-block' } & BucketTarget)
  | ListObjects
  | ListObjectVersions
  | ListUploads
  | DeleteObjects

export interface BucketResults {
  'list-buckets': {
    readonly buckets: readonly { readonly name: BucketName; readonly createdMs: number; readonly region: string }[]
    readonly next?: string
  }
  'list-directory-buckets': BucketResults['list-buckets']
  'create-session': TemporaryCredentials & {
    /** What objects of the session are encrypted by. */
    readonly encryption: Pick<ShownEncryption, 'mode' | 'keyArn' | 'bucketKey'>
  }
  'create-bucket': { readonly location: string }
  'head-bucket': { readonly region: string }
  'delete-bucket': undefined
  'get-bucket-location': { readonly region: string }
  /** Of all versions, delete markers among them; of uploads that are open, their number. */
  'get-bucket-stat': { readonly bytes: number; readonly versions: number; readonly uploads: number }
  'get-bucket-versioning': { readonly versioning: Versioning }
  'put-bucket-versioning': undefined
  'get-bucket-encryption': { readonly encryption: BucketEncryption }
  'put-bucket-encryption': undefined
  'delete-bucket-encryption': undefined
  'get-bucket-policy': { readonly policy: BucketPolicyText }
  'put-bucket-policy': undefined
  'delete-bucket-policy': undefined
  'get-bucket-policy-status': { readonly isPublic: boolean }
  'get-public-access-block': { readonly block: PublicAccessBlock }
  'put-public-access-block': undefined
  'delete-public-access-block': undefined
  'list-objects': ObjectListing
  'list-object-versions': VersionListing
  'list-uploads': UploadListing
  'delete-objects': { readonly outcomes: readonly DeleteOutcome[] }
}

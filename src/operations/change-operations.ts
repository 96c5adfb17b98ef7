import type { AclRequest } from './access-control.ts'
import type { BodyExpectation } from './checksum.ts'
import type { CustomerKey, EncryptionRequest, ShownEncryption } from './encryption-settings.ts'
import type { ObjectKey, VersionId } from './names.ts'
import type {
  ObjectProperties,
  ObjectTarget,
  ReadConditions,
  StoredObject,
  WriteCondition,
} from './object-operations.ts'

/** How many extents an object may be put together from: appends and changes in the middle make one each. */
export const MAX_EXTENTS = 10_000

/** Archived for nothing: the class is a label, and so is what a restore adds to it. Days that a restored label may last. */
export const MAX_RESTORE_DAYS = 365_000

/**
 * Adds bytes to the end of an appendable object, or begins one. `position` has to be its present size, and 0 where there
 * is none: else `position-mismatch`; an object that was not begun by an append is `not-appendable`. In a versioned bucket
 * the current version grows, as OSS does it; no version is made but the first.
 */
export interface AppendObject extends ObjectTarget {
  readonly kind: 'append-object'
  readonly position: number
  /** Of the first append; what later ones say is not looked at. */
  readonly properties: ObjectProperties
  /** Decided at the first append, and the object's from then on. SSE-C: the same key with each. */
  readonly encryption: EncryptionRequest
  readonly expect: BodyExpectation
  /** Of the first append. */
  readonly acl?: AclRequest
  /** As OBS and COS do it: in a bucket that is, or was, versioned nothing is appended (`not-appendable`). */
  readonly unversionedOnly?: true
}

/** Cuts an object at a length, which is at most its own (OBS, file systems). Its encryption stays. */
export interface TruncateObject extends ObjectTarget {
  readonly kind: 'truncate-object'
  readonly length: number
  readonly customer?: CustomerKey
}

/** Writes bytes over those at a position, which is at most the size; the object grows where they pass its end (OBS, file systems). */
export interface ModifyObject extends ObjectTarget {
  readonly kind: 'modify-object'
  readonly position: number
  readonly expect: BodyExpectation
  readonly customer?: CustomerKey
}

/**
 * Gives the newest version of `from` this name instead, in the same bucket, in one commit: no data and no data key is
 * touched. Refused where the bucket is, or was, versioned. A directory is not renamed: `from` is one object.
 */
export interface RenameObject extends ObjectTarget {
  readonly kind: 'rename-object'
  readonly from: ObjectKey
  readonly sourceConditions: ReadConditions
  /** About what has the new name already, which is replaced. */
  readonly targetConditions: ReadConditions
  /** What has the new name already stays, and the rename is refused with `rename-conflict` (OBS). */
  readonly keepsTarget?: true
  /** The same token with the same request, within a day: done once, answered as often as it is asked (S3). */
  readonly clientToken?: string
}

/**
 * A name that stands for another of the same bucket (OSS). The target need not be there; a link to a link is refused
 * when it is read. Who reads through it needs the right to the target as well.
 */
export interface PutSymlink extends ObjectTarget {
  readonly kind: 'put-symlink'
  readonly target: ObjectKey
  readonly properties: ObjectProperties
  readonly acl?: AclRequest
  readonly condition?: WriteCondition
}

export type ChangeOperation =
  | AppendObject
  | TruncateObject
  | ModifyObject
  | RenameObject
  | PutSymlink
  | ({ readonly kind: 'get-symlink'; readonly versionId?: VersionId } & ObjectTarget)
  | ({
      readonly kind: 'restore-object'
      readonly versionId?: VersionId
      /** 1 and more. */
      readonly days: number
    } & ObjectTarget)

export interface ChangeResults {
  /** `size` is the position of the next append; `crc64` that of the whole object. */
  'append-object': StoredObject
  'truncate-object': StoredObject
  'modify-object': StoredObject
  'rename-object': { readonly encryption: ShownEncryption }
  'put-symlink': StoredObject
  'get-symlink': {
    readonly target: ObjectKey
    readonly etag: string
    readonly lastModifiedMs: number
    readonly versionId?: VersionId
    readonly properties: ObjectProperties
  }
  /** `already`: it was restored, and lasts longer now. */
  'restore-object': { readonly already: boolean; readonly versionId?: VersionId }
}

import type {
  AccountId,
  BucketEncryption,
  BucketLogging,
  AclGrant,
  BucketName,
  BucketObjectLock,
  BucketPolicyText,
  DirectoryPlace,
  BucketWorm,
  ObjectOwnership,
  PublicAccessBlock,
  RefererRules,
  RequestPayer,
  Versioning,
} from '../../operations/index.ts'
import type { DocumentKind, DocumentReference } from './document-reference.ts'

/** A list as it is stored, of a bucket or of a version: complete, the owner's own grants included. */
export interface StoredAcl {
  readonly grants: readonly AclGrant[]
}

/** A bucket as the rooms see it. `uuid`: 16 random bytes, never reused; a bucket of the same name is another bucket. */
export interface BucketRecord {
  readonly name: BucketName
  readonly uuid: Uint8Array
  readonly account: AccountId
  readonly region: string
  readonly createdMs: number
  readonly versioning: Versioning
  readonly encryption: BucketEncryption
  readonly policy?: BucketPolicyText
  /** Absent: nobody set it, and everything is blocked. `none`: it was removed. */
  readonly publicAccess?: PublicAccessBlock | 'none'
  /** Present: versions can be locked. It never goes again. */
  readonly objectLock?: BucketObjectLock
  readonly worm?: BucketWorm
  readonly logging?: BucketLogging
  /** Where the settings lie that have rows of their own. */
  readonly documents?: { readonly [Kind in DocumentKind]?: DocumentReference }
  /** Absent: `bucket-owner-enforced`. `none`: it was removed, and the writer of an object owns it. */
  readonly ownership?: ObjectOwnership | 'none'
  /** Its own list; absent: private. Counts only where `ownership` lets lists count. */
  readonly acl?: StoredAcl
  /** Absent: the bucket's owner. */
  readonly payer?: RequestPayer
  readonly referer?: RefererRules
  readonly directory?: DirectoryBucket
  /** Answers vary by origin, whoever asks: `alwaysVary` of its CORS rules. */
  readonly corsVaries?: boolean
}

/** A directory bucket. `key`: the one customer managed key that it may ever have, from the first on (S3-41). */
export interface DirectoryBucket extends DirectoryPlace {
  /** The id of the session that made it, if one did: that session goes on in it. */
  readonly madeBy?: string
  readonly key?: { readonly uid: string; readonly arn: string }
}

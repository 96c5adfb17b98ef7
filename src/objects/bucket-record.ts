import type {
  AccountId,
  BucketEncryption,
  BucketName,
  BucketObjectLock,
  BucketPolicyText,
  BucketWorm,
  PublicAccessBlock,
  Versioning,
} from '../operations/index.ts'
import type { DocumentKind, DocumentReference } from './document-reference.ts'

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
  /** Where the settings lie that have rows of their own. */
  readonly documents?: { readonly [Kind in DocumentKind]?: DocumentReference }
}

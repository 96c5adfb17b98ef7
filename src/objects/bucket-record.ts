import type {
  AccountId,
  BucketEncryption,
  BucketName,
  BucketPolicyText,
  PublicAccessBlock,
  Versioning,
} from '../operations/index.ts'

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
}

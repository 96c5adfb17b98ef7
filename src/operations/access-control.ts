import type { AccountId, VersionId } from './names.ts'
import type { BucketTarget } from './bucket-operations.ts'
import type { ObjectTarget } from './object-operations.ts'

/** Access control lists in one model: S3's grants, OSS's three words, OBS's `Delivered`, COS's `default`. */

export type AclPermission = 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP' | 'FULL_CONTROL'

/** Groups that a list can name besides accounts. */
export type AclGroup =
  /** S3's and COS's `AllUsers`, OBS's `Everyone`. */
  | 'everyone'
  /** `AuthenticatedUsers`: everybody who signs, of any account. */
  | 'authenticated'
  /** S3's `LogDelivery`: the server's own delivery of access logs. */
  | 'log-delivery'

/** To whom a list that is there gives something. `account`: the whole account; its own policies say which of its people. */
export type AclGrantee =
  { readonly kind: 'account'; readonly account: AccountId } | { readonly kind: 'group'; readonly group: AclGroup }

export interface AclGrant {
  readonly grantee: AclGrantee
  readonly permission: AclPermission
  /**
   * Of a bucket's list: objects without a list of their own inherit it (OBS `Delivered`; OSS and COS put it on every grant
   * of a bucket). S3 puts none: there an object without a list is private, whatever the bucket says.
   */
  readonly delivered?: boolean
}

/** Whether a list opens anything to everyone, or to everybody who signs. */
export function isPublicList(grants: readonly AclGrant[]): boolean {
  return grants.some(({ grantee }) => grantee.kind === 'group' && grantee.group !== 'log-delivery')
}

/**
 * Ready-made lists. The delivered ones are OBS's; OSS's and COS's `public-read` of a bucket are those too. `default`: an
 * object without a list of its own. `authenticated-read` is S3's and COS's, the last three S3's.
 */
export type CannedAcl =
  | 'private'
  | 'public-read'
  | 'public-read-write'
  | 'public-read-delivered'
  | 'public-read-write-delivered'
  | 'authenticated-read'
  | 'default'
  | 'bucket-owner-read'
  | 'bucket-owner-full-control'
  | 'log-delivery-write'

/** A grant as a client spells it. */
export interface AskedGrant {
  readonly grantee:
    /** As it was written: a canonical id, an account's number, or a vendor's spelling of it. The directory finds out whose it is. */
    { readonly kind: 'account'; readonly id: string } | { readonly kind: 'group'; readonly group: AclGroup }
  readonly permission: AclPermission
  readonly delivered?: boolean
}

/** A list that somebody wants: a ready-made one, or grants, each as it was asked for and nothing added. */
export type AclRequest =
  | { readonly kind: 'canned'; readonly canned: CannedAcl }
  | {
      readonly kind: 'grants'
      /** At most `MAX_ACL_GRANTS`. */
      readonly grants: readonly AskedGrant[]
      /** The owner that the document names; another than the resource's is refused. */
      readonly owner?: string
    }

/** S3: 100 grants a list. */
export const MAX_ACL_GRANTS = 100

/** A list that is there. */
export interface AccessControlList {
  readonly owner: AccountId
  readonly grants: readonly AclGrant[]
  /** The ready-made list that these grants are, by the owner's own; absent: none of them. OSS and COS show it. */
  readonly canned?: CannedAcl
}

/**
 * Whose objects are, and whether lists count (S3 Object Ownership). `bucket-owner-enforced`: lists do not count; S3's default
 * since April 2023. `bucket-owner-preferred`, `object-writer`: they count, and an object of another account's writer is
 * the writer's. `bucket-owner`: they count and every object is the bucket's owner's: buckets of OSS, OBS and COS start so.
 */
export type ObjectOwnership = 'bucket-owner-enforced' | 'bucket-owner-preferred' | 'object-writer' | 'bucket-owner'

export type AccessControlOperation =
  | ({ readonly kind: 'get-bucket-acl' } & BucketTarget)
  | ({ readonly kind: 'put-bucket-acl'; readonly acl: AclRequest } & BucketTarget)
  | ({ readonly kind: 'get-object-acl'; readonly versionId?: VersionId } & ObjectTarget)
  | ({ readonly kind: 'put-object-acl'; readonly versionId?: VersionId; readonly acl: AclRequest } & ObjectTarget)
  | ({ readonly kind: 'get-bucket-ownership' } & BucketTarget)
  | ({ readonly kind: 'put-bucket-ownership'; readonly ownership: ObjectOwnership } & BucketTarget)
  | ({ readonly kind: 'delete-bucket-ownership' } & BucketTarget)

export interface AccessControlResults {
  'get-bucket-acl': { readonly acl: AccessControlList }
  'put-bucket-acl': undefined
  /** `canned` is `default` where the object has no list of its own: `grants` then are what it inherits. */
  'get-object-acl': { readonly acl: AccessControlList; readonly versionId?: VersionId }
  'put-object-acl': { readonly versionId?: VersionId }
  /** Refused with `no-such-configuration` where it was removed. */
  'get-bucket-ownership': { readonly ownership: ObjectOwnership }
  'put-bucket-ownership': undefined
  'delete-bucket-ownership': undefined
}

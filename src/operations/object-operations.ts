import type { AclRequest } from './access-control.ts'
import type { DeleteCondition, DeletedObject } from './bucket-operations.ts'
import type { BodyExpectation, Checksum, ChecksumAlgorithm } from './checksum.ts'
import type { CustomerKey, EncryptionRequest, ShownEncryption } from './encryption-settings.ts'
import type { VersionExpiry } from './lifecycle-due.ts'
import type { ObjectLock } from './object-lock.ts'
import type { BucketName, ObjectKey, VersionId } from './names.ts'

export interface ObjectTarget {
  readonly bucket: BucketName
  readonly key: ObjectKey
}

/** Headers that are kept and given back. Absent ones were not sent. */
export interface SystemHeaders {
  readonly contentType?: string
  readonly cacheControl?: string
  readonly contentDisposition?: string
  readonly contentEncoding?: string
  readonly contentLanguage?: string
  readonly expires?: string
  readonly websiteRedirectLocation?: string
}

/** In the order sent; names in lower case, without the dialect's prefix. */
export type UserMetadata = readonly (readonly [name: string, value: string])[]

export type Tags = readonly (readonly [key: string, value: string])[]

/** What a new version is given, however it comes to be. */
export interface ObjectProperties {
  readonly system: SystemHeaders
  readonly metadata: UserMetadata
  readonly tags: Tags
  readonly storageClass: string
}

/** Read conditions (RFC 9110, 13). ETags without quotes; `*` is any. Times in milliseconds, whole seconds. */
export interface ReadConditions {
  readonly ifMatch?: readonly string[]
  readonly ifNoneMatch?: readonly string[]
  readonly ifModifiedSinceMs?: number
  readonly ifUnmodifiedSinceMs?: number
}

/** Decided inside the committing transaction. */
export type WriteCondition =
  | { readonly kind: 'if-none-match-any' }
  /** Without quotes. */
  | { readonly kind: 'if-match'; readonly etag: string }

export type ByteRange =
  /** `last` is inclusive; absent: to the end. */
  | { readonly kind: 'from'; readonly first: number; readonly last?: number }
  | { readonly kind: 'suffix'; readonly length: number }

export interface GetObject extends ObjectTarget {
  readonly kind: 'get-object'
  readonly versionId?: VersionId
  readonly range?: ByteRange
  /** `inside-or-whole` (OSS): a range that does not lie in the object is no range. Absent: RFC 9110, 14.1.2. */
  readonly rangeRule?: 'inside-or-whole'
  readonly partNumber?: number
  readonly conditions: ReadConditions
  readonly customer?: CustomerKey
  readonly withChecksums: boolean
  /** `response-*` overrides, applied by the dialect's encoder. */
  readonly overrides: SystemHeaders
}

export type HeadObject = Omit<GetObject, 'kind'> & { readonly kind: 'head-object' }

export interface PutObject extends ObjectTarget {
  readonly kind: 'put-object'
  readonly properties: ObjectProperties
  readonly encryption: EncryptionRequest
  readonly expect: BodyExpectation
  readonly condition?: WriteCondition
  /** Absent members: the bucket's default retention, and no hold. */
  readonly lock?: ObjectLock
  /** The list that comes with it; absent: it has none of its own. Needs PutObjectAcl as well (`Target.also`). */
  readonly acl?: AclRequest
  /** It came as a form of a browser: events tell that apart. */
  readonly byForm?: true
}

export interface CopySource {
  readonly bucket: BucketName
  readonly key: ObjectKey
  readonly versionId?: VersionId
  readonly conditions: ReadConditions
  readonly customer?: CustomerKey
}

export interface CopyObject extends ObjectTarget {
  readonly kind: 'copy-object'
  readonly source: CopySource
  /** Absent: metadata and system headers of the source. */
  readonly replaceProperties?: Omit<ObjectProperties, 'tags' | 'storageClass'>
  /** Absent: the tags of the source. */
  readonly replaceTags?: Tags
  /** Absent: STANDARD. */
  readonly storageClass?: string
  /** A copy onto itself may not leave what was encrypted without encryption (OBS). */
  readonly keepsEncrypted?: boolean
  /** `always`: a copy onto itself is made also where it changes nothing (OSS). Absent: it has to change something. */
  readonly selfCopy?: 'always'
  /** A website redirect makes a self-copy a change. */
  readonly encryption: EncryptionRequest
  readonly checksum?: ChecksumAlgorithm
  /** As in `BodyExpectation`. */
  readonly crc64?: true
  readonly condition?: WriteCondition
  /** Of the copy: the source's lock does not come along. */
  readonly lock?: ObjectLock
  /** Lists are never copied. Absent: the copy has none of its own. Needs PutObjectAcl as well (`Target.also`). */
  readonly acl?: AclRequest
}

export interface StoredObject {
  readonly versionId?: VersionId
  readonly etag: string
  readonly encryption: ShownEncryption
  readonly checksums: readonly Checksum[]
  readonly size: number
  /** The rule that will end it, where one will. */
  readonly expiry?: VersionExpiry
  /** Where it was asked for: of the whole object. */
  readonly crc64?: bigint
}

/** Everything an answer to GET and HEAD shows. */
export interface ObjectDescription {
  /** Absent while the bucket was never versioned. */
  readonly versionId?: VersionId
  readonly size: number
  readonly lastModifiedMs: number
  readonly etag: string
  readonly system: SystemHeaders
  readonly metadata: UserMetadata
  readonly tagCount: number
  readonly storageClass: string
  readonly encryption: ShownEncryption
  /** Only when asked for, and only to who may open the data. */
  readonly checksums: readonly Checksum[]
  /** What lies on the version, for answers to those who may know it. */
  readonly lock?: ObjectLock
  /** The rule that will end it, where one will. */
  readonly expiry?: VersionExpiry
  /** CRC-64 of ECMA-182, where the object has one; shown as checksums are. */
  readonly crc64?: bigint
  /** Of a multipart object. */
  readonly partsCount?: number
  /** Its size is the position of the next append. */
  readonly appendable?: true
  /** It was asked for by the name of a link. */
  readonly bySymlink?: true
  /** What a restore left, until then. The class is a label: the data can be read before and after. */
  readonly restoredUntilMs?: number
}

/** The piece of the plaintext that an answer carries. `total` is the object's size. */
export interface Slice {
  readonly first: number
  readonly length: number
  readonly total: number
  /** True when a range or a part was asked for: 206. */
  readonly partial: boolean
}

/** A body on its way out: each piece was authenticated before it is yielded. Leaving the loop releases everything. */
export interface OutgoingBody {
  readonly length: number
  /** The whole of it, where it lies in memory and is authenticated already: then nobody has to `read`. */
  readonly bytes?: Uint8Array
  read(signal: AbortSignal): AsyncIterable<Uint8Array>
}

/** A body on its way in, with the signature's promises already in its path: a broken promise throws from `read`. */
export interface ObjectBody {
  /** Decoded length, as promised; absent where it is not known before the end. */
  readonly length?: number
  read(signal: AbortSignal): AsyncIterable<Uint8Array>
  /** After the end of `read`: the value of an announced trailer, or undefined. */
  trailer(name: string): string | undefined
}

export interface AttributesRequest extends ObjectTarget {
  readonly kind: 'get-object-attributes'
  readonly versionId?: VersionId
  readonly customer?: CustomerKey
  readonly wants: readonly ('etag' | 'checksum' | 'object-parts' | 'storage-class' | 'object-size')[]
  readonly partNumberMarker: number
  readonly maxParts: number
}

export interface PartAttributes {
  readonly partNumber: number
  readonly size: number
  readonly checksums: readonly Checksum[]
}

export type ObjectOperation =
  | PutObject
  | GetObject
  | HeadObject
  | CopyObject
  | ({
      readonly kind: 'delete-object'
      readonly versionId?: VersionId
      readonly condition?: DeleteCondition
      /** Governance retention does not count; the target's `also` has to name `s3:BypassGovernanceRetention` then. */
      readonly bypassGovernance?: boolean
    } & ObjectTarget)
  | ({ readonly kind: 'get-object-tagging'; readonly versionId?: VersionId } & ObjectTarget)
  | ({ readonly kind: 'put-object-tagging'; readonly versionId?: VersionId; readonly tags: Tags } & ObjectTarget)
  | ({ readonly kind: 'delete-object-tagging'; readonly versionId?: VersionId } & ObjectTarget)
  | AttributesRequest
  | ({
      readonly kind: 'update-object-encryption'
      readonly versionId?: VersionId
      /** A full key ARN, as it was sent. */
      readonly keyArn: string
      readonly bucketKey: boolean
    } & ObjectTarget)

export interface ObjectResults {
  'put-object': StoredObject
  'get-object': { readonly object: ObjectDescription; readonly slice: Slice; readonly body: OutgoingBody }
  'head-object': { readonly object: ObjectDescription; readonly slice: Slice }
  'copy-object': StoredObject & { readonly lastModifiedMs: number; readonly sourceVersionId?: VersionId }
  'delete-object': DeletedObject
  'get-object-tagging': { readonly tags: Tags; readonly versionId?: VersionId }
  'put-object-tagging': { readonly versionId?: VersionId }
  'delete-object-tagging': { readonly versionId?: VersionId }
  'get-object-attributes': {
    readonly object: ObjectDescription
    /** Multipart objects with the `object-parts` wish. */
    readonly parts?: { readonly total: number; readonly listed: readonly PartAttributes[]; readonly next?: number }
  }
  'update-object-encryption': undefined
}

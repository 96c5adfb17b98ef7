import type { AclRequest } from './access-control.ts'
import type { BodyExpectation, Checksum, ChecksumAlgorithm, ChecksumType } from './checksum.ts'
import type { CustomerKey, EncryptionRequest, ShownEncryption } from './encryption-settings.ts'
import type { VersionExpiry } from './lifecycle-due.ts'
import type { UploadId, VersionId } from './names.ts'
import type { ObjectLock } from './object-lock.ts'
import type {
  ByteRange,
  CopySource,
  ObjectProperties,
  ObjectTarget,
  StoredObject,
  WriteCondition,
} from './object-operations.ts'

export const MAX_PART_NUMBER = 10_000
export const MIN_PART_BYTES = 5 * 1024 * 1024

export interface UploadTarget extends ObjectTarget {
  readonly uploadId: UploadId
}

export interface CreateUpload extends ObjectTarget {
  readonly kind: 'create-upload'
  readonly properties: ObjectProperties
  readonly encryption: EncryptionRequest
  /** Of the object that it becomes. */
  readonly lock?: ObjectLock
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType }
  /** The list of the object that it becomes; as in `PutObject`. */
  readonly acl?: AclRequest
}

export interface UploadPart extends UploadTarget {
  readonly kind: 'upload-part'
  /** 1 to 10,000. */
  readonly partNumber: number
  readonly expect: BodyExpectation
  readonly customer?: CustomerKey
}

export interface UploadPartCopy extends UploadTarget {
  readonly kind: 'upload-part-copy'
  readonly partNumber: number
  readonly source: CopySource
  readonly range?: ByteRange
  readonly customer?: CustomerKey
  /** As in `BodyExpectation`. A completed upload has the sum of the whole when each of its parts has one. */
  readonly crc64?: true
}

export interface CompleteUpload extends UploadTarget {
  readonly kind: 'complete-upload'
  /** As the client listed them: order is checked by the engine. ETags without quotes. */
  readonly parts: readonly {
    readonly partNumber: number
    readonly etag: string
    readonly checksum?: Pick<Checksum, 'algorithm' | 'value'>
  }[]
  /** The whole object's checksum, if the client named one. Composite values carry the count of parts. */
  readonly checksum?: Checksum
  readonly checksumType?: ChecksumType
  readonly objectSize?: number
  /** Of every part but the last. Absent: S3's, `MIN_PART_BYTES`. */
  readonly minPartBytes?: number
  readonly customer?: CustomerKey
  readonly condition?: WriteCondition
}

export interface ListParts extends UploadTarget {
  readonly kind: 'list-parts'
  readonly partNumberMarker: number
  readonly maxParts: number
}

export interface ListedPart {
  readonly partNumber: number
  readonly size: number
  readonly etag: string
  readonly lastModifiedMs: number
  readonly checksums: readonly Checksum[]
  readonly crc64?: bigint
}

export type UploadOperation =
  | CreateUpload
  | UploadPart
  | UploadPartCopy
  | CompleteUpload
  | ({ readonly kind: 'abort-upload' } & UploadTarget)
  | ListParts

export interface UploadResults {
  'create-upload': {
    readonly uploadId: UploadId
    readonly encryption: ShownEncryption
    /** The rule that will end the upload, where one will. */
    readonly abort?: VersionExpiry
    readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType }
  }
  'upload-part': {
    readonly etag: string
    readonly encryption: ShownEncryption
    readonly checksums: readonly Checksum[]
    readonly crc64?: bigint
  }
  'upload-part-copy': {
    readonly etag: string
    readonly lastModifiedMs: number
    readonly encryption: ShownEncryption
    readonly checksums: readonly Checksum[]
    readonly sourceVersionId?: VersionId
  }
  'complete-upload': StoredObject
  'abort-upload': undefined
  'list-parts': {
    readonly parts: readonly ListedPart[]
    readonly truncated: boolean
    readonly next?: number
    readonly storageClass: string
    readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType }
    /** The lifecycle rule that will end the upload, and when. */
    readonly abort?: VersionExpiry
  }
}

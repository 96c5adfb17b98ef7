/** The encryption words that dialects, engine and encryption share. */
import type { SecretLike } from './secret.ts'

/** The declared state of a stored version. Physically everything is sealed; `none` differs in the answer only. */
export type EncryptionMode = 'none' | 'sse-s3' | 'sse-kms' | 'dsse-kms' | 'sse-c'

export type DataCipher = 'aes-256' | 'sm4'

/** What a bucket holds as its default; `key` is verbatim as it was put. Never `sse-c`. */
export interface BucketEncryption {
  readonly mode: 'none' | 'sse-s3' | 'sse-kms' | 'dsse-kms'
  readonly cipher: DataCipher
  readonly key?: string
  readonly bucketKey: boolean
  /** Whether somebody set it: S3's self-copy rule asks. */
  readonly explicit: boolean
  /** `none`: explicitly nothing blocked; `sse-c`: SSE-C writes are refused; absent: never said. */
  readonly blocked?: 'none' | 'sse-c'
}

/** Sorted by no one; canonical bytes are made where it is bound. */
export type EncryptionContext = Readonly<Record<string, string>>

/** A customer's key as it was sent: 32 bytes, and its MD5 in base64 for the answer. */
export interface CustomerKey {
  readonly key: SecretLike
  readonly md5: string
}

/** What a write asked for, after the dialect's own validation of spelling. */
export type EncryptionRequest =
  /** Nothing was said: the bucket's default decides. `bucketKey` may override its flag. */
  | { readonly kind: 'default'; readonly bucketKey?: boolean }
  /** For what has no data of its own, a link: never asked for by a dialect, whatever the bucket's default is. */
  | { readonly kind: 'none' }
  /** `cipher` absent: AES-256, whatever the bucket's default says. SM4 goes with `sse-s3` and `sse-kms`. */
  | { readonly kind: 'sse-s3'; readonly cipher?: DataCipher }
  | {
      readonly kind: 'sse-kms' | 'dsse-kms'
      /** Verbatim; absent: the managed key of the caller's account. */
      readonly key?: string
      readonly cipher?: DataCipher
      readonly bucketKey?: boolean
      readonly context?: EncryptionContext
    }
  | { readonly kind: 'sse-c'; readonly customer: CustomerKey }

/** What answers show of a version's or an upload's encryption. */
export interface ShownEncryption {
  readonly mode: EncryptionMode
  readonly cipher: DataCipher
  /** The full ARN of the KMS key in use. KMS modes only. */
  readonly keyArn?: string
  /** True when a bucket key is in use. */
  readonly bucketKey?: boolean
  /** The context that the client gave; shown on writes only. */
  readonly context?: EncryptionContext
  /** SSE-C: the MD5 that the client sent with this very request. */
  readonly customerKeyMd5?: string
}

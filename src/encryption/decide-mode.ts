import {
  refuse,
  type BucketEncryption,
  type Caller,
  type CustomerKey,
  type DataCipher,
  type EncryptionContext,
  type EncryptionMode,
  type EncryptionRequest,
  type StorageDialect,
} from '../operations/index.ts'
import { demandSm4 } from './segment-cipher.ts'

/** How a write will be protected. `key` is verbatim; undefined: the managed key of the caller's account. */
export type WriteMode =
  | { readonly mode: 'none' | 'sse-s3'; readonly cipher: DataCipher }
  | {
      readonly mode: 'sse-kms'
      readonly cipher: DataCipher
      readonly key: string | undefined
      readonly bucketKey: boolean
      readonly context: EncryptionContext | undefined
    }
  | {
      readonly mode: 'dsse-kms'
      readonly cipher: DataCipher
      readonly key: string | undefined
      readonly context: EncryptionContext | undefined
    }
  | { readonly mode: 'sse-c'; readonly cipher: 'aes-256'; readonly customer: CustomerKey }

/**
 * The one function that decides the state of a write, for all dialects. The table is in docs/encryption.md. It
 * refuses rather than weakens; it asks nobody and touches no key.
 */
export function decideMode(
  request: EncryptionRequest,
  bucket: BucketEncryption,
  caller: Caller,
  vendor?: StorageDialect,
): WriteMode {
  const decided = choose(request, bucket)
  if (decided.mode === 'sse-c') {
    refuseBlockedCustomerKeys(bucket)
    return decided
  }
  if (decided.cipher === 'sm4') demandSm4For(decided.mode)
  if (usesKms(decided.mode)) demandSignature(caller, vendor)
  return decided
}

function choose(request: EncryptionRequest, bucket: BucketEncryption): WriteMode {
  switch (request.kind) {
    case 'sse-c':
      return { mode: 'sse-c', cipher: 'aes-256', customer: request.customer }
    case 'sse-s3':
      return { mode: 'sse-s3', cipher: request.cipher ?? 'aes-256' }
    case 'sse-kms': {
      const context = given(request.context)
      // A bucket key is bound to the bucket: a context of the client's own means a data key of its own.
      const bucketKey = (request.bucketKey ?? bucket.bucketKey) && context === undefined
      return { mode: 'sse-kms', cipher: request.cipher ?? 'aes-256', key: request.key, bucketKey, context }
    }
    case 'dsse-kms':
      return {
        mode: 'dsse-kms',
        cipher: request.cipher ?? 'aes-256',
        key: request.key,
        context: given(request.context),
      }
    case 'none':
      return { mode: 'none', cipher: 'aes-256' }
    case 'default':
      return fromDefault(bucket, request.bucketKey)
    default:
      return request satisfies never
  }
}

function fromDefault(bucket: BucketEncryption, bucketKey: boolean | undefined): WriteMode {
  const { cipher, key } = bucket
  switch (bucket.mode) {
    case 'none':
    case 'sse-s3':
      return { mode: bucket.mode, cipher }
    case 'sse-kms':
      return { mode: 'sse-kms', cipher, key, bucketKey: bucketKey ?? bucket.bucketKey, context: undefined }
    case 'dsse-kms':
      return { mode: 'dsse-kms', cipher, key, context: undefined }
    default:
      return bucket.mode satisfies never
  }
}

/** SM4 goes with one layer under keys of the server's; `none` says nothing of ciphers. */
function demandSm4For(mode: Exclude<EncryptionMode, 'sse-c'>): void {
  if (mode !== 'sse-s3' && mode !== 'sse-kms') {
    refuse({ kind: 'not-implemented', detail: `the SM4 data cipher does not go with ${mode}` })
  }
  demandSm4()
}

/** An empty context is none. */
function given(context: EncryptionContext | undefined): EncryptionContext | undefined {
  return context === undefined || Object.keys(context).length === 0 ? undefined : context
}

export function usesKms(mode: EncryptionMode): boolean {
  return mode === 'sse-kms' || mode === 'dsse-kms'
}

/** KMS modes, writing and reading: for who signed with SigV4 or another vendor's own scheme; with SigV2 in OBS alone, whose clients fall back to it; never for anonymous callers. */
export function demandSignature(caller: Caller, vendor?: StorageDialect): void {
  if (caller.kind === 'job') return
  if (caller.kind !== 'anonymous' && (vendor === 'obs' || !caller.scheme.startsWith('sigv2'))) return
  refuse({
    kind: 'invalid-argument',
    argument: 'Authorization',
    detail: 'requests for data under KMS keys have to be signed with Signature Version 4',
  })
}

/** The block of a bucket is asked before anything of the key is looked at. */
export function refuseBlockedCustomerKeys(bucket: BucketEncryption): void {
  if (bucket.blocked === 'sse-c') refuse({ kind: 'access-denied', reason: 'the bucket blocks SSE-C' })
}

/** S3's rule for a copy onto itself: a wish counts as a change, so does a default that somebody set. */
export function wouldChangeMode(
  stored: { readonly mode: EncryptionMode; readonly cipher: DataCipher },
  request: EncryptionRequest,
  bucket: BucketEncryption,
): boolean {
  if (request.kind !== 'default' || request.bucketKey !== undefined || bucket.explicit) return true
  if (stored.cipher !== bucket.cipher) return true
  return shownClass(stored.mode) !== shownClass(bucket.mode)
}

/** S3 shows `none` as what it is on the disk. */
function shownClass(mode: EncryptionMode): EncryptionMode {
  return mode === 'none' ? 'sse-s3' : mode
}

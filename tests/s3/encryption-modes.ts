import assert from 'node:assert/strict'
import { createCipheriv, createHash } from 'node:crypto'

/** The test pair of the SSE-C rules: the bytes 0 to 31, and the bytes 32 to 63. */
export const CUSTOMER_KEY = {
  key: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  md5: 'tP/LI3N87DFaSk0aoqYgzg==',
}
export const OTHER_CUSTOMER_KEY = {
  key: 'ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=',
  md5: 'v2HomVYPq94vbXb0BabrcA==',
}

/** A customer's key as the client takes it for the object itself. */
export function customerKey(pair: typeof CUSTOMER_KEY): CustomerInput {
  return { SSECustomerAlgorithm: 'AES256', SSECustomerKey: pair.key }
}

/** A customer's key as the client takes it for the source of a copy. */
export function sourceKey(pair: typeof CUSTOMER_KEY): SourceInput {
  return { CopySourceSSECustomerAlgorithm: 'AES256', CopySourceSSECustomerKey: pair.key }
}

interface CustomerInput {
  readonly SSECustomerAlgorithm?: string
  readonly SSECustomerKey?: string
}
interface SourceInput {
  readonly CopySourceSSECustomerAlgorithm?: string
  readonly CopySourceSSECustomerKey?: string
}
interface WriteInput extends CustomerInput {
  readonly ServerSideEncryption?: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
  readonly SSEKMSKeyId?: string
  readonly BucketKeyEnabled?: boolean
}

/** What answers say of encryption. */
export interface ShownEncryption {
  readonly ServerSideEncryption?: string | undefined
  readonly SSEKMSKeyId?: string | undefined
  readonly BucketKeyEnabled?: boolean | undefined
  readonly SSECustomerAlgorithm?: string | undefined
  readonly SSECustomerKeyMD5?: string | undefined
  readonly SSEKMSEncryptionContext?: string | undefined
}

/** One way to protect an object: what to send, and what comes back. */
export interface EncryptionMode {
  readonly name: string
  /** With what makes an object or an upload. */
  readonly write: WriteInput
  /** With what reads it, and with its parts. */
  readonly read: CustomerInput
  /** With what copies from it. */
  readonly source: SourceInput
  readonly shown: ShownEncryption
  /** Whether the ETag of a single upload is the MD5 of its bytes. */
  readonly md5Etag: boolean
}

/** Every mode that an S3 object can be in. `keyArn`: of the KMS key to use. */
export function encryptionModes(keyArn: string): readonly EncryptionMode[] {
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn } as const
  const dsse = { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: keyArn } as const
  const plain = { read: {}, source: {} }
  const customer = { SSECustomerAlgorithm: 'AES256', SSECustomerKeyMD5: CUSTOMER_KEY.md5 }
  const s3 = { ServerSideEncryption: 'AES256' } as const
  return [
    { name: 'SSE-S3', write: s3, ...plain, shown: s3, md5Etag: true },
    { name: 'SSE-KMS', write: kms, ...plain, shown: kms, md5Etag: false },
    {
      name: 'SSE-KMS with a bucket key',
      write: { ...kms, BucketKeyEnabled: true },
      ...plain,
      shown: { ...kms, BucketKeyEnabled: true },
      md5Etag: false,
    },
    { name: 'DSSE-KMS', write: dsse, ...plain, shown: dsse, md5Etag: false },
    {
      name: 'SSE-C',
      write: customerKey(CUSTOMER_KEY),
      read: customerKey(CUSTOMER_KEY),
      source: sourceKey(CUSTOMER_KEY),
      shown: customer,
      md5Etag: false,
    },
  ]
}

const SHOWN = [
  'ServerSideEncryption',
  'SSEKMSKeyId',
  'BucketKeyEnabled',
  'SSECustomerAlgorithm',
  'SSECustomerKeyMD5',
  'SSEKMSEncryptionContext',
] as const

/** The answer says exactly this of encryption: nothing less, nothing more. */
export function assertShown(answer: ShownEncryption, expected: ShownEncryption): void {
  for (const name of SHOWN) assert.equal(answer[name], expected[name], name)
}

/** Around every border of the formats: empty, inline, one stream of small segments, one of large ones. */
export const BODY_SIZES: readonly number[] = [0, 1, 16_383, 16_384, 65_537, 1_048_577]

/** Bytes that look random and are the same in every run. */
export function bodyOf(sizeBytes: number, seed = 'body'): Buffer {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes))
}

export function md5Hex(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}

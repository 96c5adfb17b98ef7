import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { AdminClient } from '../src/cli/admin-client.ts'

/** A way in which objects are protected: a bucket whose default it is, or what the client has to send. */
export interface ObjectMode {
  readonly name: ModeName
  readonly bucket: string
  /** `x-amz-server-side-encryption` of what is stored; undefined for SSE-C. */
  readonly shown: 'AES256' | 'aws:kms' | 'aws:kms:dsse' | undefined
  /** ARN of the KMS key. */
  readonly keyArn?: string
  /** What every request that writes or reads the object sends. */
  readonly customer: CustomerFields
  /** The same key, as that of a copy's source. */
  readonly copySource: CopySourceFields
}

export type ModeName = 'sse-s3' | 'sse-kms' | 'bucket-key' | 'dsse-kms' | 'sse-c'

interface CustomerFields {
  readonly SSECustomerAlgorithm?: 'AES256'
  /** Base64. */
  readonly SSECustomerKey?: string
}

interface CopySourceFields {
  readonly CopySourceSSECustomerAlgorithm?: 'AES256'
  readonly CopySourceSSECustomerKey?: string
}

export interface ModeOptions {
  /** 32 bytes. */
  readonly customerKey: Uint8Array
  readonly versioned: boolean
  /** What bucket names begin with. */
  readonly prefix?: string
  /** Of the KMS key that the buckets share; default `alias/modes`. */
  readonly alias?: string
}

/** Makes a bucket for every mode; where the mode has one, with a KMS key of its own as the default. */
export async function makeModes(
  client: S3Client,
  admin: AdminClient,
  options: ModeOptions,
): Promise<readonly ObjectMode[]> {
  const { key } = await admin.call('create-key', {}, { alias: options.alias ?? 'alias/modes' })
  const customerKey = Buffer.from(options.customerKey).toString('base64')
  const plain = { customer: {}, copySource: {} }
  const modes: readonly Omit<ObjectMode, 'bucket'>[] = [
    { name: 'sse-s3', shown: 'AES256', ...plain },
    { name: 'sse-kms', shown: 'aws:kms', keyArn: key.arn, ...plain },
    { name: 'bucket-key', shown: 'aws:kms', keyArn: key.arn, ...plain },
    { name: 'dsse-kms', shown: 'aws:kms:dsse', keyArn: key.arn, ...plain },
    {
      name: 'sse-c',
      shown: undefined,
      customer: { SSECustomerAlgorithm: 'AES256', SSECustomerKey: customerKey },
      copySource: { CopySourceSSECustomerAlgorithm: 'AES256', CopySourceSSECustomerKey: customerKey },
    },
  ]
  const made: ObjectMode[] = []
  for (const mode of modes) {
    const bucket = `${options.prefix ?? 'mode'}-${mode.name}`
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
    if (options.versioned) {
      const VersioningConfiguration = { Status: 'Enabled' } as const
      await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
    }
    await setDefault(client, { ...mode, bucket })
    made.push({ ...mode, bucket })
  }
  return made
}

async function setDefault(client: S3Client, mode: ObjectMode): Promise<void> {
  const { shown, keyArn } = mode
  if (shown === undefined || keyArn === undefined) return
  await client.send(
    new PutBucketEncryptionCommand({
      Bucket: mode.bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: shown, KMSMasterKeyID: keyArn },
            BucketKeyEnabled: mode.name === 'bucket-key',
          },
        ],
      },
    }),
  )
}

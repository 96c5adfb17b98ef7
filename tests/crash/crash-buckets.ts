import { CreateBucketCommand, PutBucketVersioningCommand, type S3Client } from '@aws-sdk/client-s3'
import type { AdminClient } from '../../src/cli/admin-client.ts'
import { canaryKey } from '../canaries/canary-search.ts'
import type { NamePlace } from './crash-model.ts'

/** A bucket of the load: a mode, with or without versions. */
export interface CrashBucket extends NamePlace {
  readonly mode: 'sse-s3' | 'sse-kms' | 'bucket-key' | 'dsse-kms' | 'sse-c'
  /** What a version has that is written without a word about its protection. */
  readonly shown: string | undefined
  readonly keyArn: string | undefined
}

const PLANS: readonly (readonly [bucket: string, versioned: boolean, mode: CrashBucket['mode']])[] = [
  ['plain', false, 'sse-s3'],
  ['versions', true, 'sse-s3'],
  ['managed', true, 'sse-kms'],
  ['bucket-key', false, 'bucket-key'],
  ['two-layers', true, 'dsse-kms'],
  ['customer', false, 'sse-c'],
]

const SHOWN: Readonly<Record<CrashBucket['mode'], string | undefined>> = {
  'sse-s3': 'AES256',
  'sse-kms': 'aws:kms',
  'bucket-key': 'aws:kms',
  'dsse-kms': 'aws:kms:dsse',
  'sse-c': undefined,
}

/** Makes the buckets; those of the KMS modes share one key. `mark`: what is to be found nowhere. */
export async function makeCrashBuckets(
  client: S3Client,
  admin: AdminClient,
  mark: string,
): Promise<{ readonly buckets: readonly CrashBucket[]; readonly sharedKey: string }> {
  const { key } = await admin.call('create-key', {}, { description: 'shared' })
  const secret = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: canaryKey(mark).toString('base64') } as const
  const buckets = PLANS.map(([bucket, versioned, mode]) => ({
    ...{ bucket, versioned, mode, note: `${mark}-note`, shown: SHOWN[mode] },
    keyArn: SHOWN[mode]?.startsWith('aws:kms') === true ? key.arn : undefined,
    customer: mode === 'sse-c' ? secret : {},
  }))
  for (const { bucket, versioned, mode, keyArn } of buckets) {
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
    if (keyArn !== undefined) {
      const kind = mode === 'dsse-kms' ? mode : 'sse-kms'
      const encryption = { mode: kind, key: keyArn, bucketKey: mode === 'bucket-key' } as const
      await admin.call('put-bucket-encryption', { bucket }, encryption)
    }
    const VersioningConfiguration = { Status: 'Enabled' } as const
    if (versioned) await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
  }
  return { buckets, sharedKey: key.arn }
}

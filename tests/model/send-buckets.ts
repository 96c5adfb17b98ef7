import * as s3 from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { type Operation } from '../../src/operations/index.ts'
import { defined, isMode, MODES } from './wire-fields.ts'

export async function sendBucket(client: s3.S3Client, operation: Operation): Promise<unknown> {
  switch (operation.kind) {
    case 'create-bucket':
      await client.send(new s3.CreateBucketCommand({ Bucket: operation.bucket }))
      return { location: '' }
    case 'delete-bucket':
      await client.send(new s3.DeleteBucketCommand({ Bucket: operation.bucket }))
      return undefined
    case 'head-bucket':
      return { region: (await client.send(new s3.HeadBucketCommand({ Bucket: operation.bucket }))).BucketRegion }
    case 'get-bucket-versioning': {
      const { Status } = await client.send(new s3.GetBucketVersioningCommand({ Bucket: operation.bucket }))
      return { versioning: Status?.toLowerCase() ?? 'unversioned' }
    }
    case 'put-bucket-versioning': {
      const Status = operation.versioning === 'enabled' ? 'Enabled' : 'Suspended'
      const VersioningConfiguration = { Status } as const
      await client.send(new s3.PutBucketVersioningCommand({ Bucket: operation.bucket, VersioningConfiguration }))
      return undefined
    }
    case 'get-bucket-encryption': {
      const output = await client.send(new s3.GetBucketEncryptionCommand({ Bucket: operation.bucket }))
      const rule = output.ServerSideEncryptionConfiguration?.Rules?.[0]
      const byDefault = rule?.ApplyServerSideEncryptionByDefault
      const blocked = rule?.BlockedEncryptionTypes?.EncryptionType?.[0]
      const algorithm = byDefault?.SSEAlgorithm ?? assert.fail('no default')
      const encryption = {
        mode: isMode(algorithm) ? MODES[algorithm] : assert.fail(algorithm),
        key: byDefault?.KMSMasterKeyID,
        bucketKey: rule?.BucketKeyEnabled ?? false,
        blocked: blocked === undefined ? undefined : blocked === 'NONE' ? 'none' : 'sse-c',
      }
      return { encryption: defined(encryption) }
    }
    case 'put-bucket-encryption': {
      const { rule, blocked } = operation.change
      const SSEAlgorithm = rule?.mode === 'sse-kms' ? 'aws:kms' : rule?.mode === 'dsse-kms' ? 'aws:kms:dsse' : 'AES256'
      const byDefault = defined({ SSEAlgorithm, KMSMasterKeyID: rule?.key } as const)
      const EncryptionType = blocked === 'none' ? (['NONE'] as const) : (['SSE-C'] as const)
      const Rules = [
        {
          ...(rule === undefined
            ? {}
            : { ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: rule.bucketKey }),
          ...(blocked === undefined ? {} : { BlockedEncryptionTypes: { EncryptionType: [...EncryptionType] } }),
        },
      ]
      const ServerSideEncryptionConfiguration = { Rules }
      await client.send(
        new s3.PutBucketEncryptionCommand({ Bucket: operation.bucket, ServerSideEncryptionConfiguration }),
      )
      return undefined
    }
    case 'delete-bucket-encryption':
      await client.send(new s3.DeleteBucketEncryptionCommand({ Bucket: operation.bucket }))
      return undefined
    default:
      return assert.fail(`not an operation of S3: ${operation.kind}`)
  }
}

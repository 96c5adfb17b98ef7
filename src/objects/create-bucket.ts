import { refuse, type OperationOf, type Results } from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'
import type { BucketRecord } from './bucket-record.ts'
import { openBucket, sealBucket } from './bucket-rows.ts'
import { accountOf } from './change-bucket.ts'
import { commitDeciding } from './commit-deciding.ts'
import { changeGuard } from './guards.ts'
import type { ObjectRooms } from './object-rooms.ts'
import type { Permit } from './permit.ts'
import { accountCounter, bucketKey, ownedKey } from './row-keys.ts'

/** Makes a bucket of the caller's account. Its default encryption is SSE-S3 until somebody sets another. */
export async function createBucket(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'create-bucket'>,
): Promise<Results['create-bucket']> {
  const account = accountOf(permit.caller)
  const region = operation.location ?? rooms.region
  if (!rooms.options.regions.includes(region)) refuse({ kind: 'invalid-location', location: region })
  const key = bucketKey(operation.bucket)
  return commitDeciding(rooms, permit, 'create-bucket', async () => {
    const [row] = await rooms.store.getMany([key])
    if (row !== undefined) {
      const owned = openBucket(rooms, row).account === account
      refuse({ kind: 'bucket-exists', bucket: operation.bucket, owned })
    }
    const limit = rooms.options.maxBucketsPerAccount
    if ((await rooms.store.sum(accountCounter(account, 'buckets'))) >= BigInt(limit)) {
      refuse({ kind: 'too-many-buckets', limit })
    }
    const bucket: BucketRecord = {
      name: operation.bucket,
      uuid: randomBytes(16),
      account,
      region,
      createdMs: rooms.now(),
      versioning: 'unversioned',
      encryption: {
        mode: 'sse-s3',
        cipher: 'aes-256',
        bucketKey: false,
        explicit: false,
        ...(rooms.options.blockCustomerKeys ? { blocked: 'sse-c' as const } : {}),
      },
    }
    const fragment = {
      checks: [{ kind: 'absent', key } as const],
      writes: [
        { kind: 'put', key, value: sealBucket(rooms.records, bucket) } as const,
        { kind: 'put', key: ownedKey(account, bucket.name), value: Buffer.alloc(0) } as const,
        { kind: 'add', counter: accountCounter(account, 'buckets'), delta: 1n } as const,
        changeGuard(account),
      ],
    }
    return { fragment, result: { location: `/${operation.bucket}` } }
  })
}

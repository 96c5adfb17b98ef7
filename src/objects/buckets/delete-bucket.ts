import { bucketKeyRange } from '../../encryption/index.ts'
import { refuse, type OperationOf, type Results } from '../../operations/index.ts'
import { joinFragments, type Check, type MetadataReader } from '../../storage/index.ts'
import { documentRemoval } from '../rows/bucket-documents.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { currentBucket } from './change-bucket.ts'
import { commitDeciding } from '../commit-deciding.ts'
import { changeGuard } from './guards.ts'
import { configurationRemovals } from './configuration-rows.ts'
import { initialEncryption } from './bucket-encryption.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { accountCounter, bucketKey, livePrefix, oldPrefix, ownedKey, rangeOf, uploadPrefix } from '../rows/row-keys.ts'

/** Bucket keys that one deletion takes along: one for each KMS key and version that the bucket ever used with them. */
const MAX_BUCKET_KEYS = 500

/** Removes an empty bucket: no version, no delete marker, no running upload. The commit itself checks it. */
export async function deleteBucket(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'delete-bucket'>,
): Promise<Results['delete-bucket']> {
  return commitDeciding(rooms, permit, 'delete-bucket', async (current) => {
    const { bucket, revision } = await currentBucket(rooms, current)
    const empty = emptyChecks(bucket)
    if (!(await allEmpty(rooms.store, empty))) refuse({ kind: 'bucket-not-empty', bucket: operation.bucket })
    const key = bucketKey(bucket.name)
    const released = await rooms.encryption.changeDefault(
      { caller: current.caller, requestId: current.requestId },
      bucket.uuid,
      bucket.encryption,
      initialEncryption(bucket.encryption),
    )
    const bucketKeys = await rooms.store.scan({ ...bucketKeyRange(bucket.uuid), limit: MAX_BUCKET_KEYS, valueBytes: 0 })
    const own = {
      checks: [{ kind: 'revision', key, revision } as const, ...empty],
      writes: [
        { kind: 'delete', key } as const,
        { kind: 'delete', key: ownedKey(bucket.account, bucket.name) } as const,
        { kind: 'add', counter: accountCounter(bucket.account, 'buckets'), delta: -1n } as const,
        ...(await configurationRemovals(rooms, bucket)),
        ...bucketKeys.rows.map((row) => ({ kind: 'delete', key: row.key }) as const),
        changeGuard(bucket.account),
      ],
    }
    const documents = [bucket.documents?.lifecycle, bucket.documents?.notification].map((one) =>
      documentRemoval(bucket, one),
    )
    return { fragment: joinFragments(own, released, ...documents), result: undefined }
  })
}

function emptyChecks(bucket: BucketRecord): readonly Extract<Check, { kind: 'empty' }>[] {
  return [livePrefix, oldPrefix, uploadPrefix].map((prefix) => ({ kind: 'empty', ...rangeOf(prefix(bucket.uuid)) }))
}

async function allEmpty(store: MetadataReader, ranges: readonly Extract<Check, { kind: 'empty' }>[]): Promise<boolean> {
  for (const { start, end } of ranges) {
    const { rows } = await store.scan({ start, end, limit: 1, valueBytes: 0 })
    if (rows.length > 0) return false
  }
  return true
}

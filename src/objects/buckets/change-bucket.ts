import { refuse, type AccountId, type Caller } from '../../operations/index.ts'
import { joinFragments, type Fragment } from '../../storage/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { openBucket, sealBucket } from '../rows/bucket-rows.ts'
import { commitDeciding } from '../commit-deciding.ts'
import { changeGuard } from './guards.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { bucketKey } from '../rows/row-keys.ts'

/** The account that a caller acts for. Anonymous callers have none. */
export function accountOf(caller: Caller): AccountId {
  return caller.kind === 'anonymous' ? refuse({ kind: 'access-denied' }) : caller.account
}

/** The permit's bucket as its row is now, with the row: a bucket of the same name that came later is another. */
export async function currentBucket(
  rooms: ObjectRooms,
  permit: Permit,
): Promise<{ bucket: BucketRecord; revision: string }> {
  const permitted = bucketOf(permit)
  const [row] = await rooms.store.getMany([bucketKey(permitted.name)])
  const bucket = row === undefined ? undefined : openBucket(rooms, row)
  if (row === undefined || bucket === undefined || Buffer.compare(bucket.uuid, permitted.uuid) !== 0) {
    return refuse({ kind: 'no-such-bucket', bucket: permitted.name })
  }
  return { bucket, revision: row.revision }
}

/** Changes a bucket's settings: its row, the account's guard, and what else the change carries, in one commit. */
export async function changeBucket(
  rooms: ObjectRooms,
  permit: Permit,
  verb: string,
  change: (bucket: BucketRecord) => BucketRecord,
  carries: (before: BucketRecord, after: BucketRecord) => Promise<Fragment> = () =>
    Promise.resolve({ checks: [], writes: [] }),
): Promise<undefined> {
  return commitDeciding(rooms, permit, verb, async (current) => {
    const { bucket, revision } = await currentBucket(rooms, current)
    const after = change(bucket)
    const key = bucketKey(bucket.name)
    const own: Fragment = {
      checks: [{ kind: 'revision', key, revision }],
      writes: [{ kind: 'put', key, value: sealBucket(rooms.records, after) }, changeGuard(bucket.account)],
    }
    return { fragment: joinFragments(own, await carries(bucket, after)), result: undefined }
  })
}

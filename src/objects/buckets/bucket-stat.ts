import type { Results } from '../../operations/index.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { bucketCounter } from '../rows/row-keys.ts'
import type { Verb } from '../verb.ts'

/** What the counters of a bucket say now. They are exact, and nothing is listed for them. */
export async function bucketStat(
  { store }: Pick<ObjectRooms, 'store'>,
  bucketUuid: Uint8Array,
): Promise<Results['get-bucket-stat']> {
  const count = async (what: 'bytes' | 'versions' | 'uploads'): Promise<number> =>
    Number(await store.sum(bucketCounter(bucketUuid, what)))
  return { bytes: await count('bytes'), versions: await count('versions'), uploads: await count('uploads') }
}

export const getBucketStat: Verb<'get-bucket-stat'> = async (rooms, permit) => bucketStat(rooms, bucketOf(permit).uuid)

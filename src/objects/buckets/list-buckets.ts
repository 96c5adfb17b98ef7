import { parseAnyBucketName, refuse, type OperationOf, type Results } from '../../operations/index.ts'
import { openBucket } from '../rows/bucket-rows.ts'
import { accountOf } from './change-bucket.ts'
import { MAX_BUCKETS_PER_ACCOUNT, type ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketKey, justAfter, ownedPrefix, rangeOf } from '../rows/row-keys.ts'

/** How many bucket rows are read at once. */
const ROWS_AT_ONCE = 256

/** The buckets of the caller's account, by name. */
export async function listBuckets(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'list-buckets'>,
): Promise<Results['list-buckets']> {
  return listOwned(rooms, permit, operation, 'general')
}

/** Directory buckets have a list of their own, and are in no other. */
export async function listDirectoryBuckets(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'list-directory-buckets'>,
): Promise<Results['list-directory-buckets']> {
  return listOwned(rooms, permit, operation, 'directory')
}

async function listOwned(
  rooms: ObjectRooms,
  permit: Permit,
  operation: Omit<OperationOf<'list-buckets'>, 'kind'>,
  kind: 'general' | 'directory',
): Promise<Results['list-buckets']> {
  const account = accountOf(permit.caller)
  const all = rangeOf(ownedPrefix(account, operation.prefix ?? '', kind))
  const after = operation.after === undefined ? all.start : justAfter(ownedPrefix(account, operation.after, kind))
  const start = Buffer.compare(after, all.start) > 0 ? after : all.start
  if (Buffer.compare(start, all.end) >= 0) return { buckets: [] }
  const limit = Math.min(operation.maxBuckets ?? MAX_BUCKETS_PER_ACCOUNT, MAX_BUCKETS_PER_ACCOUNT)
  const { rows, more } = await rooms.store.scan({ start, end: all.end, limit, valueBytes: 0 })
  const nameAt = ownedPrefix(account, '', kind).length
  const names = rows.map((row) => {
    const name = parseAnyBucketName(Buffer.from(row.key.subarray(nameAt)).toString('utf8'))
    return name ?? refuse({ kind: 'integrity', what: 'bucket index' })
  })
  const buckets: Results['list-buckets']['buckets'][number][] = []
  for (let first = 0; first < names.length; first += ROWS_AT_ONCE) {
    const found = await rooms.store.getMany(names.slice(first, first + ROWS_AT_ONCE).map((name) => bucketKey(name)))
    for (const row of found) {
      // Deleted since the index was read.
      if (row === undefined) continue
      const { name, createdMs, region } = openBucket(rooms, row)
      buckets.push({ name, createdMs, region })
    }
  }
  const last = names.at(-1)
  return { buckets, ...(more && last !== undefined ? { next: last } : {}) }
}

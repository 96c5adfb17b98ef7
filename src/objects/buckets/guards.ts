import { after, refuse, type AccountId, type Awaitable, type BucketName } from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { readRows, type Check, type Key, type Row, type Write } from '../../storage/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { openBucket } from '../rows/bucket-rows.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { bucketKey, guardKey } from '../rows/row-keys.ts'

/*
 * The guards of accounts: one row each, changed by everything that changes people, policies, keys or bucket settings.
 * A decision that rests on an account's settings carries the checks that `readAuthority` returns.
 */

/** What a decision about a request rests on, from one snapshot. */
export interface Authority {
  readonly bucket: BucketRecord | undefined
  readonly sourceBucket: BucketRecord | undefined
  /** The guards of the accounts, for the commit of whoever acts on the decision. */
  readonly checks: readonly Check[]
}

/** The guards of `accounts` and the buckets that a request names. */
export function readAuthority(
  rooms: Pick<ObjectRooms, 'store' | 'records' | 'buckets'>,
  accounts: readonly AccountId[],
  bucket: BucketName | undefined,
  source: BucketName | undefined,
): Awaitable<Authority> {
  const keys: Key[] = accounts.map((account) => guardKey(account))
  if (bucket !== undefined) keys.push(bucketKey(bucket))
  if (source !== undefined) keys.push(bucketKey(source))
  return after(readRows(rooms.store, keys), (rows) => {
    const bucketRow = bucket === undefined ? undefined : rows[accounts.length]
    const sourceRow = source === undefined ? undefined : rows[keys.length - 1]
    return {
      bucket: bucketRow === undefined ? undefined : openBucket(rooms, bucketRow),
      sourceBucket: sourceRow === undefined ? undefined : openBucket(rooms, sourceRow),
      checks: accounts.map((_, index) => guardCheck(keys[index], rows[index])),
    }
  })
}

function guardCheck(key: Key | undefined, row: Row | undefined): Check {
  if (key === undefined) return refuse({ kind: 'internal' })
  return row === undefined ? { kind: 'absent', key } : { kind: 'revision', key, revision: row.revision }
}

/** What the commit of a change carries, so that every decision made before it is made again. */
export function changeGuard(account: AccountId): Write {
  return { kind: 'put', key: guardKey(account), value: randomBytes(8) }
}

import { createHash } from 'node:crypto'
import { isSigned, principalId, refuse, type OperationOf, type Results } from '../../operations/index.ts'
import type { Fragment, Row } from '../../storage/index.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { doneAtKey, renamedKey, UPLOAD_ID_BYTES } from '../rows/row-keys.ts'
import { parseStoredJson } from '../rows/stored-json.ts'

type Rename = OperationOf<'rename-object'>

/**
 * A rename that its client may ask for again by the same token: the old name is gone by then. Kept as long as the results of
 * uploads, in the same table, and forgotten by the same job.
 */
interface RememberedRename {
  readonly v: 1
  /** SHA-256 of what was asked for, base64. */
  readonly request: string
  readonly encryption: Results['rename-object']['encryption']
}

function isRemembered(value: unknown): value is RememberedRename {
  return typeof value === 'object' && value !== null && 'v' in value && value.v === 1 && 'request' in value
}

/** Tokens are of who sent them: nobody meets another's. */
function tokenId({ caller }: Permit, token: string): Buffer {
  const who = isSigned(caller) ? principalId(caller) : caller.kind
  return createHash('sha256')
    .update(JSON.stringify([who, token]))
    .digest()
    .subarray(0, UPLOAD_ID_BYTES)
}

function requestDigest({ from, key, sourceConditions, targetConditions }: Rename): string {
  return createHash('sha256')
    .update(JSON.stringify([from, key, sourceConditions, targetConditions]))
    .digest('base64')
}

/** What was answered to the request's token; undefined: nothing yet. Refuses a token that came with another request. */
export async function readRenamed(
  rooms: Pick<ObjectRooms, 'store' | 'records'>,
  permit: Permit,
  operation: Rename,
): Promise<Results['rename-object'] | undefined> {
  if (operation.clientToken === undefined) return undefined
  const id = tokenId(permit, operation.clientToken)
  const [row] = await rooms.store.getMany([renamedKey(bucketOf(permit).uuid, id)])
  if (row === undefined) return undefined
  const { request, encryption } = openRemembered(rooms, row)
  return request === requestDigest(operation) ? { encryption } : refuse({ kind: 'idempotency-mismatch' })
}

function openRemembered({ records }: Pick<ObjectRooms, 'records'>, row: Row): RememberedRename {
  const value: unknown = parseStoredJson(records.open(row.key, row.value).secret, 'remembered rename')
  return isRemembered(value) ? value : refuse({ kind: 'integrity', what: 'remembered rename' })
}

/** For the commit of the rename: of two requests with one token one is done, and the other finds it. */
export function renamedRows(
  rooms: Pick<ObjectRooms, 'records' | 'now'>,
  permit: Permit,
  operation: Rename,
  { encryption }: Results['rename-object'],
): Fragment {
  if (operation.clientToken === undefined) return { checks: [], writes: [] }
  const id = tokenId(permit, operation.clientToken)
  const key = renamedKey(bucketOf(permit).uuid, id)
  const remembered: RememberedRename = { v: 1, request: requestDigest(operation), encryption }
  const secret = Buffer.from(JSON.stringify(remembered), 'utf8')
  return {
    checks: [{ kind: 'absent', key }],
    writes: [
      { kind: 'put', key, value: rooms.records.seal({ rowKey: key, clear: Buffer.alloc(0), secret }) },
      { kind: 'put', key: doneAtKey(rooms.now(), id), value: Buffer.from(key) },
    ],
  }
}

import {
  parseObjectKey,
  refuse,
  type ListedObject,
  type ObjectKey,
  type OperationOf,
  type Results,
} from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import type { Row } from '../storage/index.ts'
import { makeToken, openToken } from './continuation-token.ts'
import { LISTED_VALUE_BYTES, readHeader, shownEtag, type VersionHeader } from './object-record.ts'
import type { ObjectRooms } from './object-rooms.ts'
import type { Permit } from './permit.ts'
import { bucketOf } from './permitted-bucket.ts'
import { livePrefix } from './row-keys.ts'
import { from, prefixRange, scanNames, startAfter } from './scan-names.ts'

export const MAX_LISTED = 1_000

const NOTHING: Results['list-objects'] = { objects: [], groups: [], truncated: false }

/** Current objects by name. Reads the clear part of live rows only; a listing does not authenticate them. */
export async function listObjects(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'list-objects'>,
): Promise<Results['list-objects']> {
  const { uuid } = bucketOf(permit)
  const base = livePrefix(uuid)
  const { prefix, delimiter, continuation } = operation
  const after = continuation === undefined ? operation.after : openToken(rooms.records, uuid, continuation)
  const limit = Math.min(operation.maxKeys, MAX_LISTED)
  const all = prefixRange(base, prefix)
  const range = all === undefined || after === '' ? all : from(all, startAfter(base, after, operation, false))
  if (range === undefined || limit === 0) return NOTHING
  const page = await scanNames(rooms.store, {
    base,
    suffixBytes: 0,
    range,
    prefix,
    delimiter,
    limit,
    valueBytes: LISTED_VALUE_BYTES,
  })
  const objects: ListedObject[] = []
  const groups: string[] = []
  for (const entry of page.entries) {
    if (entry.kind === 'group') groups.push(entry.name)
    else objects.push(listedObject(rooms.records, keyOf(entry.name), entry.row).object)
  }
  const last = page.entries.at(-1)?.name
  return {
    objects,
    groups,
    truncated: page.more,
    ...(last === undefined ? {} : { last }),
    ...(page.more && last !== undefined ? { nextContinuation: makeToken(rooms.records, uuid, last) } : {}),
  }
}

export function keyOf(name: string): ObjectKey {
  const parsed = parseObjectKey(name)
  return parsed.kind === 'key' ? parsed.key : refuse({ kind: 'integrity', what: 'a stored name' })
}

/** What a listing shows of a version's row. */
export function listedObject(
  records: RecordSealer,
  key: ObjectKey,
  row: Row,
): { readonly object: ListedObject; readonly header: VersionHeader } {
  const { clear, masked } = records.peek(row.value)
  const header = readHeader(clear)
  const object = {
    key,
    size: header.size,
    lastModifiedMs: header.modifiedMs,
    etag: masked === undefined ? '' : shownEtag(masked, header.parts),
    storageClass: header.storageClass,
    ...(header.checksumAlgorithm === undefined ? {} : { checksumAlgorithm: header.checksumAlgorithm }),
  }
  return { object, header }
}

import {
  parseObjectKey,
  refuse,
  type ListedObject,
  type ObjectKey,
  type OperationOf,
  type Results,
} from '../../operations/index.ts'
import type { PeekedRecord, RecordSealer } from '../../records/index.ts'
import { makeToken, openToken } from './continuation-token.ts'
import { etagText, LISTED_VALUE_BYTES, readListed, type ListedHeader } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { livePrefix } from '../rows/row-keys.ts'
import { from, prefixRange, scanNames, startAfter, type NamedEntry } from './scan-names.ts'

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
  for (const { entry, peeked } of peekPage(rooms.records, page.entries)) {
    if (entry.kind === 'group') groups.push(entry.name)
    else if (peeked !== undefined) objects.push(listedObject(keyOf(entry.name), readListed(peeked), peeked))
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

/** The entries of a page, each row with what stands in the clear in it. */
export function peekPage(
  records: RecordSealer,
  entries: readonly NamedEntry[],
): readonly { readonly entry: NamedEntry; readonly peeked: PeekedRecord | undefined }[] {
  const values: Uint8Array[] = []
  for (const entry of entries) if (entry.kind === 'row') values.push(entry.row.value)
  const page = records.peekMany(values)
  let next = 0
  return entries.map((entry) => ({ entry, peeked: entry.kind === 'row' ? page[next++] : undefined }))
}

/** What a listing shows of a version's row. */
export function listedObject(key: ObjectKey, header: ListedHeader, { maskedHex }: PeekedRecord): ListedObject {
  const { size, modifiedMs: lastModifiedMs, mode, storageClass, checksumAlgorithm } = header
  const etag = maskedHex === undefined ? '' : etagText(maskedHex, header.parts)
  // Written out twice: to spread one object into another takes as long as all the rest.
  const listed =
    checksumAlgorithm === undefined
      ? { key, size, lastModifiedMs, etag, mode, storageClass }
      : { key, size, lastModifiedMs, etag, mode, storageClass, checksumAlgorithm }
  return header.type === undefined ? listed : { ...listed, type: header.type }
}

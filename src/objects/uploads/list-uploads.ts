import { parseObjectKey, type ListedUpload, type OperationOf, type Results } from '../../operations/index.ts'
import { keyOf, MAX_LISTED } from '../listing/list-objects.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { justAfter, UPLOAD_ID_BYTES, uploadKey, uploadPrefix } from '../rows/row-keys.ts'
import { from, liesInGroup, prefixRange, scanNames, startAfter, suffixOf } from '../listing/scan-names.ts'
import { LISTED_UPLOAD_BYTES, readUploadHeader, uploadIdBytes, uploadIdText } from '../rows/upload-record.ts'

/** Uploads that are not finished, by name, of one name the oldest first. */
export async function listUploads(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'list-uploads'>,
): Promise<Results['list-uploads']> {
  const { uuid } = bucketOf(permit)
  const base = uploadPrefix(uuid)
  const { prefix, delimiter, keyMarker, uploadIdMarker } = operation
  const limit = Math.min(operation.maxUploads, MAX_LISTED)
  const all = prefixRange(base, prefix)
  const start = (): Uint8Array => {
    const marker = parseObjectKey(keyMarker)
    return uploadIdMarker === undefined || marker.kind !== 'key' || liesInGroup(keyMarker, operation)
      ? startAfter(base, keyMarker, operation, true)
      : justAfter(uploadKey(uuid, marker.key, uploadIdBytes(uploadIdMarker)))
  }
  const range = all === undefined || keyMarker === '' ? all : from(all, start())
  if (range === undefined || limit === 0) return { uploads: [], groups: [], truncated: false }
  const suffixBytes = 1 + UPLOAD_ID_BYTES
  const scan = { base, suffixBytes, range, prefix, delimiter, limit, valueBytes: LISTED_UPLOAD_BYTES }
  const page = await scanNames(rooms.store, scan)
  const uploads: ListedUpload[] = []
  const groups: string[] = []
  for (const entry of page.entries) {
    if (entry.kind === 'group') {
      groups.push(entry.name)
      continue
    }
    const header = readUploadHeader(rooms.records.peek(entry.row.value).clear)
    uploads.push({ key: keyOf(entry.name), uploadId: uploadIdText(suffixOf(entry)), ...header })
  }
  const last = page.entries.at(-1)
  if (!page.more || last === undefined) return { uploads, groups, truncated: false }
  const nextUploadIdMarker = last.kind === 'row' ? uploadIdText(suffixOf(last)) : undefined
  return {
    uploads,
    groups,
    truncated: true,
    nextKeyMarker: last.name,
    ...(nextUploadIdMarker === undefined ? {} : { nextUploadIdMarker }),
  }
}

import type { ListedPart, OperationOf, Results } from '../../operations/index.ts'
import { checksumsAmong, crc64Among } from '../bodies/body-sums.ts'
import { plainChecksums } from '../reading/describe-object.ts'
import { uploadAbort } from '../lifecycle/bucket-lifecycle.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { openPart, partNumberOf } from '../rows/part-record.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { justAfter, partKey, partRange } from '../rows/row-keys.ts'
import { from } from '../listing/scan-names.ts'
import { hasMd5Etag } from '../bodies/store-body.ts'
import { requireUpload, uploadIdBytes } from '../rows/upload-record.ts'

const MAX_LISTED_PARTS = 1_000
/** The largest number that a part's key can hold. */
const MAX_MARKER = 0xffff

/** Parts by number. It needs no key, so checksums are shown only where they are stored unmasked. */
export async function listParts(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'list-parts'>,
): Promise<Results['list-parts']> {
  const bucket = bucketOf(permit)
  const { upload } = await requireUpload(rooms, bucket, operation)
  const uploadId = uploadIdBytes(operation.uploadId)
  const answer = {
    storageClass: upload.storageClass,
    ...(upload.checksum === undefined ? {} : { checksum: upload.checksum }),
    ...(await uploadAbort(rooms, bucket, operation.key, upload.startedMs)),
  }
  const start = justAfter(partKey(uploadId, Math.min(operation.partNumberMarker, MAX_MARKER)))
  const range = from(partRange(uploadId), start)
  const limit = Math.min(operation.maxParts, MAX_LISTED_PARTS)
  if (range === undefined || limit === 0) return { parts: [], truncated: false, ...answer }
  const { rows, more } = await rooms.store.scan({ ...range, limit })
  const plain = hasMd5Etag(upload.mode)
  const parts: readonly ListedPart[] = rows.map((row) => {
    const part = openPart(rooms.records, row)
    const sums = plain ? plainChecksums(part.checksums) : []
    return {
      partNumber: partNumberOf(row),
      size: part.size,
      etag: Buffer.from(part.etag).toString('hex'),
      lastModifiedMs: part.modifiedMs,
      checksums: checksumsAmong(sums),
      ...crc64Among(sums),
    }
  })
  const last = parts.at(-1)
  return { parts, truncated: more, ...answer, ...(more && last !== undefined ? { next: last.partNumber } : {}) }
}

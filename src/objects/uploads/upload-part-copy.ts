import { refuse, type OperationOf, type Results } from '../../operations/index.ts'
import { checkSourceConditions } from '../reading/conditions.ts'
import { incoming, openCopySource } from '../writing/copy-object.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { leavesDirectory, sourceBucketOf } from '../permitted-bucket.ts'
import { rangeSlice, wholeSlice } from '../bodies/slices.ts'
import { MAX_SINGLE_BYTES } from '../bodies/store-body.ts'
import { storePart } from './upload-part.ts'
import { shownVersionId } from '../rows/version-rows.ts'

/** A part whose bytes come from a version that exists, or from a range of it. */
export async function uploadPartCopy(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'upload-part-copy'>,
): Promise<Results['upload-part-copy']> {
  const bucket = sourceBucketOf(permit)
  const { source, range } = operation
  const opened = await openCopySource(rooms, permit, source, {
    check: ({ version }) => checkSourceConditions(source.conditions, version),
    choose: (version) => {
      const { size } = version.header
      // Unlike a read, a copy never takes less than it was told to.
      if (range?.kind === 'from' && range.last !== undefined && range.last >= size) {
        const detail = `Range specified is not valid for source object of size: ${size}`
        return refuse({ kind: 'invalid-argument', argument: 'x-amz-copy-source-range', detail })
      }
      const slice = range === undefined ? wholeSlice(size) : rangeSlice(range, size)
      if (slice.length > MAX_SINGLE_BYTES) refuse({ kind: 'copy-source-too-large', limitBytes: MAX_SINGLE_BYTES })
      return slice
    },
  })
  try {
    const how = { expect: operation.crc64 === true ? { crc64: true as const } : {}, verb: 'upload-part-copy' }
    const part = await storePart(rooms, permit, operation, () => Promise.resolve(incoming(opened)), how)
    const { versionId } = shownVersionId(bucket, opened.stored.version)
    const { bucketKey, ...direct } = part.encryption
    const encryption = bucketKey === undefined || leavesDirectory(permit) ? direct : part.encryption
    return { ...part, encryption, ...(versionId === undefined ? {} : { sourceVersionId: versionId }) }
  } finally {
    opened.release()
  }
}

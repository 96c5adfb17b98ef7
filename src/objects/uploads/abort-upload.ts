import type { OperationOf, Results } from '../../operations/index.ts'
import { joinFragments, type Fragment } from '../../storage/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { commitDeciding } from '../commit-deciding.ts'
import { garbageWrite } from '../rows/garbage-rows.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { counterWrites } from '../writing/place-version.ts'
import { requireOpen, requireUpload, type StoredUploadRow } from '../rows/upload-record.ts'

/** Ends an upload; its parts go to the collector. */
export async function abortUpload(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'abort-upload'>,
): Promise<Results['abort-upload']> {
  return commitDeciding(rooms, permit, 'abort-upload', async (current) => {
    const bucket = bucketOf(current)
    const found = await requireUpload(rooms, bucket, operation)
    requireOpen(found.upload, rooms.now())
    const garbage = {
      kind: 'aborted-upload',
      uploadId: operation.uploadId,
      sealId: Buffer.from(found.upload.sealId).toString('hex'),
    } as const
    const collected = { checks: [], writes: [garbageWrite(rooms, garbage)] }
    return { fragment: joinFragments(uploadRemoval(rooms, bucket, found), collected), result: undefined }
  })
}

/** What ends an upload's row, its hold on a key, and its count. */
export function uploadRemoval(
  rooms: Pick<ObjectRooms, 'encryption'>,
  bucket: Pick<BucketRecord, 'uuid' | 'account'>,
  found: StoredUploadRow,
): Fragment {
  const { row, upload } = found
  return joinFragments(
    {
      checks: [{ kind: 'revision', key: row.key, revision: row.revision }],
      writes: [{ kind: 'delete', key: row.key }, ...counterWrites(bucket, { uploads: -1 })],
    },
    rooms.encryption.dereference(upload.encryption, upload.sealId, 'upload'),
  )
}

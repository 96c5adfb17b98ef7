import { refuse } from '../../operations/index.ts'
import { faultPoint, type Row } from '../../storage/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { openBucket } from '../rows/bucket-rows.ts'
import { uploadRemoval } from './abort-upload.ts'
import { DONE_KEPT_MS } from './done-uploads.ts'
import { garbageWrite } from '../rows/garbage-rows.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { BUCKETS, doneBefore, justAfter, UPLOAD_ID_BYTES, UPLOADS } from '../rows/row-keys.ts'
import { COMPLETING_STALE_MS, openUpload, uploadIdText } from '../rows/upload-record.ts'

const MAX_BUCKETS_LOOKED_AT = 100_000

/** Forgets the results of uploads that were finished more than a day ago. `limit`: at most 400. */
export async function forgetDoneUploads(
  rooms: Pick<ObjectRooms, 'store' | 'now'>,
  options: { readonly limit: number },
): Promise<{ readonly forgotten: number; readonly more: boolean }> {
  const range = doneBefore(Math.max(0, rooms.now() - DONE_KEPT_MS))
  const { rows, more } = await rooms.store.scan({ ...range, limit: Math.min(options.limit, 400) })
  if (rows.length > 0) {
    const writes = rows.flatMap((row) => [
      { kind: 'delete', key: row.value } as const,
      { kind: 'delete', key: row.key } as const,
    ])
    faultPoint('forget-done-uploads:before-metadata-commit')
    await rooms.store.commit({ checks: [], writes })
    faultPoint('forget-done-uploads:after-metadata-commit')
  }
  return { forgotten: rows.length, more }
}

/**
 * Ends uploads that were begun before `startedBeforeMs`. One page of upload rows at a time: `after` is where the
 * last call ended, `next` where the next begins.
 */
export async function expireUploads(
  rooms: ObjectRooms,
  options: { readonly startedBeforeMs: number; readonly limit: number; readonly after?: Uint8Array },
): Promise<{ readonly ended: number; readonly next?: Uint8Array }> {
  const start = options.after === undefined ? UPLOADS.start : justAfter(options.after)
  const { rows, more } = await rooms.store.scan({ start, end: UPLOADS.end, limit: options.limit })
  const due = rows.filter((row) => openUpload(rooms.records, row).startedMs < options.startedBeforeMs)
  const buckets = due.length === 0 ? new Map<string, BucketRecord>() : await bucketsByUuid(rooms)
  let ended = 0
  for (const row of due) if (await endUpload(rooms, row, buckets)) ended++
  const last = rows.at(-1)
  return { ended, ...(more && last !== undefined ? { next: last.key } : {}) }
}

async function bucketsByUuid(rooms: ObjectRooms): Promise<ReadonlyMap<string, BucketRecord>> {
  const { rows, more } = await rooms.store.scan({ ...BUCKETS, limit: MAX_BUCKETS_LOOKED_AT })
  if (more) refuse({ kind: 'limit-exceeded', limit: 'buckets', value: MAX_BUCKETS_LOOKED_AT })
  return new Map(
    rows.map((row) => {
      const bucket = openBucket(rooms, row)
      return [Buffer.from(bucket.uuid).toString('hex'), bucket]
    }),
  )
}

async function endUpload(rooms: ObjectRooms, row: Row, buckets: ReadonlyMap<string, BucketRecord>): Promise<boolean> {
  const upload = openUpload(rooms.records, row)
  const { state } = upload
  if (state.kind === 'completing' && rooms.now() - state.sinceMs <= COMPLETING_STALE_MS) return false
  const uuid = row.key.subarray(UPLOADS.start.length, UPLOADS.start.length + 16)
  const bucket = buckets.get(Buffer.from(uuid).toString('hex'))
  if (bucket === undefined) return false
  const removal = uploadRemoval(rooms, bucket, { row, upload })
  const garbage = garbageWrite(rooms, {
    kind: 'aborted-upload',
    uploadId: uploadIdText(row.key.subarray(row.key.length - UPLOAD_ID_BYTES)),
    sealId: Buffer.from(upload.sealId).toString('hex'),
  })
  faultPoint('expire-upload:before-metadata-commit')
  const committed = await rooms.store.commit({ checks: removal.checks, writes: [...removal.writes, garbage] })
  faultPoint('expire-upload:after-metadata-commit')
  return committed.kind === 'committed'
}

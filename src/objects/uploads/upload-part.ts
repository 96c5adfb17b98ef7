import type { WriteKeys } from '../../encryption/index.ts'
import {
  MAX_PART_NUMBER,
  refuse,
  type BodyExpectation,
  type CustomerKey,
  type ObjectBody,
  type OperationOf,
  type Results,
  type SumAlgorithm,
  type UploadTarget,
} from '../../operations/index.ts'
import type { Check, Write } from '../../storage/index.ts'
import { checksumsAmong, crc64Among } from '../bodies/body-sums.ts'
import { commitDeciding } from '../commit-deciding.ts'
import { garbageWrite } from '../rows/garbage-rows.ts'
import { blobOwner } from '../writing/new-version.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { openPart, sealPart, type PartRecord } from '../rows/part-record.ts'
import type { Permit } from '../permit.ts'
import { bucketOf, scopeOf } from '../permitted-bucket.ts'
import { partKey } from '../rows/row-keys.ts'
import { dropBody, storeBody, type StoredBody } from '../bodies/store-body.ts'
import { requireOpen, requireUpload, sealUpload, uploadIdBytes, type UploadRecord } from '../rows/upload-record.ts'

/** Seals a part as it arrives; a part of the same number is replaced. Its bytes are never written again. */
export async function uploadPart(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'upload-part'>,
  body: ObjectBody,
): Promise<Results['upload-part']> {
  const { etag, encryption, checksums, crc64 } = await storePart(
    rooms,
    permit,
    operation,
    () => Promise.resolve(body),
    { expect: operation.expect, verb: 'upload-part' },
  )
  return { etag, encryption, checksums, ...(crc64 === undefined ? {} : { crc64 }) }
}

type PartTarget = UploadTarget & { readonly partNumber: number; readonly customer?: CustomerKey }

/** Stores what `open` gives as a part. `open` is called when the upload and its keys were found to be right. */
export async function storePart(
  rooms: ObjectRooms,
  permit: Permit,
  target: PartTarget,
  open: () => Promise<ObjectBody>,
  how: { readonly expect: BodyExpectation; readonly verb: string },
): Promise<Results['upload-part'] & { readonly lastModifiedMs: number }> {
  const { partNumber } = target
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MAX_PART_NUMBER) {
    refuse({ kind: 'invalid-argument', argument: 'partNumber', detail: `must be from 1 to ${MAX_PART_NUMBER}` })
  }
  const bucket = bucketOf(permit)
  const { upload } = await requireUpload(rooms, bucket, target)
  requireOpen(upload, rooms.now())
  const algorithm = partAlgorithm(upload, how.expect)
  const scope = scopeOf(permit, bucket, target.key, upload.sealId)
  const keys = await rooms.encryption.resumeWrite(scope, upload.encryption, target.customer)
  try {
    const body = await storeBody(rooms, {
      keys,
      body: await open(),
      expect: how.expect,
      partNumber,
      mayInline: false,
      signal: permit.signal,
      verb: how.verb,
      algorithm,
    })
    return await commitPart(rooms, permit, target, keys, body, how.verb)
  } finally {
    keys.dispose()
  }
}

/** The upload's algorithm rules; where it named none, the part's, else the default. */
function partAlgorithm(upload: UploadRecord, expect: BodyExpectation): SumAlgorithm {
  const named = expect.checksum?.algorithm
  const ruling = upload.checksum?.algorithm
  if (named !== undefined && ruling !== undefined && named !== ruling) {
    return refuse({
      kind: 'invalid-request',
      detail: `Checksum Type mismatch occurred, expected checksum Type: ${ruling}, actual checksum Type: ${named}`,
    })
  }
  return ruling ?? named ?? (expect.crc64 === true ? 'crc64ecma' : 'crc64nvme')
}

async function commitPart(
  rooms: ObjectRooms,
  permit: Permit,
  target: PartTarget,
  keys: WriteKeys,
  body: StoredBody,
  verb: string,
): Promise<Results['upload-part'] & { readonly lastModifiedMs: number }> {
  const { place } = body
  if (place.kind !== 'stream') return refuse({ kind: 'internal' })
  const key = partKey(uploadIdBytes(target.uploadId), target.partNumber)
  return commitDeciding(
    rooms,
    permit,
    verb,
    async (current) => {
      const { row, upload } = await requireUpload(rooms, bucketOf(current), target)
      requireOpen(upload, rooms.now())
      const [before] = await rooms.store.getMany([key])
      const part: PartRecord = {
        size: body.size,
        modifiedMs: rooms.now(),
        etag: body.etag,
        blob: place.blob,
        stream: place.stream,
        checksums: keys.maskChecksums('streams', target.partNumber, body.sums),
      }
      const checks: Check[] = [
        ...(await keys.guards()),
        { kind: 'revision', key: row.key, revision: row.revision },
        before === undefined ? { kind: 'absent', key } : { kind: 'revision', key, revision: before.revision },
      ]
      const writes: Write[] = [
        { kind: 'put', key, value: sealPart(rooms.records, key, part) },
        blobOwner(place.blob, upload.sealId),
      ]
      if (before !== undefined) {
        writes.push(garbageWrite(rooms, { kind: 'blob', blob: openPart(rooms.records, before).blob }))
      }
      // A stale completion: what it still tries fails from here on.
      if (upload.state.kind !== 'open') {
        const reopened: UploadRecord = { ...upload, state: { kind: 'open' } }
        writes.push({ kind: 'put', key: row.key, value: sealUpload(rooms.records, row.key, reopened) })
      }
      const result = {
        etag: Buffer.from(body.etag).toString('hex'),
        encryption: keys.shown,
        checksums: checksumsAmong(body.sums),
        ...crc64Among(body.sums),
        lastModifiedMs: part.modifiedMs,
      }
      return { fragment: { checks, writes }, result }
    },
    () => dropBody(rooms, body),
  )
}

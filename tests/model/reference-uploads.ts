import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Checksum, FailureKind, OperationOf, UploadResults } from '../../src/operations/index.ts'
import { resultOf, type Outcome } from './outcome.ts'
import { bodyReasons, checkStored, markerOf, sourceOf, writeConditionReasons } from './reference-writes.ts'
import { pieceOf } from './reference-reads.ts'
import {
  bucketOf,
  checkEtag,
  checkShown,
  checksumFor,
  customerReasons,
  decide,
  isPlainMode,
  kmsReasons,
  md5Of,
  place,
  plainChecksums,
  plainShown,
  refused,
  same,
  shownOf,
  told,
  type Judge,
} from './reference.ts'
import { PART_BYTES } from './moves.ts'
import { valueOf } from './requests.ts'
import type { ModelBucket, ModelEncryption, ModelPart, ModelUpload } from './world.ts'

const DONE_KEPT_MS = 24 * 60 * 60_000

export function checkCreateUpload(judge: Judge, operation: OperationOf<'create-upload'>, outcome: Outcome): void {
  const bucket = bucketOf(judge, operation.bucket)
  if (bucket === undefined) {
    refused(judge, operation, outcome, ['no-such-bucket'])
    return
  }
  const decided = decide(judge.world, operation.encryption, bucket.encryption)
  if (refused(judge, operation, outcome, decided.reasons)) return
  const { uploadId, encryption: shown, checksum } = resultOf(operation.kind, outcome)
  assert.ok(!bucket.uploads.has(uploadId) && !judge.world.gone.includes(uploadId), 'the id of an upload is new')
  assert.deepEqual(checksum, operation.checksum)
  const encryption = checkShown(judge, shown, decided)
  const { key, properties } = operation
  bucket.uploads.set(uploadId, {
    id: uploadId,
    key,
    startedMs: judge.world.nowMs,
    properties,
    encryption,
    parts: new Map(),
    ...(operation.checksum === undefined ? {} : { checksum: operation.checksum }),
  })
}

interface Running {
  readonly bucket: ModelBucket
  readonly upload: ModelUpload
}

function running(
  judge: Judge,
  target: { readonly bucket: string; readonly key: string; readonly uploadId: string },
): Running | FailureKind {
  const bucket = bucketOf(judge, target.bucket)
  if (bucket === undefined) return 'no-such-bucket'
  const upload = bucket.uploads.get(target.uploadId)
  return upload?.key === target.key ? { bucket, upload } : 'no-such-upload'
}

/** A bucket that blocks customers' keys may say so before anything else is looked at. */
function blockReasons(
  judge: Judge,
  asked: { readonly bucket: string; readonly customer?: OperationOf<'upload-part'>['customer'] | undefined },
): readonly FailureKind[] {
  const blocked = bucketOf(judge, asked.bucket)?.encryption.blocked === 'sse-c'
  return blocked && asked.customer !== undefined ? ['access-denied'] : []
}

function partKeyReasons(
  judge: Judge,
  { bucket, upload }: Running,
  customer: OperationOf<'upload-part'>['customer'],
): readonly FailureKind[] {
  return [
    ...blockReasons(judge, { bucket: bucket.name, customer }),
    ...customerReasons(upload.encryption, customer, 'customer-key-mismatch'),
    ...kmsReasons(judge.world, upload.encryption.keyArn),
  ]
}

async function keepPart(
  judge: Judge,
  { bucket, upload }: Running,
  partNumber: number,
  body: Buffer,
  algorithm: Checksum['algorithm'],
  kind: 'upload-part' | 'upload-part-copy',
  result: UploadResults['upload-part'],
): Promise<void> {
  const checksum = await checksumFor(algorithm, body)
  if (!judge.driver.unseen.has(`${kind}.checksums`)) {
    assert.deepEqual(plainChecksums(result.checksums), plainChecksums([checksum]))
  }
  assert.deepEqual(plainShown(result.encryption), plainShown(shownOf(upload.encryption)))
  const etag = checkEtag(upload.encryption, body, result.etag)
  const part: ModelPart = { partNumber, body, etag, modifiedMs: judge.world.nowMs, checksum }
  bucket.uploads.set(upload.id, { ...upload, parts: new Map([...upload.parts, [partNumber, part]]) })
}

export async function checkUploadPart(
  judge: Judge,
  operation: OperationOf<'upload-part'>,
  body: Buffer,
  outcome: Outcome,
): Promise<void> {
  const found = running(judge, operation)
  if (typeof found === 'string') {
    refused(judge, operation, outcome, [found, ...blockReasons(judge, operation)])
    return
  }
  const ruling = found.upload.checksum?.algorithm
  const named = operation.expect.checksum?.algorithm
  const reasons: readonly FailureKind[] = [
    ...partKeyReasons(judge, found, operation.customer),
    ...(await bodyReasons(operation.expect, body)),
    ...(named !== undefined && ruling !== undefined && named !== ruling ? (['invalid-request'] as const) : []),
  ]
  if (refused(judge, operation, outcome, reasons)) return
  const result = resultOf(operation.kind, outcome)
  await keepPart(judge, found, operation.partNumber, body, ruling ?? named ?? 'crc64nvme', operation.kind, result)
}

export async function checkUploadPartCopy(
  judge: Judge,
  operation: OperationOf<'upload-part-copy'>,
  outcome: Outcome,
): Promise<void> {
  const found = running(judge, operation)
  const source = sourceOf(judge, operation.source)
  const { version } = source
  const { range } = operation
  const length = version?.body.length ?? 0
  const piece = range === undefined ? { first: 0, end: length } : pieceOf(range, length)
  const tooLong = range?.kind === 'from' && (range.last ?? 0) >= length
  const reasons: readonly FailureKind[] = [
    ...(typeof found === 'string'
      ? [found, ...blockReasons(judge, operation)]
      : partKeyReasons(judge, found, operation.customer)),
    ...source.reasons,
    ...(version !== undefined && piece === undefined ? (['invalid-range'] as const) : []),
    ...(version !== undefined && tooLong ? (['invalid-argument'] as const) : []),
  ]
  if (refused(judge, operation, outcome, reasons, markerOf(outcome))) return
  if (typeof found === 'string' || version === undefined) return
  const result = resultOf(operation.kind, outcome)
  const body = version.body.subarray(piece?.first, piece?.end)
  same(
    judge,
    operation.kind,
    { lastModifiedMs: result.lastModifiedMs },
    { lastModifiedMs: told(judge, judge.world.nowMs) },
  )
  const shown = source.bucket?.versioning === 'unversioned' ? undefined : version.id
  assert.equal(result.sourceVersionId, shown)
  const algorithm = found.upload.checksum?.algorithm ?? 'crc64nvme'
  await keepPart(judge, found, operation.partNumber, body, algorithm, operation.kind, result)
}

function listOf(operation: OperationOf<'complete-upload'>): string {
  return operation.parts.map(({ partNumber, etag }) => `${partNumber} ${etag}`).join('\n')
}

function orderReasons(parts: OperationOf<'complete-upload'>['parts']): readonly FailureKind[] {
  if (parts.length === 0) return ['malformed-xml']
  const ascends = parts.every((part, index) => part.partNumber > (parts[index - 1]?.partNumber ?? 0))
  return ascends ? [] : ['invalid-part-order']
}

/** The parts of the list, as far as each is there. */
function listedParts(
  upload: ModelUpload,
  operation: OperationOf<'complete-upload'>,
): { readonly parts: readonly ModelPart[]; readonly reasons: readonly FailureKind[] } {
  const parts: ModelPart[] = []
  const reasons: FailureKind[] = []
  for (const [index, listed] of operation.parts.entries()) {
    const part = upload.parts.get(listed.partNumber)
    if (part === undefined || part.etag !== listed.etag) {
      reasons.push('invalid-part')
      continue
    }
    if (index < operation.parts.length - 1 && part.body.length < PART_BYTES) reasons.push('entity-too-small')
    if (listed.checksum === undefined && upload.checksum?.type === 'composite') reasons.push('invalid-request')
    parts.push(part)
  }
  return { parts, reasons }
}

async function wholeOf(upload: ModelUpload, parts: readonly ModelPart[], body: Buffer): Promise<readonly Checksum[]> {
  const algorithm = upload.checksum?.algorithm ?? 'crc64nvme'
  if (upload.checksum?.type !== 'composite') return [await checksumFor(algorithm, body)]
  const values = Buffer.concat(parts.map((part) => Buffer.from(part.checksum.value)))
  return [{ algorithm, type: 'composite', value: await valueOf(algorithm, values), parts: parts.length }]
}

export async function checkComplete(
  judge: Judge,
  operation: OperationOf<'complete-upload'>,
  outcome: Outcome,
): Promise<void> {
  const found = running(judge, operation)
  if (typeof found === 'string') {
    checkCompleteAgain(judge, operation, outcome, found)
    return
  }
  const { bucket, upload } = found
  const { parts, reasons: partReasons } = listedParts(upload, operation)
  const body = Buffer.concat(parts.map((part) => part.body))
  const wants = upload.encryption.customer !== undefined && operation.customer === undefined
  const keyReasons: readonly FailureKind[] =
    wants && upload.checksum === undefined ? [] : partKeyReasons(judge, found, operation.customer)
  const wrongSize = operation.objectSize !== undefined && operation.objectSize !== body.length
  const order = orderReasons(operation.parts)
  const reasons: readonly FailureKind[] = [
    ...order,
    ...writeConditionReasons(bucket, operation.key, operation.condition),
    ...partReasons,
    ...keyReasons,
    ...(wrongSize ? (['invalid-request'] as const) : []),
  ]
  const first = order.length > 0 ? [...order, ...blockReasons(judge, operation)] : reasons
  if (refused(judge, operation, outcome, first)) return
  const result = resultOf(operation.kind, outcome)
  // Nobody can make a checksum out of what a key hides that did not come.
  const hidden = wants && upload.checksum === undefined
  const checksums = hidden ? [] : await wholeOf(upload, parts, body)
  checkStored(judge, operation.kind, bucket, result, { body, checksums })
  // Without the customer's key, nothing of it is shown.
  const shown: ModelEncryption = hidden ? { mode: 'sse-c', bucketKey: false } : upload.encryption
  if (!judge.driver.unseen.has('complete-upload.encryption')) {
    assert.deepEqual(plainShown(result.encryption), plainShown(shownOf(shown)))
  }
  const { encryption, properties } = upload
  assert.match(result.etag, new RegExp(`^[0-9a-f]{32}-${parts.length}$`))
  const md5s = Buffer.from(parts.map((part) => part.etag).join(''), 'hex')
  const made = `${createHash('md5').update(md5s).digest('hex')}-${parts.length}`
  if (isPlainMode(encryption)) assert.equal(result.etag, made, 'the ETag is made of those of the parts')
  else assert.notEqual(result.etag.slice(0, 32), md5Of(body), 'the ETag tells of the data')
  place(
    judge,
    bucket,
    operation.key,
    { marker: false, body, etag: result.etag, properties, encryption, parts, checksums },
    result.versionId,
  )
  bucket.uploads.delete(upload.id)
  bucket.done.set(upload.id, {
    key: upload.key,
    list: listOf(operation),
    doneMs: judge.world.nowMs,
    etag: result.etag,
    ...(result.versionId === undefined ? {} : { versionId: result.versionId }),
  })
}

/** Who asks again with the same list gets the same answer; anybody else finds no upload. */
function checkCompleteAgain(
  judge: Judge,
  operation: OperationOf<'complete-upload'>,
  outcome: Outcome,
  reason: FailureKind,
): void {
  const bucket = bucketOf(judge, operation.bucket)
  const done = bucket?.done.get(operation.uploadId)
  const order = orderReasons(operation.parts)
  const repeats = done !== undefined && done.key === operation.key && done.list === listOf(operation)
  const block = blockReasons(judge, operation)
  const missing = order.length > 0 ? order : repeats ? [] : [reason]
  const reasons = outcome.kind === 'refused' || missing.length > 0 ? [...missing, ...block] : []
  if (refused(judge, operation, outcome, reasons)) return
  const result = resultOf(operation.kind, outcome)
  assert.deepEqual([result.etag, result.versionId], [done?.etag, done?.versionId], 'the same answer')
}

export function checkAbort(judge: Judge, operation: OperationOf<'abort-upload'>, outcome: Outcome): void {
  const found = running(judge, operation)
  if (typeof found === 'string') {
    refused(judge, operation, outcome, [found])
    return
  }
  resultOf(operation.kind, outcome)
  endUpload(judge, found.bucket, found.upload.id)
}

export function endUpload(judge: Judge, bucket: ModelBucket, id: string): void {
  bucket.uploads.delete(id)
  judge.world.gone.push(id)
}

export function checkListParts(judge: Judge, operation: OperationOf<'list-parts'>, outcome: Outcome): void {
  const found = running(judge, operation)
  if (typeof found === 'string') {
    refused(judge, operation, outcome, [found])
    return
  }
  const { upload } = found
  const result = resultOf(operation.kind, outcome)
  const after = [...upload.parts.values()]
    .filter((part) => part.partNumber > operation.partNumberMarker)
    .sort((left, right) => left.partNumber - right.partNumber)
  const listed = after.slice(0, operation.maxParts)
  const plain = isPlainMode(upload.encryption)
  assert.deepEqual(
    result.parts.map((part) => [
      part.partNumber,
      part.size,
      part.etag,
      part.lastModifiedMs,
      ...plainChecksums(part.checksums),
    ]),
    listed.map((part) => [
      part.partNumber,
      part.body.length,
      part.etag,
      part.modifiedMs,
      ...(plain ? plainChecksums([part.checksum]) : []),
    ]),
  )
  const truncated = operation.maxParts > 0 && after.length > listed.length
  same(
    judge,
    operation.kind,
    { ...result, parts: undefined },
    {
      truncated,
      ...(truncated ? { next: listed.at(-1)?.partNumber } : {}),
      storageClass: upload.properties.storageClass,
      ...(upload.checksum === undefined ? {} : { checksum: upload.checksum }),
    },
  )
}

/** Answers of uploads that were finished more than a day ago may be forgotten; those that are younger may not. */
export function forgetDone(judge: Judge): void {
  for (const bucket of judge.world.buckets.values()) {
    for (const [id, done] of bucket.done) {
      if (done.doneMs < judge.world.nowMs - DONE_KEPT_MS) bucket.done.delete(id)
    }
  }
}

export function expireUploads(judge: Judge, startedBeforeMs: number): void {
  for (const bucket of judge.world.buckets.values()) {
    for (const upload of [...bucket.uploads.values()]) {
      if (upload.startedMs < startedBeforeMs) endUpload(judge, bucket, upload.id)
    }
  }
}

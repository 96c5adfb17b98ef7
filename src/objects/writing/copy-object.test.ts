import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OperationOf, Results } from '../../operations/index.ts'
import { putBucketEncryption } from '../buckets/bucket-encryption.ts'
import { checksumOf } from '../bodies/checksums.ts'
import { completeUpload } from '../uploads/complete-upload.ts'
import { copyObject } from './copy-object.ts'
import { createBucket } from '../buckets/create-bucket.ts'
import { createUpload } from '../uploads/create-upload.ts'
import { deleteObject } from './delete-object.ts'
import {
  BUCKET,
  bucketName,
  bytesOf,
  customerKey,
  get,
  keyName,
  PROPERTIES,
  put,
  refusedWith,
  withBucket,
  type Engine,
} from '../engine.fixture.ts'
import { uploadPartCopy } from '../uploads/upload-part-copy.ts'

async function copy(
  at: Engine,
  source: string,
  target: string,
  changes: Partial<OperationOf<'copy-object'>> = {},
  from: Partial<OperationOf<'copy-object'>['source']> = {},
): Promise<Results['copy-object']> {
  const operation: OperationOf<'copy-object'> = {
    kind: 'copy-object',
    bucket: BUCKET,
    key: keyName(target),
    source: { bucket: BUCKET, key: keyName(source), conditions: {}, ...from },
    encryption: { kind: 'default' },
    ...changes,
  }
  const permit = await at.permit('bucket', operation.source.bucket)
  return copyObject(at.rooms, permit, operation)
}

test('a copy has the bytes, metadata and checksum algorithm of its source, and the encryption of its target', async () => {
  const at = await withBucket()
  const customer = customerKey(3)
  for (const size of [0, 100, 70_000]) {
    const body = bytesOf(size)
    const tags = [['a', 'b']] as const
    const expect = { checksum: { algorithm: 'sha256', value: 'compute' } } as const
    const encryption = { kind: 'sse-c', customer } as const
    await put(at, 'source', body, { encryption, expect, properties: { ...PROPERTIES, tags } })
    const made = await copy(at, 'source', 'target', {}, { customer })
    assert.equal(made.encryption.mode, 'sse-s3')
    assert.deepEqual(made.checksums[0]?.value, await checksumOf('sha256', body))
    const read = await get(at, 'target')
    assert.deepEqual(read.bytes, body)
    assert.deepEqual([read.object.metadata, read.object.tagCount], [PROPERTIES.metadata, 1])
    await copy(at, 'target', 'kms', { encryption: { kind: 'sse-kms' }, replaceTags: [] })
    const kms = await get(at, 'kms')
    assert.deepEqual([kms.bytes.equals(body), kms.object.encryption.mode, kms.object.tagCount], [true, 'sse-kms', 0])
  }
})

test('T-074 a source that the caller cannot open is not copied: wrong customer key, disabled key, missing key', async () => {
  const at = await withBucket()
  const request = { caller: (await at.permit()).caller, requestId: 'r' }
  const { arn } = await at.kms.createKey(request, { description: '' })
  await put(at, 'kms', bytesOf(20_000), { encryption: { kind: 'sse-kms', key: arn } })
  await put(at, 'c', bytesOf(20_000), { encryption: { kind: 'sse-c', customer: customerKey(1) } })
  await at.kms.disableKey(request, arn)
  await assert.rejects(copy(at, 'kms', 'new'), refusedWith('key-disabled'))
  await assert.rejects(copy(at, 'c', 'new'), refusedWith('customer-key-mismatch', 'invalid-request'))
  await assert.rejects(copy(at, 'c', 'new', {}, { customer: customerKey(2) }), refusedWith('access-denied'))
  await assert.rejects(copy(at, 'missing', 'new'), refusedWith('no-such-key'))
  await assert.rejects(get(at, 'new'), refusedWith('no-such-key'))
})

test('a copy onto itself needs a change: each of the ways counts, and nothing else', async () => {
  const at = await withBucket('enabled')
  const first = await put(at, 'k', bytesOf(10))
  await assert.rejects(copy(at, 'k', 'k'), refusedWith('self-copy-without-change'))
  await assert.rejects(copy(at, 'k', 'k', { replaceTags: [['x', 'y']] }), refusedWith('self-copy-without-change'))
  const { system, metadata } = PROPERTIES
  for (const change of [
    { encryption: { kind: 'sse-s3' } },
    { replaceProperties: { system, metadata } },
    { storageClass: 'STANDARD' },
    { checksum: 'sha1' },
  ] as const) {
    await copy(at, 'k', 'k', change)
    await assert.rejects(copy(at, 'k', 'k'), refusedWith('self-copy-without-change'))
  }
  assert.ok(first.versionId !== undefined)
  await copy(at, 'k', 'k', {}, { versionId: first.versionId })
  await put(at, 'k', bytesOf(10), { encryption: { kind: 'sse-kms' } })
  assert.equal((await copy(at, 'k', 'k')).encryption.mode, 'sse-s3')
  await putBucketEncryption(at.rooms, await at.permit('bucket'), {
    kind: 'put-bucket-encryption',
    bucket: BUCKET,
    change: { rule: { mode: 'sse-s3', cipher: 'aes-256', bucketKey: false } },
  })
  await copy(at, 'k', 'k')
})

test('copy-source conditions: each can fail, and there is no 304 among them', async () => {
  const at = await withBucket()
  const { etag } = await put(at, 'k', bytesOf(10))
  const nowMs = at.rooms.now()
  for (const conditions of [
    { ifMatch: ['0'.repeat(32)] },
    { ifNoneMatch: [etag] },
    { ifModifiedSinceMs: nowMs + 5_000 },
    { ifUnmodifiedSinceMs: nowMs - 5_000 },
  ]) {
    await assert.rejects(copy(at, 'k', 'new', {}, { conditions }), refusedWith('precondition-failed'))
  }
  await copy(at, 'k', 'new', {}, { conditions: { ifMatch: [etag], ifUnmodifiedSinceMs: nowMs - 5_000 } })
})

test('a copy from another bucket takes that bucket’s object, and a part copy its range', async () => {
  const at = await withBucket()
  await createBucket(at.rooms, await at.permit(), { kind: 'create-bucket', bucket: bucketName('other') })
  await put(at, 'k', bytesOf(30_000, 1))
  const operation: OperationOf<'copy-object'> = {
    kind: 'copy-object',
    bucket: bucketName('other'),
    key: keyName('k'),
    source: { bucket: BUCKET, key: keyName('k'), conditions: {} },
    encryption: { kind: 'default' },
  }
  await copyObject(at.rooms, await at.permit('other', 'bucket'), operation)
  const target = { bucket: BUCKET, key: keyName('big') }
  const permit = await at.permit('bucket', 'other')
  const { uploadId } = await createUpload(at.rooms, permit, {
    kind: 'create-upload',
    ...target,
    properties: PROPERTIES,
    encryption: { kind: 'default' },
  })
  const source = { bucket: bucketName('other'), key: keyName('k'), conditions: {} }
  const base = { kind: 'upload-part-copy', ...target, uploadId, partNumber: 1, source } as const
  const tooFar = { ...base, range: { kind: 'from', first: 10, last: 30_000 } } as const
  await assert.rejects(uploadPartCopy(at.rooms, permit, tooFar), refusedWith('invalid-argument'))
  const range = { kind: 'from', first: 10, last: 29_999 } as const
  const { etag } = await uploadPartCopy(at.rooms, permit, { ...base, range })
  const complete = { kind: 'complete-upload', ...target, uploadId, parts: [{ partNumber: 1, etag }] } as const
  await completeUpload(at.rooms, permit, complete)
  assert.deepEqual((await get(at, 'big')).bytes, bytesOf(30_000, 1).subarray(10))
})

test('a delete marker named as the source of a copy is a mistake in the request; a name under one is not there', async () => {
  const at = await withBucket('enabled')
  await put(at, 'source', bytesOf(10))
  const removed = await deleteObject(at.rooms, await at.permit('bucket'), {
    kind: 'delete-object',
    bucket: BUCKET,
    key: keyName('source'),
  })
  assert.ok(removed.versionId !== undefined)
  const { versionId } = removed
  await assert.rejects(copy(at, 'source', 'target', {}, { versionId }), refusedWith('invalid-request'))
  await assert.rejects(copy(at, 'source', 'target'), refusedWith('no-such-key'))
  const upload = await createUpload(at.rooms, await at.permit('bucket'), {
    kind: 'create-upload',
    bucket: BUCKET,
    key: keyName('target'),
    properties: PROPERTIES,
    encryption: { kind: 'default' },
  })
  const part = uploadPartCopy(at.rooms, await at.permit('bucket', 'bucket'), {
    kind: 'upload-part-copy',
    bucket: BUCKET,
    key: keyName('target'),
    uploadId: upload.uploadId,
    partNumber: 1,
    source: { bucket: BUCKET, key: keyName('source'), versionId, conditions: {} },
  })
  await assert.rejects(part, refusedWith('invalid-request'))
})

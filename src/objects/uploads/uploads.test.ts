import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { CompleteUpload, OperationOf, Results, UploadId } from '../../operations/index.ts'
import { abortUpload } from './abort-upload.ts'
import { checksumOf } from '../bodies/checksums.ts'
import { collectGarbage } from '../upkeep/collect-garbage.ts'
import { completeUpload } from './complete-upload.ts'
import { createUpload } from './create-upload.ts'
import { deleteBucket } from '../buckets/delete-bucket.ts'
import {
  blobIds,
  bodyOf,
  BUCKET,
  bytesOf,
  customerKey,
  drain,
  get,
  keyName,
  PROPERTIES,
  put,
  refusedWith,
  withBucket,
  type Engine,
} from '../engine.fixture.ts'
import { expireUploads, forgetDoneUploads } from './expire-uploads.ts'
import { getObject } from '../reading/get-object.ts'
import { getObjectAttributes } from '../reading/get-object-attributes.ts'
import { listParts } from './list-parts.ts'
import { headObject } from '../reading/head-object.ts'
import { listUploads } from './list-uploads.ts'
import { openPart, sealPart } from '../rows/part-record.ts'
import { partKey } from '../rows/row-keys.ts'
import { setFaultHook } from '../../storage/index.ts'
import { uploadIdBytes } from '../rows/upload-record.ts'
import { uploadPart } from './upload-part.ts'

const MIB = 1024 * 1024
const PART = 5 * MIB

async function create(at: Engine, changes: Partial<OperationOf<'create-upload'>> = {}): Promise<UploadId> {
  const operation: OperationOf<'create-upload'> = {
    kind: 'create-upload',
    bucket: BUCKET,
    key: keyName('big'),
    properties: PROPERTIES,
    encryption: { kind: 'default' },
    ...changes,
  }
  return (await createUpload(at.rooms, await at.permit('bucket'), operation)).uploadId
}

async function part(
  at: Engine,
  uploadId: UploadId,
  partNumber: number,
  bytes: Uint8Array,
  changes: Partial<OperationOf<'upload-part'>> = {},
): Promise<CompleteUpload['parts'][number]> {
  const operation: OperationOf<'upload-part'> = {
    kind: 'upload-part',
    bucket: BUCKET,
    key: keyName('big'),
    uploadId,
    partNumber,
    expect: {},
    ...changes,
  }
  const { etag } = await uploadPart(at.rooms, await at.permit('bucket'), operation, bodyOf(bytes))
  return { partNumber, etag }
}

async function complete(
  at: Engine,
  uploadId: UploadId,
  parts: CompleteUpload['parts'],
  changes: Partial<CompleteUpload> = {},
): Promise<Results['complete-upload']> {
  const operation: CompleteUpload = {
    kind: 'complete-upload',
    bucket: BUCKET,
    key: keyName('big'),
    uploadId,
    parts,
    ...changes,
  }
  return completeUpload(at.rooms, await at.permit('bucket'), operation)
}

test('parts become one object: bytes, ETag, ranges across parts, partNumber, default CRC64NVME', async () => {
  const at = await withBucket()
  const uploadId = await create(at)
  const bodies = [bytesOf(PART, 1), bytesOf(PART + 17, 2), bytesOf(3, 3)]
  const parts = [await part(at, uploadId, 2, bodies[0] ?? assert.fail())]
  parts.push(await part(at, uploadId, 5, bodies[1] ?? assert.fail()))
  parts.push(await part(at, uploadId, 9, bodies[2] ?? assert.fail()))
  const whole = Buffer.concat(bodies)
  const stored = await complete(at, uploadId, parts, { objectSize: whole.length })
  const md5s = Buffer.concat(bodies.map((body) => createHash('md5').update(body).digest()))
  assert.equal(stored.etag, `${createHash('md5').update(md5s).digest('hex')}-3`)
  assert.deepEqual(stored.checksums[0]?.value, await checksumOf('crc64nvme', whole))
  const read = await get(at, 'big', { withChecksums: true })
  assert.ok(read.bytes.equals(whole))
  assert.equal(read.object.etag, stored.etag)
  assert.equal(read.object.partsCount, 3)
  assert.deepEqual(read.object.checksums, stored.checksums)
  for (const [first, last] of [
    [0, 0],
    [PART - 1, PART],
    [PART - 5, 2 * PART + 18],
    [whole.length - 4, whole.length],
  ] as const) {
    const slice = await get(at, 'big', { range: { kind: 'from', first, last } })
    assert.ok(slice.bytes.equals(whole.subarray(first, last + 1)))
  }
  const fifth = await get(at, 'big', { partNumber: 5 })
  assert.ok(fifth.bytes.equals(bodies[1] ?? assert.fail()))
  assert.deepEqual(fifth.slice, { first: PART, length: PART + 17, total: whole.length, partial: true })
  await assert.rejects(get(at, 'big', { partNumber: 3 }), refusedWith('invalid-part-number'))
})

test('T-155 order, size and ETags are checked, and a refused completion leaves the upload open', async () => {
  const at = await withBucket()
  const uploadId = await create(at)
  const small = await part(at, uploadId, 1, bytesOf(10))
  const last = await part(at, uploadId, 2, bytesOf(10))
  await assert.rejects(complete(at, uploadId, [last, small]), refusedWith('invalid-part-order'))
  await assert.rejects(complete(at, uploadId, [small, small]), refusedWith('invalid-part-order'))
  await assert.rejects(complete(at, uploadId, []), refusedWith('malformed-xml'))
  await assert.rejects(complete(at, uploadId, [small, last]), refusedWith('entity-too-small'))
  await assert.rejects(
    complete(at, uploadId, [{ ...last, etag: small.etag.replace(/./g, '0') }]),
    refusedWith('invalid-part'),
  )
  await assert.rejects(complete(at, uploadId, [{ ...last, partNumber: 7 }]), refusedWith('invalid-part'))
  await assert.rejects(complete(at, uploadId, [last], { objectSize: 11 }), refusedWith('invalid-request'))
  assert.equal((await complete(at, uploadId, [last], { objectSize: 10 })).size, 10)
})

test('a part sent again replaces the first; what was replaced and not listed is collected, what is used stays', async () => {
  const at = await withBucket()
  const uploadId = await create(at)
  await part(at, uploadId, 1, bytesOf(100, 1))
  const again = await part(at, uploadId, 1, bytesOf(100, 2))
  await part(at, uploadId, 2, bytesOf(50, 3))
  await complete(at, uploadId, [again])
  assert.equal((await blobIds(at)).length, 3)
  at.pass(61_000)
  await collectGarbage(at.rooms, { limit: 100 })
  assert.equal((await blobIds(at)).length, 1)
  assert.deepEqual((await get(at, 'big')).bytes, bytesOf(100, 2))
})

test('a finished completion is repeated to who asks with the same list, for a day, and to nobody else', async () => {
  const at = await withBucket()
  const uploadId = await create(at)
  const one = await part(at, uploadId, 1, bytesOf(100))
  const first = await complete(at, uploadId, [one])
  assert.deepEqual(await complete(at, uploadId, [one]), first)
  const otherEtag = { ...one, etag: 'f'.repeat(32) }
  await assert.rejects(complete(at, uploadId, [otherEtag]), refusedWith('no-such-upload'))
  await assert.rejects(complete(at, uploadId, [one], { key: keyName('else') }), refusedWith('no-such-upload'))
  at.pass(25 * 60 * 60_000)
  assert.equal((await forgetDoneUploads(at.rooms, { limit: 10 })).forgotten, 1)
  await assert.rejects(complete(at, uploadId, [one]), refusedWith('no-such-upload'))
})

test('completions of one upload at the same time make one version', async () => {
  const at = await withBucket('enabled')
  const uploadId = await create(at)
  const one = await part(at, uploadId, 1, bytesOf(100))
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => complete(at, uploadId, [one])))
  const done = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.versionId] : []))
  assert.ok(done.length > 0)
  assert.equal(new Set(done).size, 1)
  for (const outcome of outcomes) if (outcome.status === 'rejected') refusedWith('contended')(outcome.reason)
  const answer = await complete(at, uploadId, [one])
  assert.equal(answer.versionId, done[0])
})

test('aborting ends an upload; its parts are collected; off its key it is not there', async () => {
  const at = await withBucket()
  const uploadId = await create(at)
  await part(at, uploadId, 1, bytesOf(100))
  const target = { kind: 'abort-upload', bucket: BUCKET, uploadId } as const
  const elsewhere = abortUpload(at.rooms, await at.permit('bucket'), { ...target, key: keyName('other') })
  await assert.rejects(elsewhere, refusedWith('no-such-upload'))
  const bucketIsUsed = deleteBucket(at.rooms, await at.permit('bucket'), { kind: 'delete-bucket', bucket: BUCKET })
  await assert.rejects(bucketIsUsed, refusedWith('bucket-not-empty'))
  await abortUpload(at.rooms, await at.permit('bucket'), { ...target, key: keyName('big') })
  await assert.rejects(part(at, uploadId, 1, bytesOf(1)), refusedWith('no-such-upload'))
  at.pass(61_000)
  await collectGarbage(at.rooms, { limit: 100 })
  assert.deepEqual(await blobIds(at), [])
  await deleteBucket(at.rooms, await at.permit('bucket'), { kind: 'delete-bucket', bucket: BUCKET })
})

test('T-155 open uploads are limited, and old ones can be ended', async () => {
  const at = await withBucket('unversioned', { maxUploadsPerAccount: 2 })
  const uploadId = await create(at)
  at.pass(1_000)
  await create(at)
  await assert.rejects(create(at), refusedWith('too-many-uploads'))
  await part(at, uploadId, 1, bytesOf(100))
  assert.equal((await expireUploads(at.rooms, { startedBeforeMs: at.rooms.now(), limit: 10 })).ended, 1)
  await assert.rejects(part(at, uploadId, 1, bytesOf(1)), refusedWith('no-such-upload'))
  await create(at)
})

test('checksum kinds: composite and full-object values are made from those of the parts', async () => {
  const at = await withBucket()
  const bodies = [bytesOf(PART, 1), bytesOf(1_000, 2)]
  const cases = [
    ['crc32', 'composite'],
    ['crc32c', 'composite'],
    ['sha1', 'composite'],
    ['sha256', 'composite'],
    ['crc32', 'full-object'],
    ['crc32c', 'full-object'],
    ['crc64nvme', 'full-object'],
  ] as const
  for (const [algorithm, type] of cases) {
    const uploadId = await create(at, { checksum: { algorithm, type } })
    const parts: CompleteUpload['parts'][number][] = []
    for (const [index, body] of bodies.entries()) {
      const value = await checksumOf(algorithm, body)
      const listed = await part(at, uploadId, index + 1, body, { expect: { checksum: { algorithm, value } } })
      parts.push({ ...listed, checksum: { algorithm, value } })
    }
    const values = await Promise.all(bodies.map(async (body) => checksumOf(algorithm, body)))
    const full = type === 'full-object'
    const value = await checksumOf(algorithm, Buffer.concat(full ? bodies : values))
    const wrong = { algorithm, type, value: Buffer.alloc(value.length) }
    await assert.rejects(complete(at, uploadId, parts, { checksum: wrong }), refusedWith('bad-digest'))
    const stored = await complete(at, uploadId, parts, { checksum: { algorithm, type, value } })
    assert.deepEqual(stored.checksums, [{ algorithm, type, value, ...(full ? {} : { parts: 2 }) }])
  }
  for (const [algorithm, type] of [
    ['sha256', 'full-object'],
    ['crc64nvme', 'composite'],
  ] as const) {
    await assert.rejects(create(at, { checksum: { algorithm, type } }), refusedWith('invalid-request'))
  }
  const uploadId = await create(at, { checksum: { algorithm: 'crc32', type: 'composite' } })
  const other = { checksum: { algorithm: 'sha1', value: 'compute' } } as const
  await assert.rejects(part(at, uploadId, 1, bytesOf(1), { expect: other }), refusedWith('invalid-request'))
  const listed = await part(at, uploadId, 1, bytesOf(1))
  await assert.rejects(complete(at, uploadId, [listed]), refusedWith('invalid-request'))
})

test('an SSE-C upload needs its key for every part, and an SSE-KMS one keeps its random ETag and checksum', async () => {
  const at = await withBucket()
  const customer = customerKey(1)
  const uploadId = await create(at, { encryption: { kind: 'sse-c', customer } })
  await assert.rejects(part(at, uploadId, 1, bytesOf(10)), refusedWith('customer-key-mismatch', 'invalid-request'))
  const wrong = part(at, uploadId, 1, bytesOf(10), { customer: customerKey(2) })
  await assert.rejects(wrong, refusedWith('customer-key-mismatch', 'invalid-request'))
  const one = await part(at, uploadId, 1, bytesOf(10), { customer })
  await complete(at, uploadId, [one])
  assert.deepEqual((await get(at, 'big', { customer })).bytes, bytesOf(10))
  const kmsUpload = await create(at, { encryption: { kind: 'sse-kms' } })
  const kmsPart = await part(at, kmsUpload, 1, bytesOf(10))
  assert.notEqual(kmsPart.etag, createHash('md5').update(bytesOf(10)).digest('hex'))
  const stored = await complete(at, kmsUpload, [kmsPart])
  assert.match(stored.etag, /^[0-9a-f]{32}-1$/)
  const read = await get(at, 'big', { withChecksums: true })
  assert.deepEqual(read.object.checksums[0]?.value, await checksumOf('crc64nvme', bytesOf(10)))
})

test('T-077 a key that is disabled between Create and Complete stops the completion', async () => {
  const at = await withBucket()
  const request = { caller: (await at.permit()).caller, requestId: 'r' }
  const { arn } = await at.kms.createKey(request, { description: '' })
  const uploadId = await create(at, { encryption: { kind: 'sse-kms', key: arn } })
  const one = await part(at, uploadId, 1, bytesOf(10))
  await at.kms.disableKey(request, arn)
  await assert.rejects(complete(at, uploadId, [one]), refusedWith('key-disabled'))
  await at.kms.enableKey(request, arn)
  await complete(at, uploadId, [one])
  const held = await at.kms.dependents(request, arn)
  assert.deepEqual([held.versions, held.uploads], [1, 0])
})

test('the parts of an object are listed by its attributes', async () => {
  const at = await withBucket()
  const uploadId = await create(at)
  const parts: CompleteUpload['parts'][number][] = []
  for (let number = 1; number <= 3; number++) parts.push(await part(at, uploadId, number, bytesOf(PART, number)))
  await complete(at, uploadId, parts)
  const attributes = await getObjectAttributes(at.rooms, await at.permit('bucket'), {
    kind: 'get-object-attributes',
    bucket: BUCKET,
    key: keyName('big'),
    wants: ['etag', 'checksum', 'object-parts', 'object-size'],
    partNumberMarker: 1,
    maxParts: 1,
  })
  assert.equal(attributes.parts?.total, 3)
  const shown = attributes.parts.listed.map((one) => [one.partNumber, one.size, one.checksums[0]?.value])
  assert.deepEqual(shown, [[2, PART, await checksumOf('crc64nvme', bytesOf(PART, 2))]])
  assert.equal(attributes.parts.next, 2)
})

/** Part rows as uploads leave them, without their gigabytes: completing reads rows only. */
async function claimParts(at: Engine, uploadId: UploadId, count: number): Promise<CompleteUpload['parts']> {
  const one = await part(at, uploadId, 1, bytesOf(10))
  const [row] = await at.store.getMany([partKey(uploadIdBytes(uploadId), 1)])
  const model = openPart(at.records, row ?? assert.fail())
  const listed: CompleteUpload['parts'][number][] = []
  for (let number = 1; number <= count; number++) {
    const key = partKey(uploadIdBytes(uploadId), number)
    const claimed = { ...model, size: PART, stream: { ...model.stream, length: PART } }
    await at.store.commit({ checks: [], writes: [{ kind: 'put', key, value: sealPart(at.records, key, claimed) }] })
    listed.push({ partNumber: number, etag: one.etag })
  }
  return listed
}

test('an upload of many pages that was cut off in the middle of completing is completed by the next request', async () => {
  const at = await withBucket()
  const uploadId = await create(at)
  const parts = await claimParts(at, uploadId, 400)
  let pagesCommitted = 0
  setFaultHook((name) => {
    if (name === 'complete-upload:after-pages-commit' && ++pagesCommitted === 1) throw new Error('cut')
  })
  try {
    await assert.rejects(complete(at, uploadId, parts), { message: 'cut' })
    await assert.rejects(part(at, uploadId, 401, bytesOf(1)), refusedWith('contended'))
    const stored = await complete(at, uploadId, parts)
    assert.equal(stored.size, 400 * PART)
    assert.ok(pagesCommitted > 2)
  } finally {
    setFaultHook()
  }
  const head = await headObject(at.rooms, await at.permit('bucket'), {
    kind: 'head-object',
    bucket: BUCKET,
    key: keyName('big'),
    conditions: {},
    overrides: {},
    withChecksums: false,
    partNumber: 400,
  })
  assert.deepEqual([head.slice.first, head.object.partsCount], [399 * PART, 400])
})

test('a completion that was left behind may be ended after a while', async () => {
  const at = await withBucket()
  const uploadId = await create(at)
  const one = await part(at, uploadId, 1, bytesOf(10))
  setFaultHook((name) => {
    if (name === 'complete-upload:before-metadata-commit') throw new Error('cut')
  })
  await assert.rejects(complete(at, uploadId, [one]), { message: 'cut' })
  setFaultHook()
  const target = { kind: 'abort-upload', bucket: BUCKET, key: keyName('big'), uploadId } as const
  await assert.rejects(abortUpload(at.rooms, await at.permit('bucket'), target), refusedWith('contended'))
  at.pass(11 * 60_000)
  await abortUpload(at.rooms, await at.permit('bucket'), target)
})

test('uploads and parts are listed page by page', async () => {
  const at = await withBucket()
  const ids: UploadId[] = []
  for (const key of ['a', 'a', 'b/1', 'b/2', 'c']) {
    at.pass(1)
    ids.push(await create(at, { key: keyName(key) }))
  }
  const operation = { kind: 'list-uploads', bucket: BUCKET, prefix: '' } as const
  const permit = await at.permit('bucket')
  const seen: string[] = []
  let markers: { keyMarker: string; uploadIdMarker?: UploadId } = { keyMarker: '' }
  for (;;) {
    const page = await listUploads(at.rooms, permit, { ...operation, ...markers, delimiter: '/', maxUploads: 1 })
    seen.push(...page.uploads.map((one) => one.uploadId), ...page.groups)
    if (!page.truncated) break
    const { nextKeyMarker, nextUploadIdMarker } = page
    markers = {
      keyMarker: nextKeyMarker ?? assert.fail(),
      ...(nextUploadIdMarker === undefined ? {} : { uploadIdMarker: nextUploadIdMarker }),
    }
  }
  assert.deepEqual(seen, [ids[0], ids[1], 'b/', ids[4]])
  const first = ids[0] ?? assert.fail()
  for (const number of [1, 3, 10_000]) await part(at, first, number, bytesOf(number % 7), { key: keyName('a') })
  const target = { kind: 'list-parts', bucket: BUCKET, key: keyName('a'), uploadId: first } as const
  const page = await listParts(at.rooms, permit, { ...target, partNumberMarker: 1, maxParts: 1 })
  assert.deepEqual([page.parts.map((one) => one.partNumber), page.truncated, page.next], [[3], true, 3])
  const rest = await listParts(at.rooms, permit, { ...target, partNumberMarker: 3, maxParts: 10 })
  assert.deepEqual([rest.parts.map((one) => one.partNumber), rest.truncated], [[10_000], false])
})

test('a read that began before its object was replaced ends with the bytes that it began with', async () => {
  const at = await withBucket()
  await put(at, 'k', bytesOf(300_000, 1))
  const permit = await at.permit('bucket')
  const operation = { kind: 'get-object', bucket: BUCKET, key: keyName('k'), conditions: {}, overrides: {} } as const
  const running = await getObject(at.rooms, permit, { ...operation, withChecksums: false })
  await put(at, 'k', bytesOf(300_000, 2))
  at.pass(59_000)
  await at.rooms.leases.publish()
  at.pass(600_000)
  await collectGarbage(at.rooms, { limit: 10 })
  assert.equal((await blobIds(at)).length, 2)
  assert.deepEqual(await drain(running.body), bytesOf(300_000, 1))
  await new Promise((resolve) => setImmediate(resolve))
  await at.rooms.leases.publish()
  await collectGarbage(at.rooms, { limit: 10 })
  assert.equal((await blobIds(at)).length, 1)
})

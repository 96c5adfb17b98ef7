import {
  AbortMultipartUploadCommand,
  GetObjectAttributesCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  type CompleteMultipartUploadCommandInput,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { C_ALGORITHM, C_MD5, customerHeaders, SERVER_SIDE_HEADERS, SSE } from './encryption-headers.ts'
import {
  assertShown,
  bodyOf,
  CUSTOMER_KEY,
  customerKey,
  encryptionModes,
  OTHER_CUSTOMER_KEY,
} from './encryption-modes.ts'
import { assertError, openBench } from './object-bench.ts'
import { MIN_PART_BYTES, startUpload, type Upload } from './uploads.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())
const modes = encryptionModes(bench.keyArn)
const CUSTOMER = { write: customerKey(CUSTOMER_KEY), read: customerKey(CUSTOMER_KEY) }

for (const mode of modes) {
  test(`GP-11 4.2 5 ${mode.name}: the answer names the mode but nothing of a customer’s key, and the ETag is of parts`, async () => {
    const parts = [bodyOf(MIN_PART_BYTES, 'a'), bodyOf(100, 'b')]
    const upload = await startUpload(bench, `done/${mode.name}`, mode)
    for (const [index, part] of parts.entries()) await upload.part(index + 1, part)
    const done = await upload.complete()
    assertShown(done, mode.name === 'SSE-C' ? {} : mode.shown)
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: upload.Key, ...mode.read }))
    assertShown(head, mode.shown)
    assert.match(done.ETag ?? '', /^"[0-9a-f]{32}-2"$/)
    assert.equal(head.ETag, done.ETag)
    const md5s = createHash('md5')
    for (const part of parts) md5s.update(createHash('md5').update(part).digest())
    assert.equal(done.ETag === `"${md5s.digest('hex')}-2"`, mode.md5Etag)
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: upload.Key }))
    assert.equal(Contents?.find(({ Key }) => Key === upload.Key)?.ETag, done.ETag)
  })

  test(`5 ${mode.name}: composite and full-object checksums are made of the parts’, checked, and shown`, async () => {
    const parts = [bodyOf(MIN_PART_BYTES, 'a'), bodyOf(100, 'b')]
    const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
    const composite = `${sha256(Buffer.concat(parts.map(sha256))).toString('base64')}-2`
    const upload = await startUpload(bench, 'sums', mode, { ChecksumAlgorithm: 'SHA256' })
    const Parts = []
    for (const [index, part] of parts.entries()) {
      const { ETag } = await upload.part(index + 1, part, { ChecksumAlgorithm: 'SHA256' })
      Parts.push({ PartNumber: index + 1, ETag, ChecksumSHA256: sha256(part).toString('base64') })
    }
    const list = { MultipartUpload: { Parts }, ...mode.read }
    const wrong = `${'A'.repeat(43)}=`
    await refusedWith(upload.complete({ ...list, ChecksumSHA256: `${wrong}-2` }), 400, 'BadDigest')
    const lying = Parts.map((part) => ({ ...part, ChecksumSHA256: wrong }))
    await refusedWith(upload.complete({ ...list, MultipartUpload: { Parts: lying } }), 400, 'InvalidPart')
    await refusedWith(upload.complete({ ...list, ChecksumType: 'FULL_OBJECT' }), 400, 'InvalidRequest')
    const done = await upload.complete({ ...list, ChecksumSHA256: composite, ChecksumType: 'COMPOSITE' })
    assert.deepEqual([done.ChecksumSHA256, done.ChecksumType], [composite, 'COMPOSITE'])
    const at = { Bucket: bucket, Key: 'sums', ...mode.read }
    const head = await s3.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }))
    assert.deepEqual([head.ChecksumSHA256, head.ChecksumType], [composite, 'COMPOSITE'])
    const attributes = new GetObjectAttributesCommand({ ...at, ObjectAttributes: ['Checksum', 'ObjectParts'] })
    const { ObjectParts } = await s3.send(attributes)
    assert.deepEqual(
      ObjectParts?.Parts?.map(({ ChecksumSHA256 }) => ChecksumSHA256),
      parts.map((part) => sha256(part).toString('base64')),
    )
  })
}

for (const algorithm of ['CRC64NVME', 'CRC32', 'CRC32C'] as const) {
  test(`5 ${algorithm} of the whole is made of the parts’, and is that of the bytes in one piece`, async () => {
    const parts = [bodyOf(MIN_PART_BYTES, 'a'), bodyOf(100, 'b')]
    const name = `Checksum${algorithm}` as const
    await bench.put('single', Buffer.concat(parts), { ChecksumAlgorithm: algorithm })
    const single = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'single', ChecksumMode: 'ENABLED' }))
    const wish = { ChecksumAlgorithm: algorithm, ChecksumType: 'FULL_OBJECT' } as const
    // Where the values lie in the clear, and where they are masked.
    for (const mode of modes.filter(({ name: one }) => one === 'SSE-S3' || one === 'DSSE-KMS')) {
      const upload = await startUpload(bench, 'whole', mode, wish)
      for (const [index, part] of parts.entries()) await upload.part(index + 1, part, { ChecksumAlgorithm: algorithm })
      await refusedWith(upload.complete({ [name]: wrongOf(single[name]) }), 400, 'BadDigest')
      await upload.complete({ [name]: single[name] })
      const read = { Bucket: bucket, Key: 'whole', ChecksumMode: 'ENABLED' } as const
      const whole = await s3.send(new HeadObjectCommand(read))
      assert.deepEqual([whole[name], whole.ChecksumType], [single[name], 'FULL_OBJECT'], mode.name)
    }
  })
}

/** Another value of the same length. */
function wrongOf(base64: string | undefined): string {
  assert.ok(base64)
  return Buffer.alloc(Buffer.from(base64, 'base64').length).toString('base64')
}

test('4.2 server-side encryption headers on a completion are refused, and the upload stays open', async () => {
  const upload = await startUpload(bench, 'headers')
  const { ETag } = await upload.part(1, bodyOf(10))
  const body = listOf([{ PartNumber: 1, ETag: ETag ?? '' }])
  const query = `uploadId=${upload.UploadId}`
  for (const [name, value] of SERVER_SIDE_HEADERS) {
    const answer = await bench.raw('POST', 'headers', { query, body, headers: [[name, value]] })
    assertError(answer, 400, 'InvalidArgument', { ArgumentName: SSE, ArgumentValue: value })
  }
  await upload.complete()
})

function listOf(parts: readonly { readonly PartNumber: number; readonly ETag: string }[]): string {
  const shown = parts.map(
    ({ PartNumber, ETag }) => `<Part><PartNumber>${PartNumber}</PartNumber><ETag>${ETag}</ETag></Part>`,
  )
  return `<CompleteMultipartUpload>${shown.join('')}</CompleteMultipartUpload>`
}

test('GP-6 4.7 the customer’s key on a completion: not needed without a checksum, right if it is sent', async () => {
  const begin = async (): Promise<Upload> => {
    const upload = await startUpload(bench, 'customer', CUSTOMER)
    await upload.part(1, bodyOf(10))
    return upload
  }
  await (await begin()).complete()
  await (await begin()).complete(customerKey(CUSTOMER_KEY))
  const upload = await begin()
  await refusedWith(upload.complete(customerKey(OTHER_CUSTOMER_KEY)), 400, 'InvalidRequest')
  const { ETag = '' } = await upload.part(1, bodyOf(10))
  const send = { query: `uploadId=${upload.UploadId}`, body: listOf([{ PartNumber: 1, ETag }]) }
  const broken = await bench.raw('POST', 'customer', { ...send, headers: customerHeaders({ md5: 'x' }) })
  assertError(broken, 400, 'InvalidArgument')
  const done = await bench.raw('POST', 'customer', { ...send, headers: customerHeaders() })
  assert.equal(done.status, 200, done.text)
  for (const name of [C_ALGORITHM, C_MD5, SSE]) assert.equal(done.headers[name], undefined)
  assert.ok((await bench.get('customer', customerKey(CUSTOMER_KEY))).equals(bodyOf(10)))
})

test('GP-6 4.7 an SSE-C upload that was begun with a checksum algorithm needs its key to be completed', async () => {
  const upload = await startUpload(bench, 'needs-key', CUSTOMER, { ChecksumAlgorithm: 'CRC32' })
  const { ETag, ChecksumCRC32 } = await upload.part(1, bodyOf(10), { ChecksumAlgorithm: 'CRC32' })
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] }
  await refusedWith(upload.complete({ MultipartUpload }), 400, 'InvalidRequest')
  await refusedWith(upload.complete({ MultipartUpload, ...customerKey(OTHER_CUSTOMER_KEY) }), 400, 'InvalidRequest')
  await upload.complete({ MultipartUpload, ...customerKey(CUSTOMER_KEY) })
})

test('4.7 a customer’s key on the completion of another upload is refused', async () => {
  for (const mode of modes.filter(({ name }) => name !== 'SSE-C')) {
    const upload = await startUpload(bench, 'needless', mode)
    await upload.part(1, bodyOf(10))
    await refusedWith(upload.complete(customerKey(CUSTOMER_KEY)), 400, 'InvalidRequest')
    await upload.complete()
  }
})

test('7.1 an upload under a key that was disabled meanwhile is not completed until the key is enabled', async () => {
  const key = await createKey(server)
  const write = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn } as const
  const upload = await startUpload(bench, 'disabled', { write, read: {} })
  await upload.part(1, bodyOf(10))
  await admin(server, 'disable-key', { key: key.id })
  await refusedWith(upload.complete(), 400, 'KMS.DisabledException')
  await admin(server, 'enable-key', { key: key.id })
  await upload.complete()
  assert.ok((await bench.get('disabled')).equals(bodyOf(10)))
})

test('lists that are not right are refused, and the upload stays open', async () => {
  const upload = await startUpload(bench, 'lists')
  const one = (await upload.part(1, bodyOf(MIN_PART_BYTES))).ETag ?? ''
  const two = (await upload.part(2, bodyOf(10))).ETag ?? ''
  const three = (await upload.part(3, bodyOf(10))).ETag ?? ''
  const cases = [
    [
      listOf([
        { PartNumber: 2, ETag: two },
        { PartNumber: 1, ETag: one },
      ]),
      400,
      'InvalidPartOrder',
    ],
    [
      listOf([
        { PartNumber: 1, ETag: one },
        { PartNumber: 1, ETag: one },
      ]),
      400,
      'InvalidPartOrder',
    ],
    [listOf([{ PartNumber: 4, ETag: one }]), 400, 'InvalidPart'],
    [listOf([{ PartNumber: 1, ETag: two }]), 400, 'InvalidPart'],
    [
      listOf([
        { PartNumber: 2, ETag: two },
        { PartNumber: 3, ETag: three },
      ]),
      400,
      'EntityTooSmall',
    ],
    [listOf([]), 400, 'MalformedXML'],
    ['<CompleteMultipartUpload>', 400, 'MalformedXML'],
    ['', 400, 'MissingRequestBodyError'],
  ] as const
  const query = `uploadId=${upload.UploadId}`
  for (const [body, status, code] of cases) {
    assertError(await bench.raw('POST', 'lists', { query, body }), status, code)
  }
  const size = new Map([['x-amz-mp-object-size', '7']])
  const body = listOf([{ PartNumber: 1, ETag: one }])
  const wrongSize = await bench.raw('POST', 'lists', { query, body, headers: [...size] })
  assertError(wrongSize, 400, 'InvalidRequest')
  const right = [['x-amz-mp-object-size', `${MIN_PART_BYTES}`]] as const
  assert.equal((await bench.raw('POST', 'lists', { query, body, headers: right })).status, 200)
  assert.equal((await bench.get('lists')).length, MIN_PART_BYTES, 'parts that are not listed are dropped')
})

test('who asks again with the same list gets the same answer, with another list none', async () => {
  for (const mode of modes) {
    const upload = await startUpload(bench, 'repeated', mode)
    const { ETag } = await upload.part(1, bodyOf(10))
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    const first = await upload.complete({ MultipartUpload })
    const again = await upload.complete({ MultipartUpload })
    assert.equal(again.ETag, first.ETag)
    assertShown(again, mode.name === 'SSE-C' ? {} : mode.shown)
    const other = { Parts: [{ PartNumber: 2, ETag }] }
    await refusedWith(upload.complete({ MultipartUpload: other }), 404, 'NoSuchUpload')
    await refusedWith(upload.part(1, bodyOf(10)), 404, 'NoSuchUpload')
  }
})

test('9.4 conditions of a completion', async () => {
  const ETag = await bench.put('conditional', bodyOf(1))
  const attempt = async (Key: string, more: Partial<CompleteMultipartUploadCommandInput>) => {
    const upload = await startUpload(bench, Key)
    await upload.part(1, bodyOf(10))
    return upload.complete(more)
  }
  await refusedWith(attempt('conditional', { IfNoneMatch: '*' }), 412, 'PreconditionFailed')
  await refusedWith(attempt('conditional', { IfMatch: '"x"' }), 412, 'PreconditionFailed')
  await refusedWith(attempt('conditional', { IfMatch: '*' }), 501, 'NotImplemented')
  await refusedWith(attempt('unwritten', { IfMatch: ETag }), 404, 'NoSuchKey')
  await attempt('conditional', { IfMatch: ETag })
  await attempt('unwritten', { IfNoneMatch: '*' })
})

test('metadata, tags and type of the start are the object’s; a versioned bucket shows the version', async () => {
  const Bucket = await bench.newBucket('versioned-uploads')
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  const more = { Metadata: { a: 'b' }, Tagging: 'x=1', ContentType: 'text/css' }
  const upload = await startUpload({ s3, bucket: Bucket }, 'k', undefined, more)
  await upload.part(1, bodyOf(10))
  const { VersionId, Location } = await upload.complete()
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
  assert.deepEqual([head.VersionId, head.Metadata, head.ContentType], [VersionId, { a: 'b' }, 'text/css'])
  assert.equal(Location, `${server.endpoint}/${Bucket}/k`)
})

test('of an abort and a completion at once one wins, and the object is there or not accordingly', async () => {
  for (const mode of modes) {
    for (let round = 0; round < 4; round++) {
      const Key = `ended/${mode.name}/${round}`
      const upload = await startUpload(bench, Key, mode)
      const { ETag } = await upload.part(1, bodyOf(1_000))
      const ending = { Bucket: bucket, Key, UploadId: upload.UploadId }
      const [completed, aborted] = await Promise.allSettled([
        upload.complete({ MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }),
        s3.send(new AbortMultipartUploadCommand(ending)),
      ])
      assert.notEqual(completed.status, aborted.status)
      if (completed.status === 'fulfilled') assert.ok((await bench.get(Key, mode.read)).equals(bodyOf(1_000)))
      else await refusedWith(bench.get(Key, mode.read), 404, 'NoSuchKey')
    }
  }
})

test('four completions with one list at once have one answer', async () => {
  for (const mode of modes) {
    const upload = await startUpload(bench, 'four', mode)
    const { ETag } = await upload.part(1, bodyOf(1_000))
    const complete = async () => upload.complete({ MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } })
    const answers = await Promise.all([complete(), complete(), complete(), complete()])
    assert.equal(new Set(answers.map((answer) => answer.ETag)).size, 1)
    assert.ok((await bench.get('four', mode.read)).equals(bodyOf(1_000)))
  }
})

import { GetObjectAttributesCommand, type GetObjectAttributesCommandInput } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { customerHeaders, ENCRYPTION_ANSWERS, SERVER_SIDE_HEADERS, SSE } from './encryption-headers.ts'
import {
  BODY_SIZES,
  bodyOf,
  CUSTOMER_KEY,
  customerKey,
  encryptionModes,
  OTHER_CUSTOMER_KEY,
} from './encryption-modes.ts'
import { assertError, openBench } from './object-bench.ts'
import { MIN_PART_BYTES, startUpload } from './uploads.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())

const ALL = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'] as const
const attributes = async (Key: string, more: Partial<GetObjectAttributesCommandInput> = {}) =>
  s3.send(new GetObjectAttributesCommand({ Bucket: bucket, Key, ObjectAttributes: [...ALL], ...more }))

for (const mode of encryptionModes(bench.keyArn)) {
  test(`GP-11 4.2 ${mode.name}: plaintext size, ETag and checksum of every size`, async () => {
    for (const size of BODY_SIZES) {
      const body = bodyOf(size)
      const ETag = await bench.put('whole', body, { ...mode.write, ChecksumAlgorithm: 'SHA256' })
      const answer = await attributes('whole', mode.read)
      const { ChecksumSHA256, ChecksumType } = answer.Checksum ?? {}
      assert.deepEqual([answer.ObjectSize, `"${answer.ETag}"`, answer.StorageClass], [size, ETag, 'STANDARD'])
      const sum = createHash('sha256').update(body).digest('base64')
      assert.deepEqual([ChecksumSHA256, ChecksumType], [sum, 'FULL_OBJECT'])
      assert.equal(answer.ObjectParts, undefined)
    }
  })

  test(`4.2 ${mode.name}: parts by pages, with plaintext sizes`, async () => {
    const upload = await startUpload(bench, 'parts', mode)
    await upload.part(1, bodyOf(MIN_PART_BYTES))
    await upload.part(4, bodyOf(MIN_PART_BYTES + 1))
    await upload.part(9, bodyOf(1))
    await upload.complete()
    const { ObjectParts, ObjectSize } = await attributes('parts', { ...mode.read, MaxParts: 2 })
    assert.equal(ObjectSize, 2 * MIN_PART_BYTES + 2)
    assert.deepEqual([ObjectParts?.TotalPartsCount, ObjectParts?.IsTruncated], [3, true])
    const PartNumberMarker = ObjectParts?.NextPartNumberMarker
    const rest = await attributes('parts', { ...mode.read, MaxParts: 2, PartNumberMarker })
    assert.equal(rest.ObjectParts?.IsTruncated, false)
    const pages = [...(ObjectParts?.Parts ?? []), ...(rest.ObjectParts.Parts ?? [])]
    assert.deepEqual(
      pages.map(({ PartNumber, Size }) => [PartNumber, Size]),
      [
        [1, MIN_PART_BYTES],
        [4, MIN_PART_BYTES + 1],
        [9, 1],
      ],
    )
  })
}

const WANTED = ['x-amz-object-attributes', 'ETag'] as const

test('4.2 server-side encryption headers are refused; an answer has none', async () => {
  await bench.put('headers', bodyOf(1))
  for (const [name, value] of SERVER_SIDE_HEADERS) {
    const headers = [WANTED, [name, value] as const]
    const answer = await bench.raw('GET', 'headers', { query: 'attributes', headers })
    assertError(answer, 400, 'InvalidArgument', { ArgumentName: SSE, ArgumentValue: value })
  }
  const answer = await bench.raw('GET', 'headers', { query: 'attributes', headers: [WANTED] })
  assert.equal(answer.status, 200)
  for (const name of ENCRYPTION_ANSWERS) assert.equal(answer.headers[name], undefined)
})

for (const size of [0, 1, 16_384, 1_048_577]) {
  test(`GP-6 4.6 the customer’s key of an object of ${size} bytes is authenticated, as GET does it`, async () => {
    await bench.put('customer', bodyOf(size), customerKey(CUSTOMER_KEY))
    const cases = [
      [[], 400, 'InvalidRequest'],
      [customerHeaders({ algorithm: 'x' }), 400, 'InvalidEncryptionAlgorithmError'],
      [customerHeaders({ md5: OTHER_CUSTOMER_KEY.md5 }), 400, 'InvalidArgument'],
      [customerHeaders(OTHER_CUSTOMER_KEY), 403, 'AccessDenied'],
    ] as const
    for (const [headers, status, code] of cases) {
      const answer = await bench.raw('GET', 'customer', { query: 'attributes', headers: [WANTED, ...headers] })
      assertError(answer, status, code)
    }
    assert.equal((await attributes('customer', customerKey(CUSTOMER_KEY))).ObjectSize, size)
  })
}

test('4.6 a customer’s key on an object that has none is refused', async () => {
  await bench.put('plain', bodyOf(1))
  await refusedWith(attributes('plain', customerKey(CUSTOMER_KEY)), 400, 'InvalidRequest')
})

test('6.1 7.1 under a disabled key the checksums are left out, of the object and of its parts; the rest is told', async () => {
  const key = await createKey(server)
  const write = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn } as const
  const wish = { ChecksumAlgorithm: 'SHA256' } as const
  const upload = await startUpload(bench, 'disabled', { write, read: {} }, wish)
  const { ETag, ChecksumSHA256 } = await upload.part(1, bodyOf(10), wish)
  await upload.complete({ MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ChecksumSHA256 }] } })
  const open = await attributes('disabled')
  assert.ok(open.Checksum?.ChecksumSHA256)
  assert.equal(open.ObjectParts?.Parts?.[0]?.ChecksumSHA256, ChecksumSHA256)
  await admin(server, 'disable-key', { key: key.id })
  const shut = await attributes('disabled')
  assert.deepEqual([shut.Checksum, shut.ObjectSize, shut.ETag], [undefined, 10, open.ETag])
  assert.deepEqual(shut.ObjectParts?.Parts, [{ PartNumber: 1, Size: 10 }])
})

test('only what was asked for is answered; unknown names are refused', async () => {
  await bench.put('some', bodyOf(10))
  const size = await attributes('some', { ObjectAttributes: ['ObjectSize'] })
  assert.deepEqual(
    [size.ObjectSize, size.ETag, size.Checksum, size.StorageClass],
    [10, undefined, undefined, undefined],
  )
  const unknown = await bench.raw('GET', 'some', {
    query: 'attributes',
    headers: [['x-amz-object-attributes', 'ETag,Colour']],
  })
  assertError(unknown, 400, 'InvalidArgument', { ArgumentName: 'x-amz-object-attributes' })
  assertError(await bench.raw('GET', 'some', { query: 'attributes' }), 400, 'InvalidArgument')
  await refusedWith(attributes('absent'), 404, 'NoSuchKey')
})

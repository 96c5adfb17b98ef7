import { GetObjectCommand, PutBucketEncryptionCommand, UploadPartCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { admin, createKey } from '../admin-api.ts'
import { elementText, rawRequest } from '../raw-request.ts'
import { refusedWith } from '../refused-with.ts'
import { memoryServer } from '../servers.ts'
import { customerHeaders, SERVER_SIDE_HEADERS, SSE } from './encryption-headers.ts'
import {
  assertShown,
  BODY_SIZES,
  bodyOf,
  CUSTOMER_KEY,
  customerKey,
  encryptionModes,
  md5Hex,
  OTHER_CUSTOMER_KEY,
} from './encryption-modes.ts'
import { assertError, bytesOf, openBench } from './object-bench.ts'
import { MIN_PART_BYTES, startUpload } from './uploads.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())
const modes = encryptionModes(bench.keyArn)
const SIX_MIB = 6 * 1024 * 1024

for (const mode of modes) {
  test(`4.2 4.7 ${mode.name}: parts of 6 MiB and one of a byte make the object; every answer names the mode`, async () => {
    const parts = [bodyOf(SIX_MIB, 'one'), bodyOf(SIX_MIB, 'two'), bodyOf(1, 'three')]
    const upload = await startUpload(bench, 'parts', mode)
    for (const [index, body] of parts.entries()) {
      const answer = await upload.part(index + 1, body)
      assertShown(answer, mode.shown)
      assert.equal(answer.ETag === `"${md5Hex(body)}"`, mode.md5Etag)
    }
    await upload.complete()
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'parts', ...mode.read }))
    assertShown(got, mode.shown)
    assert.ok((await bytesOf(got)).equals(Buffer.concat(parts)))
  })

  test(`4.7 ${mode.name}: an only part of any size makes the object, and ranges of it open`, async () => {
    for (const size of BODY_SIZES) {
      const body = bodyOf(size, 'only')
      const upload = await startUpload(bench, 'only', mode)
      await upload.part(1, body)
      await upload.complete()
      assert.ok((await bench.get('only', mode.read)).equals(body))
      if (size === 0) continue
      const tail = await bench.get('only', { ...mode.read, Range: `bytes=${Math.max(0, size - 20_000)}-` })
      assert.ok(tail.equals(body.subarray(Math.max(0, size - 20_000))))
    }
  })

  test(`4.7 ${mode.name}: a part that is sent again replaces the one before, and parts come in any order`, async () => {
    const first = bodyOf(MIN_PART_BYTES, 'first')
    const upload = await startUpload(bench, 'again', mode)
    await upload.part(7, bodyOf(65_537, 'last'))
    const lost = await upload.part(2, bodyOf(MIN_PART_BYTES + 7, 'lost'))
    await upload.part(2, first)
    assert.deepEqual(await upload.numbers(), [2, 7])
    const Parts = [{ PartNumber: 2, ETag: lost.ETag }]
    await refusedWith(upload.complete({ MultipartUpload: { Parts } }), 400, 'InvalidPart')
    await upload.complete()
    const expected = Buffer.concat([first, bodyOf(65_537, 'last')])
    assert.ok((await bench.get('again', mode.read)).equals(expected))
  })

  test(`${mode.name}: digests of a part are checked, and a refused part is not there`, async () => {
    const upload = await startUpload(bench, 'digests', mode)
    const wrong = createHash('md5').update('another').digest('base64')
    await refusedWith(upload.part(1, bodyOf(10), { ContentMD5: wrong }), 400, 'BadDigest')
    await refusedWith(upload.part(1, bodyOf(10), { ChecksumCRC32: 'AAAAAA==' }), 400, 'BadDigest')
    assert.deepEqual(await upload.numbers(), [])
    const right = createHash('md5').update(bodyOf(10)).digest('base64')
    const answer = await upload.part(1, bodyOf(10), { ContentMD5: right, ChecksumAlgorithm: 'SHA256' })
    assert.equal(answer.ChecksumSHA256, createHash('sha256').update(bodyOf(10)).digest('base64'))
  })
}

test('4.2 server-side encryption headers on a part are refused', async () => {
  for (const mode of modes) {
    const upload = await startUpload(bench, 'headers', mode)
    const query = `partNumber=1&uploadId=${upload.UploadId}`
    for (const [name, value] of SERVER_SIDE_HEADERS) {
      const answer = await bench.raw('PUT', 'headers', { query, body: 'x', headers: [[name, value]] })
      assertError(answer, 400, 'InvalidArgument', { ArgumentName: SSE, ArgumentValue: value })
    }
    assert.deepEqual(await upload.numbers(), [])
  }
})

test('4.7 the switch compat.ignoreSseOnParts takes parts and completions with such headers, and ignores them', async () => {
  const lenient = await memoryServer({ settings: { COFFER_COMPAT_IGNORE_SSE_ON_PARTS: 'on' } })
  try {
    const path = '/lenient/k'
    const headers = [[SSE, 'aws:kms']] as const
    await rawRequest(lenient, { method: 'PUT', path: '/lenient' })
    const begun = await rawRequest(lenient, { method: 'POST', path, query: 'uploads' })
    const uploadId = elementText(begun.text, 'UploadId') ?? ''
    const query = `uploadId=${uploadId}`
    const part = { method: 'PUT', path, query: `partNumber=1&${query}`, body: 'x', headers }
    const { status, headers: answered } = await rawRequest(lenient, part)
    assert.deepEqual([status, answered[SSE]], [200, 'AES256'])
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${answered.etag}</ETag></Part></CompleteMultipartUpload>`
    const done = await rawRequest(lenient, { method: 'POST', path, query, body, headers })
    assert.deepEqual([done.status, done.headers[SSE]], [200, 'AES256'])
  } finally {
    await lenient.close()
  }
})

test('GP-6 4.7 a part of an SSE-C upload needs the upload’s key: none and another are 400 InvalidRequest', async () => {
  const upload = await startUpload(bench, 'customer', { write: customerKey(CUSTOMER_KEY), read: {} })
  await refusedWith(upload.part(1, bodyOf(10)), 400, 'InvalidRequest')
  await refusedWith(upload.part(1, bodyOf(10), customerKey(OTHER_CUSTOMER_KEY)), 400, 'InvalidRequest')
  const query = `partNumber=1&uploadId=${upload.UploadId}`
  for (const [headers, code] of [
    [customerHeaders({ algorithm: 'AES128' }), 'InvalidEncryptionAlgorithmError'],
    [customerHeaders({ md5: OTHER_CUSTOMER_KEY.md5 }), 'InvalidArgument'],
    [customerHeaders({ algorithm: undefined }), 'InvalidArgument'],
    [customerHeaders({ key: undefined }), 'InvalidArgument'],
  ] as const) {
    const answer = await bench.raw('PUT', 'customer', { query, body: 'x', headers })
    assertError(answer, 400, code)
    assert.ok(!answer.text.includes(CUSTOMER_KEY.key))
  }
  assert.deepEqual(await upload.numbers(), [])
})

test('GP-6 4.7 a customer’s key on a part of another upload is refused', async () => {
  for (const mode of modes.filter(({ name }) => name !== 'SSE-C')) {
    const upload = await startUpload(bench, 'no-customer', mode)
    await refusedWith(upload.part(1, bodyOf(10), customerKey(CUSTOMER_KEY)), 400, 'InvalidRequest')
  }
})

test('4.5 row 0: where SSE-C is blocked meanwhile, no part comes in, and what is there is read on', async () => {
  const Bucket = await bench.newBucket('blocked-meanwhile')
  const upload = await startUpload(
    { s3, bucket: Bucket },
    'k',
    modes.find(({ name }) => name === 'SSE-C'),
  )
  await upload.part(1, bodyOf(10))
  const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ['SSE-C' as const] } }]
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }))
  await refusedWith(upload.part(2, bodyOf(10)), 403, 'AccessDenied')
  const query = `partNumber=2&uploadId=${upload.UploadId}`
  const headers = customerHeaders({ md5: undefined })
  assertError(await bench.raw('PUT', '', { path: `/${Bucket}/k`, query, body: 'x', headers }), 403, 'AccessDenied')
})

test('7.1 a part under a key that was disabled meanwhile is refused', async () => {
  const key = await createKey(server)
  for (const ServerSideEncryption of ['aws:kms', 'aws:kms:dsse'] as const) {
    for (const BucketKeyEnabled of [false, true]) {
      const write = { ServerSideEncryption, SSEKMSKeyId: key.arn, BucketKeyEnabled }
      const upload = await startUpload(bench, 'disabled', { write, read: {} })
      await admin(server, 'disable-key', { key: key.id })
      await refusedWith(upload.part(1, bodyOf(10)), 400, 'KMS.DisabledException')
      await admin(server, 'enable-key', { key: key.id })
      await upload.part(1, bodyOf(10))
    }
  }
})

test('5 a part with another algorithm than the upload is refused', async () => {
  const upload = await startUpload(bench, 'algorithms', undefined, { ChecksumAlgorithm: 'SHA256' })
  await refusedWith(upload.part(1, bodyOf(10), { ChecksumAlgorithm: 'CRC32C' }), 400, 'InvalidRequest')
  const answer = await upload.part(1, bodyOf(10), { ChecksumAlgorithm: 'SHA256' })
  assert.ok(answer.ChecksumSHA256)
})

test('numbers from 1 to 10,000; uploads that exist, of this key', async () => {
  const upload = await startUpload(bench, 'numbers')
  const raw = async (query: string, key = 'numbers') => bench.raw('PUT', key, { query, body: 'x' })
  for (const number of ['0', '10001', '-1', '1.0', 'x', '']) {
    const answer = await raw(`partNumber=${number}&uploadId=${upload.UploadId}`)
    assertError(answer, 400, 'InvalidArgument', { ArgumentName: 'partNumber' })
  }
  await upload.part(10_000, bodyOf(1))
  assertError(await raw(`partNumber=1&uploadId=${upload.UploadId}`, 'another-key'), 404, 'NoSuchUpload')
  assertError(await raw('partNumber=1&uploadId=none'), 404, 'NoSuchUpload')
  const UploadId = upload.UploadId.replace(/.{4}$/, '0000')
  const other = new UploadPartCommand({ Bucket: bucket, Key: 'numbers', UploadId, PartNumber: 1, Body: 'x' })
  await refusedWith(s3.send(other), 404, 'NoSuchUpload')
})

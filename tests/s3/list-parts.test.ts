import { ListPartsCommand, type ListPartsCommandInput } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { customerHeaders, ENCRYPTION_ANSWERS } from './encryption-headers.ts'
import { bodyOf, encryptionModes } from './encryption-modes.ts'
import { assertError, openBench } from './object-bench.ts'
import { startUpload, type Upload } from './uploads.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())

const list = async (upload: Upload, more: Partial<ListPartsCommandInput> = {}) =>
  s3.send(new ListPartsCommand({ Bucket: bucket, Key: upload.Key, UploadId: upload.UploadId, ...more }))

for (const mode of encryptionModes(bench.keyArn)) {
  test(`4.2 5 ${mode.name}: parts with plaintext sizes and the ETags of their answers, without any key`, async () => {
    const upload = await startUpload(bench, 'listed', mode)
    const first = await upload.part(3, bodyOf(65_537))
    const second = await upload.part(12, bodyOf(1))
    const { Parts, IsTruncated, $metadata } = await list(upload)
    assert.equal($metadata.httpStatusCode, 200)
    assert.equal(IsTruncated, false)
    assert.deepEqual(
      Parts?.map(({ PartNumber, Size, ETag }) => [PartNumber, Size, ETag]),
      [
        [3, 65_537, first.ETag],
        [12, 1, second.ETag],
      ],
    )
    const raw = await bench.raw('GET', 'listed', { query: `uploadId=${upload.UploadId}` })
    assert.equal(raw.status, 200)
    for (const name of ENCRYPTION_ANSWERS) assert.equal(raw.headers[name], undefined)
    const withKey = await bench.raw('GET', 'listed', {
      query: `uploadId=${upload.UploadId}`,
      headers: customerHeaders(),
    })
    assert.equal(withKey.status, 200, 'a customer’s key may be sent')
  })
}

test('7.1 parts of an upload under a disabled key are listed', async () => {
  const key = await createKey(server)
  const write = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn } as const
  const upload = await startUpload(bench, 'disabled', { write, read: {} })
  await upload.part(1, bodyOf(10))
  await admin(server, 'disable-key', { key: key.id })
  assert.deepEqual(await upload.numbers(), [1])
})

test('pages: as many as asked for, each part once', async () => {
  const upload = await startUpload(bench, 'pages')
  for (const number of [1, 2, 5, 9, 10_000]) await upload.part(number, bodyOf(number % 7))
  const seen: (number | undefined)[] = []
  let PartNumberMarker: string | undefined
  for (let page = 1; page <= 3; page++) {
    const answer = await list(upload, { MaxParts: 2, PartNumberMarker })
    seen.push(...(answer.Parts ?? []).map(({ PartNumber }) => PartNumber))
    assert.equal(answer.IsTruncated, page < 3)
    PartNumberMarker = answer.NextPartNumberMarker
  }
  assert.deepEqual(seen, [1, 2, 5, 9, 10_000])
})

test('checksums of parts are listed where the mode lets anyone see them', async () => {
  const upload = await startUpload(bench, 'sums', undefined, { ChecksumAlgorithm: 'SHA256' })
  await upload.part(1, bodyOf(10), { ChecksumAlgorithm: 'SHA256' })
  const { Parts, ChecksumAlgorithm, ChecksumType } = await list(upload)
  assert.deepEqual([ChecksumAlgorithm, ChecksumType], ['SHA256', 'COMPOSITE'])
  assert.equal(Parts?.[0]?.ChecksumSHA256, createHash('sha256').update(bodyOf(10)).digest('base64'))
})

test('uploads that do not exist, and numbers that are none', async () => {
  const upload = await startUpload(bench, 'refused')
  await refusedWith(list({ ...upload, Key: 'other' }), 404, 'NoSuchUpload')
  await refusedWith(list({ ...upload, UploadId: 'x' }), 404, 'NoSuchUpload')
  for (const wrong of ['max-parts=x', 'max-parts=-1', 'part-number-marker=x']) {
    const answer = await bench.raw('GET', 'refused', { query: `uploadId=${upload.UploadId}&${wrong}` })
    assertError(answer, 400, 'InvalidArgument')
  }
})

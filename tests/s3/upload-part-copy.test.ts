import { PutBucketVersioningCommand, PutObjectCommand, UploadPartCopyCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import {
  customerHeaders,
  SERVER_SIDE_HEADERS,
  SOURCE_ALGORITHM,
  SOURCE_KEY,
  SOURCE_MD5,
  SSE,
} from './encryption-headers.ts'
import {
  assertShown,
  bodyOf,
  CUSTOMER_KEY,
  customerKey,
  encryptionModes,
  OTHER_CUSTOMER_KEY,
  sourceKey,
} from './encryption-modes.ts'
import { assertError, openBench } from './object-bench.ts'
import { startUpload, type Upload } from './uploads.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())
const modes = encryptionModes(bench.keyArn)
const SIX_MIB = 6 * 1024 * 1024

const partCopy = async (upload: Upload, PartNumber: number, from: string, more: object = {}) =>
  s3.send(
    new UploadPartCopyCommand({
      ...{ Bucket: bucket, Key: upload.Key, UploadId: upload.UploadId },
      ...{ PartNumber, CopySource: `${bucket}/${from}`, ...more },
    }),
  )

test('4.2 4.7 parts are copied from every mode into every mode', async () => {
  const body = bodyOf(1_048_577, 'source')
  for (const from of modes) {
    await bench.put('from', body, from.write)
    for (const to of modes) {
      const upload = await startUpload(bench, 'made', to)
      const part = await partCopy(upload, 1, 'from', { ...from.source, ...to.read })
      assertShown(part, to.shown)
      assert.ok(part.CopyPartResult?.ETag)
      await upload.complete()
      assert.ok((await bench.get('made', to.read)).equals(body), `${from.name} to ${to.name}`)
    }
  }
})

for (const mode of modes) {
  test(`4.7 ${mode.name}: a whole of 6 MiB and a range over segments make an object of two parts`, async () => {
    const body = bodyOf(SIX_MIB, 'source')
    await bench.put('six', body, mode.write)
    const upload = await startUpload(bench, 'made', mode)
    await partCopy(upload, 1, 'six', { ...mode.source, ...mode.read })
    await partCopy(upload, 2, 'six', { ...mode.source, ...mode.read, CopySourceRange: 'bytes=65530-131080' })
    await upload.complete()
    assert.ok((await bench.get('made', mode.read)).equals(Buffer.concat([body, body.subarray(65_530, 131_081)])))
  })
}

test('4.2 server-side encryption headers on a copied part are refused', async () => {
  await bench.put('source', bodyOf(10))
  const upload = await startUpload(bench, 'headers')
  const query = `partNumber=1&uploadId=${upload.UploadId}`
  for (const [name, value] of SERVER_SIDE_HEADERS) {
    const headers = [['x-amz-copy-source', `${bucket}/source`] as const, [name, value] as const]
    const answer = await bench.raw('PUT', 'headers', { query, headers })
    assertError(answer, 400, 'InvalidArgument', { ArgumentName: SSE, ArgumentValue: value })
  }
  assert.deepEqual(await upload.numbers(), [])
})

test('GP-6 4.6 4.7 the keys of source and upload: missing, wrong and needless', async () => {
  await bench.put('plain', bodyOf(10))
  await bench.put('customer', bodyOf(10), customerKey(CUSTOMER_KEY))
  const sse = await startUpload(bench, 'sse')
  const customer = await startUpload(bench, 'sse-c', { write: customerKey(CUSTOMER_KEY), read: {} })
  const cases = [
    ['the source has a key, none is sent', sse, 'customer', {}, 400, 'InvalidRequest'],
    ['another key than the source’s', sse, 'customer', sourceKey(OTHER_CUSTOMER_KEY), 403, 'AccessDenied'],
    ['a key for a source that has none', sse, 'plain', sourceKey(CUSTOMER_KEY), 400, 'InvalidRequest'],
    ['a key for an upload that has none', sse, 'plain', customerKey(CUSTOMER_KEY), 400, 'InvalidRequest'],
    ['the upload has a key, none is sent', customer, 'plain', {}, 400, 'InvalidRequest'],
    ['another key than the upload’s', customer, 'plain', customerKey(OTHER_CUSTOMER_KEY), 400, 'InvalidRequest'],
  ] as const
  for (const [why, upload, from, more, status, code] of cases) {
    await refusedWith(partCopy(upload, 1, from, more), status, code).catch((error: unknown) => {
      throw new Error(why, { cause: error })
    })
    assert.deepEqual(await upload.numbers(), [], why)
  }
  const names = [SOURCE_ALGORITHM, SOURCE_KEY, SOURCE_MD5] as const
  const headers = [
    ['x-amz-copy-source', `${bucket}/customer`] as const,
    ...customerHeaders({ algorithm: 'AES128' }, [...names]),
  ]
  const query = `partNumber=1&uploadId=${sse.UploadId}`
  assertError(await bench.raw('PUT', 'sse', { query, headers }), 400, 'InvalidEncryptionAlgorithmError')
})

test('GP-7 7.1 a source under a disabled key, and an upload under one', async () => {
  const key = await createKey(server)
  const write = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn } as const
  await bench.put('of-key', bodyOf(10), write)
  await bench.put('plain', bodyOf(10))
  const upload = await startUpload(bench, 'to-key', { write, read: {} })
  const other = await startUpload(bench, 'from-key')
  await admin(server, 'disable-key', { key: key.id })
  await refusedWith(partCopy(other, 1, 'of-key'), 400, 'KMS.DisabledException')
  await refusedWith(partCopy(upload, 1, 'plain'), 400, 'KMS.DisabledException')
})

test('a range that does not fit, a source that is not there, conditions', async () => {
  const ETag = await bench.put('ten', bodyOf(10))
  const upload = await startUpload(bench, 'ranges')
  for (const CopySourceRange of ['bytes=0-10', 'bytes=10-10', 'bytes=-5', 'bytes=5-', 'bytes=3-2', '0-3']) {
    await refusedWith(partCopy(upload, 1, 'ten', { CopySourceRange }), 400, 'InvalidArgument')
  }
  await refusedWith(partCopy(upload, 1, 'absent'), 404, 'NoSuchKey')
  await refusedWith(partCopy(upload, 1, 'ten', { CopySourceIfMatch: '"x"' }), 412, 'PreconditionFailed')
  await refusedWith(partCopy(upload, 1, 'ten', { CopySourceIfNoneMatch: ETag }), 412, 'PreconditionFailed')
  assert.deepEqual(await upload.numbers(), [])
  await partCopy(upload, 1, 'ten', { CopySourceIfMatch: ETag, CopySourceRange: 'bytes=9-9' })
  await upload.complete()
  assert.ok((await bench.get('ranges')).equals(bodyOf(10).subarray(9)))
})

test('a version of the source is named by its id, and the answer says which it was', async () => {
  const Bucket = await bench.newBucket('versioned-sources')
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'first' }))
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'second' }))
  const upload = await startUpload(bench, 'of-version')
  const made = await partCopy(upload, 1, '', { CopySource: `${Bucket}/k?versionId=${VersionId}` })
  assert.equal(made.CopySourceVersionId, VersionId)
  await upload.complete()
  assert.equal((await bench.get('of-version')).toString(), 'first')
})

test('9.5 expected owners of source and target are compared', async () => {
  await bench.put('owned', bodyOf(1))
  const upload = await startUpload(bench, 'owners')
  const stranger = '999999999999'
  await refusedWith(partCopy(upload, 1, 'owned', { ExpectedBucketOwner: stranger }), 403, 'AccessDenied')
  await refusedWith(partCopy(upload, 1, 'owned', { ExpectedSourceBucketOwner: stranger }), 403, 'AccessDenied')
})

import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UpdateObjectEncryptionCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { assertShown, BODY_SIZES, bodyOf, encryptionModes, md5Hex } from './encryption-modes.ts'
import { assertError, bytesOf, openBench } from './object-bench.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())

const update = async (Key: string, KMSKeyArn: string, BucketKeyEnabled?: boolean, VersionId?: string) =>
  s3.send(
    new UpdateObjectEncryptionCommand({
      Bucket: bucket,
      Key,
      ObjectEncryption: { SSEKMS: { KMSKeyArn, ...(BucketKeyEnabled === undefined ? {} : { BucketKeyEnabled }) } },
      ...(VersionId === undefined ? {} : { VersionId }),
    }),
  )

for (const mode of encryptionModes(bench.keyArn)) {
  const allowed = ['SSE-S3', 'SSE-KMS', 'SSE-KMS with a bucket key'].includes(mode.name)
  const what = allowed ? 'get another key; data, ETag, time, checksums and metadata stay' : 'are refused and stay'
  test(`9.2 ${mode.name} objects ${what}`, async () => {
    for (const size of BODY_SIZES) {
      const at = { Bucket: bucket, Key: `update/${mode.name}` }
      const more = { Metadata: { a: 'b' }, Tagging: 'a=1', ChecksumAlgorithm: 'SHA256' } as const
      const body = bodyOf(size)
      await s3.send(new PutObjectCommand({ ...at, Body: body, ...more, ...mode.write }))
      const read = { ...at, ChecksumMode: 'ENABLED', ...mode.read } as const
      const before = await s3.send(new HeadObjectCommand(read))
      if (!allowed) {
        await refusedWith(update(at.Key, bench.otherKeyArn), 400, 'InvalidRequest')
        assertShown(await s3.send(new HeadObjectCommand(read)), mode.shown)
        continue
      }
      for (const flag of [undefined, true, false]) {
        await update(at.Key, bench.otherKeyArn, flag)
        const now = await s3.send(new HeadObjectCommand(read))
        const bucketKey = flag === true ? { BucketKeyEnabled: true } : {}
        assertShown(now, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: bench.otherKeyArn, ...bucketKey })
        for (const name of ['ETag', 'LastModified', 'ChecksumSHA256', 'Metadata', 'TagCount', 'VersionId'] as const) {
          assert.deepEqual(now[name], before[name], name)
        }
        assert.ok((await bytesOf(await s3.send(new GetObjectCommand(read)))).equals(body))
      }
    }
  })
}

test('5 9.2 an SSE-S3 object keeps its MD5 as ETag, and the new key rules it', async () => {
  const key = await createKey(server)
  const body = bodyOf(70_000)
  await bench.put('ruled', body)
  await update('ruled', key.arn)
  assert.equal((await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'ruled' }))).ETag, `"${md5Hex(body)}"`)
  await admin(server, 'disable-key', { key: key.id })
  await refusedWith(bench.get('ruled'), 400, 'KMS.DisabledException')
  // Out of a key that cannot be used there is no way, and none into it.
  await refusedWith(update('ruled', bench.keyArn), 400, 'KMS.DisabledException')
  await bench.put('other', body)
  await refusedWith(update('other', key.arn), 400, 'KMS.DisabledException')
  await admin(server, 'enable-key', { key: key.id })
  await update('ruled', bench.keyArn)
  await admin(server, 'schedule-key-deletion', { key: key.id }, { pendingDays: 7 })
  assert.ok((await bench.get('ruled')).equals(body), 'nothing depends on the old key any more')
})

test('9.2 an object of parts gets another key as a whole', async () => {
  const at = { Bucket: bucket, Key: 'of-parts' }
  const parts = [bodyOf(5 * 1024 * 1024, 'a'), bodyOf(100, 'b')]
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'SHA256' }))
  const Parts = []
  for (const [index, Body] of parts.entries()) {
    const part = { ...at, UploadId, PartNumber: index + 1, Body, ChecksumAlgorithm: 'SHA256' } as const
    const { ETag, ChecksumSHA256 } = await s3.send(new UploadPartCommand(part))
    Parts.push({ PartNumber: index + 1, ETag, ChecksumSHA256 })
  }
  const done = await s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }))
  await update('of-parts', bench.keyArn, true)
  const got = await s3.send(new GetObjectCommand({ ...at, ChecksumMode: 'ENABLED' }))
  assertShown(got, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: bench.keyArn, BucketKeyEnabled: true })
  assert.deepEqual([got.ETag, got.ChecksumSHA256], [done.ETag, done.ChecksumSHA256])
  assert.ok((await bytesOf(got)).equals(Buffer.concat(parts)))
  const part = await s3.send(new GetObjectCommand({ ...at, PartNumber: 2, ChecksumMode: 'ENABLED' }))
  assert.equal(part.ChecksumSHA256, Parts[1]?.ChecksumSHA256)
})

const DOCUMENT = (content: string): string =>
  `<ObjectEncryption xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</ObjectEncryption>`
const kmsDocument = (arn: string, flag = ''): string =>
  DOCUMENT(`<SSE-KMS><KMSKeyArn>${arn}</KMSKeyArn>${flag}</SSE-KMS>`)

const REFUSED: readonly (readonly [why: string, body: string, code: string])[] = [
  ['SSE-S3', DOCUMENT('<SSE-S3/>'), 'InvalidRequest'],
  ['DSSE-KMS', DOCUMENT(`<DSSE-KMS><KMSKeyArn>${bench.keyArn}</KMSKeyArn></DSSE-KMS>`), 'InvalidRequest'],
  ['nothing', DOCUMENT(''), 'InvalidRequest'],
  ['a key id', kmsDocument('1234abcd-12ab-34cd-56ef-1234567890ab'), 'InvalidRequest'],
  ['an alias ARN', kmsDocument('arn:aws:kms:us-east-1:000000000001:alias/x'), 'InvalidRequest'],
  [
    'a flag that is no boolean',
    kmsDocument(bench.keyArn, '<BucketKeyEnabled>yes</BucketKeyEnabled>'),
    'InvalidRequest',
  ],
  ['the ARN of nobody’s key', kmsDocument(bench.keyArn.replace(/.{4}$/, 'ffff')), 'KMS.NotFoundException'],
  ['no XML', 'SSE-KMS', 'MalformedXML'],
  ['another root', '<Encryption/>', 'MalformedXML'],
]

for (const [why, body, code] of REFUSED) {
  test(`9.2 a target of ${why} is refused, and the object stays as it is`, async () => {
    await bench.put('target', bodyOf(10))
    const md5 = createHash('md5').update(body).digest('base64')
    const headers = [['content-md5', md5]] as const
    assertError(await bench.raw('PUT', 'target', { query: 'encryption', body, headers }), 400, code)
    assertShown(await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'target' })), {
      ServerSideEncryption: 'AES256',
    })
  })
}

test('9.2 a checksum of the body is required, and checked', async () => {
  await bench.put('summed', bodyOf(10))
  const body = kmsDocument(bench.keyArn)
  const put = async (headers: readonly (readonly [string, string])[]) =>
    bench.raw('PUT', 'summed', { query: 'encryption', body, headers })
  assertError(await put([]), 400, 'InvalidRequest')
  assertError(await put([['content-md5', createHash('md5').update('x').digest('base64')]]), 400, 'BadDigest')
  const good = await put([['x-amz-checksum-sha256', createHash('sha256').update(body).digest('base64')]])
  assert.deepEqual([good.status, good.body.length], [200, 0])
})

test('9.2 a key of another account is refused; so is who did not sign', async () => {
  await bench.put('foreign', bodyOf(10))
  await refusedWith(update('foreign', bench.keyArn.replace('000000000001', '111122223333')), 403, 'AccessDenied')
  const body = kmsDocument(bench.keyArn)
  const headers = [['content-md5', createHash('md5').update(body).digest('base64')]] as const
  const unsigned = await bench.raw('PUT', 'foreign', { query: 'encryption', body, headers, as: 'nobody' })
  assertError(unsigned, 403, 'AccessDenied')
})

test('9.2 a missing key is 404; an older version is changed by its id', async () => {
  await refusedWith(update('missing', bench.keyArn), 404, 'NoSuchKey')
  const versioning = { Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } } as const
  await s3.send(new PutBucketVersioningCommand(versioning))
  const at = { Bucket: bucket, Key: 'versions' }
  const first = await s3.send(new PutObjectCommand({ ...at, Body: 'first' }))
  await s3.send(new PutObjectCommand({ ...at, Body: 'second' }))
  await update('versions', bench.keyArn, false, first.VersionId)
  const old = await s3.send(new HeadObjectCommand({ ...at, VersionId: first.VersionId }))
  assert.deepEqual([old.ServerSideEncryption, old.VersionId], ['aws:kms', first.VersionId])
  assert.equal((await s3.send(new HeadObjectCommand(at))).ServerSideEncryption, 'AES256')
})

test('9.2 a delete marker has no encryption to change', async () => {
  const Bucket = await bench.newBucket('update-markers')
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  const change = { Bucket, Key: 'k', ObjectEncryption: { SSEKMS: { KMSKeyArn: bench.keyArn } } }
  await refusedWith(s3.send(new UpdateObjectEncryptionCommand(change)), 404, 'NoSuchKey')
  await refusedWith(s3.send(new UpdateObjectEncryptionCommand({ ...change, VersionId })), 405, 'MethodNotAllowed')
})

test('9.2 changes of one object at once: each holds or yields, and the object is read whole afterwards', async () => {
  for (const size of [100, 70_000]) {
    for (let round = 0; round < 5; round++) {
      await bench.put('at-once', bodyOf(size))
      await Promise.all([
        update('at-once', bench.keyArn),
        update('at-once', bench.otherKeyArn, true),
        s3.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: 'at-once', Tagging: { TagSet: [] } })),
        bench.put('at-once', bodyOf(size), { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: bench.keyArn }),
        bench.get('at-once'),
      ])
      assert.ok((await bench.get('at-once')).equals(bodyOf(size)))
    }
  }
})

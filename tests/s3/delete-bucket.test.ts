import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { createKey, admin } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { bucketBench, SSE_S3 } from './bucket-bench.ts'

const bench = await bucketBench()
const { client } = bench

const remove = async (Bucket: string): Promise<unknown> =>
  (await client.send(new DeleteBucketCommand({ Bucket }))).$metadata.httpStatusCode
const notEmpty = (Bucket: string): Promise<unknown> => refusedWith(remove(Bucket), 409, 'BucketNotEmpty')

test('an empty bucket is removed, once', async () => {
  const bucket = await bench.bucket()
  assert.equal(await remove(bucket), 204)
  await refusedWith(remove(bucket), 404, 'NoSuchBucket')
  await refusedWith(client.send(new HeadBucketCommand({ Bucket: bucket })), 404, 'NotFound')
})

test('an object, an old version, a delete marker or a running upload keeps it', async () => {
  const Bucket = await bench.bucket()
  const at = { Bucket, Key: 'k' }
  await client.send(new PutObjectCommand({ ...at, Body: 'x' }))
  await notEmpty(Bucket)
  await client.send(new DeleteObjectCommand(at))
  const upload = await client.send(new CreateMultipartUploadCommand(at))
  await notEmpty(Bucket)
  await client.send(new AbortMultipartUploadCommand({ ...at, UploadId: upload.UploadId }))
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  const put = await client.send(new PutObjectCommand({ ...at, Body: 'x' }))
  const marker = await client.send(new DeleteObjectCommand(at))
  await notEmpty(Bucket)
  await client.send(new DeleteObjectCommand({ ...at, VersionId: put.VersionId }))
  await notEmpty(Bucket)
  await client.send(new DeleteObjectCommand({ ...at, VersionId: marker.VersionId }))
  assert.equal(await remove(Bucket), 204)
})

test('a bucket of the same name is another bucket: no default, no object, no setting comes back', async () => {
  const Bucket = await bench.bucket()
  const { arn } = await createKey(bench.server)
  await bench.setDefault(Bucket, 'aws:kms', arn, true)
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  await remove(Bucket)
  // The default went with the bucket, and with it its hold on the key.
  await admin(bench.server, 'schedule-key-deletion', { key: arn }, { pendingDays: 7 })
  await client.send(new CreateBucketCommand({ Bucket }))
  assert.deepEqual(await bench.shown(Bucket), SSE_S3)
  await refusedWith(client.send(new GetObjectCommand({ Bucket, Key: 'k' })), 404, 'NoSuchKey')
})

test('of a deletion and a write at once, never both: a bucket that is gone holds nothing', async () => {
  for (let round = 0; round < 8; round++) {
    const Bucket = await bench.bucket('race')
    const at = { Bucket, Key: 'k' }
    const [removed, written] = await Promise.allSettled([
      remove(Bucket),
      client.send(new PutObjectCommand({ ...at, Body: 'x' })),
    ])
    const there = await client.send(new HeadBucketCommand({ Bucket })).then(
      () => true,
      () => false,
    )
    assert.equal(there, removed.status === 'rejected')
    assert.equal(written.status === 'fulfilled', there)
  }
})

test('nobody, and who expects another owner, remove nothing', async () => {
  const Bucket = await bench.bucket()
  assert.equal((await bench.send({ method: 'DELETE', path: `/${Bucket}`, as: 'nobody' })).status, 403)
  const wrong = new DeleteBucketCommand({ Bucket, ExpectedBucketOwner: '999999999999' })
  await refusedWith(client.send(wrong), 403, 'AccessDenied')
  await client.send(new HeadBucketCommand({ Bucket }))
})

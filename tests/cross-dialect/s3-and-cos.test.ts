import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type HeadObjectCommandOutput,
} from '@aws-sdk/client-s3'
import { cosBench, hostOf, SSE, SSE_KEY_ID } from '../cos/cos-bench.ts'
import { REGION, s3Client } from '../servers.ts'

const bench = await cosBench()
const { cos } = bench
const s3 = s3Client(bench.server)
after(() => {
  s3.destroy()
})

async function headOfS3(Bucket: string, Key: string): Promise<HeadObjectCommandOutput> {
  return s3.send(new HeadObjectCommand({ Bucket, Key }))
}

test('an object of COS is an object of S3: body, metadata, type, ETag; what is not encrypted is AES256 there', async () => {
  const at = await bench.bucket()
  const Headers = { 'x-cos-meta-colour': 'blue' }
  const { ETag } = await cos.putObject({ ...at, Key: 'a/b c', Body: 'body', ContentType: 'a/b', Headers })
  const head = await headOfS3(at.Bucket, 'a/b c')
  assert.deepEqual(
    [head.ETag, head.ContentType, head.Metadata, head.ServerSideEncryption, head.ContentLength],
    [ETag, 'a/b', { colour: 'blue' }, 'AES256', 4],
  )
  const got = await s3.send(new GetObjectCommand({ Bucket: at.Bucket, Key: 'a/b c' }))
  assert.equal(await got.Body?.transformToString(), 'body')
})

test('a bucket and an object of S3 are a bucket and an object of COS: encrypted, as S3 has it', async () => {
  const at = { Bucket: 'made-by-s3-1250000000', Region: REGION }
  await s3.send(new CreateBucketCommand({ Bucket: at.Bucket }))
  await s3.send(
    new PutObjectCommand({
      ...{ Bucket: at.Bucket, Key: 'k', Body: 'body' },
      Metadata: { a: '1' },
      StorageClass: 'GLACIER_IR',
    }),
  )
  const { headers = {} } = await cos.headObject({ ...at, Key: 'k' })
  assert.deepEqual(
    [headers['x-cos-meta-a'], headers[SSE], headers['x-cos-storage-class']],
    ['1', 'AES256', 'STANDARD_IA'],
  )
  assert.equal((await cos.getObject({ ...at, Key: 'k' })).Body.toString(), 'body')
  await cos.deleteBucketEncryption(at)
  await cos.putObject({ ...at, Key: 'plain', Body: 'x' })
  assert.deepEqual([await bench.shown(at, 'plain'), await bench.shown(at, 'k')], [{}, { [SSE]: 'AES256' }])
})

test('one KMS key under two names: the id in COS, the ARN in S3', async () => {
  const at = await bench.bucket()
  const key = await bench.key()
  await cos.putObject({ ...at, Key: 'k', Body: 'x', Headers: { [SSE]: 'cos/kms', [SSE_KEY_ID]: key } })
  const head = await headOfS3(at.Bucket, 'k')
  assert.equal(head.ServerSideEncryption, 'aws:kms')
  assert.ok(head.SSEKMSKeyId?.endsWith(`:key/${key}`), head.SSEKMSKeyId)
})

test('the default of a bucket counts whichever dialect writes', async () => {
  const at = await bench.bucket()
  const key = await bench.key()
  await bench.setRule(at, { SSEAlgorithm: 'KMS', KMSMasterKeyID: key })
  await s3.send(new PutObjectCommand({ Bucket: at.Bucket, Key: 'k', Body: 'x' }))
  assert.deepEqual(await bench.shown(at, 'k'), { [SSE]: 'cos/kms', [SSE_KEY_ID]: key })
})

test('copies cross the dialects, by the rule of the bucket that they come to', async () => {
  const [from, to] = [await bench.bucket(), await bench.bucket()]
  await cos.putObject({ ...from, Key: 'k', Body: 'body', Headers: { 'x-cos-meta-a': '1' } })
  await bench.setRule(to, { SSEAlgorithm: 'AES256' })
  await s3.send(new CopyObjectCommand({ Bucket: to.Bucket, Key: 's3', CopySource: `${from.Bucket}/k` }))
  await cos.putObjectCopy({ ...to, Key: 'cos', CopySource: `${hostOf(from)}/k` })
  for (const Key of ['s3', 'cos']) {
    const { headers = {} } = await cos.headObject({ ...to, Key })
    assert.deepEqual([headers[SSE], headers['x-cos-meta-a']], ['AES256', '1'])
  }
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: to.Bucket }))
  const { Contents: ofCos } = await cos.getBucket(to)
  assert.deepEqual(
    Contents.map(({ Key, ETag, Size }) => [Key, ETag, String(Size)]),
    ofCos.map(({ Key, ETag, Size }) => [Key, ETag, Size]),
  )
})

test('names that only escapes can carry are the same names', async () => {
  const at = await bench.bucket()
  for (const Key of ['a b+c%2F', 'ü/漢', "(1)!'*~", '../x', 'a//']) {
    await cos.putObject({ ...at, Key, Body: Key })
    const got = await s3.send(new GetObjectCommand({ Bucket: at.Bucket, Key }))
    assert.equal(await got.Body?.transformToString(), Key)
  }
})

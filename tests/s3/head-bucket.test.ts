import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeadBucketCommand } from '@aws-sdk/client-s3'
import { ACCOUNT } from '../servers.ts'
import { bucketBench } from './bucket-bench.ts'

const bench = await bucketBench()

test('a bucket that is there answers its region and no body', async () => {
  const Bucket = await bench.bucket()
  const head = await bench.client.send(new HeadBucketCommand({ Bucket }))
  assert.deepEqual([head.$metadata.httpStatusCode, head.BucketRegion], [200, 'us-east-1'])
  const raw = await bench.send({ method: 'HEAD', path: `/${Bucket}` })
  assert.deepEqual([raw.status, raw.body.length], [200, 0])
})

test('a bucket that is not there is a bare 404', async () => {
  const raw = await bench.send({ method: 'HEAD', path: '/nobody-has-this' })
  assert.deepEqual([raw.status, raw.body.length], [404, 0])
})

test('another expected owner is a bare 403, the right one passes', async () => {
  const Bucket = await bench.bucket()
  await bench.client.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: ACCOUNT }))
  const raw = await bench.send({
    method: 'HEAD',
    path: `/${Bucket}`,
    headers: [['x-amz-expected-bucket-owner', '999999999999']],
  })
  assert.deepEqual([raw.status, raw.body.length], [403, 0])
})

test('nobody is told 403 with no body', async () => {
  const Bucket = await bench.bucket()
  const raw = await bench.send({ method: 'HEAD', path: `/${Bucket}`, as: 'nobody' })
  assert.deepEqual([raw.status, raw.body.length], [403, 0])
})

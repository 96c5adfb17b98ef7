import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GetBucketEncryptionCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { refusedWith } from '../refused-with.ts'
import { ACCOUNT } from '../servers.ts'
import { bucketBench, SSE_S3 } from './bucket-bench.ts'

const bench = await bucketBench()

test('S3-04 a bucket that nobody configured has SSE-S3, and so have its objects', async () => {
  const Bucket = await bench.bucket()
  assert.deepEqual(await bench.shown(Bucket), SSE_S3)
  const put = await bench.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  assert.equal(put.ServerSideEncryption, 'AES256')
  assert.equal((await bench.client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).ServerSideEncryption, 'AES256')
})

test('S3-04 the answer of former years is a switch: 404 until somebody sets a default, and again after DELETE', async () => {
  const former = await bucketBench({ settings: { COFFER_COMPAT_ENCRYPTION_NOT_FOUND: 'on' } })
  const bucket = await former.bucket()
  const notFound = async (): Promise<void> => {
    const call = former.client.send(new GetBucketEncryptionCommand({ Bucket: bucket }))
    await refusedWith(call, 404, 'ServerSideEncryptionConfigurationNotFoundError')
  }
  await notFound()
  await former.setDefault(bucket, 'AES256')
  assert.deepEqual(await former.shown(bucket), SSE_S3)
  await former.send({ method: 'DELETE', path: `/${bucket}`, query: 'encryption' })
  await notFound()
  // Objects are sealed and say so, whatever the switch.
  const put = await former.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' }))
  assert.equal(put.ServerSideEncryption, 'AES256')
})

test('S3-02 (part) a bucket that does not exist is 404, and so is a deleted one', async () => {
  await refusedWith(bench.shown('nobody-has-this'), 404, 'NoSuchBucket')
})

test('spec 3.1: the document that is answered, byte for byte', async () => {
  const bucket = await bench.bucket()
  const read = async (): Promise<string> => {
    const answer = await bench.send({ method: 'GET', path: `/${bucket}`, query: 'encryption' })
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'application/xml'])
    const opening =
      '<?xml version="1.0" encoding="UTF-8"?>\n<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule>'
    const closing = '</Rule></ServerSideEncryptionConfiguration>'
    assert.ok(answer.text.startsWith(opening) && answer.text.endsWith(closing), answer.text)
    return answer.text.slice(opening.length, -closing.length)
  }
  const apply = (inner: string): string =>
    `<ApplyServerSideEncryptionByDefault>${inner}</ApplyServerSideEncryptionByDefault>`
  assert.equal(
    await read(),
    `${apply('<SSEAlgorithm>AES256</SSEAlgorithm>')}<BucketKeyEnabled>false</BucketKeyEnabled>`,
  )
  await bench.setDefault(bucket, 'aws:kms', 'a<b>&c', true)
  assert.equal(
    await read(),
    `${apply('<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>a&lt;b&gt;&amp;c</KMSMasterKeyID>')}<BucketKeyEnabled>true</BucketKeyEnabled>`,
  )
})

test('spec 3.5: with newBuckets.blockSseC a new bucket shows the block, and refuses SSE-C', async () => {
  const blocking = await bucketBench({ settings: { COFFER_NEW_BUCKETS_BLOCK_SSE_C: 'on' } })
  const bucket = await blocking.bucket()
  const answer = await blocking.send({ method: 'GET', path: `/${bucket}`, query: 'encryption' })
  assert.match(answer.text, /<BlockedEncryptionTypes><EncryptionType>SSE-C<\/EncryptionType><\/BlockedEncryptionTypes>/)
  const customer = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: Buffer.alloc(32).toString('base64') }
  const put = new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x', ...customer })
  await refusedWith(blocking.client.send(put), 403, 'AccessDenied')
})

test('the expected owner counts on reading too', async () => {
  const Bucket = await bench.bucket()
  await bench.client.send(new GetBucketEncryptionCommand({ Bucket, ExpectedBucketOwner: ACCOUNT }))
  const wrong = new GetBucketEncryptionCommand({ Bucket, ExpectedBucketOwner: '999999999999' })
  await refusedWith(bench.client.send(wrong), 403, 'AccessDenied')
})

test('who is not known reads nothing, and learns nothing of which buckets there are but by name', async () => {
  const bucket = await bench.bucket()
  const answer = await bench.send({ method: 'GET', path: `/${bucket}`, query: 'encryption', as: 'nobody' })
  assert.deepEqual([answer.status, answer.code], [403, 'AccessDenied'])
})

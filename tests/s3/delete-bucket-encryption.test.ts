import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DeleteBucketEncryptionCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { ACCOUNT } from '../servers.ts'
import { bucketBench, SSE_S3 } from './bucket-bench.ts'

const bench = await bucketBench()

async function remove(Bucket: string, more: { readonly ExpectedBucketOwner?: string } = {}): Promise<unknown> {
  const answer = await bench.client.send(new DeleteBucketEncryptionCommand({ Bucket, ...more }))
  return answer.$metadata.httpStatusCode
}

test('S3-07 put, get, delete, delete, get: SSE-S3 is back, 204 also the second time', async () => {
  const bucket = await bench.bucket()
  await bench.setDefault(bucket, 'aws:kms', 'alias/a', true)
  assert.deepEqual(await bench.shown(bucket), { algorithm: 'aws:kms', key: 'alias/a', bucketKey: true })
  assert.equal(await remove(bucket), 204)
  assert.equal(await remove(bucket), 204)
  assert.deepEqual(await bench.shown(bucket), SSE_S3)
})

test('S3-06 (part) S3-07 removing the default touches no object; the next write is SSE-S3', async () => {
  const Bucket = await bench.bucket()
  const { arn } = await createKey(bench.server)
  const write = async (Key: string): Promise<readonly unknown[]> => {
    await bench.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
    return shown(Key)
  }
  const shown = async (Key: string): Promise<readonly unknown[]> => {
    const head = await bench.client.send(new HeadObjectCommand({ Bucket, Key }))
    return [head.ServerSideEncryption, head.SSEKMSKeyId, head.BucketKeyEnabled]
  }
  await bench.setDefault(Bucket, 'aws:kms', arn, true)
  assert.deepEqual(await write('before'), ['aws:kms', arn, true])
  await remove(Bucket)
  assert.deepEqual(await write('after'), ['AES256', undefined, undefined])
  assert.deepEqual(await shown('before'), ['aws:kms', arn, true])
})

test('a default that is removed lets go of the key it held', async () => {
  const bucket = await bench.bucket()
  const { arn } = await createKey(bench.server)
  const holds = async (): Promise<unknown> => (await admin(bench.server, 'key-dependents', { key: arn }))['dependents']
  await bench.setDefault(bucket, 'aws:kms', arn)
  assert.deepEqual(await holds(), { versions: 0, uploads: 0, defaults: 1, byVersion: [] })
  await remove(bucket)
  assert.deepEqual(await holds(), { versions: 0, uploads: 0, defaults: 0, byVersion: [] })
  await admin(bench.server, 'schedule-key-deletion', { key: arn }, { pendingDays: 7 })
})

test('the answer is 204 without a body; an unknown bucket is 404, another owner 403, nobody 403', async () => {
  const bucket = await bench.bucket()
  await bench.setDefault(bucket, 'aws:kms', 'alias/a')
  await refusedWith(remove('nobody-has-this'), 404, 'NoSuchBucket')
  await refusedWith(remove(bucket, { ExpectedBucketOwner: '999999999999' }), 403, 'AccessDenied')
  const anonymous = await bench.send({ method: 'DELETE', path: `/${bucket}`, query: 'encryption', as: 'nobody' })
  assert.equal(anonymous.status, 403)
  assert.equal((await bench.shown(bucket)).key, 'alias/a')
  assert.equal(await remove(bucket, { ExpectedBucketOwner: ACCOUNT }), 204)
  const raw = await bench.send({ method: 'DELETE', path: `/${bucket}`, query: 'encryption=' })
  assert.deepEqual([raw.status, raw.body.length], [204, 0])
})

test('changes of the default are in the audit log, under the action that a policy names', async () => {
  const bucket = await bench.bucket()
  const put = await bench.putRaw(
    bucket,
    '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
  )
  const removed = await bench.send({ method: 'DELETE', path: `/${bucket}`, query: 'encryption' })
  for (const answer of [put, removed]) {
    const [record, ...others] = await bench.recorded(String(answer.headers['x-amz-request-id']))
    assert.deepEqual(others, [])
    const { action, outcome, resource, caller } = record ?? assert.fail('not recorded')
    assert.deepEqual([action, outcome, resource], ['s3:PutEncryptionConfiguration', 'done', `arn:aws:s3:::${bucket}`])
    assert.equal(caller, `arn:aws:iam::${ACCOUNT}:root`)
  }
})

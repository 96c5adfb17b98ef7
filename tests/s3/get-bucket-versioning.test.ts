import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GetBucketVersioningCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import { refusedWith } from '../refused-with.ts'
import { bucketBench } from './bucket-bench.ts'

const bench = await bucketBench()
const OPENING =
  '<?xml version="1.0" encoding="UTF-8"?>\n<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'

test('a bucket whose versioning nobody set has no status; afterwards it is what was set', async () => {
  const Bucket = await bench.bucket()
  const status = async (): Promise<unknown> =>
    (await bench.client.send(new GetBucketVersioningCommand({ Bucket }))).Status
  assert.equal(await status(), undefined)
  const raw = await bench.send({ method: 'GET', path: `/${Bucket}`, query: 'versioning' })
  assert.ok(raw.text.startsWith(OPENING) && !raw.text.includes('Status'), raw.text)
  for (const Status of ['Enabled', 'Suspended', 'Enabled'] as const) {
    await bench.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
    assert.equal(await status(), Status)
  }
})

test('an unknown bucket is 404, nobody is 403', async () => {
  const call = bench.client.send(new GetBucketVersioningCommand({ Bucket: 'nobody-has-this' }))
  await refusedWith(call, 404, 'NoSuchBucket')
  const path = `/${await bench.bucket()}`
  assert.equal((await bench.send({ method: 'GET', path, query: 'versioning', as: 'nobody' })).status, 403)
})

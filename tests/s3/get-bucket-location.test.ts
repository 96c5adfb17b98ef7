import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CreateBucketCommand, GetBucketLocationCommand } from '@aws-sdk/client-s3'
import { refusedWith } from '../refused-with.ts'
import { bucketBench } from './bucket-bench.ts'

const bench = await bucketBench({ settings: { COFFER_REGIONS: 'us-east-1,eu-west-1' } })
const OPENING =
  '<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'

async function document(bucket: string): Promise<string> {
  const answer = await bench.send({ method: 'GET', path: `/${bucket}`, query: 'location' })
  assert.equal(answer.status, 200)
  assert.ok(answer.text.startsWith(OPENING), answer.text)
  return answer.text.slice(OPENING.length)
}

test('the oldest region has no name, every other one has its own', async () => {
  const home = await bench.bucket()
  assert.ok(['/>', '></LocationConstraint>'].includes(await document(home)))
  const configuration = { LocationConstraint: 'eu-west-1' as const }
  await bench.client.send(new CreateBucketCommand({ Bucket: 'europe', CreateBucketConfiguration: configuration }))
  assert.equal(await document('europe'), '>eu-west-1</LocationConstraint>')
  const shown = await bench.client.send(new GetBucketLocationCommand({ Bucket: 'europe' }))
  assert.equal(shown.LocationConstraint, 'eu-west-1')
  const none = await bench.client.send(new GetBucketLocationCommand({ Bucket: home }))
  assert.equal(none.LocationConstraint, undefined)
})

test('an unknown bucket is 404, another method 405', async () => {
  const missing = bench.client.send(new GetBucketLocationCommand({ Bucket: 'nobody-has-this' }))
  await refusedWith(missing, 404, 'NoSuchBucket')
  const put = await bench.send({ method: 'PUT', path: `/${await bench.bucket()}`, query: 'location', body: '' })
  assert.deepEqual([put.status, put.code], [405, 'MethodNotAllowed'])
})

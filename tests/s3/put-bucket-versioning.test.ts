import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { refusedWith } from '../refused-with.ts'
import { bucketBench, NAMESPACE } from './bucket-bench.ts'

const bench = await bucketBench()
const { client } = bench

async function set(Bucket: string, Status: 'Enabled' | 'Suspended'): Promise<void> {
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
}

async function put(Bucket: string, Body: string): Promise<string | undefined> {
  return (await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body }))).VersionId
}

async function read(Bucket: string, VersionId?: string): Promise<string | undefined> {
  const more = VersionId === undefined ? {} : { VersionId }
  return (await client.send(new GetObjectCommand({ Bucket, Key: 'k', ...more }))).Body?.transformToString()
}

test('enabled: every write is a version of its own; what was there before is the null version', async () => {
  const bucket = await bench.bucket()
  assert.equal(await put(bucket, 'before'), undefined)
  await set(bucket, 'Enabled')
  const ids = [await put(bucket, 'one'), await put(bucket, 'two')]
  for (const id of ids) assert.match(id ?? '', /^[0-9a-f]{32}$/)
  assert.equal(new Set(ids).size, 2)
  assert.deepEqual(
    [await read(bucket), await read(bucket, ids[0]), await read(bucket, 'null')],
    ['two', 'one', 'before'],
  )
})

test('suspended: versions stay, new writes replace the null version only', async () => {
  const bucket = await bench.bucket()
  await set(bucket, 'Enabled')
  const kept = await put(bucket, 'kept')
  await set(bucket, 'Suspended')
  assert.equal(await put(bucket, 'null one'), 'null')
  assert.equal(await put(bucket, 'null two'), 'null')
  assert.deepEqual(
    [await read(bucket), await read(bucket, kept), await read(bucket, 'null')],
    ['null two', 'kept', 'null two'],
  )
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }))
  assert.deepEqual(
    Versions.map((version) => [version.VersionId, version.IsLatest]),
    [
      ['null', true],
      [kept, false],
    ],
  )
})

test('a deletion without a version puts a marker: the object is gone, and comes back with the marker’s removal', async () => {
  const bucket = await bench.bucket()
  await set(bucket, 'Enabled')
  await put(bucket, 'kept')
  const marker = await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'k' }))
  assert.equal(marker.DeleteMarker, true)
  await refusedWith(read(bucket), 404, 'NoSuchKey')
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'k', VersionId: marker.VersionId }))
  assert.equal(await read(bucket), 'kept')
})

test('the document: Enabled or Suspended; anything else, and MFA Delete, is refused and changes nothing', async () => {
  const bucket = await bench.bucket()
  const send = async (inner: string): Promise<readonly unknown[]> => {
    const body = `<VersioningConfiguration xmlns="${NAMESPACE}">${inner}</VersioningConfiguration>`
    const answer = await bench.send({ method: 'PUT', path: `/${bucket}`, query: 'versioning', body })
    return [answer.status, answer.code]
  }
  const status = async (): Promise<unknown> =>
    (await client.send(new GetBucketVersioningCommand({ Bucket: bucket }))).Status
  for (const inner of [
    '',
    '<Status/>',
    '<Status>enabled</Status>',
    '<Status>Off</Status>',
    '<Status>Enabled</Status><X/>',
  ]) {
    assert.deepEqual(await send(inner), [400, 'MalformedXML'], inner)
  }
  assert.deepEqual(await send('<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>'), [501, 'NotImplemented'])
  assert.equal(await status(), undefined)
  assert.deepEqual(await send(' <Status> Enabled </Status>\n<MfaDelete>Disabled</MfaDelete>'), [200, undefined])
  assert.equal(await status(), 'Enabled')
  const empty = await bench.send({ method: 'PUT', path: `/${bucket}`, query: 'versioning', body: '' })
  assert.deepEqual([empty.status, empty.code], [400, 'MissingRequestBodyError'])
})

test('an unknown bucket is 404, nobody is 403, another expected owner too', async () => {
  await refusedWith(set('nobody-has-this', 'Enabled'), 404, 'NoSuchBucket')
  const bucket = await bench.bucket()
  const body = `<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>`
  const request = { method: 'PUT', path: `/${bucket}`, query: 'versioning', body }
  assert.equal((await bench.send({ ...request, as: 'nobody' })).status, 403)
  const wrong = await bench.send({ ...request, headers: [['x-amz-expected-bucket-owner', '999999999999']] })
  assert.deepEqual([wrong.status, wrong.code], [403, 'AccessDenied'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type DeleteObjectsCommandOutput,
  type ObjectIdentifier,
} from '@aws-sdk/client-s3'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { bucketBench, NAMESPACE } from './bucket-bench.ts'
import { checksum, md5 } from './checksums.ts'
import { DIFFICULT_NAMES, enableVersions, putNames } from './listing-bench.ts'

const bench = await bucketBench()
const { client } = bench

const remove = (Bucket: string, Objects: ObjectIdentifier[], Quiet?: boolean): Promise<DeleteObjectsCommandOutput> =>
  client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, ...(Quiet === undefined ? {} : { Quiet }) } }))

async function left(Bucket: string): Promise<readonly (string | undefined)[]> {
  return ((await client.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map((object) => object.Key)
}

/** The raw body of a deletion, with the checksum that it needs. */
function sendDelete(bucket: string, inner: string, quiet = ''): ReturnType<typeof bench.send> {
  const body = `<Delete xmlns="${NAMESPACE}">${inner}${quiet}</Delete>`
  return bench.send({
    method: 'POST',
    path: `/${bucket}`,
    query: 'delete',
    body,
    headers: [['content-md5', md5(body)]],
  })
}

test('many at once; a name that is not there counts as deleted, as S3 says', async () => {
  const bucket = await bench.bucket()
  await putNames(bench, bucket, ['a', 'b', 'c'])
  const answer = await remove(bucket, [{ Key: 'a' }, { Key: 'c' }, { Key: 'never' }])
  assert.deepEqual(
    (answer.Deleted ?? []).map((one) => one.Key),
    ['a', 'c', 'never'],
  )
  assert.equal(answer.Errors, undefined)
  assert.deepEqual(await left(bucket), ['b'])
})

test('difficult names are deleted as they are; none is read as a path or trimmed', async () => {
  const bucket = await bench.bucket()
  await putNames(bench, bucket, DIFFICULT_NAMES)
  const answer = await remove(
    bucket,
    DIFFICULT_NAMES.map((Key) => ({ Key })),
  )
  assert.deepEqual(new Set((answer.Deleted ?? []).map((one) => one.Key)), new Set(DIFFICULT_NAMES))
  assert.deepEqual(await left(bucket), [])
})

test('a thousand, and one more is MalformedXML with nothing deleted', async () => {
  const bucket = await bench.bucket()
  const names = Array.from({ length: 1_001 }, (_, number) => `name-${number}`)
  await putNames(bench, bucket, ['name-0', 'name-999', 'name-1000'])
  await refusedWith(
    remove(
      bucket,
      names.map((Key) => ({ Key })),
    ),
    400,
    'MalformedXML',
  )
  assert.equal((await left(bucket)).length, 3)
  const answer = await remove(
    bucket,
    names.slice(0, 1_000).map((Key) => ({ Key })),
  )
  assert.equal(answer.Deleted?.length, 1_000)
  assert.deepEqual(await left(bucket), ['name-1000'])
})

test('with versions: without an id a marker, with an id the version itself; a marker’s removal is told', async () => {
  const Bucket = await bench.bucket()
  await enableVersions(bench, Bucket)
  const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const [marker] = (await remove(Bucket, [{ Key: 'k' }])).Deleted ?? []
  assert.deepEqual([marker?.Key, marker?.DeleteMarker, marker?.VersionId], ['k', true, undefined])
  const markerId = marker?.DeleteMarkerVersionId ?? assert.fail('no id of the marker')
  const gone = await remove(Bucket, [
    { Key: 'k', VersionId: markerId },
    { Key: 'k', VersionId },
  ])
  assert.deepEqual(gone.Deleted, [
    { Key: 'k', VersionId: markerId, DeleteMarker: true, DeleteMarkerVersionId: markerId },
    { Key: 'k', VersionId },
  ])
  assert.equal((await client.send(new ListObjectVersionsCommand({ Bucket }))).Versions, undefined)
})

test('an entry that cannot be fails alone; quiet answers only those', async () => {
  const bucket = await bench.bucket()
  await putNames(bench, bucket, ['a', 'b'])
  const answer = await remove(
    bucket,
    [{ Key: 'a' }, { Key: 'b', VersionId: 'nonsense' }, { Key: 'x'.repeat(1_025) }],
    true,
  )
  assert.equal(answer.Deleted, undefined)
  assert.deepEqual(
    (answer.Errors ?? []).map((one) => [one.Key, one.Code]),
    [
      ['b', 'NoSuchVersion'],
      ['x'.repeat(1_025), 'KeyTooLongError'],
    ],
  )
  assert.deepEqual(await left(bucket), ['b'])
})

test('spec 4.6 and 7.1: deleting needs no key, neither the customer’s nor one that is disabled', async () => {
  const Bucket = await bench.bucket()
  const { arn } = await createKey(bench.server)
  const customer = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: Buffer.alloc(32, 1).toString('base64') }
  await client.send(new PutObjectCommand({ Bucket, Key: 'customer', Body: 'x', ...customer }))
  const kms = { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: arn }
  await client.send(new PutObjectCommand({ Bucket, Key: 'kms', Body: 'x', ...kms }))
  await admin(bench.server, 'disable-key', { key: arn })
  assert.equal((await remove(Bucket, [{ Key: 'customer' }, { Key: 'kms' }])).Deleted?.length, 2)
  assert.deepEqual(await left(Bucket), [])
  // Nothing holds the key any more.
  await admin(bench.server, 'schedule-key-deletion', { key: arn }, { pendingDays: 7 })
})

test('the body has to be promised: without a checksum, or with a wrong one, nothing is deleted', async () => {
  const bucket = await bench.bucket()
  await putNames(bench, bucket, ['a'])
  const body = `<Delete xmlns="${NAMESPACE}"><Object><Key>a</Key></Object></Delete>`
  const send = async (headers: readonly (readonly [string, string])[]): Promise<readonly unknown[]> => {
    const answer = await bench.send({ method: 'POST', path: `/${bucket}`, query: 'delete', body, headers })
    return [answer.status, answer.code]
  }
  assert.deepEqual(await send([]), [400, 'InvalidRequest'])
  assert.deepEqual(await send([['content-md5', md5('other')]]), [400, 'BadDigest'])
  assert.deepEqual(await send([['x-amz-checksum-sha256', checksum('sha256', 'other')]]), [400, 'BadDigest'])
  assert.deepEqual(await left(bucket), ['a'])
  assert.deepEqual(await send([['x-amz-checksum-crc32c', checksum('crc32c', body)]]), [200, undefined])
  assert.deepEqual(await left(bucket), [])
})

test('the document is read strictly: what it does not know, and conditions that cannot be read, are refused', async () => {
  const bucket = await bench.bucket()
  await putNames(bench, bucket, ['a'])
  const key = '<Key>a</Key>'
  const cases: readonly (readonly [string, number, string])[] = [
    ['', 400, 'MalformedXML'],
    ['<Object/>', 400, 'MalformedXML'],
    ['<Object><Key/></Object>', 400, 'MalformedXML'],
    [`<Object>${key}${key}</Object>`, 400, 'MalformedXML'],
    [`<Object>${key}<Unknown/></Object>`, 400, 'MalformedXML'],
    [`<Object>${key}</Object><Quiet>perhaps</Quiet>`, 400, 'MalformedXML'],
    [`<Object>${key}<Size>1e3</Size></Object>`, 400, 'InvalidArgument'],
    [`<Object>${key}<LastModifiedTime>yesterday</LastModifiedTime></Object>`, 400, 'InvalidArgument'],
  ]
  for (const [inner, status, code] of cases) {
    const answer = await sendDelete(bucket, inner)
    assert.deepEqual([answer.status, answer.code], [status, code], inner)
  }
  assert.deepEqual(await left(bucket), ['a'])
  assert.equal((await sendDelete(bucket, `<Object>${key}</Object>`, '<Quiet>true</Quiet>')).status, 200)
  assert.deepEqual(await left(bucket), [])
})

test('an unknown bucket is 404; nobody is 403 and deletes nothing', async () => {
  await refusedWith(remove('nobody-has-this', [{ Key: 'a' }]), 404, 'NoSuchBucket')
  const bucket = await bench.bucket()
  await putNames(bench, bucket, ['a'])
  const body = '<Delete><Object><Key>a</Key></Object></Delete>'
  const headers = [['content-md5', md5(body)]] as const
  const nobody = await bench.send({ method: 'POST', path: `/${bucket}`, query: 'delete', body, headers, as: 'nobody' })
  assert.deepEqual([nobody.status, nobody.code], [403, 'AccessDenied'])
  assert.deepEqual(await left(bucket), ['a'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ListObjectsCommand, type ListObjectsCommandOutput } from '@aws-sdk/client-s3'
import { refusedWith } from '../refused-with.ts'
import { ACCOUNT } from '../servers.ts'
import { bucketBench } from './bucket-bench.ts'
import { DIFFICULT_NAMES, inByteOrder, putNames } from './listing-bench.ts'

const bench = await bucketBench()

type Asked = Omit<ConstructorParameters<typeof ListObjectsCommand>[0], 'Bucket'>

const list = (Bucket: string, asked: Asked = {}): Promise<ListObjectsCommandOutput> =>
  bench.client.send(new ListObjectsCommand({ Bucket, ...asked }))
const keys = (page: ListObjectsCommandOutput): (string | undefined)[] =>
  (page.Contents ?? []).map((object) => object.Key)
const groups = (page: ListObjectsCommandOutput): (string | undefined)[] =>
  (page.CommonPrefixes ?? []).map((group) => group.Prefix)

test('pages go on behind the last key: by Marker without a delimiter, by NextMarker with one', async () => {
  const bucket = await bench.bucket()
  await putNames(bench, bucket, ['a', 'b/1', 'b/2', 'c', 'd'])
  const first = await list(bucket, { MaxKeys: 2 })
  assert.deepEqual([keys(first), first.IsTruncated, first.NextMarker], [['a', 'b/1'], true, undefined])
  assert.deepEqual(keys(await list(bucket, { Marker: 'b/1' })), ['b/2', 'c', 'd'])
  const grouped = await list(bucket, { MaxKeys: 2, Delimiter: '/' })
  assert.deepEqual([keys(grouped), groups(grouped), grouped.NextMarker], [['a'], ['b/'], 'b/'])
  const rest = await list(bucket, { Marker: 'b/', Delimiter: '/' })
  assert.deepEqual([keys(rest), groups(rest), rest.IsTruncated], [['c', 'd'], [], false])
})

test('difficult names, and owners, are shown as in version 2', async () => {
  const bucket = await bench.bucket()
  await putNames(bench, bucket, DIFFICULT_NAMES)
  const page = await list(bucket)
  assert.deepEqual(keys(page), inByteOrder(DIFFICULT_NAMES))
  assert.ok((page.Contents ?? []).every((object) => object.Owner?.ID === ACCOUNT.padStart(64, '0')))
  const encoded = await list(bucket, { EncodingType: 'url' })
  assert.deepEqual(
    keys(encoded).map((key) => decodeURIComponent(key ?? '')),
    inByteOrder(DIFFICULT_NAMES),
  )
})

test('the answer repeats what was asked', async () => {
  const bucket = await bench.bucket()
  const page = await list(bucket, { Prefix: 'p/', Delimiter: '/', Marker: 'p/m', MaxKeys: 7 })
  assert.deepEqual(
    [page.Name, page.Prefix, page.Delimiter, page.Marker, page.MaxKeys, page.IsTruncated],
    [bucket, 'p/', '/', 'p/m', 7, false],
  )
})

test('an unknown bucket is 404, nobody is 403', async () => {
  await refusedWith(list('nobody-has-this'), 404, 'NoSuchBucket')
  assert.equal((await bench.send({ method: 'GET', path: `/${await bench.bucket()}`, as: 'nobody' })).status, 403)
})

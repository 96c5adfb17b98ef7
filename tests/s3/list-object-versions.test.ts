import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3'
import { elementText } from '../raw-request.ts'
import { refusedWith } from '../refused-with.ts'
import { ACCOUNT } from '../servers.ts'
import { bucketBench } from './bucket-bench.ts'
import { DIFFICULT_NAMES, enableVersions, inByteOrder, putNames } from './listing-bench.ts'

const bench = await bucketBench()
const { client } = bench

type Asked = Omit<ConstructorParameters<typeof ListObjectVersionsCommand>[0], 'Bucket'>
interface Entry {
  readonly key: string | undefined
  readonly id: string | undefined
  readonly latest: boolean | undefined
  readonly marker: boolean
}

const list = (Bucket: string, asked: Asked = {}): Promise<ListObjectVersionsCommandOutput> =>
  client.send(new ListObjectVersionsCommand({ Bucket, ...asked }))

/** Versions and markers of one page; the client hands them out in two lists, so they are sorted as they were stored. */
function entries(page: ListObjectVersionsCommandOutput): readonly Entry[] {
  const of = (marker: boolean, from: NonNullable<typeof page.DeleteMarkers>): Entry[] =>
    from.map(({ Key, VersionId, IsLatest }) => ({ key: Key, id: VersionId, latest: IsLatest, marker }))
  return [...of(false, page.Versions ?? []), ...of(true, page.DeleteMarkers ?? [])]
}

async function put(Bucket: string, Key: string): Promise<string> {
  return (await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))).VersionId ?? assert.fail('no version')
}

async function mark(Bucket: string, Key: string): Promise<string> {
  return (await client.send(new DeleteObjectCommand({ Bucket, Key }))).VersionId ?? assert.fail('no version')
}

/** `k1` with three versions, `k2` with a marker above two, `k3` of before versioning: the ids, newest first. */
async function threeNames(): Promise<{ bucket: string; all: readonly (readonly [string, string])[] }> {
  const bucket = await bench.bucket()
  await putNames(bench, bucket, ['k3'])
  await enableVersions(bench, bucket)
  const one = [await put(bucket, 'k1'), await put(bucket, 'k1'), await put(bucket, 'k1')]
  const two = [await put(bucket, 'k2'), await put(bucket, 'k2'), await mark(bucket, 'k2')]
  const named = (key: string, ids: readonly string[]): (readonly [string, string])[] =>
    ids.toReversed().map((id) => [key, id])
  return { bucket, all: [...named('k1', one), ...named('k2', two), ['k3', 'null']] }
}

test('all versions and markers, by name, of a name the newest first; one is the latest', async () => {
  const { bucket, all } = await threeNames()
  const answer = await bench.send({ method: 'GET', path: `/${bucket}`, query: 'versions' })
  const inOrder = [...answer.text.matchAll(/<Key>(.*?)<\/Key>.*?<VersionId>(.*?)<\/VersionId>/g)].map((match) => [
    match[1],
    match[2],
  ])
  assert.deepEqual(inOrder, all)
  const page = await list(bucket)
  const latest = entries(page).filter((entry) => entry.latest)
  assert.deepEqual(latest.map((entry) => [entry.key, entry.marker]).sort(), [
    ['k1', false],
    ['k2', true],
    ['k3', false],
  ])
  const [version] = page.Versions ?? []
  assert.deepEqual(
    [version?.Size, version?.StorageClass, version?.Owner?.ID],
    [2, 'STANDARD', ACCOUNT.padStart(64, '0')],
  )
  assert.equal(page.DeleteMarkers?.[0]?.Owner?.ID, ACCOUNT.padStart(64, '0'))
})

test('page by page of every size: each version once, in its order, and the latest told right across pages', async () => {
  const { bucket, all } = await threeNames()
  for (const size of [1, 2, 3, 4, 6, 7]) {
    const found: Entry[] = []
    let asked: Asked = { MaxKeys: size }
    for (;;) {
      const page = await list(bucket, asked)
      assert.ok(entries(page).length <= size)
      found.push(...entries(page))
      if (page.IsTruncated !== true) break
      asked = { MaxKeys: size, KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
    }
    assert.deepEqual(
      new Set(found.map((entry) => `${entry.key} ${entry.id}`)),
      new Set(all.map((pair) => pair.join(' '))),
    )
    assert.equal(found.length, all.length)
    assert.equal(found.filter((entry) => entry.latest).length, 3, `pages of ${size}`)
  }
})

test('a key marker alone begins behind all versions of that name', async () => {
  const { bucket } = await threeNames()
  assert.deepEqual(
    entries(await list(bucket, { KeyMarker: 'k1' }))
      .map((entry) => entry.key)
      .sort(),
    ['k2', 'k2', 'k2', 'k3'],
  )
  assert.deepEqual(entries(await list(bucket, { KeyMarker: 'k3' })), [])
})

test('a name between others, and names that begin alike, keep their versions together', async () => {
  const bucket = await bench.bucket()
  await enableVersions(bench, bucket)
  const names = ['a', 'a\u0001', 'a/', 'ab', 'a ']
  for (const name of names) for (let times = 0; times < 2; times++) await put(bucket, name)
  const found = entries(await list(bucket, { EncodingType: 'url' })).map((entry) => decodeURIComponent(entry.key ?? ''))
  assert.deepEqual(
    found,
    inByteOrder(names).flatMap((name) => [name, name]),
  )
})

test('prefix and delimiter: a group once, though it holds live, old and marked versions', async () => {
  const bucket = await bench.bucket()
  await enableVersions(bench, bucket)
  for (const name of ['a', 'b/1', 'b/1', 'b/2', 'c']) await put(bucket, name)
  await mark(bucket, 'b/2')
  for (const MaxKeys of [1, 2, 10]) {
    const groups: (string | undefined)[] = []
    const keys: (string | undefined)[] = []
    let asked: Asked = { Delimiter: '/', MaxKeys }
    for (;;) {
      const page = await list(bucket, asked)
      groups.push(...(page.CommonPrefixes ?? []).map((group) => group.Prefix))
      keys.push(...entries(page).map((entry) => entry.key))
      if (page.IsTruncated !== true) break
      asked = { Delimiter: '/', MaxKeys, KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
    }
    assert.deepEqual([keys, groups], [['a', 'c'], ['b/']])
  }
  assert.equal(entries(await list(bucket, { Prefix: 'b/' })).length, 4)
})

test('difficult names are listed in the order of bytes; a bucket without versions shows null versions', async () => {
  const bucket = await bench.bucket()
  await putNames(bench, bucket, DIFFICULT_NAMES)
  const found = entries(await list(bucket))
  assert.deepEqual(
    found.map((entry) => entry.key),
    inByteOrder(DIFFICULT_NAMES),
  )
  assert.ok(found.every((entry) => entry.id === 'null' && entry.latest === true))
})

test('markers that cannot be, and encryption headers, are refused', async () => {
  const bucket = await bench.bucket()
  for (const query of [
    'version-id-marker=null',
    'key-marker=k&version-id-marker=',
    'key-marker=k&version-id-marker=x',
    'max-keys=-1',
  ]) {
    const answer = await bench.send({ method: 'GET', path: `/${bucket}`, query: `versions&${query}` })
    assert.deepEqual([answer.status, answer.code], [400, 'InvalidArgument'], query)
  }
  const headers = [['x-amz-server-side-encryption', 'aws:kms']] as const
  const answer = await bench.send({ method: 'GET', path: `/${bucket}`, query: 'versions', headers })
  assert.deepEqual([answer.status, elementText(answer.text, 'ArgumentValue')], [400, 'aws:kms'])
})

test('an unknown bucket is 404, nobody is 403', async () => {
  await refusedWith(list('nobody-has-this'), 404, 'NoSuchBucket')
  const path = `/${await bench.bucket()}`
  assert.equal((await bench.send({ method: 'GET', path, query: 'versions', as: 'nobody' })).status, 403)
})

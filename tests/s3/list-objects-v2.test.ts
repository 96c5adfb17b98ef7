import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3'
import { createKey } from '../admin-api.ts'
import { elementText } from '../raw-request.ts'
import { refusedWith } from '../refused-with.ts'
import { ACCOUNT } from '../servers.ts'
import { bucketBench } from './bucket-bench.ts'
import { DIFFICULT_NAMES, enableVersions, inByteOrder, putNames } from './listing-bench.ts'

const bench = await bucketBench()
const { client } = bench

type Asked = Omit<ConstructorParameters<typeof ListObjectsV2Command>[0], 'Bucket'>

const list = (Bucket: string, asked: Asked = {}): Promise<ListObjectsV2CommandOutput> =>
  client.send(new ListObjectsV2Command({ Bucket, ...asked }))

function shown(page: ListObjectsV2CommandOutput): { keys: (string | undefined)[]; groups: (string | undefined)[] } {
  return {
    keys: (page.Contents ?? []).map((object) => object.Key),
    groups: (page.CommonPrefixes ?? []).map((group) => group.Prefix),
  }
}

/** All pages of `size` entries: what each showed, and every entry in its order. */
async function pages(bucket: string, size: number, asked: Asked = {}): Promise<ReturnType<typeof shown>[]> {
  const all: ReturnType<typeof shown>[] = []
  let token: string | undefined
  do {
    const page = await list(bucket, {
      ...asked,
      MaxKeys: size,
      ...(token === undefined ? {} : { ContinuationToken: token }),
    })
    all.push(shown(page))
    assert.equal(page.IsTruncated, page.NextContinuationToken !== undefined)
    assert.equal(page.KeyCount, shown(page).keys.length + shown(page).groups.length)
    token = page.NextContinuationToken
  } while (token !== undefined)
  return all
}

test('an empty bucket, and what an object shows', async () => {
  const Bucket = await bench.bucket()
  const empty = await list(Bucket)
  assert.deepEqual([empty.KeyCount, empty.IsTruncated, empty.Contents, empty.MaxKeys], [0, false, undefined, 1_000])
  const put = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'four', StorageClass: 'STANDARD_IA' }))
  const [object, ...others] = (await list(Bucket, { FetchOwner: true })).Contents ?? []
  assert.deepEqual(others, [])
  assert.deepEqual([object?.Key, object?.Size, object?.ETag, object?.StorageClass], ['k', 4, put.ETag, 'STANDARD_IA'])
  assert.equal(object?.Owner?.ID, ACCOUNT.padStart(64, '0'))
  assert.equal((await list(Bucket)).Contents?.[0]?.Owner, undefined)
})

test('names are bytes: every difficult one is listed once, in the order of bytes, with and without encoding', async () => {
  const bucket = await bench.bucket()
  await putNames(bench, bucket, DIFFICULT_NAMES)
  const expected = inByteOrder(DIFFICULT_NAMES)
  assert.deepEqual(shown(await list(bucket)).keys, expected)
  const encoded = shown(await list(bucket, { EncodingType: 'url' })).keys.map((key) => decodeURIComponent(key ?? ''))
  assert.deepEqual(encoded, expected)
  for (const size of [1, 7]) {
    const all = await pages(bucket, size)
    assert.deepEqual(
      all.flatMap((page) => page.keys),
      expected,
    )
  }
})

test('names that XML cannot hold are listed by encoding-type=url', async () => {
  const bucket = await bench.bucket()
  const put = await bench.send({ method: 'PUT', path: `/${bucket}/a%01b%0A`, body: 'x' })
  assert.equal(put.status, 200)
  assert.deepEqual(shown(await list(bucket, { EncodingType: 'url' })).keys, ['a%01b%0A'])
})

test('prefix and delimiter group by what stands up to the delimiter; pages neither repeat nor lose a group', async () => {
  const bucket = await bench.bucket()
  const names = ['a', 'a/1', 'a/2', 'a/b/1', 'a/b/2', 'a/c/1', 'b', 'b/1', 'c//1', 'c/1', 'd']
  await putNames(bench, bucket, names)
  assert.deepEqual(shown(await list(bucket, { Delimiter: '/' })), { keys: ['a', 'b', 'd'], groups: ['a/', 'b/', 'c/'] })
  assert.deepEqual(shown(await list(bucket, { Delimiter: '/', Prefix: 'a/' })), {
    keys: ['a/1', 'a/2'],
    groups: ['a/b/', 'a/c/'],
  })
  assert.deepEqual(shown(await list(bucket, { Delimiter: '/', Prefix: 'c/' })), { keys: ['c/1'], groups: ['c//'] })
  assert.deepEqual(shown(await list(bucket, { Prefix: 'a/b' })).keys, ['a/b/1', 'a/b/2'])
  assert.deepEqual(shown(await list(bucket, { Delimiter: '1' })).groups, [
    'a/1',
    'a/b/1',
    'a/c/1',
    'b/1',
    'c//1',
    'c/1',
  ])
  for (const size of [1, 2, 3]) {
    const all = await pages(bucket, size, { Delimiter: '/' })
    assert.deepEqual(
      all.flatMap((page) => page.keys),
      ['a', 'b', 'd'],
    )
    assert.deepEqual(
      all.flatMap((page) => page.groups),
      ['a/', 'b/', 'c/'],
    )
    for (const page of all) assert.ok(page.keys.length + page.groups.length <= size)
  }
})

test('StartAfter begins behind a name, which need not exist; a token goes before it', async () => {
  const bucket = await bench.bucket()
  await putNames(bench, bucket, ['a', 'b', 'c/1', 'c/2', 'd'])
  assert.deepEqual(shown(await list(bucket, { StartAfter: 'b' })).keys, ['c/1', 'c/2', 'd'])
  assert.deepEqual(shown(await list(bucket, { StartAfter: 'bb' })).keys, ['c/1', 'c/2', 'd'])
  assert.deepEqual(shown(await list(bucket, { StartAfter: 'zz' })).keys, [])
  const first = await list(bucket, { MaxKeys: 3 })
  assert.ok(first.NextContinuationToken !== undefined)
  const next = await list(bucket, { StartAfter: 'a', ContinuationToken: first.NextContinuationToken })
  assert.deepEqual(shown(next).keys, ['c/2', 'd'])
})

test('more than a page: a thousand at once, the rest behind the token; zero asks for nothing', async () => {
  const bucket = await bench.bucket()
  const names = Array.from({ length: 1_003 }, (_, number) => String(number).padStart(5, '0'))
  await putNames(bench, bucket, names)
  const all = await pages(bucket, 5_000)
  assert.deepEqual(
    all.map((page) => page.keys.length),
    [1_000, 3],
  )
  assert.deepEqual(
    all.flatMap((page) => page.keys),
    names,
  )
  const none = await list(bucket, { MaxKeys: 0 })
  assert.deepEqual([none.KeyCount, none.IsTruncated], [0, false])
})

test('only current objects: no old version, and nothing behind a delete marker', async () => {
  const Bucket = await bench.bucket()
  await enableVersions(bench, Bucket)
  await putNames(bench, Bucket, ['gone', 'kept'])
  await putNames(bench, Bucket, ['kept'])
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }))
  assert.deepEqual(shown(await list(Bucket)).keys, ['kept'])
})

test('spec 4.2: listings take no encryption header and show nothing of it; ETags are those of GET in every mode', async () => {
  const Bucket = await bench.bucket()
  const { arn } = await createKey(bench.server)
  const modes = [
    { ServerSideEncryption: 'AES256' as const },
    { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: arn },
    { ServerSideEncryption: 'aws:kms:dsse' as const, SSEKMSKeyId: arn },
    { SSECustomerAlgorithm: 'AES256', SSECustomerKey: Buffer.alloc(32, 1).toString('base64') },
  ]
  const etags: (string | undefined)[] = []
  for (const [number, mode] of modes.entries()) {
    etags.push((await client.send(new PutObjectCommand({ Bucket, Key: `${number}`, Body: 'same', ...mode }))).ETag)
  }
  const { Contents = [] } = await list(Bucket)
  assert.deepEqual(
    Contents.map((object) => object.ETag),
    etags,
  )
  assert.deepEqual(
    Contents.map((object) => object.Size),
    [4, 4, 4, 4],
  )
  const raw = await bench.send({ method: 'GET', path: `/${Bucket}`, query: 'list-type=2' })
  assert.doesNotMatch(raw.text, /aws:kms|AES256|arn:aws:kms/)
  for (const query of ['list-type=2', '']) {
    const headers = [['x-amz-server-side-encryption', 'AES256']] as const
    const refused = await bench.send({ method: 'GET', path: `/${Bucket}`, query, headers })
    assert.deepEqual([refused.status, refused.code], [400, 'InvalidArgument'])
    assert.equal(elementText(refused.text, 'ArgumentName'), 'x-amz-server-side-encryption')
    assert.equal(elementText(refused.text, 'ArgumentValue'), 'AES256')
  }
})

test('tokens are made here: another, an empty one, and one of another bucket are refused', async () => {
  const [one, other] = [await bench.bucket(), await bench.bucket()]
  for (const bucket of [one, other]) await putNames(bench, bucket, ['a', 'b'])
  const token = (await list(one, { MaxKeys: 1 })).NextContinuationToken ?? assert.fail('no token')
  await refusedWith(list(other, { ContinuationToken: token }), 400, 'InvalidArgument')
  for (const text of ['x', 'a', token.slice(1), `${token}A`]) {
    await refusedWith(list(one, { ContinuationToken: text }), 400, 'InvalidArgument')
  }
  const empty = await bench.send({ method: 'GET', path: `/${one}`, query: 'list-type=2&continuation-token=' })
  assert.deepEqual([empty.status, empty.code], [400, 'InvalidArgument'])
})

test('what cannot be read as a number or a word is refused', async () => {
  const bucket = await bench.bucket()
  for (const query of [
    'max-keys=-1',
    'max-keys=x',
    'max-keys=1e3',
    'max-keys=2147483648',
    'encoding-type=base64',
    'fetch-owner=1',
    'list-type=3',
  ]) {
    const whole = query.startsWith('list-type') ? query : `list-type=2&${query}`
    const answer = await bench.send({ method: 'GET', path: `/${bucket}`, query: whole })
    assert.deepEqual([answer.status, answer.code], [400, 'InvalidArgument'], query)
  }
})

test('an unknown bucket is 404, nobody 403, another expected owner 403', async () => {
  await refusedWith(list('nobody-has-this'), 404, 'NoSuchBucket')
  const bucket = await bench.bucket()
  assert.equal(
    (await bench.send({ method: 'GET', path: `/${bucket}`, query: 'list-type=2', as: 'nobody' })).status,
    403,
  )
  await refusedWith(list(bucket, { ExpectedBucketOwner: '999999999999' }), 403, 'AccessDenied')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
  type ListMultipartUploadsCommandOutput,
} from '@aws-sdk/client-s3'
import { createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { ACCOUNT } from '../servers.ts'
import { bucketBench } from './bucket-bench.ts'
import { inByteOrder } from './listing-bench.ts'

const bench = await bucketBench()
const { client } = bench

type Asked = Omit<ConstructorParameters<typeof ListMultipartUploadsCommand>[0], 'Bucket'>

const list = (Bucket: string, asked: Asked = {}): Promise<ListMultipartUploadsCommandOutput> =>
  client.send(new ListMultipartUploadsCommand({ Bucket, ...asked }))

async function create(Bucket: string, Key: string, more: object = {}): Promise<string> {
  const upload = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))
  return upload.UploadId ?? assert.fail('no upload id')
}

function shown(
  page: ListMultipartUploadsCommandOutput,
): readonly (readonly [string | undefined, string | undefined])[] {
  return (page.Uploads ?? []).map((upload) => [upload.Key, upload.UploadId])
}

test('running uploads by name, with who began them; ended ones are gone', async () => {
  const bucket = await bench.bucket()
  assert.deepEqual(shown(await list(bucket)), [])
  const ids = new Map<string, string>()
  for (const name of ['b', 'a/2', 'a/1', 'é', 'A']) ids.set(name, await create(bucket, name))
  const page = await list(bucket)
  assert.deepEqual(
    shown(page),
    inByteOrder([...ids.keys()]).map((name) => [name, ids.get(name)]),
  )
  const [first] = page.Uploads ?? []
  const owner = ACCOUNT.padStart(64, '0')
  assert.deepEqual([first?.Owner?.ID, first?.Initiator?.ID, first?.StorageClass], [owner, owner, 'STANDARD'])
  assert.ok(first?.Initiated instanceof Date)

  await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: 'b', UploadId: ids.get('b') }))
  const at = { Bucket: bucket, Key: 'A', UploadId: ids.get('A') }
  const part = await client.send(new UploadPartCommand({ ...at, PartNumber: 1, Body: 'x' }))
  const parts = [
    {
      PartNumber: 1,
      ETag: part.ETag,
      ...(part.ChecksumCRC32 === undefined ? {} : { ChecksumCRC32: part.ChecksumCRC32 }),
    },
  ]
  await client.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts: parts } }))
  assert.deepEqual(
    shown(await list(bucket)).map(([key]) => key),
    ['a/1', 'a/2', 'é'],
  )
})

test('several uploads of one name, page by page of every size: each once, of a name the oldest first', async () => {
  const bucket = await bench.bucket()
  const all: [string, string][] = []
  for (const name of ['a', 'a', 'a', 'b', 'c', 'c']) all.push([name, await create(bucket, name)])
  for (const MaxUploads of [1, 2, 4, 6]) {
    const found: unknown[] = []
    let asked: Asked = { MaxUploads }
    for (;;) {
      const page = await list(bucket, asked)
      found.push(...shown(page))
      if (page.IsTruncated !== true) break
      asked = { MaxUploads, KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
    }
    assert.deepEqual(found, all, `pages of ${MaxUploads}`)
  }
  assert.deepEqual(shown(await list(bucket, { KeyMarker: 'a' })), all.slice(3))
})

test('prefix and delimiter group uploads', async () => {
  const bucket = await bench.bucket()
  for (const name of ['a', 'b/1', 'b/2', 'c']) await create(bucket, name)
  const page = await list(bucket, { Delimiter: '/' })
  assert.deepEqual(
    shown(page).map(([key]) => key),
    ['a', 'c'],
  )
  assert.deepEqual(
    (page.CommonPrefixes ?? []).map((group) => group.Prefix),
    ['b/'],
  )
  assert.deepEqual(
    shown(await list(bucket, { Prefix: 'b/' })).map(([key]) => key),
    ['b/1', 'b/2'],
  )
})

test('spec 4.2: a listing of uploads says nothing of their encryption', async () => {
  const bucket = await bench.bucket()
  const { arn } = await createKey(bench.server)
  await create(bucket, 'k', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: arn })
  const answer = await bench.send({ method: 'GET', path: `/${bucket}`, query: 'uploads' })
  assert.doesNotMatch(answer.text, /kms/)
  assert.deepEqual(
    Object.keys(answer.headers).filter((name) => name.includes('encryption')),
    [],
  )
})

test('markers and numbers that cannot be are refused; an unknown bucket is 404, nobody 403', async () => {
  const path = `/${await bench.bucket()}`
  for (const query of ['key-marker=k&upload-id-marker=x', 'max-uploads=x', 'encoding-type=x']) {
    const answer = await bench.send({ method: 'GET', path, query: `uploads&${query}` })
    assert.deepEqual([answer.status, answer.code], [400, 'InvalidArgument'], query)
  }
  await refusedWith(list('nobody-has-this'), 404, 'NoSuchBucket')
  assert.equal((await bench.send({ method: 'GET', path, query: 'uploads', as: 'nobody' })).status, 403)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CreateBucketCommand, DeleteBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3'
import { elementText } from '../raw-request.ts'
import { refusedWith } from '../refused-with.ts'
import { ACCOUNT, s3Client } from '../servers.ts'
import { bucketBench } from './bucket-bench.ts'

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5)
const bench = await bucketBench({ settings: { COFFER_REGIONS: 'us-east-1,eu-west-1' } })
const { client } = bench

type Asked = ConstructorParameters<typeof ListBucketsCommand>[0]

async function names(asked: Asked = {}): Promise<readonly (string | undefined)[]> {
  const { Buckets = [] } = await client.send(new ListBucketsCommand(asked))
  return Buckets.map((bucket) => bucket.Name)
}

test('no bucket, one, many: by name in the order of bytes, and gone when deleted', async () => {
  assert.deepEqual(await names(), [])
  for (const Bucket of ['bbb', 'a-b', 'a.b', 'aaa', 'ab0', 'zzz'])
    await client.send(new CreateBucketCommand({ Bucket }))
  assert.deepEqual(await names(), ['a-b', 'a.b', 'aaa', 'ab0', 'bbb', 'zzz'])
  await client.send(new DeleteBucketCommand({ Bucket: 'a.b' }))
  assert.deepEqual(await names(), ['a-b', 'aaa', 'ab0', 'bbb', 'zzz'])
})

test('by prefix, and page by page: every bucket once', async () => {
  assert.deepEqual(await names({ Prefix: 'a' }), ['a-b', 'aaa', 'ab0'])
  assert.deepEqual(await names({ Prefix: 'nothing' }), [])
  const pages: (readonly (string | undefined)[])[] = []
  let token: string | undefined
  do {
    const page = await client.send(
      new ListBucketsCommand({
        MaxBuckets: 2,
        Prefix: 'a',
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    )
    pages.push((page.Buckets ?? []).map((bucket) => bucket.Name))
    token = page.ContinuationToken
  } while (token !== undefined)
  assert.deepEqual(pages, [['a-b', 'aaa'], ['ab0']])
})

test('the owner, the time of creation and the region are shown', async () => {
  const at = await bucketBench({ now: () => START_MS })
  const send = (method: string, path: string): ReturnType<typeof at.send> => at.send({ method, path, timeMs: START_MS })
  assert.equal((await send('PUT', '/dated')).status, 200)
  const answer = await send('GET', '/')
  assert.equal(answer.status, 200)
  assert.equal(elementText(answer.text, 'CreationDate'), '2026-01-02T03:04:05.000Z')
  assert.equal(elementText(answer.text, 'BucketRegion'), 'us-east-1')
  assert.equal(elementText(answer.text, 'ID'), ACCOUNT.padStart(64, '0'))
})

test('BucketRegion confines the answer', async () => {
  const configuration = { LocationConstraint: 'eu-west-1' as const }
  await client.send(new CreateBucketCommand({ Bucket: 'far-away', CreateBucketConfiguration: configuration }))
  assert.deepEqual(await names({ BucketRegion: 'eu-west-1' }), ['far-away'])
  assert.ok(!(await names({ BucketRegion: 'us-east-1' })).includes('far-away'))
  assert.deepEqual(await names({ BucketRegion: 'mars-1' }), [])
})

test('numbers out of their range are refused', async () => {
  for (const text of ['0', '-1', '10001', 'x', '1e3', '%201']) {
    const answer = await bench.send({ method: 'GET', path: '/', query: `max-buckets=${text}` })
    assert.deepEqual([answer.status, answer.code], [400, 'InvalidArgument'], text)
  }
})

test('nobody, a wrong secret, and an unknown access key list nothing', async () => {
  const anonymous = await bench.send({ method: 'GET', path: '/', as: 'nobody' })
  assert.deepEqual([anonymous.status, anonymous.code], [403, 'AccessDenied'])
  const as = async (accessKeyId: string, secretAccessKey: string, code: string): Promise<void> => {
    const other = s3Client(bench.server, { credentials: { accessKeyId, secretAccessKey } })
    await refusedWith(other.send(new ListBucketsCommand({})), 403, code)
    other.destroy()
  }
  await as(bench.server.accessKeyId, 'another-secret-0123456789-0123456789', 'SignatureDoesNotMatch')
  await as('CFRNOBODYNOBODYNOBO', bench.server.secretAccessKey, 'InvalidAccessKeyId')
})

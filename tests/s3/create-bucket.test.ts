import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreateBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  type BucketLocationConstraint,
} from '@aws-sdk/client-s3'
import { refusedWith } from '../refused-with.ts'
import { bucketBench, NAMESPACE } from './bucket-bench.ts'

const bench = await bucketBench({ settings: { COFFER_REGIONS: 'us-east-1,eu-west-1' } })
const { client } = bench

test('a bucket is made, and its location is answered', async () => {
  const made = await client.send(new CreateBucketCommand({ Bucket: 'made' }))
  assert.deepEqual([made.$metadata.httpStatusCode, made.Location], [200, '/made'])
  await client.send(new HeadBucketCommand({ Bucket: 'made' }))
})

test('a name is taken once: the owner is told so', async () => {
  const create = (): Promise<unknown> => client.send(new CreateBucketCommand({ Bucket: 'taken' }))
  const outcomes = await Promise.allSettled([create(), create(), create(), create()])
  assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1)
  await refusedWith(create(), 409, 'BucketAlreadyOwnedByYou')
})

test('the region comes by LocationConstraint, and has to be one of the deployment', async () => {
  const create = (Bucket: string, region: BucketLocationConstraint): Promise<unknown> =>
    client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }))
  await create('in-europe', 'eu-west-1')
  const location = await client.send(new GetBucketLocationCommand({ Bucket: 'in-europe' }))
  assert.equal(location.LocationConstraint, 'eu-west-1')
  await refusedWith(create('in-asia', 'ap-northeast-1'), 400, 'InvalidLocationConstraint')
  await refusedWith(client.send(new HeadBucketCommand({ Bucket: 'in-asia' })), 404, 'NotFound')
})

test('names: which are taken, which are refused (S3-31 in part: a general purpose bucket has no directory bucket’s name)', async () => {
  for (const name of ['abc', 'a.b', 'a-b', '0ab', 'a1b2', 'a'.repeat(63), '1.2.3.4.5', 'a.b.c-d']) {
    assert.equal((await bench.send({ method: 'PUT', path: `/${name}` })).status, 200, name)
  }
  const refused = [
    ...['ab', 'a'.repeat(64), 'Abc', 'a_b', '-abc', 'abc-', '.abc', 'abc.', 'a..b', 'a.-b', 'a-.b', '192.168.0.1'],
    ...[
      'xn--abc',
      'sthree-abc',
      'amzn-s3-demo-abc',
      'abc-s3alias',
      'abc--ol-s3',
      'abc.mrap',
      'abc--table-s3',
      'abc%20d',
    ],
  ]
  for (const name of refused) {
    const answer = await bench.send({ method: 'PUT', path: `/${name}` })
    assert.deepEqual([answer.status, answer.code], [400, 'InvalidBucketName'], name)
  }
  const directory = await bench.send({ method: 'PUT', path: '/base--use1-az4--x-s3' })
  assert.deepEqual([directory.status, directory.code], [400, 'MissingRequestBodyError'])
})

test('what a bucket could be created with and is not here is refused, not ignored; nothing is made', async () => {
  const refused: readonly (readonly [header: readonly [string, string], status: number, code: string])[] = [
    [['x-amz-object-ownership', 'Nobody'], 400, 'InvalidArgument'],
    [['x-amz-acl', 'public-read'], 400, 'InvalidBucketAclWithObjectOwnership'],
    [['x-amz-acl', 'aws-exec-read'], 501, 'NotImplemented'],
    [['x-amz-grant-read', 'id="x"'], 400, 'InvalidArgument'],
  ]
  for (const [header, status, code] of refused) {
    const answer = await bench.send({ method: 'PUT', path: '/wishful', headers: [header] })
    assert.deepEqual([answer.status, answer.code], [status, code], header.join(' '))
  }
  const directory = `<CreateBucketConfiguration xmlns="${NAMESPACE}"><Bucket><Type>Directory</Type></Bucket></CreateBucketConfiguration>`
  assert.equal((await bench.send({ method: 'PUT', path: '/wishful', body: directory })).status, 501)
  for (const body of ['<CreateBucketConfiguration>', '<Wrong/>', 'x']) {
    const answer = await bench.send({ method: 'PUT', path: '/wishful', body })
    assert.deepEqual([answer.status, answer.code], [400, 'MalformedXML'])
  }
  assert.equal((await bench.send({ method: 'HEAD', path: '/wishful' })).status, 404)
})

test('headers that ask for what is so anyway are accepted', async () => {
  const headers: readonly (readonly [string, string])[] = [
    ['x-amz-acl', 'private'],
    ['x-amz-object-ownership', 'BucketOwnerEnforced'],
    ['x-amz-bucket-object-lock-enabled', 'false'],
  ]
  const body = `<CreateBucketConfiguration xmlns="${NAMESPACE}"/>`
  assert.equal((await bench.send({ method: 'PUT', path: '/as-usual', headers, body })).status, 200)
})

test('nobody makes a bucket', async () => {
  const answer = await bench.send({ method: 'PUT', path: '/by-nobody', as: 'nobody' })
  assert.deepEqual([answer.status, answer.code], [403, 'AccessDenied'])
  assert.equal((await bench.send({ method: 'HEAD', path: '/by-nobody' })).status, 404)
})

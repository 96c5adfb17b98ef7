import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  RenameObjectCommand,
  S3ServiceException,
  type RenameObjectCommandInput,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { createKey } from '../admin-api.ts'
import { memoryServer, s3Client } from '../servers.ts'

const ZONE = 'use1-az4'

let server: RunningCoffer
before(async () => {
  server = await memoryServer()
})
after(() => server.close())

async function made(base: string): Promise<string> {
  const Bucket = `${base}--${ZONE}--x-s3`
  const CreateBucketConfiguration = {
    Location: { Type: 'AvailabilityZone', Name: ZONE },
    Bucket: { Type: 'Directory', DataRedundancy: 'SingleAvailabilityZone' },
  } as const
  await s3Client(server).send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }))
  return Bucket
}

async function rename(input: RenameObjectCommandInput): Promise<string> {
  try {
    await s3Client(server).send(new RenameObjectCommand(input))
    return 'done'
  } catch (error) {
    if (error instanceof S3ServiceException) return `${error.$metadata.httpStatusCode} ${error.name}`
    throw error
  }
}

async function names(Bucket: string): Promise<readonly (string | undefined)[]> {
  const { Contents = [] } = await s3Client(server).send(new ListObjectsV2Command({ Bucket }))
  return Contents.map(({ Key }) => Key)
}

test('RenameObject: another name in the same directory bucket, and everything else as it was', async () => {
  const s3 = s3Client(server)
  const Bucket = await made('renames')
  const key = await createKey(server)
  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key.arn } }] as const
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [...Rules] } }))
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a/b c', Body: 'the content', Metadata: { by: 'a test' } }))
  const before = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a/b c' }))
  assert.equal(await rename({ Bucket, Key: 'z/new', RenameSource: encodeURIComponent('a/b c') }), 'done')
  assert.deepEqual(await names(Bucket), ['z/new'])
  const after = await s3.send(new HeadObjectCommand({ Bucket, Key: 'z/new' }))
  const told = ['ETag', 'ContentLength', 'LastModified', 'Metadata', 'SSEKMSKeyId', 'StorageClass'] as const
  assert.deepEqual(
    told.map((one) => after[one]),
    told.map((one) => before[one]),
  )
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'z/new' }))
  assert.equal(await got.Body?.transformToString(), 'the content')
  // The bucket may stand before the key.
  assert.equal(await rename({ Bucket, Key: 'b', RenameSource: `${Bucket}/z/new` }), 'done')
  assert.equal(await rename({ Bucket, Key: 'z/new', RenameSource: `/${Bucket}/b` }), 'done')
  assert.equal(await rename({ Bucket, Key: 'dir/', RenameSource: 'z/new' }), '400 InvalidRequest')
  assert.equal(await rename({ Bucket, Key: 'z/new', RenameSource: 'z/new' }), '400 InvalidRequest')
  assert.match(await rename({ Bucket, Key: 'c', RenameSource: 'nothing' }), /^404 /)
  assert.deepEqual(await names(Bucket), ['z/new'])
})

test('RenameObject: conditions on both names, each named when it fails', async () => {
  const s3 = s3Client(server)
  const Bucket = await made('conditions')
  const [one, two] = await Promise.all(
    ['one', 'two'].map((Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))),
  )
  const [long, future] = [new Date(0), new Date(Date.now() + 3_600_000)]
  const refused: readonly Partial<RenameObjectCommandInput>[] = [
    { DestinationIfNoneMatch: '*' },
    { DestinationIfMatch: one?.ETag },
    { DestinationIfModifiedSince: future },
    { DestinationIfUnmodifiedSince: long },
    { SourceIfMatch: two?.ETag },
    { SourceIfNoneMatch: '*' },
    { SourceIfNoneMatch: one?.ETag },
    { SourceIfModifiedSince: future },
    { SourceIfUnmodifiedSince: long },
  ]
  for (const condition of refused) {
    const asked = { Bucket, Key: 'two', RenameSource: 'one', ...condition }
    assert.equal(await rename(asked), '412 PreconditionFailed', JSON.stringify(condition))
  }
  for (const condition of [{ DestinationIfMatch: '*' }, { DestinationIfNoneMatch: one?.ETag }]) {
    assert.equal(await rename({ Bucket, Key: 'two', RenameSource: 'one', ...condition }), '501 NotImplemented')
  }
  assert.deepEqual(await names(Bucket), ['one', 'two'])
  const met = { DestinationIfMatch: two?.ETag, SourceIfMatch: one?.ETag, SourceIfUnmodifiedSince: future }
  assert.equal(await rename({ Bucket, Key: 'two', RenameSource: 'one', ...met }), 'done')
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'two' }))
  assert.equal(await got.Body?.transformToString(), 'one')
  assert.equal(await rename({ Bucket, Key: 'free', RenameSource: 'two', DestinationIfNoneMatch: '*' }), 'done')
})

test('RenameObject: a retry by the same token is answered, another request by it is not', async () => {
  const s3 = s3Client(server)
  const Bucket = await made('tokens')
  await s3.send(new PutObjectCommand({ Bucket, Key: 'old', Body: 'x' }))
  const asked = { Bucket, Key: 'new', RenameSource: 'old', ClientToken: 'a-token' }
  assert.equal(await rename(asked), 'done')
  assert.equal(await rename(asked), 'done')
  assert.equal(await rename({ ...asked, Key: 'other' }), '400 IdempotencyParameterMismatch')
  assert.equal(await rename({ ...asked, ClientToken: 'x'.repeat(65) }), '400 InvalidArgument')
  assert.match(await rename({ ...asked, ClientToken: 'another' }), /^404 /)
})

test('RenameObject is for directory buckets', async () => {
  await s3Client(server).send(new CreateBucketCommand({ Bucket: 'general' }))
  assert.equal(await rename({ Bucket: 'general', Key: 'a', RenameSource: 'b' }), '501 NotImplemented')
})

import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListDirectoryBucketsCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3ServiceException,
  type LocationType,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { createKey } from '../admin-api.ts'
import { sendForm } from '../browser-form.ts'
import { rawRequest } from '../raw-request.ts'
import { ACCOUNT, memoryServer, s3Client } from '../servers.ts'

let server: RunningCoffer
before(async () => {
  server = await memoryServer()
})
after(() => server.close())

function place(zone: string, Type: LocationType = 'AvailabilityZone') {
  const DataRedundancy = Type === 'LocalZone' ? 'SingleLocalZone' : 'SingleAvailabilityZone'
  return { Location: { Type, Name: zone }, Bucket: { Type: 'Directory', DataRedundancy } } as const
}

async function made(base: string, zone = 'use1-az4', type: LocationType = 'AvailabilityZone'): Promise<string> {
  const Bucket = `${base}--${zone}--x-s3`
  await s3Client(server).send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: place(zone, type) }))
  return Bucket
}

async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    if (error instanceof S3ServiceException) return `${error.$metadata.httpStatusCode} ${error.name}`
    throw error
  }
  return 'done'
}

function rule(SSEAlgorithm: ServerSideEncryption, KMSMasterKeyID?: string, BucketKeyEnabled?: boolean) {
  return { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID }, BucketKeyEnabled }] }
}

function putRule(Bucket: string, ServerSideEncryptionConfiguration: ReturnType<typeof rule>): Promise<unknown> {
  return s3Client(server).send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }))
}

test('S3-30 S3-31 S3-32 S3-33 S3-34 directory buckets are made by name and zone, and names have their rules', async () => {
  const s3 = s3Client(server)
  await made('first')
  await made('first', 'use1-az5')
  await made('local', 'usw2-lax1-az1', 'LocalZone')
  await made('doc-example-bucket', 'usw2-az1')
  const again = made('first')
  assert.equal(await refusal(again), '409 BucketAlreadyOwnedByYou')
  const create = (Bucket: string, zone?: string): Promise<string> =>
    refusal(
      s3.send(
        new CreateBucketCommand({ Bucket, ...(zone === undefined ? {} : { CreateBucketConfiguration: place(zone) }) }),
      ),
    )
  assert.equal(await create('other--use1-az4--x-s3', 'use1-az5'), '400 InvalidRequest')
  assert.match(await create('general--x-s3'), /^400 /)
  assert.match(await create(`${'a'.repeat(50)}--use1-az4--x-s3`, 'use1-az4'), /^400 InvalidBucketName/)
  assert.match(await create('xn--bad--use1-az4--x-s3', 'use1-az4'), /^400 InvalidBucketName/)
  const { Buckets = [] } = await s3.send(new ListDirectoryBucketsCommand({}))
  assert.deepEqual(
    Buckets.map(({ Name }) => Name),
    [
      ...['doc-example-bucket--usw2-az1--x-s3', 'first--use1-az4--x-s3', 'first--use1-az5--x-s3'],
      'local--usw2-lax1-az1--x-s3',
    ],
  )
  assert.deepEqual((await s3.send(new ListBucketsCommand({}))).Buckets, [])
})

test('S3-36 S3-39 objects go by sessions that the client makes itself, with the default of the bucket', async () => {
  const s3 = s3Client(server)
  const Bucket = await made('plain')
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }))
  assert.equal(
    ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
    'AES256',
  )
  await s3.send(new PutObjectCommand({ Bucket, Key: 'dir/a', Body: 'a directory object' }))
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'dir/a' }))
  assert.equal(head.ServerSideEncryption, 'AES256')
  assert.equal(head.StorageClass, 'EXPRESS_ONEZONE')
  assert.notEqual(head.ETag, '"a6c0bba25c0e6f6c4a6d1e3a6e3a1b6d"')
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'dir/a' }))
  assert.equal(await got.Body?.transformToString(), 'a directory object')
  const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'dir/', Delimiter: '/' }))
  assert.deepEqual(
    listed.Contents?.map(({ Key }) => Key),
    ['dir/a'],
  )
  assert.equal(await refusal(s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'di' }))), '400 InvalidArgument')
  const versioning = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })
  assert.equal(await refusal(s3.send(versioning)), '501 NotImplemented')
  assert.equal(await refusal(s3.send(new DeleteBucketCommand({ Bucket }))), '409 BucketNotEmpty')
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'dir/a' }))
  await s3.send(new DeleteBucketCommand({ Bucket }))
})

test('S3-37 S3-38 S3-41 S3-42 S3-43 S3-44 S3-52 S3-53 S3-54 S3-55 one customer managed key, by id or ARN, with a bucket key', async () => {
  const s3 = s3Client(server)
  const Bucket = await made('keyed')
  const [one, two] = [await createKey(server, 'alias/one'), await createKey(server)]
  const before = await s3.send(new GetBucketEncryptionCommand({ Bucket }))
  for (const bad of [
    rule('aws:kms:dsse', one.arn),
    rule('aws:kms'),
    rule('aws:kms', 'alias/aws/s3'),
    rule('aws:kms', 'alias/one'),
    rule('aws:kms', one.arn.replace(/key\/.*/, 'alias/one')),
    rule('aws:kms', one.arn, false),
    rule('aws:kms', '11111111-2222-4333-8444-555555555555'),
  ]) {
    assert.match(await refusal(putRule(Bucket, bad)), /^400 /, JSON.stringify(bad))
  }
  assert.deepEqual(
    (await s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration,
    before.ServerSideEncryptionConfiguration,
  )
  await putRule(Bucket, rule('aws:kms', one.arn))
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }))
  assert.equal(ServerSideEncryptionConfiguration?.Rules?.[0]?.BucketKeyEnabled, true)
  assert.match(await refusal(putRule(Bucket, rule('aws:kms', two.arn))), /^400 /)
  await putRule(Bucket, rule('AES256'))
  assert.match(await refusal(putRule(Bucket, rule('aws:kms', two.arn))), /^400 /)
  await putRule(Bucket, rule('aws:kms', one.id))
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'under the key' }))
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
  assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId, head.BucketKeyEnabled], ['aws:kms', one.arn, true])
  const other = { Bucket, Key: 'x', Body: 'x' } as const
  assert.match(await refusal(s3.send(new PutObjectCommand({ ...other, ServerSideEncryption: 'AES256' }))), /^400 /)
  const differs = new PutObjectCommand({ ...other, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: two.arn })
  assert.match(await refusal(s3.send(differs)), /^400 /)
  const off = new PutObjectCommand({ ...other, BucketKeyEnabled: false })
  assert.match(await refusal(s3.send(off)), /^400 /)
  await s3.send(new PutObjectCommand({ ...other, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: one.id }))
})

test('S3-26 S3-27 S3-28 S3-29 S3-35 the configuration is asked for at the Regional endpoint, with the bucket in the path', async () => {
  const Bucket = await made('placed')
  const ask = async (host: string, path: string): Promise<string> => {
    const answer = await rawRequest(server, { method: 'GET', path, query: 'encryption', host, service: 's3express' })
    return `${answer.status} ${answer.code ?? ''}`.trim()
  }
  assert.equal(await ask('s3express-control.us-east-1.amazonaws.com', `/${Bucket}`), '200')
  assert.match(await ask(`${Bucket}.s3express-control.us-east-1.amazonaws.com`, '/'), /^4/)
  assert.match(await ask(`${Bucket}.s3express-use1-az4.us-east-1.amazonaws.com`, '/'), /^4/)
  assert.match(await ask(`${Bucket}.localhost`, '/'), /^4/)
  assert.equal(await ask('localhost', `/${Bucket}`), '200')
  assert.match(await ask('s3express-control.us-east-1.amazonaws.com', '/'), /^4/)
})

test('S3-81 S3-85 the configuration takes no Content-MD5, and no expected owner, be it the right one', async () => {
  const s3 = s3Client(server)
  const Bucket = await made('headers')
  const body =
    '<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule>' +
    '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>' +
    '</Rule></ServerSideEncryptionConfiguration>'
  const raw = async (headers: readonly (readonly [string, string])[]): Promise<string> => {
    const request = { method: 'PUT', path: `/${Bucket}`, query: 'encryption', service: 's3express', headers, body }
    const { status, code } = await rawRequest(server, request)
    return `${status} ${code ?? ''}`.trim()
  }
  assert.equal(await raw([['content-md5', createHash('md5').update(body).digest('base64')]]), '501 NotImplemented')
  assert.equal(await raw([]), '200')
  for (const ExpectedBucketOwner of [ACCOUNT, '999999999999']) {
    const ServerSideEncryptionConfiguration = rule('AES256')
    const put = new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration, ExpectedBucketOwner })
    const get = new GetBucketEncryptionCommand({ Bucket, ExpectedBucketOwner })
    const remove = new DeleteBucketEncryptionCommand({ Bucket, ExpectedBucketOwner })
    assert.equal(await refusal(s3.send(put)), '501 NotImplemented')
    assert.equal(await refusal(s3.send(get)), '501 NotImplemented')
    assert.equal(await refusal(s3.send(remove)), '501 NotImplemented')
  }
})

test('S3-93 the checksum that the client makes by itself is a CRC32, and it is taken', async () => {
  const s3 = s3Client(server)
  const Bucket = await made('sums')
  const seen: string[] = []
  s3.middlewareStack.add(
    (next) => (given) => {
      const { request } = given as { readonly request?: { readonly headers?: Readonly<Record<string, string>> } }
      seen.push(...Object.keys(request?.headers ?? {}).filter((name) => name.startsWith('x-amz-checksum-')))
      return next(given)
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  const ServerSideEncryptionConfiguration = rule('AES256')
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }))
  assert.deepEqual(seen, ['x-amz-checksum-crc32'])
})

test('8 a form is no road into a directory bucket', async () => {
  const bucket = await made('forms')
  const answer = await sendForm(server, { scheme: 'sigv4', bucket, fields: [['key', 'k']] })
  assert.deepEqual([answer.status, answer.code], [405, 'MethodNotAllowed'], answer.text)
})

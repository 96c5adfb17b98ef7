import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { refusedWith } from '../refused-with.ts'
import { memoryServer, s3Client } from '../servers.ts'

const Bucket = 'guarded'
const RESOURCE = `arn:aws:s3:::${Bucket}`

let server: RunningCoffer
let client: S3Client

before(async () => {
  server = await memoryServer()
  client = s3Client(server)
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new PutObjectCommand({ Bucket, Key: 'open/a', Body: 'for all' }))
  await client.send(new PutObjectCommand({ Bucket, Key: 'shut/a', Body: 'for some' }))
})
after(async () => {
  client.destroy()
  await server.close()
})

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

const READ_BY_ALL = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${RESOURCE}/open/*` }

async function put(Policy: string): Promise<void> {
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
}

async function anonymous(path: string, method = 'GET'): Promise<number> {
  const response = await fetch(`${server.endpoint}/${path}`, { method })
  await response.arrayBuffer()
  return response.status
}

test('a bucket has no policy; one that was put comes back byte for byte, until it is deleted', async () => {
  await refusedWith(client.send(new GetBucketPolicyCommand({ Bucket })), 404, 'NoSuchBucketPolicy')
  const text = `  ${policy({ Sid: 'none', Effect: 'Deny', Principal: '*', Action: 's3:PutObjectTagging', Resource: `${RESOURCE}/x` })}\n`
  await put(text)
  assert.equal((await client.send(new GetBucketPolicyCommand({ Bucket }))).Policy, text)
  const status = await client.send(new GetBucketPolicyStatusCommand({ Bucket }))
  assert.equal(status.PolicyStatus?.IsPublic, false)
  await client.send(new DeleteBucketPolicyCommand({ Bucket }))
  await client.send(new DeleteBucketPolicyCommand({ Bucket }))
  await refusedWith(client.send(new GetBucketPolicyCommand({ Bucket })), 404, 'NoSuchBucketPolicy')
  await refusedWith(client.send(new GetBucketPolicyStatusCommand({ Bucket })), 404, 'NoSuchBucketPolicy')
})

test('T-085 (part) nothing is public by itself: a public policy is refused until the block is lifted, and counts only then', async () => {
  const block = await client.send(new GetPublicAccessBlockCommand({ Bucket }))
  assert.deepEqual(block.PublicAccessBlockConfiguration, {
    ...{ BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
  })
  await refusedWith(put(policy(READ_BY_ALL)), 403, 'AccessDenied')
  await refusedWith(client.send(new GetBucketPolicyCommand({ Bucket })), 404, 'NoSuchBucketPolicy')

  const off = { BlockPublicAcls: false, IgnorePublicAcls: false, BlockPublicPolicy: false }
  const restricted = { ...off, RestrictPublicBuckets: true }
  await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: restricted }))
  await put(policy(READ_BY_ALL))
  assert.equal(await anonymous(`${Bucket}/open/a`), 403)
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
  await refusedWith(
    client.send(new GetPublicAccessBlockCommand({ Bucket })),
    404,
    'NoSuchPublicAccessBlockConfiguration',
  )
  assert.equal(await anonymous(`${Bucket}/open/a`), 200)
  assert.equal(await anonymous(`${Bucket}/shut/a`), 403)
  assert.equal(await anonymous(`${Bucket}/open/a`, 'PUT'), 403)
  assert.equal(await anonymous(Bucket), 403)
  const status = await client.send(new GetBucketPolicyStatusCommand({ Bucket }))
  assert.equal(status.PolicyStatus?.IsPublic, true)

  await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: restricted }))
  assert.equal(await anonymous(`${Bucket}/open/a`), 403)
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
  await client.send(new DeleteBucketPolicyCommand({ Bucket }))
  assert.equal(await anonymous(`${Bucket}/open/a`), 403)
})

test('T-076 who may read and not list learns nothing of what is not there', async () => {
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
  await put(policy(READ_BY_ALL))
  assert.equal(await anonymous(`${Bucket}/open/a`), 200)
  for (const method of ['GET', 'HEAD']) assert.equal(await anonymous(`${Bucket}/open/missing`, method), 403)
  const lists = { Effect: 'Allow', Principal: '*', Action: 's3:ListBucket', Resource: RESOURCE }
  await put(policy(READ_BY_ALL, lists))
  for (const method of ['GET', 'HEAD']) assert.equal(await anonymous(`${Bucket}/open/missing`, method), 404)
  assert.equal(await anonymous(`${Bucket}/shut/missing`), 403)
  await client.send(new DeleteBucketPolicyCommand({ Bucket }))
})

test('T-089 (part) a deny binds the root of the account, who can still see and change the policy', async () => {
  await put(policy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [RESOURCE, `${RESOURCE}/*`] }))
  await refusedWith(client.send(new GetObjectCommand({ Bucket, Key: 'open/a' })), 403, 'AccessDenied')
  assert.match((await client.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? '', /Deny/)
  await put(policy({ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `${RESOURCE}/shut/*` }))
  await client.send(new GetObjectCommand({ Bucket, Key: 'open/a' }))
  await refusedWith(client.send(new GetObjectCommand({ Bucket, Key: 'shut/a' })), 403, 'AccessDenied')
  await client.send(new DeleteBucketPolicyCommand({ Bucket }))
  await client.send(new GetObjectCommand({ Bucket, Key: 'shut/a' }))
})

test('a rule about encryption sees what was sent, not the bucket’s default', async () => {
  const needsHeader = {
    ...{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `${RESOURCE}/*` },
    Condition: { Null: { 's3:x-amz-server-side-encryption': 'true' } },
  }
  await put(policy(needsHeader))
  const wanted = { Bucket, Key: 'open/b', Body: 'b' }
  await refusedWith(client.send(new PutObjectCommand(wanted)), 403, 'AccessDenied')
  await client.send(new PutObjectCommand({ ...wanted, ServerSideEncryption: 'AES256' }))
  const needsKms = {
    ...{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `${RESOURCE}/*` },
    Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
  }
  await put(policy(needsKms))
  for (const sse of [undefined, 'AES256', 'aws:kms:dsse'] as const) {
    const given = sse === undefined ? {} : { ServerSideEncryption: sse }
    await refusedWith(client.send(new PutObjectCommand({ ...wanted, ...given })), 403, 'AccessDenied')
  }
  await client.send(new PutObjectCommand({ ...wanted, ServerSideEncryption: 'aws:kms' }))
  // A part says nothing of encryption: the rule holds for what its upload was begun with.
  const Key = 'open/parts'
  const begun = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ServerSideEncryption: 'aws:kms' }))
  const upload = { Bucket, Key, UploadId: begun.UploadId ?? assert.fail() }
  const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'part' }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }))
  await refusedWith(client.send(new CreateMultipartUploadCommand({ Bucket, Key })), 403, 'AccessDenied')
  await client.send(new DeleteBucketPolicyCommand({ Bucket }))
})

test('conditions on tags of the object, of the request, and on prefixes', async () => {
  const secret = { ...READ_BY_ALL, Effect: 'Deny', Resource: `${RESOURCE}/*` }
  const tagged = { ...secret, Condition: { StringEquals: { 's3:ExistingObjectTag/class': 'secret' } } }
  const untagged = {
    ...{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `${RESOURCE}/*` },
    Condition: { Null: { 's3:RequestObjectTag/class': 'true' } },
  }
  await put(policy(tagged, untagged))
  const body = { Bucket, Body: 'x' }
  await refusedWith(client.send(new PutObjectCommand({ ...body, Key: 't1' })), 403, 'AccessDenied')
  await client.send(new PutObjectCommand({ ...body, Key: 't1', Tagging: 'class=secret' }))
  await client.send(new PutObjectCommand({ ...body, Key: 't2', Tagging: 'class=plain' }))
  await refusedWith(client.send(new GetObjectCommand({ Bucket, Key: 't1' })), 403, 'AccessDenied')
  await client.send(new GetObjectCommand({ Bucket, Key: 't2' }))
  await client.send(new DeleteBucketPolicyCommand({ Bucket }))
})

test('T-084 (part) what is no policy of this bucket is refused, and the old one stays', async () => {
  const good = policy({ ...READ_BY_ALL, Effect: 'Deny' })
  await put(good)
  const bad = [
    ...['', '{', '[]', 'null', '{"Version":"2012-10-17"}'],
    policy({ ...READ_BY_ALL, Resource: 'arn:aws:s3:::other/*' }),
    policy({ ...READ_BY_ALL, Action: 'kms:Decrypt' }),
    policy({ ...READ_BY_ALL, Principal: undefined }),
    policy({ ...READ_BY_ALL, Principal: { AWS: 'arn:aws:iam::000000000001:user/nobody' } }),
    policy({ ...READ_BY_ALL, Principal: { AWS: '999999999999' } }),
    policy({ ...READ_BY_ALL, Wish: 'x' }),
    policy({ ...READ_BY_ALL, Condition: { StringAlmostEquals: { 's3:prefix': 'a' } } }),
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::guarded/*"}]}',
  ]
  for (const text of bad.filter((one) => one !== '')) {
    await refusedWith(put(text), 400, 'MalformedPolicy')
  }
  const long = policy(...Array.from({ length: 400 }, () => ({ ...READ_BY_ALL, Effect: 'Deny' })))
  await assert.rejects(put(long), (error: unknown) => error instanceof Error)
  assert.equal((await client.send(new GetBucketPolicyCommand({ Bucket }))).Policy, good)
  await client.send(new DeleteBucketPolicyCommand({ Bucket }))
})

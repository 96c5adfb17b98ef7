import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import {
  peopleBench,
  policyArn,
  policyOf,
  refused,
  refusedWithoutTrace,
  userArn,
  type Credentials,
  type PeopleBench,
} from './people-bench.ts'

async function withBucket(t: TestContext): Promise<PeopleBench> {
  const bench = await peopleBench(t)
  await bench.s3().send(new CreateBucketCommand({ Bucket: 'data' }))
  await bench.s3().send(new PutObjectCommand({ Bucket: 'data', Key: 'alice/k', Body: 'hello' }))
  await bench.s3().send(new PutObjectCommand({ Bucket: 'data', Key: 'bob/k', Body: 'hello' }))
  return bench
}

const get = (bench: PeopleBench, as: Credentials, Key: string) => () =>
  bench.s3(as).send(new GetObjectCommand({ Bucket: 'data', Key }))
const put = (bench: PeopleBench, as: Credentials, Key: string) => () =>
  bench.s3(as).send(new PutObjectCommand({ Bucket: 'data', Key, Body: 'new' }))

test('a user without policies may nothing; each right begins with its policy and ends with it', async (t) => {
  const bench = await withBucket(t)
  const iam = bench.iam()
  const alice = await bench.user('alice')
  const calls = [
    get(bench, alice, 'alice/k'),
    put(bench, alice, 'alice/new'),
    () => bench.s3(alice).send(new ListBucketsCommand()),
    () => bench.s3(alice).send(new ListObjectsV2Command({ Bucket: 'data' })),
    () => bench.s3(alice).send(new DeleteObjectCommand({ Bucket: 'data', Key: 'alice/k' })),
    () => bench.s3(alice).send(new CreateBucketCommand({ Bucket: 'more' })),
  ]
  for (const call of calls) await refusedWithoutTrace(bench, call, 403, 'AccessDenied')
  const PolicyDocument = policyOf({
    Action: ['s3:GetObject', 's3:PutObject'],
    Resource: 'arn:aws:s3:::data/${aws:username}/*',
  })
  await iam.send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'own', PolicyDocument }))
  await get(bench, alice, 'alice/k')()
  await put(bench, alice, 'alice/new')()
  await refusedWithoutTrace(bench, get(bench, alice, 'bob/k'), 403, 'AccessDenied')
  await refusedWithoutTrace(bench, put(bench, alice, 'bob/k'), 403, 'AccessDenied')
  await iam.send(new DeleteUserPolicyCommand({ UserName: 'alice', PolicyName: 'own' }))
  await refused(get(bench, alice, 'alice/k')(), 403, 'AccessDenied')
  const refusals = (await bench.audit()).filter(
    ({ outcome, caller }) => outcome === 'refused' && caller === userArn('alice'),
  )
  for (const action of [
    's3:GetObject',
    's3:PutObject',
    's3:ListAllMyBuckets',
    's3:ListBucket',
    's3:DeleteObject',
    's3:CreateBucket',
  ]) {
    assert.ok(
      refusals.some((record) => record.action === action),
      `no record of a refused ${action}`,
    )
  }
})

test('a deny wins over every allow, attached or inline', async (t) => {
  const bench = await withBucket(t)
  const iam = bench.iam()
  const alice = await bench.user('alice', policyOf({ Action: 's3:*', Resource: '*' }))
  await get(bench, alice, 'bob/k')()
  const deny = policyOf({ Effect: 'Deny', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/bob/*' })
  await iam.send(new CreatePolicyCommand({ PolicyName: 'deny', PolicyDocument: deny }))
  const attachment = { UserName: 'alice', PolicyArn: policyArn('deny') }
  await iam.send(new AttachUserPolicyCommand(attachment))
  await refused(get(bench, alice, 'bob/k')(), 403, 'AccessDenied')
  await get(bench, alice, 'alice/k')()
  await iam.send(new DetachUserPolicyCommand(attachment))
  await get(bench, alice, 'bob/k')()
})

test('a boundary keeps a user within it, whatever the policies say', async (t) => {
  const bench = await withBucket(t)
  const alice = await bench.user('alice', policyOf({ Action: '*', Resource: '*' }))
  await put(bench, alice, 'alice/new')()
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
  await bench.iam().send(new PutUserPermissionsBoundaryCommand({ UserName: 'alice', PermissionsBoundary }))
  await get(bench, alice, 'alice/k')()
  await refusedWithoutTrace(bench, put(bench, alice, 'alice/new'), 403, 'AccessDenied')
  const escape = () =>
    bench.iam(alice).send(
      new PutUserPolicyCommand({
        UserName: 'alice',
        PolicyName: 'p',
        PolicyDocument: policyOf({ Action: '*', Resource: '*' }),
      }),
    )
  await refusedWithoutTrace(bench, escape, 403, 'AccessDenied')
})

test('people of the account’s root may what it may not forget: AdministratorAccess is all of it', async (t) => {
  const bench = await withBucket(t)
  const alice = await bench.user('alice')
  await bench
    .iam()
    .send(new AttachUserPolicyCommand({ UserName: 'alice', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }))
  await get(bench, alice, 'bob/k')()
  await bench
    .iam(alice)
    .send(new CreatePolicyCommand({ PolicyName: 'hers', PolicyDocument: policyOf({ Action: 's3:*', Resource: '*' }) }))
  await bench.s3(alice).send(new CreateBucketCommand({ Bucket: 'hers' }))
})

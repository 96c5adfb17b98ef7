import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { REGION } from '../servers.ts'
import {
  credentialsOf,
  peopleBench,
  policyOf,
  refused,
  refusedWithoutTrace,
  userArn,
  type PeopleBench,
} from './people-bench.ts'

const OWN_KEYS = policyOf({ Action: 'iam:*AccessKey*', Resource: userArn('${aws:username}') })

async function keysOf(bench: PeopleBench, UserName?: string): Promise<readonly (string | undefined)[][]> {
  const { AccessKeyMetadata = [] } = await bench.iam().send(new ListAccessKeysCommand({ UserName }))
  return AccessKeyMetadata.map(({ AccessKeyId, Status, UserName: owner }) => [AccessKeyId, Status, owner])
}

test('CreateAccessKey shows a secret once; with it the user is the user', async (t) => {
  const bench = await peopleBench(t)
  const alice = await bench.user('alice')
  assert.match(alice.accessKeyId, /^AKIA[A-Z2-7]{16}$/)
  assert.match(alice.secretAccessKey, /^[A-Za-z0-9+/]{40}$/)
  const identity = await bench.sts(alice).send(new GetCallerIdentityCommand())
  assert.equal(identity.Arn, userArn('alice'))
  assert.match(identity.UserId ?? '', /^AIDA/)
  assert.deepEqual(await keysOf(bench, 'alice'), [[alice.accessKeyId, 'Active', 'alice']])
})

test('T-063 at most two keys; no secret rests in the clear; ListAccessKeys never shows one', async (t) => {
  const bench = await peopleBench(t)
  const first = await bench.user('alice')
  const create = () => bench.iam().send(new CreateAccessKeyCommand({ UserName: 'alice' }))
  const second = credentialsOf((await create()).AccessKey)
  assert.notEqual(first.secretAccessKey, second.secretAccessKey)
  await refusedWithoutTrace(bench, create, 409, 'LimitExceeded')
  const rows = await bench.rows()
  for (const { secretAccessKey } of [first, second]) {
    assert.ok(rows.every(({ value }) => !Buffer.from(value).includes(secretAccessKey)))
    assert.ok(!JSON.stringify(await bench.audit()).includes(secretAccessKey))
  }
  await refused(bench.iam().send(new CreateAccessKeyCommand({ UserName: 'nobody' })), 404, 'NoSuchEntity')
})

test('T-064 a key that is inactive, or deleted, is refused by the next request, and works again when it is active', async (t) => {
  const bench = await peopleBench(t)
  const alice = await bench.user('alice')
  const iam = bench.iam()
  const ask = () => bench.sts(alice).send(new GetCallerIdentityCommand())
  const set = (Status: 'Active' | 'Inactive') =>
    iam.send(new UpdateAccessKeyCommand({ UserName: 'alice', AccessKeyId: alice.accessKeyId, Status }))
  await ask()
  await set('Inactive')
  await refused(ask(), 403, 'InvalidClientTokenId')
  await refused(bench.s3(alice).send(new ListBucketsCommand()), 403, 'InvalidAccessKeyId')
  assert.deepEqual(await keysOf(bench, 'alice'), [[alice.accessKeyId, 'Inactive', 'alice']])
  await set('Active')
  await ask()
  await iam.send(new DeleteAccessKeyCommand({ UserName: 'alice', AccessKeyId: alice.accessKeyId }))
  await refused(ask(), 403, 'InvalidClientTokenId')
  assert.deepEqual(await keysOf(bench, 'alice'), [])
  await refused(set('Active'), 404, 'NoSuchEntity')
})

test('a key is its user’s alone: by another user’s name it is not found', async (t) => {
  const bench = await peopleBench(t)
  const alice = await bench.user('alice')
  await bench.user('bob')
  const iam = bench.iam()
  const theirs = { UserName: 'bob', AccessKeyId: alice.accessKeyId }
  await refusedWithoutTrace(bench, () => iam.send(new DeleteAccessKeyCommand(theirs)), 404, 'NoSuchEntity')
  const disable = () => iam.send(new UpdateAccessKeyCommand({ ...theirs, Status: 'Inactive' }))
  await refusedWithoutTrace(bench, disable, 404, 'NoSuchEntity')
})

test('without a name the keys are the caller’s own, and that is a right like any other', async (t) => {
  const bench = await peopleBench(t)
  const alice = await bench.user('alice', OWN_KEYS)
  const bob = await bench.user('bob')
  const own = await bench.iam(alice).send(new ListAccessKeysCommand({}))
  assert.deepEqual(
    own.AccessKeyMetadata?.map(({ AccessKeyId }) => AccessKeyId),
    [alice.accessKeyId],
  )
  const made = await bench.iam(alice).send(new CreateAccessKeyCommand({}))
  assert.equal(made.AccessKey?.UserName, 'alice')
  const list = () => bench.iam(bob).send(new ListAccessKeysCommand({}))
  assert.match(
    await refusedWithoutTrace(bench, list, 403, 'AccessDenied'),
    /user\/bob is not authorized to perform: iam:ListAccessKeys$/,
  )
  const create = () => bench.iam(alice).send(new CreateAccessKeyCommand({ UserName: 'bob' }))
  await refusedWithoutTrace(bench, create, 403, 'AccessDenied')
})

test('GetAccessKeyLastUsed: never, and then where', async (t) => {
  const bench = await peopleBench(t)
  const alice = await bench.user('alice')
  const lastUse = () => bench.iam().send(new GetAccessKeyLastUsedCommand({ AccessKeyId: alice.accessKeyId }))
  const never = await lastUse()
  assert.equal(never.UserName, 'alice')
  assert.deepEqual(never.AccessKeyLastUsed, { ServiceName: 'N/A', Region: 'N/A' })
  await bench.sts(alice).send(new GetCallerIdentityCommand())
  // It is written after the answer.
  let used = (await lastUse()).AccessKeyLastUsed
  for (let tries = 0; tries < 100 && used?.LastUsedDate === undefined; tries += 1) {
    used = (await lastUse()).AccessKeyLastUsed
  }
  assert.equal(used?.ServiceName, 'sts')
  assert.equal(used.Region, REGION)
  assert.ok(Math.abs((used.LastUsedDate?.getTime() ?? 0) - bench.now()) < 60_000)
})

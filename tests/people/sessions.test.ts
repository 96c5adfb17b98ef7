import {
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  type AssumeRoleCommandInput,
} from '@aws-sdk/client-sts'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { ACCOUNT } from '../servers.ts'
import {
  credentialsOf,
  peopleBench,
  policyArn,
  policyOf,
  refused,
  refusedWithoutTrace,
  roleArn,
  ROOT_ARN,
  trustOf,
  userArn,
  type Credentials,
  type PeopleBench,
} from './people-bench.ts'

const HOUR = 3_600
const ASSUME = policyOf({ Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'], Resource: roleArn('*') })
const ALL_OF_S3 = policyOf({ Action: 's3:*', Resource: '*' })

interface RoleBench extends PeopleBench {
  readonly alice: Credentials
  assume(as: Credentials, more?: Partial<AssumeRoleCommandInput>): Promise<Credentials>
}

/** A bucket with one object; alice, who may do nothing but take the role; and the role, which may everything in S3. */
async function roleBench(t: TestContext, trust: string = trustOf(ROOT_ARN)): Promise<RoleBench> {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const alice = await bench.user('alice', ASSUME)
  const RoleName = 'reader'
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, MaxSessionDuration: 2 * HOUR }))
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: ALL_OF_S3 }))
  await bench.s3().send(new CreateBucketCommand({ Bucket: 'data' }))
  await bench.s3().send(new PutObjectCommand({ Bucket: 'data', Key: 'k', Body: 'hello' }))
  const assume: RoleBench['assume'] = async (as, more = {}) => {
    const input = { RoleArn: roleArn(RoleName), RoleSessionName: 'work', ...more }
    return credentialsOf((await bench.sts(as).send(new AssumeRoleCommand(input))).Credentials)
  }
  return { ...bench, alice, assume }
}

const read = (bench: PeopleBench, as: Credentials) => () =>
  bench.s3(as).send(new GetObjectCommand({ Bucket: 'data', Key: 'k' }))
const write = (bench: PeopleBench, as: Credentials) => () =>
  bench.s3(as).send(new PutObjectCommand({ Bucket: 'data', Key: 'new', Body: 'x' }))

test('AssumeRole gives credentials that are the role’s session, and are alice’s no more', async (t) => {
  const trust = trustOf(ROOT_ARN, { Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'] })
  const bench = await roleBench(t, trust)
  await refused(read(bench, bench.alice)(), 403, 'AccessDenied')
  const input = { RoleArn: roleArn('reader'), RoleSessionName: 'work', SourceIdentity: 'Alice' }
  const answer = await bench.sts(bench.alice).send(new AssumeRoleCommand(input))
  const { Role: role } = await bench.iam().send(new GetRoleCommand({ RoleName: 'reader' }))
  assert.deepEqual(answer.AssumedRoleUser, {
    AssumedRoleId: `${role?.RoleId}:work`,
    Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/work`,
  })
  assert.equal(answer.SourceIdentity, 'Alice')
  assert.ok((answer.SessionTokenUtilization ?? -1) >= 0)
  assert.equal(answer.SessionTokenSize, answer.Credentials?.SessionToken?.length)
  const lifeMs = (answer.Credentials?.Expiration?.getTime() ?? 0) - bench.now()
  assert.ok(Math.abs(lifeMs - HOUR * 1_000) < 60_000, `${lifeMs}`)
  const session = credentialsOf(answer.Credentials)
  assert.match(session.accessKeyId, /^ASIA[A-Z2-7]{16}$/)
  const identity = await bench.sts(session).send(new GetCallerIdentityCommand())
  assert.deepEqual(
    [identity.Arn, identity.UserId, identity.Account],
    [answer.AssumedRoleUser.Arn, answer.AssumedRoleUser.AssumedRoleId, ACCOUNT],
  )
  const object = await read(bench, session)()
  assert.equal(await object.Body?.transformToString(), 'hello')
  await refused(bench.iam(session).send(new GetRoleCommand({ RoleName: 'reader' })), 403, 'AccessDenied')
})

test('T-060 a session works with its own token alone, until it ends', async (t) => {
  const bench = await roleBench(t)
  const one = await bench.assume(bench.alice)
  const two = await bench.assume(bench.alice, { RoleSessionName: 'other' })
  const { accessKeyId, secretAccessKey, sessionToken = '' } = one
  await read(bench, one)()
  await refused(read(bench, { accessKeyId, secretAccessKey })(), 403, 'InvalidAccessKeyId')
  const flip = (at: number): string =>
    sessionToken.slice(0, at) + (sessionToken[at] === 'A' ? 'B' : 'A') + sessionToken.slice(at + 1)
  const forged = [
    two.sessionToken ?? '',
    sessionToken.slice(0, -1),
    `${sessionToken}A`,
    flip(0),
    flip(Math.floor(sessionToken.length / 2)),
    'x',
  ]
  for (const token of forged) {
    await refused(read(bench, { ...one, sessionToken: token })(), 400, 'InvalidToken')
    const ask = bench.sts({ ...one, sessionToken: token }).send(new GetCallerIdentityCommand())
    await refused(ask, 403, 'InvalidClientTokenId')
  }
  await refused(read(bench, { ...one, secretAccessKey: two.secretAccessKey })(), 403, 'SignatureDoesNotMatch')
  await refused(read(bench, { ...bench.alice, sessionToken })(), 400, 'InvalidToken')
  bench.advance(HOUR - 60)
  await read(bench, one)()
  bench.advance(120)
  await refused(read(bench, one)(), 400, 'ExpiredToken')
  await refused(bench.sts(one).send(new GetCallerIdentityCommand()), 403, 'ExpiredToken')
})

test('a session policy narrows the session, and nothing in it widens it', async (t) => {
  const bench = await roleBench(t)
  const Policy = policyOf({ Action: ['s3:GetObject', 'iam:*', 'kms:*'], Resource: '*' })
  const narrow = await bench.assume(bench.alice, { Policy })
  await read(bench, narrow)()
  await refused(write(bench, narrow)(), 403, 'AccessDenied')
  await refused(bench.s3(narrow).send(new ListBucketsCommand()), 403, 'AccessDenied')
  await refused(bench.iam(narrow).send(new GetRoleCommand({ RoleName: 'reader' })), 403, 'AccessDenied')
  await bench.iam().send(
    new CreatePolicyCommand({
      PolicyName: 'lists',
      PolicyDocument: policyOf({ Action: 's3:ListAllMyBuckets', Resource: '*' }),
    }),
  )
  const both = await bench.assume(bench.alice, { Policy, PolicyArns: [{ arn: policyArn('lists') }] })
  await bench.s3(both).send(new ListBucketsCommand())
  await refused(write(bench, both)(), 403, 'AccessDenied')
  const bad = [
    ['{', 'MalformedPolicyDocument'],
    [policyOf({ Action: 's3:*', Resource: '*', Principal: '*' }), 'MalformedPolicyDocument'],
    [
      policyOf({
        Action: 's3:*',
        Resource: Array.from({ length: 2_000 }, (_, index) => `arn:aws:s3:::data/${index}-abcdefgh`),
      }),
      'PackedPolicyTooLarge',
    ],
  ] as const
  for (const [text, code] of bad) await refused(bench.assume(bench.alice, { Policy: text }), 400, code)
  await refused(
    bench.assume(bench.alice, { PolicyArns: [{ arn: policyArn('nothing') }] }),
    400,
    'MalformedPolicyDocument',
  )
})

test('T-064 what the role may, and that it is there, counts at each request of its sessions', async (t) => {
  const bench = await roleBench(t)
  const session = await bench.assume(bench.alice)
  await read(bench, session)()
  await bench.iam().send(new DeleteRolePolicyCommand({ RoleName: 'reader', PolicyName: 'p' }))
  await refused(read(bench, session)(), 403, 'AccessDenied')
  await bench.iam().send(new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'p', PolicyDocument: ALL_OF_S3 }))
  await read(bench, session)()
  await bench.iam().send(new DeleteRolePolicyCommand({ RoleName: 'reader', PolicyName: 'p' }))
  await bench.iam().send(new DeleteRoleCommand({ RoleName: 'reader' }))
  // A role of the same name is another role.
  await bench.iam().send(new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument: trustOf(ROOT_ARN) }))
  await bench.iam().send(new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'p', PolicyDocument: ALL_OF_S3 }))
  const outcome = await read(bench, session)().then(
    () => 'read',
    (error: unknown) => (error instanceof Error ? error.name : ''),
  )
  assert.ok(['AccessDenied', 'InvalidToken', 'InvalidAccessKeyId'].includes(outcome), outcome)
})

test('T-096 who is not trusted takes no role: no trust, a wrong external id, a role of nobody', async (t) => {
  const Condition = { StringEquals: { 'sts:ExternalId': 'secret-7' } }
  const bench = await roleBench(
    t,
    trustOf(userArn('alice').replace('alice', '*').replace('user/*', 'root'), { Condition }),
  )
  const assume = (as: Credentials, more: Partial<AssumeRoleCommandInput>) => () => bench.assume(as, more)
  const bob = await bench.user('bob')
  await refusedWithoutTrace(bench, assume(bench.alice, {}), 403, 'AccessDenied')
  await refusedWithoutTrace(bench, assume(bench.alice, { ExternalId: 'secret-8' }), 403, 'AccessDenied')
  await bench.assume(bench.alice, { ExternalId: 'secret-7' })
  // Trusted through the account, and without a right of his own.
  await refusedWithoutTrace(bench, assume(bob, { ExternalId: 'secret-7' }), 403, 'AccessDenied')
  await refusedWithoutTrace(bench, assume(bench.alice, { RoleArn: roleArn('nobody') }), 403, 'AccessDenied')
  const foreign = 'arn:aws:iam::000000000099:role/reader'
  await refusedWithoutTrace(bench, assume(bench.alice, { RoleArn: foreign }), 403, 'AccessDenied')
  await bench
    .iam()
    .send(new UpdateAssumeRolePolicyCommand({ RoleName: 'reader', PolicyDocument: trustOf(userArn('bob')) }))
  await refusedWithoutTrace(bench, assume(bench.alice, { ExternalId: 'secret-7' }), 403, 'AccessDenied')
  await bench.assume(bob)
})

test('T-096 names, times, tags and second factors of a session that are none are refused', async (t) => {
  const bench = await roleBench(t)
  const bad: readonly (readonly [Partial<AssumeRoleCommandInput>, number, string])[] = [
    [{ RoleSessionName: 'x' }, 400, 'ValidationError'],
    [{ RoleSessionName: 'a b' }, 400, 'ValidationError'],
    [{ RoleSessionName: 'x'.repeat(65) }, 400, 'ValidationError'],
    [{ DurationSeconds: 899 }, 400, 'ValidationError'],
    [{ DurationSeconds: 43_201 }, 400, 'ValidationError'],
    [{ DurationSeconds: 2 * HOUR + 1 }, 400, 'ValidationError'],
    [{ RoleArn: 'reader' }, 400, 'ValidationError'],
    [
      {
        Tags: [
          { Key: 'Dept', Value: '1' },
          { Key: 'dept', Value: '2' },
        ],
      },
      400,
      'InvalidInput',
    ],
    [{ Tags: [{ Key: 'a', Value: '1' }] }, 403, 'AccessDenied'],
    [{ ProvidedContexts: [{ ProviderArn: roleArn('x'), ContextAssertion: 'abcd' }] }, 501, 'NotImplemented'],
    [{ TokenCode: '123456' }, 400, 'ValidationError'],
    [{ SerialNumber: 'arn:aws:iam::000000000001:mfa/alice', TokenCode: '123456' }, 403, 'AccessDenied'],
  ]
  for (const [more, status, code] of bad) {
    await refusedWithoutTrace(bench, () => bench.assume(bench.alice, more), status, code)
  }
  await bench.assume(bench.alice, { DurationSeconds: 2 * HOUR })
})

test('T-096 a session of a role takes a role for an hour at most', async (t) => {
  const bench = await roleBench(t)
  await bench.iam().send(new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'chain', PolicyDocument: ASSUME }))
  const session = await bench.assume(bench.alice)
  await refused(bench.assume(session, { DurationSeconds: HOUR + 1 }), 400, 'ValidationError')
  const chained = await bench.assume(session, { DurationSeconds: HOUR })
  await read(bench, chained)()
})

test('session tags need sts:TagSession, act in policies, and go on where they are transitive', async (t) => {
  const trust = trustOf(ROOT_ARN, { Action: ['sts:AssumeRole', 'sts:TagSession'] })
  const bench = await roleBench(t, trust)
  const may = policyOf({ Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: '*' })
  const tagger = await bench.user('tagger', may)
  const byTag = policyOf({
    Action: 's3:GetObject',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
  })
  await bench.iam().send(new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'p', PolicyDocument: byTag }))
  const blue = await bench.assume(tagger, { Tags: [{ Key: 'team', Value: 'blue' }] })
  const red = await bench.assume(tagger, { Tags: [{ Key: 'team', Value: 'red' }] })
  await read(bench, blue)()
  await refused(read(bench, red)(), 403, 'AccessDenied')
  await refused(read(bench, await bench.assume(tagger))(), 403, 'AccessDenied')
  await refused(bench.assume(tagger, { TransitiveTagKeys: ['team'] }), 400, 'InvalidInput')
})

test('GetSessionToken: the user’s own rights, for a time, and no way to other credentials', async (t) => {
  const bench = await roleBench(t)
  const bob = await bench.user('bob', policyOf({ Action: ['s3:*', 'iam:*'], Resource: '*' }))
  const token = (as: Credentials, DurationSeconds?: number) =>
    bench.sts(as).send(new GetSessionTokenCommand({ DurationSeconds }))
  const session = credentialsOf((await token(bob, 900)).Credentials)
  await read(bench, session)()
  const identity = await bench.sts(session).send(new GetCallerIdentityCommand())
  assert.equal(identity.Arn, userArn('bob'))
  await refused(token(bob, 899), 400, 'ValidationError')
  await refused(token(bob, 129_601), 400, 'ValidationError')
  await refused(token(session), 403, 'AccessDenied')
  bench.advance(901)
  await refused(read(bench, session)(), 400, 'ExpiredToken')
  const long = await token(bob)
  const lifeMs = (long.Credentials?.Expiration?.getTime() ?? 0) - bench.now()
  assert.ok(Math.abs(lifeMs - 12 * HOUR * 1_000) < 60_000)
})

test('GetCallerIdentity needs no right and cannot be denied; GetAccessKeyInfo tells the account of a key', async (t) => {
  const bench = await peopleBench(t)
  const root = await bench.sts().send(new GetCallerIdentityCommand())
  assert.deepEqual([root.Arn, root.Account, root.UserId], [ROOT_ARN, ACCOUNT, ACCOUNT])
  const denied = await bench.user('denied', policyOf({ Effect: 'Deny', Action: '*', Resource: '*' }))
  assert.equal((await bench.sts(denied).send(new GetCallerIdentityCommand())).Arn, userArn('denied'))
  const info = await bench.sts().send(new GetAccessKeyInfoCommand({ AccessKeyId: denied.accessKeyId }))
  assert.equal(info.Account, ACCOUNT)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awsOf, findAwsClis, type Aws } from '../aws-cli/aws-command.ts'
import { ACCOUNT, memoryServer, testDirectory } from '../servers.ts'
import { policyOf, ROOT_ARN, trustOf } from './people-bench.ts'

const MISSING = 'no AWS CLI on this machine'
const [cli] = findAwsClis()
const skipped = cli !== undefined || process.env['COFFER_TEST_REQUIRE'] === 'all' ? {} : { skip: MISSING }

type Json = Readonly<Record<string, unknown>>

async function answer(aws: Aws, ...words: readonly string[]): Promise<Json> {
  const ran = await aws(...words, '--output', 'json')
  assert.equal(ran.code, 0, `${words.join(' ')}: ${ran.stderr}`)
  const value: unknown = ran.stdout.trim() === '' ? {} : JSON.parse(ran.stdout)
  assert.ok(typeof value === 'object' && value !== null)
  return Object.fromEntries(Object.entries(value))
}

async function refusal(aws: Aws, code: string, ...words: readonly string[]): Promise<void> {
  const ran = await aws(...words)
  assert.notEqual(ran.code, 0, words.join(' '))
  assert.ok(ran.stderr.includes(`(${code})`), ran.stderr)
}

test('aws iam and aws sts work, unmodified', skipped, async (t) => {
  assert.ok(cli !== undefined, MISSING)
  const server = await memoryServer()
  t.after(() => server.close())
  const directory = testDirectory()
  t.after(() => directory.remove())
  const aws = awsOf(cli, server.endpoint, directory.path)
  assert.deepEqual(await answer(aws, 'sts', 'get-caller-identity'), {
    UserId: ACCOUNT,
    Account: ACCOUNT,
    Arn: ROOT_ARN,
  })
  const { User: user } = await answer(
    aws,
    'iam',
    'create-user',
    '--user-name',
    'alice',
    '--tags',
    'Key=team,Value=blue',
  )
  assert.ok(JSON.stringify(user).includes(`arn:aws:iam::${ACCOUNT}:user/alice`))
  await refusal(aws, 'EntityAlreadyExists', 'iam', 'create-user', '--user-name', 'alice')
  const document = policyOf({ Action: 's3:ListAllMyBuckets', Resource: '*' })
  await answer(
    aws,
    'iam',
    'put-user-policy',
    '--user-name',
    'alice',
    '--policy-name',
    'p',
    '--policy-document',
    document,
  )
  const shown = await answer(aws, 'iam', 'get-user-policy', '--user-name', 'alice', '--policy-name', 'p')
  assert.deepEqual(shown['PolicyDocument'], JSON.parse(document))
  await answer(
    aws,
    'iam',
    'attach-user-policy',
    '--user-name',
    'alice',
    '--policy-arn',
    'arn:aws:iam::aws:policy/IAMFullAccess',
  )
  const listed = await answer(aws, 'iam', 'list-attached-user-policies', '--user-name', 'alice')
  assert.ok(JSON.stringify(listed).includes('IAMFullAccess'))
  const made = await answer(aws, 'iam', 'create-access-key', '--user-name', 'alice')
  assert.match(JSON.stringify(made), /"SecretAccessKey":"[A-Za-z0-9+/]{40}"/)
  const trust = trustOf(ROOT_ARN)
  await answer(aws, 'iam', 'create-role', '--role-name', 'reader', '--assume-role-policy-document', trust)
  const { Role: role } = await answer(aws, 'iam', 'get-role', '--role-name', 'reader')
  assert.ok(JSON.stringify(role).includes('"AssumeRolePolicyDocument":{"Version":"2012-10-17"'))
  const token = await answer(aws, 'sts', 'get-session-token', '--duration-seconds', '900')
  assert.match(JSON.stringify(token), /"AccessKeyId":"ASIA/)
  const users = await answer(aws, 'iam', 'list-users')
  assert.ok(Array.isArray(users['Users']) && users['Users'].length === 1)
  assert.ok(JSON.stringify(await answer(aws, 'iam', 'get-account-summary')).includes('"Users":1'))
  await refusal(aws, 'DeleteConflict', 'iam', 'delete-user', '--user-name', 'alice')
  await refusal(aws, 'NoSuchEntity', 'iam', 'get-user', '--user-name', 'bob')
  await refusal(aws, 'NotImplemented', 'iam', 'create-account-alias', '--account-alias', 'x-y-z')
  await refusal(aws, 'NoSuchEntity', 'iam', 'get-login-profile', '--user-name', 'alice')
  const password = ['--user-name', 'alice', '--password', 'correct horse battery']
  const profile = await answer(aws, 'iam', 'create-login-profile', ...password, '--password-reset-required')
  assert.ok(JSON.stringify(profile).includes('"PasswordResetRequired":true'))
  await answer(aws, 'iam', 'update-login-profile', '--user-name', 'alice', '--no-password-reset-required')
  await answer(aws, 'iam', 'delete-login-profile', '--user-name', 'alice')
})

import {
  AddUserToGroupCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  GetUserCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SetDefaultPolicyVersionCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import {
  credentialsOf,
  peopleBench,
  policyArn,
  policyOf,
  refusedWithoutTrace,
  roleArn,
  ROOT_ARN,
  trustOf,
  userArn,
  type Credentials,
  type PeopleBench,
} from './people-bench.ts'

const ALL = policyOf({ Action: '*', Resource: '*' })
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess'
const low = { UserName: 'low' }

/** Everything with which somebody could give more than they have: to themselves, or to somebody that they then are. */
const ROADS: Readonly<Record<string, (iam: IAMClient) => Promise<unknown>>> = {
  'iam:CreateAccessKey': (iam) => iam.send(new CreateAccessKeyCommand({ UserName: 'admin' })),
  'iam:CreateUser': (iam) => iam.send(new CreateUserCommand({ UserName: 'new' })),
  'iam:PutUserPolicy': (iam) => iam.send(new PutUserPolicyCommand({ ...low, PolicyName: 'p', PolicyDocument: ALL })),
  'iam:AttachUserPolicy': (iam) => iam.send(new AttachUserPolicyCommand({ ...low, PolicyArn: ADMINISTRATOR })),
  'iam:AddUserToGroup': (iam) => iam.send(new AddUserToGroupCommand({ ...low, GroupName: 'admins' })),
  'iam:PutGroupPolicy': (iam) =>
    iam.send(new PutGroupPolicyCommand({ GroupName: 'admins', PolicyName: 'p', PolicyDocument: ALL })),
  'iam:CreatePolicy': (iam) => iam.send(new CreatePolicyCommand({ PolicyName: 'new', PolicyDocument: ALL })),
  'iam:CreatePolicyVersion': (iam) =>
    iam.send(new CreatePolicyVersionCommand({ PolicyArn: policyArn('lows'), PolicyDocument: ALL, SetAsDefault: true })),
  'iam:SetDefaultPolicyVersion': (iam) =>
    iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: policyArn('lows'), VersionId: 'v2' })),
  'iam:CreateRole': (iam) =>
    iam.send(new CreateRoleCommand({ RoleName: 'new', AssumeRolePolicyDocument: trustOf(userArn('low')) })),
  'iam:PutRolePolicy': (iam) =>
    iam.send(new PutRolePolicyCommand({ RoleName: 'power', PolicyName: 'q', PolicyDocument: ALL })),
  'iam:AttachRolePolicy': (iam) =>
    iam.send(new AttachRolePolicyCommand({ RoleName: 'power', PolicyArn: ADMINISTRATOR })),
  'iam:UpdateAssumeRolePolicy': (iam) =>
    iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'power', PolicyDocument: trustOf(userArn('low')) })),
  'iam:DeleteUserPermissionsBoundary': (iam) => iam.send(new DeleteUserPermissionsBoundaryCommand(low)),
  'iam:PutUserPermissionsBoundary': (iam) =>
    iam.send(new PutUserPermissionsBoundaryCommand({ ...low, PermissionsBoundary: ADMINISTRATOR })),
  'iam:UpdateAccessKey': (iam) =>
    iam.send(
      new UpdateAccessKeyCommand({ UserName: 'admin', AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA', Status: 'Inactive' }),
    ),
}

/** An administrator, groups, roles and policies; and `low`, who may see users and nothing more, within a boundary. */
async function house(
  t: TestContext,
): Promise<PeopleBench & { readonly low: Credentials; readonly admin: Credentials }> {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const admin = await bench.user('admin', ALL)
  const mine = await bench.user('low', policyOf({ Action: ['iam:GetUser', 'iam:List*'], Resource: '*' }))
  await iam.send(new CreateGroupCommand({ GroupName: 'admins' }))
  await iam.send(new CreateRoleCommand({ RoleName: 'power', AssumeRolePolicyDocument: trustOf(userArn('admin')) }))
  await iam.send(new PutRolePolicyCommand({ RoleName: 'power', PolicyName: 'p', PolicyDocument: ALL }))
  await iam.send(
    new CreatePolicyCommand({ PolicyName: 'lows', PolicyDocument: policyOf({ Action: 'iam:GetUser', Resource: '*' }) }),
  )
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn: policyArn('lows'), PolicyDocument: ALL }))
  await iam.send(new AttachUserPolicyCommand({ ...low, PolicyArn: policyArn('lows') }))
  await iam.send(
    new PutUserPermissionsBoundaryCommand({ ...low, PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
  )
  return { ...bench, low: mine, admin }
}

async function triesEverything(bench: PeopleBench, as: Credentials, caller: string): Promise<void> {
  await bench.iam(as).send(new GetUserCommand(low))
  for (const [action, road] of Object.entries(ROADS)) {
    const message = await refusedWithoutTrace(bench, () => road(bench.iam(as)), 403, 'AccessDenied')
    assert.match(message, new RegExp(`${action}$`), action)
    assert.ok(message.includes(caller), message)
    const records = (await bench.audit()).filter((record) => record.action === action && record.outcome === 'refused')
    assert.ok(
      records.some((record) => record.caller === caller),
      `no record of ${action}`,
    )
  }
}

test('T-087 T-088 a low user gives nobody more than there is, on every road, and each refusal is recorded', async (t) => {
  const bench = await house(t)
  await triesEverything(bench, bench.low, userArn('low'))
})

test('T-087 an administrator’s session with a narrow policy is as narrow on every road', async (t) => {
  const bench = await house(t)
  const Policy = policyOf({ Action: ['iam:GetUser', 's3:*'], Resource: '*' })
  const input = { RoleArn: roleArn('power'), RoleSessionName: 'narrow', Policy }
  const { Credentials } = await bench.sts(bench.admin).send(new AssumeRoleCommand(input))
  const session = credentialsOf(Credentials)
  await triesEverything(bench, session, 'arn:aws:sts::000000000001:assumed-role/power/narrow')
  const again = () =>
    bench.sts(session).send(new AssumeRoleCommand({ RoleArn: roleArn('power'), RoleSessionName: 'wide' }))
  await refusedWithoutTrace(bench, again, 403, 'AccessDenied')
  await refusedWithoutTrace(bench, () => bench.sts(session).send(new GetSessionTokenCommand({})), 403, 'AccessDenied')
  assert.ok((await bench.sts(session).send(new GetCallerIdentityCommand())).Arn !== undefined)
})

test('T-087 the right on one user is no right on another, and self-service is a right like any other', async (t) => {
  const bench = await house(t)
  const own = policyOf({ Action: 'iam:*', Resource: userArn('${aws:username}') })
  const eve = await bench.user('eve', own)
  const iam = bench.iam(eve)
  await iam.send(new GetUserCommand({}))
  await iam.send(new CreateAccessKeyCommand({}))
  for (const action of [
    'iam:CreateAccessKey',
    'iam:PutUserPolicy',
    'iam:AttachUserPolicy',
    'iam:CreateUser',
    'iam:CreatePolicy',
    'iam:CreateRole',
  ]) {
    const road = ROADS[action] ?? assert.fail()
    await refusedWithoutTrace(bench, () => road(iam), 403, 'AccessDenied')
  }
})

test('T-086 people of another account are not there, whether they exist or not', async (t) => {
  const bench = await house(t)
  const foreign = 'arn:aws:iam::000000000099:policy/p'
  await refusedWithoutTrace(
    bench,
    () => bench.iam(bench.admin).send(new AttachUserPolicyCommand({ ...low, PolicyArn: foreign })),
    404,
    'NoSuchEntity',
  )
  const role = { RoleArn: 'arn:aws:iam::000000000099:role/r', RoleSessionName: 'work' }
  await refusedWithoutTrace(bench, () => bench.sts(bench.admin).send(new AssumeRoleCommand(role)), 403, 'AccessDenied')
  assert.equal((await bench.iam().send(new GetUserCommand({ UserName: 'admin' }))).User?.Arn, userArn('admin'))
  assert.ok(ROOT_ARN !== userArn('admin'))
})

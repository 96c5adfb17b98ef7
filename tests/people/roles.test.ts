import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCOUNT } from '../servers.ts'
import { peopleBench, policyOf, refused, refusedWithoutTrace, ROOT_ARN, trustOf } from './people-bench.ts'

const TRUST = trustOf(ROOT_ARN)

test('CreateRole, GetRole: the trust policy goes back byte for byte', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const trust = `{ "Version":"2012-10-17",\n "Id": "ü +%!*'()",\n "Statement": ${JSON.stringify([
    { Effect: 'Allow', Principal: { AWS: ROOT_ARN }, Action: 'sts:AssumeRole' },
  ])} }\n`
  const { Role: role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'reader',
      Path: '/data/',
      AssumeRolePolicyDocument: trust,
      Description: 'reads & tells',
      MaxSessionDuration: 7_200,
      Tags: [{ Key: 'a', Value: 'b' }],
    }),
  )
  assert.equal(role?.Arn, `arn:aws:iam::${ACCOUNT}:role/data/reader`)
  assert.match(role.RoleId ?? '', /^AROA/)
  assert.equal(decodeURIComponent(role.AssumeRolePolicyDocument ?? ''), trust)
  assert.deepEqual(
    [role.Description, role.MaxSessionDuration, role.Tags],
    ['reads & tells', 7_200, [{ Key: 'a', Value: 'b' }]],
  )
  const { Role: got } = await iam.send(new GetRoleCommand({ RoleName: 'reader' }))
  assert.deepEqual({ ...got, RoleLastUsed: undefined }, { ...role, RoleLastUsed: undefined })
  await refused(iam.send(new GetRoleCommand({ RoleName: 'nobody' })), 404, 'NoSuchEntity')
})

test('trust policies that are none, and sessions that are too short or too long, make no role', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const create = (AssumeRolePolicyDocument: string, MaxSessionDuration?: number) => () =>
    iam.send(new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument, MaxSessionDuration }))
  const bad = [
    'no json',
    '{}',
    policyOf({ Action: 'sts:AssumeRole' }),
    policyOf({ Action: 'sts:AssumeRole', Resource: '*', Principal: { AWS: '*' } }),
    trustOf(ROOT_ARN).replace('"Effect"', '"Effect":"Deny","Effect"'),
    trustOf('arn:aws:iam::000000000001:user/nobody'),
  ]
  for (const document of bad) await refusedWithoutTrace(bench, create(document), 400, 'MalformedPolicyDocument')
  for (const seconds of [0, 3_599, 43_201]) {
    await refusedWithoutTrace(bench, create(TRUST, seconds), 400, 'ValidationError')
  }
  await create(TRUST, 43_200)()
  await refusedWithoutTrace(bench, create(TRUST), 409, 'EntityAlreadyExists')
})

test('UpdateRole, UpdateRoleDescription, UpdateAssumeRolePolicy change what they name and nothing else', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const RoleName = 'reader'
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST, Description: 'one' }))
  const now = async () => (await iam.send(new GetRoleCommand({ RoleName }))).Role ?? assert.fail()
  await iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 7_200 }))
  assert.deepEqual([(await now()).Description, (await now()).MaxSessionDuration], ['one', 7_200])
  const described = await iam.send(new UpdateRoleDescriptionCommand({ RoleName, Description: 'two' }))
  assert.equal(described.Role?.Description, 'two')
  assert.deepEqual([(await now()).Description, (await now()).MaxSessionDuration], ['two', 7_200])
  const trust = trustOf(ACCOUNT)
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust }))
  assert.equal(decodeURIComponent((await now()).AssumeRolePolicyDocument ?? ''), trust)
  const bad = () => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: '{' }))
  await refusedWithoutTrace(bench, bad, 400, 'MalformedPolicyDocument')
})

test('roles are listed by page and path, tagged, and deleted when nothing hangs on them', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  for (const RoleName of ['a', 'b', 'c']) {
    await iam.send(
      new CreateRoleCommand({ RoleName, Path: RoleName === 'b' ? '/x/' : '/', AssumeRolePolicyDocument: TRUST }),
    )
  }
  const page = await iam.send(new ListRolesCommand({ MaxItems: 2 }))
  const rest = await iam.send(new ListRolesCommand({ Marker: page.Marker }))
  assert.deepEqual(
    [...(page.Roles ?? []), ...(rest.Roles ?? [])].map(({ RoleName }) => RoleName),
    ['a', 'b', 'c'],
  )
  assert.deepEqual((await iam.send(new ListRolesCommand({ PathPrefix: '/x/' }))).Roles?.length, 1)
  await iam.send(
    new TagRoleCommand({
      RoleName: 'a',
      Tags: [
        { Key: 'k', Value: 'v' },
        { Key: 'l', Value: '' },
      ],
    }),
  )
  await iam.send(new UntagRoleCommand({ RoleName: 'a', TagKeys: ['k'] }))
  assert.deepEqual((await iam.send(new ListRoleTagsCommand({ RoleName: 'a' }))).Tags, [{ Key: 'l', Value: '' }])
  const attachment = { RoleName: 'a', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
  await iam.send(new AttachRolePolicyCommand(attachment))
  await refusedWithoutTrace(bench, () => iam.send(new DeleteRoleCommand({ RoleName: 'a' })), 409, 'DeleteConflict')
  await iam.send(new DetachRolePolicyCommand(attachment))
  await iam.send(new DeleteRoleCommand({ RoleName: 'a' }))
  await refused(iam.send(new DeleteRoleCommand({ RoleName: 'a' })), 404, 'NoSuchEntity')
})

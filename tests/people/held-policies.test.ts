import {
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteGroupPolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetGroupPolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupPoliciesCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  PutGroupPolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peopleBench, policyArn, policyOf, refused, refusedWithoutTrace, ROOT_ARN, trustOf } from './people-bench.ts'

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const DOCUMENT = ` {"Version":"2012-10-17","Id":"ü +%!*'()","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}\n`

interface Listed {
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
type Paged = { readonly MaxItems?: number; readonly Marker?: string | undefined }

/** The same calls for each holder, so that what differs is the name of the holder and nothing else. */
interface Holder {
  make(iam: IAMClient): Promise<unknown>
  put(iam: IAMClient, PolicyName: string, PolicyDocument: string): Promise<unknown>
  get(
    iam: IAMClient,
    PolicyName: string,
  ): Promise<{ PolicyName?: string | undefined; PolicyDocument?: string | undefined }>
  remove(iam: IAMClient, PolicyName: string): Promise<unknown>
  list(iam: IAMClient, paged?: Paged): Promise<Listed & { PolicyNames: string[] | undefined }>
  attach(iam: IAMClient, PolicyArn: string): Promise<unknown>
  detach(iam: IAMClient, PolicyArn: string): Promise<unknown>
  attached(
    iam: IAMClient,
  ): Promise<{ AttachedPolicies?: { PolicyName?: string | undefined; PolicyArn?: string | undefined }[] | undefined }>
}

const u = { UserName: 'alice' }
const g = { GroupName: 'staff' }
const r = { RoleName: 'reader' }

const HOLDERS: Readonly<Record<'user' | 'group' | 'role', Holder>> = {
  user: {
    make: (iam) => iam.send(new CreateUserCommand(u)),
    put: (iam, PolicyName, PolicyDocument) => iam.send(new PutUserPolicyCommand({ ...u, PolicyName, PolicyDocument })),
    get: (iam, PolicyName) => iam.send(new GetUserPolicyCommand({ ...u, PolicyName })),
    remove: (iam, PolicyName) => iam.send(new DeleteUserPolicyCommand({ ...u, PolicyName })),
    list: (iam, paged) => iam.send(new ListUserPoliciesCommand({ ...u, ...paged })),
    attach: (iam, PolicyArn) => iam.send(new AttachUserPolicyCommand({ ...u, PolicyArn })),
    detach: (iam, PolicyArn) => iam.send(new DetachUserPolicyCommand({ ...u, PolicyArn })),
    attached: (iam) => iam.send(new ListAttachedUserPoliciesCommand(u)),
  },
  group: {
    make: (iam) => iam.send(new CreateGroupCommand(g)),
    put: (iam, PolicyName, PolicyDocument) => iam.send(new PutGroupPolicyCommand({ ...g, PolicyName, PolicyDocument })),
    get: (iam, PolicyName) => iam.send(new GetGroupPolicyCommand({ ...g, PolicyName })),
    remove: (iam, PolicyName) => iam.send(new DeleteGroupPolicyCommand({ ...g, PolicyName })),
    list: (iam, paged) => iam.send(new ListGroupPoliciesCommand({ ...g, ...paged })),
    attach: (iam, PolicyArn) => iam.send(new AttachGroupPolicyCommand({ ...g, PolicyArn })),
    detach: (iam, PolicyArn) => iam.send(new DetachGroupPolicyCommand({ ...g, PolicyArn })),
    attached: (iam) => iam.send(new ListAttachedGroupPoliciesCommand(g)),
  },
  role: {
    make: (iam) => iam.send(new CreateRoleCommand({ ...r, AssumeRolePolicyDocument: trustOf(ROOT_ARN) })),
    put: (iam, PolicyName, PolicyDocument) => iam.send(new PutRolePolicyCommand({ ...r, PolicyName, PolicyDocument })),
    get: (iam, PolicyName) => iam.send(new GetRolePolicyCommand({ ...r, PolicyName })),
    remove: (iam, PolicyName) => iam.send(new DeleteRolePolicyCommand({ ...r, PolicyName })),
    list: (iam, paged) => iam.send(new ListRolePoliciesCommand({ ...r, ...paged })),
    attach: (iam, PolicyArn) => iam.send(new AttachRolePolicyCommand({ ...r, PolicyArn })),
    detach: (iam, PolicyArn) => iam.send(new DetachRolePolicyCommand({ ...r, PolicyArn })),
    attached: (iam) => iam.send(new ListAttachedRolePoliciesCommand(r)),
  },
}

for (const [name, holder] of Object.entries(HOLDERS)) {
  test(`inline policies of a ${name}: put, put again, shown byte for byte, listed by page, deleted`, async (t) => {
    const bench = await peopleBench(t)
    const iam = bench.iam()
    await refusedWithoutTrace(bench, () => holder.put(iam, 'p', DOCUMENT), 404, 'NoSuchEntity')
    await holder.make(iam)
    await holder.put(iam, 'p', policyOf({ Action: 's3:*', Resource: '*' }))
    await holder.put(iam, 'p', DOCUMENT)
    const shown = await holder.get(iam, 'p')
    assert.equal(decodeURIComponent(shown.PolicyDocument ?? ''), DOCUMENT)
    assert.match(shown.PolicyDocument ?? '', /^[A-Za-z0-9\-._~%]+$/)
    await holder.put(iam, 'q', DOCUMENT)
    const page = await holder.list(iam, { MaxItems: 1 })
    assert.deepEqual([page.PolicyNames, page.IsTruncated], [['p'], true])
    assert.deepEqual((await holder.list(iam, { Marker: page.Marker })).PolicyNames, ['q'])
    await holder.remove(iam, 'p')
    await refused(holder.get(iam, 'p'), 404, 'NoSuchEntity')
    await refused(holder.remove(iam, 'p'), 404, 'NoSuchEntity')
    assert.deepEqual((await holder.list(iam)).PolicyNames, ['q'])
  })

  test(`policies that are none, and too large ones, are refused for a ${name}, and nothing changes`, async (t) => {
    const bench = await peopleBench(t)
    const iam = bench.iam()
    await holder.make(iam)
    const allow = { Action: 's3:GetObject', Resource: '*' }
    const bad = [
      'no json',
      '[]',
      '{}',
      policyOf(),
      policyOf({ Action: 's3:GetObject' }),
      policyOf({ ...allow, Principal: '*' }),
      policyOf({ ...allow, Condition: { StringMatches: { 'aws:username': 'a' } } }),
      policyOf(allow).replace('"Effect"', '"Effect":"Deny","Effect"'),
      policyOf(allow).replace('Allow', 'Maybe'),
      policyOf(allow).replace('2012-10-17', '2013-01-01'),
    ]
    for (const document of bad) {
      await refusedWithoutTrace(bench, () => holder.put(iam, 'p', document), 400, 'MalformedPolicyDocument')
    }
    const large = policyOf({
      ...allow,
      Resource: Array.from({ length: 1_000 }, (_, index) => `arn:aws:s3:::bucket/${index}`),
    })
    await refusedWithoutTrace(bench, () => holder.put(iam, 'p', large), 409, 'LimitExceeded')
    await refusedWithoutTrace(bench, () => holder.put(iam, 'a b', DOCUMENT), 400, 'ValidationError')
    // White space does not count.
    await holder.put(iam, 'p', `${' '.repeat(20_000)}${DOCUMENT}`)
  })

  test(`managed policies on a ${name}: attached once, listed, detached`, async (t) => {
    const bench = await peopleBench(t)
    const iam = bench.iam()
    await holder.make(iam)
    await iam.send(new CreatePolicyCommand({ PolicyName: 'mine', PolicyDocument: DOCUMENT }))
    for (const arn of [READ_ONLY, policyArn('mine'), policyArn('mine')]) await holder.attach(iam, arn)
    const { AttachedPolicies = [] } = await holder.attached(iam)
    assert.deepEqual(AttachedPolicies.map(({ PolicyName }) => PolicyName).sort(), ['ReadOnlyAccess', 'mine'])
    await refusedWithoutTrace(bench, () => holder.attach(iam, policyArn('nothing')), 404, 'NoSuchEntity')
    await holder.detach(iam, READ_ONLY)
    await refused(holder.detach(iam, READ_ONLY), 404, 'NoSuchEntity')
    assert.deepEqual(
      (await holder.attached(iam)).AttachedPolicies?.map(({ PolicyArn }) => PolicyArn),
      [policyArn('mine')],
    )
  })
}

test('boundaries of users and roles: put, shown, another one, taken away', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  await iam.send(new CreateUserCommand(u))
  await HOLDERS.role.make(iam)
  await iam.send(new CreatePolicyCommand({ PolicyName: 'mine', PolicyDocument: DOCUMENT }))
  const shown = async () => [
    (await iam.send(new GetUserCommand(u))).User?.PermissionsBoundary?.PermissionsBoundaryArn,
    (await iam.send(new GetRoleCommand(r))).Role?.PermissionsBoundary?.PermissionsBoundaryArn,
  ]
  for (const PermissionsBoundary of [READ_ONLY, policyArn('mine')]) {
    await iam.send(new PutUserPermissionsBoundaryCommand({ ...u, PermissionsBoundary }))
    await iam.send(new PutRolePermissionsBoundaryCommand({ ...r, PermissionsBoundary }))
    assert.deepEqual(await shown(), [PermissionsBoundary, PermissionsBoundary])
  }
  const missing = { ...u, PermissionsBoundary: policyArn('nothing') }
  await refusedWithoutTrace(bench, () => iam.send(new PutUserPermissionsBoundaryCommand(missing)), 404, 'NoSuchEntity')
  await iam.send(new DeleteUserPermissionsBoundaryCommand(u))
  await iam.send(new DeleteRolePermissionsBoundaryCommand(r))
  assert.deepEqual(await shown(), [undefined, undefined])
})

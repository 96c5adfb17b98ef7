import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
  PutUserPermissionsBoundaryCommand,
  SetDefaultPolicyVersionCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
  type ListPoliciesCommandInput,
} from '@aws-sdk/client-iam'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peopleBench, policyArn, policyOf, refused, refusedWithoutTrace } from './people-bench.ts'

const READ = policyOf({ Action: 's3:Get*', Resource: '*' })
const LIST = policyOf({ Action: 's3:ListAllMyBuckets', Resource: '*' })
const BUILT_IN = [
  ...['AdministratorAccess', 'AmazonS3FullAccess', 'AmazonS3ReadOnlyAccess', 'ReadOnlyAccess'],
  ...['AWSKeyManagementServicePowerUser', 'IAMFullAccess'],
]

test('CreatePolicy, GetPolicy, GetPolicyVersion: what was put is what is shown', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const made = await iam.send(
    new CreatePolicyCommand({
      PolicyName: 'read',
      Path: '/data/',
      PolicyDocument: READ,
      Description: 'a <b> & c',
      Tags: [{ Key: 'a', Value: 'b' }],
    }),
  )
  const policy = made.Policy ?? assert.fail()
  assert.equal(policy.Arn, policyArn('data/read'))
  assert.match(policy.PolicyId ?? '', /^ANPA/)
  assert.deepEqual([policy.DefaultVersionId, policy.AttachmentCount, policy.IsAttachable], ['v1', 0, true])
  const { Policy: got } = await iam.send(new GetPolicyCommand({ PolicyArn: policy.Arn }))
  assert.deepEqual(
    [got?.Description, got?.Tags, got?.PolicyId],
    ['a <b> & c', [{ Key: 'a', Value: 'b' }], policy.PolicyId],
  )
  const version = await iam.send(new GetPolicyVersionCommand({ PolicyArn: policy.Arn, VersionId: 'v1' }))
  assert.equal(decodeURIComponent(version.PolicyVersion?.Document ?? ''), READ)
  assert.equal(version.PolicyVersion?.IsDefaultVersion, true)
  const again = () => iam.send(new CreatePolicyCommand({ PolicyName: 'READ', PolicyDocument: READ }))
  await refusedWithoutTrace(bench, again, 409, 'EntityAlreadyExists')
  const bad = () => iam.send(new CreatePolicyCommand({ PolicyName: 'bad', PolicyDocument: '{"Statement":[]' }))
  await refusedWithoutTrace(bench, bad, 400, 'MalformedPolicyDocument')
  const Resource = Array.from({ length: 1_000 }, (_, index) => `arn:aws:s3:::bucket/${index}`)
  const large = () =>
    iam.send(new CreatePolicyCommand({ PolicyName: 'large', PolicyDocument: policyOf({ Action: 's3:*', Resource }) }))
  await refusedWithoutTrace(bench, large, 409, 'LimitExceeded')
})

test('versions: at most five, the default one acts from the next request on, and is not deleted', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const alice = await bench.user('alice')
  const PolicyArn = policyArn('p')
  await iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: READ }))
  await iam.send(new AttachUserPolicyCommand({ UserName: 'alice', PolicyArn }))
  const list = () => bench.s3(alice).send(new ListBucketsCommand())
  await refused(list(), 403, 'AccessDenied')
  const second = await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: LIST }))
  assert.deepEqual([second.PolicyVersion?.VersionId, second.PolicyVersion?.IsDefaultVersion], ['v2', false])
  await refused(list(), 403, 'AccessDenied')
  await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))
  await list()
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: READ, SetAsDefault: true }))
  await refused(list(), 403, 'AccessDenied')
  for (let count = 4; count <= 5; count += 1)
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: READ }))
  const sixth = () => iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: READ }))
  await refusedWithoutTrace(bench, sixth, 409, 'LimitExceeded')
  const remove = (VersionId: string) => () => iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))
  await refusedWithoutTrace(bench, remove('v3'), 409, 'DeleteConflict')
  await remove('v1')()
  await refused(remove('v1')(), 404, 'NoSuchEntity')
  const versions = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))
  const shown = versions.Versions?.map(({ VersionId, IsDefaultVersion }) => `${VersionId} ${IsDefaultVersion}`).sort()
  assert.deepEqual(shown, ['v2 false', 'v3 true', 'v4 false', 'v5 false'])
  // A number is never used twice.
  const next = await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: READ }))
  assert.equal(next.PolicyVersion?.VersionId, 'v6')
})

test('ListPolicies: the account’s own, the built-in ones, only attached ones, as boundary', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
  for (const PolicyName of ['one', 'two', 'three'])
    await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: READ }))
  const names = async (input: ListPoliciesCommandInput) =>
    (await iam.send(new ListPoliciesCommand(input))).Policies?.map(({ PolicyName }) => PolicyName).sort()
  assert.deepEqual(await names({ Scope: 'Local' }), ['one', 'three', 'two'])
  const aws = (await names({ Scope: 'AWS' })) ?? []
  for (const name of BUILT_IN) assert.ok(aws.includes(name), name)
  assert.deepEqual(await names({}), [...aws, 'one', 'two', 'three'].sort())
  assert.deepEqual(await names({ OnlyAttached: true }), [])
  await iam.send(new AttachUserPolicyCommand({ UserName: 'alice', PolicyArn: policyArn('one') }))
  await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: 'alice', PermissionsBoundary: policyArn('two') }))
  assert.deepEqual(await names({ OnlyAttached: true, PolicyUsageFilter: 'PermissionsPolicy' }), ['one'])
  assert.deepEqual(await names({ OnlyAttached: true, PolicyUsageFilter: 'PermissionsBoundary' }), ['two'])
  const { Policy: one } = await iam.send(new GetPolicyCommand({ PolicyArn: policyArn('one') }))
  const { Policy: two } = await iam.send(new GetPolicyCommand({ PolicyArn: policyArn('two') }))
  assert.deepEqual([one?.AttachmentCount, one?.PermissionsBoundaryUsageCount], [1, 0])
  assert.deepEqual([two?.AttachmentCount, two?.PermissionsBoundaryUsageCount], [0, 1])
  const entities = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: policyArn('one') }))
  assert.deepEqual(
    entities.PolicyUsers?.map(({ UserName }) => UserName),
    ['alice'],
  )
  assert.deepEqual([entities.PolicyGroups, entities.PolicyRoles, entities.IsTruncated], [[], [], false])
  const groups = await iam.send(
    new ListEntitiesForPolicyCommand({ PolicyArn: policyArn('one'), EntityFilter: 'Group' }),
  )
  assert.deepEqual(groups.PolicyUsers, [])
  const boundary = { PolicyArn: policyArn('two'), PolicyUsageFilter: 'PermissionsBoundary' } as const
  assert.equal((await iam.send(new ListEntitiesForPolicyCommand(boundary))).PolicyUsers?.length, 1)
  const paged = await iam.send(new ListPoliciesCommand({ Scope: 'Local', MaxItems: 2 }))
  assert.deepEqual([paged.Policies?.length, paged.IsTruncated], [2, true])
  const rest = await iam.send(new ListPoliciesCommand({ Scope: 'Local', MaxItems: 2, Marker: paged.Marker }))
  assert.deepEqual([rest.Policies?.length, rest.IsTruncated], [1, false])
})

test('built-in policies are shown, and changed by nobody', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  for (const name of BUILT_IN) {
    const { Policy: policy } = await iam.send(new GetPolicyCommand({ PolicyArn: `arn:aws:iam::aws:policy/${name}` }))
    const version = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: policy?.Arn, VersionId: policy?.DefaultVersionId }),
    )
    JSON.parse(decodeURIComponent(version.PolicyVersion?.Document ?? ''))
  }
  const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  const change = () => iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: READ, SetAsDefault: true }))
  await refusedWithoutTrace(bench, change, 403, 'AccessDenied')
  await refusedWithoutTrace(bench, () => iam.send(new DeletePolicyCommand({ PolicyArn })), 403, 'AccessDenied')
})

test('tags of policies, and DeletePolicy: not while it is attached or has other versions', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const PolicyArn = policyArn('p')
  await iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: READ }))
  await iam.send(
    new TagPolicyCommand({
      PolicyArn,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    }),
  )
  await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ['a'] }))
  assert.deepEqual((await iam.send(new ListPolicyTagsCommand({ PolicyArn }))).Tags, [{ Key: 'b', Value: '2' }])
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: LIST }))
  const remove = () => iam.send(new DeletePolicyCommand({ PolicyArn }))
  await refusedWithoutTrace(bench, remove, 409, 'DeleteConflict')
  await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))
  await remove()
  await refused(remove(), 404, 'NoSuchEntity')
  await refused(iam.send(new GetPolicyCommand({ PolicyArn })), 404, 'NoSuchEntity')
})

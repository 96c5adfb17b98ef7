/**
 * What Terraform's AWS provider calls for the resources of people, in its order, for creating, reading, changing and
 * destroying them. The calls were written down from the provider's documentation and behaviour; its own client speaks
 * the same protocol as this one.
 */
import * as aws from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCOUNT } from '../servers.ts'
import { peopleBench, policyArn, policyOf, refused, ROOT_ARN, trustOf } from './people-bench.ts'

const READ = policyOf({ Action: 's3:GetObject', Resource: '*' })
const WRITE = policyOf({ Action: 's3:PutObject', Resource: '*' })
const MANAGED = [{ Key: 'managed-by', Value: 'terraform' }]

test('the provider begins: who is asking, and the name of the account', async (t) => {
  const bench = await peopleBench(t)
  assert.equal((await bench.sts().send(new GetCallerIdentityCommand({}))).Account, ACCOUNT)
  assert.deepEqual((await bench.iam().send(new aws.ListAccountAliasesCommand({}))).AccountAliases, [])
})

test('aws_iam_user: create, read, rename, tag, bound, destroy by force', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const UserName = 'loadbalancer'
  await refused(iam.send(new aws.GetUserCommand({ UserName })), 404, 'NoSuchEntity')
  await iam.send(new aws.CreateUserCommand({ UserName, Path: '/system/', Tags: MANAGED }))
  const { User: made } = await iam.send(new aws.GetUserCommand({ UserName }))
  assert.deepEqual([made?.Path, made?.Tags], ['/system/', MANAGED])
  await iam.send(new aws.UpdateUserCommand({ UserName, NewUserName: 'balancer', NewPath: '/' }))
  const renamed = { UserName: 'balancer' }
  const boundary = { ...renamed, PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
  await iam.send(new aws.PutUserPermissionsBoundaryCommand(boundary))
  await iam.send(new aws.DeleteUserPermissionsBoundaryCommand(renamed))
  await iam.send(new aws.UntagUserCommand({ ...renamed, TagKeys: ['managed-by'] }))
  await iam.send(new aws.TagUserCommand({ ...renamed, Tags: [{ Key: 'team', Value: 'edge' }] }))
  assert.deepEqual((await iam.send(new aws.GetUserCommand(renamed))).User?.Tags, [{ Key: 'team', Value: 'edge' }])
  // force_destroy
  await iam.send(new aws.CreateAccessKeyCommand(renamed))
  assert.deepEqual((await iam.send(new aws.ListGroupsForUserCommand(renamed))).Groups, [])
  for (const { AccessKeyId } of (await iam.send(new aws.ListAccessKeysCommand(renamed))).AccessKeyMetadata ?? []) {
    await iam.send(new aws.DeleteAccessKeyCommand({ ...renamed, AccessKeyId }))
  }
  assert.deepEqual((await iam.send(new aws.ListSSHPublicKeysCommand(renamed))).SSHPublicKeys, [])
  const virtual = await iam.send(new aws.ListVirtualMFADevicesCommand({ AssignmentStatus: 'Assigned' }))
  assert.deepEqual(virtual.VirtualMFADevices, [])
  assert.deepEqual((await iam.send(new aws.ListMFADevicesCommand(renamed))).MFADevices, [])
  await refused(iam.send(new aws.DeleteLoginProfileCommand(renamed)), 404, 'NoSuchEntity')
  assert.deepEqual((await iam.send(new aws.ListSigningCertificatesCommand(renamed))).Certificates, [])
  const specific = await iam.send(new aws.ListServiceSpecificCredentialsCommand(renamed))
  assert.deepEqual(specific.ServiceSpecificCredentials, [])
  await iam.send(new aws.DeleteUserCommand(renamed))
  await refused(iam.send(new aws.GetUserCommand(renamed)), 404, 'NoSuchEntity')
})

test('aws_iam_access_key, aws_iam_user_policy, aws_iam_user_policy_attachment, aws_iam_user_group_membership', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const user = { UserName: 'app' }
  await iam.send(new aws.CreateUserCommand(user))
  const { AccessKey: key } = await iam.send(new aws.CreateAccessKeyCommand(user))
  const one = { ...user, AccessKeyId: key?.AccessKeyId }
  const status = async () =>
    (await iam.send(new aws.ListAccessKeysCommand(user))).AccessKeyMetadata?.map(({ Status }) => Status)
  assert.deepEqual(await status(), ['Active'])
  await iam.send(new aws.UpdateAccessKeyCommand({ ...one, Status: 'Inactive' }))
  assert.deepEqual(await status(), ['Inactive'])
  await iam.send(new aws.GetAccessKeyLastUsedCommand({ AccessKeyId: key?.AccessKeyId }))
  await iam.send(new aws.DeleteAccessKeyCommand(one))

  const inline = { ...user, PolicyName: 'terraform-2026' }
  await iam.send(new aws.PutUserPolicyCommand({ ...inline, PolicyDocument: READ }))
  const shown = await iam.send(new aws.GetUserPolicyCommand(inline))
  assert.equal(decodeURIComponent(shown.PolicyDocument ?? ''), READ)
  await iam.send(new aws.DeleteUserPolicyCommand(inline))
  await refused(iam.send(new aws.GetUserPolicyCommand(inline)), 404, 'NoSuchEntity')

  const attachment = { ...user, PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }
  await iam.send(new aws.AttachUserPolicyCommand(attachment))
  const attached = await iam.send(new aws.ListAttachedUserPoliciesCommand(user))
  assert.deepEqual(attached.AttachedPolicies, [
    { PolicyName: 'AmazonS3ReadOnlyAccess', PolicyArn: attachment.PolicyArn },
  ])
  await iam.send(new aws.DetachUserPolicyCommand(attachment))

  await iam.send(new aws.CreateGroupCommand({ GroupName: 'apps' }))
  await iam.send(new aws.AddUserToGroupCommand({ ...user, GroupName: 'apps' }))
  const groups = await iam.send(new aws.ListGroupsForUserCommand(user))
  assert.deepEqual(
    groups.Groups?.map(({ GroupName }) => GroupName),
    ['apps'],
  )
  await iam.send(new aws.RemoveUserFromGroupCommand({ ...user, GroupName: 'apps' }))
  await iam.send(new aws.DeleteGroupCommand({ GroupName: 'apps' }))
  await iam.send(new aws.DeleteUserCommand(user))
})

test('aws_iam_group, aws_iam_group_membership, aws_iam_group_policy, aws_iam_group_policy_attachment', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  await iam.send(new aws.CreateGroupCommand({ GroupName: 'developers', Path: '/users/' }))
  const group = { GroupName: 'devs' }
  await iam.send(new aws.UpdateGroupCommand({ GroupName: 'developers', NewGroupName: 'devs', NewPath: '/' }))
  assert.equal((await iam.send(new aws.GetGroupCommand(group))).Group?.Path, '/')
  for (const UserName of ['one', 'two']) {
    await iam.send(new aws.CreateUserCommand({ UserName }))
    await iam.send(new aws.AddUserToGroupCommand({ ...group, UserName }))
  }
  const members = async () =>
    (await iam.send(new aws.GetGroupCommand(group))).Users?.map(({ UserName }) => UserName).sort()
  assert.deepEqual(await members(), ['one', 'two'])
  await iam.send(new aws.RemoveUserFromGroupCommand({ ...group, UserName: 'one' }))
  assert.deepEqual(await members(), ['two'])
  const inline = { ...group, PolicyName: 'p' }
  await iam.send(new aws.PutGroupPolicyCommand({ ...inline, PolicyDocument: READ }))
  await iam.send(new aws.GetGroupPolicyCommand(inline))
  await iam.send(new aws.DeleteGroupPolicyCommand(inline))
  const attachment = { ...group, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
  await iam.send(new aws.AttachGroupPolicyCommand(attachment))
  assert.equal((await iam.send(new aws.ListAttachedGroupPoliciesCommand(group))).AttachedPolicies?.length, 1)
  await iam.send(new aws.DetachGroupPolicyCommand(attachment))
  await iam.send(new aws.RemoveUserFromGroupCommand({ ...group, UserName: 'two' }))
  await iam.send(new aws.DeleteGroupCommand(group))
  await refused(iam.send(new aws.GetGroupCommand(group)), 404, 'NoSuchEntity')
})

test('aws_iam_role, its inline policies and attachments: create, read, change, destroy by force', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const role = { RoleName: 'web' }
  const AssumeRolePolicyDocument = trustOf(ROOT_ARN)
  await iam.send(
    new aws.CreateRoleCommand({
      ...role,
      Path: '/',
      AssumeRolePolicyDocument,
      MaxSessionDuration: 3_600,
      Tags: MANAGED,
    }),
  )
  const { Role: made } = await iam.send(new aws.GetRoleCommand(role))
  assert.deepEqual(
    [made?.Tags, decodeURIComponent(made?.AssumeRolePolicyDocument ?? '')],
    [MANAGED, AssumeRolePolicyDocument],
  )
  assert.deepEqual((await iam.send(new aws.ListRolePoliciesCommand(role))).PolicyNames, [])
  assert.deepEqual((await iam.send(new aws.ListAttachedRolePoliciesCommand(role))).AttachedPolicies, [])
  await iam.send(new aws.PutRolePolicyCommand({ ...role, PolicyName: 'inline', PolicyDocument: READ }))
  await iam.send(new aws.GetRolePolicyCommand({ ...role, PolicyName: 'inline' }))
  await iam.send(new aws.AttachRolePolicyCommand({ ...role, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }))
  await iam.send(new aws.UpdateAssumeRolePolicyCommand({ ...role, PolicyDocument: trustOf(ACCOUNT) }))
  const described = await iam.send(new aws.UpdateRoleDescriptionCommand({ ...role, Description: 'of the web' }))
  assert.equal(described.Role?.Description, 'of the web')
  await iam.send(new aws.UpdateRoleCommand({ ...role, MaxSessionDuration: 7_200 }))
  const boundary = { ...role, PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
  await iam.send(new aws.PutRolePermissionsBoundaryCommand(boundary))
  await iam.send(new aws.DeleteRolePermissionsBoundaryCommand(role))
  await iam.send(new aws.UntagRoleCommand({ ...role, TagKeys: ['managed-by'] }))
  await iam.send(new aws.TagRoleCommand({ ...role, Tags: [{ Key: 'team', Value: 'edge' }] }))
  const { Role: changed } = await iam.send(new aws.GetRoleCommand(role))
  assert.deepEqual(
    [changed?.Description, changed?.MaxSessionDuration, changed?.Tags, changed?.PermissionsBoundary],
    ['of the web', 7_200, [{ Key: 'team', Value: 'edge' }], undefined],
  )
  assert.deepEqual((await iam.send(new aws.ListInstanceProfilesForRoleCommand(role))).InstanceProfiles, [])
  for (const { PolicyArn } of (await iam.send(new aws.ListAttachedRolePoliciesCommand(role))).AttachedPolicies ?? []) {
    await iam.send(new aws.DetachRolePolicyCommand({ ...role, PolicyArn }))
  }
  for (const PolicyName of (await iam.send(new aws.ListRolePoliciesCommand(role))).PolicyNames ?? []) {
    await iam.send(new aws.DeleteRolePolicyCommand({ ...role, PolicyName }))
  }
  await iam.send(new aws.DeleteRoleCommand(role))
  await refused(iam.send(new aws.GetRoleCommand(role)), 404, 'NoSuchEntity')
})

test('aws_iam_policy and aws_iam_policy_attachment: a new version for each change, the oldest goes, destroy', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const PolicyArn = policyArn('p')
  await iam.send(
    new aws.CreatePolicyCommand({ PolicyName: 'p', Path: '/', PolicyDocument: READ, Description: 'd', Tags: MANAGED }),
  )
  for (let change = 0; change < 6; change += 1) {
    const { Versions = [] } = await iam.send(new aws.ListPolicyVersionsCommand({ PolicyArn }))
    if (Versions.length >= 5) {
      const old = Versions.filter(({ IsDefaultVersion }) => IsDefaultVersion !== true)
      const oldest = old.sort((left, right) => Number(left.VersionId?.slice(1)) - Number(right.VersionId?.slice(1)))[0]
      await iam.send(new aws.DeletePolicyVersionCommand({ PolicyArn, VersionId: oldest?.VersionId }))
    }
    const PolicyDocument = change % 2 === 0 ? WRITE : READ
    await iam.send(new aws.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }))
    const { Policy: policy } = await iam.send(new aws.GetPolicyCommand({ PolicyArn }))
    const version = await iam.send(new aws.GetPolicyVersionCommand({ PolicyArn, VersionId: policy?.DefaultVersionId }))
    assert.equal(decodeURIComponent(version.PolicyVersion?.Document ?? ''), PolicyDocument)
  }
  await iam.send(new aws.UntagPolicyCommand({ PolicyArn, TagKeys: ['managed-by'] }))
  await iam.send(new aws.TagPolicyCommand({ PolicyArn, Tags: [{ Key: 'team', Value: 'edge' }] }))
  const UserName = 'app'
  await iam.send(new aws.CreateUserCommand({ UserName }))
  await iam.send(new aws.AttachUserPolicyCommand({ UserName, PolicyArn }))
  const entities = await iam.send(new aws.ListEntitiesForPolicyCommand({ PolicyArn }))
  assert.deepEqual(
    entities.PolicyUsers?.map((user) => user.UserName),
    [UserName],
  )
  await iam.send(new aws.DetachUserPolicyCommand({ UserName, PolicyArn }))
  const { Versions = [] } = await iam.send(new aws.ListPolicyVersionsCommand({ PolicyArn }))
  for (const { VersionId, IsDefaultVersion } of Versions) {
    if (IsDefaultVersion !== true) await iam.send(new aws.DeletePolicyVersionCommand({ PolicyArn, VersionId }))
  }
  await iam.send(new aws.DeletePolicyCommand({ PolicyArn }))
  await refused(iam.send(new aws.GetPolicyCommand({ PolicyArn })), 404, 'NoSuchEntity')
})

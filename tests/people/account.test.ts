import {
  CreateRoleCommand,
  CreateUserCommand,
  DeleteLoginProfileCommand,
  GetAccountSummaryCommand,
  GetLoginProfileCommand,
  ListAccountAliasesCommand,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListVirtualMFADevicesCommand,
} from '@aws-sdk/client-iam'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peopleBench, refused, ROOT_ARN, trustOf } from './people-bench.ts'

test('what nobody here has is an empty list, of users and roles that exist', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const UserName = 'alice'
  await iam.send(new CreateUserCommand({ UserName }))
  await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trustOf(ROOT_ARN) }))
  assert.deepEqual((await iam.send(new ListAccountAliasesCommand())).AccountAliases, [])
  assert.deepEqual((await iam.send(new ListMFADevicesCommand({ UserName }))).MFADevices, [])
  const virtual = await iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: 'Assigned' }))
  assert.deepEqual([virtual.VirtualMFADevices, virtual.IsTruncated], [[], false])
  assert.deepEqual((await iam.send(new ListSSHPublicKeysCommand({ UserName }))).SSHPublicKeys, [])
  assert.deepEqual((await iam.send(new ListSigningCertificatesCommand({ UserName }))).Certificates, [])
  const specific = await iam.send(new ListServiceSpecificCredentialsCommand({ UserName }))
  assert.deepEqual(specific.ServiceSpecificCredentials, [])
  assert.deepEqual((await iam.send(new ListInstanceProfilesCommand())).InstanceProfiles, [])
  const profiles = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'r' }))
  assert.deepEqual([profiles.InstanceProfiles, profiles.IsTruncated], [[], false])
  await refused(iam.send(new GetLoginProfileCommand({ UserName })), 404, 'NoSuchEntity')
  await refused(iam.send(new DeleteLoginProfileCommand({ UserName })), 404, 'NoSuchEntity')
  for (const command of [
    new ListMFADevicesCommand({ UserName: 'nobody' }),
    new ListSSHPublicKeysCommand({ UserName: 'nobody' }),
    new ListSigningCertificatesCommand({ UserName: 'nobody' }),
    new ListServiceSpecificCredentialsCommand({ UserName: 'nobody' }),
  ] as const) {
    await refused(iam.send(command as ListMFADevicesCommand), 404, 'NoSuchEntity')
  }
  await refused(iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'nobody' })), 404, 'NoSuchEntity')
  await refused(iam.send(new ListMFADevicesCommand({ UserName, Marker: 'forged' })), 400, 'ValidationError')
})

test('GetAccountSummary counts who and what is there', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const before = (await iam.send(new GetAccountSummaryCommand())).SummaryMap ?? {}
  assert.deepEqual([before['Users'], before['Roles'], before['Groups'], before['MFADevices']], [0, 0, 0, 0])
  assert.equal(before['AccessKeysPerUserQuota'], 2)
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
  await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trustOf(ROOT_ARN) }))
  const after = (await iam.send(new GetAccountSummaryCommand())).SummaryMap ?? {}
  assert.deepEqual([after['Users'], after['Roles'], after['Groups']], [1, 1, 0])
})

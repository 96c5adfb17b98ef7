import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  DeleteUserCommand,
  GetGroupCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  PutGroupPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateGroupCommand,
} from '@aws-sdk/client-iam'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCOUNT } from '../servers.ts'
import { peopleBench, policyOf, refused, refusedWithoutTrace } from './people-bench.ts'

test('groups: made, listed by page and path, renamed with their members, deleted when empty', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const { Group: group } = await iam.send(new CreateGroupCommand({ GroupName: 'admins', Path: '/ops/' }))
  assert.equal(group?.Arn, `arn:aws:iam::${ACCOUNT}:group/ops/admins`)
  assert.match(group.GroupId ?? '', /^AGPA/)
  const again = () => iam.send(new CreateGroupCommand({ GroupName: 'ADMINS' }))
  await refusedWithoutTrace(bench, again, 409, 'EntityAlreadyExists')
  await iam.send(new CreateGroupCommand({ GroupName: 'x'.repeat(128) }))
  await refusedWithoutTrace(
    bench,
    () => iam.send(new CreateGroupCommand({ GroupName: 'x'.repeat(129) })),
    400,
    'ValidationError',
  )
  await bench.user('alice')
  await bench.user('bob')
  for (const UserName of ['alice', 'bob']) await iam.send(new AddUserToGroupCommand({ GroupName: 'admins', UserName }))
  await iam.send(new AddUserToGroupCommand({ GroupName: 'admins', UserName: 'bob' }))
  const page = await iam.send(new GetGroupCommand({ GroupName: 'admins', MaxItems: 1 }))
  assert.deepEqual([page.Group, page.IsTruncated, page.Users?.length], [group, true, 1])
  const rest = await iam.send(new GetGroupCommand({ GroupName: 'admins', Marker: page.Marker }))
  assert.deepEqual([...(page.Users ?? []), ...(rest.Users ?? [])].map(({ UserName }) => UserName).sort(), [
    'alice',
    'bob',
  ])
  await iam.send(new UpdateGroupCommand({ GroupName: 'admins', NewGroupName: 'operators', NewPath: '/' }))
  const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName: 'alice' }))
  assert.deepEqual(
    Groups?.map(({ GroupName, GroupId, Arn }) => [GroupName, GroupId, Arn]),
    [['operators', group.GroupId, `arn:aws:iam::${ACCOUNT}:group/operators`]],
  )
  const listed = await iam.send(new ListGroupsCommand({ PathPrefix: '/ops/' }))
  assert.deepEqual(listed.Groups, [])
  await refusedWithoutTrace(
    bench,
    () => iam.send(new DeleteGroupCommand({ GroupName: 'operators' })),
    409,
    'DeleteConflict',
  )
  for (const UserName of ['alice', 'bob']) {
    await iam.send(new RemoveUserFromGroupCommand({ GroupName: 'operators', UserName }))
  }
  await iam.send(new DeleteGroupCommand({ GroupName: 'operators' }))
  await refused(iam.send(new GetGroupCommand({ GroupName: 'operators' })), 404, 'NoSuchEntity')
})

test('a member has the rights of the group from the next request on, and loses them with it', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const alice = await bench.user('alice')
  const list = () => bench.s3(alice).send(new ListBucketsCommand())
  await iam.send(new CreateGroupCommand({ GroupName: 'readers' }))
  const PolicyDocument = policyOf({ Action: 's3:ListAllMyBuckets', Resource: '*' })
  await iam.send(new PutGroupPolicyCommand({ GroupName: 'readers', PolicyName: 'p', PolicyDocument }))
  await refused(list(), 403, 'AccessDenied')
  const membership = { GroupName: 'readers', UserName: 'alice' }
  await iam.send(new AddUserToGroupCommand(membership))
  await list()
  await refusedWithoutTrace(bench, () => iam.send(new DeleteUserCommand({ UserName: 'alice' })), 409, 'DeleteConflict')
  await iam.send(new RemoveUserFromGroupCommand(membership))
  await refused(list(), 403, 'AccessDenied')
  await refused(iam.send(new RemoveUserFromGroupCommand(membership)), 404, 'NoSuchEntity')
  await refused(iam.send(new AddUserToGroupCommand({ GroupName: 'nobody', UserName: 'alice' })), 404, 'NoSuchEntity')
  await refused(iam.send(new AddUserToGroupCommand({ GroupName: 'readers', UserName: 'nobody' })), 404, 'NoSuchEntity')
})

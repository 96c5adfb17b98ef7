import {
  CreateUserCommand,
  DeleteUserCommand,
  GetUserCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  paginateListUsers,
  TagUserCommand,
  UntagUserCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCOUNT } from '../servers.ts'
import { peopleBench, policyArn, refused, refusedWithoutTrace, ROOT_ARN, userArn } from './people-bench.ts'

test('CreateUser, GetUser: a user with path and tags, and the ids that stay hers', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const created = await iam.send(
    new CreateUserCommand({
      UserName: 'alice',
      Path: '/staff/',
      Tags: [
        { Key: 'team', Value: 'a + b' },
        { Key: '__proto__', Value: '' },
      ],
    }),
  )
  const user = created.User ?? assert.fail()
  assert.equal(user.UserName, 'alice')
  assert.equal(user.Path, '/staff/')
  assert.equal(user.Arn, `arn:aws:iam::${ACCOUNT}:user/staff/alice`)
  assert.match(user.UserId ?? '', /^AIDA[A-Z2-7]{16,17}$/)
  assert.ok(Math.abs((user.CreateDate?.getTime() ?? 0) - bench.now()) < 60_000)
  const tags = [...(user.Tags ?? [])].sort((left, right) => ((left.Key ?? '') < (right.Key ?? '') ? -1 : 1))
  assert.deepEqual(tags, [
    { Key: '__proto__', Value: '' },
    { Key: 'team', Value: 'a + b' },
  ])
  assert.ok(created.$metadata.requestId !== undefined && created.$metadata.requestId !== '')
  const { User: got } = await iam.send(new GetUserCommand({ UserName: 'alice' }))
  assert.deepEqual(got, user)
  assert.equal((await iam.send(new GetUserCommand({ UserName: 'ALICE' }))).User?.UserName, 'alice')
})

test('GetUser without a name is the caller: the account’s root, and a user', async (t) => {
  const bench = await peopleBench(t)
  const root = await bench.iam().send(new GetUserCommand())
  assert.equal(root.User?.Arn, ROOT_ARN)
  assert.equal(root.User.UserId, ACCOUNT)
  const alice = await bench.user(
    'alice',
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}}',
  )
  assert.equal((await bench.iam(alice).send(new GetUserCommand({}))).User?.UserName, 'alice')
})

test('names are unique whatever their case, and bad names and paths are refused without a trace', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  await iam.send(new CreateUserCommand({ UserName: 'Alice' }))
  const create = (UserName: string, Path?: string) => () => iam.send(new CreateUserCommand({ UserName, Path }))
  assert.match(await refusedWithoutTrace(bench, create('aLICE'), 409, 'EntityAlreadyExists'), /aLICE/i)
  for (const name of ['', 'a b', 'a/b', 'ü', 'a*', 'x'.repeat(65)]) {
    await refusedWithoutTrace(bench, create(name), 400, 'ValidationError')
  }
  for (const path of ['', 'a', '/a', 'a/', '/ü/', '/a b/', `/${'x'.repeat(512)}/`]) {
    await refusedWithoutTrace(bench, create('bob', path), 400, 'ValidationError')
  }
  await create('x'.repeat(64))()
  await create('a+=,.@-_1', '/!"#$/')()
})

test('ListUsers: pages that follow each other, by path, without tags', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const names = ['ann', 'bea', 'cyd', 'dan', 'eve']
  for (const [index, name] of names.entries()) {
    const Path = index % 2 === 0 ? '/even/' : '/odd/'
    await iam.send(new CreateUserCommand({ UserName: name, Path, Tags: [{ Key: 'k', Value: 'v' }] }))
  }
  const first = await iam.send(new ListUsersCommand({ MaxItems: 2 }))
  assert.deepEqual([first.Users?.length, first.IsTruncated], [2, true])
  const seen: (string | undefined)[] = []
  for await (const page of paginateListUsers({ client: iam, pageSize: 2 }, {})) {
    for (const user of page.Users ?? []) {
      seen.push(user.UserName)
      assert.equal(user.Tags, undefined)
    }
  }
  assert.deepEqual(seen, names)
  const even = await iam.send(new ListUsersCommand({ PathPrefix: '/even/' }))
  assert.deepEqual(
    even.Users?.map(({ UserName }) => UserName),
    ['ann', 'cyd', 'eve'],
  )
  assert.equal(even.IsTruncated, false)
  assert.equal(even.Marker, undefined)
  await refused(iam.send(new ListUsersCommand({ Marker: 'forged' })), 400, 'ValidationError')
  await refused(iam.send(new ListUsersCommand({ MaxItems: 0 })), 400, 'ValidationError')
  await refused(iam.send(new ListUsersCommand({ MaxItems: 1_001 })), 400, 'ValidationError')
})

test('UpdateUser: another name and path, the same id; the old name is free and finds nobody', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const { User: before } = await iam.send(new CreateUserCommand({ UserName: 'alice' }))
  await iam.send(new CreateUserCommand({ UserName: 'bob' }))
  const rename = (NewUserName: string) => () => iam.send(new UpdateUserCommand({ UserName: 'alice', NewUserName }))
  await refusedWithoutTrace(bench, rename('BOB'), 409, 'EntityAlreadyExists')
  await iam.send(new UpdateUserCommand({ UserName: 'alice', NewUserName: 'carol', NewPath: '/new/' }))
  const { User: after } = await iam.send(new GetUserCommand({ UserName: 'carol' }))
  assert.equal(after?.UserId, before?.UserId)
  assert.equal(after?.Arn, `arn:aws:iam::${ACCOUNT}:user/new/carol`)
  await refused(iam.send(new GetUserCommand({ UserName: 'alice' })), 404, 'NoSuchEntity')
  await refusedWithoutTrace(bench, rename('dora'), 404, 'NoSuchEntity')
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
})

test('TagUser, UntagUser, ListUserTags: at most 50, keys unique whatever their case', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
  const tag =
    (...Tags: { Key: string; Value: string }[]) =>
    () =>
      iam.send(new TagUserCommand({ UserName: 'alice', Tags }))
  await tag({ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' })()
  await tag({ Key: 'a', Value: '3' })()
  const tagsOf = async () => (await iam.send(new ListUserTagsCommand({ UserName: 'alice' }))).Tags
  assert.deepEqual(await tagsOf(), [
    { Key: 'a', Value: '3' },
    { Key: 'b', Value: '2' },
  ])
  await refusedWithoutTrace(bench, tag({ Key: 'c', Value: '1' }, { Key: 'c', Value: '2' }), 400, 'InvalidInput')
  await refusedWithoutTrace(bench, tag({ Key: 'Dept', Value: '1' }, { Key: 'dept', Value: '2' }), 400, 'InvalidInput')
  await refusedWithoutTrace(bench, tag({ Key: 'x'.repeat(129), Value: '' }), 400, 'InvalidInput')
  await refusedWithoutTrace(bench, tag({ Key: 'x', Value: 'x'.repeat(257) }), 400, 'InvalidInput')
  await refusedWithoutTrace(bench, tag({ Key: 'aws:x', Value: '' }), 400, 'InvalidInput')
  const many = Array.from({ length: 49 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
  await refusedWithoutTrace(bench, tag(...many), 409, 'LimitExceeded')
  await iam.send(new UntagUserCommand({ UserName: 'alice', TagKeys: ['a', 'nothing'] }))
  assert.deepEqual(await tagsOf(), [{ Key: 'b', Value: '2' }])
  await iam.send(new UntagUserCommand({ UserName: 'alice', TagKeys: ['b'] }))
  assert.deepEqual(await tagsOf(), [])
  await refused(iam.send(new ListUserTagsCommand({ UserName: 'bob' })), 404, 'NoSuchEntity')
})

test('DeleteUser: whoever still has something is not deleted; who was, is nobody, and a namesake is somebody else', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  await bench.user('alice')
  const remove = () => iam.send(new DeleteUserCommand({ UserName: 'alice' }))
  await refusedWithoutTrace(bench, remove, 409, 'DeleteConflict')
  const { User: one } = await iam.send(new CreateUserCommand({ UserName: 'bob' }))
  await iam.send(new DeleteUserCommand({ UserName: 'bob' }))
  await refused(iam.send(new GetUserCommand({ UserName: 'bob' })), 404, 'NoSuchEntity')
  await refused(iam.send(new DeleteUserCommand({ UserName: 'bob' })), 404, 'NoSuchEntity')
  const { User: two } = await iam.send(new CreateUserCommand({ UserName: 'bob' }))
  assert.notEqual(two?.UserId, one?.UserId)
  assert.equal(two?.Arn, userArn('bob'))
})

test('a boundary has to be a policy that is there; a boundary that is misspelt is refused, not overlooked', async (t) => {
  const bench = await peopleBench(t)
  const iam = bench.iam()
  const create = (PermissionsBoundary: string) => () =>
    iam.send(new CreateUserCommand({ UserName: 'alice', PermissionsBoundary }))
  await refusedWithoutTrace(bench, create(policyArn('missing')), 404, 'NoSuchEntity')
  await refusedWithoutTrace(bench, create('not an arn at all, but long'), 404, 'NoSuchEntity')
  const { User: user } = await create('arn:aws:iam::aws:policy/ReadOnlyAccess')()
  assert.equal(user?.PermissionsBoundary?.PermissionsBoundaryArn, 'arn:aws:iam::aws:policy/ReadOnlyAccess')
})

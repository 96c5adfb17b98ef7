import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  accountId,
  ask,
  callerOf,
  deployment,
  HOME,
  isFailure,
  newUser,
  OTHER,
  policy,
  rootOf,
  sessionCaller,
  stateOf,
} from './directory.fixture.ts'
import type { PeopleOperation } from '../operations/index.ts'

const ROOT = rootOf(HOME)
const denied = isFailure('access-denied')

test('an account is made with a root of its own, listed, named, switched off and on', async () => {
  const all = await deployment()
  const made = await ask(all, ROOT, { kind: 'create-account', name: 'lab', vendors: { uid: '1234567890123456' } })
  const { account, rootAccessKeyId = '' } = made.account
  assert.match(account, /^[1-9][0-9]{11}$/)
  assert.match(made.account.canonicalId, /^[0-9a-f]{64}$/)
  const root = await callerOf(all, rootAccessKeyId)
  assert.equal(root.arn, `arn:aws:iam::${account}:root`)
  const user = await newUser(all, 'ann', policy({ actions: 's3:*' }), root)
  const session = (await ask(all, user, { kind: 'get-session-token' })).credentials
  assert.deepEqual((await ask(all, ROOT, { kind: 'show-account', account })).account, made.account)
  const set = await ask(all, ROOT, { kind: 'set-account', account, name: '', vendors: { uid: '', appId: '125' } })
  assert.deepEqual(set.account.vendors, { appId: '125' })
  assert.equal(set.account.name, undefined)
  const other = await all.another()
  await callerOf(other, rootAccessKeyId)
  assert.equal((await ask(all, ROOT, { kind: 'disable-account', account })).account.enabled, false)
  for (const id of [rootAccessKeyId, user.accessKeyId]) assert.equal(await other.accessKeys.lookup(id), undefined)
  await assert.rejects(async () => sessionCaller(other, session), isFailure('invalid-token'))
  await ask(all, ROOT, { kind: 'enable-account', account })
  await callerOf(other, user.accessKeyId)
  await sessionCaller(other, session)
  const { accounts } = await ask(all, ROOT, { kind: 'list-accounts' })
  assert.deepEqual(
    accounts.map((one) => one.account),
    [HOME, OTHER, account],
  )
})

test("T-086 accounts are the operators': who is of another has no say, not even over their own", async () => {
  const all = await deployment()
  const other = rootOf(OTHER)
  const operations: readonly PeopleOperation[] = [
    { kind: 'create-account', vendors: {} },
    { kind: 'list-accounts' },
    { kind: 'show-account', account: OTHER },
    { kind: 'set-account', account: OTHER, vendors: {}, name: 'x' },
    { kind: 'disable-account', account: OTHER },
    { kind: 'enable-account', account: OTHER },
    { kind: 'disable-account', account: accountId('999999999999') },
  ]
  const before = await stateOf(all)
  const admin = await newUser(all, 'admin', policy({ actions: '*' }), other)
  const after = await stateOf(all)
  assert.notEqual(after, before)
  const clerk = await newUser(all, 'clerk', policy({ actions: 's3:*' }))
  const state = await stateOf(all)
  for (const operation of operations) {
    for (const caller of [other, admin, clerk])
      await assert.rejects(ask(all, caller, operation), denied, operation.kind)
  }
  assert.equal(await stateOf(all), state)
  const operator = await newUser(all, 'operator', policy({ actions: 'coffer:ListAccounts' }))
  assert.equal((await ask(all, operator, { kind: 'list-accounts' })).accounts.length, 2)
  await assert.rejects(ask(all, operator, { kind: 'create-account', vendors: {} }), denied)
})

test('T-089 the first account and its root stay: neither is switched off or deleted by itself', async () => {
  const all = await deployment()
  const unmodifiable = isFailure('unmodifiable-entity')
  await assert.rejects(ask(all, ROOT, { kind: 'disable-account', account: HOME }), unmodifiable)
  const { accessKeyId } = await all.accessKeys.ensureRoot(HOME)
  await assert.rejects(ask(all, ROOT, { kind: 'update-access-key', accessKeyId, active: false }), unmodifiable)
  await assert.rejects(ask(all, ROOT, { kind: 'delete-access-key', accessKeyId }), unmodifiable)
  await assert.rejects(ask(all, ROOT, { kind: 'create-access-key' }), isFailure('limit-exceeded'))
  assert.deepEqual(
    (await ask(all, ROOT, { kind: 'list-access-keys' })).items.map((key) => key.accessKeyId),
    [accessKeyId],
  )
})

test('accounts are unique: by number, and by what a vendor calls them', async () => {
  const all = await deployment()
  const exists = isFailure('entity-exists')
  await assert.rejects(ask(all, ROOT, { kind: 'create-account', account: OTHER, vendors: {} }), exists)
  const third = accountId('000000000003')
  await ask(all, ROOT, { kind: 'create-account', account: third, vendors: { uin: '77' } })
  await assert.rejects(ask(all, ROOT, { kind: 'create-account', vendors: { uin: '77' } }), exists)
  await assert.rejects(ask(all, ROOT, { kind: 'set-account', account: OTHER, vendors: { uin: '77' } }), exists)
  await assert.rejects(
    ask(all, ROOT, { kind: 'set-account', account: OTHER, vendors: { uin: '7 7' } }),
    isFailure('invalid-argument'),
  )
  await assert.rejects(
    ask(all, ROOT, { kind: 'show-account', account: accountId('000000000009') }),
    isFailure('entity-not-found'),
  )
})

test('the last use of an access key is shown, a quarter of an hour behind at most', async () => {
  const all = await deployment()
  const user = await newUser(all, 'u')
  const shown = () => ask(all, ROOT, { kind: 'get-access-key-last-used', accessKeyId: user.accessKeyId })
  assert.deepEqual(await shown(), { userName: 'u' })
  all.directory.used(user, 's3', 'us-east-1')
  await all.directory.settled()
  const first = { atMs: all.clock.nowMs, service: 's3', region: 'us-east-1' }
  assert.deepEqual(await shown(), { userName: 'u', lastUse: first })
  all.clock.nowMs += 14 * 60_000
  all.directory.used(user, 'kms', 'us-east-1')
  await all.directory.settled()
  assert.deepEqual((await shown()).lastUse, first)
  all.clock.nowMs += 60_000
  all.directory.used(user, 'kms', 'eu-west-1')
  await all.directory.settled()
  assert.deepEqual((await shown()).lastUse, { atMs: all.clock.nowMs, service: 'kms', region: 'eu-west-1' })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from '../policy/index.ts'
import type { EntityTags, OperationOf, PeopleOperation, SignedCaller } from '../operations/index.ts'
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
  START_MS,
  stateOf,
  trust,
  type Deployment,
  type Process,
} from './directory.fixture.ts'

const ROOT = rootOf(HOME)
const ROLE = `arn:aws:iam::${HOME}:role/worker`
const HOUR_MS = 3_600_000
const denied = isFailure('access-denied')
const invalid = isFailure('invalid-token')

type AssumeRole = OperationOf<'assume-role'>

function assume(more: Partial<AssumeRole> = {}): AssumeRole {
  return {
    kind: 'assume-role',
    roleArn: ROLE,
    sessionName: 'at-work',
    policyArns: [],
    tags: {},
    transitiveTagKeys: [],
    ...more,
  }
}

/** A role that the account's own policies give away, and a user whom they give it to. */
async function withRole(
  trustPolicy = trust(HOME),
  may = policy({ actions: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] }),
) {
  const all = await deployment()
  await ask(all, ROOT, { kind: 'create-role', name: 'worker', trustPolicy, tags: {} })
  await ask(all, ROOT, {
    kind: 'put-role-policy',
    name: 'worker',
    policyName: 'p',
    document: policy({ actions: ['s3:*', 'iam:*', 'sts:*'] }),
  })
  const alice = await newUser(all, 'alice', may)
  return { ...all, alice }
}

async function may(at: Process, caller: SignedCaller, action: string, resource = 'arn:aws:s3:::b/k'): Promise<boolean> {
  const { rights } = await at.directory.rightsOf(caller)
  return evaluate({ caller, action, resource, owner: caller.account, rights }).kind === 'allow'
}

test("a role is taken: its session has the role's rights, its own name, and its time", async () => {
  const all = await withRole()
  const { credentials, assumedRoleId, arn, packedPolicySize } = await ask(all, all.alice, assume())
  assert.match(credentials.accessKeyId, /^ASIA[A-Z2-7]{16}$/)
  assert.match(credentials.sessionToken, /^[A-Za-z0-9_-]{100,}$/)
  assert.equal(credentials.secret.length, 40)
  assert.equal(credentials.expiresMs, START_MS + HOUR_MS)
  assert.match(assumedRoleId, /^AROA[A-Z2-7]{17}:at-work$/)
  assert.equal(arn, `arn:aws:sts::${HOME}:assumed-role/worker/at-work`)
  assert.equal(packedPolicySize, 0)
  const other = await all.another()
  const session = await sessionCaller(other, credentials)
  assert.deepEqual(await ask(other, session, { kind: 'get-caller-identity' }), {
    userId: assumedRoleId,
    account: HOME,
    arn,
  })
  assert.equal(await may(other, session, 's3:PutObject'), true)
  assert.equal(await may(other, session, 'kms:Decrypt'), false)
  all.clock.nowMs = credentials.expiresMs - 1
  await sessionCaller(other, credentials)
  all.clock.nowMs = credentials.expiresMs
  await assert.rejects(async () => sessionCaller(other, credentials), isFailure('expired-token'))
})

test('T-060 a temporary key opens with its own token, whole and unchanged, and with nothing else', async () => {
  const all = await withRole()
  const { credentials: one } = await ask(all, all.alice, assume())
  const { credentials: two } = await ask(all, all.alice, assume())
  assert.notEqual(one.accessKeyId, two.accessKeyId)
  for (const at of [all, await all.another()]) {
    const find = async (id: string, token?: string) => at.accessKeys.lookup(id, token)
    assert.equal(await find(one.accessKeyId), undefined)
    await assert.rejects(find(one.accessKeyId, two.sessionToken), invalid)
    await assert.rejects(find(all.alice.accessKeyId, one.sessionToken), invalid)
    const token = Buffer.from(one.sessionToken, 'base64url')
    for (let at8 = 0; at8 < token.length; at8 += 7) {
      const changed = Buffer.from(token)
      changed[at8] = (changed[at8] ?? 0) ^ (1 << (at8 % 8))
      await assert.rejects(find(one.accessKeyId, changed.toString('base64url')), invalid, `byte ${at8}`)
    }
    const forms = [
      '',
      'x',
      one.sessionToken.slice(0, -4),
      `${one.sessionToken}AAAA`,
      `${one.sessionToken}=`,
      token.toString('base64'),
    ]
    for (const form of [
      ...forms,
      `${one.sessionToken} `,
      'A'.repeat(8_000),
      token.subarray(0, 67).toString('base64url'),
    ]) {
      if (form === one.sessionToken) continue
      await assert.rejects(find(one.accessKeyId, form), invalid, form.slice(0, 20))
    }
    assert.ok((await find(one.accessKeyId, one.sessionToken))?.secret.length === 40)
  }
})

test('T-060 a token of another deployment opens nothing here', async () => {
  const [here, there] = [await withRole(), await withRole()]
  const { credentials } = await ask(there, there.alice, assume())
  await ask(here, here.alice, assume())
  await assert.rejects(async () => here.accessKeys.lookup(credentials.accessKeyId, credentials.sessionToken), invalid)
})

test('T-064 a session ends with its role, its account, and its revocation, for the next request of every process', async () => {
  const all = await withRole()
  const other = await all.another()
  const { credentials } = await ask(all, all.alice, assume())
  const session = await sessionCaller(other, credentials)
  assert.equal(await may(other, session, 's3:GetObject'), true)
  await ask(all, ROOT, { kind: 'delete-role-policy', name: 'worker', policyName: 'p' })
  assert.equal(await may(other, session, 's3:GetObject'), false)
  await ask(all, ROOT, { kind: 'revoke-sessions', holder: 'role', name: 'worker' })
  await assert.rejects(async () => sessionCaller(other, credentials), invalid)
  all.clock.nowMs += 1
  const { credentials: later } = await ask(all, all.alice, assume())
  await sessionCaller(other, later)
  await ask(all, ROOT, { kind: 'delete-role', name: 'worker' })
  await assert.rejects(async () => sessionCaller(other, later), invalid)
  // A role of the same name is another role.
  await ask(all, ROOT, { kind: 'create-role', name: 'worker', trustPolicy: trust(HOME), tags: {} })
  await assert.rejects(async () => sessionCaller(other, later), invalid)
})

test('a session of a user ends with the access key that asked for it, and cannot ask the directory for anything', async () => {
  const all = await withRole(trust(HOME), policy({ actions: '*' }))
  const { credentials } = await ask(all, all.alice, { kind: 'get-session-token' })
  assert.equal(credentials.expiresMs, START_MS + 12 * HOUR_MS)
  const session = await sessionCaller(all, credentials)
  assert.equal(session.arn, `arn:aws:iam::${HOME}:user/alice`)
  assert.equal(await may(all, session, 's3:GetObject'), true)
  assert.equal((await ask(all, session, { kind: 'get-caller-identity' })).arn, session.arn)
  await ask(all, session, assume())
  const before = await stateOf(all)
  const refused: readonly PeopleOperation[] = [
    { kind: 'create-access-key' },
    { kind: 'create-access-key', name: 'alice' },
    { kind: 'create-user', name: 'x', tags: {} },
    { kind: 'get-session-token' },
    { kind: 'list-users' },
  ]
  for (const operation of refused) await assert.rejects(ask(all, session, operation), denied, operation.kind)
  assert.equal(await stateOf(all), before)
  const { accessKeyId } = all.alice
  await ask(all, ROOT, { kind: 'update-access-key', name: 'alice', accessKeyId, active: false })
  await assert.rejects(async () => sessionCaller(all, credentials), invalid)
  await ask(all, ROOT, { kind: 'update-access-key', name: 'alice', accessKeyId, active: true })
  await sessionCaller(all, credentials)
  await ask(all, ROOT, { kind: 'revoke-sessions', holder: 'user', name: 'alice' })
  await assert.rejects(async () => sessionCaller(all, credentials), invalid)
  await callerOf(all, accessKeyId)
})

test('the root asks for an hour at most, and takes no roles', async () => {
  const all = await withRole()
  const { accessKeyId } = await all.accessKeys.ensureRoot(HOME)
  const root = await callerOf(all, accessKeyId)
  const { credentials } = await ask(all, root, { kind: 'get-session-token', durationSeconds: 129_600 })
  assert.equal(credentials.expiresMs, START_MS + HOUR_MS)
  const session = await sessionCaller(all, credentials)
  assert.equal(session.kind, 'account-root')
  await assert.rejects(ask(all, session, { kind: 'list-users' }), denied)
  await assert.rejects(ask(all, root, assume()), denied)
})

test('T-096 nobody takes a role that does not trust them, or that is not there: the answer is the same', async () => {
  const all = await withRole(trust(`arn:aws:iam::${HOME}:root`))
  const bob = await newUser(all, 'bob')
  await assert.rejects(ask(all, bob, assume()), denied)
  const elsewhere = await newUser(all, 'eve', policy({ actions: '*' }), rootOf(OTHER))
  await assert.rejects(ask(all, elsewhere, assume()), denied)
  await assert.rejects(ask(all, elsewhere, assume({ roleArn: `arn:aws:iam::${HOME}:role/none` })), denied)
  await assert.rejects(ask(all, all.alice, assume({ roleArn: `arn:aws:iam::${HOME}:role/x/worker` })), denied)
  for (const roleArn of ['worker', `arn:aws:iam::${HOME}:user/alice`, 'arn:aws:iam::aws:role/worker', '']) {
    await assert.rejects(ask(all, all.alice, assume({ roleArn })), isFailure('invalid-arn'), roleArn)
  }
})

test('T-096 a role of another account needs both sides, and the external id that it asks for', async () => {
  const condition = { StringEquals: { 'sts:ExternalId': 'blue-42' } }
  const all = await withRole(trust(OTHER, condition))
  const eve = await newUser(all, 'eve', policy({ actions: 'sts:AssumeRole', resources: ROLE }), rootOf(OTHER))
  const mute = await newUser(all, 'mute', undefined, rootOf(OTHER))
  await assert.rejects(ask(all, eve, assume()), denied)
  await assert.rejects(ask(all, eve, assume({ externalId: 'blue-43' })), denied)
  await assert.rejects(ask(all, eve, assume({ externalId: 'b' })), isFailure('invalid-argument'))
  await assert.rejects(ask(all, mute, assume({ externalId: 'blue-42' })), denied)
  const { credentials } = await ask(all, eve, assume({ externalId: 'blue-42' }))
  assert.equal((await sessionCaller(all, credentials)).account, HOME)
})

test('T-079 a trust policy binds to whom it named: a namesake who comes later is nobody', async () => {
  const all = await deployment()
  const user = await newUser(all, 'carol')
  await ask(all, ROOT, {
    kind: 'create-role',
    name: 'worker',
    trustPolicy: trust(`arn:aws:iam::${HOME}:user/carol`),
    tags: {},
  })
  await ask(all, user, assume())
  await ask(all, ROOT, { kind: 'delete-access-key', name: 'carol', accessKeyId: user.accessKeyId })
  await ask(all, ROOT, { kind: 'delete-user', name: 'carol' })
  const namesake = await newUser(all, 'carol')
  assert.equal(namesake.arn, user.arn)
  await assert.rejects(ask(all, namesake, assume()), denied)
  const missing = [
    `arn:aws:iam::${HOME}:user/nobody`,
    `arn:aws:iam::${HOME}:user/x/carol`,
    '999999999999',
    `arn:aws:iam::${OTHER}:role/none`,
  ]
  for (const principal of missing) {
    const create = ask(all, ROOT, { kind: 'create-role', name: 'r', trustPolicy: trust(principal), tags: {} })
    await assert.rejects(create, isFailure('malformed-policy'), principal)
  }
})

test('T-096 a session of a session lives an hour at most, and hands on what it may not drop', async () => {
  const all = await withRole(trust(HOME, undefined, ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']))
  await ask(all, ROOT, { kind: 'update-role', name: 'worker', maxSessionSeconds: 43_200 })
  const tags = { Dept: 'a', Cost: 'b' }
  const first = assume({ durationSeconds: 43_200, tags, transitiveTagKeys: ['Dept'], sourceIdentity: 'alice' })
  const { credentials, sourceIdentity } = await ask(all, all.alice, first)
  assert.equal(sourceIdentity, 'alice')
  const session = await sessionCaller(all, credentials)
  await assert.rejects(ask(all, session, assume({ durationSeconds: 3_601 })), isFailure('invalid-argument'))
  await assert.rejects(ask(all, session, assume({ tags: { dept: 'b' } })), isFailure('invalid-tag'))
  await assert.rejects(ask(all, session, assume({ sourceIdentity: 'bob' })), denied)
  const second = await sessionCaller(all, (await ask(all, session, assume({ tags: { Own: 'x' } }))).credentials)
  assert.deepEqual(second.session?.tags, { Own: 'x', Dept: 'a' })
  assert.deepEqual(second.session.transitiveTagKeys, ['Dept'])
  assert.equal(second.session.sourceIdentity, 'alice')
  assert.deepEqual(
    [...(await all.directory.rightsOf(second)).rights.tags],
    [
      ['Own', 'x'],
      ['Dept', 'a'],
    ],
  )
})

test('T-096 tags need the right to tag, are unique whatever their case, and are limited', async () => {
  const all = await withRole(trust(HOME), policy({ actions: 'sts:AssumeRole' }))
  await assert.rejects(ask(all, all.alice, assume({ tags: { a: 'b' } })), denied)
  await assert.rejects(ask(all, all.alice, assume({ sourceIdentity: 'alice' })), denied)
  const bad: readonly (readonly [EntityTags, readonly string[]])[] = [
    [{ Dept: 'a', dept: 'b' }, []],
    [{ 'aws:x': 'b' }, []],
    [{}, ['a']],
    [{ a: 'b' }, ['A']],
  ]
  for (const [tags, transitiveTagKeys] of bad) {
    await assert.rejects(ask(all, all.alice, assume({ tags, transitiveTagKeys })), isFailure('invalid-tag'))
  }
})

test('T-096 what a token cannot hold is refused by its size, and a policy that is none by what is wrong', async () => {
  const all = await withRole()
  const arns = Array.from({ length: 10 }, (_, at) => `arn:aws:iam::${HOME}:policy/${'p'.repeat(118)}${at}`)
  for (const arn of arns) {
    const policyName = arn.slice(arn.lastIndexOf('/') + 1)
    await ask(all, ROOT, { kind: 'create-policy', policyName, document: policy({ actions: 's3:*' }), tags: {} })
  }
  const document = policy({ actions: 's3:GetObject', resources: `arn:aws:s3:::b/${'x'.repeat(1_800)}` })
  const { packedPolicySize } = await ask(all, all.alice, assume({ policy: document, policyArns: arns }))
  assert.ok(packedPolicySize > 80 && packedPolicySize <= 100, String(packedPolicySize))
  const tags = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`k${at}`, 'v'.repeat(200)]))
  const all2 = await withRole(trust(HOME, undefined, ['sts:AssumeRole', 'sts:TagSession']))
  await assert.rejects(ask(all2, all2.alice, assume({ tags })), isFailure('packed-policy-too-large'))
  await assert.rejects(ask(all, all.alice, assume({ policy: 'x'.repeat(64 * 1_024) })), isFailure('policy-too-large'))
  for (const broken of ['', '{', '{"Version":"2012-10-17"}', policy({ actions: 's3:*' }).replace('Allow', 'Maybe')]) {
    await assert.rejects(ask(all, all.alice, assume({ policy: broken })), isFailure('malformed-policy'), broken)
  }
  const none = assume({ policyArns: [`arn:aws:iam::${HOME}:policy/none`] })
  await assert.rejects(ask(all, all.alice, none), isFailure('malformed-policy'))
  const eleven = assume({ policyArns: [...arns, ROLE] })
  await assert.rejects(ask(all, all.alice, eleven), isFailure('limit-exceeded'))
})

test('a session policy narrows, and what it names is read anew: at its default version, and gone when it is gone', async () => {
  const all = await withRole()
  const reads = policy({ actions: 's3:GetObject' })
  const { arn: policyArn } = await ask(all, ROOT, { kind: 'create-policy', policyName: 'n', document: reads, tags: {} })
  const given = await ask(
    all,
    all.alice,
    assume({ policyArns: [policyArn], policy: policy({ actions: 's3:ListBucket' }) }),
  )
  const session = await sessionCaller(all, given.credentials)
  const rights = async (): Promise<readonly boolean[]> =>
    Promise.all(
      ['s3:GetObject', 's3:ListBucket', 's3:PutObject', 'kms:Decrypt'].map((action) => may(all, session, action)),
    )
  assert.deepEqual(await rights(), [true, true, false, false])
  await ask(all, ROOT, {
    kind: 'create-policy-version',
    policyArn,
    document: policy({ actions: 's3:PutObject' }),
    setAsDefault: true,
  })
  assert.deepEqual(await rights(), [false, true, true, false])
  await ask(all, ROOT, { kind: 'delete-policy-version', policyArn, version: 'v1' })
  await ask(all, ROOT, { kind: 'delete-policy', policyArn })
  assert.deepEqual(await rights(), [false, true, false, false])
  // Nothing left of what narrowed it is no permission.
  const only = await sessionCaller(
    all,
    (await ask(all, all.alice, assume({ policyArns: ['arn:aws:iam::aws:policy/IAMFullAccess'] }))).credentials,
  )
  assert.equal(await may(all, only, 's3:GetObject'), false)
})

/** A session of the role that was narrowed to what `document` allows. */
async function narrowed(all: Deployment & { readonly alice: SignedCaller }, document: string): Promise<SignedCaller> {
  return sessionCaller(all, (await ask(all, all.alice, assume({ policy: document }))).credentials)
}

test('T-087 a session that was narrowed makes nothing that is not: each operation needs its own action on its target', async () => {
  const all = await withRole()
  const document = policy({ actions: 's3:*' })
  const policyArn = (await ask(all, ROOT, { kind: 'create-policy', policyName: 'own', document, tags: {} })).arn
  await ask(all, ROOT, { kind: 'attach-role-policy', name: 'worker', policyArn })
  await newUser(all, 'target')
  const escapes: readonly PeopleOperation[] = [
    { kind: 'create-access-key', name: 'target' },
    { kind: 'create-access-key', name: 'alice' },
    { kind: 'create-user', name: 'mine', tags: {} },
    { kind: 'put-user-policy', name: 'target', policyName: 'p', document: policy({ actions: '*' }) },
    { kind: 'put-role-policy', name: 'worker', policyName: 'p', document: policy({ actions: '*' }) },
    { kind: 'attach-user-policy', name: 'target', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    { kind: 'attach-role-policy', name: 'worker', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    { kind: 'create-policy-version', policyArn, document: policy({ actions: '*' }), setAsDefault: true },
    { kind: 'set-default-policy-version', policyArn, version: 'v1' },
    { kind: 'update-assume-role-policy', name: 'worker', trustPolicy: trust(HOME) },
    { kind: 'put-role-permissions-boundary', name: 'worker', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    { kind: 'delete-role-permissions-boundary', name: 'worker' },
    { kind: 'delete-user-permissions-boundary', name: 'target' },
    { kind: 'tag-role', name: 'worker', tags: { admin: 'true' } },
    { kind: 'add-user-to-group', name: 'g', userName: 'target' },
    { kind: 'get-session-token' },
    { kind: 'create-account', vendors: {} },
    assume(),
  ]
  // Narrowed to what is no right to people at all.
  const reader = await narrowed(all, policy({ actions: 's3:GetObject' }))
  const before = await stateOf(all)
  for (const operation of escapes) await assert.rejects(ask(all, reader, operation), denied, operation.kind)
  // Narrowed, but with every right to people: nothing lasting, and nothing of its own.
  const clerk = await narrowed(all, policy({ actions: ['iam:*', 'sts:*'] }))
  const own = escapes.filter(
    (operation) =>
      operation.kind === 'create-access-key' ||
      operation.kind.includes('policy-version') ||
      ('name' in operation && operation.name === 'worker'),
  )
  assert.equal(own.length, 10)
  for (const operation of own) await assert.rejects(ask(all, clerk, operation), denied, operation.kind)
  assert.equal(await stateOf(all), before)
  // What it was given the right to, on somebody else, it does.
  await ask(all, clerk, { kind: 'create-user', name: 'mine', tags: {} })
})

test('T-087 a boundary holds on the way to more: who is bounded gives themselves no more than it', async () => {
  const all = await deployment()
  const admin = policy({ actions: '*' })
  const bounded = await newUser(all, 'bounded', admin)
  const document = policy({ actions: ['s3:*', 'iam:Get*'] })
  const policyArn = (await ask(all, ROOT, { kind: 'create-policy', policyName: 'b', document, tags: {} })).arn
  await ask(all, ROOT, { kind: 'put-user-permissions-boundary', name: 'bounded', policyArn })
  await ask(all, bounded, { kind: 'get-user' })
  const refused: readonly PeopleOperation[] = [
    { kind: 'delete-user-permissions-boundary', name: 'bounded' },
    { kind: 'put-user-policy', name: 'bounded', policyName: 'p', document: admin },
    { kind: 'create-policy-version', policyArn, document: admin, setAsDefault: true },
    { kind: 'create-access-key', name: 'bounded' },
    { kind: 'create-user', name: 'free', tags: {} },
  ]
  for (const operation of refused) await assert.rejects(ask(all, bounded, operation), denied, operation.kind)
})

test('sts:GetSessionToken needs no right, and is denied by who denies it', async () => {
  const all = await deployment()
  await ask(all, await newUser(all, 'plain'), { kind: 'get-session-token', durationSeconds: 900 })
  const barred = await newUser(all, 'barred', policy({ actions: 'sts:*', effect: 'Deny' }))
  await assert.rejects(ask(all, barred, { kind: 'get-session-token' }), denied)
  assert.equal((await ask(all, barred, { kind: 'get-caller-identity' })).account, HOME)
  for (const durationSeconds of [899, 129_601, 0, -1, 1.5]) {
    await assert.rejects(
      ask(all, barred, { kind: 'get-session-token', durationSeconds }),
      isFailure('invalid-argument'),
    )
  }
})

test('T-086 of other accounts nothing is told, by name or by id', async () => {
  const all = await withRole()
  const third = accountId('000000000003')
  const eve = await newUser(all, 'eve', policy({ actions: '*' }), rootOf(OTHER))
  const info = (accessKeyId: string) => ask(all, eve, { kind: 'get-access-key-info', accessKeyId })
  assert.deepEqual(await info(eve.accessKeyId), { account: OTHER })
  await assert.rejects(info(all.alice.accessKeyId), isFailure('entity-not-found'))
  await assert.rejects(info('AKIANOBODYNOBODYNOBO'), isFailure('entity-not-found'))
  const last = (accessKeyId: string) => ask(all, eve, { kind: 'get-access-key-last-used', accessKeyId })
  await assert.rejects(last(all.alice.accessKeyId), isFailure('entity-not-found'))
  const theirs = `arn:aws:iam::${HOME}:policy/p`
  await ask(all, ROOT, { kind: 'create-policy', policyName: 'p', document: policy({ actions: '*' }), tags: {} })
  for (const policyArn of [theirs, `arn:aws:iam::${third}:policy/p`]) {
    await assert.rejects(ask(all, eve, { kind: 'get-policy', policyArn }), isFailure('entity-not-found'))
    await assert.rejects(
      ask(all, eve, { kind: 'attach-user-policy', name: 'eve', policyArn }),
      isFailure('entity-not-found'),
    )
    await assert.rejects(ask(all, eve, { kind: 'delete-policy', policyArn }), isFailure('entity-not-found'))
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from '../policy/index.ts'
import type { SignedCaller } from '../operations/index.ts'
import {
  ask,
  callerOf,
  deployment,
  HOME,
  isFailure,
  newUser,
  OTHER,
  policy,
  rootOf,
  stateOf,
  trust,
  type Process,
} from './directory.fixture.ts'

const ROOT = rootOf(HOME)

/** What the policies of a caller say, as the gateway asks. */
async function may(at: Process, caller: SignedCaller, action: string, resource = '*'): Promise<boolean> {
  const { rights } = await at.directory.rightsOf(caller)
  return evaluate({ caller, action, resource, owner: caller.account, rights }).kind === 'allow'
}

test('a user is made, shown, listed, renamed and deleted, and keeps its id', async () => {
  const all = await deployment()
  const made = await ask(all, ROOT, { kind: 'create-user', name: 'Alice', path: '/staff/', tags: { team: 'a' } })
  assert.match(made.userId, /^AIDA[A-Z2-7]{17}$/)
  assert.equal(made.arn, `arn:aws:iam::${HOME}:user/staff/Alice`)
  assert.deepEqual(await ask(all, ROOT, { kind: 'get-user', name: 'alice' }), made)
  await assert.rejects(ask(all, ROOT, { kind: 'create-user', name: 'ALICE', tags: {} }), isFailure('entity-exists'))
  await ask(all, ROOT, { kind: 'update-user', name: 'Alice', newName: 'Bea', newPath: '/' })
  await assert.rejects(ask(all, ROOT, { kind: 'get-user', name: 'Alice' }), isFailure('entity-not-found'))
  const renamed = await ask(all, ROOT, { kind: 'get-user', name: 'Bea' })
  assert.deepEqual(renamed, { ...made, userName: 'Bea', path: '/', arn: `arn:aws:iam::${HOME}:user/Bea` })
  assert.deepEqual((await ask(all, ROOT, { kind: 'list-users' })).items, [renamed])
  assert.deepEqual((await ask(all, rootOf(OTHER), { kind: 'list-users' })).items, [])
  await ask(all, ROOT, { kind: 'delete-user', name: 'Bea' })
  assert.deepEqual((await ask(all, ROOT, { kind: 'list-users' })).items, [])
})

test('an access key opens as its user, is switched off and on, and ends, for the next request of every process', async () => {
  const all = await deployment()
  const other = await all.another()
  await ask(all, ROOT, { kind: 'create-user', name: 'alice', tags: {} })
  const made = await ask(all, ROOT, { kind: 'create-access-key', name: 'alice' })
  assert.match(made.accessKeyId, /^AKIA[A-Z2-7]{16}$/)
  const found = await other.accessKeys.lookup(made.accessKeyId)
  assert.ok(found !== undefined)
  assert.ok(made.secret.expose((bytes) => found.secret.expose((theirs) => Buffer.from(bytes).equals(theirs))))
  assert.equal(found.principal.arn, `arn:aws:iam::${HOME}:user/alice`)
  const set = (active: boolean): Promise<undefined> =>
    ask(all, ROOT, { kind: 'update-access-key', name: 'alice', accessKeyId: made.accessKeyId, active })
  await set(false)
  assert.equal(await other.accessKeys.lookup(made.accessKeyId), undefined)
  await set(true)
  assert.equal((await other.accessKeys.lookup(made.accessKeyId))?.generation, found.generation)
  await ask(all, ROOT, { kind: 'update-user', name: 'alice', newName: 'bea' })
  assert.equal((await other.accessKeys.lookup(made.accessKeyId))?.principal.arn, `arn:aws:iam::${HOME}:user/bea`)
  await ask(all, ROOT, { kind: 'create-access-key', name: 'bea' })
  await assert.rejects(ask(all, ROOT, { kind: 'create-access-key', name: 'bea' }), isFailure('limit-exceeded'))
  await assert.rejects(ask(all, ROOT, { kind: 'delete-user', name: 'bea' }), isFailure('delete-conflict'))
  await ask(all, ROOT, { kind: 'delete-access-key', name: 'bea', accessKeyId: made.accessKeyId })
  assert.equal(await other.accessKeys.lookup(made.accessKeyId), undefined)
  const { rows } = await all.store.scan({
    start: Buffer.from('wrap/access-key/AKIA'),
    end: Buffer.from('wrap/access-key/AKIB'),
    limit: 9,
  })
  assert.equal(rows.length, 1)
})

test('T-064 T-078 a right that is given or taken is so for the next question of every process', async () => {
  const all = await deployment()
  const other = await all.another()
  const alice = await newUser(all, 'alice')
  const reads = policy({ actions: 's3:GetObject' })
  const arn = 'arn:aws:s3:::b/k'
  for (let round = 0; round < 20; round++) {
    assert.equal(await may(other, alice, 's3:GetObject', arn), false)
    await ask(all, ROOT, { kind: 'put-user-policy', name: 'alice', policyName: 'p', document: reads })
    assert.equal(await may(other, alice, 's3:GetObject', arn), true)
    await ask(all, ROOT, { kind: 'delete-user-policy', name: 'alice', policyName: 'p' })
  }
  await ask(all, ROOT, { kind: 'create-group', name: 'readers' })
  await ask(all, ROOT, { kind: 'put-group-policy', name: 'readers', policyName: 'p', document: reads })
  await ask(all, ROOT, { kind: 'add-user-to-group', name: 'readers', userName: 'alice' })
  assert.equal(await may(other, alice, 's3:GetObject', arn), true)
  await ask(all, ROOT, { kind: 'remove-user-from-group', name: 'readers', userName: 'alice' })
  assert.equal(await may(other, alice, 's3:GetObject', arn), false)
  const { arn: policyArn } = await ask(all, ROOT, { kind: 'create-policy', policyName: 'm', document: reads, tags: {} })
  await ask(all, ROOT, { kind: 'attach-user-policy', name: 'alice', policyArn })
  assert.equal(await may(other, alice, 's3:GetObject', arn), true)
  const writes = policy({ actions: 's3:PutObject' })
  await ask(all, ROOT, { kind: 'create-policy-version', policyArn, document: writes, setAsDefault: true })
  assert.equal(await may(other, alice, 's3:GetObject', arn), false)
  assert.equal(await may(other, alice, 's3:PutObject', arn), true)
  await ask(all, ROOT, { kind: 'set-default-policy-version', policyArn, version: 'v1' })
  assert.equal(await may(other, alice, 's3:GetObject', arn), true)
  await ask(all, ROOT, {
    kind: 'put-user-permissions-boundary',
    name: 'alice',
    policyArn: 'arn:aws:iam::aws:policy/IAMFullAccess',
  })
  assert.equal(await may(other, alice, 's3:GetObject', arn), false)
})

test('rights that did not change are read once: the same object for the same guard', async () => {
  const all = await deployment()
  const alice = await newUser(all, 'alice', policy({ actions: 's3:*' }))
  const first = await all.directory.rightsOf(alice)
  assert.equal(await all.directory.rightsOf(alice), first)
  await ask(all, ROOT, { kind: 'create-group', name: 'g' })
  assert.notEqual(await all.directory.rightsOf(alice), first)
})

test('names, paths and tags that are none are refused, and nothing is changed', async () => {
  const all = await deployment()
  const before = await stateOf(all)
  for (const name of ['', 'a b', 'a/b', 'ü', 'x'.repeat(65), 'a\n', '*']) {
    await assert.rejects(ask(all, ROOT, { kind: 'create-user', name, tags: {} }), isFailure('invalid-argument'), name)
  }
  for (const path of ['', 'a', '/a', 'a/', '/ä/', '/a b/', `/${'x'.repeat(512)}/`]) {
    await assert.rejects(
      ask(all, ROOT, { kind: 'create-user', name: 'u', path, tags: {} }),
      isFailure('invalid-argument'),
      path,
    )
  }
  const tags = [{ '': 'x' }, { 'aws:x': 'y' }, { Dept: 'a', dept: 'b' }, { a: 'x'.repeat(257) }, { 'a<': '' }]
  for (const bad of tags) {
    await assert.rejects(
      ask(all, ROOT, { kind: 'create-user', name: 'u', tags: bad }),
      isFailure('invalid-tag'),
      JSON.stringify(bad),
    )
  }
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, '']))
  await assert.rejects(ask(all, ROOT, { kind: 'create-user', name: 'u', tags: many }), isFailure('limit-exceeded'))
  assert.equal(await stateOf(all), before)
})

test('hostile names of tags and policies mean no more than themselves', async () => {
  const all = await deployment()
  const tags = Object.fromEntries([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ])
  await ask(all, ROOT, { kind: 'create-user', name: '__proto__', tags })
  const shown = await ask(all, ROOT, { kind: 'get-user', name: '__proto__' })
  assert.deepEqual(Object.entries(shown.tags), Object.entries(tags))
  const listed = await ask(all, ROOT, { kind: 'list-user-tags', name: '__proto__' })
  assert.deepEqual(listed.items, [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ])
})

test('what somebody still has is not deleted with them', async () => {
  const all = await deployment()
  const conflict = isFailure('delete-conflict')
  const policyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
  await newUser(all, 'u', policy({ actions: 's3:*' }))
  const [key] = (await ask(all, ROOT, { kind: 'list-access-keys', name: 'u' })).items
  await ask(all, ROOT, { kind: 'create-group', name: 'g' })
  await ask(all, ROOT, { kind: 'add-user-to-group', name: 'g', userName: 'u' })
  await ask(all, ROOT, { kind: 'attach-user-policy', name: 'u', policyArn })
  const remove = (): Promise<undefined> => ask(all, ROOT, { kind: 'delete-user', name: 'u' })
  await assert.rejects(remove(), conflict)
  await ask(all, ROOT, { kind: 'delete-access-key', name: 'u', accessKeyId: key?.accessKeyId ?? '' })
  await assert.rejects(remove(), conflict)
  await ask(all, ROOT, { kind: 'delete-user-policy', name: 'u', policyName: 'given' })
  await assert.rejects(remove(), conflict)
  await ask(all, ROOT, { kind: 'detach-user-policy', name: 'u', policyArn })
  await assert.rejects(remove(), conflict)
  await assert.rejects(ask(all, ROOT, { kind: 'delete-group', name: 'g' }), conflict)
  await ask(all, ROOT, { kind: 'remove-user-from-group', name: 'g', userName: 'u' })
  await remove()
  await ask(all, ROOT, { kind: 'delete-group', name: 'g' })
  assert.deepEqual((await ask(all, ROOT, { kind: 'get-account-summary' })).counts['Users'], 0)
  // Nothing of them is left but the account's own rows.
  const left = (await stateOf(all)).split('\n').filter((line) => line.startsWith('iam/'))
  assert.deepEqual(left, [])
})

test('managed policies have five versions, one of which counts, and go when nobody has them', async () => {
  const all = await deployment()
  const document = policy({ actions: 's3:GetObject' })
  const made = await ask(all, ROOT, {
    kind: 'create-policy',
    policyName: 'p',
    path: '/x/',
    document,
    tags: {},
    description: 'd',
  })
  const { arn: policyArn } = made
  assert.match(made.policyId, /^ANPA/)
  for (let version = 2; version <= 5; version++) {
    await ask(all, ROOT, { kind: 'create-policy-version', policyArn, document, setAsDefault: version === 3 })
  }
  const more = ask(all, ROOT, { kind: 'create-policy-version', policyArn, document, setAsDefault: false })
  await assert.rejects(more, isFailure('limit-exceeded'))
  await assert.rejects(
    ask(all, ROOT, { kind: 'delete-policy-version', policyArn, version: 'v3' }),
    isFailure('delete-conflict'),
  )
  for (const version of ['v9', 'v0', '3', 'v03']) {
    await assert.rejects(
      ask(all, ROOT, { kind: 'get-policy-version', policyArn, version }),
      isFailure('entity-not-found'),
    )
  }
  await ask(all, ROOT, { kind: 'delete-policy-version', policyArn, version: 'v5' })
  const again = await ask(all, ROOT, { kind: 'create-policy-version', policyArn, document, setAsDefault: false })
  assert.equal(again.version, 'v6')
  const listed = await ask(all, ROOT, { kind: 'list-policy-versions', policyArn })
  assert.deepEqual(
    listed.items.map(({ version, isDefault }) => [version, isDefault]),
    [
      ['v6', false],
      ['v4', false],
      ['v3', true],
      ['v2', false],
      ['v1', false],
    ],
  )
  await ask(all, ROOT, { kind: 'create-role', name: 'r', trustPolicy: trust(HOME), tags: {}, boundaryArn: policyArn })
  assert.equal((await ask(all, ROOT, { kind: 'get-policy', policyArn })).boundaryUses, 1)
  const entities = await ask(all, ROOT, { kind: 'list-entities-for-policy', policyArn })
  assert.deepEqual(
    entities.items.map(({ holder, name }) => [holder, name]),
    [['role', 'r']],
  )
  for (const version of ['v6', 'v4', 'v2', 'v1'])
    await ask(all, ROOT, { kind: 'delete-policy-version', policyArn, version })
  await assert.rejects(ask(all, ROOT, { kind: 'delete-policy', policyArn }), isFailure('delete-conflict'))
  await ask(all, ROOT, { kind: 'delete-role-permissions-boundary', name: 'r' })
  await ask(all, ROOT, { kind: 'delete-policy', policyArn })
  await assert.rejects(ask(all, ROOT, { kind: 'get-policy', policyArn }), isFailure('entity-not-found'))
})

test('built-in policies are there for every account, and nobody changes them', async () => {
  const all = await deployment()
  const policyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
  const { items } = await ask(all, ROOT, { kind: 'list-policies', scope: 'aws', onlyAttached: false })
  assert.equal(items.length, 13)
  assert.ok(
    items.every(({ policyId }) => /^ANPA[A-Z2-7]{17}$/.test(policyId)),
    JSON.stringify(items),
  )
  const { document } = await ask(all, ROOT, { kind: 'get-policy-version', policyArn, version: 'v1' })
  assert.deepEqual(JSON.parse(document), JSON.parse(policy({ actions: '*' })))
  const denied = isFailure('access-denied')
  await assert.rejects(ask(all, ROOT, { kind: 'delete-policy', policyArn }), denied)
  await assert.rejects(
    ask(all, ROOT, { kind: 'create-policy-version', policyArn, document, setAsDefault: true }),
    denied,
  )
  const alice = await newUser(all, 'alice')
  await ask(all, ROOT, { kind: 'attach-user-policy', name: 'alice', policyArn })
  assert.equal(await may(all, alice, 's3:DeleteBucket'), true)
  const shown = await ask(all, ROOT, { kind: 'list-policies', onlyAttached: true })
  assert.deepEqual(
    shown.items.map(({ policyName, attachments }) => [policyName, attachments]),
    [['AdministratorAccess', 1]],
  )
})

test('listings come in pages, in the order of names, from markers that nobody can forge', async () => {
  const all = await deployment()
  for (let at = 0; at < 25; at++) {
    await ask(all, ROOT, {
      kind: 'create-user',
      name: `u${String(at).padStart(2, '0')}`,
      path: at % 2 === 0 ? '/a/' : '/b/',
      tags: {},
    })
  }
  const names: string[] = []
  let marker: string | undefined
  do {
    const page = await ask(all, ROOT, {
      ...{ kind: 'list-users', maxItems: 4, pathPrefix: '/a' },
      ...(marker === undefined ? {} : { marker }),
    })
    names.push(...page.items.map(({ userName }) => userName))
    assert.ok(page.items.length <= 4)
    marker = page.marker
  } while (marker !== undefined)
  assert.deepEqual(
    names,
    Array.from({ length: 13 }, (_, at) => `u${String(at * 2).padStart(2, '0')}`),
  )
  for (const bad of ['', 'x', '!!', Buffer.from('../a').toString('base64url'), 'A'.repeat(600)]) {
    await assert.rejects(ask(all, ROOT, { kind: 'list-users', marker: bad }), isFailure('invalid-marker'), bad)
  }
  for (const maxItems of [0, -1, 1_001, 1.5]) {
    await assert.rejects(ask(all, ROOT, { kind: 'list-users', maxItems }), isFailure('invalid-argument'))
  }
})

test('changes of one account at once, by several processes, all happen', async () => {
  const all = await deployment()
  const processes = [all, await all.another(), await all.another()]
  await Promise.all(
    Array.from({ length: 30 }, async (_, at) => {
      const process = processes[at % 3] ?? all
      await ask(process, ROOT, { kind: 'create-user', name: `user-${at}`, tags: {} })
    }),
  )
  assert.equal((await ask(all, ROOT, { kind: 'list-users' })).items.length, 30)
  assert.equal((await ask(all, ROOT, { kind: 'get-account-summary' })).counts['Users'], 30)
  const two = await Promise.allSettled(
    processes.map((process) => ask(process, ROOT, { kind: 'create-user', name: 'Same', tags: {} })),
  )
  assert.equal(two.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('a change is recorded in its commit, once, by whoever made it', async () => {
  const all = await deployment()
  const alice = await newUser(all, 'alice', policy({ actions: 'iam:CreateUser' }))
  await ask(all, alice, { kind: 'create-user', name: 'bob', tags: {} })
  const records = await all.audit.search({ action: 'iam:CreateUser', limit: 10 })
  assert.deepEqual(records.map(({ caller, resource }) => [caller, resource]).sort(), [
    [`arn:aws:iam::${HOME}:root`, `arn:aws:iam::${HOME}:user/alice`],
    [`arn:aws:iam::${HOME}:user/alice`, `arn:aws:iam::${HOME}:user/bob`],
  ])
})

test('no secret and no policy text in the clear in any row', async () => {
  const all = await deployment()
  await newUser(all, 'alice', policy({ actions: 's3:GetObject', resources: 'arn:aws:s3:::canary-bucket/*' }))
  const { secret } = await ask(all, ROOT, { kind: 'create-access-key', name: 'alice' })
  const text = secret.expose((bytes) => Buffer.from(bytes).toString('latin1'))
  await all.audit.flush()
  const { rows } = await all.store.scan({ start: Buffer.of(0), end: Buffer.of(0xff), limit: 10_000 })
  for (const { value } of rows) {
    assert.ok(!Buffer.from(value).includes(text))
    assert.ok(!Buffer.from(value).includes('canary-bucket'))
  }
})

test('a caller without the action is refused on every operation, with nothing changed and nothing told', async () => {
  const all = await deployment()
  const nobody = await newUser(all, 'nobody')
  const policyArn = `arn:aws:iam::${HOME}:policy/p`
  await ask(all, ROOT, { kind: 'create-role', name: 'r', trustPolicy: trust(HOME), tags: {} })
  const before = await stateOf(all)
  for (const name of ['nobody', 'who-is-not-there']) {
    await assert.rejects(ask(all, nobody, { kind: 'get-user', name }), isFailure('access-denied'))
    await assert.rejects(ask(all, nobody, { kind: 'create-access-key', name }), isFailure('access-denied'))
    await assert.rejects(ask(all, nobody, { kind: 'attach-user-policy', name, policyArn }), isFailure('access-denied'))
    await assert.rejects(ask(all, nobody, { kind: 'get-role', name }), isFailure('access-denied'))
  }
  await assert.rejects(ask(all, nobody, { kind: 'get-user' }), isFailure('access-denied'))
  await assert.rejects(ask(all, nobody, { kind: 'get-policy', policyArn }), isFailure('access-denied'))
  await assert.rejects(ask(all, { kind: 'anonymous' }, { kind: 'list-users' }), isFailure('access-denied'))
  assert.equal(await stateOf(all), before)
})

test('rights are asked for on the path: who may change /app/ changes nobody else', async () => {
  const all = await deployment()
  const document = policy({ actions: 'iam:*', resources: `arn:aws:iam::${HOME}:user/app/*` })
  const clerk = await newUser(all, 'clerk', document)
  await ask(all, clerk, { kind: 'create-user', name: 'one', path: '/app/', tags: {} })
  const denied = isFailure('access-denied')
  await assert.rejects(ask(all, clerk, { kind: 'create-user', name: 'two', tags: {} }), denied)
  await assert.rejects(ask(all, clerk, { kind: 'create-user', name: 'two', path: '/app2/', tags: {} }), denied)
  await assert.rejects(ask(all, clerk, { kind: 'update-user', name: 'one', newPath: '/' }), denied)
  await assert.rejects(ask(all, clerk, { kind: 'create-access-key', name: 'clerk' }), denied)
  const { accessKeyId } = await ask(all, clerk, { kind: 'create-access-key', name: 'one' })
  assert.equal((await callerOf(all, accessKeyId)).arn, `arn:aws:iam::${HOME}:user/app/one`)
})

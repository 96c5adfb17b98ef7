import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GrantConstraints, GrantOperation, GrantParty } from '../../operations/index.ts'
import { SecretBytes } from '../../secrets/index.ts'
import { MAX_GRANT_TOKENS } from './grant-token.ts'
import type { NewGrant } from './grants.ts'
import { anotherProcess, deployment, isFailure, OURS, rootOf, testRoot, THEIRS } from '../keys/keys.fixture.ts'
import type { KeyRequest } from '../key-service.ts'
import { grantCounter, grantRows } from '../kms-rows.ts'
import { testUser, withPeople } from './people.fixture.ts'

const US = rootOf(OURS)
const THEM = rootOf(THEIRS)
const CONTEXT = { team: 'blue', file: 'a' }
const DAY_MS = 86_400_000

function user(name: string, account = OURS): KeyRequest {
  return { caller: testUser(account, name), requestId: 'request-1' }
}

function party(name: string, account = OURS): GrantParty {
  return { kind: 'principal', arn: `arn:aws:iam::${account}:user/${name}` }
}

function grantTo(name: string, operations: readonly GrantOperation[], more: Partial<NewGrant> = {}): NewGrant {
  return { grantee: party(name), operations, ...more }
}

async function withKey() {
  const all = await withPeople()
  const { arn, keyId } = await all.keys.createKey(US, { description: '' })
  const use = async (request: KeyRequest, context: Record<string, string> = {}) =>
    all.keys.generateDataKey(request, { key: arn, context })
  return { ...all, arn, keyId, use }
}

const DENIED = isFailure('access-denied')

test('a grant allows its operations to its grantee, at once and in every process, until it is revoked', async () => {
  const { keys, arn, use, ...all } = await withKey()
  const [alice, bob] = [user('alice'), user('bob')]
  await assert.rejects(use(alice), DENIED)
  const { grantId, grantToken } = await keys.createGrant(US, arn, grantTo('alice', ['GenerateDataKey']))
  assert.match(grantId, /^[0-9a-f]{64}$/)
  await use(alice)
  await use({ ...alice, grantTokens: [grantToken] })
  await assert.rejects(use(bob), DENIED)
  await assert.rejects(use({ ...bob, grantTokens: [grantToken] }), DENIED)
  const plaintext = new SecretBytes(Buffer.of(1))
  await assert.rejects(async () => keys.encrypt(alice, { key: arn, plaintext, context: {} }), DENIED)
  const other = await anotherProcess({ ...all, keys })
  await other.generateDataKey(alice, { key: arn, context: {} })
  await keys.revokeGrant(US, arn, grantId)
  await assert.rejects(use(alice), DENIED)
  await assert.rejects(other.generateDataKey(alice, { key: arn, context: {} }), DENIED)
  await assert.rejects(use({ ...alice, grantTokens: [grantToken] }), isFailure('invalid-grant-token'))
  await assert.rejects(keys.revokeGrant(US, arn, grantId), isFailure('grant-not-found'))
})

test('constraints: the context exactly, or a part of it; a missing or an extra pair is not it (T-091)', async () => {
  const { keys, arn, use } = await withKey()
  const [equal, subset, nobody] = [user('equal'), user('subset'), user('sourced')]
  const to = async (name: string, constraints: GrantConstraints) =>
    keys.createGrant(US, arn, grantTo(name, ['GenerateDataKey', 'DescribeKey'], { constraints }))
  await to('equal', { contextEquals: CONTEXT })
  await to('subset', { contextSubset: { team: 'blue' } })
  await to('sourced', { sourceArn: 'arn:aws:s3:::photos' })
  await use(equal, CONTEXT)
  for (const context of [{}, { team: 'blue' }, { ...CONTEXT, more: 'x' }, { ...CONTEXT, team: 'Blue' }]) {
    await assert.rejects(use(equal, context), DENIED)
  }
  await use(subset, CONTEXT)
  await use(subset, { team: 'blue' })
  for (const context of [{}, { file: 'a' }, { Team: 'blue' }]) await assert.rejects(use(subset, context), DENIED)
  await assert.rejects(use(nobody), DENIED)
  // What has no context is not held against one.
  assert.equal((await keys.describeKey(equal, arn)).arn, arn)
})

test('T-091 who grants by a grant gives no more than he has: no other operations, no fewer constraints', async () => {
  const { keys, arn, use } = await withKey()
  const alice = user('alice')
  const constraints = { contextSubset: { team: 'blue' } }
  const operations: GrantOperation[] = ['GenerateDataKey', 'CreateGrant']
  await keys.createGrant(US, arn, grantTo('alice', operations, { constraints }))
  for (const wanted of [
    grantTo('bob', ['GenerateDataKey']),
    grantTo('bob', ['GenerateDataKey', 'Decrypt'], { constraints }),
    grantTo('bob', ['Decrypt'], { constraints }),
    grantTo('bob', ['GenerateDataKey'], { constraints: { contextSubset: { team: 'red' } } }),
    grantTo('bob', ['GenerateDataKey'], { constraints: { contextEquals: { file: 'a' } } }),
    grantTo('alice', ['Decrypt']),
  ]) {
    await assert.rejects(keys.createGrant(alice, arn, wanted), DENIED)
  }
  await keys.createGrant(alice, arn, grantTo('bob', ['GenerateDataKey'], { constraints: { contextEquals: CONTEXT } }))
  await use(user('bob'), CONTEXT)
  await assert.rejects(use(user('bob'), { team: 'blue' }), DENIED)
  await assert.rejects(keys.createGrant(user('bob'), arn, grantTo('carol', ['GenerateDataKey'])), DENIED)
})

test('a deny is stronger than a grant, and so are boundary and session; a grant needs no policy', async () => {
  const { keys, arn, use, say } = await withKey()
  const alice = user('alice')
  await keys.createGrant(US, arn, grantTo('alice', ['GenerateDataKey']))
  await use(alice)
  await say(alice.caller, [{ Effect: 'Deny', Action: 'kms:*', Resource: '*' }])
  await assert.rejects(use(alice), DENIED)
  await say(alice.caller, undefined)
  await use(alice)
})

test('a named grant is made once; other terms, another name or none make another; tokens differ', async () => {
  const { keys, arn, store } = await withKey()
  const wanted = grantTo('alice', ['GenerateDataKey', 'Decrypt'], { name: 'app-1' })
  const one = await keys.createGrant(US, arn, wanted)
  const again = await keys.createGrant(US, arn, { ...wanted, operations: ['Decrypt', 'GenerateDataKey', 'Decrypt'] })
  assert.equal(again.grantId, one.grantId)
  assert.notEqual(again.grantToken, one.grantToken)
  const ids = new Set([one.grantId])
  for (const other of [
    { ...wanted, name: 'app-2' },
    { ...wanted, operations: ['Decrypt'] as const },
    { ...wanted, constraints: { contextEquals: CONTEXT } },
    grantTo('alice', ['GenerateDataKey', 'Decrypt']),
    grantTo('alice', ['GenerateDataKey', 'Decrypt']),
  ]) {
    ids.add((await keys.createGrant(US, arn, other)).grantId)
  }
  assert.equal(ids.size, 6)
  const [found] = (await keys.listGrants(US, arn, { grantId: one.grantId })).grants
  assert.deepEqual([found?.name, found?.keyArn, found?.issuer], ['app-1', arn, OURS])
  const uid = (await keys.resolve(US, arn)).keyUid
  assert.equal(await store.sum(grantCounter(uid)), 6n)
  // Revoked and made again: the tokens of the former one are none of it.
  await keys.revokeGrant(US, arn, one.grantId)
  assert.equal((await keys.createGrant(US, arn, wanted)).grantId, one.grantId)
  const old = { ...user('alice'), grantTokens: [one.grantToken] }
  await assert.rejects(keys.generateDataKey(old, { key: arn, context: {} }), isFailure('invalid-grant-token'))
})

test('T-091 tokens: every changed bit, cut, foreign or invented text is none; at most ten', async () => {
  const { keys, arn, use } = await withKey()
  const { grantToken } = await keys.createGrant(US, arn, grantTo('alice', ['GenerateDataKey']))
  const bytes = Buffer.from(grantToken, 'base64url')
  const forged = ['', '!', 'x'.repeat(10_000), `${grantToken}=`, `${grantToken} `, grantToken.slice(0, -2)]
  for (let bit = 0; bit < bytes.length * 8; bit += 7) {
    const changed = Buffer.from(bytes)
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    forged.push(changed.toString('base64url'))
  }
  const elsewhere = await deployment()
  const foreign = await elsewhere.keys.createKey(US, { description: '' })
  forged.push((await elsewhere.keys.createGrant(US, foreign.arn, grantTo('alice', ['GenerateDataKey']))).grantToken)
  for (const token of forged) {
    await assert.rejects(use({ ...user('alice'), grantTokens: [token] }), isFailure('invalid-grant-token'), token)
    await assert.rejects(keys.retireGrant(user('alice'), { grantToken: token }), isFailure('invalid-grant-token'))
  }
  const many = Array.from({ length: MAX_GRANT_TOKENS + 1 }, () => grantToken)
  await assert.rejects(use({ ...user('alice'), grantTokens: many }), isFailure('invalid-argument'))
  // Of another key it helps nobody, and hurts nobody.
  const second = await keys.createKey(US, { description: '' })
  const request = { ...user('alice'), grantTokens: [grantToken] }
  await assert.rejects(keys.generateDataKey(request, { key: second.arn, context: {} }), DENIED)
})

test('retiring: the retiring principal, a grantee who may, the account that made it; a stranger learns nothing (T-091)', async () => {
  const { keys, arn, keyId, use } = await withKey()
  const make = async (more: Partial<NewGrant> = {}, operations: GrantOperation[] = ['GenerateDataKey']) =>
    keys.createGrant(US, arn, grantTo('alice', operations, more))
  const plain = await make({ retiring: party('rita') })
  for (const stranger of [user('alice'), user('bob'), THEM, user('carol', THEIRS)]) {
    await assert.rejects(keys.retireGrant(stranger, { grantToken: plain.grantToken }), DENIED)
    await assert.rejects(keys.retireGrant(stranger, { key: arn, grantId: plain.grantId }), DENIED)
    await assert.rejects(keys.retireGrant(stranger, { key: arn, grantId: '0'.repeat(64) }), DENIED)
  }
  await use(user('alice'))
  await keys.retireGrant(user('rita'), { grantToken: plain.grantToken })
  await assert.rejects(use(user('alice')), DENIED)
  const own = await make({}, ['GenerateDataKey', 'RetireGrant'])
  await keys.retireGrant(user('alice'), { key: arn, grantId: own.grantId })
  const last = await make()
  await keys.retireGrant(US, { key: keyId, grantId: last.grantId })
  await assert.rejects(keys.retireGrant(US, { key: keyId, grantId: last.grantId }), isFailure('grant-not-found'))
  await assert.rejects(keys.retireGrant(US, { key: keyId, grantId: 'x' }), isFailure('invalid-grant-id'))
  await assert.rejects(keys.retireGrant(US, {}), isFailure('invalid-argument'))
  await assert.rejects(use(user('alice')), DENIED)
})

test('grants are listed by key, by grantee and by who may retire them, in parts', async () => {
  const { keys, arn } = await withKey()
  const second = await keys.createKey(US, { description: '' })
  const retiring = party('rita')
  for (const key of [arn, arn, second.arn]) {
    await keys.createGrant(US, key, grantTo('alice', ['Decrypt'], { retiring }))
    await keys.createGrant(US, key, grantTo('bob', ['Decrypt']))
  }
  const all = (await keys.listGrants(US, arn, {})).grants
  assert.equal(all.length, 4)
  const seen: string[] = []
  for (let after: string | undefined, more = true; more;) {
    const part = await keys.listGrants(US, arn, {}, after === undefined ? { limit: 3 } : { limit: 3, after })
    seen.push(...part.grants.map(({ grantId }) => grantId))
    after = part.next
    more = after !== undefined
  }
  assert.deepEqual(
    seen,
    all.map(({ grantId }) => grantId),
  )
  const ofAlice = (await keys.listGrants(US, arn, { grantee: party('alice') })).grants
  assert.equal(ofAlice.length, 2)
  assert.ok(ofAlice.every(({ grantee, retiring: by }) => grantee.kind === 'principal' && by !== undefined))
  assert.equal((await keys.listRetirableGrants(US, retiring)).grants.length, 3)
  const first = await keys.listRetirableGrants(US, retiring, { limit: 2 })
  const rest = await keys.listRetirableGrants(US, retiring, { limit: 2, after: first.next ?? '' })
  assert.deepEqual([first.grants.length, rest.grants.length, rest.next], [2, 1, undefined])
  for (const after of ['x', '0'.repeat(63), arn]) {
    await assert.rejects(keys.listGrants(US, arn, {}, { limit: 1, after }), isFailure('invalid-marker'))
    await assert.rejects(keys.listRetirableGrants(US, retiring, { limit: 1, after }), isFailure('invalid-marker'))
  }
  await assert.rejects(keys.listRetirableGrants(THEM, retiring), DENIED)
  await assert.rejects(keys.listGrants(user('alice'), arn, {}), DENIED)
})

test('what cannot be a grant is refused, and nothing made', async () => {
  const { keys, arn, store } = await withKey()
  const make = async (wanted: NewGrant) => keys.createGrant(US, arn, wanted)
  const long = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`k${index}`, 'v']))
  for (const wanted of [
    grantTo('alice', []),
    grantTo('alice', ['Sign']),
    grantTo('alice', ['DeriveSharedSecret']),
    grantTo('alice', ['Decrypt'], { name: 'a b' }),
    grantTo('alice', ['Decrypt'], { name: 'x'.repeat(257) }),
    grantTo('alice', ['Decrypt'], { constraints: { contextEquals: long } }),
    grantTo('alice', ['Decrypt'], { constraints: { contextSubset: { k: 'x'.repeat(385) } } }),
  ]) {
    await assert.rejects(make(wanted), isFailure('invalid-argument'))
  }
  for (const arnText of ['*', 'alice', `arn:aws:iam::${OURS}:user/*`, `arn:aws:iam::1:user/alice`, '']) {
    const grantee = { kind: 'principal', arn: arnText } as const
    await assert.rejects(make({ grantee, operations: ['Decrypt'] }), isFailure('invalid-arn'), arnText)
  }
  await assert.rejects(
    keys.createGrant({ ...US, dryRun: true }, arn, grantTo('alice', ['Decrypt'])),
    isFailure('dry-run'),
  )
  await keys.disableKey(US, arn)
  await assert.rejects(make(grantTo('alice', ['Decrypt'])), isFailure('key-disabled'))
  const uid = (await keys.resolve(US, arn)).keyUid
  assert.equal((await store.scan({ ...grantRows(uid), limit: 1 })).rows.length, 0)
})

test('a grantee of another account needs his own account’s word too', async () => {
  const { keys, arn, use, say } = await withKey()
  const carol = user('carol', THEIRS)
  await keys.createGrant(US, arn, { grantee: party('carol', THEIRS), operations: ['GenerateDataKey'] })
  await assert.rejects(use(carol), DENIED)
  await say(carol.caller, [{ Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: arn }])
  await use(carol)
})

test('grants go with their key', async () => {
  const { keys, arn, store, clock, cluster } = await withKey()
  for (const name of ['alice', 'bob', 'carol']) {
    await keys.createGrant(US, arn, grantTo(name, ['Decrypt'], { retiring: party('rita') }))
  }
  const uid = (await keys.resolve(US, arn)).keyUid
  await keys.scheduleDeletion(US, arn, 7)
  assert.equal((await keys.listGrants(US, arn, {})).grants.length, 3)
  clock.nowMs += 8 * DAY_MS
  assert.ok(cluster)
  assert.equal((await keys.destroyDueKeys(testRoot(1), 10)).destroyed, 1)
  assert.equal((await store.scan({ ...grantRows(uid), limit: 10 })).rows.length, 0)
  assert.equal(await store.sum(grantCounter(uid)), 0n)
  assert.deepEqual((await keys.listRetirableGrants(US, party('rita'))).grants, [])
})

test('many grants at once: each is made once, and the count is exact', async () => {
  const { keys, arn, store } = await withKey()
  const names = Array.from({ length: 20 }, (_, index) => `user${index % 10}`)
  await Promise.all(names.map((name) => keys.createGrant(US, arn, grantTo(name, ['Decrypt'], { name: 'n' }))))
  const uid = (await keys.resolve(US, arn)).keyUid
  assert.equal((await keys.listGrants(US, arn, {})).grants.length, 10)
  assert.equal(await store.sum(grantCounter(uid)), 10n)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyCounter, keyRow } from '../kms-rows.ts'
import { anotherProcess, deployment, isFailure, OURS, REGION, rootOf, START_MS, THEIRS } from './keys.fixture.ts'
import { MAX_DESCRIPTION_BYTES, MAX_KEYS_PER_ACCOUNT } from './manage-keys.ts'

const US = rootOf(OURS)
const THEM = rootOf(THEIRS)
const DAY_MS = 86_400_000

test('a new key is enabled, named by a random UUID, and described alike by every process', async () => {
  const all = await deployment()
  const key = await all.keys.createKey(US, { description: 'Fotos der Familie' })
  assert.match(key.keyId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.deepEqual(key, {
    keyId: key.keyId,
    arn: `arn:aws:kms:${REGION}:${OURS}:key/${key.keyId}`,
    account: OURS,
    region: REGION,
    state: 'enabled',
    description: 'Fotos der Familie',
    createdMs: START_MS,
    manager: 'customer',
    origin: 'coffer',
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    materialId: key.materialId,
    aliases: [],
    version: 1,
  })
  for (const name of [key.keyId, key.arn]) {
    assert.deepEqual(await (await anotherProcess(all)).describeKey(US, name), key)
  }
})

test('an operator may give a key its id; ids are unique across accounts and spelled in letters, digits, _ and -', async () => {
  const { keys } = await deployment()
  const key = await keys.createKey(US, { description: '', keyId: 'testkey-1' })
  assert.equal(key.arn, `arn:aws:kms:${REGION}:${OURS}:key/testkey-1`)
  for (const request of [US, THEM]) {
    const again = keys.createKey(request, { description: '', keyId: 'testkey-1' })
    await assert.rejects(again, isFailure('invalid-argument'))
  }
  for (const keyId of ['', 'alias/x', 'a b', 'ключ', '-x', 'x'.repeat(129), 'x\n']) {
    await assert.rejects(keys.createKey(US, { description: '', keyId }), isFailure('invalid-argument'), keyId)
  }
})

test('T-092 two accounts that take one id at once: one of them gets it', async () => {
  const { keys } = await deployment()
  const outcomes = await Promise.allSettled(
    [US, THEM, US, THEM].map((request) => keys.createKey(request, { description: '', keyId: 'wanted' })),
  )
  assert.equal(outcomes.filter((one) => one.status === 'fulfilled').length, 1)
})

test('descriptions are bounded text, and keys of an account are counted', async () => {
  const { keys, store } = await deployment()
  for (const description of ['x'.repeat(MAX_DESCRIPTION_BYTES + 1), 'bell\u0007', '\ud800']) {
    await assert.rejects(keys.createKey(US, { description }), isFailure('invalid-argument'))
  }
  await keys.createKey(US, { description: 'ü'.repeat(MAX_DESCRIPTION_BYTES / 2) })
  assert.equal(await store.sum(keyCounter(OURS)), 1n)
  const many = BigInt(MAX_KEYS_PER_ACCOUNT - 1)
  await store.commit({ checks: [], writes: [{ kind: 'add', counter: keyCounter(OURS), delta: many }] })
  await assert.rejects(keys.createKey(US, { description: '' }), isFailure('limit-exceeded'))
})

test('listing shows every key of the caller’s account and no other, over many pages', async () => {
  const { keys } = await deployment()
  const made = new Set<string>()
  for (let index = 0; index < 620; index++) {
    made.add((await keys.createKey(US, { description: '', keyId: `k${index}` })).keyId)
  }
  await keys.createKey(THEM, { description: '' })
  const listed = (await keys.listKeys(US)).map((key) => key.keyId)
  assert.equal(listed.length, 620)
  assert.deepEqual(new Set(listed), made)
  assert.equal((await keys.listKeys(THEM)).length, 1)
})

test('the waiting time of a deletion is 7 to 1,096 days, and can be ended until the key is destroyed', async () => {
  const { keys, clock, root } = await deployment()
  const { keyId } = await keys.createKey(US, { description: '' })
  for (const days of [6, 1_097, 0, -1, 7.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    await assert.rejects(keys.scheduleDeletion(US, keyId, days), isFailure('invalid-argument'))
  }
  const pending = await keys.scheduleDeletion(US, keyId, 30)
  assert.deepEqual([pending.state, pending.deletionMs], ['pending-deletion', START_MS + 30 * DAY_MS])
  const back = await keys.cancelDeletion(US, keyId)
  assert.deepEqual([back.state, back.deletionMs], ['disabled', undefined])
  clock.nowMs += 31 * DAY_MS
  assert.equal((await keys.destroyDueKeys(root, 10)).destroyed, 0)
  await keys.enableKey(US, keyId)
  await assert.doesNotReject(keys.generateDataKey(US, { key: keyId, context: {} }))
})

test('every change of a key and of an alias changes the guard of its account, and a use does not', async () => {
  const { keys, store } = await deployment()
  const guard = async (): Promise<string | undefined> =>
    (await store.getMany([Buffer.from(`gen/${OURS}`)]))[0]?.revision
  const { keyId } = await keys.createKey(US, { description: '' })
  const changes: readonly (() => Promise<unknown>)[] = [
    () => keys.createKey(US, { description: '' }),
    () => keys.setAlias(US, 'alias/a', keyId, false),
    () => keys.removeAlias(US, 'alias/a'),
    () => keys.rotateKey(US, keyId),
    () => keys.setRotation(US, keyId, 100),
    () => keys.setRotation(US, keyId, undefined),
    () => keys.disableKey(US, keyId),
    () => keys.enableKey(US, keyId),
    () => keys.scheduleDeletion(US, keyId, 7),
    () => keys.cancelDeletion(US, keyId),
  ]
  for (const change of changes) {
    const before = await guard()
    await change()
    assert.notEqual(await guard(), before)
  }
  await keys.enableKey(US, keyId)
  const before = await guard()
  await keys.generateDataKey(US, { key: keyId, context: {} })
  await keys.describeKey(US, keyId)
  await keys.enableKey(US, keyId)
  assert.equal(await guard(), before)
})

test('a record is sealed: no description, id or alias lies readable in its value', async () => {
  const { keys, store } = await deployment()
  const { keyId } = await keys.createKey(US, { description: 'a description to look for' })
  await keys.setAlias(US, 'alias/to-look-for', keyId, false)
  const { keyUid } = await keys.resolve(US, keyId)
  const [row] = await store.getMany([keyRow(keyUid)])
  assert.ok(row !== undefined)
  for (const text of ['a description', keyId, 'to-look-for']) assert.ok(!Buffer.from(row.value).includes(text))
})

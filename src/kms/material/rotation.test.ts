import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anotherProcess, deployment, isFailure, OURS, rootOf, START_MS } from '../keys/keys.fixture.ts'
import { MAX_KEY_VERSIONS } from '../keys/material-version.ts'
import { MAX_ON_DEMAND_ROTATIONS, NEAR_ROTATION_MS } from './rotation.ts'
import { MAX_BATCH_ITEMS } from '../../storage/index.ts'
import { MAX_ALIASES_PER_KEY } from '../keys/aliases.ts'

const US = rootOf(OURS)
const DAY_MS = 86_400_000

test('a rotated key wraps under its new version, and goes on opening what every older one wrapped', async () => {
  const all = await deployment()
  const { keyId } = await all.keys.createKey(US, { description: '' })
  const made = []
  for (let version = 1; version <= 4; version++) {
    const one = await all.keys.generateDataKey(US, { key: keyId, context: {} })
    assert.equal(one.use.version, version)
    made.push(one)
    const described = await all.keys.rotateKey(US, keyId)
    assert.equal(described.version, version + 1)
  }
  for (const keys of [all.keys, await anotherProcess(all)]) {
    for (const { blob, plaintext } of made) {
      assert.ok((await keys.decrypt(US, { blob, context: {} })).plaintext.equals(plaintext))
    }
  }
})

test('rotation on demand: 25 times in the life of a key', async () => {
  const { keys } = await deployment()
  const { keyId } = await keys.createKey(US, { description: '' })
  for (let index = 0; index < MAX_ON_DEMAND_ROTATIONS; index++) await keys.rotateKey(US, keyId)
  await assert.rejects(keys.rotateKey(US, keyId), isFailure('limit-exceeded'))
  assert.equal((await keys.describeKey(US, keyId)).version, 26)
})

test('automatic rotation: when it is due, on its own schedule, and not before', async () => {
  const { keys, clock, audited } = await deployment()
  const { keyId } = await keys.createKey(US, { description: '' })
  for (const days of [89, 2_561, 0, 90.5]) {
    await assert.rejects(keys.setRotation(US, keyId, days), isFailure('invalid-argument'))
  }
  const set = await keys.setRotation(US, keyId, 90)
  assert.deepEqual(set.rotation, { periodDays: 90, nextMs: START_MS + 90 * DAY_MS })
  // A rotation on demand does not move the schedule; one that comes by itself within 20 minutes is waited for.
  clock.nowMs = START_MS + 90 * DAY_MS - NEAR_ROTATION_MS - 1
  await keys.rotateKey(US, keyId)
  clock.nowMs += 1
  await assert.rejects(keys.rotateKey(US, keyId), isFailure('key-conflict'))
  clock.nowMs = START_MS + 90 * DAY_MS - 1
  assert.deepEqual(await keys.rotateDueKeys(10), { rotated: 0 })
  clock.nowMs += 1
  assert.deepEqual(await keys.rotateDueKeys(10), { rotated: 1 })
  assert.deepEqual(await keys.rotateDueKeys(10), { rotated: 0 })
  const rotated = await keys.describeKey(US, keyId)
  assert.deepEqual([rotated.version, rotated.rotation?.nextMs], [3, START_MS + 180 * DAY_MS])
  // Away for three periods: one rotation, and the schedule goes on where it was.
  clock.nowMs = START_MS + 400 * DAY_MS
  assert.deepEqual(await keys.rotateDueKeys(10), { rotated: 1 })
  assert.equal((await keys.describeKey(US, keyId)).rotation?.nextMs, START_MS + 450 * DAY_MS)
  await keys.setRotation(US, keyId, undefined)
  clock.nowMs = START_MS + 4_000 * DAY_MS
  assert.deepEqual(await keys.rotateDueKeys(10), { rotated: 0 })
  assert.equal(audited.filter((record) => record.action === 'kms:RotateKey').length, 2)
})

test('a key that is disabled is not rotated, and catches up when it is enabled', async () => {
  const { keys, clock } = await deployment()
  const { keyId } = await keys.createKey(US, { description: '' })
  await keys.setRotation(US, keyId, 90)
  await keys.disableKey(US, keyId)
  clock.nowMs += 100 * DAY_MS
  assert.deepEqual(await keys.rotateDueKeys(10), { rotated: 0 })
  await keys.enableKey(US, keyId)
  assert.deepEqual(await keys.rotateDueKeys(10), { rotated: 1 })
})

test('disabled keys at the front of the schedule do not hold up the ones behind them', async () => {
  const { keys, clock } = await deployment()
  for (let index = 0; index < 5; index++) {
    const { keyId } = await keys.createKey(US, { description: '', keyId: `k${index}` })
    await keys.setRotation(US, keyId, 90 + index)
    if (index < 4) await keys.disableKey(US, keyId)
  }
  clock.nowMs += 100 * DAY_MS
  let rotated = 0
  let next: Uint8Array | undefined
  do {
    const unit = await keys.rotateDueKeys(2, next)
    rotated += unit.rotated
    next = unit.next
  } while (next !== undefined)
  assert.equal(rotated, 1)
})

test('two processes that find the same rotation due make one version', async () => {
  const all = await deployment()
  const second = await anotherProcess(all)
  const { keyId } = await all.keys.createKey(US, { description: '' })
  await all.keys.setRotation(US, keyId, 90)
  all.clock.nowMs += 90 * DAY_MS
  const outcomes = await Promise.all([all.keys.rotateDueKeys(10), second.rotateDueKeys(10)])
  assert.equal(
    outcomes.reduce((sum, one) => sum + one.rotated, 0),
    1,
  )
  assert.equal((await all.keys.describeKey(US, keyId)).version, 2)
})

test('a key with as many versions and aliases as there can be is still deleted in one commit', () => {
  const checks = 3 * MAX_KEY_VERSIONS + 1
  const writes = MAX_KEY_VERSIONS + MAX_ALIASES_PER_KEY + 10
  assert.ok(checks + writes <= MAX_BATCH_ITEMS)
})

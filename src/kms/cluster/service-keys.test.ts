import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anotherProcess, bytesOf, deployment, isFailure, OURS, THEIRS } from '../keys/keys.fixture.ts'

const DAY_MS = 86_400_000

test('a service key is made on first need, one for an account, the same in every process', async () => {
  const all = await deployment()
  const other = await anotherProcess(all)
  const found = await Promise.all(
    Array.from({ length: 10 }, async (_, index) => (index % 2 === 0 ? all.keys : other).serviceKey(OURS)),
  )
  const [first] = found
  assert.ok(first !== undefined)
  assert.ok(found.every((one) => one.version === 1 && one.key.equals(first.key)))
  assert.ok(!(await all.keys.serviceKey(THEIRS)).key.equals(first.key))
})

test('one audited use for each process and version, however often it is asked for', async () => {
  const all = await deployment()
  await Promise.all(Array.from({ length: 50 }, async () => all.keys.serviceKey(OURS)))
  for (let index = 0; index < 50; index++) await all.keys.serviceKey(OURS, 1)
  const unwrapped = all.audited.filter((record) => record.action === 'coffer:UnwrapServiceKey')
  assert.deepEqual(
    unwrapped.map((record) => [record.resource, record.caller, record.outcome]),
    [[`arn:aws:kms:us-east-1:${OURS}:service-key/1`, 'coffer', 'done']],
  )
})

test('OSS-16 a year later there is a new version by itself; what the old one sealed is opened by the old one', async () => {
  const all = await deployment()
  const other = await anotherProcess(all)
  const first = await all.keys.serviceKey(OURS)
  all.clock.nowMs += 365 * DAY_MS - 1
  assert.equal((await all.keys.serviceKey(OURS)).version, 1)
  all.clock.nowMs += 60_001
  const found = await Promise.all([all.keys.serviceKey(OURS), other.serviceKey(OURS), other.serviceKey(OURS)])
  const [second] = found
  assert.deepEqual(
    found.map((one) => one.version),
    [2, 2, 2],
  )
  assert.ok(!second.key.equals(first.key))
  assert.deepEqual(bytesOf((await other.serviceKey(OURS, 1)).key), bytesOf(first.key))
  await assert.rejects(async () => all.keys.serviceKey(OURS, 3), isFailure('integrity'))
})

test('rotated by an operator: at once in this process, within a minute in another', async () => {
  const all = await deployment()
  const other = await anotherProcess(all)
  await Promise.all([all.keys.serviceKey(OURS), other.serviceKey(OURS)])
  assert.deepEqual(await all.keys.rotateServiceKey(OURS), { version: 2 })
  assert.equal((await all.keys.serviceKey(OURS)).version, 2)
  assert.ok((await other.serviceKey(OURS, 2)).key.equals((await all.keys.serviceKey(OURS)).key))
  all.clock.nowMs += 60_000
  assert.equal((await other.serviceKey(OURS)).version, 2)
})

test('a version that was never made is damage, and no new key stands in for it', async () => {
  const all = await deployment()
  await all.keys.serviceKey(OURS)
  await assert.rejects(async () => all.keys.serviceKey(OURS, 2), isFailure('integrity'))
  assert.equal((await all.keys.serviceKey(OURS)).version, 1)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deployment } from './directory.fixture.ts'
import { createUsedNonces, type UsedNonces } from './used-nonces.ts'

const MINUTE_MS = 60_000

async function twoProcesses() {
  const one = await deployment()
  const { store, clock } = one
  const other = await one.another()
  const open = ({ records }: Pick<typeof one, 'records'>): UsedNonces =>
    createUsedNonces({ store, records, now: () => clock.nowMs })
  return { ...one, first: open(one), second: open(other) }
}

test('T-054 a number is good once for its access key, in every process, until its time is over', async () => {
  const { first, second, clock } = await twoProcesses()
  const untilMs = clock.nowMs + 15 * MINUTE_MS
  assert.equal(await first.spend('AK1', 'n', untilMs), true)
  for (const one of [first, second]) assert.equal(await one.spend('AK1', 'n', untilMs + 1), false)
  assert.equal(await second.spend('AK2', 'n', untilMs), true)
  assert.equal(await second.spend('AK1', 'm', untilMs), true)
  clock.nowMs = untilMs
  assert.equal(await second.spend('AK1', 'n', untilMs), false)
  clock.nowMs = untilMs + 1
  assert.equal(await second.spend('AK1', 'n', clock.nowMs + MINUTE_MS), true)
  assert.equal(await first.spend('AK1', 'n', clock.nowMs + MINUTE_MS), false)
})

test('T-054 of many at once with one number, one is let through', async () => {
  const { first, second, clock } = await twoProcesses()
  const untilMs = clock.nowMs + MINUTE_MS
  const all = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? first : second).spend('AK', 'n', untilMs))
  assert.deepEqual(
    (await Promise.all(all)).filter((fresh) => fresh),
    [true],
  )
})

test('what is over goes: the rows are those of the window and no more', async () => {
  const { first, store, clock } = await twoProcesses()
  const rows = async (): Promise<number> => {
    const range = { start: Buffer.from('used-nonce'), end: Buffer.from('used-nonce~') }
    return (await store.scan({ ...range, limit: 1_000 })).rows.length
  }
  for (let count = 0; count < 20; count++) await first.spend('AK', `a${count}`, clock.nowMs + MINUTE_MS)
  assert.equal(await rows(), 40)
  clock.nowMs += 2 * MINUTE_MS
  for (let count = 0; count < 3; count++) await first.spend('AK', `b${count}`, clock.nowMs + MINUTE_MS)
  assert.equal(await rows(), 6)
  clock.nowMs += 2 * MINUTE_MS
  // The same number again, whose own row is among those that go.
  assert.equal(await first.spend('AK', 'b0', clock.nowMs + MINUTE_MS), true)
  assert.equal(await first.spend('AK', 'b0', clock.nowMs + MINUTE_MS), false)
  assert.equal(await rows(), 2)
})

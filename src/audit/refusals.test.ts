import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressPrefix, MAX_REFUSAL_GROUPS, RefusalCounts } from './refusals.ts'

const START_MS = Date.UTC(2026, 10, 20, 14, 0, 0)

const PREFIXES: readonly (readonly [string, string])[] = [
  ['203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['2001:db8:1:2::3', '2001:db8:1::/48'],
  ['2001:0db8:0001::', '2001:db8:1::/48'],
  ['::1', '0:0:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
  ['not an address', 'unknown'],
]

for (const [address, prefix] of PREFIXES) {
  test(`the prefix of ${address} is ${prefix}`, () => assert.equal(addressPrefix(address), prefix))
}

test('T-160 (part) a hundred thousand refusals of one reason and network in a minute are one record', () => {
  const counts = new RefusalCounts()
  for (let index = 0; index < 100_000; index++) {
    const remoteAddress = `203.0.113.${index % 256}`
    counts.add({ timeMs: START_MS + (index % 60_000), reason: 'unknown-access-key', remoteAddress })
  }
  assert.equal(counts.size, 1)
  assert.deepEqual(counts.take(START_MS + 59_999), [])
  const [record, ...others] = counts.take(START_MS + 60_000)
  assert.equal(others.length, 0)
  assert.deepEqual(record, {
    timeMs: START_MS + 59_999,
    requestId: '-',
    action: 'unknown',
    resource: 'unknown',
    caller: 'unknown',
    outcome: 'refused',
    failure: 'unknown-access-key',
    detail: {
      count: '100000',
      addressPrefix: '203.0.113.0/24',
      firstTime: '2026-11-20T14:00:00.000Z',
      lastTime: '2026-11-20T14:00:59.999Z',
    },
  })
  assert.equal(counts.size, 0)
})

test('reasons, networks and minutes are told apart', () => {
  const counts = new RefusalCounts()
  counts.add({ timeMs: START_MS, reason: 'unknown-access-key', remoteAddress: '203.0.113.1' })
  counts.add({ timeMs: START_MS, reason: 'signature-does-not-match', remoteAddress: '203.0.113.1' })
  counts.add({ timeMs: START_MS, reason: 'unknown-access-key', remoteAddress: '203.0.114.1' })
  counts.add({ timeMs: START_MS + 60_000, reason: 'unknown-access-key', remoteAddress: '203.0.113.1' })
  assert.equal(counts.take(START_MS + 60_000).length, 3)
  assert.equal(counts.take(START_MS + 60_000, true).length, 1)
})

test('T-160 (part) a flood from ever new networks is counted in a bounded number of groups, and nothing is lost', () => {
  const counts = new RefusalCounts()
  const flood = MAX_REFUSAL_GROUPS + 5_000
  for (let index = 0; index < flood; index++) {
    const remoteAddress = `2001:${(index >> 8).toString(16)}:${(index & 255).toString(16)}::1`
    counts.add({ timeMs: START_MS, reason: 'access-denied', remoteAddress })
  }
  assert.ok(counts.size <= MAX_REFUSAL_GROUPS + 1)
  const total = counts.take(START_MS, true).reduce((sum, { detail }) => sum + Number(detail?.['count']), 0)
  assert.equal(total, flood)
})

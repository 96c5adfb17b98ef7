import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isoTime } from './iso-time.ts'

test('times are shown as ISO 8601 says, to the millisecond, in any order', () => {
  const dayMs = 24 * 3_600_000
  const edges = [0, 1, 999, 59_999, 60_000, 3_599_999, 3_600_000, dayMs - 1, 951_782_400_000, 1_795_737_599_999]
  const steps = Array.from({ length: 2_000 }, (_, index) => (index * 7_919_123_457) % 4_102_444_800_000)
  for (const timeMs of [...edges, ...steps, ...edges.toReversed()]) {
    assert.equal(isoTime(timeMs), new Date(timeMs).toISOString())
  }
})

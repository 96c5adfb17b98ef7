import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isWorthRetrying, partSizeOf, partsOf, waitBeforeRetryMs } from '../../../console/src/uploads/part-plan.ts'

const MIB = 1024 * 1024

test('parts follow each other without a gap, end with the file, and are never more than 10,000', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 * 1024 ** 4 }), (size) => {
      const partBytes = partSizeOf(size)
      assert.ok(partBytes >= 8 * MIB && partBytes % MIB === 0)
      const parts = partsOf(size, partBytes)
      assert.ok(parts.length <= 10_000)
      assert.equal(parts[0]?.start, 0)
      assert.equal(parts.at(-1)?.end, size)
      parts.forEach((part, index) => {
        assert.equal(part.number, index + 1)
        assert.equal(part.start, index === 0 ? 0 : parts[index - 1]?.end)
      })
    }),
    { seed: 9, numRuns: 40 },
  )
})

test('waits double up to half a minute, never less than half of it, and the server’s own word wins', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7].map((tries) => waitBeforeRetryMs(tries, 1)),
    [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
  )
  assert.equal(waitBeforeRetryMs(3, 0), 2_000)
  assert.equal(waitBeforeRetryMs(1, 1, 7), 7_000)
})

test('what is refused is not sent again; what was lost or overloaded is', () => {
  assert.deepEqual(
    [0, 400, 403, 404, 409, 412, 429, 500, 503].filter((status) => isWorthRetrying(status)),
    [0, 429, 500, 503],
  )
})

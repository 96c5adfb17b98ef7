import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { plaintextLength, sealedLength, segmentBytesFor, segmentRun } from './sizes.ts'

const SEGMENTS = [16_384, 65_536] as const

test('sealed lengths at the boundaries', () => {
  assert.equal(sealedLength(0, 16_384), 72)
  assert.equal(sealedLength(16_383, 16_384), 56 + 16_383 + 16)
  assert.equal(sealedLength(16_384, 16_384), 56 + 16_384 + 32)
  assert.equal(sealedLength(65_536, 65_536), 56 + 65_536 + 32)
  assert.equal(sealedLength(5 * 2 ** 40, 65_536), 56 + 5 * 2 ** 40 + 16 * (5 * 2 ** 24 + 1))
})

test('each plaintext length has one sealed length, and a length that nothing seals to is refused', () => {
  for (const segment of SEGMENTS) {
    const lengths = fc.integer({ min: 0, max: 5 * segment })
    fc.assert(
      fc.property(lengths, (length) => {
        assert.equal(plaintextLength(sealedLength(length, segment), segment), length)
        const inverse = plaintextLength(length, segment)
        if (inverse !== undefined) assert.equal(sealedLength(inverse, segment), length)
      }),
      { seed: 3, numRuns: 500 },
    )
    for (let extra = 0; extra < 16; extra++) {
      assert.equal(plaintextLength(56 + extra, segment), undefined)
      assert.equal(plaintextLength(56 + segment + 16 + extra, segment), undefined)
    }
    assert.equal(plaintextLength(0, segment), undefined)
  }
})

test('segments are large from 1 MiB on and where the length is unknown', () => {
  assert.deepEqual([0, 1_048_575, 1_048_576, undefined].map(segmentBytesFor), [16_384, 16_384, 65_536, 65_536])
})

test('a run covers its range with whole segments, and not one more than needed', () => {
  for (const segment of SEGMENTS) {
    const range = fc.tuple(fc.nat(4 * segment), fc.nat(4 * segment), fc.nat(4 * segment))
    fc.assert(
      fc.property(range, ([total, one, two]) => {
        const first = Math.min(one, total)
        const length = Math.min(two, total - first)
        const run = segmentRun(total, segment, first, length)
        if (length === 0) return
        const begin = run.firstSegment * segment
        assert.equal(begin + run.skip, first)
        assert.ok(run.skip < segment)
        const bytes = run.length - (run.header ? 56 : 0)
        const segments = Math.ceil(bytes / (segment + 16))
        const last = first + length === total ? total : first + length - 1
        assert.equal(segments, Math.floor(last / segment) - run.firstSegment + 1)
        assert.equal(run.offset, run.header ? 0 : 56 + run.firstSegment * (segment + 16))
        assert.ok(run.offset + run.length <= sealedLength(total, segment))
        assert.equal(run.toEnd, run.offset + run.length === sealedLength(total, segment))
        if (first + length === total) assert.ok(run.toEnd)
      }),
      { seed: 4, numRuns: 500 },
    )
  }
})

test('a range outside its stream is a mistake of ours', () => {
  for (const [first, length] of [
    [0, 11],
    [11, 0],
    [10, 1],
    [-1, 1],
    [0, -1],
  ] as const) {
    assert.throws(() => segmentRun(10, 16_384, first, length), RangeError)
  }
})

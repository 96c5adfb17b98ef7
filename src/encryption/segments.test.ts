import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { deriveSegmentKeys } from './segment-keys.ts'
import { SegmentOpener, SegmentSealer } from './segments.ts'
import { sealedLength, type SegmentBytes } from './sizes.ts'
import { bodyOf, refusedWith } from './test-scope.fixture.ts'

const SEGMENTS = [16_384, 65_536] as const
const inputKey = createSecretKey(Buffer.alloc(32, 1))
const salt = Buffer.alloc(24, 2)
const keysFor = (segmentBytes: SegmentBytes) =>
  deriveSegmentKeys('aes-256', inputKey, segmentBytes, salt, Buffer.from('context'))

/** The segments without the header, sealed from pieces of the given sizes, over and over. */
function seal(segmentBytes: SegmentBytes, body: Uint8Array, pieceBytes: readonly number[]): Buffer {
  const sealer = new SegmentSealer(keysFor(segmentBytes), segmentBytes)
  const out: Uint8Array[] = []
  feed(body, pieceBytes, (piece) => sealer.push(piece, out))
  sealer.end(out)
  return Buffer.concat(out)
}

function open(segmentBytes: SegmentBytes, sealed: Uint8Array, pieceBytes: readonly number[]): Buffer {
  const opener = new SegmentOpener(keysFor(segmentBytes), segmentBytes)
  const out: Uint8Array[] = []
  feed(sealed, pieceBytes, (piece) => opener.push(piece, out))
  opener.end(out)
  return Buffer.concat(out)
}

function feed(bytes: Uint8Array, pieceBytes: readonly number[], use: (piece: Uint8Array) => void): void {
  for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
    const size = pieceBytes[turn % pieceBytes.length] ?? bytes.length
    use(bytes.subarray(offset, offset + size))
    offset += size
  }
}

for (const segmentBytes of SEGMENTS) {
  const boundaries = [0, 1, segmentBytes - 1, segmentBytes, segmentBytes + 1, 2 * segmentBytes, 2 * segmentBytes + 1]

  test(`${segmentBytes}: open undoes seal at every boundary, whatever the pieces`, () => {
    for (const length of boundaries) {
      const body = bodyOf(length)
      const whole = seal(segmentBytes, body, [])
      assert.equal(whole.length, sealedLength(length, segmentBytes) - 56)
      for (const pieces of [[1000], [segmentBytes], [segmentBytes + 16], [1, segmentBytes * 3], [7, 20_000]]) {
        assert.deepEqual(seal(segmentBytes, body, pieces), whole)
        assert.deepEqual(open(segmentBytes, whole, pieces), body)
      }
    }
  })

  test(`${segmentBytes}: open undoes seal for any length and any pieces`, () => {
    const cases = fc.tuple(fc.nat(3 * segmentBytes), fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1 }))
    fc.assert(
      fc.property(cases, ([length, pieces]) => {
        const body = bodyOf(length)
        assert.deepEqual(open(segmentBytes, seal(segmentBytes, body, pieces), pieces), body)
      }),
      { seed: 5, numRuns: 40 },
    )
  })

  test(`${segmentBytes}: T-111 any flipped bit is refused, and only whole segments before it were handed out`, () => {
    const body = bodyOf(segmentBytes * 2 + 100)
    const sealed = seal(segmentBytes, body, [])
    const place = fc.tuple(fc.nat(sealed.length - 1), fc.nat(7))
    fc.assert(
      fc.property(place, ([offset, bit]) => {
        const damaged = Buffer.from(sealed)
        damaged.writeUInt8(damaged.readUInt8(offset) ^ (1 << bit), offset)
        const opener = new SegmentOpener(keysFor(segmentBytes), segmentBytes)
        const out: Uint8Array[] = []
        assert.throws(() => {
          feed(damaged, [10_000], (piece) => opener.push(piece, out))
          opener.end(out)
        }, refusedWith('integrity'))
        const before = Math.floor(offset / (segmentBytes + 16)) * segmentBytes
        assert.deepEqual(Buffer.concat(out), body.subarray(0, before))
        assert.throws(() => opener.push(sealed, []), refusedWith('integrity'))
        assert.throws(() => opener.end([]), refusedWith('integrity'))
      }),
      { seed: 6, numRuns: 100 },
    )
  })

  test(`${segmentBytes}: cut, lengthened, reordered and doubled segments are refused`, () => {
    const sealed = seal(segmentBytes, bodyOf(segmentBytes * 2 + 100), [])
    const one = segmentBytes + 16
    const [first, second, last] = [sealed.subarray(0, one), sealed.subarray(one, 2 * one), sealed.subarray(2 * one)]
    const bad = [
      [],
      [first],
      [first, second],
      [first, last],
      [second, first, last],
      [first, first, last],
      [first, second, last, Buffer.of(0)],
      [first, second, last.subarray(0, -1)],
      [first, second, last.subarray(0, 15)],
      [last],
    ]
    for (const pieces of bad) {
      assert.throws(() => open(segmentBytes, Buffer.concat(pieces), [50_000]), refusedWith('integrity'))
    }
  })
}

test('the two segment sizes are two formats: neither opens the other, though key, salt and context are the same', () => {
  const [small, large] = SEGMENTS.map(keysFor)
  assert.ok(small && large)
  assert.notDeepEqual(small.commitment, large.commitment)
  assert.throws(() => open(65_536, seal(16_384, bodyOf(10), []), []), refusedWith('integrity'))
})

test('a stream that ended takes nothing more', () => {
  const sealer = new SegmentSealer(keysFor(16_384), 16_384)
  sealer.end([])
  assert.throws(() => sealer.push(bodyOf(1), []))
  assert.throws(() => sealer.end([]))
})

test('what was pushed may be changed afterwards: the sealer holds a copy', () => {
  const body = bodyOf(100)
  const sealer = new SegmentSealer(keysFor(16_384), 16_384)
  const out: Uint8Array[] = []
  const piece = Buffer.from(body)
  sealer.push(piece, out)
  piece.fill(0)
  sealer.end(out)
  assert.deepEqual(open(16_384, Buffer.concat(out), []), body)
})

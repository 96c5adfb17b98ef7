import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { crc32 as independent } from 'node:zlib'
import { combineCrc32, crc32, crc32Text } from '../../../console/src/uploads/crc32.ts'

test('the check value of CRC-32', () => {
  assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926)
  assert.equal(crc32Text(0xcbf43926), Buffer.from('cbf43926', 'hex').toString('base64'))
  assert.equal(crc32(new Uint8Array()), 0)
})

/** Any length and any place in its buffer: eight bytes are taken at a time. */
const stretch = fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.nat(8)).map(([bytes, start]) => bytes.subarray(start))

test('it is what zlib says, and goes on from where it stopped', () => {
  fc.assert(
    fc.property(stretch, stretch, (first, second) => {
      const whole = Buffer.concat([first, second])
      assert.equal(crc32(whole), independent(whole))
      assert.equal(crc32(second, crc32(first)), independent(whole))
    }),
    { seed: 7 },
  )
})

test('the CRC of parts put together is the CRC of the whole', () => {
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 6 }), (parts) => {
      const combined = parts.reduce((crc, part) => combineCrc32(crc, crc32(part), part.length), 0)
      assert.equal(combined, independent(Buffer.concat(parts)))
    }),
    { seed: 8 },
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTurns } from '../../../tests/event-loop-turns.ts'
import type { SumAlgorithm } from '../../operations/index.ts'
import { checksumOf, startChecksum } from './checksums.ts'
import { combineCrcs } from './crc-combine.ts'
import { bytesOf, seeded } from '../engine.fixture.ts'

/** The check values of the CRC catalogue, and of FIPS 180-4 tools, for "123456789". */
const KNOWN: readonly (readonly [SumAlgorithm, string])[] = [
  ['crc32', 'cbf43926'],
  ['crc32c', 'e3069283'],
  ['crc64nvme', 'ae8b14860a799888'],
  ['crc64ecma', '995dc9bbdf1939fa'],
  ['sha1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['sha256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
]

test('each algorithm gives its published check value, whole and byte by byte', async () => {
  for (const [algorithm, hex] of KNOWN) {
    const text = Buffer.from('123456789')
    assert.equal((await checksumOf(algorithm, text)).toString('hex'), hex)
    const running = await startChecksum(algorithm)
    for (const byte of text) running.update(Buffer.of(byte))
    assert.equal(running.value().toString('hex'), hex)
  }
})

test('checksums that run at the same time do not disturb each other, and one may be abandoned', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => startChecksum('crc64nvme')))
  for (let piece = 0; piece < 5; piece++)
    for (const [index, one] of all.entries()) one.update(bytesOf(100, index + piece))
  all[3]?.abandon()
  for (const [index, one] of all.entries()) {
    if (index === 3) continue
    const whole = Buffer.concat(Array.from({ length: 5 }, (_, piece) => bytesOf(100, index + piece)))
    assert.deepEqual(one.value(), await checksumOf('crc64nvme', whole))
  }
})

test('the CRC of pieces together is that of the whole, for random cuts and empty pieces', async () => {
  const random = seeded(7)
  for (const algorithm of ['crc32', 'crc32c', 'crc64nvme', 'crc64ecma'] as const) {
    for (let round = 0; round < 40; round++) {
      const pieces = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, index) =>
        bytesOf(Math.floor(random() * 5_000) * (index % 3 === 2 ? 0 : 1), round + index),
      )
      const values = await Promise.all(
        pieces.map(async (piece) => ({ value: await checksumOf(algorithm, piece), length: piece.length })),
      )
      assert.deepEqual(await combineCrcs(algorithm, values), await checksumOf(algorithm, Buffer.concat(pieces)))
    }
  }
})

test('T-164 part the CRCs of ten thousand parts are put together with turns of the event loop between', async () => {
  const piece = bytesOf(1_000, 1)
  const value = await checksumOf('crc64nvme', piece)
  const pieces = Array.from({ length: 10_000 }, () => ({ value, length: piece.length }))
  const { result, turns } = await withTurns(() => combineCrcs('crc64nvme', pieces))
  assert.deepEqual(result, await checksumOf('crc64nvme', Buffer.concat(pieces.map(() => piece))))
  assert.ok(turns >= 10_000 / 512 - 1, `${turns} turns`)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { count, duration, localTime, parseSince, plural, size } from './quantities.ts'

const NOW_MS = Date.UTC(2026, 10, 20, 14, 0, 0)

const SIZES: readonly (readonly [number, string])[] = [
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_024, '1.0 KiB'],
  [10_188, '9.9 KiB'],
  [10_240, '10 KiB'],
  [1_048_063, '1023 KiB'],
  [1_048_064, '1.0 MiB'],
  [442_381_631_488, '412 GiB'],
  [3_408_486_046_105, '3.1 TiB'],
]
for (const [bytes, text] of SIZES) test(`${bytes} bytes are ${text}`, () => assert.equal(size(bytes), text))

test('counts, plurals and durations', () => {
  assert.deepEqual([count(0), count(999), count(1_204_331)], ['0', '999', '1,204,331'])
  assert.deepEqual([plural(1, 'version'), plural(2, 'version')], ['1 version', '2 versions'])
  assert.deepEqual(
    [duration(12_000), duration(300_000), duration(7_260_000), duration(273_600_000)],
    ['12 s', '5 min', '2 h 1 min', '3 d 4 h'],
  )
})

test('times are shown in the person’s zone', () => {
  assert.equal(localTime('2026-11-20T14:02:11.000Z', 'UTC'), '2026-11-20 14:02')
  assert.equal(localTime('2026-11-20T23:30:11.000Z', 'Asia/Tokyo', true), '2026-11-21 08:30:11')
  assert.equal(localTime('never', 'UTC'), 'never')
})

const SINCE: readonly (readonly [string, string | undefined])[] = [
  ['24h', '2026-11-19T14:00:00.000Z'],
  ['30d', '2026-10-21T14:00:00.000Z'],
  ['15min', '2026-11-20T13:45:00.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20T10:00:00+02:00', '2026-11-20T08:00:00.000Z'],
  ['2026-11-20T10:00:00.5Z', '2026-11-20T10:00:00.500Z'],
  ['2026-02-30', undefined],
  ['2026-11-20T10:00:00', undefined],
  ['yesterday', undefined],
  ['0h', undefined],
  ['-1h', undefined],
  ['24', undefined],
]
for (const [text, expected] of SINCE) {
  test(`--since ${text} is ${expected ?? 'refused'}`, () =>
    assert.equal(parseSince(text, NOW_MS)?.toISOString(), expected))
}

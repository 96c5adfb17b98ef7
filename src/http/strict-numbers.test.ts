import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDecimal } from './strict-numbers.ts'

const ANY = { min: 0, max: Number.MAX_SAFE_INTEGER }

test('numbers: plain decimal digits are read', () => {
  const good = [
    ['0', 0],
    ['7', 7],
    ['1000', 1000],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ] as const
  for (const [text, value] of good) assert.equal(parseDecimal(text, ANY), value)
})

test('numbers: every lenient spelling has no value', () => {
  const bad = ['', ' ', ' 1', '1 ', '+1', '-1', '-0', '01', '00', '1.0', '1e3', '0x10', '1_000', '1,000', '١', '１']
  for (const text of [...bad, 'NaN', 'Infinity', '9007199254740992', '18446744073709551616', '1\n', '9'.repeat(400)]) {
    assert.equal(parseDecimal(text, ANY), undefined, JSON.stringify(text))
  }
})

test('numbers: the bounds are inclusive', () => {
  const bounds = { min: 1, max: 604_800 }
  assert.equal(parseDecimal('0', bounds), undefined)
  assert.equal(parseDecimal('1', bounds), 1)
  assert.equal(parseDecimal('604800', bounds), 604_800)
  assert.equal(parseDecimal('604801', bounds), undefined)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodePercent, decodePercentBytes } from './percent-decoding.ts'

const GOOD: readonly (readonly [string, string])[] = [
  ['', ''],
  ['plain', 'plain'],
  ['/b/../c', '/b/../c'],
  ['%2e%2E/%41', '../A'],
  ['%252e', '%2e'],
  ['a+b', 'a+b'],
  ['%C3%A9', 'é'],
  ['e%CC%81', 'e\u0301'],
  ['%E2%84%AA', '\u212a'],
  ['%F4%8F%BF%BF', '\u{10ffff}'],
  ['%EF%BB%BFx', '\ufeffx'],
  ['%01%7f', '\u0001\u007f'],
  // Header values arrive as latin-1: characters are the bytes that were sent.
  ['\u00c3\u00a9', 'é'],
]

test('percent-decoding: what is well formed decodes to exactly its bytes', () => {
  for (const [text, expected] of GOOD) assert.equal(decodePercent(text), expected, text)
})

test('T-022 percent-decoding: bad escapes, bad UTF-8 and NUL have no reading', () => {
  const bad = ['%', '%0', 'a%', '%zz', '%+1', '%-1', '% 1', '%0x', '%g0', '%٣0', '%ff', '%c0%ae', '%c0%80', '%ed%a0%80']
  for (const text of [...bad, '%e4%bd', '%f5%80%80%80', '%f4%90%80%80', '%00', 'a%00b', '\u0000', '\u0100', '\u00e9']) {
    assert.equal(decodePercent(text), undefined, JSON.stringify(text))
  }
})

test('percent-decoding: NUL passes only where the caller says so', () => {
  assert.equal(decodePercent('a%00', { allowNul: true }), 'a\u0000')
  assert.deepEqual(decodePercentBytes('%ff%00', { allowNul: true }), Buffer.from([0xff, 0]))
})

test('percent-decoding: a plus is a space only where the caller says so, and %2B never is', () => {
  assert.equal(decodePercent('a+b%2B', { plusIsSpace: true }), 'a b+')
  assert.equal(decodePercent('a+b%2B'), 'a+b+')
})

test('percent-decoding: undoes encodeURIComponent for every text without NUL', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(!text.includes('\u0000'))
      assert.equal(decodePercent(encodeURIComponent(text)), text)
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('percent-decoding: two texts of bytes never meet in one result', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 6 }), (bytes) => {
      const escaped = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
      const text = decodePercent(escaped, { allowNul: true })
      if (text !== undefined) assert.deepEqual(new Uint8Array(Buffer.from(text, 'utf8')), bytes)
    }),
    { seed: 2, numRuns: 500 },
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseByteRange } from './byte-range.ts'

test('ranges: one range is read as it was meant', () => {
  assert.deepEqual(parseByteRange('bytes=0-0'), { kind: 'from', first: 0, last: 0 })
  assert.deepEqual(parseByteRange('bytes=5-9'), { kind: 'from', first: 5, last: 9 })
  assert.deepEqual(parseByteRange('Bytes=007-9'), { kind: 'from', first: 7, last: 9 })
  assert.deepEqual(parseByteRange('bytes=5-'), { kind: 'from', first: 5 })
  assert.deepEqual(parseByteRange('bytes=-9'), { kind: 'suffix', length: 9 })
  assert.deepEqual(parseByteRange('bytes=-0'), { kind: 'suffix', length: 0 })
})

test('T-165 ranges: a number beyond counting keeps its meaning', () => {
  const huge = `1${'0'.repeat(30)}`
  assert.deepEqual(parseByteRange(`bytes=0-${huge}`), { kind: 'from', first: 0, last: Number.MAX_SAFE_INTEGER })
  assert.deepEqual(parseByteRange(`bytes=${huge}-`), { kind: 'from', first: Number.MAX_SAFE_INTEGER })
  assert.deepEqual(parseByteRange(`bytes=-${huge}`), { kind: 'suffix', length: Number.MAX_SAFE_INTEGER })
})

test('T-165 ranges: several, malformed and foreign ones are ignored', () => {
  const thousand = `bytes=${Array.from({ length: 1_000 }, (_, at) => `${at}-${at}`).join(',')}`
  const bad = ['', 'bytes', 'bytes=', 'bytes=-', 'bytes=9-5', 'bytes=a-b', 'bytes=0-1,2-3', 'bytes=0-1,', 'bytes= 0-1']
  for (const text of [...bad, 'bytes=0 - 1', 'bytes=+0-1', 'bytes=0--1', 'items=0-1', '0-1', 'bytes=0x0-1', thousand]) {
    assert.equal(parseByteRange(text), 'ignored', text.slice(0, 40))
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeBase64Strict } from './base64.ts'

test('base64: the canonical spelling decodes, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      const decoded = decodeBase64Strict(Buffer.from(bytes).toString('base64'))
      assert.ok(decoded)
      assert.deepEqual(Uint8Array.from(decoded), bytes)
    }),
    { seed: 4, numRuns: 300 },
  )
})

test('T-103 base64: every other spelling of the same bytes is refused', () => {
  const bad = [
    'Zg',
    'Zg=',
    'Zg===',
    'Zg==\n',
    ' Zg==',
    'Zg= =',
    'Zh==',
    'Zm9=',
    'Zm9v====',
    '=',
    '====',
    'Z===',
    'Zg==Zg==',
  ]
  for (const text of [
    ...bad,
    '-_-_',
    'Zm9v!',
    'Zm9vZm9v\u0000\u0000\u0000\u0000',
    'Zm9v\u00e9\u00e9\u00e9\u00e9',
    'Zm\n9v===',
  ]) {
    assert.equal(decodeBase64Strict(text), undefined, JSON.stringify(text))
  }
})

test('T-103 base64: 31 and 33 bytes are what they are, for the caller to count', () => {
  assert.equal(decodeBase64Strict(Buffer.alloc(31, 7).toString('base64'))?.length, 31)
  assert.equal(decodeBase64Strict(Buffer.alloc(33, 7).toString('base64'))?.length, 33)
  assert.equal(decodeBase64Strict('')?.length, 0)
})

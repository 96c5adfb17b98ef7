import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { StoreFailure } from './failure.ts'
import { isJsonObject, parseStrictJson, type JsonValue } from './strict-json.ts'

function parse(text: string | Uint8Array): JsonValue {
  return parseStrictJson(typeof text === 'string' ? Buffer.from(text, 'utf8') : text)
}

function plain(value: JsonValue): unknown {
  if (isJsonObject(value)) return Object.fromEntries([...value].map(([name, inner]) => [name, plain(inner)]))
  return Array.isArray(value) ? value.map(plain) : value
}

const GOOD = ['{}', '[]', ' { "a" : [ 1 , -0.5e3 , true , null , "\\u00e4\\n" ] } ', '"x"', '0', '{"":{"":[]}}']
for (const text of GOOD) {
  test(`${text} is read as JSON reads it`, () => assert.deepEqual(plain(parse(text)), JSON.parse(text)))
}

const BAD: readonly (readonly [string, string | Uint8Array])[] = [
  ['nothing', ''],
  ['a duplicate member', '{"a":1,"a":2}'],
  ['a duplicate member behind an escape', '{"a":1,"\\u0061":2}'],
  ['a trailing comma', '{"a":1,}'],
  ['a comment', '{"a":1/* x */}'],
  ['single quotes', "{'a':1}"],
  ['a bare name', '{a:1}'],
  ['something behind the value', '{} {}'],
  ['a leading zero', '[01]'],
  ['a plus sign', '[+1]'],
  ['a number without digits behind its point', '[1.]'],
  ['NaN', '[NaN]'],
  ['a number beyond what is exact', '[9007199254740993]'],
  ['an infinite number', '[1e999]'],
  ['a control character in a string', '["a\nb"]'],
  ['an unknown escape', '["\\x41"]'],
  ['half a surrogate pair', '["\\ud800"]'],
  ['a byte order mark', Buffer.from('\ufeff{}', 'utf8')],
  ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ['overlong UTF-8', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
  ['a string that does not end', '"abc'],
  ['an object that does not end', '{"a":1'],
  ['a word cut short', 'tru'],
  ['too deep a nesting', '['.repeat(2_000)],
  ['too many values', `[${'1,'.repeat(20_000)}1]`],
]
for (const [what, text] of BAD) {
  test(`JSON with ${what} is malformed-json`, () => {
    assert.throws(
      () => parse(text),
      (error) => error instanceof StoreFailure && error.failure.kind === 'malformed-json',
    )
  })
}

test('names of an object’s prototype are names like any other', () => {
  const value = parse('{"__proto__":{"admin":true},"constructor":1,"toString":2}')
  assert.ok(isJsonObject(value))
  assert.deepEqual([...value.keys()], ['__proto__', 'constructor', 'toString'])
  assert.equal('admin' in {}, false)
})

test('whatever JSON writes is read back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify(value)
      // Halves of characters and numbers beyond what is exact are refused, and not wanted here.
      fc.pre(!/\\ud[89a-f]/i.test(text) && !/\d{16}|e[+-]?\d/i.test(text))
      assert.deepEqual(plain(parse(text)), JSON.parse(text))
    }),
    { seed: 20_261_121, numRuns: 300 },
  )
})

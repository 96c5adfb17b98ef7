import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { StoreFailure } from '../operations/index.ts'
import { MAX_FIELD_NAME_CHARS, MAX_FORM_FIELDS, parseFormBody } from './form-body.ts'

const parse = (text: string | Uint8Array): readonly (readonly [string, string])[] => [
  ...parseFormBody(typeof text === 'string' ? Buffer.from(text, 'utf8') : text),
]

function refused(text: string | Uint8Array): string {
  try {
    parse(text)
  } catch (error) {
    assert.ok(error instanceof StoreFailure && error.failure.kind === 'invalid-request', String(error))
    return error.failure.detail
  }
  assert.fail(`it was taken: ${String(text).slice(0, 80)}`)
}

test('a form is read as the URL standard says: escapes, plus signs, empty values, raw UTF-8', () => {
  assert.deepEqual(parse(''), [])
  assert.deepEqual(parse('Action=CreateUser&Version=2010-05-08&UserName=a%2Bb+c%20d&Path='), [
    ['Action', 'CreateUser'],
    ['Version', '2010-05-08'],
    ['UserName', 'a+b c d'],
    ['Path', ''],
  ])
  assert.deepEqual(parse('A=%C3%BC&B=ü&C=a=b'), [
    ['A', 'ü'],
    ['B', 'ü'],
    ['C', 'a=b'],
  ])
  assert.deepEqual(parse('Tags%2Emember%2E1%2EKey=k'), [['Tags.member.1.Key', 'k']])
})

test('T-029 T-030 what a second reader might read otherwise is refused: twice the same name, cut escapes, no value, no name', () => {
  for (const [text, detail] of [
    ['A=1&A=2', /the field A came twice/],
    ['A=1&%41=2', /the field A came twice/],
    ['A', /no value/],
    ['A=1&', /no value/],
    ['&A=1', /no value/],
    ['=1', /no name/],
    ['A=%', /cannot be decoded/],
    ['A=%4', /cannot be decoded/],
    ['A=%zz', /cannot be decoded/],
    ['A=%00', /cannot be decoded/],
    ['A=%FF', /cannot be decoded/],
    ['A=%C0%AF', /cannot be decoded/],
    ['A=%ED%A0%80', /cannot be decoded/],
    ['%zz=1', /no name/],
    ['A B=1', /no name/],
    ['A.=1', /no name/],
    ['.A=1', /no name/],
    ['A..B=1', /no name/],
    ['1A=1', /no name/],
    ['__proto__=1', /no name/],
    ['A.__proto__=1', /no name/],
    ['A[0]=1', /no name/],
    ['Ä=1', /no name/],
  ] as const) {
    assert.match(refused(text), detail, text)
  }
  assert.match(refused(Buffer.from([0x41, 0x3d, 0xff])), /cannot be decoded/)
})

test('names that every object has are plain names', () => {
  assert.deepEqual(parse('constructor=a&toString=b&hasOwnProperty=c'), [
    ['constructor', 'a'],
    ['toString', 'b'],
    ['hasOwnProperty', 'c'],
  ])
})

test('fields and names have limits', () => {
  const fields = (count: number): string => Array.from({ length: count }, (_, index) => `A${index}=1`).join('&')
  assert.equal(parse(fields(MAX_FORM_FIELDS)).length, MAX_FORM_FIELDS)
  assert.match(refused(fields(MAX_FORM_FIELDS + 1)), /more than 400 fields/)
  const longest = 'A'.repeat(MAX_FIELD_NAME_CHARS)
  assert.deepEqual(parse(`${longest}=1`), [[longest, '1']])
  assert.match(refused(`${longest}A=1`), /no name/)
  assert.match(refused(`${'%41'.repeat(MAX_FIELD_NAME_CHARS + 1)}=1`), /no name/)
})

test('what URLSearchParams writes is read back, whatever the values', () => {
  const values = fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0') && text.isWellFormed()))
  fc.assert(
    fc.property(values, (list) => {
      const pairs = list.map((value, index) => [`F.member.${index + 1}`, value] as const)
      const written = new URLSearchParams(Object.fromEntries(pairs)).toString()
      assert.deepEqual(parse(written), pairs)
    }),
    { numRuns: 200, seed: 7 },
  )
})

test('bytes at random are read or refused, never a defect', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        parseFormBody(bytes)
      } catch (error) {
        assert.ok(error instanceof StoreFailure)
      }
    }),
    { numRuns: 1_000, seed: 8 },
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lowerCaseAscii, MAX_QUERY_PARAMETERS, parseQuery, type QueryProblem } from './query-string.ts'

const RULE = { plusIsSpace: true } as const

function shown(rawQuery: string, plusIsSpace = true): string {
  const parsed = parseQuery(rawQuery, { plusIsSpace })
  if (parsed.kind === 'problem') return `${parsed.problem}:${parsed.name ?? ''}`
  return parsed.parameters.map(({ name, value, bare }) => (bare ? `[${name}]` : `[${name}=${value}]`)).join('')
}

test('T-029 queries: one reading for plus, semicolon, empty names and empty pieces', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', ''],
    ['prefix=a+b', '[prefix=a b]'],
    ['prefix=a%2Bb', '[prefix=a+b]'],
    ['a;b=c', '[a;b=c]'],
    ['=v', '[=v]'],
    ['&&', ''],
    ['acl', '[acl]'],
    ['acl=', '[acl=]'],
    ['a=b=c', '[a=b=c]'],
    ['a=1&b=2&', '[a=1][b=2]'],
    ['prefix=%C3%A9%26%3D', '[prefix=é&=]'],
    ['__proto__=x&constructor', '[__proto__=x][constructor]'],
  ]
  for (const [rawQuery, expected] of cases) assert.equal(shown(rawQuery), expected, rawQuery)
  assert.equal(shown('prefix=a+b', false), '[prefix=a+b]')
})

test('T-030 queries: a name that repeats, in any case of letters, is refused', () => {
  for (const rawQuery of ['acl&acl=', 'versionId=A&versionId=B', 'uploadId=1&uploadid=2', 'a=1&%61=2', 'A&a']) {
    assert.match(shown(rawQuery), /^repeated-name:/, rawQuery)
  }
  // The Kelvin sign is no k.
  assert.equal(shown('k=1&%E2%84%AA=2'), '[k=1][\u212a=2]')
})

test('T-022 queries: what cannot be decoded is refused', () => {
  for (const rawQuery of ['prefix=%ff', '%zz', 'a=%0', 'marker=%00', 'a=%ed%a0%80', '%c0%ae=1']) {
    assert.match(shown(rawQuery), /^undecodable:/, rawQuery)
  }
})

test('T-029 queries: at most the limit of parameters, exactly', () => {
  const names = (count: number): string => Array.from({ length: count }, (_, index) => `p${index}`).join('&')
  assert.equal(parseQuery(names(MAX_QUERY_PARAMETERS), RULE).kind, 'parameters')
  const problem: QueryProblem = 'too-many-parameters'
  assert.deepEqual(parseQuery(names(MAX_QUERY_PARAMETERS + 1), RULE), { kind: 'problem', problem })
  assert.deepEqual(parseQuery('&'.repeat(1_500), RULE), { kind: 'problem', problem })
})

test('lower case: ASCII letters only', () => {
  assert.equal(lowerCaseAscii('ABC-\u212a\u0130xyZ'), 'abc-\u212a\u0130xyz')
})

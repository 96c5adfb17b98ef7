import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { arnFieldsOf, arnPatternOf, fillArnPattern, matchesArn } from './arn-pattern.ts'
import { globOf, matchesGlob, type Work } from './glob.ts'
import { piecesOf } from './template.ts'

const WILD = { variables: false, wildcards: true }

function matches(pattern: string, text: string, work?: Work): boolean {
  return matchesGlob(globOf(piecesOf(pattern, WILD) ?? []), text, work)
}

/** The same by trying everything. */
function naive(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return text.length === 0
  if (first === '*') return naive(rest, text) || (text.length > 0 && naive(pattern, text.slice(1)))
  return text.length > 0 && (first === '?' || first === text[0]) && naive(rest, text.slice(1))
}

test('a pattern matches what trying everything finds', () => {
  const letters = fc.array(fc.constantFrom('a', 'b', '😀'), { maxLength: 10 })
  const pattern = fc.array(fc.constantFrom('a', 'b', '😀', '?', '*'), { maxLength: 8 })
  fc.assert(
    fc.property(pattern, letters, (parts, text) => {
      assert.equal(matches(parts.join(''), text.join('')), naive(parts, text))
    }),
    { numRuns: 20_000, seed: 79 },
  )
})

test('long segments with ? span the words of the matcher', () => {
  const segment = `${'a'.repeat(40)}?${'b'.repeat(40)}`
  const text = `x${'a'.repeat(41)}c${'b'.repeat(41)}y`
  assert.equal(matches(`*${segment}*`, text), true)
  assert.equal(matches(`*${segment}*`, text.replace('c', 'cc')), false)
  assert.equal(matches(`x*${segment}by`, text), true)
})

/** T-083: steps, not time. */
const HOSTILE: readonly (readonly [string, string, boolean])[] = [
  ['1,000 times *a', '*a'.repeat(1_000), true],
  ['1,000 times *a and a b', `${'*a'.repeat(1_000)}*b`, false],
  ['500 times a before a b, after a star', `*${'a'.repeat(500)}b*`, false],
  ['300 times *aa?', '*aa?'.repeat(300), true],
  ['a long segment with a ? that never comes', `*${'a'.repeat(400)}?${'a'.repeat(100)}b*`, false],
]
for (const [what, pattern, expected] of HOSTILE) {
  test(`T-083 ${what} against 1,024 a takes few steps`, () => {
    const work = { steps: 0 }
    assert.equal(matches(pattern, 'a'.repeat(1_024), work), expected)
    assert.ok(work.steps > 0 && work.steps < 40_000, `${work.steps} steps`)
  })
}

function arn(pattern: string, text: string, values: Readonly<Record<string, readonly string[]>> = {}): boolean {
  const ready = arnPatternOf(pattern, true)
  assert.ok(ready !== undefined)
  const filled = fillArnPattern(ready, (key) => values[key])
  return filled !== undefined && matchesArn(filled, arnFieldsOf(text))
}

const OBJECT = 'arn:aws:s3:::photos/a:b/c.jpg'
const ALICE = { 'aws:username': ['alice'] }
const ARNS: readonly (readonly [string, string, boolean, Readonly<Record<string, readonly string[]>>?])[] = [
  ['*', OBJECT, true],
  ['*', 'not an ARN', true],
  ['arn:aws:s3:::*', OBJECT, true],
  ['arn:aws:s3:::photos/*', OBJECT, true],
  ['arn:aws:s3:::photos/a:b/c.jpg', OBJECT, true],
  ['arn:aws:s3:::photos/*:*', OBJECT, true],
  ['arn:aws:s3:::photo?/*', OBJECT, true],
  ['arn:aws:s3:::PHOTOS/*', OBJECT, false],
  ['arn:aws:s3:*:*:photos/*', OBJECT, true],
  ['arn:aws:s3:*:photos/*:x', OBJECT, false],
  ['arn:aws:s3:*:*:x', 'arn:aws:s3:a:b:c:x', false],
  ['arn:*:s3:::photos/*', OBJECT, true],
  ['arn:aws:s3:::b*', 'arn:aws:s3:::b2', true],
  ['arn:aws:s3:::b/*', 'arn:aws:s3:::b2/x', false],
  ['arn:aws:s3:::b/${*}', 'arn:aws:s3:::b/*', true],
  ['arn:aws:s3:::b/${*}', 'arn:aws:s3:::b/x', false],
  ['arn:aws:s3:::b/${?}${$}', 'arn:aws:s3:::b/?$', true],
  ['arn:aws:s3:::home/${aws:username}/*', 'arn:aws:s3:::home/alice/x', true, ALICE],
  ['arn:aws:s3:::home/${AWS:UserName}/*', 'arn:aws:s3:::home/alice/x', true, ALICE],
  ['arn:aws:s3:::home/${aws:username}/*', 'arn:aws:s3:::home/bob/x', false, ALICE],
  ['arn:aws:s3:::home/${aws:username}/*', 'arn:aws:s3:::home//x', false],
  ["arn:aws:s3:::home/${aws:username, 'guest'}/*", 'arn:aws:s3:::home/guest/x', true],
  ["arn:aws:s3:::home/${aws:username,'a:b'}", 'arn:aws:s3:::home/a:b', true],
  ['arn:aws:s3:::home/${aws:username}', 'arn:aws:s3:::home/axb', false, { 'aws:username': ['a*b'] }],
  ['arn:aws:s3:::home/${aws:username}', 'arn:aws:s3:::home/a*b', true, { 'aws:username': ['a*b'] }],
  ['arn:aws:s3:::home/${aws:username}', 'arn:aws:s3:::home/alice', false, { 'aws:username': ['alice', 'bob'] }],
  ['arn:aws:iam::${aws:principalaccount}:user/x', 'arn:aws:iam::1:user/x', true, { 'aws:principalaccount': ['1'] }],
  ['arn:aws:iam::${aws:username}:x', 'arn:aws:iam::a:b:x', false, { 'aws:username': ['a:b'] }],
]
for (const [pattern, text, expected, values] of ARNS) {
  test(`T-083 ${pattern} ${expected ? 'matches' : 'does not match'} ${text}${values ? ` with ${JSON.stringify(values)}` : ''}`, () => {
    assert.equal(arn(pattern, text, values), expected)
  })
}

test('variables mean nothing in a document of 2008', () => {
  const pattern = arnPatternOf('arn:aws:s3:::home/${aws:username}', false)
  assert.ok(pattern !== undefined)
  assert.equal(matchesArn(pattern, arnFieldsOf('arn:aws:s3:::home/${aws:username}')), true)
  assert.equal(matchesArn(pattern, arnFieldsOf('arn:aws:s3:::home/alice')), false)
})

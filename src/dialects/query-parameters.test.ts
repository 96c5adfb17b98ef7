import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreFailure, type Failure } from '../operations/index.ts'
import { MAX_TEXT_CHARS, queryParameters, type QueryParameters } from './query-parameters.ts'
import { readTags } from './query-tags.ts'

const of = (fields: Readonly<Record<string, string>>): QueryParameters =>
  queryParameters(new Map(Object.entries(fields)))

function refusal(work: () => unknown): Failure {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof StoreFailure, String(error))
    return error.failure
  }
  return assert.fail('it was not refused')
}

function isInvalid(work: () => unknown, argument: string, detail: RegExp): void {
  const failure = refusal(work)
  assert.ok(failure.kind === 'invalid-argument', failure.kind)
  assert.equal(failure.argument, argument)
  assert.match(failure.detail, detail)
}

test('texts: required, optional, empty, and at most as long as they may be', () => {
  assert.equal(of({ A: 'x' }).text('A'), 'x')
  assert.equal(of({ A: '' }).text('A'), '')
  assert.equal(of({}).optional('A'), undefined)
  isInvalid(() => of({}).text('A'), 'A', /missing/)
  assert.equal(of({ A: 'x'.repeat(MAX_TEXT_CHARS) }).text('A').length, MAX_TEXT_CHARS)
  isInvalid(() => of({ A: 'x'.repeat(MAX_TEXT_CHARS + 1) }).text('A'), 'A', /more than 2048 characters/)
  isInvalid(() => of({ A: 'xxx' }).optional('A', 2), 'A', /more than 2 characters/)
})

test('numbers, flags and words have one spelling', () => {
  assert.equal(of({ A: '12' }).number('A', 1, 12), 12)
  for (const text of ['', '0', '13', '+1', ' 1', '1.0', '1e1', '0x1', '01', '-1', 'NaN']) {
    isInvalid(() => of({ A: text }).number('A', 1, 12), 'A', /whole number from 1 to 12/)
  }
  assert.equal(of({ A: 'true' }).flag('A'), true)
  assert.equal(of({ A: 'false' }).flag('A'), false)
  assert.equal(of({}).flag('A'), undefined)
  for (const text of ['', 'True', '1', 'yes']) isInvalid(() => of({ A: text }).flag('A'), 'A', /true or false/)
  const words = new Map<string, number | undefined>([
    ['All', undefined],
    ['One', 1],
  ])
  assert.equal(of({ A: 'One' }).word('A', words), 1)
  assert.equal(of({ A: 'All' }).word('A', words), undefined)
  isInvalid(() => of({ A: 'one' }).word('A', words), 'A', /one of All, One/)
  isInvalid(() => of({ A: 'constructor' }).word('A', words), 'A', /one of All, One/)
  isInvalid(() => of({}).requiredWord('A', words), 'A', /missing/)
})

test('lists count from 1 without a gap; what lies beyond a gap is not overlooked', () => {
  const list = of({ 'L.member.1': 'a', 'L.member.2': 'b' })
  assert.deepEqual(list.texts('L', 2), ['a', 'b'])
  list.end()
  assert.deepEqual(of({}).texts('L', 2), [])
  assert.deepEqual(of({ L: '' }).texts('L', 2), [])
  isInvalid(() => of({ 'L.member.1': 'a', 'L.member.2': 'b' }).texts('L', 1), 'L', /more than 1 items/)
  isInvalid(() => of({ L: 'a' }).texts('L', 1), 'L', /must be a list/)
  const gap = of({ 'L.member.1': 'a', 'L.member.3': 'c' })
  assert.deepEqual(gap.texts('L', 5), ['a'])
  isInvalid(() => gap.end(), 'L.member.3', /not known/)
  const zero = of({ 'L.member.0': 'a' })
  assert.deepEqual(zero.texts('L', 5), [])
  isInvalid(() => zero.end(), 'L.member.0', /not known/)
})

test('items of a list are read by their own names, and named in full where they are refused', () => {
  const parameters = of({
    'Tags.member.1.Key': 'a',
    'Tags.member.1.Value': '1',
    'Tags.member.2.Key': '__proto__',
    'Tags.member.2.Value': '',
  })
  const tags = readTags(parameters)
  assert.deepEqual(Object.entries(tags), [
    ['a', '1'],
    ['__proto__', ''],
  ])
  assert.equal(Object.getPrototypeOf(tags), Object.prototype)
  parameters.end()
  isInvalid(() => readTags(of({ 'Tags.member.1.Value': '1' })), 'Tags.member.1.Key', /missing/)
  const more = of({ 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': '1', 'Tags.member.1.Color': 'red' })
  readTags(more)
  isInvalid(() => more.end(), 'Tags.member.1.Color', /not known/)
  const twice = {
    'Tags.member.1.Key': 'a',
    'Tags.member.1.Value': '1',
    'Tags.member.2.Key': 'a',
    'Tags.member.2.Value': '2',
  }
  assert.equal(refusal(() => readTags(of(twice))).kind, 'invalid-tag')
  const many = Object.fromEntries(
    Array.from({ length: 51 }, (_, index) => [
      [`Tags.member.${index + 1}.Key`, `k${index}`],
      [`Tags.member.${index + 1}.Value`, 'v'],
    ]).flat(),
  ) as Readonly<Record<string, string>>
  isInvalid(() => readTags(of(many)), 'Tags', /more than 50 items/)
})

test('what nobody asked for is refused, and what is known and not built says so', () => {
  const parameters = of({ Known: '1', Boundry: 'x' })
  parameters.text('Known')
  isInvalid(() => parameters.end(), 'Boundry', /not known/)
  of({ Known: '1' }).undone('Other')
  assert.equal(refusal(() => of({ Other: '1' }).undone('Other')).kind, 'not-implemented')
  assert.equal(refusal(() => of({ 'Other.member.1.A': '1' }).undone('Other')).kind, 'not-implemented')
  of({ Others: '1' }).undone('Other')
})

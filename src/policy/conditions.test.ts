import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ownVectors } from '../../tests/own-vectors.ts'
import { parseAccountId, type Caller } from '../operations/index.ts'
import { instantOf } from './condition-values.ts'
import { readyCondition, holds } from './conditions.ts'
import type { NamedPolicy, PolicyDocument, Statement } from './document.ts'
import { evaluate } from './evaluate.ts'
import { parsePolicy } from './parse.ts'

interface Vector {
  readonly what: string
  readonly operator: string
  readonly values: readonly string[]
  readonly request: readonly string[] | null
  readonly holds: boolean
  readonly variables?: Readonly<Record<string, readonly string[]>>
}

function isVector(value: unknown): value is Vector {
  return typeof value === 'object' && value !== null && 'operator' in value && 'request' in value && 'holds' in value
}

const VECTORS = ownVectors('policies/conditions.json').filter(isVector)

const account = parseAccountId('000000000001')
assert.ok(account !== undefined)
const ALICE: Caller = {
  ...{ kind: 'user', account, arn: 'arn:aws:iam::000000000001:user/alice', userId: 'AIDA1', userName: 'alice' },
  ...{ accessKeyId: 'AKIA', scheme: 'sigv4' },
}

function statement(effect: string, condition?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { Effect: effect, Action: '*', Resource: '*', ...(condition === undefined ? {} : { Condition: condition }) }
}

function decide(statements: readonly Readonly<Record<string, unknown>>[], vector: Vector): string {
  const document = parsePolicy('aws', 'identity', JSON.stringify({ Version: '2012-10-17', Statement: statements }))
  return evaluate({
    caller: ALICE,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/x',
    owner: account,
    rights: { identity: [{ name: 'p', document }], tags: new Map() },
    context: (key) => (key === 'test:key' ? (vector.request ?? undefined) : vector.variables?.[key]),
  }).kind
}

for (const vector of VECTORS) {
  const { what, operator, values, request } = vector
  const shown = `${operator} ${JSON.stringify(values)} of ${JSON.stringify(request)}`
  test(`${what}: ${shown} ${vector.holds ? 'holds' : 'does not hold'}`, () => {
    const condition = { [operator]: { 'Test:Key': values } }
    assert.equal(decide([statement('Allow', condition)], vector), vector.holds ? 'allow' : 'no-opinion')
    const denying = [statement('Allow'), statement('Deny', condition)]
    assert.equal(decide(denying, vector), vector.holds ? 'explicit-deny' : 'allow')
  })
}

test('every operator of the language is among the vectors, plain, with IfExists and in sets', () => {
  const used = VECTORS.map(({ operator }) => operator)
  const bases = new Set(used.map((name) => name.replace(/^For\w+:/, '').replace(/IfExists$/, '')))
  assert.equal(bases.size, 27)
  for (const part of ['ForAnyValue:', 'ForAllValues:']) assert.ok(used.some((name) => name.startsWith(part)))
})

test('all operators and all keys of a condition have to hold', () => {
  const holding: Vector = { what: '', operator: '', values: [], request: ['a'], holds: true }
  const both = { StringEquals: { 'test:key': 'a' }, StringLike: { 'test:key': 'b*' } }
  assert.equal(decide([statement('Allow', both)], holding), 'no-opinion')
  const keys = { StringEquals: { 'test:key': 'a', 'test:other': 'b' } }
  assert.equal(decide([statement('Allow', keys)], holding), 'no-opinion')
  assert.equal(decide([statement('Allow', { StringEquals: { 'test:key': 'a' } })], holding), 'allow')
})

test('numbers and truths may be written without quotes', () => {
  const vector: Vector = { what: '', operator: '', values: [], request: ['10'], holds: true }
  assert.equal(decide([statement('Allow', { NumericEquals: { 'test:key': 10 } })], vector), 'allow')
  const truth = { ...vector, request: ['true'] }
  assert.equal(decide([statement('Allow', { Bool: { 'test:key': true } })], truth), 'allow')
})

test('T-080 what nobody knows the meaning of does not open, and closes', () => {
  const shape = { negated: false, ifExists: false, key: 'test:key' } as const
  for (const condition of [
    { ...shape, operator: 'unknown', values: ['a'] } as const,
    { ...shape, operator: 'numeric-equals', values: ['no number'] } as const,
  ]) {
    const ready = readyCondition(condition, true)
    assert.equal(
      holds(ready, 'allow', () => ['a']),
      false,
    )
    assert.equal(
      holds(ready, 'deny', () => undefined),
      true,
    )
  }
})

test('dates are those of the calendar', () => {
  const dates = fc.date({
    min: new Date('1970-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(dates, (date) => {
      assert.equal(instantOf(date.toISOString()), date.getTime())
    }),
    { seed: 80 },
  )
  for (const none of [
    '2026-02-29',
    '2026-13-01',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:00+24:00',
    '-1',
    '01767225600',
  ]) {
    assert.equal(instantOf(none), undefined, none)
  }
})

const PATTERNS = ['*', 's3:*', 's3:Get*', 's3:GetObject', 's3:*Object', 'kms:?ecrypt', 'kms:*']
const RESOURCES = ['*', 'arn:aws:s3:::b/*', 'arn:aws:s3:::b/${aws:username}', 'arn:aws:s3:::*', 'arn:aws:kms:*:*:key/*']
const conditions = fc.constantFrom(
  {},
  { StringEquals: { 'test:key': 'a' } },
  { StringNotLike: { 'test:key': 'a*' } },
  { 'ForAllValues:StringLike': { 'test:key': ['a*', '${aws:username}'] } },
  { Null: { 'test:key': 'true' } },
)
const statements = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  actions: fc.record({
    name: fc.constantFrom('Action', 'NotAction'),
    patterns: fc.subarray(PATTERNS, { minLength: 1 }),
  }),
  resources: fc.record({
    name: fc.constantFrom('Resource', 'NotResource'),
    patterns: fc.subarray(RESOURCES, { minLength: 1 }),
  }),
  Condition: conditions,
})

function documentOf(parts: Iterable<Statement>): PolicyDocument {
  return { grammar: 'aws', variables: true, statements: [...parts] }
}

test('a Deny more never grants anything, a statement less of Allow neither, and the order says nothing', () => {
  const questions = fc.record({
    action: fc.constantFrom('s3:GetObject', 's3:PutObject', 'kms:Decrypt', 'iam:CreateUser'),
    resource: fc.constantFrom('arn:aws:s3:::b/alice', 'arn:aws:s3:::c', 'arn:aws:kms:r:1:key/k', '*'),
    request: fc.option(fc.subarray(['a', 'ab', 'alice', 'z']), { nil: undefined }),
  })
  fc.assert(
    fc.property(fc.array(statements, { minLength: 1, maxLength: 5 }), statements, questions, (some, more, asked) => {
      const text = [...some, more].map(({ Effect, actions, resources, Condition }) => ({
        ...{ Effect, [actions.name]: actions.patterns, [resources.name]: resources.patterns, Condition },
      }))
      const all = parsePolicy('aws', 'identity', JSON.stringify({ Version: '2012-10-17', Statement: text })).statements
      const decision = (policies: readonly NamedPolicy[]): string =>
        evaluate({
          ...{ caller: ALICE, action: asked.action, resource: asked.resource, owner: account },
          rights: { identity: policies, tags: new Map() },
          context: (key) => (key === 'test:key' ? asked.request : key === 'aws:username' ? ['alice'] : undefined),
        }).kind
      const of = (parts: Iterable<Statement>): string => decision([{ name: 'p', document: documentOf(parts) }])
      const rest = all.slice(0, -1)
      const denying = { ...(all.at(-1) ?? assert.fail()), effect: 'deny' } as const
      if (of([...rest, denying]) === 'allow') assert.equal(of(rest), 'allow')
      if (of(rest) === 'explicit-deny') assert.equal(of(all), 'explicit-deny')
      assert.equal(of([...all].reverse()), of(all))
      assert.equal(decision(all.map((one) => ({ name: 'p', document: documentOf([one]) }))), of(all))
    }),
    { numRuns: 2_000, seed: 71 },
  )
})

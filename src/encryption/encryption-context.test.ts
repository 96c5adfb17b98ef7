import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextBytes, MAX_CONTEXT_BYTES } from '../kms/index.ts'
import { contextFor, objectArn } from './encryption-context.ts'
import { refusedWith } from './test-scope.fixture.ts'

const ARN = objectArn('bucket', 'a key/ü')

test('our own pair is always there, also when the client sends it itself', () => {
  assert.deepEqual(contextFor(ARN, undefined), { 'aws:s3:arn': 'arn:aws:s3:::bucket/a key/ü' })
  assert.deepEqual(contextFor(ARN, { a: '1' }), { a: '1', 'aws:s3:arn': ARN })
  assert.deepEqual(contextFor(ARN, { 'aws:s3:arn': ARN, a: '1' }), { a: '1', 'aws:s3:arn': ARN })
})

test('T-105 another object’s ARN, other aws: names, empty names and half characters are refused', () => {
  const bad: readonly Record<string, string>[] = [
    { 'aws:s3:arn': objectArn('bucket', 'other') },
    { 'aws:x': 'y' },
    { 'aws:': '' },
    { '': 'x' },
    { a: '\ud800' },
    { '\udc00': 'a' },
  ]
  for (const context of bad) assert.throws(() => contextFor(ARN, context), refusedWith('invalid-argument'))
})

test('T-105 a context of 8,192 canonical bytes is taken, of 8,193 refused', () => {
  const overhead = 2 + 2 + 1 + 2
  contextFor(ARN, { a: 'x'.repeat(MAX_CONTEXT_BYTES - overhead) })
  assert.throws(
    () => contextFor(ARN, { a: 'x'.repeat(MAX_CONTEXT_BYTES - overhead + 1) }),
    refusedWith('invalid-argument'),
  )
  assert.throws(() => contextFor(ARN, { a: 'x'.repeat(70_000) }), refusedWith('invalid-argument'))
})

test('T-105 a pair named __proto__ is a pair like any other', () => {
  const client: Record<string, string> = Object.fromEntries([['__proto__', 'x']])
  assert.deepEqual(Object.keys(contextFor(ARN, client)).sort(), ['__proto__', 'aws:s3:arn'])
  assert.notDeepEqual(contextBytes(contextFor(ARN, client)), contextBytes(contextFor(ARN, {})))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headersOf, isHeaderField, readHeaders } from './header-fields.ts'

const LIMITS = { headerCount: 10, headerBytes: 1_000 }

test('headers: names are lower case, order and values are kept, repeated ones are joined by a comma', () => {
  const headers = headersOf([
    ['B', '2'],
    ['x-amz-meta-A', ' 1 '],
    ['X-AMZ-META-a', '2'],
  ])
  assert.equal(headers.get('b'), '2')
  assert.equal(headers.get('x-amz-meta-a'), ' 1 ,2')
  assert.deepEqual(
    headers.entries().map(([name]) => name),
    ['b', 'x-amz-meta-a'],
  )
  assert.equal(headers.get('toString'), undefined)
  assert.equal(headers.has('__proto__'), false)
})

test('T-005 headers: only lists and user metadata may repeat', () => {
  const twice = (name: string): unknown => readHeaders([name, '1', name.toUpperCase(), '1'], LIMITS)
  for (const name of [
    'x-amz-meta-a',
    'x-oss-meta-a',
    'x-cos-meta-',
    'accept',
    'via',
    'x-forwarded-for',
    'content-encoding',
  ]) {
    assert.ok(!('kind' in Object(twice(name))), name)
  }
  for (const name of [
    'x-amz-metadata-directive',
    'host',
    'range',
    'x-amz-acl',
    'content-length',
    'x-meta-a',
    'anything',
  ]) {
    assert.deepEqual(twice(name), { kind: 'refusal', status: 400, reason: 'repeated-header' }, name)
  }
})

test('T-004 headers: count and bytes are exact', () => {
  const pairs = (count: number): string[] => Array.from({ length: count }, (_, at) => [`n${at}`, 'v']).flat()
  assert.ok('get' in readHeaders(pairs(10), LIMITS))
  assert.deepEqual(readHeaders(pairs(11), LIMITS), { kind: 'refusal', status: 431, reason: 'header-count' })
  assert.ok('get' in readHeaders(['a', 'v'.repeat(995)], LIMITS))
  assert.deepEqual(readHeaders(['a', 'v'.repeat(996)], LIMITS), {
    kind: 'refusal',
    status: 431,
    reason: 'header-bytes',
  })
})

test('headers: what cannot stand in a message is recognised', () => {
  assert.ok(isHeaderField('x-amz-meta-a', 'caf\u00e9 \t~'))
  for (const name of ['', 'a b', 'a:', 'a\r', 'é', 'a\u0000']) assert.equal(isHeaderField(name, ''), false, name)
  for (const value of ['\r', '\n', '\u0000', '\u007f', '\u0100', '\u001b[0m'])
    assert.equal(isHeaderField('a', value), false)
})

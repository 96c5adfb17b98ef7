import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readFraming } from './body-framing.ts'
import { headersOf } from './header-fields.ts'
import { parseHost } from './host-header.ts'
import { DEFAULT_HTTP_LIMITS } from './limits.ts'
import { readRequestHead, type ParsedHead } from './request-head.ts'
import { parseTarget } from './request-target.ts'

test('T-006 hosts: names and addresses, lower-cased, with their port cut once', () => {
  const good: readonly (readonly [string, string, number?])[] = [
    ['localhost', 'localhost'],
    ['B-1_x.Example.COM:443', 'b-1_x.example.com', 443],
    ['[2001:DB8::1]:65535', '2001:db8::1', 65_535],
    ['[::ffff:1.2.3.4]', '::ffff:1.2.3.4'],
    [`${'l'.repeat(63)}.a`, `${'l'.repeat(63)}.a`],
  ]
  for (const [raw, name, port] of good) {
    assert.deepEqual(parseHost(raw), { name, raw, ...(port === undefined ? {} : { port }) })
  }
  for (const raw of [
    '',
    ':80',
    'a:b',
    'a:1:2',
    'a.',
    '.a',
    'a..b',
    'a b',
    'a@b',
    '[::1',
    '::1',
    '[]',
    '[::1]x',
    'a:00',
    'a:065',
  ]) {
    assert.equal(parseHost(raw), undefined, raw)
  }
})

test('T-008 targets: whatever passes is cut at the first question mark and otherwise unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const target = parseTarget(`/${text}`, 'localhost')
      const clean = Array.from(text).every((char) => char > ' ' && char < '\u007f' && char !== '#' && char !== '\\')
      assert.equal(target !== undefined, clean)
      if (target === undefined || target === 'asterisk') return
      assert.equal(target.rawPath + (target.hasQuery ? `?${target.rawQuery}` : ''), `/${text}`)
      assert.equal(target.rawPath.includes('?'), false)
    }),
    { seed: 5, numRuns: 500 },
  )
})

test('T-007 targets: an authority counts only if it is the host that was sent', () => {
  assert.deepEqual(parseTarget('http://A:80/k?x', 'a:80'), { rawPath: '/k', rawQuery: 'x', hasQuery: true })
  assert.deepEqual(parseTarget('https://a', 'A'), { rawPath: '/', rawQuery: '', hasQuery: false })
  for (const target of ['http://a/k', 'http://a:80@b/k', 'http://', 'http:/a:80/k', 'ws://a:80/', 'a:80', '', 'k']) {
    assert.equal(parseTarget(target, 'a:80'), undefined, target)
  }
  assert.equal(parseTarget('*', 'a'), 'asterisk')
})

test('T-001 T-002 framing: one way to find the end, decided without Node’s parser', () => {
  const of = (pairs: readonly (readonly [string, string])[], version: '1.0' | '1.1' = '1.1'): unknown =>
    readFraming(headersOf(pairs), version)
  assert.deepEqual(of([]), { kind: 'length', length: 0 })
  assert.deepEqual(of([['content-length', '9007199254740991']]), { kind: 'length', length: Number.MAX_SAFE_INTEGER })
  assert.deepEqual(of([['transfer-encoding', 'CHUNKED']]), { kind: 'chunked' })
  const status = (pairs: readonly (readonly [string, string])[], version: '1.0' | '1.1' = '1.1'): number => {
    const framing = readFraming(headersOf(pairs), version)
    return framing.kind === 'refusal' ? framing.status : 200
  }
  assert.equal(
    status([
      ['transfer-encoding', 'chunked'],
      ['content-length', '0'],
    ]),
    400,
  )
  assert.equal(status([['transfer-encoding', 'chunked']], '1.0'), 400)
  for (const coding of ['gzip, chunked', 'identity', 'chunked,chunked', '', 'xchunked', 'chunked;a=b']) {
    assert.equal(status([['transfer-encoding', coding]]), 501, coding)
  }
  for (const length of ['', '01', '+1', '-1', '1e3', '0x1', '1, 1', '9007199254740992', '1 ', '１']) {
    assert.equal(status([['content-length', length]]), 400, length)
  }
})

test('requests: the order of refusals is by what is broken first, and nothing of it needs Node’s own maps', () => {
  const head = (change: Partial<ParsedHead>): unknown => {
    const parsed = { method: 'GET', url: '/', httpVersion: '1.1', rawHeaders: ['Host', 'localhost'], ...change }
    const result = readRequestHead(parsed, DEFAULT_HTTP_LIMITS)
    return result.kind === 'refusal' ? `${result.status} ${result.reason}` : result.kind
  }
  assert.equal(head({}), 'request')
  assert.equal(head({ httpVersion: '2.0', method: 'FOO' }), '505 version')
  assert.equal(head({ method: 'PATCH' }), '405 method')
  assert.equal(head({ rawHeaders: [] }), '400 host')
  assert.equal(head({ rawHeaders: [], httpVersion: '1.0' }), 'request')
  assert.equal(head({ rawHeaders: ['host', ''] }), '400 host')
  assert.equal(head({ url: '*' }), '400 target')
  assert.equal(head({ url: '*', method: 'OPTIONS' }), 'options')
  assert.equal(head({ rawHeaders: ['Host', 'a', 'Expect', '200-ok'] }), '417 expectation')
  assert.equal(head({ rawHeaders: ['Host', 'a', 'HOST', 'a'] }), '400 repeated-header')
})

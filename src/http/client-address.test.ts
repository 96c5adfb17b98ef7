import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normalAddress, originOf, trustedProxies } from './client-address.ts'
import { headersOf } from './header-fields.ts'

test('T-081 addresses: one spelling each, mapped IPv6 as IPv4', () => {
  const cases = [
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:0a00:0001', '10.0.0.1'],
    ['0:0:0:0:0:ffff:10.0.0.1', '10.0.0.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1', '::1'],
  ]
  for (const [text = '', expected] of cases) assert.equal(normalAddress(text), expected, text)
  for (const text of [
    '',
    'localhost',
    '10.0.0',
    '010.0.0.1',
    '10.0.0.1:80',
    '[::1]',
    '1.2.3.4.5',
    ' 10.0.0.1',
    '0x0a.0.0.1',
  ]) {
    assert.equal(normalAddress(text), undefined, text)
  }
})

test('T-081 proxies: addresses and networks of both families, mapped ones too', () => {
  const trusted = trustedProxies(['10.0.0.0/8', '192.0.2.7', 'fd00::/8', '::1', '::ffff:172.16.0.0/108'])
  for (const address of ['10.255.0.1', '192.0.2.7', 'fdff::1', '::1', '172.31.255.255'])
    assert.ok(trusted.has(address), address)
  for (const address of ['11.0.0.1', '192.0.2.8', 'fe00::1', '::2', '172.32.0.0', '']) {
    assert.equal(trusted.has(address), false, address)
  }
  assert.equal(trustedProxies([]).has('127.0.0.1'), false)
})

test('proxies: an entry that is not understood is refused with a sentence', () => {
  for (const entry of [
    '',
    'proxy',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '::/129',
    '::ffff:10.0.0.0/95',
    'fe80::1%1',
    '*',
  ]) {
    assert.throws(() => trustedProxies([entry]), RangeError, entry)
  }
})

test('T-081 the chain of hops is followed from the right, and only so far', () => {
  const trusted = trustedProxies(['10.0.0.0/8'])
  const peer = { address: '10.0.0.1', encrypted: true, trusted: true }
  const origin = (value: string): string => originOf(peer, headersOf([['x-forwarded-for', value]]), trusted).address
  assert.equal(origin('1.1.1.1,2.2.2.2'), '2.2.2.2')
  assert.equal(origin('1.1.1.1, 10.9.9.9'), '1.1.1.1')
  assert.equal(origin('1.1.1.1, , 10.9.9.9'), '10.9.9.9')
  assert.equal(origin(''), '10.0.0.1')
  assert.equal(origin(`1.1.1.1,${Array.from({ length: 40 }, () => '10.0.0.2').join(',')}`), '10.0.0.2')
})

test('T-081 what a trusted proxy says of the scheme wins over the socket, and one hop in the clear is enough', () => {
  const trusted = trustedProxies(['10.0.0.1'])
  const secure = (address: string, encrypted: boolean, proto?: string): boolean =>
    originOf(
      { address, encrypted, trusted: trusted.has(address) },
      headersOf(proto === undefined ? [] : [['x-forwarded-proto', proto]]),
      trusted,
    ).secure
  assert.equal(secure('10.0.0.1', false, 'https'), true)
  assert.equal(secure('10.0.0.1', true, 'http'), false)
  assert.equal(secure('10.0.0.1', true), true)
  assert.equal(secure('10.0.0.1', false, 'https,http'), false)
  assert.equal(secure('10.0.0.1', false, ''), false)
  assert.equal(secure('10.0.0.2', false, 'https'), false)
  assert.equal(secure('10.0.0.2', true, 'http'), true)
})

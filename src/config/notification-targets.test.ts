import assert from 'node:assert/strict'
import { test } from 'node:test'
import { notificationTarget } from './notification-targets.ts'
import { ValueProblem } from './value-parsers.ts'

test('a target is a name and an address', () => {
  assert.deepEqual(notificationTarget('orders=https://hooks.example.com/a?b=c'), {
    name: 'orders',
    address: { secure: true, host: 'hooks.example.com', port: 443 },
    path: '/a?b=c',
    host: 'hooks.example.com',
  })
  const six = notificationTarget('six=http://[::1]:8080')
  assert.deepEqual(six.address, { secure: false, host: '::1', port: 8080 })
  assert.deepEqual([six.path, six.host], ['/', '[::1]:8080'])
})

test('T-131 other schemes, users, fragments and names are refused', () => {
  const bad = [
    ...['orders', 'orders=', '=https://a/', 'Orders=https://a/', 'a b=https://a/', 'x=file:///etc/passwd', 'x=unix:/a'],
    ...['x=ftp://a/', 'x=https://u:p@a/', 'x=https://u@a/', 'x=https://a/#f', 'x=https://', 'x=javascript:1'],
  ]
  for (const text of bad) assert.throws(() => notificationTarget(text), ValueProblem, text)
})

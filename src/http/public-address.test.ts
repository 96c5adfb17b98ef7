import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPublicAddress } from './public-address.ts'

test('T-131 private, local and reserved addresses are not public, however they are wrapped', () => {
  const inside = [
    ...[
      '127.0.0.1',
      '127.1.2.3',
      '0.0.0.0',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.169.254',
    ],
    ...['100.64.0.1', '100.127.255.255', '192.0.0.8', '198.18.0.1', '224.0.0.1', '255.255.255.255', '240.0.0.1'],
    ...['::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '64:ff9b::7f00:1', '64:ff9b::10.0.0.1'],
    ...['2002:7f00:1::', '2002:a00:1::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00::1', 'ff02::1', '2001:db8::1'],
    ...['2001::1', '::127.0.0.1', '100::1', 'localhost', '', '127.1', '2130706433', '0177.0.0.1', '1.2.3.4.5'],
  ]
  for (const address of inside) assert.equal(isPublicAddress(address), false, address)
  const outside = [
    ...['1.1.1.1', '8.8.8.8', '172.15.0.1', '172.32.0.1', '100.63.0.1', '100.128.0.1', '192.167.1.1', '223.255.255.1'],
    ...['2606:4700:4700::1111', '2a00:1450:4001:800::200e', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '2002:808:808::1'],
  ]
  for (const address of outside) assert.equal(isPublicAddress(address), true, address)
})

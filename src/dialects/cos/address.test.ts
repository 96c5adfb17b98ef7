import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAddressing } from './address.ts'

const { named, addressOf } = createAddressing(['coffer.example', 'localhost'])
const B = 'examplebucket-1250000000'

const HOSTS: readonly (readonly [host: string, bucket: string | undefined, region?: string])[] = [
  [`${B}.cos.ap-guangzhou.myqcloud.com`, B, 'ap-guangzhou'],
  [`${B}.cos.ap-guangzhou.tencentcos.cn`, B, 'ap-guangzhou'],
  [`${B}.cos-internal.ap-guangzhou.tencentcos.cn`, B, 'ap-guangzhou'],
  [`${B}.cosv6.ap-guangzhou.myqcloud.com`, B, 'ap-guangzhou'],
  [`${B}.cos.accelerate.myqcloud.com`, B],
  [`${B}.cn-south.myqcloud.com`, B, 'cn-south'],
  [`a.b-1250000000.cos.sg.myqcloud.com`, 'a.b-1250000000', 'sg'],
  ['service.cos.myqcloud.com', undefined],
  ['cos.ap-guangzhou.myqcloud.com', undefined, 'ap-guangzhou'],
  ['myqcloud.com', undefined],
  [`${B}.elsewhere.myqcloud.com`, undefined],
  [`${B}.cos.eu-1.coffer.example`, B, 'eu-1'],
  [`${B}.coffer.example`, B],
  ['cos.eu-1.coffer.example', undefined, 'eu-1'],
  ['coffer.example', undefined],
  ['localhost', undefined],
  ['127.0.0.1', undefined],
  ['::1', undefined],
  ['evilmyqcloud.com', undefined],
]

for (const [host, bucket, region] of HOSTS) {
  test(`the host ${host} names ${bucket ?? 'no bucket'} in ${region ?? 'no region'}`, () => {
    assert.deepEqual(named(host), {
      ...(bucket === undefined ? {} : { bucket }),
      ...(region === undefined ? {} : { region }),
    })
  })
}

function at(host: string, path: string): unknown {
  return addressOf({ name: host, raw: host }, path)
}

test('GET of a service host is the service, GET of a bucket host the bucket', () => {
  assert.deepEqual(at('service.cos.myqcloud.com', '/'), { kind: 'service' })
  assert.deepEqual(at('127.0.0.1', '/'), { kind: 'service' })
  assert.deepEqual(at(`${B}.cos.sg.myqcloud.com`, '/'), { kind: 'bucket', bucket: B })
})

test('keys are what the path holds, neither simplified nor taken apart', () => {
  const host = `${B}.cos.sg.myqcloud.com`
  for (const [path, key] of [
    ['/a/b', 'a/b'],
    ['///////', '//////'],
    ['/./a/../b', './a/../b'],
    ['/a%2Fb+c%20d', 'a/b+c d'],
  ] as const) {
    assert.deepEqual(at(host, path), { kind: 'object', bucket: B, key })
  }
  assert.deepEqual(at('127.0.0.1', `/${B}/a/b`), { kind: 'object', bucket: B, key: 'a/b' })
  assert.deepEqual(at('127.0.0.1', `/${B}/`), { kind: 'bucket', bucket: B })
})

test('what cannot be an address is refused', () => {
  const host = `${B}.cos.sg.myqcloud.com`
  assert.throws(() => at(host, '/%ff'), { message: 'invalid-uri' })
  assert.throws(() => at(host, '/a%00'), { message: 'invalid-uri' })
  assert.throws(() => at(host, `/${'a'.repeat(1025)}`), { message: 'key-too-long' })
  assert.throws(() => at('-.cos.sg.myqcloud.com', '/'), { message: 'invalid-bucket-name' })
  assert.throws(() => at('127.0.0.1', '/UPPER/k'), { message: 'invalid-bucket-name' })
})

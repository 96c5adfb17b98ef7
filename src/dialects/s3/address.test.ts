import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAddressing, type Address } from './address.ts'
import { OPTIONS, refusalOf } from './s3-request.fixture.ts'

const addressing = createAddressing(OPTIONS.domains)

function addressOf(host: string, path: string): Address {
  return addressing.addressOf({ name: host, raw: host }, path)
}

/** Host name, and the bucket that it names; undefined: the path names it. */
const HOSTS: readonly (readonly [host: string, bucket: string | undefined])[] = [
  ['', undefined],
  ['127.0.0.1', undefined],
  ['10.0.0.255', undefined],
  ['::1', undefined],
  ['fe80::1', undefined],
  ['localhost', undefined],
  ['store.example', undefined],
  ['store', undefined],
  ['somewhere.else', undefined],
  ['b.somewhere.else', undefined],
  ['my-host', undefined],
  ['photos.localhost', 'photos'],
  ['a.b.localhost', 'a.b'],
  ['photos.store.example', 'photos'],
  ['my.photos.store.example', 'my.photos'],
  ['notlocalhost', undefined],
  ['evilstore.example', undefined],
  ['b.store.example.evil.net', undefined],
  ['localhost.evil.net', undefined],
  ['b.xstore.example', undefined],
  ['s3.amazonaws.com', undefined],
  ['s3.us-east-1.amazonaws.com', undefined],
  ['s3.eu-central-1.amazonaws.com', undefined],
  ['s3.us-gov-west-1.amazonaws.com', undefined],
  ['s3-us-west-2.amazonaws.com', undefined],
  ['s3.dualstack.eu-west-1.amazonaws.com', undefined],
  ['s3.cn-north-1.amazonaws.com.cn', undefined],
  ['b.s3.amazonaws.com', 'b'],
  ['photos.s3.amazonaws.com', 'photos'],
  ['photos.s3.us-east-1.amazonaws.com', 'photos'],
  ['photos.s3-us-west-2.amazonaws.com', 'photos'],
  ['photos.s3.dualstack.eu-west-1.amazonaws.com', 'photos'],
  ['photos.s3-fips.us-east-1.amazonaws.com', 'photos'],
  ['my.photos.s3.amazonaws.com', 'my.photos'],
  ['my.photos.s3.us-east-1.amazonaws.com', 'my.photos'],
  ['s3.s3.amazonaws.com', 's3'],
  ['us-east-1.s3.amazonaws.com', 'us-east-1'],
  ['examplebucket.us-east-1s3.amazonaws.com', 'examplebucket'],
  ['my.example.eu-central-1s3.amazonaws.com', 'my.example'],
  ['us-east-1s3.amazonaws.com', undefined],
  ['amazonaws.com', undefined],
  ['photos.amazonaws.com', undefined],
  ['photos.s3.amazonaws.com.evil.net', undefined],
  ['photos.s3.evilamazonaws.com', undefined],
  ['photos.xs3.amazonaws.com', undefined],
  ['photos.s3.nowhere.amazonaws.com', undefined],
  ['photos.ec2.us-east-1.amazonaws.com', undefined],
  ['s3-website-us-east-1.amazonaws.com', undefined],
  ['photos.s3-website-us-east-1.amazonaws.com', undefined],
  ['s3express-control.us-east-1.amazonaws.com', undefined],
  ['b.oss-cn-hangzhou.aliyuncs.com', undefined],
  ['b.evilaliyuncs.com', undefined],
  ['b.obs.cn-north-4.myhuaweicloud.com', undefined],
  ['b-1250000000.cos.ap-guangzhou.myqcloud.com', undefined],
]

/** Path on a host that names no bucket. */
const PATHS: readonly (readonly [path: string, bucket: string | undefined, key: string | undefined])[] = [
  ['/', undefined, undefined],
  ['/bucket', 'bucket', undefined],
  ['/bucket/', 'bucket', undefined],
  ['/bucket/k', 'bucket', 'k'],
  ['/bucket//', 'bucket', '/'],
  ['/bucket//k', 'bucket', '/k'],
  ['/bucket/k/', 'bucket', 'k/'],
  ['/bucket/../other/k', 'bucket', '../other/k'],
  ['/bucket/%2e%2e/other/k', 'bucket', '../other/k'],
  ['/bucket/.%2E/other/k', 'bucket', '../other/k'],
  ['/bucket/./k', 'bucket', './k'],
  ['/bucket/.', 'bucket', '.'],
  ['/bucket/..', 'bucket', '..'],
  ['/%62ucket/k', 'bucket', 'k'],
  ['/bucket/%252e%252e%252f', 'bucket', '%2e%2e%2f'],
  ['/bucket/a%2Fb', 'bucket', 'a/b'],
  ['/bucket/a+b', 'bucket', 'a+b'],
  ['/bucket/a%20b', 'bucket', 'a b'],
  ['/bucket/a%2Bb', 'bucket', 'a+b'],
  ['/bucket/%C3%A9', 'bucket', '\u00e9'],
  ['/bucket/e%CC%81', 'bucket', 'e\u0301'],
  ['/bucket/%E2%84%AA', 'bucket', '\u212a'],
  ['/bucket/k%20', 'bucket', 'k '],
  ['/bucket/%F4%8F%BF%BF', 'bucket', '\u{10ffff}'],
  ['/bucket/a%26b=c;d', 'bucket', 'a&b=c;d'],
  ['/bucket/-/metrics', 'bucket', '-/metrics'],
]

function expected(bucket: string | undefined, key: string | undefined): unknown {
  if (bucket === undefined) return { kind: 'service' }
  return key === undefined ? { kind: 'bucket', bucket } : { kind: 'object', bucket, key }
}

describe('addresses', () => {
  it('S3-65 S3-100 T-026 (part) T-006 (part): which bucket a host names, label by label', () => {
    for (const [host, bucket] of HOSTS) {
      assert.equal(addressing.bucketOfHost(host), bucket, host)
      assert.equal(addressing.bucketOfHost({ name: host, raw: host }), bucket, host)
    }
  })

  it('T-021 T-023 T-031 (part): paths are bytes that nobody resolves or normalises', () => {
    for (const [path, bucket, key] of PATHS) {
      assert.deepEqual(addressOf('127.0.0.1', path), expected(bucket, key), path)
    }
  })

  it('T-021 T-028: on a bucket’s host the whole path is the key', () => {
    for (const [path, , key] of PATHS) {
      if (!path.startsWith('/bucket/')) continue
      const whole = path.slice('/bucket'.length)
      assert.deepEqual(addressOf('photos.localhost', whole), expected('photos', key), path)
    }
    assert.deepEqual(addressOf('photos.localhost', '/-/metrics'), expected('photos', '-/metrics'))
    assert.deepEqual(addressOf('photos.localhost', '/bucket/k'), expected('photos', 'bucket/k'))
  })

  it('T-031 of two slashes behind a directory bucket one is dropped, once; no other bucket loses any', () => {
    const bucket = 'data--use1-az4--x-s3'
    const at = (path: string) => addressOf('127.0.0.1', `/${bucket}${path}`)
    assert.deepEqual(at('//k'), { kind: 'object', bucket, key: 'k', style: 'path' })
    assert.deepEqual(at('/k'), at('//k'))
    assert.deepEqual(at('///k'), { kind: 'object', bucket, key: '/k', style: 'path' })
    assert.deepEqual(at('//'), { kind: 'bucket', bucket, style: 'path' })
    assert.deepEqual(addressOf(`${bucket}.s3express-use1-az4.us-east-1.amazonaws.com`, '//k'), {
      ...{ kind: 'object', bucket, key: '/k', style: 'host', endpoint: 'zonal' },
    })
    assert.deepEqual(addressOf('s3express-control.us-east-1.amazonaws.com', `/${bucket}`), {
      ...{ kind: 'bucket', bucket, style: 'path', endpoint: 'control' },
    })
  })

  it('T-021 T-024 (part): names that are no bucket are refused, and never another bucket', () => {
    for (const path of [
      ...['/b', '/b%2Fk', '/b%2f..%2fc/k', '/-', '/..', '/../x', '/a..b', '/192.168.0.1', '/xn--a', '/Bucket'],
      ...['/service', '/kms', '/x-s3alias', '/bucket%20', '/bucket%7F', `/${'x'.repeat(64)}`, '//'],
    ]) {
      assert.equal(refusalOf(() => addressOf('127.0.0.1', path)).kind, 'invalid-bucket-name', path)
    }
    assert.equal(refusalOf(() => addressOf('a_b.localhost', '/k')).kind, 'invalid-bucket-name')
    assert.equal(refusalOf(() => addressOf('127.0.0.1', '/DATA--USE1-AZ4--X-S3/k')).kind, 'invalid-bucket-name')
  })

  it('T-022: what is no UTF-8, an escape that is none, and NUL are 400, never a replacement character', () => {
    for (const bad of ['%ff', '%c0%ae', '%ed%a0%80', '%e4%bd', '%zz', '%0', '%', '%00', 'a%00b']) {
      assert.equal(refusalOf(() => addressOf('127.0.0.1', `/bucket/${bad}`)).kind, 'invalid-uri', bad)
      assert.equal(refusalOf(() => addressOf('127.0.0.1', `/${bad}/k`)).kind, 'invalid-uri', bad)
    }
  })

  it('T-023: 1,024 bytes fit, 1,025 do not', () => {
    const longest = `${'%E2%82%AC'.repeat(341)}x`
    assert.equal(addressOf('127.0.0.1', `/bucket/${longest}`).kind, 'object')
    assert.equal(refusalOf(() => addressOf('127.0.0.1', `/bucket/${longest}x`)).kind, 'key-too-long')
  })
})

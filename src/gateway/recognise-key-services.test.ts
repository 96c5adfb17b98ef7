import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headersOf, type HttpMethod } from '../http/index.ts'
import { recognise, signedService, type Recognised } from './recognise.ts'

interface Fixture {
  readonly method?: HttpMethod
  readonly path?: string
  readonly query?: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
}

function recognised({
  method = 'POST',
  path = '/',
  query = '',
  host = 'localhost',
  headers = {},
}: Fixture): Recognised {
  const request = {
    ...{ method, rawPath: path, rawQuery: query, host: { name: host, raw: host } },
    headers: headersOf(Object.entries(headers)),
  }
  return recognise(request, { isBucketHost: () => false, defaultDialect: 's3' })
}

test('the vendors’ key services are told by the scheme of the Authorization header, wherever it stands', () => {
  const schemes: readonly (readonly [string, Recognised])[] = [
    ['ACS3-HMAC-SHA256 Credential=a', 'alibaba-kms'],
    ['SDK-HMAC-SHA256 Access=a', 'huawei-kms'],
    ['TC3-HMAC-SHA256 Credential=a', 'tencent-kms'],
  ]
  for (const [authorization, expected] of schemes) {
    for (const path of ['/', '/v1.0/p/kms/create-key', '/bucket/key']) {
      for (const host of ['localhost', 'bucket.oss-cn-hangzhou.aliyuncs.com', 'kms.tencentcloudapi.com']) {
        assert.equal(
          recognised({ path, host, headers: { authorization } }),
          expected,
          `${authorization} ${path} ${host}`,
        )
      }
    }
  }
})

test('without a header of authorization, by RPC’s parameters, by what only their clients send, and by their endpoints', () => {
  const fixtures: readonly (readonly [Fixture, Recognised])[] = [
    [{ query: 'Action=ListKeys&AccessKeyId=a&SignatureNonce=b&Signature=c' }, 'alibaba-kms'],
    [{ method: 'GET', query: 'signaturenonce=b' }, 'alibaba-kms'],
    [{ headers: { 'x-acs-action': 'ListKeys' } }, 'alibaba-kms'],
    [{ headers: { 'x-tc-action': 'ListKeys' } }, 'tencent-kms'],
    [{ path: '/v1.0/p/kms/list-keys', headers: { 'x-sdk-date': '20260115T083000Z' } }, 'huawei-kms'],
    [{ host: 'kms.cn-hangzhou.aliyuncs.com' }, 'alibaba-kms'],
    [{ host: 'kms-vpc.cn-hangzhou.aliyuncs.com' }, 'alibaba-kms'],
    [{ host: 'kms.cn-north-4.myhuaweicloud.com', path: '/v1.0/p/kms/list-keys' }, 'huawei-kms'],
    [{ host: 'kms.tencentcloudapi.com' }, 'tencent-kms'],
    [{ host: 'kms.ap-guangzhou.tencentcloudapi.com' }, 'tencent-kms'],
  ]
  for (const [fixture, expected] of fixtures) assert.equal(recognised(fixture), expected, JSON.stringify(fixture))
})

test('what looks like them and is storage’s stays storage’s', () => {
  const fixtures: readonly (readonly [Fixture, Recognised])[] = [
    [{ method: 'GET', path: '/k', query: 'AccessKeyId=a&Expires=1&Signature=b' }, 'obs'],
    [{ method: 'GET', path: '/bucket/k', query: 'SignatureNonce=b' }, 's3'],
    // Buckets that are called like the service.
    [{ method: 'GET', path: '/k', host: 'kms.oss-cn-hangzhou.aliyuncs.com' }, 'oss'],
    [{ method: 'GET', path: '/k', host: 'kms.obs.cn-north-4.myhuaweicloud.com' }, 'obs'],
    [{ method: 'GET', path: '/k', host: 'kms.obs.myhuaweicloud.com' }, 'obs'],
    [{ method: 'GET', path: '/k', host: 'kms.cos.ap-guangzhou.myqcloud.com' }, 'cos'],
    // Suffixes count at the end, label by label.
    [{ host: 'kms.cn-hangzhou.aliyuncs.com.evil.example' }, 's3'],
    [{ host: 'xkms.tencentcloudapi.com' }, 's3'],
    [{ method: 'GET', path: '/v1.0/p/kms/list-keys' }, 's3'],
    [{ headers: { authorization: 'acs3-hmac-sha256 x' } }, 's3'],
    [{ headers: { 'x-amz-target': 'TrentService.Decrypt' } }, 'kms'],
  ]
  for (const [fixture, expected] of fixtures) assert.equal(recognised(fixture), expected, JSON.stringify(fixture))
  for (const one of ['alibaba-kms', 'huawei-kms', 'tencent-kms'] as const) assert.equal(signedService(one), one)
})

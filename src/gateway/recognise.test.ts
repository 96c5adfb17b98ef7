import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headersOf, type HttpMethod } from '../http/index.ts'
import { recognise, recogniseForm, signedService, type Recognised, type Recognition } from './recognise.ts'

interface Fixture {
  readonly method?: HttpMethod
  readonly path?: string
  readonly query?: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
}

const SIGV4 = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=AK/20260124/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`

function recognised(fixture: Fixture, changes: Partial<Recognition> = {}): Recognised {
  const { method = 'GET', path = '/b/k', query = '', host = 'localhost', headers = {} } = fixture
  const request = {
    method,
    rawPath: path,
    rawQuery: query,
    host: { name: host, raw: host },
    headers: headersOf(Object.entries(headers)),
  }
  const isBucketHost = (name: string): boolean => name.startsWith('bucket.')
  return recognise(request, { isBucketHost, defaultDialect: 's3', ...changes })
}

test('the scheme of the Authorization header decides before everything else', () => {
  const authorizations: readonly (readonly [string, Recognised])[] = [
    ['OSS AK:c2ln', 'oss'],
    ['OSS2 AccessKeyId:AK,Signature:c2ln', 'oss'],
    ['OSS4-HMAC-SHA256 Credential=AK/20260124/cn-hangzhou/oss/aliyun_v4_request,Signature=00', 'oss'],
    ['OBS AK:c2ln', 'obs'],
    ['q-sign-algorithm=sha1&q-ak=AK', 'cos'],
    ['AWS AK:c2ln', 's3'],
    [SIGV4('s3'), 's3'],
  ]
  for (const [authorization, expected] of authorizations) {
    assert.equal(recognised({ headers: { authorization } }), expected, authorization)
    const elsewhere = {
      host: 'bucket.cos.ap-guangzhou.myqcloud.com',
      headers: { authorization, 'x-cos-acl': 'private' },
    }
    assert.equal(recognised(elsewhere), expected, `${authorization} on a host of COS`)
  }
})

test('the names of a signed URL tell its vendor, in any letter case', () => {
  const queries: readonly (readonly [string, Recognised])[] = [
    ['OSSAccessKeyId=a&Expires=1&Signature=b', 'oss'],
    ['x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-signature=0', 'oss'],
    ['X-Oss-Credential=a', 'oss'],
    ['AccessKeyId=a&Expires=1&Signature=b', 'obs'],
    ['AWSAccessKeyId=a&Expires=1&Signature=b', 's3'],
    ['X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0', 's3'],
    ['q-sign-algorithm=sha1&q-ak=a', 'cos'],
  ]
  for (const [query, expected] of queries) {
    assert.equal(recognised({ query, host: 'bucket.oss-cn-hangzhou.aliyuncs.com' }), expected, query)
  }
  assert.equal(recognised({ method: 'HEAD', path: '/', query: 'apiversion' }), 'obs')
  assert.equal(recognised({ method: 'GET', path: '/', query: 'apiversion' }), 's3')
})

test('then the prefix of headers and parameters, then the host, then the default', () => {
  for (const vendor of ['oss', 'obs', 'cos'] as const) {
    assert.equal(recognised({ headers: { [`x-${vendor}-acl`]: 'private' } }), vendor)
    assert.equal(recognised({ query: `x-${vendor}-process=a` }), vendor)
    assert.equal(recognised({}, { defaultDialect: vendor }), vendor)
  }
  assert.equal(recognised({ headers: { 'x-amz-date': 'x' } }, { defaultDialect: 'oss' }), 's3')
  const hosts: readonly (readonly [string, Recognised])[] = [
    ['bucket.oss-cn-hangzhou.aliyuncs.com', 'oss'],
    ['.oss-cn-hangzhou.aliyuncs.com', 'oss'],
    ['bucket.obs.cn-north-4.myhuaweicloud.com', 'obs'],
    ['obs.eu-de.otc.t-systems.com', 'obs'],
    ['bucket-1250000000.cos.ap-guangzhou.myqcloud.com', 'cos'],
    ['bucket.s3.us-east-1.amazonaws.com', 's3'],
    ['notaliyuncs.com', 's3'],
    ['aliyuncs.com.example', 's3'],
  ]
  for (const [host, expected] of hosts) assert.equal(recognised({ host }), expected, host)
})

test('an OBS client that signs as AWS does is known by its headers, its host or its name', () => {
  const authorization = 'AWS AK:c2ln'
  assert.equal(recognised({ headers: { authorization, 'x-obs-expires': '3' } }), 'obs')
  assert.equal(recognised({ headers: { authorization }, host: 'obs.cn-north-4.myhuaweicloud.com' }), 'obs')
  assert.equal(recognised({ headers: { authorization, 'user-agent': 'obs-sdk-js/3.25.6' } }), 'obs')
  assert.equal(recognised({ headers: { authorization, 'user-agent': 'aws-sdk obs-sdk-js' } }), 's3')
})

test('T-028 the server’s own corner is nobody’s dialect, and never lies on a bucket’s host', () => {
  assert.equal(recognised({ path: '/-/live' }, { defaultDialect: 'oss' }), 'service')
  assert.equal(recognised({ path: '/-/admin/v1/keys', headers: { authorization: SIGV4('s3') } }), 'admin')
  assert.equal(recognised({ path: '/-/live', host: 'bucket.localhost' }), 's3')
  const headers = { authorization: 'OSS AK:c2ln' }
  assert.equal(recognised({ path: '/-/admin/x', host: 'bucket.oss-cn-hangzhou.aliyuncs.com', headers }), 'oss')
})

test('keys and people are told by the scope that is signed for', () => {
  for (const service of ['kms', 'iam', 'sts'] as const) {
    const headers = { authorization: SIGV4(service) }
    assert.equal(recognised({ method: 'POST', path: '/', headers }), service)
    assert.equal(recognised({ method: 'GET', path: '/', headers }), 's3')
    assert.equal(signedService(service), service)
  }
  assert.equal(recognised({ method: 'POST', path: '/', headers: { 'x-amz-target': 'TrentService.ListKeys' } }), 'kms')
  assert.equal(signedService('admin'), 's3')
  assert.equal(signedService('oss'), 'oss')
})

test('a form is told by the fields that say who asks, then by a vendor’s prefix', () => {
  const forms: readonly (readonly [fields: readonly string[], Recognised | undefined])[] = [
    [['key', 'awsaccesskeyid', 'x-oss-meta-a'], 's3'],
    [['x-amz-signature'], 's3'],
    [['x-amz-meta-a', 'ossaccesskeyid'], 'oss'],
    [['x-oss-signature-version'], 'oss'],
    [['accesskeyid'], 'obs'],
    [['token', 'key'], 'obs'],
    [['token', 'x-cos-acl'], 'cos'],
    [['q-ak'], 'cos'],
    [['x-oss-object-acl'], 'oss'],
    [['x-amz-acl'], 's3'],
    [['key', 'acl'], undefined],
  ]
  for (const [fields, expected] of forms) assert.equal(recogniseForm(fields), expected, fields.join())
})

test('COS’s whole signature in one parameter is COS’s', () => {
  assert.equal(recognised({ query: 'sign=q-sign-algorithm%3Dsha1%26q-ak%3DAK' }), 'cos')
  assert.equal(recognised({ query: 'sign=other' }), 's3')
})

/** Vectors of the official Node.js client's signer: access key `LTAIexampleAccessKey01`, 24 January 2025, 06:15:30. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headersOf, parseQuery, type QueryParameter } from '../../http/index.ts'
import { SecretBytes } from '../../secrets/index.ts'
import { ossReadings, type OssResource } from './oss-resource.ts'
import { ossV1Sign, ossV1StringToSign } from './oss-v1.ts'
import { ossV4CanonicalRequests, ossV4Sign, ossV4StringToSign } from './oss-v4.ts'
import { sha256Hex } from './sigv4.ts'

const SECRET = new SecretBytes(Buffer.from('exampleSecretKey0123456789abcd', 'utf8'))
const HTTP_DATE = 'Fri, 24 Jan 2025 06:15:30 GMT'
const ISO_DATE = '20250124T061530Z'
const SCOPE = { date: '20250124', region: 'cn-hangzhou', product: 'oss' }
const CREDENTIAL = 'LTAIexampleAccessKey01/20250124/cn-hangzhou/oss/aliyun_v4_request'
const CMK = '9468da86-3509-4f8d-a61e-6eab1eac0001'
const MD5 = 'XUFAKrxLKna5cZ2REBfFkg=='
const EVERY_V4 = { 'x-oss-content-sha256': 'UNSIGNED-PAYLOAD', 'x-oss-date': ISO_DATE }

type Headers = Readonly<Record<string, string>>

function queryOf(text: string): readonly QueryParameter[] {
  const parsed = parseQuery(text, { plusIsSpace: true })
  return parsed.kind === 'parameters' ? parsed.parameters : assert.fail(parsed.problem)
}

function resourceOf(bucket: string | undefined, key: string): OssResource {
  return bucket === undefined ? { key, byPath: true } : { bucket, key, byPath: false }
}

interface V1Case {
  readonly name: string
  readonly method: string
  readonly headers?: Headers
  readonly query?: string
  readonly date?: string
  readonly key: string
  readonly text: string
  readonly signature: string
}

const V1: readonly V1Case[] = [
  {
    name: 'PUT with SSE-KMS',
    method: 'PUT',
    headers: {
      'content-md5': MD5,
      'content-type': 'text/plain',
      'x-oss-date': HTTP_DATE,
      'x-oss-meta-author': 'alice',
      'x-oss-server-side-encryption': 'KMS',
      'x-oss-server-side-encryption-key-id': CMK,
    },
    key: 'dir/a b.txt',
    text: `PUT\n${MD5}\ntext/plain\n${HTTP_DATE}\nx-oss-date:${HTTP_DATE}\nx-oss-meta-author:alice\nx-oss-server-side-encryption:KMS\nx-oss-server-side-encryption-key-id:${CMK}\n/examplebucket/dir/a b.txt`,
    signature: 'tr4PU3mMWZ6IU8ibgxMskKSBdYU=',
  },
  {
    name: 'GET ?encryption with x-oss-date',
    method: 'GET',
    headers: { 'x-oss-date': HTTP_DATE },
    query: 'encryption=',
    key: '',
    text: `GET\n\n\n${HTTP_DATE}\nx-oss-date:${HTTP_DATE}\n/examplebucket/?encryption`,
    signature: 'vVNcunzOtvS+3njGkpaXsbMgCkw=',
  },
  {
    name: 'GET ?encryption with Date',
    method: 'GET',
    query: 'encryption',
    key: '',
    text: `GET\n\n\n${HTTP_DATE}\n/examplebucket/?encryption`,
    signature: 'l7Mr1PWswerJGizcNZpyeeY+GHY=',
  },
  {
    name: 'UploadPart',
    method: 'PUT',
    headers: { 'x-oss-date': HTTP_DATE },
    query: 'uploadId=U1&partNumber=3&not-listed=x',
    key: 'o',
    text: `PUT\n\n\n${HTTP_DATE}\nx-oss-date:${HTTP_DATE}\n/examplebucket/o?partNumber=3&uploadId=U1`,
    signature: '3NriuQ+Nr6yS7Ga8Rz5zp9EspIM=',
  },
  {
    name: 'a URL for GET with an override',
    method: 'GET',
    query: 'response-content-type=text%2Fhtml&OSSAccessKeyId=a&Expires=1737699330&Signature=x',
    date: '1737699330',
    key: 'dir/a b.txt',
    text: 'GET\n\n\n1737699330\n/examplebucket/dir/a b.txt?response-content-type=text/html',
    signature: 'AQzBcQUtdT8NeDdkDu0JBHy0ejU=',
  },
  {
    name: 'a URL for PUT with AES256 and a session token',
    method: 'PUT',
    headers: { 'content-type': 'text/plain', 'x-oss-server-side-encryption': 'AES256' },
    query: 'security-token=STS.tok',
    date: '1737699330',
    key: 'o.txt',
    text: 'PUT\n\ntext/plain\n1737699330\nx-oss-server-side-encryption:AES256\n/examplebucket/o.txt?security-token=STS.tok',
    signature: '2CtN/Elx2X7BWAZcBt0zFV1E3mQ=',
  },
]

test('OSS V1: what is signed, and the signature', () => {
  for (const { name, method, headers = {}, query = '', date = HTTP_DATE, key, text, signature } of V1) {
    const made = ossV1StringToSign({
      ...{ method, date, headers: headersOf(Object.entries(headers)), query: queryOf(query) },
      resource: resourceOf('examplebucket', key),
    })
    assert.equal(made, text, name)
    assert.equal(ossV1Sign(SECRET, made), signature, name)
  }
})

interface V4Case {
  readonly name: string
  readonly method: string
  readonly headers?: Headers
  readonly query?: string
  readonly additional?: readonly string[]
  readonly bucket?: string
  readonly key?: string
  readonly digest: string
  readonly signature: string
}

const PUT_HEADERS: Headers = {
  'content-length': '5',
  'content-md5': MD5,
  'content-type': 'text/plain',
  ...EVERY_V4,
  'x-oss-server-side-encryption': 'KMS',
  'x-oss-server-side-encryption-key-id': CMK,
}
const URL = `x-oss-credential=${encodeURIComponent(CREDENTIAL)}&x-oss-date=${ISO_DATE}&x-oss-expires=600&x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-signature=0`

const V4: readonly V4Case[] = [
  {
    name: 'PUT with SSE-KMS, a key beyond ASCII',
    method: 'PUT',
    headers: PUT_HEADERS,
    bucket: 'examplebucket',
    key: 'dir/a b+你.txt',
    digest: '288271b129512b23aaca2eb20f3e2a311b307601266e26df5bbfd473a521eab4',
    signature: 'd7601f4c662a233ad0da76b1a513592f04318cf78ce98f75537735e48d18a378',
  },
  {
    name: 'the same with an additional header',
    method: 'PUT',
    headers: PUT_HEADERS,
    additional: ['content-length'],
    bucket: 'examplebucket',
    key: 'dir/a b+你.txt',
    digest: '12ea5925aff1b2737976dce218f8b9eedd94a48ad17af65508e11dd132f7c18e',
    signature: '6ebf36912568f791cf1749d45fa5d3348da940d83bb68b71047bb71ff9e9f78e',
  },
  {
    name: 'GET bucket encryption',
    method: 'GET',
    headers: EVERY_V4,
    query: 'encryption=',
    bucket: 'examplebucket',
    digest: '97946c5acd310cefb37ce4f2746939d7291a588256f0095dce08ce35b1b2b247',
    signature: 'a58949108bfa6f13c288c27e6f84c08a1ab60c2ff93e54375faffc2e298a9d20',
  },
  {
    name: 'ListObjectsV2 with an empty prefix, as the Node.js client signs it',
    method: 'GET',
    headers: EVERY_V4,
    query: 'list-type=2&prefix=&continuation-token=T%3D1%2F2',
    bucket: 'examplebucket',
    digest: '70b7c5374a57bc27c5aa1e811a3f15b684858161b0009d5ba2b7712e251d4345',
    signature: '257a7f36bf521e713ce8a8efbb8ed392003cdc6d8db30602b6304c69c2426afe',
  },
  {
    name: 'ListBuckets',
    method: 'GET',
    headers: EVERY_V4,
    digest: '7acea17934d975cbfdda7a9422a739f6f093e64c7551422cc6638801ed889f62',
    signature: 'e4a8d42b272ca3c057fa6bf526bf9070d87a08152088a753829c6ddaacdfa926',
  },
  {
    name: 'a URL for GET',
    method: 'GET',
    query: URL,
    bucket: 'examplebucket',
    key: 'dir/a b.txt',
    digest: '768db76120a17ab8ef905dab78d3cbf75e158733461ad7312c3156afcdbf5e59',
    signature: '1983a6f01ae63ad34a723fa2504cd34a627e510f432e762870f5611fe8a3e98c',
  },
  {
    name: 'a URL for PUT that holds the host',
    method: 'PUT',
    headers: { 'content-type': 'text/plain' },
    query: `${URL}&x-oss-additional-headers=host`,
    additional: ['host'],
    bucket: 'examplebucket',
    key: 'o.txt',
    digest: '04abfac43e8c2b9f2c33b74b40d040a0ba2be6e64b7fc950c8c5cdb2fa6cc311',
    signature: '9f3894ba3411bb75863b1845e439e7091ba3ac8bae1de0cb10d6f083f76ee8b4',
  },
]

test('OSS V4: the canonical request, its digest and the signature', () => {
  for (const vector of V4) {
    const { name, method, headers = {}, query = '', additional = [], bucket, key = '', digest, signature } = vector
    const made = ossV4CanonicalRequests({
      ...{ method, headers: headersOf(Object.entries(headers)), query: queryOf(query), additionalHeaders: additional },
      ...{ resource: resourceOf(bucket, key), host: 'examplebucket.oss-cn-hangzhou.aliyuncs.com' },
    })
    const digests = made.map((text) => sha256Hex(Buffer.from(text, 'latin1')))
    assert.ok(digests.includes(digest), `${name}: ${made.join('\n---\n')}`)
    assert.ok(made.length <= 2)
    const texts = made.map((text) => ossV4StringToSign(ISO_DATE, SCOPE, text))
    assert.equal(ossV4Sign(SECRET, SCOPE, texts)[digests.indexOf(digest)], signature, name)
  }
})

test('T-027 a path that repeats the bucket of the host has two readings, every other path one', () => {
  const both = ossReadings('/mybucket/key', 'mybucket').map(({ bucket, key, byPath }) => [bucket, key, byPath])
  assert.deepEqual(both, [
    ['mybucket', 'mybucket/key', false],
    ['mybucket', 'key', true],
  ])
  assert.equal(ossReadings('/other/key', 'mybucket').length, 1)
  assert.equal(ossReadings('/mybucket/key', undefined).length, 1)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headersOf, type QueryParameter } from '../../http/index.ts'
import { secretOf } from '../request.fixture.ts'
import { parseCosHeader, parseCosQuery } from './cos-authorization.ts'
import { cosKey, cosSign, cosStringsToSign } from './cos.ts'

/*
 * Made with the vendor's own signer for Node. Key AKIDCOFFEREXAMPLE0001, one period of time for all.
 */
const SECRET = secretOf('cofferExampleSecretKey0001')
const TIME = '1700000000;1700003600'
const H = 'examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com'
const SSE = 'x-cos-server-side-encryption'

interface Vector {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly host: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly headerList: string
  readonly parameterList?: string
  readonly signature: string
}

const VECTORS: readonly Vector[] = [
  {
    ...{ name: 'A, GET service', method: 'GET', path: '/', host: 'service.cos.myqcloud.com', headerList: 'host' },
    signature: '7e8b2c53e836a783979fc6746eaec15a324f6fb9',
  },
  {
    ...{ name: 'B, PUT ?encryption', method: 'PUT', path: '/', host: H, query: { encryption: '' } },
    headers: {
      'content-length': '192',
      'content-md5': '6vzSAkrj6gUU1ZdQlOJRWQ==',
      'content-type': 'application/xml',
    },
    headerList: 'content-length;content-md5;content-type;host',
    parameterList: 'encryption',
    signature: '65e07948184533be58a33065addf06f84eb6f429',
  },
  {
    ...{ name: 'C, PUT object, SSE-KMS, an odd key', method: 'PUT', path: "/a dir/é(1)!'*~+.txt", host: H },
    headers: {
      'content-length': '5',
      [SSE]: 'cos/kms',
      [`${SSE}-context`]: 'eyJhIjoiYiJ9',
      [`${SSE}-cos-kms-key-id`]: '48ba38aa-26c5-11ea-855c-525400850001',
    },
    headerList: `content-length;host;${SSE};${SSE}-context;${SSE}-cos-kms-key-id`,
    signature: '0364b8fee1e233a9b133fb2ba011a6e7b0647111',
  },
  {
    ...{ name: 'D, list', method: 'GET', path: '/', host: H, headerList: 'host' },
    query: { prefix: 'a/ b', delimiter: '/', 'max-keys': '10', 'encoding-type': 'url' },
    parameterList: 'delimiter;encoding-type;max-keys;prefix',
    signature: '4d3e59d591deab31df5841a957ae76fa37f5af8e',
  },
  {
    ...{ name: 'E, a signed URL with response-content-type', method: 'GET', path: '/a b.txt', host: H },
    ...{ query: { 'response-content-type': 'text/plain' }, headerList: 'host', parameterList: 'response-content-type' },
    signature: 'db0dc62e4d1eec9c2e07a1c51a392384d5b6689a',
  },
  {
    ...{ name: 'F, nothing but time', method: 'GET', path: '/a b.txt', host: H, headerList: '' },
    signature: 'f0dc521074b41822da90e29095f718f26d604a4e',
  },
  {
    ...{ name: 'G, upload part, a port in the host', method: 'PUT', path: '/k', host: '127.0.0.1:9000' },
    query: { partNumber: '1', uploadId: 'U+/=' },
    ...{ headers: { 'content-length': '2' }, headerList: 'content-length;host', parameterList: 'partnumber;uploadid' },
    signature: '2d625c25b4b65a3f98fa6743ba66b09770638670',
  },
  {
    ...{ name: 'H, SSE-C GET of a version', method: 'GET', path: '/k', host: H, query: { versionId: 'MTg0NDUx' } },
    headers: {
      range: 'bytes=0-9',
      [`${SSE}-customer-algorithm`]: 'AES256',
      [`${SSE}-customer-key`]: 'MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY=',
      [`${SSE}-customer-key-MD5`.toLowerCase()]: 'U5L61r7jcwdNvT7frmUG8g==',
    },
    headerList: `host;range;${SSE}-customer-algorithm;${SSE}-customer-key;${SSE}-customer-key-md5`,
    parameterList: 'versionid',
    signature: '4a30268f39a9abe0cd86526631df9d35e09448ab',
  },
]

function queryOf(query: Readonly<Record<string, string>> = {}): readonly QueryParameter[] {
  return Object.entries(query).map(([name, value]) => ({ name, value, bare: value === '' }))
}

function authorizationOf({ headerList, parameterList = '', signature }: Vector): string {
  return (
    `q-sign-algorithm=sha1&q-ak=AKIDCOFFEREXAMPLE0001&q-sign-time=${TIME}&q-key-time=${TIME}` +
    `&q-header-list=${headerList}&q-url-param-list=${parameterList}&q-signature=${signature}`
  )
}

function signatures(vector: Vector, claim = parseCosHeader(authorizationOf(vector))): readonly string[] {
  const { method, path, host } = vector
  const headers = headersOf([['host', host], ...Object.entries(vector.headers ?? {})])
  const parts = { method, headers, host, query: queryOf(vector.query), paths: [path] }
  return cosStringsToSign(claim, parts).map((text) => cosSign(cosKey(SECRET, claim.keyTime), text))
}

test('COS: the key of a period is the hexadecimal text of an HMAC', () => {
  assert.equal(cosKey(SECRET, TIME).export().toString('latin1'), '467c504fafa9b3bd079ac803830d577fdfd80427')
})

for (const vector of VECTORS) {
  test(`COS signature ${vector.name}`, () => {
    assert.deepEqual(signatures(vector), [vector.signature])
  })
}

test('COS: the fields come in any order, and as parameters of the query', () => {
  const [vector = assert.fail()] = VECTORS
  const pairs = authorizationOf(vector).split('&')
  assert.deepEqual(parseCosHeader([...pairs].reverse().join('&')), parseCosHeader(pairs.join('&')))
  const query = pairs.map((pair) => {
    const equals = pair.indexOf('=')
    return { name: pair.slice(0, equals), value: pair.slice(equals + 1), bare: false }
  })
  assert.deepEqual(parseCosQuery(query), { ...parseCosHeader(pairs.join('&')), form: 'query' })
})

test('COS: a header beyond ASCII is read as the client of Node signed it, and as the others did', () => {
  const value = Buffer.from('é', 'utf8').toString('latin1')
  const vector = { name: '', method: 'PUT', path: '/k', host: H, headerList: 'x-cos-meta-a', signature: '' }
  const [asNode, asGo, ...more] = signatures({ ...vector, headers: { 'x-cos-meta-a': value } })
  assert.deepEqual(more, [])
  assert.deepEqual(signatures({ ...vector, headers: { 'x-cos-meta-a': 'é' } })[0], asGo)
  assert.notEqual(asNode, asGo)
})

const refusals: readonly (readonly [what: string, change: (text: string) => string])[] = [
  ['another algorithm', (text) => text.replace('sha1', 'sha256')],
  ['an algorithm in other letters', (text) => text.replace('sha1', 'SHA1')],
  ['a field twice', (text) => `${text}&q-ak=other`],
  ['a field that does not exist', (text) => `${text}&q-more=1`],
  ['no signature', (text) => text.replace(/&q-signature=.*/, '')],
  ['a repeated name', (text) => text.replace('q-header-list=host', 'q-header-list=host;host')],
  ['a name in upper case', (text) => text.replace('q-header-list=host', 'q-header-list=Host')],
  ['an empty name', (text) => text.replace('q-header-list=host', 'q-header-list=host;')],
  ['Authorization in the list', (text) => text.replace('q-header-list=host', 'q-header-list=authorization;host')],
  ['8 KiB and more', (text) => text + 'a'.repeat(8 * 1024)],
]
for (const [what, change] of refusals) {
  test(`T-038 COS: ${what} is malformed`, () => {
    const [vector = assert.fail()] = VECTORS
    assert.throws(() => parseCosHeader(change(authorizationOf(vector))), { message: 'malformed-authorization' })
  })
}

test('T-038 COS: a listed header or parameter that did not come is a mismatch', () => {
  const [vector = assert.fail()] = VECTORS
  const absent = [{ headerList: 'host;range' }, { parameterList: 'acl' }]
  for (const list of absent) {
    assert.throws(() => signatures({ ...vector, ...list }), { message: 'signature-does-not-match' })
  }
})

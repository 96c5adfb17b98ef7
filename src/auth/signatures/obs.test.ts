/** The strings of OBS's signatures against those that the official clients made, with a fixed key and clock. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headersOf, parseQuery } from '../../http/index.ts'
import { failureOf, secretOf } from '../request.fixture.ts'
import { isObsListing, isObsSigned } from './obs-parameters.ts'
import { obsStringsToSign, parseObsHeader, parseObsQuery, type ObsParts } from './obs.ts'
import { sigV2Key, sigV2Sign } from './sigv2.ts'

const KEY = sigV2Key(secretOf('coffer/test+secret/0123456789abcdefABCDEF'))
const DATE = 'Thu, 15 Jan 2026 08:30:00 GMT'
const KMS_KEY = '0d0466b0-e727-4d9c-b35d-f84bb474a37f'
const EXPIRES = '1768469400'

interface Vector {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly query?: string
  readonly host?: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly spelling?: 'x-obs-' | 'x-amz-'
  readonly expires?: string
  readonly text?: string
  readonly signature: string
}

const json = ['Content-Type', 'application/json'] as const
const sse = 'x-obs-server-side-encryption'
const amz = 'x-amz-server-side-encryption'

const VECTORS: readonly Vector[] = [
  {
    name: 'A1: an upload with SSE-KMS',
    method: 'PUT',
    host: 'vault',
    path: '/dir/a%20b%2Bc.txt',
    headers: [
      ['Content-MD5', 'XUFAKrxLKna5cZ2REBfFkg=='],
      json,
      ['Date', DATE],
      ['x-obs-meta-colour', 'dark blue'],
      [sse, 'kms'],
      [`${sse}-kms-key-id`, KMS_KEY],
    ],
    text: `PUT\nXUFAKrxLKna5cZ2REBfFkg==\napplication/json\n${DATE}\nx-obs-meta-colour:dark blue\n${sse}:kms\n${sse}-kms-key-id:${KMS_KEY}\n/vault/dir/a%20b%2Bc.txt`,
    signature: 'CoEnMZZii0pcHxAXHJOtoSQc3nA=',
  },
  {
    name: 'A2: a bucket keeps its slash in front of the host',
    ...{ method: 'GET', host: 'vault', path: '/', query: 'encryption', headers: [['Date', DATE]] },
    text: `GET\n\n\n${DATE}\n/vault/?encryption`,
    signature: 'yUtu8meInu/eeCpQZElN6rN0E2U=',
  },
  {
    name: 'A3: setting the default encryption',
    ...{ method: 'PUT', host: 'vault', path: '/', query: 'encryption', headers: [['Date', DATE]] },
    signature: '+7AAWdcttyJlg0JinYKxrJ2tQiE=',
  },
  {
    name: 'A4: decoded sub-resources, and a token',
    ...{ method: 'GET', host: 'vault', path: '/k', query: 'response-content-type=text%2Fplain&versionId=V1' },
    headers: [
      ['Date', DATE],
      ['x-obs-security-token', 'TESTTOKEN=='],
    ],
    text: `GET\n\n\n${DATE}\nx-obs-security-token:TESTTOKEN==\n/vault/k?response-content-type=text/plain&versionId=V1`,
    signature: 'NL19b9LgommXD6jOxf8/TMoJFjI=',
  },
  {
    name: 'A5: parameters of listings are not signed',
    ...{ method: 'GET', host: 'vault', path: '/', query: 'prefix=p/&max-keys=10', headers: [['Date', DATE]] },
    text: `GET\n\n\n${DATE}\n/vault/`,
    signature: 'DAlGLV4ue+4mhh/2Qwvrr3LlT3s=',
  },
  {
    name: 'A6: the service itself',
    ...{ method: 'GET', path: '/', headers: [['Date', DATE]] },
    text: `GET\n\n\n${DATE}\n/`,
    signature: 'dT0e+llAXkrdZJlx8s5S5FD6AE4=',
  },
  {
    name: "A7: a part under a customer's key",
    ...{ method: 'PUT', host: 'vault', path: '/k', query: 'partNumber=3&uploadId=U1' },
    headers: [
      json,
      ['Date', DATE],
      [`${sse}-customer-algorithm`, 'AES256'],
      [`${sse}-customer-key`, 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE='],
      [`${sse}-customer-key-MD5`, 'KYvwGXoFFJ42a2u2GDWhwQ=='],
    ],
    signature: 'IuxjiMKg0yudtJ3zI6YDu9MFdAM=',
  },
  {
    name: "B1: in Amazon's spelling, path style",
    ...{ method: 'PUT', path: '/vault/dir/a%20b%2Bc.txt', spelling: 'x-amz-' },
    headers: [json, ['Date', DATE], [amz, 'aws:kms'], [`${amz}-aws-kms-key-id`, KMS_KEY]],
    signature: 'VKyJQbvS6neXvK5/ivZ5+RGflRg=',
  },
  {
    name: 'B2: the blind prefix of the clients',
    ...{ method: 'PUT', path: '/vault/k', spelling: 'x-amz-', headers: [json, ['Date', DATE], [amz, 'aws:AES256']] },
    signature: 'zpmQOiifceZJ/gxJYw5OldlTv0A=',
  },
  {
    name: 'B3: a bucket in the path has no slash',
    ...{ method: 'GET', path: '/vault', query: 'acl', spelling: 'x-amz-', headers: [['Date', DATE]] },
    signature: 'rdQclftAuPo23cH1inlRS9aTPc4=',
  },
  {
    name: 'B4: a domain of its own',
    ...{ method: 'GET', host: 'files.example.test', path: '/k', spelling: 'x-amz-', headers: [['Date', DATE]] },
    signature: 'SC+kK3KIGkm8bqUIM6ntIbasgG8=',
  },
  {
    name: 'D1: a URL',
    ...{ method: 'GET', host: 'vault', path: '/dir/a%20b.txt', expires: EXPIRES },
    text: `GET\n\n\n${EXPIRES}\n/vault/dir/a%20b.txt`,
    signature: 'Tvw/URgkopLWpY89eTaHcgsrh8o=',
  },
  {
    name: 'D2: a URL that carries a wish for encryption',
    ...{ method: 'PUT', host: 'vault', path: '/k', query: `${sse}=kms`, expires: EXPIRES },
    headers: [['Content-Type', 'text/plain']],
    text: `PUT\n\ntext/plain\n${EXPIRES}\n/vault/k?${sse}=kms`,
    signature: 'GpgSEO1wjrQ5EhtpScBUqiuMm68=',
  },
  {
    name: 'D3: a URL with a token',
    ...{ method: 'GET', host: 'vault', path: '/k', query: 'x-obs-security-token=TESTTOKEN==', expires: EXPIRES },
    signature: 'dEciHCG6P+qcCdrBi8Q88KPmqK8=',
  },
  {
    name: "D4: a URL in Amazon's spelling",
    ...{ method: 'GET', path: '/vault/k', spelling: 'x-amz-', expires: EXPIRES },
    signature: 'W7VjU6T2YgLwW1gj7CVUIZV1yF4=',
  },
]

function partsOf(vector: Vector): ObsParts {
  const { method, path, query = '', host, headers = [], spelling = 'x-obs-', expires } = vector
  const parsed = parseQuery(query, { plusIsSpace: false })
  assert.ok(parsed.kind === 'parameters')
  return {
    ...{ method, spelling, rawPath: path, hostBucket: host, query: parsed.parameters, headers: headersOf(headers) },
    ...(expires === undefined ? {} : { expires }),
  }
}

for (const vector of VECTORS) {
  test(`the signature of the official clients verifies, ${vector.name}`, () => {
    const strings = obsStringsToSign(partsOf(vector))
    if (vector.text !== undefined) assert.equal(strings[0], vector.text)
    assert.ok(strings.map((text) => sigV2Sign(KEY, text)).includes(vector.signature))
  })
}

test('an empty value may be signed with its equals sign or without, and the root of a bucket with its slash or without', () => {
  const strings = obsStringsToSign({
    ...partsOf({ name: '', method: 'GET', path: '/b', query: 'acl=', signature: '' }),
  })
  assert.deepEqual(
    strings.map((text) => text.slice(text.lastIndexOf('\n') + 1)),
    ['/b?acl', '/b?acl=', '/b/?acl', '/b/?acl='],
  )
})

test('T-043: whatever picks an operation is signed, in any letter case, and listings alone are not', () => {
  for (const name of [
    'acl',
    'encryption',
    'uploadid',
    'object-lock',
    'position',
    'truncate',
    'retention',
    'x-obs-meta-a',
  ]) {
    assert.equal(isObsSigned(name, 'x-obs-'), true, name)
  }
  for (const name of ['prefix', 'max-keys', 'list-type']) {
    assert.equal(isObsSigned(name, 'x-obs-'), false, name)
    assert.equal(isObsListing(name), true, name)
  }
  assert.equal(isObsListing('acl'), false)
})

test('a value that would read like two parameters verifies as nothing', async () => {
  const parts = partsOf({ name: '', method: 'GET', path: '/b/k', query: 'versionId=a%26acl', signature: '' })
  const failure = await failureOf(async () => obsStringsToSign(parts))
  assert.equal(failure.kind, 'signature-does-not-match')
})

test('the header and the URL name a key and a signature, or are refused', async () => {
  assert.deepEqual(parseObsHeader('OBS AK:c2ln='), { accessKeyId: 'AK', signature: 'c2ln=' })
  for (const text of ['OBS ', 'OBS AK', 'OBS :c2ln', `OBS ${'A'.repeat(9_000)}:x`]) {
    assert.equal((await failureOf(async () => parseObsHeader(text))).kind, 'malformed-authorization', text)
  }
  const query = [{ name: 'AccessKeyId', value: 'AK', bare: false }]
  assert.equal((await failureOf(async () => parseObsQuery(query))).kind, 'access-denied')
})

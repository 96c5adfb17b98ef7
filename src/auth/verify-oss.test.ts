import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { HttpMethod } from '../http/index.ts'
import type { Failure } from '../operations/index.ts'
import type { Authenticator } from './authenticate.ts'
import {
  authenticatorOf,
  credentialOf,
  failureOf,
  KEY_ID,
  NOW_MS,
  readAll,
  requestOf,
  SECRET,
  type Fixture,
} from './request.fixture.ts'
import type { Verified } from './verified.ts'

const HTTP_DATE = 'Sat, 24 Jan 2026 06:15:30 GMT'
const ISO_DATE = '20260124T061530Z'
const DAY = ISO_DATE.slice(0, 8)
const EXPIRES = String(NOW_MS / 1_000 + 60)
const UNSIGNED = 'UNSIGNED-PAYLOAD'
const PLAIN_V4: Pairs = [
  ['x-oss-date', ISO_DATE],
  ['x-oss-content-sha256', UNSIGNED],
]

type Pairs = readonly (readonly [string, string])[]

function sha1(text: string, secret = SECRET): string {
  return createHmac('sha1', secret).update(text, 'utf8').digest('base64')
}

function v1(text: string, more: Pairs = [['date', HTTP_DATE]]): Pairs {
  return [...more, ['authorization', `OSS ${KEY_ID}:${sha1(text)}`]]
}

function v1Url(text: string, expires = EXPIRES, more = ''): string {
  return `OSSAccessKeyId=${KEY_ID}&Expires=${expires}&Signature=${encodeURIComponent(sha1(text))}${more}`
}

/** The signature of a canonical request, made by hand. */
function v4Signature(canonical: string, region = 'cn-hangzhou'): string {
  let key = createHmac('sha256', `aliyun_v4${SECRET}`).update(DAY).digest()
  for (const part of [region, 'oss', 'aliyun_v4_request']) key = createHmac('sha256', key).update(part).digest()
  const digest = createHash('sha256').update(canonical, 'utf8').digest('hex')
  const text = `OSS4-HMAC-SHA256\n${ISO_DATE}\n${DAY}/${region}/oss/aliyun_v4_request\n${digest}`
  return createHmac('sha256', key).update(text).digest('hex')
}

interface V4 {
  readonly method?: HttpMethod
  readonly resource: string
  /** As it is canonically written, and sent so unless `query` says otherwise. */
  readonly canonicalQuery?: string
  readonly query?: string
  readonly path?: string
  readonly host?: string
  readonly headers?: Pairs
  readonly additional?: readonly string[]
  readonly body?: string
  readonly sha256?: string
}

function v4({ method = 'GET', resource, canonicalQuery = '', sha256 = UNSIGNED, ...rest }: V4): Fixture {
  const { headers: more = [], additional = [], body = '', host = 'localhost:9000' } = rest
  const headers: Pairs = [['x-oss-date', ISO_DATE], ['x-oss-content-sha256', sha256], ...more]
  const listed = headers.filter(([name]) => /^x-oss-|^content-(type|md5)$/.test(name) || additional.includes(name))
  const lines = [...listed]
    .sort(([one], [two]) => (one < two ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('')
  const signature = v4Signature(
    `${method}\n${resource}\n${canonicalQuery}\n${lines}\n${additional.join(';')}\n${sha256}`,
  )
  const names = additional.length === 0 ? '' : `AdditionalHeaders=${additional.join(';')},`
  const authorization = `OSS4-HMAC-SHA256 Credential=${KEY_ID}/${DAY}/cn-hangzhou/oss/aliyun_v4_request,${names}Signature=${signature}`
  return {
    ...{ method, path: rest.path ?? resource, query: rest.query ?? canonicalQuery, host, body },
    headers: [...headers, ['authorization', authorization]],
  }
}

function v4Url(seconds: string, date = ISO_DATE): Fixture {
  const credential = encodeURIComponent(`${KEY_ID}/${DAY}/cn-hangzhou/oss/aliyun_v4_request`)
  const query = `x-oss-credential=${credential}&x-oss-date=${date}&x-oss-expires=${seconds}&x-oss-signature-version=OSS4-HMAC-SHA256`
  const signature = v4Signature(`GET\n/bucket/key\n${query}\n\n\n${UNSIGNED}`)
  return { query: `${query}&x-oss-signature=${signature}` }
}

async function verified(fixture: Fixture, by: Authenticator = authenticatorOf()): Promise<Verified> {
  const identity = await by.authenticate(requestOf(fixture), 'oss')
  return identity.kind === 'verified' ? identity : assert.fail('nobody was verified')
}

async function refusal(fixture: Fixture, by: Authenticator = authenticatorOf()): Promise<Failure> {
  return failureOf(() => by.authenticate(requestOf(fixture), 'oss'))
}

async function kindOf(fixture: Fixture): Promise<string> {
  return (await refusal(fixture)).kind
}

test('each form verifies, and says by which scheme', async () => {
  const header = await verified({ headers: v1(`GET\n\n\n${HTTP_DATE}\n/bucket/key`) })
  assert.equal(header.scheme, 'oss-v1')
  const dated = v1(`GET\n\n\n${HTTP_DATE}\nx-oss-date:${HTTP_DATE}\n/bucket/key`, [['x-oss-date', HTTP_DATE]])
  assert.equal((await verified({ headers: dated })).scheme, 'oss-v1')
  assert.equal((await verified({ query: v1Url(`GET\n\n\n${EXPIRES}\n/bucket/key`) })).scheme, 'oss-v1-query')
  assert.equal((await verified(v4({ resource: '/bucket/key' }))).scheme, 'oss-v4')
  assert.equal((await verified(v4Url('60'))).scheme, 'oss-v4-query')
})

test('no decoder sees what belongs to the signature', async () => {
  const { covered } = await verified({
    query: v1Url(`GET\n\n\n${EXPIRES}\n/bucket/key?versionId=v`, EXPIRES, '&versionId=v'),
  })
  assert.deepEqual(
    covered.query.map(({ name }) => name),
    ['versionId'],
  )
  const url = await verified(v4Url('60'))
  assert.deepEqual(url.covered.query, [])
  assert.equal(url.covered.headers.has('x-oss-signature'), false)
})

test('a bucket in the host is signed as one in the path is', async () => {
  const text = `PUT\n\n\n${HTTP_DATE}\n/mine/dir/a b`
  const fixture: Fixture = { method: 'PUT', host: 'mine.localhost', path: '/dir/a%20b', headers: v1(text) }
  assert.equal((await verified(fixture)).covered.host.name, 'mine.localhost')
  assert.equal((await verified(v4({ resource: '/mine/', path: '/', host: 'mine.localhost' }))).scheme, 'oss-v4')
  assert.equal((await verified(v4({ resource: '/mine/', path: '/mine' }))).scheme, 'oss-v4')
})

test('T-027 host and path name the bucket: the decoder gets the reading that was signed', async () => {
  const at = { host: 'mine.localhost', path: '/mine/k' }
  const byPath = await verified(v4({ ...at, resource: '/mine/k' }))
  assert.equal(byPath.covered.host.name, '')
  const byHost = await verified(v4({ ...at, resource: '/mine/mine/k' }))
  assert.equal(byHost.covered.host.name, 'mine.localhost')
  assert.equal(await kindOf(v4({ ...at, resource: '/k' })), 'signature-does-not-match')
})

test('T-035 headers of a vendor that the signature does not hold are refused, not dropped', async () => {
  const headers: Pairs = [
    ['date', HTTP_DATE],
    ['x-amz-acl', 'public-read'],
  ]
  assert.equal(await kindOf({ headers: v1(`GET\n\n\n${HTTP_DATE}\n/bucket/key`, headers) }), 'access-denied')
  const added = v4({ resource: '/bucket/key' })
  const more: Fixture = { ...added, headers: [...(added.headers ?? []), ['x-oss-object-acl', 'public-read']] }
  assert.equal(await kindOf(more), 'signature-does-not-match')
})

test('T-037 two mechanisms in one request: neither is tried', async () => {
  const headers = v1(`GET\n\n\n${HTTP_DATE}\n/bucket/key`)
  for (const query of ['OSSAccessKeyId=a&Signature=b', 'AWSAccessKeyId=a', 'x-oss-signature=0', 'q-signature=0']) {
    assert.equal(await kindOf({ headers, query }), 'several-authorizations', query)
  }
  assert.equal(await kindOf({ query: 'OSSAccessKeyId=a&AccessKeyId=b&Signature=c' }), 'several-authorizations')
  assert.equal(await kindOf({ query: 'ossaccesskeyid=a&Signature=c' }), 'malformed-query-authorization')
})

test('other services’ signatures open nothing here, and these nothing there', async () => {
  const headers = v1(`GET\n\n\n${HTTP_DATE}\n/bucket/key`)
  const elsewhere = await failureOf(() => authenticatorOf().authenticate(requestOf({ headers }), 's3'))
  assert.equal(elsewhere.kind, 'unsupported-signature')
  const asAws: Pairs = [
    ['date', HTTP_DATE],
    ['authorization', `AWS ${KEY_ID}:${sha1(`GET\n\n\n${HTTP_DATE}\n/bucket/key`)}`],
  ]
  assert.equal(await kindOf({ headers: asAws }), 'unsupported-signature')
  assert.equal(
    await kindOf({ headers: [['authorization', 'OSS2 AccessKeyId:a,Signature:b']] }),
    'unsupported-signature',
  )
})

test('T-039 dates have their grammars: missing, foreign or skewed ones are refused before anything is compared', async () => {
  assert.equal(await kindOf({ headers: v1('x', []) }), 'access-denied')
  assert.equal(await kindOf({ headers: v1('x', [['date', 'yesterday']]) }), 'access-denied')
  const late = 'Sat, 24 Jan 2026 06:31:00 GMT'
  assert.equal(
    await kindOf({ headers: v1(`GET\n\n\n${late}\n/bucket/key`, [['date', late]]) }),
    'request-time-too-skewed',
  )
  const missing = v4({ resource: '/bucket/key' })
  const without = (name: string): Fixture => ({
    ...missing,
    headers: (missing.headers ?? []).filter(([own]) => own !== name),
  })
  assert.equal(await kindOf(without('x-oss-date')), 'access-denied')
  assert.equal(await kindOf(without('x-oss-content-sha256')), 'missing-security-header')
})

test('T-040 a URL lives as long as it says, and no longer than a week (V4) or thirty days (V1)', async () => {
  for (const seconds of ['0', '-1', '604801', '0x10', '60.0', '']) {
    assert.equal(await kindOf(v4Url(seconds)), 'malformed-query-authorization', seconds)
  }
  const by = authenticatorOf({ now: () => NOW_MS + 61_000 })
  assert.equal((await refusal(v4Url('60'), by)).kind, 'request-expired')
  assert.equal((await refusal({ query: v1Url(`GET\n\n\n${EXPIRES}\n/bucket/key`) }, by)).kind, 'request-expired')
  const early = authenticatorOf({ now: () => NOW_MS - 16 * 60_000 })
  assert.equal((await refusal(v4Url('60'), early)).kind, 'request-time-too-skewed')
  const far = String(NOW_MS / 1_000 + 31 * 24 * 3_600)
  assert.equal(await kindOf({ query: v1Url(`GET\n\n\n${far}\n/bucket/key`, far) }), 'access-denied')
})

test('T-041 a captured V1 header is no URL, and a URL is no header', async () => {
  const text = `GET\n\n\n${HTTP_DATE}\n/bucket/key`
  assert.equal(await kindOf({ query: v1Url(text, encodeURIComponent(HTTP_DATE)) }), 'access-denied')
  assert.equal(await kindOf({ headers: v1(`GET\n\n\n${EXPIRES}\n/bucket/key`, [['date', EXPIRES]]) }), 'access-denied')
})

test('T-042 a key that is pinned to other schemes is refused after its proof', async () => {
  const pinned = authenticatorOf({ credentials: async () => credentialOf(KEY_ID, SECRET, ['sigv4', 'oss-v4']) })
  assert.equal((await refusal({ headers: v1(`GET\n\n\n${HTTP_DATE}\n/bucket/key`) }, pinned)).kind, 'invalid-request')
  assert.equal((await refusal({ headers: v1('wrong') }, pinned)).kind, 'signature-does-not-match')
  assert.equal((await verified(v4({ resource: '/bucket/key' }), pinned)).scheme, 'oss-v4')
})

test('T-043 a V1 signature does not stretch to a parameter that picks another operation', async () => {
  const headers = v1(`PUT\n\n\n${HTTP_DATE}\n/bucket/key`)
  for (const query of ['acl', 'encryption=', 'policy', 'tagging', 'symlink', 'restore', 'x-oss-process=a', 'rename']) {
    assert.equal(await kindOf({ method: 'PUT', headers, query }), 'signature-does-not-match', query)
  }
  const hidden = await verified({ method: 'PUT', headers, query: 'unknown=1&prefix=a' })
  assert.deepEqual(
    hidden.covered.query.map(({ name }) => name),
    ['prefix'],
  )
})

test('T-044 V1 signs decoded keys: a key that reads as a sub-resource is refused, and URLs carry reads and writes alone', async () => {
  for (const key of ['k?acl', 'k?uploadId=u&partNumber=1', 'k?a=1&symlink']) {
    const text = `GET\n\n\n${HTTP_DATE}\n/bucket/${key}`
    const path = `/bucket/${encodeURIComponent(key)}`
    assert.equal(await kindOf({ path, headers: v1(text) }), 'signature-does-not-match', key)
    assert.equal((await verified(v4({ resource: `/bucket/${encodeURIComponent(key)}` }))).scheme, 'oss-v4', key)
  }
  const harmless = { path: '/bucket/k%3Fother', headers: v1(`GET\n\n\n${HTTP_DATE}\n/bucket/k?other`) }
  assert.equal((await verified(harmless)).scheme, 'oss-v1')
  for (const parameter of ['acl', 'policy', 'encryption', 'tagging', 'delete', 'symlink', 'restore', 'lifecycle']) {
    const query = v1Url(`GET\n\n\n${EXPIRES}\n/bucket/key?${parameter}`, EXPIRES, `&${parameter}`)
    assert.equal(await kindOf({ query }), 'signature-does-not-match', parameter)
  }
  const joined = v1(`GET\n\n\n${HTTP_DATE}\n/bucket/key?versionId=a&acl`)
  assert.equal(await kindOf({ query: 'versionId=a%26acl', headers: joined }), 'signature-does-not-match')
})

test('T-047 a parameter without a value verifies as every client signs it, and reads the same', async () => {
  const resource = '/bucket/'
  for (const canonicalQuery of ['list-type=2&prefix', 'list-type=2&prefix=']) {
    for (const query of ['list-type=2&prefix', 'list-type=2&prefix=']) {
      const { covered } = await verified(v4({ resource, canonicalQuery, query }))
      assert.equal(covered.query.find(({ name }) => name === 'prefix')?.value, '')
    }
  }
  assert.equal(
    await kindOf(v4({ resource, canonicalQuery: 'prefix=a', query: 'prefix=b' })),
    'signature-does-not-match',
  )
})

test('V4: additional headers are signed, listed in order, and have come', async () => {
  const headers: Pairs = [
    ['content-length', '0'],
    ['range', 'bytes=0-1'],
  ]
  const listed = v4({ resource: '/bucket/key', headers, additional: ['content-length', 'range'] })
  assert.equal((await verified(listed)).covered.headers.get('range'), 'bytes=0-1')
  const changed = (listed.headers ?? []).map(([name, value]) => [name, name === 'range' ? 'bytes=0-9' : value] as const)
  assert.equal(await kindOf({ ...listed, headers: changed }), 'signature-does-not-match')
  assert.equal(
    await kindOf({ ...listed, headers: changed.filter(([name]) => name !== 'range') }),
    'signature-does-not-match',
  )
  for (const additional of [['range', 'content-length'], ['x-oss-date'], ['Range'], ['range', 'range']]) {
    assert.equal(await kindOf(v4({ resource: '/bucket/key', headers, additional })), 'malformed-authorization')
  }
})

test('V4: a digest of the body is kept to, other words are refused', async () => {
  const sha256 = createHash('sha256').update('body').digest('hex')
  const put = { method: 'PUT' as const, resource: '/bucket/key', sha256 }
  assert.equal((await readAll((await verified(v4({ ...put, body: 'body' }))).body)).toString(), 'body')
  const other = await verified(v4({ ...put, body: 'bodz' }))
  assert.equal((await failureOf(() => readAll(other.body))).kind, 'signed-digest-mismatch')
  assert.equal(await kindOf(v4({ ...put, sha256: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' })), 'invalid-argument')
})

test('V4: credentials that are none are refused before any key is looked up', async () => {
  let lookups = 0
  const counting = authenticatorOf({
    credentials: async () => {
      lookups += 1
      return undefined
    },
  })
  const texts = [
    'OSS4-HMAC-SHA256 Credential=a,Signature=0',
    `OSS4-HMAC-SHA256 Credential=${KEY_ID}/${DAY}/r/s3/aliyun_v4_request,Signature=0`,
    `OSS4-HMAC-SHA256 Credential=${KEY_ID}/20260125/r/oss/aliyun_v4_request,Signature=0`,
    `OSS4-HMAC-SHA256 Credential=${KEY_ID}/${DAY}/r/oss/aliyun_v4_request`,
    `OSS4-HMAC-SHA256 Signature=0,Signature=1`,
  ]
  for (const text of texts) {
    const failure = await refusal({ headers: [...PLAIN_V4, ['authorization', text]] }, counting)
    assert.equal(failure.kind, 'malformed-authorization', text)
  }
  assert.equal(lookups, 0)
})

test('a mismatch shows what should have been signed, to vendors that tell', async () => {
  const failure = await refusal({ headers: v1('something else') })
  assert.ok(failure.kind === 'signature-does-not-match')
  assert.equal(failure.shown?.stringToSign, `GET\n\n\n${HTTP_DATE}\n/bucket/key`)
  assert.equal(failure.shown.accessKeyId, KEY_ID)
  const shown = await refusal({
    headers: [
      ...PLAIN_V4,
      ['authorization', `OSS4-HMAC-SHA256 Credential=${KEY_ID}/${DAY}/r/oss/aliyun_v4_request,Signature=0`],
    ],
  })
  assert.ok(shown.kind === 'signature-does-not-match')
  assert.ok(shown.shown?.canonicalRequest?.startsWith('GET\n/bucket/key\n'))
  const unknown = await refusal({
    headers: [
      ['date', HTTP_DATE],
      ['authorization', 'OSS nobody:x'],
    ],
  })
  assert.equal(unknown.kind, 'unknown-access-key')
})

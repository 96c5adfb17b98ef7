import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { HttpMethod } from '../http/index.ts'
import {
  authenticatorOf,
  credentialOf,
  failureOf,
  KEY_ID,
  NOW_MS,
  readAll,
  refusal,
  requestOf,
  SECRET,
  secretOf,
  verified,
  type Fixture,
} from './request.fixture.ts'
import { presignUrl, signRequest } from './signatures/sigv4-sign.ts'
import { sha256Hex, UNSIGNED_PAYLOAD } from './signatures/sigv4.ts'

const HOST = 'localhost:9000'
const HTTP_DATE = 'Sat, 24 Jan 2026 06:15:30 GMT'
type Headers = readonly (readonly [string, string])[]

interface ToSign {
  readonly method?: HttpMethod
  readonly path?: string
  readonly query?: string
  readonly headers?: Headers
  readonly body?: string
  readonly payloadHash?: string
  readonly timeMs?: number
  readonly secret?: string
  readonly accessKeyId?: string
  readonly region?: string
  readonly service?: string
}

function signer(options: ToSign): Parameters<typeof signRequest>[1] {
  return {
    accessKeyId: options.accessKeyId ?? KEY_ID,
    secret: secretOf(options.secret ?? SECRET),
    region: options.region ?? 'us-east-1',
    service: options.service ?? 's3',
    timeMs: options.timeMs ?? NOW_MS,
  }
}

function signed(options: ToSign = {}): Fixture & { readonly headers: Headers } {
  const { method = 'GET', path = '/bucket/key', query = '', body = '', headers = [] } = options
  const payloadHash = options.payloadHash ?? sha256Hex(Buffer.from(body))
  const request = { method, host: HOST, rawPath: path, rawQuery: query, headers, payloadHash }
  return { method, path, query, body, host: HOST, headers: signRequest(request, signer(options)).headers }
}

function presigned(options: ToSign & { readonly seconds?: number } = {}): Fixture & { readonly query: string } {
  const { method = 'GET', path = '/bucket/key', query = '', body = '', headers = [] } = options
  const request = { method, host: HOST, rawPath: path, rawQuery: query, headers }
  const { rawQuery } = presignUrl(request, signer(options), options.seconds ?? 60)
  return { method, path, query: rawQuery, body, host: HOST, headers }
}

function sigV2Header(text: string, more: Headers = [], secret = SECRET): Headers {
  const signature = createHmac('sha1', secret).update(text, 'utf8').digest('base64')
  return [...more, ['authorization', `AWS ${KEY_ID}:${signature}`]]
}

function sigV2Query(text: string, expires: string, secret = SECRET): string {
  const signature = createHmac('sha1', secret).update(text, 'utf8').digest('base64')
  return `AWSAccessKeyId=${KEY_ID}&Expires=${expires}&Signature=${encodeURIComponent(signature)}`
}

function replaceAuthorization(fixture: Fixture, change: (value: string) => string): Fixture {
  const headers = (fixture.headers ?? []).map(
    ([name, value]) => [name, name === 'authorization' ? change(value) : value] as const,
  )
  return { ...fixture, headers }
}

async function kindOf(fixture: Fixture): Promise<string> {
  return (await refusal(fixture)).kind
}

const UNSIGNED_VENDOR_HEADERS = [
  'x-amz-copy-source',
  'x-amz-copy-source-range',
  'x-amz-acl',
  'x-amz-grant-full-control',
  'x-amz-tagging',
  'x-amz-meta-a',
  'x-amz-object-lock-mode',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-customer-key',
  'x-amz-website-redirect-location',
  'x-amz-expected-bucket-owner',
  'x-amz-target',
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  'x-amz-date',
  'x-oss-server-side-encryption',
  'x-obs-acl',
  'x-cos-server-side-encryption',
]

test('T-035 a signed URL does not stretch to a vendor header that its holder adds', async () => {
  const put = presigned({ method: 'PUT', body: 'hello' })
  assert.equal((await verified(put)).scheme, 'sigv4-query')
  for (const name of UNSIGNED_VENDOR_HEADERS) {
    assert.equal(await kindOf({ ...put, headers: [[name, 'x']] }), 'access-denied', name)
  }
})

test('T-035 nor does a header signature; with the header signed it is seen', async () => {
  const put = signed({ method: 'PUT', body: 'hello' })
  for (const name of UNSIGNED_VENDOR_HEADERS.filter((header) => header !== 'x-amz-date')) {
    assert.equal(await kindOf({ ...put, headers: [...put.headers, [name, 'x']] }), 'access-denied', name)
    // A trailer without a chunked body is refused for its own reason.
    if (name === 'x-amz-trailer') continue
    const legal = await verified(signed({ method: 'PUT', body: '', headers: [[name, 'x']] }))
    assert.equal(legal.covered.headers.get(name), 'x')
  }
})

test('T-035 a decoder sees covered headers and the table of standard ones, nothing else', async () => {
  const unsigned: Headers = [
    ['range', 'bytes=0-1'],
    ['if-match', '"a"'],
    ['content-type', 'text/plain'],
    ['cache-control', 'no-store'],
    ['user-agent', 'test'],
    ['x-amzn-trace-id', 'Root=1'],
    ['x-forwarded-host', 'evil'],
    ['x-http-method-override', 'DELETE'],
    ['acl', 'public-read'],
  ]
  const plain = signed()
  const { covered } = await verified({ ...plain, headers: [...plain.headers, ...unsigned] })
  assert.deepEqual(
    covered.headers
      .entries()
      .map(([name]) => name)
      .sort(),
    ['cache-control', 'content-type', 'host', 'if-match', 'range', 'x-amz-content-sha256', 'x-amz-date'],
  )
})

test('T-035 a covered parameter named like a header is that header; two values of it are refused', async () => {
  const moved = presigned({ method: 'PUT', query: 'x-amz-acl=private&x-id=PutObject' })
  const { covered } = await verified(moved)
  assert.equal(covered.headers.get('x-amz-acl'), 'private')
  assert.deepEqual(covered.query, [{ name: 'x-id', value: 'PutObject', bare: false }])
  const twice = presigned({ method: 'PUT', query: 'x-amz-acl=private', headers: [['x-amz-acl', 'public-read']] })
  assert.equal(await kindOf(twice), 'invalid-request')
  assert.equal(await kindOf(presigned({ query: 'x-amz-meta-a=a%0D%0Ab' })), 'invalid-argument')
})

test('T-036 a credential that is shown and not proved is nobody', async () => {
  const credential = `X-Amz-Credential=${KEY_ID}%2F20260124%2Fus-east-1%2Fs3%2Faws4_request`
  const sentinel: Headers = [
    ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'],
    ['x-amz-decoded-content-length', '0'],
    ['x-amz-trailer', 'x-amz-checksum-crc32'],
  ]
  const bare = { method: 'PUT', query: credential, headers: sentinel } as const
  assert.equal(await kindOf(bare), 'malformed-query-authorization')
  const put = presigned({ method: 'PUT' })
  assert.equal(await kindOf({ ...put, headers: [sentinel[0] ?? ['', '']] }), 'invalid-request')
  const forged = signed({
    method: 'PUT',
    payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    headers: sentinel.slice(1),
  })
  assert.equal((await verified(forged)).kind, 'verified')
  const wrong = replaceAuthorization(forged, (value) => value.slice(0, -64) + '0'.repeat(64))
  assert.equal(await kindOf(wrong), 'signature-does-not-match')
})

test('T-036 every form of authentication: right is verified, wrong and missing are not', async () => {
  const text = `GET\n\n\n${HTTP_DATE}\n/bucket/key`
  const expires = String(NOW_MS / 1_000 + 60)
  const urlText = `GET\n\n\n${expires}\n/bucket/key`
  const forms: Record<string, { right: Fixture; wrong: Fixture; missing: Fixture }> = {
    sigv4: {
      right: signed(),
      wrong: signed({ secret: 'wrong' }),
      missing: replaceAuthorization(signed(), (value) => value.replace(/Signature=.*/, 'Signature=')),
    },
    'sigv4-query': {
      right: presigned(),
      wrong: presigned({ secret: 'wrong' }),
      missing: { ...presigned(), query: presigned().query.replace(/&X-Amz-Signature=.*/, '') },
    },
    sigv2: {
      right: { headers: sigV2Header(text, [['date', HTTP_DATE]]) },
      wrong: { headers: sigV2Header(text, [['date', HTTP_DATE]], 'wrong') },
      missing: {
        headers: [
          ['date', HTTP_DATE],
          ['authorization', `AWS ${KEY_ID}:`],
        ],
      },
    },
    'sigv2-query': {
      right: { query: sigV2Query(urlText, expires) },
      wrong: { query: sigV2Query(urlText, expires, 'wrong') },
      missing: { query: `AWSAccessKeyId=${KEY_ID}&Expires=${expires}` },
    },
  }
  for (const [scheme, { right, wrong, missing }] of Object.entries(forms)) {
    assert.equal((await verified(right)).scheme, scheme)
    assert.equal(await kindOf(wrong), 'signature-does-not-match', scheme)
    await refusal(missing)
  }
})

test('T-037 two mechanisms are refused, and neither is tried', async () => {
  let lookups = 0
  const counting = authenticatorOf({ credentials: async () => ((lookups += 1), undefined) })
  const url = presigned().query
  const header = signed().headers
  for (const query of [
    url,
    sigV2Query('x', '1'),
    'OSSAccessKeyId=a',
    'q-signature=a',
    'AccessKeyId=a',
    'X-Amz-Date=a',
  ]) {
    assert.equal((await refusal({ query, headers: header }, counting)).kind, 'several-authorizations', query)
  }
  for (const query of [`${url}&AWSAccessKeyId=a`, `${url}&OSSAccessKeyId=a`, 'Signature=a&q-signature=b']) {
    assert.equal((await refusal({ query }, counting)).kind, 'several-authorizations', query)
  }
  assert.equal(lookups, 0)
})

test('T-037 other people’s signed URLs and other schemes are refused, not taken as anonymous', async () => {
  for (const query of ['OSSAccessKeyId=a&Signature2=b', 'q-ak=a', 'x-oss-signature=a', 'AccessKeyId=a']) {
    assert.equal(await kindOf({ query }), 'unsupported-signature', query)
  }
  for (const value of ['Basic YTpi', 'Bearer x', 'OSS a:b', 'OBS a:b', 'aws a:b', '']) {
    assert.equal(await kindOf({ headers: [['authorization', value]] }), 'unsupported-signature', value)
  }
})

test('T-038 algorithms come from a closed list', async () => {
  const change = (from: string, to: string): Fixture =>
    replaceAuthorization(signed(), (value) => value.replace(from, to))
  assert.equal(await kindOf(change('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1')), 'malformed-authorization')
  assert.equal(await kindOf(change('AWS4-HMAC-SHA256', 'aws4-hmac-sha256')), 'malformed-authorization')
  assert.equal(await kindOf(change('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256')), 'not-implemented')
  const url = presigned().query
  assert.equal(await kindOf({ query: url.replace('HMAC-SHA256', 'HMAC-SHA1') }), 'malformed-query-authorization')
})

test('T-038 SignedHeaders names host, is sorted, each once, and what it names has come', async () => {
  const names = 'host;x-amz-content-sha256;x-amz-date'
  const bad = [
    'x-amz-content-sha256;x-amz-date',
    'x-amz-date;host',
    'host;host;x-amz-date',
    'Host;x-amz-date',
    'authorization;host',
    'host;;x-amz-date',
    `host;${'x'.repeat(5_000)}`,
    Array.from({ length: 120 }, (_, at) => `h${String(at).padStart(3, '0')}`).join(';') + ';host',
  ]
  for (const list of bad) {
    const fixture = replaceAuthorization(signed(), (value) => value.replace(names, list))
    assert.equal(await kindOf(fixture), 'malformed-authorization', list.slice(0, 40))
  }
  const absent = replaceAuthorization(signed(), (value) => value.replace(names, `${names};x-amz-meta-a`))
  assert.equal(await kindOf(absent), 'signature-does-not-match')
})

test('T-038 an absent header is not an empty one: a signature over an empty value does not fit its absence', async () => {
  const empty = signed({ headers: [['x-amz-meta-a', '']] })
  assert.equal((await verified(empty)).kind, 'verified')
  const without = { ...empty, headers: empty.headers.filter(([name]) => name !== 'x-amz-meta-a') }
  assert.equal(await kindOf(without), 'signature-does-not-match')
})

test('T-039 a time that cannot be read is refused, whatever the scheme', async () => {
  for (const date of ['x', '', '1737699330', '20260124T061530', '2026-01-24T06:15:30Z', '20260230T061530Z']) {
    const fixture = signed()
    const headers = fixture.headers.map(([name, value]) => [name, name === 'x-amz-date' ? date : value] as const)
    assert.equal(await kindOf({ ...fixture, headers }), 'access-denied', date)
    const url = presigned().query.replace('X-Amz-Date=20260124T061530Z', `X-Amz-Date=${date}`)
    assert.equal(await kindOf({ query: url }), 'malformed-query-authorization', date)
    const text = `GET\n\n\n${date}\n/bucket/key`
    assert.equal(await kindOf({ headers: sigV2Header(text, [['date', date]]) }), 'access-denied', date)
  }
  const none = signed()
  const headers = none.headers.filter(([name]) => name !== 'x-amz-date')
  assert.equal(await kindOf({ ...none, headers }), 'access-denied')
  for (const expires of ['abc', 'Fri, 24 Jan 2025 06:15:30 GMT', '', '-1', '1e99', '0x7fffffff', ' 1769235390']) {
    const query = sigV2Query(`GET\n\n\n${expires}\n/bucket/key`, encodeURIComponent(expires))
    assert.equal(await kindOf({ query }), 'access-denied', expires)
  }
})

test('T-040 the life of a SigV4 URL is a number from 1 to the limit, and ends', async () => {
  const { query } = presigned({ seconds: 604_800 })
  assert.equal((await verified({ query })).kind, 'verified')
  for (const text of ['-1', '0', '604801', '1e9', '0x10', '%2060', '60.0', '1'.repeat(25), '', '060']) {
    const edited = query.replace('X-Amz-Expires=604800', `X-Amz-Expires=${text}`)
    assert.equal(await kindOf({ query: edited }), 'malformed-query-authorization', text)
  }
  const without = query.replace('&X-Amz-Expires=604800', '')
  assert.equal(await kindOf({ query: without }), 'malformed-query-authorization')
  const short = authenticatorOf({ limits: { maxUrlSeconds: 100 } })
  assert.equal((await refusal(presigned({ seconds: 101 }), short)).kind, 'malformed-query-authorization')
  assert.equal((await verified(presigned({ seconds: 100 }), short)).kind, 'verified')
})

test('T-040 a URL holds from 15 minutes before its time to its last second, no longer', async () => {
  const url = presigned({ seconds: 60 })
  const at = (now: number): ReturnType<typeof authenticatorOf> => authenticatorOf({ now: () => now })
  assert.equal((await verified(url, at(NOW_MS + 60_000))).kind, 'verified')
  assert.equal((await refusal(url, at(NOW_MS + 60_001))).kind, 'request-expired')
  assert.equal((await verified(url, at(NOW_MS - 900_000))).kind, 'verified')
  assert.equal((await refusal(url, at(NOW_MS - 900_001))).kind, 'request-time-too-skewed')
  assert.equal((await refusal(url, at(NOW_MS - 365 * 86_400_000))).kind, 'request-time-too-skewed')
})

test('T-040 the scope’s date is the request’s, also around midnight', async () => {
  const other = replaceAuthorization(signed(), (value) => value.replace('/20260124/', '/20260125/'))
  assert.equal(await kindOf(other), 'malformed-authorization')
  const midnight = Date.UTC(2026, 0, 25)
  const late = signed({ timeMs: midnight - 1_000 })
  assert.equal((await verified(late, authenticatorOf({ now: () => midnight + 1_000 }))).kind, 'verified')
})

test('T-041 a captured SigV2 header is no URL, and a URL is no header', async () => {
  const headerText = `GET\n\n\n${HTTP_DATE}\n/bucket/key`
  assert.equal((await verified({ headers: sigV2Header(headerText, [['date', HTTP_DATE]]) })).scheme, 'sigv2')
  const asUrl = sigV2Query(headerText, encodeURIComponent(HTTP_DATE))
  assert.equal(await kindOf({ query: asUrl }), 'access-denied')
  const expires = String(NOW_MS / 1_000 + 60)
  const urlText = `GET\n\n\n${expires}\n/bucket/key`
  assert.equal((await verified({ query: sigV2Query(urlText, expires) })).scheme, 'sigv2-query')
  assert.equal(await kindOf({ headers: sigV2Header(urlText, [['date', expires]]) }), 'access-denied')
})

test('SigV2 sorts headers by their names: a name that another one begins with comes first', async () => {
  const lines = 'x-amz-copy-source:/b/k\nx-amz-copy-source-if-match:e\n'
  const text = `PUT\n\n\n${HTTP_DATE}\n${lines}/bucket/key`
  const headers: Headers = [
    ['date', HTTP_DATE],
    ['x-amz-copy-source', '/b/k'],
    ['x-amz-copy-source-if-match', 'e'],
  ]
  assert.equal((await verified({ method: 'PUT', headers: sigV2Header(text, headers) })).scheme, 'sigv2')
})

test('T-042 a key that is pinned to SigV4 is refused in the other schemes, after its proof', async () => {
  const pinned = authenticatorOf({ credentials: async () => credentialOf(KEY_ID, SECRET, ['sigv4', 'sigv4-query']) })
  const text = `GET\n\n\n${HTTP_DATE}\n/bucket/key`
  const right = { headers: sigV2Header(text, [['date', HTTP_DATE]]) }
  const wrong = { headers: sigV2Header(text, [['date', HTTP_DATE]], 'wrong') }
  assert.equal((await refusal(right, pinned)).kind, 'invalid-request')
  assert.equal((await refusal(wrong, pinned)).kind, 'signature-does-not-match')
  assert.equal((await verified(signed(), pinned)).scheme, 'sigv4')
  assert.equal((await verified(presigned(), pinned)).scheme, 'sigv4-query')
})

test('T-042 the string that three vendors share proves nothing under another vendor’s name', async () => {
  const shared = authenticatorOf({
    credentials: async () => credentialOf('ak', 'secretsecretsecret'),
    now: () => Date.UTC(2025, 0, 24, 6, 15, 30),
  })
  const date = ['date', 'Fri, 24 Jan 2025 06:15:30 GMT'] as const
  const signature = 'JsuiACciC0Cm5Nidnib5xTSTPCo='
  const asAws: Fixture = { path: '/b/k', headers: [date, ['authorization', `AWS ak:${signature}`]] }
  assert.equal((await verified(asAws, shared)).scheme, 'sigv2')
  for (const vendor of ['OSS', 'OBS']) {
    const fixture: Fixture = { path: '/b/k', headers: [date, ['authorization', `${vendor} ak:${signature}`]] }
    assert.equal((await refusal(fixture, shared)).kind, 'unsupported-signature')
  }
  const withForeign: Fixture = { ...asAws, headers: [...(asAws.headers ?? []), ['x-oss-object-acl', 'public-read']] }
  assert.equal((await refusal(withForeign, shared)).kind, 'access-denied')
})

test('T-043 a SigV2 signature does not stretch to a parameter that picks another operation', async () => {
  const text = `PUT\n\n\n${HTTP_DATE}\n/b/k`
  const headers = sigV2Header(text, [['date', HTTP_DATE]])
  assert.equal((await verified({ method: 'PUT', path: '/b/k', headers })).scheme, 'sigv2')
  const added = [
    'acl',
    'policy',
    'encryption',
    'tagging',
    'object-lock',
    'publicAccessBlock',
    'retention',
    'legal-hold',
  ]
  const more = ['rename&name=x', 'metadata', 'session', 'restore', 'uploads', 'uploadId=u&partNumber=1', 'versionId=v']
  for (const query of [
    ...added,
    ...more,
    'ownershipControls',
    'intelligent-tiering',
    'attributes',
    'delete',
    'append',
  ]) {
    assert.equal(await kindOf({ method: 'PUT', path: '/b/k', query, headers }), 'signature-does-not-match', query)
  }
})

test('T-043 what SigV2 neither signs nor exempts does not exist for a decoder', async () => {
  const headers = sigV2Header(`GET\n\n\n${HTTP_DATE}\n/b/`, [['date', HTTP_DATE]])
  const query = 'prefix=a%2Fb&max-keys=2&unknown=1&name=x'
  const { covered } = await verified({ path: '/b/', query, headers })
  assert.deepEqual(
    covered.query.map(({ name, value }) => [name, value]),
    [
      ['prefix', 'a/b'],
      ['max-keys', '2'],
    ],
  )
  assert.equal(await kindOf({ path: '/b/', query: 'x-amz-acl=public-read', headers }), 'access-denied')
})

test('T-047 every accepted reading of a path decodes to the same bytes', async () => {
  const encoded = signed({ path: '/bucket/a%28b%29' })
  assert.equal((await verified({ ...encoded, path: '/bucket/a(b)' })).covered.rawPath, '/bucket/a(b)')
  const others = [
    '/bucket/a%2528b%2529',
    '/bucket/a',
    '/bucket/a(b',
    '/bucket//a(b)',
    '/bucket/./a(b)',
    '/bucket/a(b)/',
  ]
  for (const path of others) assert.equal(await kindOf({ ...encoded, path }), 'signature-does-not-match', path)
  for (const path of ['/bucket/%ff', '/bucket/%zz', '/bucket/%0', '/bucket/%00', '/bucket/%c0%ae']) {
    assert.equal(await kindOf({ ...encoded, path }), 'invalid-uri', path)
  }
})

test('T-047 `acl` and `acl=` are one request, in both schemes', async () => {
  assert.equal((await verified({ ...signed({ query: 'acl' }), query: 'acl=' })).kind, 'verified')
  const headers = sigV2Header(`GET\n\n\n${HTTP_DATE}\n/b/k?acl`, [['date', HTTP_DATE]])
  assert.equal((await verified({ path: '/b/k', query: 'acl=', headers })).kind, 'verified')
})

test('T-047 a value with an escaped ampersand is not two parameters', async () => {
  const headers = sigV2Header(`GET\n\n\n${HTTP_DATE}\n/b/k?response-content-type=a&versionId=v`, [['date', HTTP_DATE]])
  const honest = { path: '/b/k', query: 'response-content-type=a&versionId=v', headers }
  assert.equal((await verified(honest)).kind, 'verified')
  const query = 'response-content-type=a%26versionId%3Dv'
  assert.equal(await kindOf({ path: '/b/k', query, headers }), 'signature-does-not-match')
})

test('T-050 a signed restriction reaches the decoder, from the header and from the URL', async () => {
  const name = 'x-amz-expected-bucket-owner'
  const header = await verified(signed({ headers: [[name, '000000000001']] }))
  assert.equal(header.covered.headers.get(name), '000000000001')
  const url = await verified(presigned({ query: `${name}=000000000001` }))
  assert.equal(url.covered.headers.get(name), '000000000001')
})

test('T-051 a scope for another service or region is refused; the region to use is named', async () => {
  for (const service of ['kms', 'iam', 'sts', 's3tables', 'S3', 'x']) {
    assert.equal(await kindOf(signed({ service })), 'malformed-authorization', service)
    assert.equal(await kindOf(presigned({ service })), 'malformed-query-authorization', service)
  }
  assert.equal((await verified(signed({ service: 's3express' }))).covered.signedFor, 's3express')
  const failure = await refusal(signed({ region: 'eu-north-1' }))
  assert.ok(failure.kind === 'malformed-authorization')
  assert.equal(failure.expectedRegion, 'us-east-1')
  assert.equal((await verified(signed({ region: 'eu-west-1' }))).kind, 'verified')
  const fixture = signed()
  const target = { ...fixture, headers: [...fixture.headers, ['x-amz-target', 'TrentService.Decrypt'] as const] }
  assert.equal(await kindOf(target), 'access-denied')
})

test('T-055 a body that is not the signed one throws before its end', async () => {
  const big = 'a'.repeat(300_000)
  const put = signed({ method: 'PUT', body: big })
  const honest = await verified({ ...put, pieceBytes: 65_536 })
  assert.equal((await readAll(honest.body)).length, 300_000)
  assert.equal(honest.body.bound, true)
  const lying = await verified({ ...put, body: `${big.slice(1)}b`, pieceBytes: 65_536 })
  assert.equal((await failureOf(() => readAll(lying.body))).kind, 'signed-digest-mismatch')
  for (const payloadHash of ['ab', 'A'.repeat(64), 'g'.repeat(64), '0'.repeat(63), 'unsigned-payload', '']) {
    assert.equal(await kindOf(signed({ method: 'PUT', payloadHash })), 'invalid-argument', payloadHash)
  }
})

function dateSigned(body: string, timeMs = NOW_MS): Fixture {
  // Signed over host and date alone, as the published example of PutBucketEncryption is.
  const date = new Date(timeMs).toUTCString()
  const stamp = `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
  const scope = `${stamp.slice(0, 8)}/us-east-1/s3/aws4_request`
  const canonical = `PUT\n/bucket\nencryption=\ndate:${date}\nhost:${HOST}\n\ndate;host\n${sha256Hex(Buffer.from(body))}`
  const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${sha256Hex(Buffer.from(canonical))}`
  const mac = (key: string | Buffer, part: string): Buffer => createHmac('sha256', key).update(part).digest()
  const key = [stamp.slice(0, 8), 'us-east-1', 's3', 'aws4_request'].reduce<Buffer>(
    (before, part) => mac(before, part),
    Buffer.from(`AWS4${SECRET}`),
  )
  const authorization = `AWS4-HMAC-SHA256 Credential=${KEY_ID}/${scope},SignedHeaders=date;host,Signature=${mac(key, text).toString('hex')}`
  const headers: Headers = [
    ['date', date],
    ['authorization', authorization],
  ]
  return { method: 'PUT', path: '/bucket', query: 'encryption', headers, body }
}

test('S3-99 Date in place of x-amz-date, and the body’s own hash where no header names one', async () => {
  const result = await verified(dateSigned('<ServerSideEncryptionConfiguration/>'))
  assert.equal((await readAll(result.body)).toString(), '<ServerSideEncryptionConfiguration/>')
  assert.equal(result.body.bound, true)
  const other = { ...dateSigned('<a/>'), body: '<b/>' }
  assert.equal(await kindOf(other), 'signature-does-not-match')
  assert.equal(await kindOf(dateSigned('<a/>', NOW_MS - 3_600_000)), 'request-time-too-skewed')
})

test('T-055 without a hash, no more than a small body is read before the signature is known', async () => {
  const fixture = dateSigned('x'.repeat(1_025))
  const small = authenticatorOf({ limits: { maxBodyBeforeVerifyBytes: 1_024 } })
  assert.deepEqual(await refusal(fixture, small), {
    kind: 'missing-security-header',
    header: 'x-amz-content-sha256',
  })
  const request = requestOf({ ...fixture, pieceBytes: 100 })
  let read = 0
  const unannounced = {
    ...request,
    body: {
      read: async function* () {
        for await (const piece of request.body.read()) {
          read += piece.length
          yield piece
        }
      },
    },
  }
  assert.equal((await failureOf(() => small.authenticate(unannounced))).kind, 'missing-security-header')
  assert.equal(read, 1_100 - 75)
})

test('T-058 how a body is decoded depends on the covered digest word alone', async () => {
  const body = 'plain'
  const plain = signed({ method: 'PUT', body })
  for (const coding of ['aws-chunked', 'aws-chunked, gzip', 'gzip,aws-chunked', 'gzip']) {
    const result = await verified({ ...plain, headers: [...plain.headers, ['content-encoding', coding]] })
    assert.equal((await readAll(result.body)).toString(), body)
    const shown = result.covered.headers.get('content-encoding')
    assert.equal(shown, coding === 'aws-chunked' ? undefined : 'gzip')
  }
  const framed = signed({ method: 'PUT', body: '5\r\nplain\r\n0\r\n\r\n' })
  const encoded = { ...framed, headers: [...framed.headers, ['content-encoding', 'aws-chunked'] as const] }
  assert.equal((await readAll((await verified(encoded)).body)).toString(), '5\r\nplain\r\n0\r\n\r\n')
})

test('T-062 key ids and signatures in odd spellings are refused, never an error', async () => {
  for (const id of [KEY_ID.toLowerCase(), `${KEY_ID}%20`, 'a'.repeat(500), 'ASIAEXAMPLE', 'ü', '__proto__']) {
    const header = replaceAuthorization(signed(), (value) => value.replace(KEY_ID, id))
    assert.equal(await kindOf(header), 'unknown-access-key', id)
    const text = `GET\n\n\n${HTTP_DATE}\n/bucket/key`
    const v2 = {
      headers: sigV2Header(text, [['date', HTTP_DATE]]).map(([n, v]) => [n, v.replace(KEY_ID, id)] as const),
    }
    assert.equal(await kindOf(v2), 'unknown-access-key', id)
  }
  const { query } = presigned()
  assert.equal(await kindOf({ query: query.replace(KEY_ID, `${KEY_ID}%00`) }), 'invalid-uri')
  const cut = (length: number, pad: string) => (value: string) => {
    const signature = value.slice(-64)
    return value.slice(0, -64) + signature.slice(0, length).padEnd(length, pad)
  }
  for (const length of [0, 1, 39, 41, 63, 65, 128]) {
    assert.equal(await kindOf(replaceAuthorization(signed(), cut(length, '0'))), 'signature-does-not-match')
  }
  const text = `GET\n\n\n${HTTP_DATE}\n/bucket/key`
  const right = sigV2Header(text, [['date', HTTP_DATE]]).at(-1)?.[1] ?? ''
  for (const value of [
    right.slice(0, -1),
    `${right}=`,
    right.replace(/.=$/, (tail) => (tail === 'A=' ? 'B=' : 'A=')),
  ]) {
    const headers: Headers = [
      ['date', HTTP_DATE],
      ['authorization', value],
    ]
    assert.equal(await kindOf({ headers }), 'signature-does-not-match', value)
  }
})

test('T-062 an unknown key is told after the same HMACs, and a look-up that ignores case finds nobody', async () => {
  const sloppy = authenticatorOf({ credentials: async () => credentialOf(KEY_ID, SECRET) })
  const other = signed({ accessKeyId: KEY_ID.toLowerCase() })
  assert.equal((await refusal(other, sloppy)).kind, 'unknown-access-key')
})

test('T-064 a cached signing key does not outlive its credential’s generation', async () => {
  let credential = credentialOf(KEY_ID, SECRET)
  const changing = authenticatorOf({ credentials: async () => credential })
  const old = signed()
  assert.equal((await verified(old, changing)).kind, 'verified')
  credential = { ...credentialOf(KEY_ID, 'another secret'), generation: '2' }
  assert.equal((await refusal(old, changing)).kind, 'signature-does-not-match')
  assert.equal((await verified(signed({ secret: 'another secret' }), changing)).kind, 'verified')
})

test('T-065 a signature for GET is for GET, and for the answer headers it was made with', async () => {
  for (const method of ['HEAD', 'PUT', 'DELETE', 'OPTIONS', 'POST'] as const) {
    assert.equal(await kindOf({ ...signed(), method }), 'signature-does-not-match')
    assert.equal(await kindOf({ ...presigned(), method }), 'signature-does-not-match')
  }
  const url = presigned()
  const widened = { ...url, query: `${url.query}&response-content-type=text%2Fhtml` }
  assert.equal(await kindOf(widened), 'signature-does-not-match')
  assert.equal(await kindOf({ query: 'response-content-type=text%2Fhtml' }), 'invalid-request')
})

test('T-030 a parameter of the signature twice, or in other letters, is refused before any credential is tried', async () => {
  const { query } = presigned()
  assert.equal(await kindOf({ query: `${query}&X-Amz-Signature=0` }), 'invalid-request')
  assert.equal(await kindOf({ query: `${query}&x-amz-signature=0` }), 'invalid-request')
  assert.equal(
    await kindOf({ query: query.replace('X-Amz-Signature', 'x-amz-signature') }),
    'malformed-query-authorization',
  )
  assert.equal(await kindOf({ query: 'awsaccesskeyid=a&Expires=1&signature=b' }), 'malformed-query-authorization')
})

test('a request without any mechanism is anonymous, and all of it is seen', async () => {
  const request = requestOf({ query: 'versionId=1', headers: [['x-amz-request-payer', 'requester']] })
  const result = await authenticatorOf().authenticate(request)
  assert.equal(result.kind, 'anonymous')
  assert.equal(result.covered.headers.get('x-amz-request-payer'), 'requester')
  assert.deepEqual(result.covered.query, [{ name: 'versionId', value: '1', bare: false }])
  assert.equal(result.body.bound, false)
})

test('an anonymous body keeps the promise it makes of itself; signed chunks it cannot have', async () => {
  const digest = sha256Hex(Buffer.from('hello'))
  const lying = requestOf({ method: 'PUT', body: 'hallo', headers: [['x-amz-content-sha256', digest]] })
  const result = await authenticatorOf().authenticate(lying)
  assert.equal((await failureOf(() => readAll(result.body))).kind, 'signed-digest-mismatch')
  const chunks: Headers = [
    ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
    ['x-amz-decoded-content-length', '0'],
  ]
  assert.equal(await kindOf({ method: 'PUT', headers: chunks }), 'invalid-request')
})

test('an unsigned body is not bound, and a body is read once', async () => {
  const result = await verified(signed({ method: 'PUT', body: 'hello', payloadHash: UNSIGNED_PAYLOAD }))
  assert.equal(result.body.bound, false)
  assert.equal((await readAll(result.body)).toString(), 'hello')
  await assert.rejects(() => readAll(result.body), /at most once/)
})

test('a reader that goes away stops the body with its own reason', async () => {
  const result = await verified({ ...signed({ method: 'PUT', body: 'hello' }), pieceBytes: 1 })
  const controller = new AbortController()
  const read = async (): Promise<void> => {
    for await (const piece of result.body.read(controller.signal)) {
      assert.equal(piece.length, 1)
      controller.abort(new Error('gone'))
    }
  }
  await assert.rejects(read, /gone/)
})

test('headers that came twice are one value under one signature', async () => {
  const joined = signed({ headers: [['x-amz-meta-a', 'one,two']] })
  const headers: Headers = joined.headers.flatMap(([name, value]) =>
    name === 'x-amz-meta-a'
      ? [
          [name, 'one'],
          [name, 'two'],
        ]
      : [[name, value]],
  )
  const result = await verified({ ...joined, headers })
  assert.equal(result.covered.headers.get('x-amz-meta-a'), 'one,two')
})

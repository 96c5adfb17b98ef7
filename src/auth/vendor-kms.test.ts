/** The signatures of the vendors' key services, and what becomes of requests that were changed on their way. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBasicIsoDate, headersOf, parseQuery, type HttpRequest } from '../http/index.ts'
import { VENDOR_KEY_DIALECTS, type VendorKeyDialect } from '../operations/index.ts'
import { createAuthenticator, type Authenticator } from './authenticate.ts'
import { credentialOf, failureOf, KEY_ID, NOW_MS, readAll, requestOf, SECRET, secretOf } from './request.fixture.ts'
import { acsRpcSign, acsRpcStringToSign } from './signatures/acs-rpc.ts'
import { acs3Sign, acs3StringsToSign } from './signatures/acs3.ts'
import { sdkHmacSign, sdkHmacStringToSign } from './signatures/sdk-hmac.ts'
import { sha256Hex } from './signatures/sigv4.ts'
import { tc3Sign, tc3StringsToSign } from './signatures/tc3.ts'
import type { Verified } from './verified.ts'

const HOST = 'localhost:9000'
const secret = secretOf(SECRET)

type Headers = Readonly<Record<string, string>>

/** A request as it goes out: everything of it can be changed before it arrives. */
interface Sent {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly query: string
  readonly headers: Headers
  readonly body: string
}

interface Scheme {
  readonly service: VendorKeyDialect
  readonly skewMs: number
  /** Signed at this time; `more`: signed with it, where the scheme lists headers. */
  readonly sign: (
    timeMs: number,
    more?: { readonly headers?: Headers; readonly body?: string; readonly host?: string },
  ) => Sent
}

const MINUTE_MS = 60_000
const iso = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 19)}Z`
let nonces = 0

const SCHEMES: Readonly<Record<'rpc' | 'acs3' | 'sdk-hmac' | 'tc3', Scheme>> = {
  rpc: {
    service: 'alibaba-kms',
    skewMs: 15 * MINUTE_MS,
    sign: (timeMs, { body = '' } = {}) => {
      const query = {
        ...{ Action: 'DescribeKey', Version: '2016-01-20', KeyId: 'k', AccessKeyId: KEY_ID, Timestamp: iso(timeMs) },
        ...{ SignatureMethod: 'HMAC-SHA1', SignatureVersion: '1.0', SignatureNonce: `rpc-${++nonces}` },
      }
      const form = parseQuery(body, { plusIsSpace: true })
      assert.ok(form.kind === 'parameters')
      const parameters = Object.entries(query).map(([name, value]) => ({ name, value }))
      const text = acsRpcStringToSign('POST', [...parameters, ...form.parameters])
      const signed = { ...query, Signature: acsRpcSign(secret, text) }
      const pairs = Object.entries(signed).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      const type = body === '' ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
      return { method: 'POST', path: '/', query: pairs.join('&'), headers: type, body }
    },
  },
  acs3: {
    service: 'alibaba-kms',
    skewMs: 15 * MINUTE_MS,
    sign: (timeMs, { headers = {}, body = '' } = {}) => {
      const all = {
        ...{ 'x-acs-action': 'DescribeKey', 'x-acs-version': '2016-01-20', 'x-acs-date': iso(timeMs) },
        ...{ 'x-acs-signature-nonce': `acs3-${++nonces}`, 'x-acs-content-sha256': sha256Hex(Buffer.from(body)) },
        ...headers,
      }
      const signedHeaders = ['host', ...Object.keys(all)].sort()
      const [text = ''] = acs3StringsToSign(
        { accessKeyId: KEY_ID, signedHeaders, signature: '' },
        {
          ...{ method: 'POST', rawPath: '/', query: [{ name: 'KeyId', value: 'k', bare: false }], host: HOST },
          ...{ headers: headersOf(Object.entries(all)), payloadHash: all['x-acs-content-sha256'] },
        },
      )
      const fields = `Credential=${KEY_ID},SignedHeaders=${signedHeaders.join(';')},Signature=${acs3Sign(secret, text)}`
      const authorization = `ACS3-HMAC-SHA256 ${fields}`
      return { method: 'POST', path: '/', query: 'KeyId=k', headers: { ...all, authorization }, body }
    },
  },
  'sdk-hmac': {
    service: 'huawei-kms',
    skewMs: 15 * MINUTE_MS,
    sign: (timeMs, { headers = {}, body = '{"key_id":"k"}' } = {}) => {
      const date = formatBasicIsoDate(timeMs)
      const all = { 'content-type': 'application/json', 'x-sdk-date': date, ...headers }
      const signedHeaders = ['host', ...Object.keys(all)].sort()
      const path = '/v1.0/p/kms/describe-key'
      const text = sdkHmacStringToSign(
        { accessKeyId: KEY_ID, signedHeaders, signature: '' },
        {
          ...{ method: 'POST', rawPath: path, query: [], headers: headersOf(Object.entries(all)), host: HOST, date },
          payloadHash: headers['x-sdk-content-sha256'] ?? sha256Hex(Buffer.from(body)),
        },
      )
      const fields = `Access=${KEY_ID}, SignedHeaders=${signedHeaders.join(';')}, Signature=${sdkHmacSign(secret, text)}`
      const authorization = `SDK-HMAC-SHA256 ${fields}`
      return { method: 'POST', path, query: '', headers: { ...all, authorization }, body }
    },
  },
  tc3: {
    service: 'tencent-kms',
    skewMs: 5 * MINUTE_MS,
    sign: (timeMs, { headers = {}, body = '{"KeyId":"k"}', host = HOST } = {}) => {
      const timestamp = String(Math.floor(timeMs / 1_000))
      const listed = { 'content-type': 'application/json', ...headers }
      const signedHeaders = ['host', ...Object.keys(listed)].sort()
      const date = iso(timeMs).slice(0, 10)
      const claim = { accessKeyId: KEY_ID, date, service: '127', signedHeaders, signature: '' }
      const texts = tc3StringsToSign(claim, {
        ...{ method: 'POST', headers: headersOf(Object.entries(listed)), hosts: [host], timestamp },
        payloadHash: sha256Hex(Buffer.from(body)),
      })
      const [signature = ''] = tc3Sign(secret, claim, texts)
      const fields = `Credential=${KEY_ID}/${date}/127/tc3_request, SignedHeaders=${signedHeaders.join(';')}`
      const all = {
        ...{ 'x-tc-action': 'DescribeKey', 'x-tc-version': '2019-01-18', 'x-tc-timestamp': timestamp, ...listed },
        authorization: `TC3-HMAC-SHA256 ${fields}, Signature=${signature}`,
      }
      return { method: 'POST', path: '/', query: '', headers: all, body }
    },
  },
}
const ALL = Object.entries(SCHEMES)

function requestFor(sent: Sent, more: Partial<HttpRequest> = {}): HttpRequest {
  const { method, path, query, headers, body } = sent
  const fixture = { method, path, host: HOST, headers: Object.entries(headers), body }
  return { ...requestOf(query === '' ? fixture : { ...fixture, query }), ...more }
}

/** What every process of a server knows of used numbers. */
function sharedMemory(): (accessKeyId: string, nonce: string) => boolean {
  const used = new Set<string>()
  return (accessKeyId, nonce) => {
    const name = `${accessKeyId} ${nonce}`
    if (used.has(name)) return false
    used.add(name)
    return true
  }
}

function authenticator(onceOnly = sharedMemory(), credential = credentialOf(KEY_ID, SECRET)): Authenticator {
  return createAuthenticator({
    credentials: (id) => (id === KEY_ID ? credential : undefined),
    ...{ now: () => NOW_MS, regions: ['us-east-1'], hostBucket: () => undefined, onceOnly },
  })
}

async function verified(service: string, request: HttpRequest, by = authenticator()): Promise<Verified> {
  const found = await by.authenticate(request, service)
  assert.ok(found.kind === 'verified')
  return found
}

async function refused(service: string, request: HttpRequest, by = authenticator()): Promise<string> {
  const failure = await failureOf(async () => {
    const found = await by.authenticate(request, service)
    // What is bound by a digest is found wrong while it is read.
    await readAll(found.body)
  })
  return failure.kind
}

test('each scheme is verified for its own service; the body is bound, and the claim is nothing to decode', async () => {
  for (const [name, { service, sign }] of ALL) {
    const { body, covered, scheme, accessKeyId } = await verified(service, requestFor(sign(NOW_MS)))
    assert.equal(scheme, name === 'rpc' ? 'acs-rpc' : name)
    assert.deepEqual([accessKeyId, body.bound, covered.headers.get('authorization')], [KEY_ID, true, undefined])
    assert.deepEqual(
      covered.query.filter(({ name: parameter }) => /^(?:Signature|Timestamp|AccessKeyId)/.test(parameter)),
      [],
    )
  }
  const { covered } = await verified('tencent-kms', requestFor(SCHEMES.tc3.sign(NOW_MS)))
  assert.equal(covered.headers.get('x-tc-action'), 'DescribeKey')
})

test('T-051 a scheme opens no other service, and SigV4 none of these', async () => {
  const services = ['s3', 'oss', 'obs', 'cos', 'kms', 'iam', 'sts', ...VENDOR_KEY_DIALECTS]
  for (const [name, { service, sign }] of ALL) {
    for (const other of services.filter((one) => one !== service)) {
      assert.equal(await refused(other, requestFor(sign(NOW_MS))), 'unsupported-signature', `${name} at ${other}`)
    }
  }
  const sigv4 = `AWS4-HMAC-SHA256 Credential=${KEY_ID}/20260124/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=00`
  const request = requestFor({ method: 'POST', path: '/', query: '', headers: { authorization: sigv4 }, body: '' })
  for (const service of VENDOR_KEY_DIALECTS) assert.equal(await refused(service, request), 'unsupported-signature')
})

test('T-039 T-040 times: at the edge of the window, beyond it, and unreadable ones', async () => {
  for (const [name, { service, sign, skewMs }] of ALL) {
    for (const timeMs of [NOW_MS - skewMs, NOW_MS + skewMs]) await verified(service, requestFor(sign(timeMs)))
    for (const timeMs of [NOW_MS - skewMs - 1_000, NOW_MS + skewMs + 1_000]) {
      assert.equal(await refused(service, requestFor(sign(timeMs))), 'request-time-too-skewed', name)
    }
  }
  const { rpc, acs3, tc3 } = SCHEMES
  for (const text of ['x', '', '2026-01-24T06:15:30', '20260124T061530Z', '2026-13-24T06:15:30Z', '1769235330']) {
    const sent = rpc.sign(NOW_MS)
    const query = sent.query.replace(/Timestamp=[^&]*/, `Timestamp=${encodeURIComponent(text)}`)
    assert.equal(await refused('alibaba-kms', requestFor({ ...sent, query })), 'access-denied', text)
    const headers = { 'x-acs-date': text }
    assert.equal(await refused('alibaba-kms', requestFor(acs3.sign(NOW_MS, { headers }))), 'access-denied', text)
    const sdk = SCHEMES['sdk-hmac'].sign(NOW_MS, { headers: text === '20260124T061530Z' ? {} : { 'x-sdk-date': text } })
    if (text !== '20260124T061530Z') assert.equal(await refused('huawei-kms', requestFor(sdk)), 'access-denied', text)
  }
  for (const text of ['x', '', '1e9', '-1', '1769235330.0', ' 1769235330', '99999999999']) {
    const sent = tc3.sign(NOW_MS)
    const request = requestFor({ ...sent, headers: { ...sent.headers, 'x-tc-timestamp': text } })
    assert.equal(await refused('tencent-kms', request), 'access-denied', text)
  }
  const yesterday = tc3.sign(NOW_MS)
  const authorization = String(yesterday.headers['authorization']).replace('2026-01-24', '2026-01-23')
  const moved = requestFor({ ...yesterday, headers: { ...yesterday.headers, authorization } })
  assert.equal(await refused('tencent-kms', moved), 'malformed-authorization')
})

test('whatever is changed on the way is a mismatch: method, path, query, body, host, signature, and who signs', async () => {
  for (const [name, { service, sign }] of ALL) {
    const sent = sign(NOW_MS)
    const credential = (text: string): string => text.replaceAll(KEY_ID, 'AKIDOFNOBODYATALL')
    const changes: readonly (readonly [string, Sent, Partial<HttpRequest>?])[] = [
      ['method', { ...sent, method: 'GET' }],
      ['path', { ...sent, path: name === 'sdk-hmac' ? sent.path.replace('describe', 'disable') : '/x' }],
      ['query', { ...sent, query: sent.query === '' ? 'KeyId=other' : sent.query.replace('KeyId=k', 'KeyId=other') }],
      ['more query', { ...sent, query: sent.query === '' ? 'a=b' : `${sent.query}&a=b` }],
      ...(name === 'rpc' ? [] : ([['body', { ...sent, body: `${sent.body} ` }]] as const)),
    ]
    for (const [what, changed] of changes) {
      const kind = await refused(service, requestFor(changed))
      const mismatch = ['signature-does-not-match', 'signed-digest-mismatch'].includes(kind)
      assert.ok(mismatch, `${name}, ${what}: ${kind}`)
    }
    if (name !== 'rpc') {
      const elsewhere = { host: { name: 'other.example', raw: 'other.example' } }
      assert.equal(await refused(service, requestFor(sent, elsewhere)), 'signature-does-not-match', name)
    }
    const nobody = requestFor({
      ...{ ...sent, query: credential(sent.query) },
      headers: Object.fromEntries(Object.entries(sent.headers).map(([header, value]) => [header, credential(value)])),
    })
    assert.equal(await refused(service, nobody), 'unknown-access-key', name)
    const others = authenticator(sharedMemory(), credentialOf(KEY_ID, `${SECRET}x`))
    assert.equal(await refused(service, requestFor(sent), others), 'signature-does-not-match', name)
  }
})

test('T-035 a vendor’s header that no signature covers is refused, and so is a listed one that did not come', async () => {
  for (const [name, { service, sign }] of ALL) {
    for (const header of ['x-acs-source-ip', 'x-amz-acl', 'x-oss-object-acl', 'x-obs-acl', 'x-cos-acl']) {
      const sent = sign(NOW_MS)
      const request = requestFor({ ...sent, headers: { ...sent.headers, [header]: 'x' } })
      assert.equal(await refused(service, request), 'access-denied', `${name} ${header}`)
    }
  }
  const listed = SCHEMES['sdk-hmac'].sign(NOW_MS)
  const headers = Object.fromEntries(Object.entries(listed.headers).filter(([header]) => header !== 'content-type'))
  const absent = requestFor({ ...listed, headers })
  assert.equal(await refused('huawei-kms', absent), 'signature-does-not-match')
  const sent = SCHEMES.rpc.sign(NOW_MS)
  const told = requestFor({ ...sent, headers: { 'x-acs-action': 'DescribeKey', 'x-acs-version': '2016-01-20' } })
  await verified('alibaba-kms', told)
  const other = requestFor({ ...SCHEMES.rpc.sign(NOW_MS), headers: { 'x-acs-action': 'DisableKey' } })
  assert.equal(await refused('alibaba-kms', other), 'invalid-request')
})

test('T-037 two mechanisms in one request, and neither is tried', async () => {
  for (const [name, { service, sign }] of ALL) {
    for (const second of ['X-Amz-Signature=0', 'OSSAccessKeyId=a', 'AWSAccessKeyId=a', 'q-signature=0']) {
      const sent = sign(NOW_MS)
      const query = sent.query === '' ? second : `${sent.query}&${second}`
      assert.equal(
        await refused(service, requestFor({ ...sent, query })),
        'several-authorizations',
        `${name} ${second}`,
      )
    }
  }
  const { headers, ...sent } = SCHEMES.acs3.sign(NOW_MS)
  const both = requestFor({ ...sent, headers, query: SCHEMES.rpc.sign(NOW_MS).query })
  assert.equal(await refused('alibaba-kms', both), 'several-authorizations')
})

test('T-047 TC3: the host may be signed without its port, and no other host is', async () => {
  await verified('tencent-kms', requestFor(SCHEMES.tc3.sign(NOW_MS, { host: 'localhost' })))
  const elsewhere = SCHEMES.tc3.sign(NOW_MS, { host: 'kms.tencentcloudapi.com' })
  assert.equal(await refused('tencent-kms', requestFor(elsewhere)), 'signature-does-not-match')
})

test('T-053 these services answer over TLS or to this machine alone, signed or not', async () => {
  const far = { remoteAddress: '192.0.2.7' }
  for (const [name, { service, sign }] of ALL) {
    assert.equal(await refused(service, requestFor(sign(NOW_MS), far)), 'access-denied', name)
    await verified(service, requestFor(sign(NOW_MS), { ...far, secure: true }))
  }
  const nothing = requestFor({ method: 'POST', path: '/', query: '', headers: {}, body: '' }, far)
  for (const service of VENDOR_KEY_DIALECTS) assert.equal(await refused(service, nothing), 'access-denied')
})

test('T-054 a number is good for one request, in every process; a request that did not verify spends none', async () => {
  for (const name of ['rpc', 'acs3'] as const) {
    const { service, sign } = SCHEMES[name]
    const memory = sharedMemory()
    const workers = [authenticator(memory), authenticator(memory)] as const
    const sent = sign(NOW_MS)
    const forged = requestFor({ ...sent, method: 'GET' })
    assert.equal(await refused(service, forged, workers[0]), 'signature-does-not-match')
    await verified(service, requestFor(sent), workers[0])
    for (const worker of workers) assert.equal(await refused(service, requestFor(sent), worker), 'nonce-used', name)
  }
  const without = createAuthenticator({
    credentials: () => credentialOf(KEY_ID, SECRET),
    ...{ now: () => NOW_MS, regions: ['us-east-1'], hostBucket: () => undefined },
  })
  assert.equal(await refused('alibaba-kms', requestFor(SCHEMES.rpc.sign(NOW_MS)), without), 'unavailable')
})

test('T-054 a parameter in query and form, twice, and forms that are none', async () => {
  const { sign } = SCHEMES.rpc
  await verified('alibaba-kms', requestFor(sign(NOW_MS, { body: 'Description=a+b' })))
  const cases: readonly (readonly [string, Headers, string])[] = [
    ['KeyId=other', {}, 'invalid-request'],
    ['keyid=other', {}, 'invalid-request'],
    ['Action=DisableKey', {}, 'invalid-request'],
    ['Description=%ff', {}, 'invalid-request'],
    ['Description=a', { 'content-type': 'application/json' }, 'invalid-request'],
  ]
  for (const [body, headers, kind] of cases) {
    const sent = sign(NOW_MS, { body: 'Description=a' })
    const request = requestFor({ ...sent, body, headers: { ...sent.headers, ...headers } })
    assert.equal(await refused('alibaba-kms', request), kind, body)
  }
  const changed = { ...sign(NOW_MS, { body: 'Description=a' }), body: 'Description=b' }
  assert.equal(await refused('alibaba-kms', requestFor(changed)), 'signature-does-not-match')
})

test('T-052 T-054 no body goes unsigned: words instead of a digest, and digests of others', async () => {
  for (const word of [
    'UNSIGNED-PAYLOAD',
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    '',
    sha256Hex(Buffer.from('x')).toUpperCase(),
  ]) {
    const acs3 = SCHEMES.acs3.sign(NOW_MS, { headers: { 'x-acs-content-sha256': word } })
    assert.equal(await refused('alibaba-kms', requestFor(acs3)), 'invalid-argument', word)
    const sdk = SCHEMES['sdk-hmac'].sign(NOW_MS, { headers: { 'x-sdk-content-sha256': word } })
    assert.equal(await refused('huawei-kms', requestFor(sdk)), 'invalid-argument', word)
  }
  const digest = sha256Hex(Buffer.from('{}'))
  const sdk = SCHEMES['sdk-hmac'].sign(NOW_MS, { headers: { 'x-sdk-content-sha256': digest } })
  assert.equal(await refused('huawei-kms', requestFor(sdk)), 'signed-digest-mismatch')
})

test('T-060 a token with a lasting key is not ignored; a key limited to other signatures opens nothing', async () => {
  const tokens: Readonly<Record<string, Headers>> = {
    acs3: { 'x-acs-security-token': 'token' },
    'sdk-hmac': { 'x-security-token': 'token' },
    tc3: { 'x-tc-token': 'token' },
  }
  for (const [name, { service, sign }] of ALL) {
    const headers = tokens[name]
    if (headers !== undefined) {
      assert.equal(await refused(service, requestFor(sign(NOW_MS, { headers }))), 'invalid-token', name)
    }
    const limited = authenticator(sharedMemory(), credentialOf(KEY_ID, SECRET, ['sigv4', 'oss-v4', 'obs', 'cos']))
    assert.equal(await refused(service, requestFor(sign(NOW_MS)), limited), 'invalid-request', name)
  }
})

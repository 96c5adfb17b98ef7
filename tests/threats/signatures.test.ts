import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SIGV2_SIGNED_PARAMETERS } from '../../src/auth/index.ts'
import { ACCESS_KEY, SECRET_KEY } from '../servers.ts'
import { EVERY_OPERATION } from './every-operation.ts'
import { auditOf, BUCKET, codeOf, expectRefused, OTHER_BUCKET, startVictim, storedState } from './oracle.ts'
import {
  plainBytes,
  presignedBytes,
  signedBytes,
  sigV2Bytes,
  sigV2Of,
  sigV2UrlBytes,
  type Header,
  type Signing,
  type WireRequest,
} from './wire-request.ts'

const SIG = { status: 403, code: 'SignatureDoesNotMatch' }
const DENIED = { status: 403, code: 'AccessDenied' }
const OBJECT = `/${BUCKET}/k`
const SECRET_OBJECT = `/${OTHER_BUCKET}/secret`
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

function seconds(ms: number): string {
  return String(Math.floor(ms / 1_000))
}

/** Latin-1 text of a request with one thing replaced; it has to be there. */
function changed(bytes: Buffer, from: string | RegExp, to: string): Buffer {
  const text = bytes.toString('latin1')
  const other = text.replace(from, to)
  assert.notEqual(other, text, String(from))
  return Buffer.from(other, 'latin1')
}

/** What SigV2 signs of a request: path and listed parameters. */
function resourceOf({ path, query }: WireRequest): string {
  const listed = (query ?? '').split('&').filter((piece) => SIGV2_SIGNED_PARAMETERS.has(piece.split('=')[0] ?? ''))
  return listed.length === 0 ? path : `${path}?${listed.toSorted().join('&')}`
}

test('T-035 whoever holds a link to upload adds nothing to it: no copy source, no protection, no right', async (t) => {
  const victim = await startVictim(t)
  await victim.ok({ method: 'PUT', path: SECRET_OBJECT, body: 'canary-of-the-secret-object' })
  victim.canaries.push('canary-of-the-secret-object')
  const link: WireRequest = { method: 'PUT', path: OBJECT, body: 'x' }
  const added: readonly Header[] = [
    ['x-amz-copy-source', SECRET_OBJECT],
    ['X-Amz-Copy-Source', SECRET_OBJECT],
    ['x-amz-acl', 'public-read'],
    ['x-amz-tagging', 'a=b'],
    ['x-amz-meta-a', 'b'],
    ['x-amz-object-lock-mode', 'COMPLIANCE'],
    ['x-amz-server-side-encryption', 'aws:kms'],
    ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
    ['x-amz-website-redirect-location', '/'],
    ['x-amz-storage-class', 'GLACIER'],
    ['x-amz-expected-bucket-owner', '000000000001'],
    ['x-oss-copy-source', SECRET_OBJECT],
    ['x-obs-acl', 'public-read'],
    ['x-cos-copy-source', SECRET_OBJECT],
    ['x-coffer-anything', '1'],
  ]
  for (const header of added) {
    const unsigned = { unsignedHeaders: [header] }
    await expectRefused(victim, presignedBytes(link, unsigned), DENIED, `URL ${header[0]}`)
    await expectRefused(victim, signedBytes(link, unsigned), DENIED, `header ${header[0]}`)
    const expires = seconds(Date.now() + 5 * MINUTE_MS)
    const v2 = header[0].toLowerCase().startsWith('x-amz-') ? SIG : DENIED
    await expectRefused(victim, sigV2UrlBytes(link, OBJECT, expires, unsigned), v2, `SigV2 URL ${header[0]}`)
    await expectRefused(victim, sigV2Bytes(link, OBJECT, unsigned), v2, `SigV2 ${header[0]}`)
  }
  const token: Header = ['x-amz-security-token', 'canary-of-the-token']
  victim.canaries.push('canary-of-the-token')
  const refused = await victim.send(presignedBytes(link, { unsignedHeaders: [token] }))
  assert.ok(refused.status === 400 || refused.status === 403, refused.statusLine)
  await expectRefused(victim, presignedBytes({ path: OBJECT }), { status: 404, code: 'NoSuchKey' }, 'nothing is there')
  // The neighbours: the same link as it is, with what proxies add, and the same headers where they were signed.
  const trace: Header = ['x-amzn-trace-id', 'Root=1']
  assert.equal((await victim.send(presignedBytes(link, { unsignedHeaders: [trace] }))).status, 200)
  const signed: WireRequest = { ...link, headers: [['x-amz-meta-a', 'b']] }
  assert.equal((await victim.send(presignedBytes(signed))).status, 200)
  assert.equal((await victim.ok({ path: OBJECT })).header('x-amz-meta-a'), 'b')
})

type Form = (request: WireRequest, signing?: Signing) => Buffer

const FORMS: Readonly<Record<string, Form>> = {
  sigv4: signedBytes,
  'sigv4-query': presignedBytes,
  sigv2: (request, signing) => sigV2Bytes(request, resourceOf(request), signing),
  'sigv2-query': (request, signing) =>
    sigV2UrlBytes(request, resourceOf(request), seconds(Date.now() + MINUTE_MS), signing),
}

test('T-036 every operation in every form of authentication: wrong and missing signatures are refused, right ones are not', async (t) => {
  const victim = await startVictim(t)
  const put: WireRequest = { method: 'PUT', path: OBJECT, body: 'x' }
  await victim.ok(put)
  for (const [operation, request] of Object.entries(EVERY_OPERATION)) {
    const bodiless = request.method === 'HEAD'
    const only = (code: string): { status: number; code?: string } =>
      bodiless ? { status: 403 } : { status: 403, code }
    const isAdmin = request.path.startsWith('/-/')
    for (const [form, sign] of Object.entries(FORMS)) {
      const what = `${operation} ${form}`
      const guessed = sign(request, { secret: 'another-secret-0123456789-0123456789' })
      await expectRefused(victim, guessed, only(isAdmin ? 'signature-does-not-match' : 'SignatureDoesNotMatch'), what)
      const nobody = sign(request, { accessKeyId: 'CFRNOBODYNOBODYNOBOD' })
      await expectRefused(victim, nobody, only(isAdmin ? 'unknown-access-key' : 'InvalidAccessKeyId'), what)
    }
    await expectRefused(victim, plainBytes(request), only(isAdmin ? 'access-denied' : 'AccessDenied'), operation)
    // A credential that is shown and never proved, with the sentinel that once was believed.
    const sentinel: Header = ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER']
    const shown = `X-Amz-Credential=${ACCESS_KEY}%2F20260101%2Fus-east-1%2Fs3%2Faws4_request`
    const query = request.query === undefined ? shown : `${request.query}&${shown}`
    const unproved = plainBytes({ ...request, query, headers: [...(request.headers ?? []), sentinel] })
    const before = await storedState(victim)
    const answer = await victim.send(unproved, { bodiless })
    assert.ok(answer.status === 400 || answer.status === 403, `${operation}: ${answer.statusLine}`)
    assert.deepEqual(await storedState(victim), before, operation)
  }
  // The right ones, last: some of them change things.
  for (const [operation, request] of Object.entries(EVERY_OPERATION)) {
    for (const [form, sign] of Object.entries(FORMS)) {
      const answer = await victim.send(sign(request), { bodiless: request.method === 'HEAD' })
      const text = `${operation} ${form}: ${answer.statusLine} ${answer.body.toString()}`
      // What is no archive cannot be restored: that is no matter of who asks.
      if (!text.includes('InvalidObjectState')) assert.notEqual(answer.status, 403, text)
      assert.ok(answer.status < 500, text)
    }
    await victim.send(signedBytes({ method: 'PUT', path: `/${BUCKET}` }))
    await victim.ok(put)
  }
})

test('T-036 the unsigned sentinel on a link that was signed for a plain body stores nothing', async (t) => {
  const victim = await startVictim(t)
  const body = 'b\r\ncontent-here\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n'
  const sentinel: readonly Header[] = [
    ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'],
    ['x-amz-trailer', 'x-amz-checksum-crc32'],
    ['x-amz-decoded-content-length', '11'],
  ]
  const link: WireRequest = { method: 'PUT', path: OBJECT, body }
  for (const unsignedHeaders of [sentinel, sentinel.slice(0, 1)]) {
    const bytes = presignedBytes(link, { unsignedHeaders })
    const before = await storedState(victim)
    const answer = await victim.send(bytes)
    assert.ok(answer.status === 400 || answer.status === 403, answer.statusLine)
    assert.deepEqual(await storedState(victim), before)
    const anonymous = plainBytes({ ...link, headers: unsignedHeaders })
    assert.ok([400, 403, 411].includes((await victim.send(anonymous)).status))
    assert.deepEqual(await storedState(victim), before)
  }
})

test('T-037 two credentials in one request: refused, and neither is tried', async (t) => {
  const victim = await startVictim(t)
  await victim.ok({ method: 'PUT', path: OBJECT, body: 'x' })
  const only = { status: 400, code: 'InvalidArgument' }
  const right = signedBytes({ path: OBJECT })
  const authorization = /authorization: ([^\r]+)/.exec(right.toString('latin1'))?.[1] ?? assert.fail()
  const second: Header = ['Authorization', authorization]
  for (const query of [
    'X-Amz-Signature=0',
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    'Signature=0',
    `AWSAccessKeyId=${ACCESS_KEY}`,
    'OSSAccessKeyId=a',
    'x-oss-signature=a',
    'q-signature=0',
    'AccessKeyId=a',
  ]) {
    await expectRefused(victim, signedBytes({ path: OBJECT, query }), only, query)
    if (query.startsWith('X-Amz-')) continue
    await expectRefused(victim, presignedBytes({ path: OBJECT, query }), only, `${query} in a URL`)
  }
  await expectRefused(victim, presignedBytes({ path: OBJECT }, { unsignedHeaders: [second] }), only)
  const both = `AWSAccessKeyId=${ACCESS_KEY}&Expires=${seconds(Date.now() + MINUTE_MS)}&Signature=x`
  await expectRefused(victim, presignedBytes({ path: OBJECT, query: both }), only)
  // Two headers of the same name do not get as far as that.
  const twice = await victim.send(changed(right, 'authorization:', `authorization: ${authorization}\r\nauthorization:`))
  assert.equal(twice.status, 400)
  assert.equal((await victim.send(right)).body.toString(), 'x')
})

test('T-038 algorithms and signed headers outside the closed list', async (t) => {
  const victim = await startVictim(t)
  const malformed = { status: 400, code: 'AuthorizationHeaderMalformed' }
  const query = { status: 400, code: 'AuthorizationQueryParametersError' }
  const right = signedBytes({ path: `/${BUCKET}` })
  for (const algorithm of ['AWS4-HMAC-SHA1', 'AWS4-HMAC-MD5', 'aws4-hmac-sha256', 'AWS4-HMAC-SHA256x']) {
    await expectRefused(victim, changed(right, 'AWS4-HMAC-SHA256', algorithm), malformed, algorithm)
    const url = presignedBytes({ path: `/${BUCKET}` })
    await expectRefused(victim, changed(url, 'AWS4-HMAC-SHA256', algorithm), query, algorithm)
  }
  const ecdsa = changed(right, 'AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256')
  await expectRefused(victim, ecdsa, { status: 501, code: 'NotImplemented' })
  for (const names of [
    'x-amz-content-sha256;x-amz-date',
    'x-amz-date;host;x-amz-content-sha256',
    'host;host;x-amz-content-sha256;x-amz-date',
    'authorization;host;x-amz-content-sha256;x-amz-date',
    'Host;x-amz-content-sha256;x-amz-date',
    `host;${Array.from({ length: 600 }, (_, at) => `x${String(at).padStart(5, '0')}`).join(';')}`,
  ]) {
    const bytes = changed(right, 'SignedHeaders=host;x-amz-content-sha256;x-amz-date', `SignedHeaders=${names}`)
    await expectRefused(victim, bytes, malformed, names.slice(0, 60))
  }
  const absent = changed(right, 'SignedHeaders=host;', 'SignedHeaders=host;x-amz-acl;')
  await expectRefused(victim, absent, SIG, 'a listed header that did not come')
})

test('T-039 a time that cannot be read is refused: nothing lives for ever by comparing false', async (t) => {
  const victim = await startVictim(t)
  const link = presignedBytes({ path: OBJECT })
  const query = { status: 400, code: 'AuthorizationQueryParametersError' }
  for (const time of ['x', '', 'NaN', '20260101', '20261341T000000Z', '20260230T000000Z', '2026-01-01T00:00:00Z']) {
    await expectRefused(victim, changed(link, /X-Amz-Date=[^&]+/, `X-Amz-Date=${time}`), query, time)
  }
  await expectRefused(victim, changed(link, /&X-Amz-Date=[^&]+/, ''), query, 'no date')
  await expectRefused(victim, changed(link, /&X-Amz-Expires=[^&]+/, ''), query, 'no expiry')
  for (const time of ['x', '', 'NaN', '1e99', '-1', 'Fri, 24 Jan 2025 06:15:30 GMT', '0x7fffffff', '99999999999999']) {
    await expectRefused(victim, sigV2UrlBytes({ path: OBJECT }, OBJECT, time), DENIED, time)
  }
  const dated = (date: string): Buffer => {
    const text = `GET\n\n\n${date}\n${OBJECT}`
    const headers: readonly Header[] = [
      ['Date', date],
      ['Authorization', `AWS ${ACCESS_KEY}:${sigV2Of(text)}`],
    ]
    return plainBytes({ path: OBJECT, headers })
  }
  for (const date of ['x', '1737699330', 'NaN', 'Fri, 31 Feb 2025 06:15:30 GMT', '2026']) {
    await expectRefused(victim, dated(date), DENIED, date)
  }
  const undated = plainBytes({
    path: OBJECT,
    headers: [['Authorization', `AWS ${ACCESS_KEY}:${sigV2Of(`GET\n\n\n\n${OBJECT}`)}`]],
  })
  await expectRefused(victim, undated, DENIED, 'no date')
  assert.equal((await victim.send(dated(new Date().toUTCString()))).status, 404)
  assert.equal((await victim.send(link)).status, 404)
})

test('T-040 a link lives for 1 second to 7 days from its date, and not a second longer', async (t) => {
  const victim = await startVictim(t)
  const nowMs = Date.now()
  const query = { status: 400, code: 'AuthorizationQueryParametersError' }
  const link = presignedBytes({ path: OBJECT })
  for (const text of [
    '-1',
    '0',
    '604801',
    '1e9',
    '0x10',
    '%2060',
    '60.0',
    '+60',
    '060',
    '9'.repeat(25),
    '',
    'Infinity',
  ]) {
    await expectRefused(victim, changed(link, /X-Amz-Expires=[^&]+/, `X-Amz-Expires=${text}`), query, text)
  }
  const at = (timeMs: number, life: number): Buffer => presignedBytes({ path: OBJECT }, { timeMs }, life)
  await expectRefused(victim, at(nowMs - 2 * MINUTE_MS, 60), DENIED, 'it has ended')
  await expectRefused(victim, at(nowMs - 8 * DAY_MS, 604_800), DENIED, 'it has ended')
  const skewed = { status: 403, code: 'RequestTimeTooSkewed' }
  for (const ahead of [20 * MINUTE_MS, DAY_MS, 365 * DAY_MS]) {
    await expectRefused(victim, at(nowMs + ahead, 60), skewed, 'it has not begun')
  }
  for (const off of [-20 * MINUTE_MS, 20 * MINUTE_MS]) {
    await expectRefused(victim, signedBytes({ path: OBJECT }, { timeMs: nowMs + off }), skewed)
    await expectRefused(victim, sigV2Bytes({ path: OBJECT }, OBJECT, { timeMs: nowMs + off }), skewed)
  }
  const tooLong = seconds(nowMs + 31 * DAY_MS)
  await expectRefused(victim, sigV2UrlBytes({ path: OBJECT }, OBJECT, tooLong), DENIED, 'too long a life')
  const ended = seconds(nowMs - 5_000)
  await expectRefused(victim, sigV2UrlBytes({ path: OBJECT }, OBJECT, ended), DENIED, 'it has ended')
  const scope = changed(signedBytes({ path: OBJECT }), /\/\d{8}\/us-east-1/, '/20200101/us-east-1')
  await expectRefused(victim, scope, { status: 400, code: 'AuthorizationHeaderMalformed' }, 'another day')
  for (const good of [at(nowMs, 604_800), at(nowMs - DAY_MS, 604_800), at(nowMs + 10 * MINUTE_MS, 60)]) {
    assert.equal((await victim.send(good)).status, 404)
  }
})

test('T-041 a captured SigV2 header is no link, and a link is no header', async (t) => {
  const victim = await startVictim(t)
  await victim.ok({ method: 'PUT', path: OBJECT, body: 'x' })
  const date = new Date().toUTCString()
  const captured = sigV2Of(`GET\n\n\n${date}\n${OBJECT}`)
  assert.equal((await victim.send(sigV2Bytes({ path: OBJECT }, OBJECT))).status, 200)
  const query = `AWSAccessKeyId=${ACCESS_KEY}&Expires=${encodeURIComponent(date)}&Signature=${encodeURIComponent(captured)}`
  await expectRefused(victim, plainBytes({ path: OBJECT, query }), DENIED, 'the date as an expiry')
  const expires = seconds(Date.now() + DAY_MS)
  const link = sigV2Of(`GET\n\n\n${expires}\n${OBJECT}`)
  assert.equal((await victim.send(sigV2UrlBytes({ path: OBJECT }, OBJECT, expires))).status, 200)
  const headers: readonly Header[] = [
    ['Date', expires],
    ['Authorization', `AWS ${ACCESS_KEY}:${link}`],
  ]
  await expectRefused(victim, plainBytes({ path: OBJECT, headers }), DENIED, 'the expiry as a date')
})

test('T-042 a string that three vendors share: under another name it is the same deed, and what that name does not cover is refused', async (t) => {
  const victim = await startVictim(t)
  const date = new Date().toUTCString()
  const signature = sigV2Of(`DELETE\n\n\n${date}\n${OBJECT}`)
  const by = (scheme: string, more: readonly Header[] = []): Buffer => {
    const headers: readonly Header[] = [
      ['Date', date],
      ['Authorization', `${scheme} ${ACCESS_KEY}:${signature}`],
      ...more,
    ]
    return plainBytes({ method: 'DELETE', path: OBJECT, headers })
  }
  for (const scheme of ['COS', 'aws', 'Bearer', 'Basic', 'TC2-HMAC-SHA256']) {
    await expectRefused(victim, by(scheme), { status: 400, code: 'InvalidRequest' }, scheme)
  }
  await victim.ok({ method: 'PUT', path: OBJECT, body: 'x' })
  // Those of the vendors' key services are refused in these services' words, and reach no object.
  for (const scheme of ['ACS3-HMAC-SHA256', 'SDK-HMAC-SHA256', 'TC3-HMAC-SHA256']) {
    assert.match((await victim.send(by(scheme))).body.toString(), /IncompleteSignature|APIGW\.0301|AuthFailure/, scheme)
    await victim.ok({ path: OBJECT })
  }
  for (const scheme of ['AWS', 'OSS', 'OBS']) {
    await victim.ok({ method: 'PUT', path: OBJECT, body: 'x' })
    assert.equal((await victim.send(by(scheme))).status, 204, scheme)
  }
  await victim.ok({ method: 'PUT', path: OBJECT, body: 'x' })
  for (const name of ['x-amz-meta-a', 'x-oss-meta-a', 'x-obs-meta-a', 'x-cos-meta-a']) {
    for (const scheme of ['AWS', 'OSS', 'OBS']) {
      const answer = await victim.send(by(scheme, [[name, 'a']]))
      assert.equal(answer.status, 403, `${scheme} with ${name}`)
    }
  }
  await victim.ok({ path: OBJECT })
  assert.ok((await auditOf(victim)).length > 0)
})

test('T-043 a SigV2 signature for an object is not one for its tags, its encryption, its upload, or a version', async (t) => {
  const victim = await startVictim(t)
  await victim.ok({ method: 'PUT', path: OBJECT, body: 'x' })
  const expires = seconds(Date.now() + MINUTE_MS)
  for (const query of [
    ...['acl', 'policy', 'encryption', 'tagging', 'object-lock', 'publicAccessBlock', 'rename', 'metadata', 'session'],
    ...['restore', 'retention', 'legal-hold', 'uploads', 'uploadId=1', 'uploadId=1&partNumber=1', 'versionId=null'],
    ...['versioning', 'versions', 'lifecycle', 'cors', 'website', 'replication', 'notification', 'delete', 'select'],
    ...['response-content-type=text/html', 'response-expires=0', 'attributes', 'renameObject', 'append&position=0'],
    ...['ownershipControls', 'accelerate', 'logging', 'torrent', 'inventory&id=1', 'abac', 'policyStatus'],
  ]) {
    for (const method of ['PUT', 'GET', 'DELETE', 'POST']) {
      const request = { method, path: OBJECT, query, body: method === 'PUT' ? '<Tagging/>' : '' }
      await expectRefused(victim, sigV2Bytes(request, OBJECT), SIG, `${method} ${query}`)
      await expectRefused(victim, sigV2UrlBytes(request, OBJECT, expires), SIG, `${method} ${query} in a URL`)
    }
  }
  // Listing parameters are the scheme's own exception, and rights are asked with their real values.
  const list = { path: `/${BUCKET}`, query: 'prefix=k&max-keys=1' }
  assert.match((await victim.send(sigV2Bytes(list, `/${BUCKET}`))).body.toString(), /<Key>k<\/Key>/)
  const tagging = { path: OBJECT, query: 'tagging' }
  assert.equal((await victim.send(sigV2Bytes(tagging, `${OBJECT}?tagging`))).status, 200)
})

test('T-047 every reading that is tolerated means the same: other paths and other values are other signatures', async (t) => {
  const victim = await startVictim(t)
  for (const key of ['a b', 'a+b', 'a/b', 'A b']) {
    await victim.ok({ method: 'PUT', path: `/${BUCKET}/${encodeURIComponent(key)}`, body: key })
  }
  const right = signedBytes({ path: `/${BUCKET}/a%20b` })
  assert.equal((await victim.send(right)).body.toString(), 'a b')
  for (const path of ['a+b', 'A%20b', 'a%2520b', 'a%20b/', '/a%20b', 'a%2fb']) {
    const moved = changed(right, `/${BUCKET}/a%20b`, `/${BUCKET}/${path}`)
    await expectRefused(victim, moved, SIG, path)
  }
  // The two escapes of one character are one path.
  assert.equal((await victim.send(changed(right, 'a%20b', '%61%20b'))).body.toString(), 'a b')
  const query = signedBytes({ path: `/${BUCKET}`, query: 'tagging&x=1' })
  await expectRefused(victim, changed(query, 'tagging&x=1', 'tagging=1&x=1'), SIG)
  const amp = sigV2Bytes({ path: OBJECT, query: 'versionId=a%26acl' }, `${OBJECT}?versionId=a&acl`)
  await expectRefused(victim, amp, SIG, 'one value that reads like two parameters')
})

/** What there is no owner of yet, or is about none in particular. */
const OF_NO_BUCKET = new Set([
  ...['list-buckets', 'list-directory-buckets', 'create-bucket', 'create-session', 'rename-object'],
])

test('T-050 a restriction that was signed is kept: the expected owner, on every operation', async (t) => {
  const victim = await startVictim(t)
  const mine: Header = ['x-amz-expected-bucket-owner', '000000000001']
  const theirs: Header = ['x-amz-expected-bucket-owner', '000000000002']
  const odd: Header = ['x-amz-expected-bucket-owner', 'x']
  await victim.ok({ method: 'PUT', path: OBJECT, body: 'x' })
  for (const [operation, request] of Object.entries(EVERY_OPERATION)) {
    if (request.path.startsWith('/-/') || OF_NO_BUCKET.has(operation)) continue
    const withOwner = (owner: Header): WireRequest => ({ ...request, headers: [...(request.headers ?? []), owner] })
    const head = request.method === 'HEAD'
    const denied = head ? { status: 403 } : DENIED
    await expectRefused(victim, signedBytes(withOwner(theirs)), denied, operation)
    await expectRefused(victim, presignedBytes(withOwner(theirs)), denied, operation)
    const malformed = await victim.send(signedBytes(withOwner(odd)), { bodiless: head })
    assert.equal(malformed.status, 400, operation)
  }
  await victim.ok({ path: OBJECT, headers: [mine] })
  const source: readonly Header[] = [
    ['x-amz-copy-source', OBJECT],
    ['x-amz-source-expected-bucket-owner', '000000000002'],
  ]
  await expectRefused(victim, signedBytes({ method: 'PUT', path: `/${BUCKET}/to`, headers: source }), DENIED)
})

test('T-051 part a scope for another service, or a region that is not served', async (t) => {
  const victim = await startVictim(t)
  const malformed = { status: 400, code: 'AuthorizationHeaderMalformed' }
  for (const service of ['kms', 'sts', 'iam', 's3express', 's3tables', 'execute-api', 'S3']) {
    await expectRefused(victim, signedBytes({ path: `/${BUCKET}` }, { service }), malformed, service)
  }
  const wrong = await expectRefused(victim, signedBytes({ path: `/${BUCKET}` }, { region: 'mars-north-1' }), malformed)
  assert.match(wrong.body.toString(), /<Region>us-east-1<\/Region>/)
  // What asks in the words of other protocols is no way into them.
  const target: Header = ['X-Amz-Target', 'TrentService.Decrypt']
  const asked: WireRequest = { method: 'POST', path: '/', headers: [target], body: '{}' }
  await expectRefused(victim, signedBytes(asked), { status: 405, code: 'MethodNotAllowed' })
  const form: WireRequest = { method: 'POST', path: '/', query: 'Action=CreateUser', body: 'Action=CreateUser' }
  await expectRefused(victim, signedBytes(form), { status: 405, code: 'MethodNotAllowed' })
  // What is signed for the people's own service is that service's, and asks in its own form only.
  await expectRefused(victim, signedBytes(form, { service: 'iam' }), { status: 400, code: 'ValidationError' })
  await victim.ok({ path: `/${BUCKET}` })
})

test('T-062 key ids and signatures in odd spellings are refused, with no word of what would be right', async (t) => {
  const victim = await startVictim(t)
  const right = signedBytes({ path: `/${BUCKET}` })
  const signature = /Signature=([0-9a-f]{64})/.exec(right.toString('latin1'))?.[1] ?? assert.fail()
  victim.canaries.push(signature)
  const wrong = `${signature.slice(0, 63)}${signature.endsWith('0') ? '1' : '0'}`
  for (const text of [wrong, signature.slice(1), `${signature}0`, signature.toUpperCase(), '', 'g'.repeat(64)]) {
    if (text === signature) continue
    const answer = await expectRefused(victim, changed(right, signature, text), SIG, text)
    assert.doesNotMatch(answer.body.toString(), /StringToSign|CanonicalRequest|SignatureProvided/)
  }
  for (const id of [
    ACCESS_KEY.toLowerCase(),
    `${ACCESS_KEY}x`,
    'x'.repeat(500),
    'ASIAEXAMPLE',
    '..',
    'a/b',
    '__proto__',
  ]) {
    const unknown = { status: 403, code: 'InvalidAccessKeyId' }
    await expectRefused(victim, signedBytes({ path: `/${BUCKET}` }, { accessKeyId: id }), unknown, id.slice(0, 40))
  }
  const date = new Date().toUTCString()
  const v2 = sigV2Of(`GET\n\n\n${date}\n/${BUCKET}`)
  // Other letters that decode to the same bytes: the spare bits of the last digit.
  const last = v2.at(-2) ?? assert.fail()
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const twin = `${v2.slice(0, -2)}${alphabet[alphabet.indexOf(last) + 1] ?? assert.fail()}=`
  assert.deepEqual(Buffer.from(twin, 'base64'), Buffer.from(v2, 'base64'))
  for (const text of [twin, v2.slice(0, -1), `${v2}=`, v2.slice(0, 27), '']) {
    const headers: readonly Header[] = [
      ['Date', date],
      ['Authorization', `AWS ${ACCESS_KEY}:${text}`],
    ]
    const answer = await victim.send(plainBytes({ path: `/${BUCKET}`, headers }))
    assert.equal(codeOf(answer), 'SignatureDoesNotMatch', text)
  }
  assert.equal((await victim.send(right)).status, 200)
})

test('T-063 secrets that one signature would give away start no server', async (t) => {
  const good = 'abcdefghijklmnopqrst'
  for (const secretAccessKey of [
    'abc',
    '12345',
    good.slice(1),
    `${good}&`,
    `${good}\u0000`,
    `${good} `,
    `${good}é`,
    `${good}\n`,
  ]) {
    await assert.rejects(startVictim(t, { secretAccessKey }), (error: unknown) => {
      assert.ok(error instanceof Error)
      assert.equal(error.message.includes(secretAccessKey), false, 'the secret is in the message')
      return true
    })
  }
})

test('T-064 part a bucket of the same name is another bucket: links and ids of the old one find nothing', async (t) => {
  const victim = await startVictim(t)
  await victim.ok({ method: 'PUT', path: OBJECT, body: 'old' })
  const created = await victim.ok({ method: 'POST', path: `/${BUCKET}/up`, query: 'uploads' })
  const uploadId = /<UploadId>([0-9a-f]+)</.exec(created.body.toString())?.[1] ?? assert.fail()
  const link = presignedBytes({ path: OBJECT })
  assert.equal((await victim.send(link)).body.toString(), 'old')
  await victim.ok({ method: 'DELETE', path: `/${BUCKET}/up`, query: `uploadId=${uploadId}` }, 204)
  await victim.ok({ method: 'DELETE', path: OBJECT }, 204)
  await victim.ok({ method: 'DELETE', path: `/${BUCKET}` }, 204)
  assert.equal(codeOf(await victim.send(link)), 'NoSuchBucket')
  await victim.ok({ method: 'PUT', path: `/${BUCKET}` })
  await expectRefused(victim, link, { status: 404, code: 'NoSuchKey' })
  const part = { method: 'PUT', path: `/${BUCKET}/up`, query: `partNumber=1&uploadId=${uploadId}`, body: 'x' }
  await expectRefused(victim, signedBytes(part), { status: 404, code: 'NoSuchUpload' })
})

test('T-065 a signature is for its method and its answer; who does not sign changes no answer', async (t) => {
  const victim = await startVictim(t)
  await victim.ok({ method: 'PUT', path: OBJECT, body: 'x' })
  for (const right of [
    signedBytes({ path: OBJECT }),
    presignedBytes({ path: OBJECT }),
    sigV2Bytes({ path: OBJECT }, OBJECT),
  ]) {
    for (const method of ['PUT', 'DELETE', 'POST', 'HEAD']) {
      const other = changed(right, /^GET /, `${method} `)
      await expectRefused(victim, other, method === 'HEAD' ? { status: 403 } : SIG, method)
    }
    const separator = right.toString('latin1').split(' ')[1]?.includes('?') === true ? '&' : '?'
    const html = changed(right, ' HTTP/1.1', `${separator}response-content-type=text/html HTTP/1.1`)
    await expectRefused(victim, html, SIG, 'response-content-type')
    assert.equal((await victim.send(right)).body.toString(), 'x')
  }
  const anonymous = plainBytes({ path: OBJECT, query: 'response-content-type=text/html' })
  await expectRefused(victim, anonymous, { status: 400, code: 'InvalidRequest' })
  const signed = await victim.ok({ path: OBJECT, query: 'response-content-type=text/html' })
  assert.equal(signed.header('content-type'), 'text/html')
})

test('T-101 part what a refusal says back holds no secret, no token and no string to sign', async (t) => {
  const victim = await startVictim(t)
  const key = Buffer.alloc(32, 'canary-of-a-customer-key-0123456').toString('base64')
  victim.canaries.push(key, Buffer.from(key, 'base64').toString('latin1'), 'canary-of-a-cookie')
  const headers: readonly Header[] = [
    ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
    ['x-amz-server-side-encryption-customer-key', key],
    ['x-amz-server-side-encryption-customer-key-md5', 'AAAA'],
    ['cookie', 'canary-of-a-cookie'],
  ]
  const put: WireRequest = { method: 'PUT', path: OBJECT, body: 'x', headers }
  await expectRefused(victim, changed(signedBytes({ ...put, headers: headers.slice(0, 3) }), 'PUT ', 'POST '), SIG)
  await expectRefused(victim, signedBytes({ ...put, headers: headers.slice(0, 3) }), {
    status: 400,
    code: 'InvalidArgument',
  })
  await expectRefused(victim, plainBytes(put), DENIED)
  await expectRefused(victim, signedBytes(put, { secret: `${SECRET_KEY}x` }), SIG)
})

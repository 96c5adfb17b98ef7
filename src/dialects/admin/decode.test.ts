import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headersOf, type HttpMethod, type RequestView } from '../../http/index.ts'
import { StoreFailure, type Failure, type Operation, type OperationKind } from '../../operations/index.ts'
import type { Decoded } from '../dialect.ts'
import { decodeAdmin as decodeAny } from './decode.ts'

/** Of operations whose target stands in the query. */
function decodeAdmin(request: RequestView): Decoded {
  const decoded = decodeAny(request)
  assert.ok('target' in decoded)
  return decoded
}

interface Asked {
  readonly method?: HttpMethod
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

const JSON_TYPE = { 'content-type': 'application/json' }

function view({ method = 'POST', path, query = {}, headers = JSON_TYPE }: Asked): RequestView {
  return {
    requestId: 'R1',
    method,
    rawPath: `/-/admin/v1/${path}`,
    query: Object.entries(query).map(([name, value]) => ({ name, value, bare: false })),
    host: { name: 'localhost', raw: 'localhost' },
    headers: headersOf(Object.entries(headers)),
    secure: false,
    arrivedMs: 0,
  }
}

function decode(asked: Asked, body: unknown = {}): Operation {
  const built = decodeAdmin(view(asked)).build(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))
  assert.ok(!(built instanceof Promise))
  return built
}

function failureOf(asked: Asked, body: unknown = {}): Failure {
  try {
    decode(asked, body)
  } catch (error) {
    assert.ok(error instanceof StoreFailure, String(error))
    return error.failure
  }
  return assert.fail('it was accepted')
}

const VERSION = '0123456789abcdef0123456789abcdef'
const OBJECT = { bucket: 'photos', object: '2026/ä b.jpg' }
const WHOLE = { conditions: {}, withChecksums: false, overrides: {} }

/** Every document operation: query, body, what comes of it. */
const TABLE: Readonly<Record<string, readonly [query: Record<string, string>, body: unknown, expected: object]>> = {
  'server-status': [{}, {}, {}],
  'verify-store': [{ bucket: 'photos' }, {}, { bucket: 'photos' }],
  'search-audit': [
    {},
    { action: 'kms:*', outcome: 'refused', since: '2026-11-20T14:02:11Z', limit: 5 },
    { action: 'kms:*', outcome: 'refused', sinceMs: Date.UTC(2026, 10, 20, 14, 2, 11), limit: 5 },
  ],
  'verify-audit': [{}, { checkpoints: 'a note' }, { checkpoints: 'a note' }],
  'prove-audit': [{}, { id: 'x' }, { id: 'x' }],
  'export-audit': [
    {},
    { format: 'ledger', from: 7, since: '2026-11-20T14:02:11Z' },
    { format: 'ledger', from: 7, limit: 1_000, sinceMs: Date.UTC(2026, 10, 20, 14, 2, 11) },
  ],
  'get-audit-checkpoint': [{}, {}, {}],
  'get-key-usage': [
    { key: 'alias/x' },
    { since: '2026-11-20T14:02:11Z' },
    { key: 'alias/x', sinceMs: Date.UTC(2026, 10, 20, 14, 2, 11) },
  ],
  'list-unused-keys': [{}, { since: '2026-11-20T14:02:11Z' }, { sinceMs: Date.UTC(2026, 10, 20, 14, 2, 11) }],
  'list-buckets': [{}, { prefix: 'p', maxBuckets: 10 }, { prefix: 'p', maxBuckets: 10 }],
  'create-bucket': [{ bucket: 'photos' }, { location: 'eu-1' }, { bucket: 'photos', location: 'eu-1' }],
  'head-bucket': [{ bucket: 'photos' }, {}, { bucket: 'photos' }],
  'delete-bucket': [{ bucket: 'photos' }, {}, { bucket: 'photos' }],
  'get-bucket-encryption': [{ bucket: 'photos' }, {}, { bucket: 'photos' }],
  'put-bucket-encryption': [
    { bucket: 'photos' },
    { mode: 'sse-kms', key: 'alias/x', bucketKey: true, blocked: 'sse-c' },
    {
      bucket: 'photos',
      change: { rule: { mode: 'sse-kms', cipher: 'aes-256', key: 'alias/x', bucketKey: true }, blocked: 'sse-c' },
    },
  ],
  'delete-bucket-encryption': [{ bucket: 'photos' }, {}, { bucket: 'photos' }],
  'get-bucket-versioning': [{ bucket: 'photos' }, {}, { bucket: 'photos' }],
  'put-bucket-versioning': [
    { bucket: 'photos' },
    { versioning: 'enabled' },
    { bucket: 'photos', versioning: 'enabled' },
  ],
  'list-objects': [
    { bucket: 'photos' },
    { prefix: 'a/', delimiter: '/', maxKeys: 2, continuation: 'c' },
    { bucket: 'photos', prefix: 'a/', delimiter: '/', after: '', maxKeys: 2, continuation: 'c', fetchOwner: false },
  ],
  'head-object': [
    { ...OBJECT, 'version-id': VERSION },
    {},
    { bucket: 'photos', key: OBJECT.object, versionId: VERSION, ...WHOLE },
  ],
  'copy-object': [
    { ...OBJECT, 'source-bucket': 'archive', 'source-object': 'x', 'source-version-id': 'null' },
    { encryption: { mode: 'dsse-kms', key: 'k' } },
    {
      bucket: 'photos',
      key: OBJECT.object,
      source: { bucket: 'archive', key: 'x', versionId: 'null', conditions: {} },
      encryption: { kind: 'dsse-kms', key: 'k' },
    },
  ],
  'delete-object': [OBJECT, {}, { bucket: 'photos', key: OBJECT.object }],
  'get-object-tagging': [OBJECT, {}, { bucket: 'photos', key: OBJECT.object }],
  'put-object-tagging': [
    OBJECT,
    { tags: [{ key: 'a', value: '' }] },
    { bucket: 'photos', key: OBJECT.object, tags: [['a', '']] },
  ],
  'delete-object-tagging': [OBJECT, {}, { bucket: 'photos', key: OBJECT.object }],
  'create-key': [{}, { alias: 'alias/x' }, { description: '', alias: 'alias/x' }],
  'list-keys': [{}, {}, {}],
  'describe-key': [{ key: 'alias/x' }, {}, { key: 'alias/x' }],
  'key-dependents': [{ key: 'alias/x' }, {}, { key: 'alias/x' }],
  'enable-key': [{ key: 'alias/x' }, {}, { key: 'alias/x' }],
  'disable-key': [{ key: 'alias/x' }, {}, { key: 'alias/x' }],
  'rotate-key': [{ key: 'alias/x' }, {}, { key: 'alias/x' }],
  'set-key-rotation': [{ key: 'alias/x' }, { periodDays: 365 }, { key: 'alias/x', periodDays: 365 }],
  'schedule-key-deletion': [{ key: 'alias/x' }, {}, { key: 'alias/x', pendingDays: 30 }],
  'cancel-key-deletion': [{ key: 'alias/x' }, {}, { key: 'alias/x' }],
  'set-alias': [{ key: 'id' }, { alias: 'alias/x' }, { key: 'id', alias: 'alias/x', replace: false }],
  'remove-alias': [{ key: 'alias/x' }, {}, { alias: 'alias/x' }],
  'list-aliases': [{}, {}, {}],
  'get-key-policy': [{ key: 'id' }, {}, { key: 'id' }],
  'put-key-policy': [
    { key: 'id' },
    { policy: '{}', bypassLockoutCheck: true },
    { key: 'id', policy: '{}', bypassLockoutCheck: true },
  ],
  'create-grant': [
    { key: 'id' },
    { grantee: 'arn:aws:iam::1:user/a', operations: ['Decrypt'], contextSubset: [{ key: 'a', value: 'b' }] },
    {
      key: 'id',
      grantee: { kind: 'principal', arn: 'arn:aws:iam::1:user/a' },
      operations: ['Decrypt'],
      constraints: { contextSubset: { a: 'b' } },
    },
  ],
  'list-grants': [{ key: 'id' }, {}, { key: 'id' }],
  'revoke-grant': [{ key: 'id' }, { grantId: 'g' }, { key: 'id', grantId: 'g' }],
}

for (const [kind, [query, body, expected]] of Object.entries(TABLE)) {
  test(`${kind} is read, and its target is known before its body`, () => {
    const decoded = decodeAdmin(view({ path: kind, query }))
    assert.equal(decoded.requiresSigV4, true)
    assert.equal(decoded.target.kind satisfies OperationKind, kind)
    assert.equal(decoded.target.bucket, query['bucket'])
    assert.equal(decoded.target.key, query['object'])
    assert.equal(decoded.target.keyReference, query['key'])
    assert.deepEqual(decoded.build(Buffer.from(JSON.stringify(body))), { kind, ...expected })
  })

  test(`${kind} refuses a member and a parameter that it does not know`, () => {
    assert.equal(failureOf({ path: kind, query }, { ...Object(body), extra: 1 }).kind, 'invalid-argument')
    assert.equal(failureOf({ path: kind, query: { ...query, extra: '1' } }, body).kind, 'invalid-argument')
  })
}

test('the source of a copy is part of the target: its own right is asked for', () => {
  const query = { ...OBJECT, 'source-bucket': 'archive', 'source-object': 'x' }
  assert.deepEqual(decodeAdmin(view({ path: 'copy-object', query })).target.source, { bucket: 'archive', key: 'x' })
})

const REFUSED: readonly (readonly [string, Asked, unknown, Failure['kind']])[] = [
  ['an unknown operation', { path: 'drop-everything' }, {}, 'invalid-uri'],
  ['an operation that is not offered here', { path: 'upload-part' }, {}, 'invalid-uri'],
  ['a name of an object’s prototype', { path: 'constructor' }, {}, 'invalid-uri'],
  ['GET of an operation', { path: 'list-keys', method: 'GET' }, {}, 'method-not-allowed'],
  ['DELETE of an object', { path: 'objects/photos/a', method: 'DELETE' }, {}, 'method-not-allowed'],
  [
    'a form',
    { path: 'list-keys', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    {},
    'invalid-request',
  ],
  [
    'plain text, as a form of a page could send it',
    { path: 'list-keys', headers: { 'content-type': 'text/plain' } },
    {},
    'invalid-request',
  ],
  ['no content type', { path: 'list-keys', headers: {} }, {}, 'invalid-request'],
  ['a body that is a list', { path: 'list-keys' }, [], 'malformed-json'],
  ['duplicate members', { path: 'create-key' }, '{"alias":"a","alias":"b"}', 'malformed-json'],
  ['a missing bucket', { path: 'head-bucket' }, {}, 'invalid-argument'],
  ['a bucket name that is none', { path: 'head-bucket', query: { bucket: 'A' } }, {}, 'invalid-bucket-name'],
  ['an empty object name', { path: 'head-object', query: { bucket: 'photos', object: '' } }, {}, 'invalid-argument'],
  [
    'an object name of 1,025 bytes',
    { path: 'head-object', query: { bucket: 'photos', object: 'x'.repeat(1_025) } },
    {},
    'key-too-long',
  ],
  [
    'a version id that is none',
    { path: 'head-object', query: { ...OBJECT, 'version-id': 'x' } },
    {},
    'invalid-argument',
  ],
  ['no versioning', { path: 'put-bucket-versioning', query: { bucket: 'photos' } }, {}, 'invalid-argument'],
  [
    'a mode without a meaning',
    { path: 'put-bucket-encryption', query: { bucket: 'photos' } },
    { mode: 'sse-c' },
    'invalid-argument',
  ],
  ['an empty rule', { path: 'put-bucket-encryption', query: { bucket: 'photos' } }, {}, 'invalid-argument'],
  [
    'a key with sse-s3',
    { path: 'put-bucket-encryption', query: { bucket: 'photos' } },
    { mode: 'sse-s3', key: 'k' },
    'invalid-argument',
  ],
  [
    'a text in place of a flag',
    { path: 'put-bucket-encryption', query: { bucket: 'photos' } },
    { mode: 'sse-kms', bucketKey: 'true' },
    'invalid-argument',
  ],
  [
    'six days of waiting',
    { path: 'schedule-key-deletion', query: { key: 'k' } },
    { pendingDays: 6 },
    'invalid-argument',
  ],
  [
    '31 days of waiting',
    { path: 'schedule-key-deletion', query: { key: 'k' } },
    { pendingDays: 31 },
    'invalid-argument',
  ],
  ['half a day', { path: 'schedule-key-deletion', query: { key: 'k' } }, { pendingDays: 7.5 }, 'invalid-argument'],
  ['a day that does not exist', { path: 'search-audit' }, { since: '2026-02-30T00:00:00Z' }, 'invalid-argument'],
  ['a date without a zone', { path: 'search-audit' }, { since: '2026-02-03T00:00:00' }, 'invalid-argument'],
  [
    'eleven tags',
    { path: 'put-object-tagging', query: OBJECT },
    { tags: Array.from({ length: 11 }, (_, key) => ({ key: String(key), value: '' })) },
    'invalid-argument',
  ],
  [
    'a tag twice',
    { path: 'put-object-tagging', query: OBJECT },
    {
      tags: [
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
      ],
    },
    'invalid-argument',
  ],
  [
    'a key for a copy without a mode',
    { path: 'copy-object', query: { ...OBJECT, 'source-bucket': 'archive', 'source-object': 'x' } },
    { encryption: { key: 'k' } },
    'invalid-argument',
  ],
  ['an object without a key', { path: 'objects/photos', method: 'PUT' }, {}, 'invalid-uri'],
  ['a broken escape', { path: 'objects/photos/%zz', method: 'GET' }, {}, 'invalid-uri'],
  ['overlong UTF-8', { path: 'objects/photos/%c0%af', method: 'GET' }, {}, 'invalid-uri'],
  [
    'an upload in mode sse-c',
    { path: 'objects/photos/a', method: 'PUT', query: { mode: 'sse-c' } },
    {},
    'invalid-argument',
  ],
  [
    'a bucket key that is neither',
    { path: 'objects/photos/a', method: 'PUT', query: { mode: 'sse-kms', 'bucket-key': '1' } },
    {},
    'invalid-argument',
  ],
]
for (const [what, asked, body, kind] of REFUSED) {
  test(`${what} is ${kind}`, () => assert.equal(failureOf(asked, body).kind, kind))
}

for (const name of ['x-amz-server-side-encryption', 'x-oss-server-side-encryption', 'x-obs-acl', 'x-cos-meta-a']) {
  test(`T-099 (part) ${name} is refused by the admin dialect, not ignored`, () => {
    const failure = failureOf({ path: 'objects/photos/a', method: 'PUT', headers: { [name]: 'AES256' } })
    assert.deepEqual(failure, { kind: 'invalid-argument', argument: name, detail: 'is no header of the admin API' })
  })
}

test('an upload carries its encryption in the query and its key in the path, byte for byte', () => {
  const query = { mode: 'sse-kms', key: 'alias/x', 'bucket-key': 'true' }
  const headers = { 'content-type': 'image/jpeg', 'x-amz-date': '20261120T140000Z', 'x-amz-content-sha256': 'x' }
  const decoded = decodeAdmin(view({ path: 'objects/photos/a//../%2E%2e/%C3%A4+', method: 'PUT', query, headers }))
  assert.equal(decoded.document, undefined)
  assert.deepEqual(decoded.target, { kind: 'put-object', bucket: 'photos', key: 'a//../../ä+' })
  assert.deepEqual(decoded.build(new Uint8Array()), {
    kind: 'put-object',
    bucket: 'photos',
    key: 'a//../../ä+',
    properties: { system: { contentType: 'image/jpeg' }, metadata: [], tags: [], storageClass: 'STANDARD' },
    encryption: { kind: 'sse-kms', key: 'alias/x', bucketKey: true },
    expect: {},
  })
})

test('a download names its version in the target, whose own right is asked for', () => {
  const query = { 'version-id': VERSION }
  const { target } = decodeAdmin(view({ path: 'objects/photos/a', method: 'GET', query, headers: {} }))
  assert.deepEqual(target, { kind: 'get-object', bucket: 'photos', key: 'a', versionId: VERSION })
})

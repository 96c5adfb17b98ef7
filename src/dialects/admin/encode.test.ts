import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpResponse } from '../../http/index.ts'
import {
  parseAccountId,
  parseBucketName,
  type Answer,
  type Failure,
  type KeyDescription,
} from '../../operations/index.ts'
import { encodeAdmin } from './encode.ts'
import { encodeAdminFailure } from './failures.ts'

const CONTEXT = { requestId: 'R1', method: 'POST', resource: '/-/admin/v1/x', key: '2026/a.jpg' }
const account = parseAccountId('000000000001') ?? assert.fail()
const bucket = parseBucketName('photos') ?? assert.fail()
const KEY: KeyDescription = {
  keyId: 'id',
  arn: 'arn:aws:kms:us-east-1:000000000001:key/id',
  account,
  region: 'us-east-1',
  state: 'pending-deletion',
  description: '',
  createdMs: 0,
  manager: 'customer',
  origin: 'coffer',
  spec: 'SYMMETRIC_DEFAULT',
  usage: 'ENCRYPT_DECRYPT',
  aliases: ['alias/x'],
  version: 3,
  rotation: { periodDays: 365, nextMs: 86_400_000 },
  deletionMs: 1_000,
}

function json(response: HttpResponse): unknown {
  assert.ok(response.body instanceof Uint8Array)
  return JSON.parse(Buffer.from(response.body).toString('utf8'))
}

test('a key is told member by member, times in ISO 8601', () => {
  const answer: Answer = { operation: { kind: 'describe-key', key: 'x' }, result: { key: KEY } }
  const response = encodeAdmin(answer, CONTEXT)
  assert.equal(response.status, 200)
  assert.deepEqual(json(response), {
    key: {
      id: 'id',
      arn: KEY.arn,
      account: '000000000001',
      region: 'us-east-1',
      state: 'pending-deletion',
      description: '',
      created: '1970-01-01T00:00:00.000Z',
      manager: 'customer',
      origin: 'coffer',
      spec: 'SYMMETRIC_DEFAULT',
      usage: 'ENCRYPT_DECRYPT',
      aliases: ['alias/x'],
      version: 3,
      rotation: { periodDays: 365, next: '1970-01-02T00:00:00.000Z' },
      deletion: '1970-01-01T00:00:01.000Z',
    },
  })
})

test('what a result holds beyond the wire’s members is not told', () => {
  const extra = { ...KEY, material: 'CANARY' }
  const { keyId, arn } = KEY
  const listed = { keyId, arn, description: extra }
  const answer: Answer = { operation: { kind: 'list-keys' }, result: { keys: [listed] } }
  const told = JSON.stringify(json(encodeAdmin(answer, CONTEXT)))
  assert.ok(told.includes(arn))
  assert.equal(told.includes('CANARY'), false)
})

test('of a key that the caller may list and not describe, nothing is told', () => {
  const { keyId, arn } = KEY
  const answer: Answer = { operation: { kind: 'list-keys' }, result: { keys: [{ keyId, arn }] } }
  assert.deepEqual(json(encodeAdmin(answer, CONTEXT)), { keys: [] })
})

test('an operation without a result answers an empty object', () => {
  const answer: Answer = { operation: { kind: 'remove-alias', alias: 'alias/x' }, result: undefined }
  assert.deepEqual(json(encodeAdmin(answer, CONTEXT)), {})
})

test('answers are never cached and never taken for a page', () => {
  const { headers } = encodeAdmin({ operation: { kind: 'list-keys' }, result: { keys: [] } }, CONTEXT)
  assert.deepEqual(Object.fromEntries(headers), {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-coffer-request-id': 'R1',
  })
})

test('an operation of another dialect is a defect, not an answer', () => {
  const answer: Answer = {
    operation: { kind: 'get-bucket-location', bucket },
    result: { region: 'us-east-1' },
  }
  assert.throws(() => encodeAdmin(answer, CONTEXT), /is no operation of the admin API/)
})

const FAILURES: readonly (readonly [Failure, number, object])[] = [
  [
    { kind: 'access-denied', action: 'kms:Decrypt', reason: 'CANARY statement 3' },
    403,
    { code: 'access-denied', message: 'The caller may not do this', action: 'kms:Decrypt' },
  ],
  [
    { kind: 'no-such-bucket', bucket: 'photos' },
    404,
    { code: 'no-such-bucket', message: 'There is no such bucket', bucket: 'photos' },
  ],
  [
    { kind: 'key-in-use', key: 'k', versions: 2, uploads: 1, defaults: 0 },
    409,
    {
      code: 'key-in-use',
      message: 'The KMS key is needed to read what is stored',
      key: 'k',
      versions: 2,
      uploads: 1,
      defaults: 0,
    },
  ],
  [
    { kind: 'integrity', what: 'CANARY row' },
    500,
    { code: 'integrity', message: 'What is stored does not authenticate' },
  ],
  [{ kind: 'internal' }, 500, { code: 'internal', message: 'Something went wrong in the server' }],
  [
    { kind: 'bad-digest', algorithm: 'md5', expected: 'CANARY', computed: 'CANARY' },
    400,
    { code: 'bad-digest', message: 'The body does not have the digest that was sent with it' },
  ],
]
for (const [failure, status, expected] of FAILURES) {
  test(`${failure.kind} is ${status}, and tells no more than it may`, () => {
    const response = encodeAdminFailure(failure, CONTEXT)
    assert.equal(response.status, status)
    assert.deepEqual(json(response), { ...expected, requestId: 'R1' })
  })
}

test('a server that cannot answer now says when to come back', () => {
  assert.ok(encodeAdminFailure({ kind: 'sealed' }, CONTEXT).headers.some(([name]) => name === 'retry-after'))
})

test('a name in a refusal cannot take the place of code, message or request id', () => {
  const failure: Failure = { kind: 'invalid-bucket-name', name: '","code":"done' }
  const value = json(encodeAdminFailure(failure, CONTEXT))
  assert.deepEqual(value, {
    code: 'invalid-bucket-name',
    message: 'This is no valid name of a bucket',
    name: '","code":"done',
    requestId: 'R1',
  })
})

import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { UNSIGNED_PAYLOAD } from '../../src/auth/index.ts'
import { KMS_REQUESTS } from '../../src/dialects/kms/request-table.ts'
import { createKey } from '../admin-api.ts'
import { EVERY_KMS_OPERATION } from '../kms/every-kms-operation.ts'
import { SECRET_TEXT } from '../kms/secret-text.ts'
import { codeOf, expectAlive, expectRefused, startVictim, type Victim } from './oracle.ts'
import {
  plainBytes,
  presignedBytes,
  signedBytes,
  sigV2Bytes,
  type Header,
  type Signing,
  type WireRequest,
} from './wire-request.ts'

const SERVICE = { service: 'kms' }
const SECURE: Header = ['X-Forwarded-Proto', 'https']
const TYPE: Header = ['Content-Type', 'application/x-amz-json-1.1']

function target(name: string): Header {
  return ['X-Amz-Target', `TrentService.${name}`]
}

function asking(name: string, body: string | object): WireRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { method: 'POST', path: '/', headers: [TYPE, target(name)], body: text }
}

const OPERATIONS = Object.entries(EVERY_KMS_OPERATION).map(([name, body]) => [name, asking(name, body)] as const)
const refusedAs = (code: string, status = 400) => ({ status, code })

/** A victim with one key, `alias/photos`, behind a trusted proxy. */
async function victimWithKey(t: TestContext): Promise<Victim> {
  const victim = await startVictim(t, { settings: { COFFER_TRUSTED_PROXIES: '127.0.0.1' } })
  await createKey(victim.server, 'alias/photos')
  victim.canaries.push(SECRET_TEXT, Buffer.from(SECRET_TEXT).toString('base64'))
  return victim
}

test('every operation of the wire has a request to be tried with', () => {
  assert.deepEqual(Object.keys(EVERY_KMS_OPERATION).sort(), [...KMS_REQUESTS.keys()].sort())
})

test('T-052 no operation of KMS is taken with a body that its signature does not hold, by TLS or not', async (t) => {
  const victim = await victimWithKey(t)
  for (const [name, request] of OPERATIONS) {
    for (const unsignedHeaders of [[], [SECURE]]) {
      const signing: Signing = { ...SERVICE, payloadHash: UNSIGNED_PAYLOAD, unsignedHeaders }
      await expectRefused(victim, signedBytes(request, signing), refusedAs('ValidationException'), name)
    }
    const other = { ...SERVICE, sentBody: JSON.stringify({ KeyId: 'alias/photos', Description: 'x' }) }
    await expectRefused(
      victim,
      signedBytes(request, other),
      refusedAs('InvalidSignatureException'),
      `${name}, another body`,
    )
  }
  const [, describe] = OPERATIONS[1] ?? assert.fail()
  const streaming: WireRequest = {
    ...describe,
    headers: [
      ...(describe.headers ?? []),
      ['x-amz-decoded-content-length', '2'],
      ['x-amz-trailer', 'x-amz-checksum-crc32'],
    ],
    body: '2\r\n{}\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
  }
  const payloadHash = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
  await expectRefused(victim, signedBytes(streaming, { ...SERVICE, payloadHash }), refusedAs('ValidationException'))
})

test('T-053 the operation is what was signed: a target that the signature does not cover is refused', async (t) => {
  const victim = await victimWithKey(t)
  const body = JSON.stringify({ KeyId: 'alias/photos' })
  const bare: WireRequest = { method: 'POST', path: '/', headers: [TYPE], body }
  for (const name of ['ScheduleKeyDeletion', 'DisableKey', 'DescribeKey']) {
    const answer = await victim.send(signedBytes(bare, { ...SERVICE, unsignedHeaders: [target(name)] }))
    assert.equal(answer.status, 400, name)
    const signed = signedBytes({ ...bare, headers: [TYPE, target('DescribeKey')] }, SERVICE).toString('latin1')
    const captured = signed.replace('TrentService.DescribeKey', `TrentService.${name}X`)
    await expectRefused(victim, captured, refusedAs('InvalidSignatureException'), name)
  }
  const twice = signedBytes(
    { ...bare, headers: [TYPE, target('DescribeKey')] },
    { ...SERVICE, unsignedHeaders: [target('DisableKey')] },
  )
  assert.equal((await victim.send(twice)).status, 400)
  await victim.ok(asking('DescribeKey', { KeyId: 'alias/photos' }), 200, SERVICE)
})

test('every operation of KMS as nobody, with a foreign signature, with a wrong secret: refused, and nothing changed', async (t) => {
  const victim = await victimWithKey(t)
  for (const [name, request] of OPERATIONS) {
    const denied = refusedAs('MissingAuthenticationTokenException')
    await expectRefused(victim, plainBytes(request), denied, `${name} as nobody`)
    const wrong = { ...SERVICE, secret: 'another-secret-0123456789-0123456789' }
    await expectRefused(
      victim,
      signedBytes(request, wrong),
      refusedAs('InvalidSignatureException'),
      `${name}, wrong secret`,
    )
    const unknown = { ...SERVICE, accessKeyId: 'CFRNOBODYNOBODYNOBODY' }
    await expectRefused(
      victim,
      signedBytes(request, unknown),
      refusedAs('UnrecognizedClientException'),
      `${name}, nobody's key`,
    )
    const late = { ...SERVICE, timeMs: Date.now() - 3_600_000 }
    await expectRefused(
      victim,
      signedBytes(request, late),
      refusedAs('InvalidSignatureException'),
      `${name}, an hour late`,
    )
    for (const bytes of [signedBytes(request), presignedBytes(request, SERVICE), sigV2Bytes(request, '/')]) {
      const answer = await victim.send(bytes)
      assert.ok(answer.status >= 400 && answer.status < 500, `${name}: ${answer.statusLine}`)
    }
  }
})

/** Bodies that are none, and what they are called. */
const MALFORMED: readonly (readonly [what: string, name: string, body: string, code: string, status?: number])[] = [
  ['no JSON', 'DescribeKey', 'KeyId=alias/photos', 'SerializationException'],
  ['half of it', 'DescribeKey', '{"KeyId":"alias/pho', 'SerializationException'],
  ['a list', 'DescribeKey', '["alias/photos"]', 'SerializationException'],
  ['null', 'DescribeKey', 'null', 'SerializationException'],
  ['two keys', 'DisableKey', '{"KeyId":"a","KeyId":"alias/photos"}', 'SerializationException'],
  ['two keys, one escaped', 'DisableKey', '{"KeyId":"a","\\u004beyId":"alias/photos"}', 'SerializationException'],
  ['half a character', 'DescribeKey', '{"KeyId":"\\ud800"}', 'SerializationException'],
  [
    'deep',
    'DescribeKey',
    `{"KeyId":"alias/photos","X":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
    'SerializationException',
  ],
  ['many values', 'DescribeKey', `{"KeyId":"alias/photos","X":[${'0,'.repeat(100_000)}0]}`, 'SerializationException'],
  [
    'a context of a thousand pairs',
    'Encrypt',
    JSON.stringify({
      KeyId: 'alias/photos',
      Plaintext: 'YQ==',
      EncryptionContext: Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [String(at), 'v'])),
    }),
    'ValidationException',
  ],
  [
    'a mebibyte',
    'PutKeyPolicy',
    JSON.stringify({ KeyId: 'alias/photos', Policy: 'x'.repeat(1_000_000) }),
    'RequestEntityTooLargeException',
    413,
  ],
  ['a huge number', 'GenerateRandom', '{"NumberOfBytes":1e400}', 'SerializationException'],
  ['a negative number', 'GenerateRandom', '{"NumberOfBytes":-1}', 'ValidationException'],
  ['a fraction', 'GenerateRandom', '{"NumberOfBytes":1.5}', 'SerializationException'],
  ['a flag as text', 'CreateKey', '{"MultiRegion":"false"}', 'SerializationException'],
  ['junk in base64', 'Decrypt', '{"CiphertextBlob":"YQ==\\n"}', 'SerializationException'],
  ['the name of a prototype', 'DescribeKey', '{"KeyId":"__proto__"}', 'NotFoundException'],
  ['a path', 'DescribeKey', '{"KeyId":"../../root"}', 'NotFoundException'],
  ['NUL', 'DescribeKey', '{"KeyId":"alias/photos\\u0000"}', 'NotFoundException'],
]

test('malformed requests are refused in KMS’s own form, and nothing changes', async (t) => {
  const victim = await victimWithKey(t)
  for (const [what, name, body, code, status] of MALFORMED) {
    await expectRefused(victim, signedBytes(asking(name, body), SERVICE), refusedAs(code, status), `${name}: ${what}`)
  }
  for (const name of ['Nope', 'describekey', '', 'constructor', 'DescribeKey.x']) {
    const bytes = signedBytes(asking(name, {}), SERVICE)
    await expectRefused(victim, bytes, refusedAs('UnknownOperationException'), `target ${name}`)
  }
  const form: WireRequest = {
    ...asking('ListKeys', '{}'),
    headers: [['Content-Type', 'text/plain'], target('ListKeys')],
  }
  await expectRefused(victim, signedBytes(form, SERVICE), refusedAs('SerializationException'), 'a form of a page')
})

test('T-101 no answer of KMS echoes a plaintext, a signature or a secret, whatever is wrong', async (t) => {
  const victim = await victimWithKey(t)
  for (const [name, request] of OPERATIONS) {
    if (!JSON.stringify(EVERY_KMS_OPERATION[name]).includes(Buffer.from(SECRET_TEXT).toString('base64'))) continue
    const broken = { ...EVERY_KMS_OPERATION[name], KeyId: 'no-such-key' }
    for (const bytes of [
      signedBytes(request, { ...SERVICE, secret: 'x'.repeat(20) }),
      signedBytes(request, { ...SERVICE, payloadHash: UNSIGNED_PAYLOAD }),
      signedBytes(asking(name, broken), SERVICE),
      signedBytes(asking(name, { ...broken, KeyId: '' }), SERVICE),
    ]) {
      const answer = await victim.send(bytes)
      assert.equal(answer.status, 400, `${name}: ${answer.statusLine}`)
      await expectRefused(victim, bytes, refusedAs(codeOf(answer) ?? assert.fail()), name)
    }
  }
  await expectAlive(victim)
})

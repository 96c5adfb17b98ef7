/** POST uploads of OBS, with the policies that the vendor's client signs. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { replaced, sendForm, type BrowserForm, type Field } from '../browser-form.ts'
import { elementText, type RawAnswer } from '../raw-request.ts'
import { ACCESS_KEY, SECRET_KEY } from '../servers.ts'
import { ObsClient, OBS_DOMAIN, obsServer } from './obs-client.ts'
import { obsFetch } from './obs-fetch.ts'
import { newKey } from './obs-keys.ts'

const BUCKET = 'obs-forms'
const SSE = 'x-obs-server-side-encryption'
let server: RunningCoffer

before(async () => {
  server = await obsServer()
  await new ObsClient(server).done('createBucket', { Bucket: BUCKET })
})
after(() => server.close())

const post = (key: string, more: Partial<BrowserForm> = {}): Promise<RawAnswer> => {
  const host = `${BUCKET}.${OBS_DOMAIN}`
  return sendForm(server, {
    ...{ scheme: 'obs', bucket: BUCKET, host },
    ...more,
    fields: [['key', key], ...(more.fields ?? [])],
  })
}

for (const scheme of ['obs', 'obs-token'] as const) {
  test(`OBSA-08 ${scheme}: a form is stored, and answers as it was asked to`, async () => {
    const answer = await post(`${scheme}/a b`, {
      scheme,
      fields: [
        ['success_action_status', '201'],
        ['x-obs-meta-who', 'me'],
        ['content-type', 'text/plain'],
      ],
    })
    assert.equal(answer.status, 201, answer.text)
    assert.deepEqual([elementText(answer.text, 'Bucket'), elementText(answer.text, 'Key')], [BUCKET, `${scheme}/a b`])
    const got = await obsFetch(server, { bucket: BUCKET, key: `${scheme}/a%20b` })
    assert.deepEqual(
      [got.text, got.headers['x-obs-meta-who'], got.headers['content-type']],
      ['the file', 'me', 'text/plain'],
    )
    const plain = await post(`${scheme}/b`, { scheme })
    assert.deepEqual([plain.status, plain.text], [204, ''])
    const tampered = await post(`${scheme}/c`, { scheme, secretAccessKey: 'z'.repeat(40) })
    assert.deepEqual([tampered.status, tampered.code], [403, 'SignatureDoesNotMatch'])
  })
}

test('OBSA-18 OBSA-27 encryption is asked for by fields, one method only', async () => {
  const { keyId: id } = await newKey(server)
  const fields: readonly Field[] = [
    [SSE, 'kms'],
    [`${SSE}-kms-key-id`, id],
  ]
  const plain = await post('kms', { fields })
  assert.deepEqual([plain.status, plain.code], [403, 'AccessDenied'], 'HTTPS, where the bucket has no default')
  const ServerSideEncryption = { SSEAlgorithm: 'AES256' }
  const obs = new ObsClient(server)
  await obs.done('setBucketEncryption', {
    Bucket: BUCKET,
    Rule: { ApplyServerSideEncryptionByDefault: ServerSideEncryption },
  })
  const kms = await post('kms', { fields })
  assert.deepEqual([kms.status, kms.headers[SSE]], [204, 'kms'], kms.text)
  const byDefault = await post('default')
  assert.deepEqual([byDefault.status, byDefault.headers[SSE]], [204, 'AES256'], byDefault.text)
  await obs.done('deleteBucketEncryption', { Bucket: BUCKET })
  const both = await post('both', {
    fields: [
      [SSE, 'AES256'],
      [`${SSE}-kms-key-id`, id],
    ],
  })
  assert.equal(both.status, 400, both.text)
  const missing = await obsFetch(server, { bucket: BUCKET, key: 'both' })
  assert.equal(missing.status, 404)
})

test('T-066 T-067 what the policy does not name, and another bucket', async () => {
  for (const field of ['acl', 'x-obs-acl', SSE, 'x-obs-meta-a', 'x-obs-tagging', 'anything', 'success_action_status']) {
    const widened = await post('widened', { change: (fields) => [[field, 'private'], ...fields] })
    assert.deepEqual([widened.status, widened.code], [403, 'AccessDenied'], field)
  }
  assert.equal((await post('widened', { change: replaced('key', 'else') })).status, 403)
  assert.equal((await post('widened', { only: [{ bucket: 'another' }, ['starts-with', '$key', '']] })).status, 403)
  const large = await post('widened', { conditions: [['content-length-range', 0, 3]] })
  assert.deepEqual([large.status, large.code], [400, 'EntityTooLarge'])
  const nobody = await post('widened', { scheme: 'nobody' })
  assert.deepEqual([nobody.status, nobody.code], [403, 'AccessDenied'])
  assert.equal((await obsFetch(server, { bucket: BUCKET, key: 'widened' })).status, 404)
})

test('T-037 a token that says something else than the three fields', async () => {
  const agrees = await post('token', {
    scheme: 'obs-token',
    change: (fields) => [['AccessKeyId', ACCESS_KEY], ...fields],
  })
  assert.equal(agrees.status, 204, agrees.text)
  const differs = await post('token', {
    scheme: 'obs-token',
    change: (fields) => [['AccessKeyId', 'another'], ...fields],
  })
  assert.equal(differs.status, 400)
})

test('the vendor’s client signs policies that are taken', async () => {
  const Sdk = createRequire(import.meta.url)('esdk-obs-nodejs') as new (
    options: object,
  ) => Readonly<Record<string, unknown>>
  const client = new Sdk({
    access_key_id: ACCESS_KEY,
    secret_access_key: SECRET_KEY,
    server: `http://${OBS_DOMAIN}`,
    signature: 'obs',
  })
  // The client is ready a turn after it was made.
  await nextTurn()
  const sign = client['createPostSignatureSync']
  assert.ok(typeof sign === 'function')
  const FormParams = { 'x-obs-acl': 'private', 'content-type': 'text/plain', [SSE]: 'AES256' }
  const signed: unknown = Reflect.apply(sign, client, [{ Expires: 600, FormParams }])
  const { Policy, Signature, Token } = signed as Readonly<Record<string, string>>
  const own: readonly Field[] = [['key', 'sdk'], ...Object.entries(FormParams)]
  const three: readonly Field[] = [
    ...own,
    ['AccessKeyId', ACCESS_KEY],
    ['policy', Policy ?? ''],
    ['signature', Signature ?? ''],
  ]
  const host = `${BUCKET}.${OBS_DOMAIN}`
  const answers = [
    await sendForm(server, { scheme: 'nobody', bucket: BUCKET, host, fields: three }),
    await sendForm(server, { scheme: 'nobody', bucket: BUCKET, host, fields: [...own, ['token', Token ?? '']] }),
  ]
  for (const { status, headers, text } of answers) assert.deepEqual([status, headers[SSE]], [204, 'AES256'], text)
})

/** PostObject: uploads by form with the policies that the official client signs, V1 and V4. */
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { replaced, sendForm, type BrowserForm, type Field } from '../browser-form.ts'
import { elementText, type RawAnswer } from '../raw-request.ts'
import { ACCESS_KEY, SECRET_KEY } from '../servers.ts'
import { KEY_ID, kmsClient, OssClient, ossServer, record, shownEncryption, SSE } from './oss-client.ts'

const BUCKET = 'oss-forms'
let server: RunningCoffer
let oss: OssClient

before(async () => {
  server = await ossServer()
  oss = new OssClient(server, { bucket: BUCKET })
  await new OssClient(server).call('putBucket', BUCKET)
})
after(() => server.close())

const post = (scheme: 'oss-v1' | 'oss-v4', key: string, more: Partial<BrowserForm> = {}): Promise<RawAnswer> =>
  sendForm(server, { ...{ scheme, bucket: BUCKET }, ...more, fields: [['key', key], ...(more.fields ?? [])] })

for (const scheme of ['oss-v1', 'oss-v4'] as const) {
  test(`OSS-60 ${scheme}: a form is stored; 201 answers with a document, 204 without`, async () => {
    const answer = await post(scheme, `${scheme}/a`, { fields: [['success_action_status', '201']], file: 'hello' })
    assert.equal(answer.status, 201, answer.text)
    assert.deepEqual(
      ['Bucket', 'Key', 'ETag'].map((name) => elementText(answer.text, name)),
      [BUCKET, `${scheme}/a`, '"5D41402ABC4B2A76B9719D911017C592"'],
    )
    assert.ok(answer.headers['x-oss-hash-crc64ecma'] !== undefined)
    assert.equal(await oss.bytes(`${scheme}/a`), 'hello')
    const described = await post(scheme, `${scheme}/\${filename}`, {
      fields: [
        ['x-oss-meta-who', 'me'],
        ['x-oss-storage-class', 'IA'],
      ],
      only: [
        ['starts-with', '$key', `${scheme}/`],
        ['in', '$x-oss-meta-who', ['you', 'me']],
        ['not-in', '$x-oss-storage-class', ['Archive']],
      ],
      filename: 'b.png',
    })
    assert.equal(described.status, 204, described.text)
    const { headers } = await oss.call('head', `${scheme}/b.png`)
    assert.deepEqual(
      [headers['content-type'], headers['x-oss-meta-who'], headers['x-oss-storage-class']],
      ['image/png', 'me', 'IA'],
    )
  })

  test(`T-067 ${scheme}: what acts is in the policy, though OSS itself does not ask for it`, async () => {
    for (const field of [
      'x-oss-object-acl',
      'x-oss-meta-a',
      SSE,
      'x-oss-tagging',
      'callback',
      'success_action_redirect',
      'Cache-Control',
    ]) {
      const widened = await post(scheme, 'widened', { change: (fields) => [[field, 'private'], ...fields] })
      assert.deepEqual([widened.status, widened.code], [403, 'AccessDenied'], field)
    }
    const tampered = await post(scheme, 'widened', { secretAccessKey: 'y'.repeat(40) })
    assert.deepEqual([tampered.status, tampered.code], [403, 'SignatureDoesNotMatch'])
    const other = await post(scheme, 'widened', { change: replaced('key', 'else') })
    assert.equal(other.status, 403)
    const callback = await post(scheme, 'widened', { fields: [['callback', 'e30=']] })
    assert.equal(callback.status, 501, 'a callback is refused clearly')
    const foreign = await post(scheme, 'widened', { fields: [['x-amz-acl', 'public-read']] })
    assert.equal(foreign.status, 400, 'another vendor’s field')
    const odd = await post(scheme, 'odd', { change: (fields) => [['name', 'odd.png'], ['x:var', '1'], ...fields] })
    assert.equal(odd.status, 204, 'fields that do nothing')
    assert.deepEqual(record((await oss.call('list', { prefix: 'widened' })).said)['objects'] ?? [], [])
  })

  test(`OSS-60 ${scheme}: encryption is asked for by fields`, async () => {
    const { KeyMetadata } = await kmsClient(server).send(new CreateKeyCommand({}))
    const id = KeyMetadata?.KeyId ?? assert.fail('no key')
    const answer = await post(scheme, 'kms', {
      fields: [
        [SSE, 'KMS'],
        [KEY_ID, id],
      ],
    })
    assert.deepEqual([answer.status, answer.headers[SSE], answer.headers[KEY_ID]], [204, 'KMS', id], answer.text)
    assert.deepEqual(shownEncryption(await oss.call('head', 'kms')), ['KMS', id])
    const both = await post(scheme, 'bad', {
      fields: [
        [SSE, 'AES256'],
        [KEY_ID, id],
      ],
    })
    assert.equal(both.status, 400, both.text)
  })
}

test('T-068 the type of the file is compared as it will be stored', async () => {
  const conditions = [['eq', '$content-type', 'image/png']] as const
  assert.equal((await post('oss-v1', 'type', { conditions })).status, 204)
  const disguised = await post('oss-v1', 'type', { conditions, fileType: 'text/html' })
  assert.deepEqual([disguised.status, disguised.code], [403, 'AccessDenied'])
})

test('T-042 T-067 a policy made for S3 opens nothing more as a form of OSS', async () => {
  // SigV2, OSS V1 and OBS sign policies alike; whoever holds one may try it elsewhere.
  const answer = await post('oss-v1', 'user/a', {
    only: [{ bucket: BUCKET }, ['starts-with', '$key', 'user/'], { 'x-amz-server-side-encryption': 'aws:kms' }],
  })
  assert.deepEqual([answer.status, answer.code], [403, 'AccessDenied'], 'what the policy asks for is missing')
  const wider = await post('oss-v1', 'user/a', {
    only: [{ bucket: BUCKET }, ['starts-with', '$key', 'user/']],
    change: (fields) => [['x-oss-object-acl', 'public-read'], ...fields],
  })
  assert.equal(wider.status, 403)
})

test('T-037 T-068 two schemes, two fields of a name, too large', async () => {
  const both = await post('oss-v4', 'both', {
    change: (fields) => [...fields, ['OSSAccessKeyId', 'x'], ['Signature', 'y']],
  })
  assert.equal(both.status, 400, both.text)
  const twice = await post('oss-v1', 'twice', { change: (fields) => [['Key', 'twice'], ...fields] })
  assert.deepEqual([twice.status, twice.code], [400, 'MalformedPOSTRequest'])
  const large = await post('oss-v1', 'large', { conditions: [['content-length-range', 0, 3]] })
  assert.deepEqual([large.status, large.code], [400, 'EntityTooLarge'])
})

test('the official client’s own signatures of policies are taken', async () => {
  const Sdk = createRequire(import.meta.url)('ali-oss') as new (options: object) => Readonly<Record<string, unknown>>
  const client = new Sdk({
    accessKeyId: ACCESS_KEY,
    accessKeySecret: SECRET_KEY,
    region: 'oss-cn-hangzhou',
    bucket: BUCKET,
  })
  const signing = (name: string, ...parameters: readonly unknown[]): unknown => {
    const call = client[name]
    return typeof call === 'function' ? Reflect.apply(call, client, parameters) : assert.fail(name)
  }
  const expiration = new Date(Date.now() + 60_000).toISOString()
  const v1 = record(
    signing('calculatePostSignature', { expiration, conditions: [['content-length-range', 0, 1_048_576]] }),
  )
  const named = Object.entries(v1).map(([name, value]): Field => [name, String(value)])
  const fields: readonly Field[] = [['key', 'sdk/v1'], ['success_action_status', '200'], ...named]
  const first = await sendForm(server, { scheme: 'nobody', bucket: BUCKET, fields })
  assert.equal(first.status, 200, first.text)

  const date = new Date()
  const time = date.toISOString().replace(/[-:]|\.[0-9]+/g, '')
  const own = {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': `${ACCESS_KEY}/${time.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request`,
    'x-oss-date': time,
  }
  const policy = { expiration, conditions: [{ bucket: BUCKET }, own, ['starts-with', '$key', 'sdk/']] }
  const signature = String(signing('signPostObjectPolicyV4', policy, date))
  const v4 = {
    ...{ key: 'sdk/v4', ...own, 'x-oss-signature': signature },
    policy: Buffer.from(JSON.stringify(policy)).toString('base64'),
  }
  const second = await sendForm(server, { scheme: 'nobody', bucket: BUCKET, fields: Object.entries(v4) })
  assert.equal(second.status, 204, second.text)
})

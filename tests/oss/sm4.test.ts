/** SM4 as the service's method and as the data cipher under KMS, with the official client (OSS-79). */
import assert from 'node:assert/strict'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { sm4Test } from '../sm4-test.ts'
import { kmsClient, KEY_ID, OssClient, ossServer, SSE, type OssAnswer } from './oss-client.ts'

const DATA = 'x-oss-server-side-data-encryption'
const BUCKET = 'with-sm4'
const skip = sm4Test()

let server: RunningCoffer
let client: OssClient
let chosen: string

before(async () => {
  server = await ossServer()
  client = new OssClient(server, { bucket: BUCKET })
  const { KeyMetadata } = await kmsClient(server).send(new CreateKeyCommand({}))
  chosen = KeyMetadata?.KeyId ?? assert.fail('no key')
  await client.call('putBucket', BUCKET)
})
after(() => server.close())

/** Method, key and data cipher of an answer. */
function shown({ headers }: OssAnswer): readonly (string | undefined)[] {
  return [headers[SSE], headers[KEY_ID], headers[DATA]]
}

async function reads(key: string, body: Buffer): Promise<OssAnswer> {
  const got = await client.call('get', key)
  assert.ok(Buffer.isBuffer(got.said['content']) && got.said['content'].equals(body), key)
  return got
}

const METHODS = [
  ['SM4', { [SSE]: 'SM4' }, false],
  ['KMS with SM4', { [SSE]: 'KMS', [DATA]: 'SM4' }, false],
  ['KMS with a CMK and SM4', { [SSE]: 'KMS', [DATA]: 'SM4' }, true],
] as const

for (const [name, wanted, ownKey] of METHODS) {
  test(`OSS-79 ${name}: put, HEAD, get and copy say it and give the bytes`, skip, async () => {
    const headers = { ...wanted, ...(ownKey ? { [KEY_ID]: chosen } : {}) }
    for (const size of [0, 5, 16_384, 70_000, 1_100_000]) {
      const key = `${name}/${size}`
      const body = Buffer.alloc(size, `${name} ${size} `)
      const put = shown(await client.call('put', key, body, { headers }))
      assert.equal(put[0], wanted[SSE])
      if (ownKey) assert.equal(put[1], chosen)
      else assert.equal(typeof put[1], wanted[SSE] === 'KMS' ? 'string' : 'undefined')
      assert.equal(put[2], wanted[SSE] === 'KMS' ? 'SM4' : undefined)
      assert.deepEqual(shown(await client.call('head', key)), put)
      assert.deepEqual(shown(await reads(key, body)), put)
      // What it is copied into is not encrypted: nothing comes from the source.
      assert.deepEqual(shown(await client.call('copy', `${key}/copy`, key)), [undefined, undefined, undefined])
      await reads(`${key}/copy`, body)
    }
    const body = Buffer.alloc(200_000, name)
    await client.call('put', `${name}/range`, body, { headers })
    const part = await client.call('get', `${name}/range`, { headers: { Range: 'bytes=65530-131080' } })
    const { content } = part.said
    assert.ok(Buffer.isBuffer(content) && content.equals(body.subarray(65_530, 131_081)))
  })
}

test('OSS-79 SM4 as a default comes back as it was put, and is in effect', skip, async () => {
  const rules = [
    [{ SSEAlgorithm: 'SM4' }, ['SM4', undefined, undefined]],
    [{ SSEAlgorithm: 'KMS', KMSMasterKeyID: chosen, KMSDataEncryption: 'SM4' }, ['KMS', chosen, 'SM4']],
  ] as const
  for (const [rule, expected] of rules) {
    await putRule(rule)
    await client.call('put', 'by default', Buffer.from('x'))
    assert.deepEqual(shown(await client.call('head', 'by default')), expected)
    // A method in the request beats all of the default, its cipher too.
    await client.call('put', 'by request', Buffer.from('x'), { headers: { [SSE]: 'KMS', [KEY_ID]: chosen } })
    assert.deepEqual(shown(await client.call('head', 'by request')), ['KMS', chosen, undefined])
  }
  await client.call('deleteBucketEncryption', BUCKET)
})

test('OSS-79 parts and appends are sealed with the cipher that was begun with', skip, async () => {
  const headers = { [SSE]: 'KMS', [KEY_ID]: chosen, [DATA]: 'SM4' }
  const body = Buffer.alloc(250_000, 'parts ')
  const done = await client.call('multipartUpload', 'in parts', body, { partSize: 102_400, headers })
  assert.equal(done.status, 200)
  assert.deepEqual(shown(await reads('in parts', body)), ['KMS', chosen, 'SM4'])
  await client.call('append', 'grows', Buffer.alloc(70_000, 'a'), { headers: { [SSE]: 'SM4' } })
  await client.call('append', 'grows', Buffer.alloc(70_000, 'b'), { position: '70000' })
  const grown = Buffer.concat([Buffer.alloc(70_000, 'a'), Buffer.alloc(70_000, 'b')])
  assert.deepEqual(shown(await reads('grows', grown)), ['SM4', undefined, undefined])
})

/** The client's own method sends no data cipher, so the request is made as it makes all others. */
async function putRule(rule: Readonly<Record<string, string>>): Promise<void> {
  const asked = { method: 'PUT', bucket: BUCKET, subres: 'encryption', mime: 'xml', successStatuses: [200] }
  await client.call('request', { ...asked, content: ruleDocument(rule) })
}

function ruleDocument(rule: Readonly<Record<string, string>>): string {
  const inner = Object.entries(rule).map(([name, value]) => `<${name}>${value}</${name}>`)
  const applied = `<ApplyServerSideEncryptionByDefault>${inner.join('')}</ApplyServerSideEncryptionByDefault>`
  return `<ServerSideEncryptionRule>${applied}</ServerSideEncryptionRule>`
}

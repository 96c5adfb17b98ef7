/** Encryption of buckets and objects, rows of OSS's page on server-side encryption, with the official client. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms'
import { kmsClient, KEY_ID, OssClient, ossServer, shownEncryption, SSE, type OssAnswer } from './oss-client.ts'

let server: RunningCoffer
let service: OssClient
let buckets = 0

before(async () => {
  server = await ossServer()
  service = new OssClient(server)
})
after(() => server.close())

async function newBucket(): Promise<{ readonly name: string; readonly client: OssClient }> {
  buckets += 1
  const name = `enc-${buckets}`
  await service.call('putBucket', name)
  return { name, client: new OssClient(server, { bucket: name }) }
}

async function newKey(): Promise<string> {
  const { KeyMetadata } = await kmsClient(server).send(new CreateKeyCommand({}))
  return KeyMetadata?.KeyId ?? assert.fail('no key')
}

async function setDefault(name: string, rule: Readonly<Record<string, string>>): Promise<void> {
  await service.call('putBucketEncryption', name, rule)
}

async function ruleOf(name: string): Promise<unknown> {
  return (await service.call('getBucketEncryption', name)).said['encryption']
}

async function put(client: OssClient, key: string, headers: Readonly<Record<string, string>> = {}): Promise<OssAnswer> {
  return client.call('put', key, Buffer.from(`body of ${key}`), { headers })
}

async function head(client: OssClient, key: string): Promise<readonly (string | undefined)[]> {
  return shownEncryption(await client.call('head', key))
}

test('OSS-12 OSS-42 a new bucket has no default, and its objects show no encryption', async () => {
  const { name, client } = await newBucket()
  assert.equal(await service.refusal('getBucketEncryption', name), '404 NoSuchServerSideEncryptionRule')
  await put(client, 'plain')
  assert.deepEqual(await head(client, 'plain'), [undefined, undefined])
  await setDefault(name, { SSEAlgorithm: 'AES256' })
  await service.call('deleteBucketEncryption', name)
  await service.call('deleteBucketEncryption', name)
  assert.equal(await service.refusal('getBucketEncryption', name), '404 NoSuchServerSideEncryptionRule')
  await put(client, 'plain again')
  assert.deepEqual(await head(client, 'plain again'), [undefined, undefined])
})

test('OSS-07 OSS-13 OSS-19 OSS-22 a default comes back as it was put: no empty element, no namespace', async () => {
  const { name } = await newBucket()
  const key = await newKey()
  for (const rule of [
    { SSEAlgorithm: 'AES256' },
    { SSEAlgorithm: 'KMS' },
    { SSEAlgorithm: 'KMS', KMSMasterKeyID: key },
  ]) {
    await setDefault(name, rule)
    assert.deepEqual(await ruleOf(name), rule)
  }
  await setDefault(name, { SSEAlgorithm: 'AES256', KMSMasterKeyID: '' })
  assert.deepEqual(await ruleOf(name), { SSEAlgorithm: 'AES256' })
})

test('a default that cannot be is refused in OSS’s words, and the one before stays', async () => {
  const { name } = await newBucket()
  await setDefault(name, { SSEAlgorithm: 'AES256' })
  const wrong = await service.refused('putBucketEncryption', name, { SSEAlgorithm: 'DES' })
  assert.equal(`${wrong.status} ${wrong.code}`, '400 InvalidEncryptionAlgorithmError')
  const keyed = await service.refused('putBucketEncryption', name, { SSEAlgorithm: 'AES256', KMSMasterKeyID: 'k' })
  assert.deepEqual([keyed.status, keyed.code, keyed.ec], [400, 'InvalidArgument', '0005-00000204'])
  assert.deepEqual(await ruleOf(name), { SSEAlgorithm: 'AES256' })
  assert.equal(
    await service.refusal('putBucketEncryption', 'no-such-bucket-here', { SSEAlgorithm: 'KMS' }),
    '404 NoSuchBucket',
  )
})

test('OSS-01 OSS-03 OSS-04 OSS-05 what is uploaded by a default or a header comes back, and every answer says so', async () => {
  const { name, client } = await newBucket()
  await setDefault(name, { SSEAlgorithm: 'AES256' })
  for (const [key, headers] of [
    ['by default', {}],
    ['by header', { [SSE]: 'AES256' }],
  ] as const) {
    const written = await put(client, key, headers)
    assert.deepEqual(shownEncryption(written), ['AES256', undefined])
    assert.deepEqual(await head(client, key), ['AES256', undefined])
    assert.deepEqual(shownEncryption(await client.call('get', key)), ['AES256', undefined])
    assert.equal(await client.bytes(key), `body of ${key}`)
  }
  const copied = await client.call('copy', 'copy', 'by default')
  assert.deepEqual(shownEncryption(copied), ['AES256', undefined])
  const ranged = await client.call('get', 'by default', { headers: { Range: 'bytes=0-3' } })
  assert.deepEqual([ranged.status, ranged.headers[SSE], String(ranged.said['content'])], [206, 'AES256', 'body'])
})

test('OSS-18 OSS-20 OSS-21 KMS without a key is the managed key, by its real id, once for all', async () => {
  const { name, client } = await newBucket()
  await setDefault(name, { SSEAlgorithm: 'KMS' })
  const answers = await Promise.all(Array.from({ length: 20 }, async (_, at) => put(client, `k${at}`)))
  const ids = new Set(answers.map(({ headers }) => headers[KEY_ID]))
  assert.equal(ids.size, 1)
  const [id = ''] = ids
  assert.match(id, /^[0-9a-f-]{36}$/)
  assert.deepEqual(await head(client, 'k3'), ['KMS', id])
  assert.equal(await client.bytes('k3'), 'body of k3')
  const named = await put(client, 'named', { [SSE]: 'KMS', [KEY_ID]: 'alias/acs/oss' })
  assert.deepEqual(shownEncryption(named), ['KMS', id])
})

test('OSS-22 OSS-24 OSS-25 the key that was chosen is recorded with the object, whatever becomes of the rule', async () => {
  const { name, client } = await newBucket()
  const [one, two] = [await newKey(), await newKey()]
  await setDefault(name, { SSEAlgorithm: 'KMS', KMSMasterKeyID: one })
  assert.deepEqual(shownEncryption(await put(client, 'object')), ['KMS', one])
  const changes = [
    async () => setDefault(name, { SSEAlgorithm: 'KMS', KMSMasterKeyID: two }),
    async () => setDefault(name, { SSEAlgorithm: 'AES256' }),
    async () => {
      await service.call('deleteBucketEncryption', name)
    },
  ]
  for (const change of changes) {
    await change()
    assert.deepEqual(await head(client, 'object'), ['KMS', one])
    assert.equal(await client.bytes('object'), 'body of object')
  }
  assert.deepEqual(shownEncryption(await put(client, 'other', { [SSE]: 'KMS', [KEY_ID]: two })), ['KMS', two])
})

test('OSS-48 OSS-49 OSS-50 setting, changing and removing a default leaves objects as they are', async () => {
  const { name, client } = await newBucket()
  const state = async (key: string): Promise<readonly unknown[]> => {
    const { headers } = await client.call('head', key)
    return [headers['etag'], headers['last-modified'], ...shownEncryption({ headers }), await client.bytes(key)]
  }
  await put(client, 'plain')
  await put(client, 'aes', { [SSE]: 'AES256' })
  await put(client, 'kms', { [SSE]: 'KMS' })
  const before = await Promise.all(['plain', 'aes', 'kms'].map(state))
  for (const rule of [{ SSEAlgorithm: 'AES256' }, { SSEAlgorithm: 'KMS' }, undefined]) {
    if (rule === undefined) await service.call('deleteBucketEncryption', name)
    else await setDefault(name, rule)
    assert.deepEqual(await Promise.all(['plain', 'aes', 'kms'].map(state)), before)
  }
})

test('OSS-28 OSS-30 a key that is not there may stand in a rule; the upload fails, and nothing is stored', async () => {
  const { name, client } = await newBucket()
  const missing = '00000000-0000-4000-8000-000000000000'
  await setDefault(name, { SSEAlgorithm: 'KMS', KMSMasterKeyID: missing })
  assert.deepEqual(await ruleOf(name), { SSEAlgorithm: 'KMS', KMSMasterKeyID: missing })
  const { status, code, ec } = await client.refused('put', 'object', Buffer.from('x'))
  assert.deepEqual([status, code, ec], [400, 'InvalidArgument', '0005-00000208'])
  assert.equal((await client.refused('head', 'object')).status, 404)
})

test('OSS-18 a key that is disabled, or pending deletion, is 409 for uploads and downloads, and works again after', async () => {
  const { client } = await newBucket()
  const key = await newKey()
  const headers = { [SSE]: 'KMS', [KEY_ID]: key }
  await put(client, 'object', headers)
  await kmsClient(server).send(new DisableKeyCommand({ KeyId: key }))
  const refused = await client.refused('get', 'object')
  assert.deepEqual([refused.status, refused.code, refused.ec], [409, 'InvalidKeyState', '0005-00000214'])
  assert.equal(await client.refusal('put', 'next', Buffer.from('x'), { headers }), '409 InvalidKeyState')
  assert.deepEqual(await head(client, 'object'), ['KMS', key])
  await kmsClient(server).send(new EnableKeyCommand({ KeyId: key }))
  assert.equal(await client.bytes('object'), 'body of object')
})

test('headers that cannot be are refused, each with its number, and nothing is stored', async () => {
  const { client } = await newBucket()
  const context = `${SSE}-context`
  const cases: readonly (readonly [Readonly<Record<string, string>>, string, string])[] = [
    [{ [SSE]: 'aes256' }, 'InvalidEncryptionAlgorithmError', '0005-00000001'],
    [{ [SSE]: 'AES256', [KEY_ID]: 'k' }, 'InvalidArgument', '0005-00000204'],
    [{ [SSE]: 'KMS', [context]: '{"a":"b"}' }, 'InvalidArgument', '0005-00000228'],
    [{ [SSE]: 'KMS', [KEY_ID]: 'k', [context]: 'no JSON' }, 'InvalidArgument', '0005-00000230'],
  ]
  for (const [headers, code, ec] of cases) {
    const refused = await client.refused('put', 'object', Buffer.from('x'), { headers })
    assert.deepEqual([refused.status, refused.code, refused.ec], [400, code, ec], JSON.stringify(headers))
  }
  const customer = { [`${SSE}-customer-algorithm`]: 'AES256' }
  assert.equal(await client.refusal('put', 'object', Buffer.from('x'), { headers: customer }), '501 NotImplemented')
  assert.equal((await client.refused('head', 'object')).status, 404)
  const ignored = await put(client, 'plain', { [KEY_ID]: 'k', 'x-oss-server-side-data-encryption': 'SM4' })
  assert.deepEqual(shownEncryption(ignored), [undefined, undefined])
})

test('the method is refused where none can be chosen, and what a client leaks besides is ignored', async () => {
  const { client } = await newBucket()
  await put(client, 'object')
  const method = { headers: { [SSE]: 'AES256' } }
  for (const call of ['get', 'head']) {
    const refused = await client.refused(call, 'object', method)
    assert.equal(refused.status, 400, call)
  }
  assert.equal((await client.refused('get', 'object', method)).ec, '0005-00000002')
  const key = await newKey()
  const body = Buffer.alloc(250 * 1024, 7)
  const headers = { [SSE]: 'KMS', [KEY_ID]: key }
  await client.call('multipartUpload', 'large', body, { partSize: 100 * 1024, headers })
  assert.deepEqual(await head(client, 'large'), ['KMS', key])
  const { said } = await client.call('get', 'large')
  assert.ok(Buffer.isBuffer(said['content']) && said['content'].equals(body))
})

test('OSS-03 a copy has the destination’s default, or the method that is asked for, and never the source’s own', async () => {
  const { name, client } = await newBucket()
  await put(client, 'source', { [SSE]: 'KMS' })
  assert.deepEqual(shownEncryption(await client.call('copy', 'bare', 'source')), [undefined, undefined])
  const asked = await client.call('copy', 'asked', 'source', { headers: { [SSE]: 'AES256' } })
  assert.deepEqual(shownEncryption(asked), ['AES256', undefined])
  await setDefault(name, { SSEAlgorithm: 'AES256' })
  await client.call('putMeta', 'source', { colour: 'blue' })
  assert.deepEqual(await head(client, 'source'), ['AES256', undefined])
  assert.equal(await client.bytes('source'), 'body of source')
})

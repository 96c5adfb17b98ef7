/** Default encryption of buckets, as Huawei's page on server-side encryption has it; with the vendor's own client. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ObsClient, obsServer, type ObsAnswer } from './obs-client.ts'
import { obsFetch, type ObsFetched } from './obs-fetch.ts'
import { newKey } from './obs-keys.ts'

let server: RunningCoffer
let obs: ObsClient
let buckets = 0

before(async () => {
  server = await obsServer({ tls: true })
  obs = new ObsClient(server)
})
after(async () => server.close())

async function newBucket(more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const Bucket = `vault-${++buckets}`
  await obs.done('createBucket', { Bucket, ...more })
  return Bucket
}

const rule = (values: Readonly<Record<string, string>>) => ({ Rule: { ApplyServerSideEncryptionByDefault: values } })

async function put(Bucket: string, Key: string, more: Readonly<Record<string, unknown>> = {}): Promise<ObsAnswer> {
  return obs.call('putObject', { Bucket, Key, Body: `text of ${Key}`, ...more })
}

async function head(Bucket: string, Key: string): Promise<readonly [method: unknown, key: unknown]> {
  const { SseKms, SseKmsKey } = await obs.done('getObjectMetadata', { Bucket, Key })
  return [SseKms, SseKmsKey]
}

test('OBSA-04 OBSA-10 OBSA-11 OBSB-04 a default with a key of one’s own: set, shown as it was put, and taken by what is uploaded after', async () => {
  const Bucket = await newBucket()
  const { keyId, long } = await newKey(server)
  await obs.done('setBucketEncryption', { Bucket, ...rule({ SSEAlgorithm: 'kms', KMSMasterKeyID: keyId }) })
  const { Rule } = await obs.done('getBucketEncryption', { Bucket })
  assert.deepEqual(Rule, { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'kms', KMSMasterKeyID: keyId } })
  const answer = await put(Bucket, 'k')
  assert.deepEqual([answer.result['SseKms'], answer.result['SseKmsKey']], ['kms', long])
  assert.deepEqual(await head(Bucket, 'k'), ['kms', long])
})

test('OBSA-05 the default key of the key service is made on first need, once, also under twenty first uploads at once', async () => {
  const own = await obsServer({ tls: true })
  try {
    const client = new ObsClient(own)
    await client.done('createBucket', { Bucket: 'firsts' })
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        client.done('putObject', { Bucket: 'firsts', Key: `k${at}`, Body: 'x', SseKms: 'kms' }),
      ),
    )
    assert.equal(new Set(answers.map((answer) => answer['SseKmsKey'])).size, 1)
  } finally {
    await own.close()
  }
})

test('OBSA-05 the default key goes by the name obs/default, and by its long name', async () => {
  const Bucket = await newBucket()
  await put(Bucket, 'a', { SseKms: 'kms' })
  const [, long] = await head(Bucket, 'a')
  await put(Bucket, 'b', { SseKms: 'kms', SseKmsKey: 'obs/default' })
  await put(Bucket, 'c', { SseKms: 'kms', SseKmsKey: String(long) })
  assert.deepEqual(await head(Bucket, 'b'), ['kms', long])
  assert.deepEqual(await head(Bucket, 'c'), ['kms', long])
  assert.match(String(long), /^cn-north-4:0{31}1:key\/[0-9a-f-]{36}$/)
})

test('OBSA-07 OBSA-08 a bucket is created with encryption, and whatever comes into it is encrypted', async () => {
  const { keyId, long } = await newKey(server)
  const Bucket = await newBucketWithHeaders({
    'x-obs-server-side-encryption': 'kms',
    'x-obs-server-side-encryption-kms-key-id': keyId,
  })
  await put(Bucket, 'put')
  await obs.done('copyObject', { Bucket, Key: 'copy', CopySource: `${Bucket}/put` })
  const { UploadId } = await obs.done('initiateMultipartUpload', { Bucket, Key: 'parts' })
  const part = await obs.done('uploadPart', { Bucket, Key: 'parts', PartNumber: 1, UploadId, Body: 'one' })
  assert.equal(part['SseKms'], 'kms')
  const Parts = [{ PartNumber: 1, ETag: part['ETag'] }]
  assert.equal((await obs.done('completeMultipartUpload', { Bucket, Key: 'parts', UploadId, Parts }))['SseKms'], 'kms')
  for (const key of ['put', 'copy', 'parts']) assert.deepEqual(await head(Bucket, key), ['kms', long], key)
})

test('OBSA-07 at creation the service’s own keys are called obs; AES256 is taken too', async () => {
  for (const word of ['obs', 'AES256']) {
    const Bucket = await newBucketWithHeaders({ 'x-obs-server-side-encryption': word })
    assert.deepEqual((await obs.done('getBucketEncryption', { Bucket }))['Rule'], {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256', KMSMasterKeyID: '' },
    })
    assert.equal((await put(Bucket, 'k')).result['SseKms'], 'AES256')
  }
})

test('OBSA-09 a bad key at creation leaves no bucket behind', async () => {
  const headers = {
    'x-obs-server-side-encryption': 'kms',
    'x-obs-server-side-encryption-kms-key-id': '0d0466b0-e727-4d9c-b35d-f84bb474a37f',
  }
  const refused = await createWithHeaders('never-there', headers)
  assert.deepEqual([refused.status, refused.code], [400, 'KMS.NotFoundException'])
  assert.equal((await obs.call('headBucket', { Bucket: 'never-there' })).status, 404)
})

test('OBSA-12 OBSA-14 enabling and disabling leave what is there as it is', async () => {
  const Bucket = await newBucket()
  const plain = await put(Bucket, 'plain')
  await obs.done('setBucketEncryption', { Bucket, ...rule({ SSEAlgorithm: 'kms' }) })
  await put(Bucket, 'sealed')
  const [, key] = await head(Bucket, 'sealed')
  assert.deepEqual(await head(Bucket, 'plain'), [undefined, undefined])
  assert.equal((await obs.done('getObjectMetadata', { Bucket, Key: 'plain' }))['ETag'], plain.result['ETag'])
  await obs.done('deleteBucketEncryption', { Bucket })
  assert.deepEqual(await head(Bucket, 'plain'), [undefined, undefined])
  assert.deepEqual(await head(Bucket, 'sealed'), ['kms', key])
  assert.equal(String((await obs.done('getObject', { Bucket, Key: 'sealed' }))['Content']), 'text of sealed')
})

test('OBSA-13 the default can be disabled, twice, and then there is none', async () => {
  const Bucket = await newBucket()
  await obs.done('setBucketEncryption', { Bucket, ...rule({ SSEAlgorithm: 'AES256' }) })
  for (let times = 0; times < 2; times++) {
    assert.equal((await obs.call('deleteBucketEncryption', { Bucket })).status, 204)
  }
  const none = await obs.call('getBucketEncryption', { Bucket })
  assert.deepEqual([none.status, none.code], [404, 'NoSuchEncryptionConfiguration'])
})

test('OBSA-15 OBSB-01 OBSB-02 OBSB-03 without a default an upload is encrypted where it asks for it, and only there', async () => {
  const Bucket = await newBucket()
  await put(Bucket, 'first')
  await put(Bucket, 'asked', { SseKms: 'kms' })
  await put(Bucket, 'next')
  assert.deepEqual(await head(Bucket, 'first'), [undefined, undefined])
  assert.equal((await head(Bucket, 'asked'))[0], 'kms')
  assert.deepEqual(await head(Bucket, 'next'), [undefined, undefined])
})

test('OBSA-17 the methods beside the page’s: the service’s own keys, and a key of the customer', async () => {
  const Bucket = await newBucket()
  await put(Bucket, 'aes', { SseKms: 'AES256' })
  assert.deepEqual(await head(Bucket, 'aes'), ['AES256', undefined])
  const customer = { SseC: 'AES256', SseCKey: '01234567890123456789012345678901' }
  const made = await put(Bucket, 'own', customer)
  assert.deepEqual([made.result['SseC'], made.result['SseCKeyMd5']], ['AES256', 'KYvwGXoFFJ42a2u2GDWhwQ=='])
  assert.equal(String((await obs.done('getObject', { Bucket, Key: 'own', ...customer }))['Content']), 'text of own')
  assert.equal((await obs.call('getObject', { Bucket, Key: 'own' })).status, 400)
  const wrong = { SseC: 'AES256', SseCKey: '11234567890123456789012345678901' }
  assert.equal((await obs.call('getObject', { Bucket, Key: 'own', ...wrong })).status, 403)
})

test('OBSA-19 OBSB-05 what a request asks for replaces the bucket’s method', async () => {
  const Bucket = await newBucket()
  const { keyId, long } = await newKey(server)
  await obs.done('setBucketEncryption', { Bucket, ...rule({ SSEAlgorithm: 'kms' }) })
  await put(Bucket, 'aes', { SseKms: 'AES256' })
  await put(Bucket, 'own', { SseKms: 'kms', SseKmsKey: keyId })
  await put(Bucket, 'customer', { SseC: 'AES256', SseCKey: '01234567890123456789012345678901' })
  assert.deepEqual(await head(Bucket, 'aes'), ['AES256', undefined])
  assert.deepEqual(await head(Bucket, 'own'), ['kms', long])
  const got = await obs.done('getObjectMetadata', {
    ...{ Bucket, Key: 'customer', SseC: 'AES256', SseCKey: '01234567890123456789012345678901' },
  })
  assert.deepEqual([got['SseC'], got['SseKms']], ['AES256', undefined])
})

test('a configuration that is not one is refused in the vendor’s words, and changes nothing', async () => {
  const Bucket = await newBucket()
  const { keyId } = await newKey(server)
  const illegal = await obs.call('setBucketEncryption', {
    ...{ Bucket, ...rule({ SSEAlgorithm: 'kms', KMSMasterKeyID: '0d0466b0-e727-4d9c-b35d-f84bb474a37f' }) },
  })
  assert.deepEqual([illegal.status, illegal.code], [400, 'InvalidArgument'])
  assert.match(illegal.message, /The configuration of bucket encryption contains illegal KMSMasterKeyID/)
  for (const values of [{ SSEAlgorithm: 'AES256', KMSMasterKeyID: keyId }, { SSEAlgorithm: 'rot13' }]) {
    const refused = await obs.call('setBucketEncryption', { Bucket, ...rule(values) })
    assert.deepEqual([refused.status, refused.code], [400, 'InvalidArgument'], JSON.stringify(values))
  }
  const documents: readonly (readonly [body: string, code: string])[] = [
    [document('<SSEAlgorithm>AES256</SSEAlgorithm><KMSDataEncryption>SM4</KMSDataEncryption>'), 'InvalidArgument'],
    [document('<SSEAlgorithm>kms</SSEAlgorithm><ProjectID>p</ProjectID>'), 'InvalidArgument'],
    [document('<SSEAlgorithm>kms</SSEAlgorithm><Colour>red</Colour>'), 'MalformedXML'],
    [document(''), 'MalformedXML'],
    ['<ServerSideEncryptionConfiguration>', 'MalformedXML'],
  ]
  for (const [body, code] of documents) {
    const refused = await obsFetch(server, { method: 'PUT', bucket: Bucket, query: 'encryption', body })
    assert.deepEqual([refused.status, refused.code], [400, code], body)
  }
  const empty = await obsFetch(server, { method: 'PUT', bucket: Bucket, query: 'encryption', body: '' })
  assert.deepEqual([empty.status, empty.code], [400, 'MissingRequestBodyError'])
  assert.equal((await obs.call('getBucketEncryption', { Bucket })).code, 'NoSuchEncryptionConfiguration')
})

function document(byDefault: string): string {
  const rule = `<Rule><ApplyServerSideEncryptionByDefault>${byDefault}</ApplyServerSideEncryptionByDefault></Rule>`
  return `<ServerSideEncryptionConfiguration>${rule}</ServerSideEncryptionConfiguration>`
}

async function newBucketWithHeaders(headers: Readonly<Record<string, string>>): Promise<string> {
  const Bucket = `vault-${++buckets}`
  const made = await createWithHeaders(Bucket, headers)
  assert.equal(made.status, 200, made.text)
  return Bucket
}

/** The client has no parameters for these headers of a bucket's creation. */
async function createWithHeaders(bucket: string, headers: Readonly<Record<string, string>>): Promise<ObsFetched> {
  return obsFetch(server, { method: 'PUT', bucket, headers })
}

/** What one upload may ask for, that nothing changes it afterwards, and what keys in use mean; over TLS. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ObsClient, obsServer } from './obs-client.ts'
import { obsFetch, type ObsWanted } from './obs-fetch.ts'
import { disableKey, newKey, scheduleDeletion } from './obs-keys.ts'

const BUCKET = 'methods'
const SSE = 'x-obs-server-side-encryption'
const CUSTOMER = {
  [`${SSE}-customer-algorithm`]: 'AES256',
  [`${SSE}-customer-key`]: 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=',
  [`${SSE}-customer-key-MD5`]: 'KYvwGXoFFJ42a2u2GDWhwQ==',
}
const KEY_ID = '0d0466b0-e727-4d9c-b35d-f84bb474a37f'

let server: RunningCoffer
let obs: ObsClient

before(async () => {
  server = await obsServer({ tls: true })
  obs = new ObsClient(server)
  await obs.done('createBucket', { Bucket: BUCKET })
})
after(async () => server.close())

const BAD: readonly (readonly [string, Readonly<Record<string, string>>, code: string])[] = [
  ['a customer’s key with kms', { ...CUSTOMER, [SSE]: 'kms' }, 'InvalidArgument'],
  ['a customer’s key with AES256', { ...CUSTOMER, [SSE]: 'AES256' }, 'InvalidArgument'],
  ['a customer’s key with a key id', { ...CUSTOMER, [`${SSE}-kms-key-id`]: KEY_ID }, 'InvalidArgument'],
  ['a key id with AES256', { [SSE]: 'AES256', [`${SSE}-kms-key-id`]: KEY_ID }, 'InvalidArgument'],
  ['a key id alone', { [`${SSE}-kms-key-id`]: KEY_ID }, 'InvalidArgument'],
  ['SM4 with AES256', { [SSE]: 'AES256', 'x-obs-server-side-data-encryption': 'SM4' }, 'InvalidArgument'],
  ['another method', { [SSE]: 'KMS' }, 'InvalidArgument'],
  ['the word of bucket creation', { [SSE]: 'obs' }, 'InvalidArgument'],
  ['a header that does not exist', { [`${SSE}-context`]: 'e30=' }, 'InvalidArgument'],
  [
    'another algorithm of the customer',
    { ...CUSTOMER, [`${SSE}-customer-algorithm`]: 'DES' },
    'InvalidEncryptionAlgorithmError',
  ],
  ['a customer’s key without its MD5', without(CUSTOMER, `${SSE}-customer-key-MD5`), 'InvalidArgument'],
  [
    'a customer’s key with another’s MD5',
    { ...CUSTOMER, [`${SSE}-customer-key-MD5`]: 'XUFAKrxLKna5cZ2REBfFkg==' },
    'InvalidArgument',
  ],
  ['a key that does not exist', { [SSE]: 'kms', [`${SSE}-kms-key-id`]: KEY_ID }, 'KMS.NotFoundException'],
]

function without(headers: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name))
}

for (const [what, headers, code] of BAD) {
  test(`OBSA-18 one upload, one method: ${what} is refused, and nothing is stored`, async () => {
    const writes: readonly ObsWanted[] = [
      { method: 'PUT', key: 'refused', body: 'x', headers },
      { method: 'PUT', key: 'refused', headers: { ...headers, 'x-obs-copy-source': `${BUCKET}/source` } },
      { method: 'POST', key: 'refused', query: 'uploads', headers },
    ]
    await obs.done('putObject', { Bucket: BUCKET, Key: 'source', Body: 'source' })
    for (const write of writes) {
      const refused = await obsFetch(server, { bucket: BUCKET, ...write })
      assert.deepEqual([refused.status, refused.code], [400, code], `${write.method} ${refused.text}`)
    }
    assert.equal((await obs.call('getObjectMetadata', { Bucket: BUCKET, Key: 'refused' })).status, 404)
    const { Uploads } = await obs.done('listMultipartUploads', { Bucket: BUCKET, Prefix: 'refused' })
    assert.deepEqual(Uploads, [])
  })
}

test('T-099 encryption headers of another vendor are refused, not ignored', async () => {
  for (const name of ['x-oss-server-side-encryption', 'x-cos-server-side-encryption', 'x-amz-server-side-encryption']) {
    const refused = await obsFetch(server, {
      ...{ method: 'PUT', bucket: BUCKET, key: 'foreign', body: 'x', headers: { [name]: 'AES256' } },
    })
    assert.ok(refused.status >= 400, `${name}: ${refused.status}`)
    assert.equal((await obs.call('getObjectMetadata', { Bucket: BUCKET, Key: 'foreign' })).status, 404)
  }
})

test('OBSB-06 the encryption status of an object cannot be changed: not by a copy onto itself, not by its tags', async () => {
  await obs.done('putObject', { Bucket: BUCKET, Key: 'fixed', Body: 'x', SseKms: 'kms' })
  const before = await obs.done('getObjectMetadata', { Bucket: BUCKET, Key: 'fixed' })
  const bare = await obs.call('copyObject', {
    ...{ Bucket: BUCKET, Key: 'fixed', CopySource: `${BUCKET}/fixed`, MetadataDirective: 'REPLACE' },
  })
  assert.deepEqual([bare.status, bare.code], [400, 'InvalidRequest'])
  const tagging = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'
  const tagged = await obsFetch(server, {
    ...{ method: 'PUT', bucket: BUCKET, key: 'fixed', query: 'tagging', body: tagging, headers: { [SSE]: 'AES256' } },
  })
  assert.ok([200, 400].includes(tagged.status))
  const after = await obs.done('getObjectMetadata', { Bucket: BUCKET, Key: 'fixed' })
  assert.deepEqual([after['SseKms'], after['SseKmsKey']], [before['SseKms'], before['SseKmsKey']])
})

test('OBSB-07 another upload of the name is an object of its own: both versions as they were written', async () => {
  await obs.done('createBucket', { Bucket: 'versions-kept' })
  await obs.done('setBucketVersioning', { Bucket: 'versions-kept', VersionStatus: 'Enabled' })
  const place = { Bucket: 'versions-kept', Key: 'k' }
  const first = await obs.done('putObject', { ...place, Body: 'one', SseKms: 'kms' })
  const second = await obs.done('putObject', { ...place, Body: 'two', SseKms: 'AES256' })
  for (const [made, text] of [
    [first, 'one'],
    [second, 'two'],
  ] as const) {
    const got = await obs.done('getObject', { ...place, VersionId: made['VersionId'] })
    assert.deepEqual(
      [got['SseKms'], got['SseKmsKey'], String(got['Content'])],
      [made['SseKms'], made['SseKmsKey'], text],
    )
  }
})

test('OBSB-08 a key in use cannot be deleted; OBSA-06 a disabled key stops uploads and downloads at once, HEAD goes on', async () => {
  const { keyId } = await newKey(server)
  const place = { Bucket: BUCKET, Key: 'held' }
  await obs.done('putObject', { ...place, Body: 'x', SseKms: 'kms', SseKmsKey: keyId })
  await assert.rejects(scheduleDeletion(server, keyId), { message: 'key-in-use' })
  await disableKey(server, keyId)
  for (const refused of [
    await obs.call('getObject', place),
    await obs.call('putObject', { ...place, Body: 'y', SseKms: 'kms', SseKmsKey: keyId }),
  ]) {
    assert.deepEqual([refused.status, refused.code], [400, 'KMS.DisabledException'])
  }
  assert.equal((await obs.done('getObjectMetadata', place))['SseKms'], 'kms')
  await obs.done('deleteObject', place)
  await scheduleDeletion(server, keyId)
})

test('an ETag is the MD5 of what was sent only where that is not encrypted under keys of the key service or the customer', async () => {
  const MD5 = '"5d41402abc4b2a76b9719d911017c592"'
  const etag = async (more: object): Promise<unknown> =>
    (await obs.done('putObject', { Bucket: BUCKET, Key: 'etag', Body: 'hello', ...more }))['ETag']
  assert.equal(await etag({}), MD5)
  assert.notEqual(await etag({ SseKms: 'kms' }), MD5)
  assert.notEqual(await etag({ SseC: 'AES256', SseCKey: '01234567890123456789012345678901' }), MD5)
})

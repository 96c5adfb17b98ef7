/** With the bucket's encryption off its encrypted objects need HTTPS; and what is encrypted cannot be shared. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ObsClient, obsServer } from './obs-client.ts'
import { obsFetch } from './obs-fetch.ts'

const SSE = 'x-obs-server-side-encryption'
const BY_TLS = { 'x-forwarded-proto': 'https' }

/** Behind a proxy on this machine that ends TLS, so that both kinds of requests reach the same objects. */
let server: RunningCoffer
let obs: ObsClient

before(async () => {
  server = await obsServer({ settings: { COFFER_TRUSTED_PROXIES: '127.0.0.1', COFFER_DEFAULT_DIALECT: 'obs' } })
  obs = new ObsClient(server)
  for (const Bucket of ['turned-off', 'turned-on', 'shared']) await obs.done('createBucket', { Bucket })
  await obs.done('setBucketEncryption', {
    ...{ Bucket: 'turned-on', Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'kms' } } },
  })
})
after(async () => server.close())

async function put(bucket: string, key: string, method: string | undefined): Promise<void> {
  const headers = { ...BY_TLS, ...(method === undefined ? {} : { [SSE]: method }) }
  const made = await obsFetch(server, { method: 'PUT', bucket, key, body: 'text', headers })
  assert.equal(made.status, 200, made.text)
}

test('OBSA-42 in a bucket without default encryption an encrypted object is read over HTTPS only', async () => {
  for (const method of ['kms', 'AES256']) {
    await put('turned-off', `k-${method}`, method)
    const open = await obsFetch(server, { bucket: 'turned-off', key: `k-${method}` })
    assert.deepEqual([open.status, open.code], [403, 'AccessDenied'], method)
    assert.match(open.text, /HTTPS/)
    const secure = await obsFetch(server, { bucket: 'turned-off', key: `k-${method}`, headers: BY_TLS })
    assert.deepEqual([secure.status, secure.text], [200, 'text'])
    assert.equal((await obsFetch(server, { method: 'HEAD', bucket: 'turned-off', key: `k-${method}` })).status, 200)
  }
})

test('OBSA-42 with default encryption its objects are read over HTTP too, and again not when it is off', async () => {
  await put('turned-on', 'k', undefined)
  assert.equal((await obsFetch(server, { bucket: 'turned-on', key: 'k' })).status, 200)
  await obs.done('deleteBucketEncryption', { Bucket: 'turned-on' })
  assert.equal((await obsFetch(server, { bucket: 'turned-on', key: 'k' })).status, 403)
  await obs.done('setBucketEncryption', {
    ...{ Bucket: 'turned-on', Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'kms' } } },
  })
  assert.equal((await obsFetch(server, { bucket: 'turned-on', key: 'k' })).status, 200)
})

test('OBSA-43 an upload that asks for a KMS key needs HTTPS there as well, and what is not encrypted does not', async () => {
  const upload = (headers: Readonly<Record<string, string>>) =>
    obsFetch(server, { method: 'PUT', bucket: 'turned-off', key: 'up', body: 'text', headers })
  const refused = await upload({ [SSE]: 'kms' })
  assert.deepEqual([refused.status, refused.code], [403, 'AccessDenied'])
  assert.equal((await obs.call('getObjectMetadata', { Bucket: 'turned-off', Key: 'up' })).status, 404)
  assert.equal((await upload({ ...BY_TLS, [SSE]: 'kms' })).status, 200)
  assert.equal((await upload({})).status, 200)
  assert.equal((await obsFetch(server, { bucket: 'turned-off', key: 'up' })).status, 200)
})

test('OBSA-44 a proxy’s word counts only where the proxy is trusted', async () => {
  const own = await obsServer()
  try {
    await new ObsClient(own).done('createBucket', { Bucket: 'turned-off' })
    const headers = { ...BY_TLS, [SSE]: 'kms' }
    const refused = await obsFetch(own, { method: 'PUT', bucket: 'turned-off', key: 'k', body: 'x', headers })
    assert.deepEqual([refused.status, refused.code], [403, 'AccessDenied'])
  } finally {
    await own.close()
  }
})

test('OBSB-10 OBSB-14 (part) what is encrypted is read by nobody without a signature, although the bucket’s policy lets everybody', async () => {
  await openToEverybody('shared')
  await put('shared', 'plain', undefined)
  for (const method of ['kms', 'AES256']) await put('shared', method, method)
  const anonymous = { signs: false, headers: BY_TLS }
  assert.equal((await obsFetch(server, { bucket: 'shared', key: 'plain', ...anonymous })).text, 'text')
  for (const key of ['kms', 'AES256']) {
    const refused = await obsFetch(server, { bucket: 'shared', key, ...anonymous })
    assert.deepEqual([refused.status, refused.code], [403, 'AccessDenied'], key)
    const head = await obsFetch(server, { method: 'HEAD', bucket: 'shared', key, ...anonymous })
    assert.deepEqual([head.status, head.code], [403, 'AccessDenied'], key)
  }
})

test('OBSB-11 nobody is given an encrypted object by a list: not when it is uploaded, not afterwards', async () => {
  const list = async (key: string, headers: Readonly<Record<string, string>>, query?: string) =>
    obsFetch(server, {
      ...{ method: 'PUT', bucket: 'shared', key, headers: { ...BY_TLS, ...headers } },
      ...(query === undefined ? { body: 'text' } : { query }),
    })
  await openToEverybody('shared')
  for (const method of ['kms', 'AES256']) {
    const upload = await list('given', { 'x-obs-acl': 'public-read', [SSE]: method })
    assert.deepEqual([upload.status, upload.code], [400, 'InvalidRequest'], upload.text)
    assert.equal((await obs.call('getObjectMetadata', { Bucket: 'shared', Key: 'given' })).status, 404)
    await put('shared', `held-${method}`, method)
    const given = await list(`held-${method}`, { 'x-obs-acl': 'public-read' }, 'acl')
    assert.deepEqual([given.status, given.code], [400, 'InvalidRequest'], given.text)
    assert.equal((await list(`held-${method}`, { 'x-obs-acl': 'private' }, 'acl')).status, 200)
  }
  assert.equal((await list('open', { 'x-obs-acl': 'public-read' })).status, 200)
})

test('OBSB-15 a URL that somebody with the rights signed is that somebody’s own access: over HTTPS, not over HTTP', async () => {
  await put('turned-off', 'linked', 'kms')
  const { url } = obs.signedUrl({ Method: 'GET', Bucket: 'turned-off', Key: 'linked', Expires: 300 })
  const { search } = new URL(url)
  const link = { bucket: 'turned-off', key: 'linked', query: search.slice(1), signs: false }
  const secure = await obsFetch(server, { ...link, headers: BY_TLS })
  assert.deepEqual([secure.status, secure.text, secure.headers[SSE]], [200, 'text', 'kms'])
  assert.equal((await obsFetch(server, link)).status, 403)
})

async function openToEverybody(Bucket: string): Promise<void> {
  const block =
    '<PublicAccessBlockConfiguration><BlockPublicPolicy>false</BlockPublicPolicy></PublicAccessBlockConfiguration>'
  const opened = await obsFetch(server, { method: 'PUT', bucket: Bucket, query: 'publicAccessBlock', body: block })
  assert.equal(opened.status, 200, opened.text)
  const statement = { Effect: 'Allow', Principal: '*', Action: ['GetObject'], Resource: [`${Bucket}/*`] }
  await obs.done('setBucketPolicy', { Bucket, Policy: JSON.stringify({ Statement: [statement] }) })
}

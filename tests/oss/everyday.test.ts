/** What people do every day, by the official client in each of its styles of address and signature. */
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { rawRequest } from '../raw-request.ts'
import { ACCESS_KEY, SECRET_KEY } from '../servers.ts'
import { OssClient, ossServer, record } from './oss-client.ts'

let server: RunningCoffer

before(async () => {
  server = await ossServer()
})
after(() => server.close())

const KEY = 'dir/a b+你.txt'

for (const [sld, v4] of [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const) {
  const name = `${sld ? 'path' : 'host'}-${v4 ? 'v4' : 'v1'}`
  test(`a bucket’s whole life, ${sld ? 'in the path too' : 'in the host'}, by ${v4 ? 'V4' : 'V1'}`, async () => {
    const client = new OssClient(server, { bucket: name, sld, v4 })
    assert.equal((await client.call('putBucket', name)).said['bucket'], name)
    const listed = await client.call('listBuckets', { prefix: name })
    assert.match(JSON.stringify(listed.said['buckets']), new RegExp(`"${name}"`))
    assert.equal((await client.call('getBucketLocation', name)).said['location'], 'oss-cn-hangzhou')
    const put = await client.call('put', KEY, Buffer.from('hello'), { meta: { who: 'me' }, mime: 'text/plain' })
    assert.equal(put.headers['etag'], `"${createHash('md5').update('hello').digest('hex').toUpperCase()}"`)
    assert.equal(put.headers['x-oss-hash-crc64ecma'], '11177612005948864433')
    const head = await client.call('head', KEY)
    assert.deepEqual(head.said['meta'], { who: 'me' })
    assert.equal(head.headers['x-oss-object-type'], 'Normal')
    assert.equal(await client.bytes(KEY), 'hello')
    await client.call('putStream', 'stream', Readable.from([Buffer.from('str'), Buffer.from('eam')]))
    assert.equal(await client.bytes('stream'), 'stream')
    const { said } = await client.call('list', { prefix: '', 'max-keys': 1 })
    assert.deepEqual([said['isTruncated'], said['nextMarker']], [true, KEY])
    const second = await client.call('listV2', { prefix: '', 'max-keys': 10 })
    assert.equal(second.said['keyCount'], 2)
    assert.equal(await client.refusal('deleteBucket', name), '409 BucketNotEmpty')
    const deleted = await client.call('deleteMulti', [KEY, 'stream', 'never there'])
    assert.equal(Array.isArray(deleted.said['deleted']) && deleted.said['deleted'].length, 3)
    await client.call('deleteBucket', name)
    assert.equal((await client.refused('head', KEY)).status, 404)
  })
}

test('an upload in parts, with a listing of them, a copied part, and the sum of the whole', async () => {
  const client = new OssClient(server, { bucket: 'parts' })
  await client.call('putBucket', 'parts')
  const body = Buffer.alloc(250 * 1024, 7)
  await client.call('multipartUpload', 'large', body, { partSize: 100 * 1024 })
  const head = await client.call('head', 'large')
  assert.equal(head.headers['x-oss-object-type'], 'Multipart')
  assert.match(head.headers['etag'] ?? '', /^"[0-9A-F]{32}-3"$/)
  assert.match(head.headers['x-oss-hash-crc64ecma'] ?? '', /^\d+$/)
  const { said } = await client.call('initMultipartUpload', 'copied')
  const { uploadId } = said
  const copied = await client.call('uploadPartCopy', 'copied', uploadId, 1, '0-99', {
    sourceKey: 'large',
    sourceBucketName: 'parts',
  })
  await client.call('completeMultipartUpload', 'copied', uploadId, [{ number: 1, etag: copied.said['etag'] }])
  assert.equal((await client.bytes('copied')).length, 100)
  const again = await client.call('initMultipartUpload', 'aborted')
  await client.call('abortMultipartUpload', 'aborted', again.said['uploadId'])
  assert.equal(await client.refusal('listParts', 'aborted', again.said['uploadId'], {}), '404 NoSuchUpload')
})

test('versions, tags, lists of rights and settings, in the client’s own words', async () => {
  const client = new OssClient(server, { bucket: 'settings' })
  await client.call('putBucket', 'settings')
  assert.equal((await client.call('getBucketVersioning', 'settings')).said['versionStatus'], undefined)
  await client.call('putBucketVersioning', 'settings', 'Enabled')
  assert.equal((await client.call('getBucketVersioning', 'settings')).said['versionStatus'], 'Enabled')
  for (const text of ['one', 'two']) await client.call('put', 'object', Buffer.from(text))
  const { said } = await client.call('getBucketVersions', { prefix: 'object' })
  const [newest, oldest] = Array.isArray(said['objects']) ? said['objects'].map(record) : []
  assert.equal(newest?.['isLatest'], true)
  assert.equal(await client.bytes('object', { versionId: oldest?.['versionId'] }), 'one')
  await client.call('putObjectTagging', 'object', { colour: 'blue' })
  assert.deepEqual((await client.call('getObjectTagging', 'object')).said['tag'], { colour: 'blue' })
  assert.deepEqual((await client.call('getBucketTags', 'settings')).said['tag'], {})
  await client.call('putBucketTags', 'settings', { team: 'x' })
  assert.deepEqual((await client.call('getBucketTags', 'settings')).said['tag'], { team: 'x' })
  assert.equal((await client.call('getBucketACL', 'settings')).said['acl'], 'private')
  await client.call('putBucketACL', 'settings', 'public-read')
  assert.equal((await client.call('getBucketACL', 'settings')).said['acl'], 'public-read')
  assert.equal((await client.call('getACL', 'object')).said['acl'], 'default')
  await client.call('putBucketCORS', 'settings', [{ allowedOrigin: '*', allowedMethod: ['GET'] }])
  assert.deepEqual((await client.call('getBucketCORS', 'settings')).said['rules'], [
    { allowedOrigin: '*', allowedMethod: 'GET' },
  ])
  await client.call('deleteBucketCORS', 'settings')
  assert.equal(await client.refusal('getBucketCORS', 'settings'), '404 NoSuchCORSConfiguration')
  assert.equal((await client.call('getBucketReferer', 'settings')).said['allowEmpty'], true)
  await client.call('putBucketReferer', 'settings', false, ['http://a.example'])
  assert.deepEqual((await client.call('getBucketReferer', 'settings')).said['referers'], ['http://a.example'])
  await client.call('putBucketRequestPayment', 'settings', 'Requester')
  assert.equal((await client.call('getBucketRequestPayment', 'settings')).said['payer'], 'Requester')
})

test('what must not be overwritten is not, and a range that does not lie in the object is none', async () => {
  const client = new OssClient(server, { bucket: 'rules' })
  await client.call('putBucket', 'rules')
  await client.call('put', 'object', Buffer.from('hello'))
  const headers = { 'x-oss-forbid-overwrite': 'true' }
  assert.equal(await client.refusal('put', 'object', Buffer.from('x'), { headers }), '409 FileAlreadyExists')
  const whole = await client.call('get', 'object', { headers: { Range: 'bytes=2-99' } })
  assert.deepEqual([whole.status, String(whole.said['content'])], [200, 'hello'])
  const standard = { Range: 'bytes=2-99', 'x-oss-range-behavior': 'standard' }
  const part = await client.call('get', 'object', { headers: standard })
  assert.deepEqual([part.status, String(part.said['content'])], [206, 'llo'])
  const beyond = { Range: 'bytes=9-', 'x-oss-range-behavior': 'standard' }
  assert.equal((await client.refused('get', 'object', { headers: beyond })).status, 416)
})

test('what is not done says so: callbacks, processing, limits that a URL carries', async () => {
  const client = new OssClient(server, { bucket: 'undone' })
  await client.call('putBucket', 'undone')
  await client.call('put', 'object', Buffer.from('x'))
  const callback = { callback: { url: 'http://127.0.0.1:1', body: 'x' } }
  assert.equal(await client.refusal('put', 'object', Buffer.from('y'), callback), '501 NotImplemented')
  assert.equal((await client.refused('get', 'object', { process: 'image/resize,w_10' })).status, 501)
  assert.equal(await client.bytes('object'), 'x')
})

test('a wrong signature is told with what should have been signed; an unknown key is told as that', async () => {
  const wrong = new OssClient(server, { bucket: 'rules', secret: 'another-secret-0123456789-0123456789', v4: false })
  assert.equal(await wrong.refusal('list', {}), '403 SignatureDoesNotMatch')
  const nobody = new OssClient(server, { bucket: 'rules', accessKeyId: 'NOBODY' })
  assert.equal(await nobody.refusal('list', {}), '403 InvalidAccessKeyId')
  const date = new Date().toUTCString()
  const answer = await rawRequest(server, {
    ...{ method: 'GET', path: '/rules/', as: 'nobody' },
    headers: [
      ['date', date],
      ['authorization', `OSS ${ACCESS_KEY}:x`],
    ],
  })
  assert.match(answer.text, /<StringToSign>GET/)
  const signature = createHmac('sha1', SECRET_KEY).update(`GET\n\n\n${date}\n/rules/`).digest('base64')
  const right = await rawRequest(server, {
    ...{ method: 'GET', path: '/rules/', as: 'nobody' },
    headers: [
      ['date', date],
      ['authorization', `OSS ${ACCESS_KEY}:${signature}`],
    ],
  })
  assert.equal(right.status, 200)
})

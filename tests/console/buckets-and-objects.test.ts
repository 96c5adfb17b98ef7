import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { crc32 } from 'node:zlib'
import type {
  BucketJson,
  ConsoleBucketEncryptionJson,
  ConsoleObjectJson,
  ConsoleStoredJson,
  DeletedJson,
  ObjectListingJson,
  PageJson,
  SharedJson,
} from '../../src/dialects/admin/wire.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { memoryServer, s3Client } from '../servers.ts'
import { codeOf, openPage, type ConsoleAnswer, type SignedInPage } from './console-client.ts'

let server: RunningCoffer
let page: SignedInPage

before(async () => {
  server = await memoryServer({ console: true })
  page = await openPage(server.consoleUrl ?? '')
})
after(() => server.close())

function good(answer: ConsoleAnswer, status = 200): ConsoleAnswer {
  assert.equal(answer.status, status, answer.bytes.toString('utf8'))
  return answer
}

/** In base64, as the page sends it. */
function crcOf(bytes: Uint8Array): string {
  const value = Buffer.alloc(4)
  value.writeUInt32BE(crc32(bytes))
  return value.toString('base64')
}

async function makeBucket(name: string, more: object = {}, vocabulary = 's3'): Promise<void> {
  const headers = { 'x-coffer-vocabulary': vocabulary }
  good(await page.call('buckets', { method: 'POST', body: { name, ...more }, headers }), 201)
}

test('OSS-13 a bucket begins as its vocabulary has it, or with the rule that was chosen', async () => {
  await makeBucket('begins-s3')
  await makeBucket('begins-oss', {}, 'oss')
  await makeBucket('begins-aes', { encryption: { mode: 'sse-s3' } }, 'oss')
  await makeBucket('begins-kms', { encryption: { mode: 'sse-kms', bucketKey: true } }, 'obs')
  const modes = await Promise.all(
    ['begins-s3', 'begins-oss', 'begins-aes', 'begins-kms'].map(async (name) => {
      const { json } = good(await page.call(`buckets/${name}/encryption`))
      return (json as ConsoleBucketEncryptionJson).mode
    }),
  )
  assert.deepEqual(modes, ['sse-s3', 'none', 'sse-s3', 'sse-kms'])
})

test('a rule that is refused leaves no bucket behind', async () => {
  const body = { name: 'half-made', encryption: { mode: 'sse-s3', key: 'alias/none' } }
  const answer = await page.call('buckets', { method: 'POST', body })
  assert.equal(answer.status, 400)
  assert.equal((await page.call('buckets/half-made')).status, 404)
})

test('the list of buckets shows encryption and counters, by pages and by the beginning of the name', async () => {
  for (const name of ['list-a', 'list-b', 'list-c']) await makeBucket(name)
  await page.call('buckets/list-b/object?key=x', { method: 'PUT', bytes: Buffer.from('12345') })
  const first = good(await page.call('buckets?prefix=list-&limit=2')).json as PageJson<BucketJson>
  assert.deepEqual(
    first.items.map(({ name, versions, bytes, encryption }) => [name, versions, bytes, encryption?.mode]),
    [
      ['list-a', 0, 0, 'sse-s3'],
      ['list-b', 1, 5, 'sse-s3'],
    ],
  )
  const second = good(await page.call(`buckets?prefix=list-&limit=2&after=${first.next ?? ''}`))
    .json as PageJson<BucketJson>
  assert.deepEqual(
    second.items.map(({ name }) => name),
    ['list-c'],
  )
  assert.equal(second.next, undefined)
})

test('OSS-40 a default is changed and reads back, the key as it was put and as what it means', async () => {
  await makeBucket('defaults', {}, 'oss')
  const key = good(await page.call('keys', { method: 'POST', body: { alias: 'console-key' } }), 201).json as {
    arn: string
  }
  good(
    await page.call('buckets/defaults/encryption', {
      method: 'PUT',
      body: { mode: 'sse-kms', key: 'alias/console-key' },
    }),
  )
  const shown = good(await page.call('buckets/defaults/encryption')).json as ConsoleBucketEncryptionJson
  assert.equal(shown.key, 'alias/console-key')
  assert.equal(shown.resolved, key.arn)
  assert.equal(shown.keyState, 'enabled')
  const oss = { 'x-coffer-vocabulary': 'oss' }
  good(await page.call('buckets/defaults/encryption', { method: 'DELETE', headers: oss }))
  assert.equal((good(await page.call('buckets/defaults/encryption')).json as ConsoleBucketEncryptionJson).mode, 'none')
})

test('a file goes up whole, is compared by its CRC-32, and is read by an SDK', async () => {
  await makeBucket('files')
  const bytes = Buffer.from('hello from a page')
  const path = `buckets/files/object?key=${encodeURIComponent('a/b ü.txt')}`
  const headers = { 'content-type': 'text/html', 'x-coffer-checksum': `crc32=${crcOf(bytes)}` }
  const stored = good(await page.call(path, { method: 'PUT', bytes, headers })).json as ConsoleStoredJson
  assert.equal(stored.encryption.mode, 'sse-s3')
  assert.equal(stored.checksums['crc32'], crcOf(bytes))
  const read = await s3Client(server).send(new GetObjectCommand({ Bucket: 'files', Key: 'a/b ü.txt' }))
  assert.equal(await read.Body?.transformToString(), 'hello from a page')
  const wrong = await page.call(path, { method: 'PUT', bytes, headers: { 'x-coffer-checksum': 'crc32=AAAAAA==' } })
  assert.equal(wrong.status, 400)
  const taken = await page.call(path, { method: 'PUT', bytes, headers: { 'if-none-match': '*' } })
  assert.equal(taken.status, 412)
  const details = good(await page.call(path)).json as ConsoleObjectJson
  assert.equal(details.key, 'a/b ü.txt')
  assert.equal(details.contentType, 'text/html')
  assert.equal(details.checksums?.['crc32'], crcOf(bytes))
})

test('T-142 T-145 T-147 bytes come as a file and never as a page, whatever they are called', async () => {
  await makeBucket('hostile')
  const key = 'x/"quoted"\r\n<svg>\\..name’.html'
  const path = `buckets/hostile/object?key=${encodeURIComponent(key)}`
  const headers = { 'content-type': 'text/html' }
  good(await page.call(path, { method: 'PUT', bytes: Buffer.from('<script>alert(1)</script>'), headers }))
  const content = path.replace('/object?', '/object/content?')
  const answer = good(await page.call(content))
  assert.equal(answer.headers['content-type'], 'application/octet-stream')
  assert.equal(answer.headers['content-security-policy'], "sandbox; default-src 'none'")
  assert.match(String(answer.headers['content-disposition']), /^attachment; filename\*=UTF-8''[A-Za-z0-9%._~!-]+$/)
  assert.equal(answer.headers['x-content-type-options'], 'nosniff')
  const part = good(await page.call(content, { headers: { range: 'bytes=1-6' } }), 206)
  assert.equal(part.bytes.toString('utf8'), 'script')
  assert.equal(part.headers['content-range'], 'bytes 1-6/25')
})

test('T-139 a download is a plain navigation; what another page asks for is refused', async () => {
  await makeBucket('downloads')
  good(await page.call('buckets/downloads/object?key=a', { method: 'PUT', bytes: Buffer.from('bytes') }))
  const silent = { 'sec-fetch-site': undefined, origin: undefined, 'x-coffer-csrf': undefined }
  good(await page.call('buckets/downloads/object/content?key=a&download=1', { headers: silent }))
  const foreign = { ...silent, 'sec-fetch-site': 'same-site' }
  const answer = await page.call('buckets/downloads/object/content?key=a&download=1', { headers: foreign })
  assert.equal(answer.status, 403)
})

test('a prefix is listed by pages, with folders, without ETags', async () => {
  await makeBucket('listing')
  for (const key of ['a', 'b', 'c/1', 'c/2', 'd']) {
    good(
      await page.call(`buckets/listing/object?key=${encodeURIComponent(key)}`, {
        method: 'PUT',
        bytes: Buffer.from(key),
      }),
    )
  }
  const first = good(await page.call('buckets/listing/objects?delimiter=/&limit=3')).json as ObjectListingJson
  assert.deepEqual([first.items.map(({ key }) => key), first.prefixes], [['a', 'b'], ['c/']])
  assert.deepEqual(Object.keys(first.items[0] ?? {}).sort(), ['class', 'key', 'mode', 'modified', 'size'])
  const after = encodeURIComponent(first.next ?? '')
  const second = good(await page.call(`buckets/listing/objects?delimiter=/&limit=3&after=${after}`))
    .json as ObjectListingJson
  assert.deepEqual([second.items.map(({ key }) => key), second.next], [['d'], undefined])
  assert.equal((await page.call('buckets/listing/objects?after=forged')).status, 400)
})

test('versions are listed, an older one comes back, and chosen ones are deleted for good', async () => {
  await makeBucket('versions')
  good(await page.call('buckets/versions/versioning', { method: 'PUT', body: { versioning: 'enabled' } }))
  for (const text of ['one', 'two'])
    good(await page.call('buckets/versions/object?key=k', { method: 'PUT', bytes: Buffer.from(text) }))
  const listed = good(await page.call('buckets/versions/objects?versions=true&limit=1')).json as ObjectListingJson
  const rest = good(await page.call(`buckets/versions/objects?versions=true&limit=5&after=${listed.next ?? ''}`))
    .json as ObjectListingJson
  const [older] = rest.items
  assert.equal(older?.latest, false)
  const body = { key: 'k', versionId: older.versionId }
  good(await page.call('buckets/versions/object/restore-version', { method: 'POST', body }))
  assert.equal((await page.call('buckets/versions/object/content?key=k')).bytes.toString('utf8'), 'one')
  const items = [{ key: 'k', versionId: older.versionId }, { key: 'gone' }]
  const deleted = good(await page.call('buckets/versions/objects/delete', { method: 'POST', body: { items } }))
    .json as DeletedJson
  assert.deepEqual(
    deleted.items.map(({ key, error }) => [key, error]),
    [
      ['k', undefined],
      ['gone', undefined],
    ],
  )
})

test('a large file goes up in parts with their CRC-32s, and the whole is compared', async () => {
  await makeBucket('parts')
  const parts = [Buffer.alloc(8 * 1024 * 1024, 1), Buffer.from('the end')]
  const begun = good(await page.call('buckets/parts/uploads', { method: 'POST', body: { key: 'big', size: 1 } }), 201)
  const { uploadId, partSize } = begun.json as { uploadId: string; partSize: number }
  assert.equal(partSize, 8 * 1024 * 1024)
  const open = good(await page.call('buckets/parts/uploads')).json as PageJson<{ key: string; uploadId: string }>
  assert.deepEqual(
    open.items.map(({ key }) => key),
    ['big'],
  )
  const done: { number: number; etag: string }[] = []
  for (const [at, bytes] of parts.entries()) {
    const path = `buckets/parts/uploads/${uploadId}/parts/${at + 1}?key=big`
    const bad = await page.call(path, { method: 'PUT', bytes, headers: { 'x-coffer-checksum': 'crc32=AAAAAA==' } })
    assert.equal(bad.status, 400)
    const sent = good(
      await page.call(path, { method: 'PUT', bytes, headers: { 'x-coffer-checksum': `crc32=${crcOf(bytes)}` } }),
    )
    const { etag, crc32: echoed } = sent.json as { etag: string; crc32: string }
    assert.equal(echoed, crcOf(bytes))
    done.push({ number: at + 1, etag })
  }
  const listed = good(await page.call(`buckets/parts/uploads/${uploadId}/parts?key=big`)).json as PageJson<{
    number: number
  }>
  assert.deepEqual(
    listed.items.map(({ number }) => number),
    [1, 2],
  )
  const path = `buckets/parts/uploads/${uploadId}/complete?key=big`
  const wrong = await page.call(path, { method: 'POST', body: { parts: done, crc32: 'AAAAAA==' } })
  assert.equal(wrong.status, 400)
  const body = { parts: done, crc32: crcOf(Buffer.concat(parts)) }
  const stored = good(await page.call(path, { method: 'POST', body })).json as ConsoleStoredJson
  assert.equal(stored.size, 8 * 1024 * 1024 + 7)
  const again = await page.call('buckets/parts/uploads', { method: 'POST', body: { key: 'big', ifNoneMatch: true } })
  assert.equal(again.status, 412)
})

test('T-152 OBSB-13 a link works as long as its signer may read; in OBS’s words encrypted objects have none', async () => {
  await makeBucket('shared')
  await s3Client(server).send(new PutObjectCommand({ Bucket: 'shared', Key: 'a b/ü', Body: 'shared' }))
  const body = { key: 'a b/ü', seconds: 60 }
  const { url, signer } = good(await page.call('buckets/shared/object/share', { method: 'POST', body }))
    .json as SharedJson
  assert.equal(await (await fetch(url)).text(), 'shared')
  assert.equal(signer, page.session.principal)
  const headers = { 'x-coffer-vocabulary': 'obs' }
  const refused = await page.call('buckets/shared/object/share', { method: 'POST', body, headers })
  assert.deepEqual([refused.status, codeOf(refused)], [409, 'NotShareable'])
  const long = await page.call('buckets/shared/object/share', { method: 'POST', body: { ...body, seconds: 604_801 } })
  assert.equal(long.status, 400)
})

test('what nobody asked for is refused: unknown members, parameters, vendors’ headers, foreign types', async () => {
  await makeBucket('strict')
  assert.equal((await page.call('buckets/strict?x=1')).status, 400)
  const unknown = { mode: 'sse-s3', colour: 'red' }
  assert.equal((await page.call('buckets/strict/encryption', { method: 'PUT', body: unknown })).status, 400)
  const vendor = { 'x-amz-server-side-encryption': 'aws:kms' }
  assert.equal(
    (await page.call('buckets/strict/object?key=k', { method: 'PUT', bytes: Buffer.from('x'), headers: vendor }))
      .status,
    400,
  )
  assert.equal((await page.call('buckets/strict/nothing')).status, 404)
  assert.equal((await page.call('buckets/strict/encryption', { method: 'POST', body: {} })).status, 405)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  assert.equal(
    (await page.call('buckets/strict/versioning', { method: 'PUT', body: { versioning: 'enabled' }, headers: form }))
      .status,
    400,
  )
})

test('OSS-35 a rule whose key cannot be used makes no bucket in the words of these vendors; S3 takes it', async () => {
  const key = good(await page.call('keys', { method: 'POST', body: { alias: 'off' } }), 201).json as { id: string }
  good(await page.call(`keys/${key.id}/disable`, { method: 'POST', body: {} }))
  const encryption = { mode: 'sse-kms', key: key.id }
  for (const vocabulary of ['oss', 'obs', 'cos']) {
    const headers = { 'x-coffer-vocabulary': vocabulary }
    const answer = await page.call('buckets', { method: 'POST', body: { name: 'no-key', encryption }, headers })
    assert.deepEqual([answer.status, codeOf(answer)], [409, 'KeyDisabled'], vocabulary)
    assert.equal((await page.call('buckets/no-key')).status, 404)
  }
  await makeBucket('no-key', { encryption })
})

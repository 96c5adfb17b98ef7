import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { BUCKET_KEY, customerHeaders, KEY_ID, SSE, type Headers } from './encryption-headers.ts'
import { assertShown, BODY_SIZES, bodyOf, encryptionModes, md5Hex } from './encryption-modes.ts'
import { assertError, bytesOf, openBench } from './object-bench.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())
const KMS = 'aws:kms'

for (const mode of encryptionModes(bench.keyArn)) {
  for (const size of BODY_SIZES) {
    test(`4.2 ${mode.name}: ${size} bytes come back as they were put, and every answer names the mode`, async () => {
      const at = { Bucket: bucket, Key: `${mode.name}/${size}` }
      const body = bodyOf(size)
      const put = await s3.send(new PutObjectCommand({ ...at, Body: body, ...mode.write }))
      assertShown(put, mode.shown)
      const got = await s3.send(new GetObjectCommand({ ...at, ...mode.read }))
      assertShown(got, mode.shown)
      assert.ok((await bytesOf(got)).equals(body))
      const head = await s3.send(new HeadObjectCommand({ ...at, ...mode.read }))
      assertShown(head, mode.shown)
      assert.equal(head.ContentLength, size)
      assert.deepEqual([got.ETag, head.ETag], [put.ETag, put.ETag])
    })
  }

  test(`GP-11 5 ${mode.name}: the ETag is ${mode.md5Etag ? '' : 'not '}the MD5, and a wrong Content-MD5 is refused`, async () => {
    const body = bodyOf(20_000, mode.name)
    const md5 = `"${md5Hex(body)}"`
    const first = await bench.put(`${mode.name}/etag`, body, mode.write)
    assert.match(first, /^"[0-9a-f]{32}"$/)
    assert.equal(first === md5, mode.md5Etag)
    // The same bytes again: a KMS or SSE-C object has another ETag, so that ETags tell nothing of the data.
    assert.equal((await bench.put(`${mode.name}/etag`, body, mode.write)) === first, mode.md5Etag)
    const at = { Bucket: bucket, Key: `${mode.name}/md5`, Body: body, ...mode.write }
    const right = createHash('md5').update(body).digest('base64')
    await s3.send(new PutObjectCommand({ ...at, ContentMD5: right }))
    const wrong = createHash('md5').update('another body').digest('base64')
    await refusedWith(s3.send(new PutObjectCommand({ ...at, Body: 'x', ContentMD5: wrong })), 400, 'BadDigest')
    assert.ok((await bench.get(`${mode.name}/md5`, mode.read)).equals(body), 'a refused write changes nothing')
  })
}

test('GP-11 an upload without a checksum gets CRC64NVME of the whole, in every mode', async () => {
  const body = '123456789'
  for (const mode of encryptionModes(bench.keyArn)) {
    const key = encodeURIComponent(`crc/${mode.name}`)
    const customer = mode.name === 'SSE-C' ? customerHeaders() : []
    const write = [...headersOf(mode.write), ...customer]
    const put = await bench.raw('PUT', key, { body, headers: write })
    assert.equal(put.status, 200, put.text)
    const shown = ['rosUhgp5mIg=', 'FULL_OBJECT']
    assert.deepEqual([put.headers['x-amz-checksum-crc64nvme'], put.headers['x-amz-checksum-type']], shown, mode.name)
    const head = await bench.raw('HEAD', key, { headers: [['x-amz-checksum-mode', 'ENABLED'], ...customer] })
    assert.deepEqual([head.headers['x-amz-checksum-crc64nvme'], head.headers['x-amz-checksum-type']], shown, mode.name)
    const silent = await bench.raw('HEAD', key, { headers: customer })
    assert.equal(silent.headers['x-amz-checksum-crc64nvme'], undefined)
  }
})

function headersOf(write: PutObjectCommandInput | object): Headers {
  const named: Readonly<Record<string, string>> = {
    ServerSideEncryption: SSE,
    SSEKMSKeyId: KEY_ID,
    BucketKeyEnabled: BUCKET_KEY,
  }
  return Object.entries(write).flatMap(([name, value]) => {
    const header = named[name]
    return header === undefined ? [] : [[header, String(value)] as const]
  })
}

test('a checksum of the client is checked in every mode, and kept', async () => {
  const body = bodyOf(70_000)
  for (const mode of encryptionModes(bench.keyArn)) {
    const at = { Bucket: bucket, Key: `sums/${mode.name}` }
    for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
      const put = await s3.send(
        new PutObjectCommand({ ...at, Body: body, ChecksumAlgorithm: algorithm, ...mode.write }),
      )
      const head = await s3.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED', ...mode.read }))
      assert.ok(put[`Checksum${algorithm}`])
      assert.equal(head[`Checksum${algorithm}`], put[`Checksum${algorithm}`])
      assert.equal(head.ChecksumType, 'FULL_OBJECT')
    }
    const wrong = new PutObjectCommand({ ...at, Body: 'x', ChecksumSHA256: `${'A'.repeat(43)}=`, ...mode.write })
    await refusedWith(s3.send(wrong), 400, 'BadDigest')
    assert.ok((await bench.get(at.Key, mode.read)).equals(body))
  }
})

test('S3-89 an object upload whose named algorithm and checksum differ is refused', async () => {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32('body'))
  const headers: Headers = [
    ['x-amz-checksum-crc32', sum.toString('base64')],
    ['x-amz-sdk-checksum-algorithm', 'SHA256'],
  ]
  assertError(await bench.raw('PUT', 'mismatch', { body: 'body', headers }), 400, 'InvalidRequest')
  await refusedWith(s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'mismatch' })), 404, 'NoSuchKey')
})

test('9.4 conditional writes: both conditions, their failures, and what is not implemented', async () => {
  const at = { Bucket: bucket, Key: 'conditional' }
  const put = async (more: Partial<PutObjectCommandInput>) =>
    s3.send(new PutObjectCommand({ ...at, Body: 'x', ...more }))
  await refusedWith(put({ IfMatch: '"00000000000000000000000000000000"' }), 404, 'NoSuchKey')
  const first = await put({ IfNoneMatch: '*', ServerSideEncryption: KMS, SSEKMSKeyId: bench.keyArn })
  const lost = await bench.raw('PUT', at.Key, { body: 'y', headers: [['if-none-match', '*']] })
  assertError(lost, 412, 'PreconditionFailed', { Condition: 'If-None-Match' })
  assert.ok(first.ETag)
  const second = await put({ IfMatch: first.ETag, ServerSideEncryption: KMS, SSEKMSKeyId: bench.keyArn })
  // A KMS rewrite of the same bytes changes the ETag, and so the condition.
  assert.notEqual(second.ETag, first.ETag)
  const stale = await bench.raw('PUT', at.Key, { body: 'y', headers: [['if-match', first.ETag]] })
  assertError(stale, 412, 'PreconditionFailed', { Condition: 'If-Match' })
  const undone: readonly (readonly [Headers, string])[] = [
    [[['if-none-match', first.ETag]], 'If-None-Match'],
    [[['if-match', '*']], 'If-Match'],
    [
      [
        ['if-match', first.ETag],
        ['if-none-match', '*'],
      ],
      'If-Match,If-None-Match',
    ],
  ]
  for (const [headers, named] of undone) {
    assertError(await bench.raw('PUT', at.Key, { body: 'y', headers }), 501, 'NotImplemented', { Header: named })
  }
  assert.equal((await bench.get(at.Key)).toString(), 'x')
})

test('of many writers with If-None-Match one wins, in every mode', async () => {
  for (const mode of encryptionModes(bench.keyArn)) {
    const attempts = await Promise.allSettled(
      [1, 2, 3, 4].map(async (writer) =>
        s3.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: `race/${mode.name}`,
            Body: `${writer}`,
            IfNoneMatch: '*',
            ...mode.write,
          }),
        ),
      ),
    )
    assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, 1, mode.name)
  }
})

test('metadata, system headers, tags and class come back; the body of another name does not', async () => {
  const at = { Bucket: bucket, Key: 'properties' }
  const system = {
    ContentType: 'text/plain; charset=utf-8',
    CacheControl: 'no-store',
    ContentDisposition: 'attachment; filename="a.txt"',
    ContentEncoding: 'identity',
    ContentLanguage: 'de',
  }
  const put = { ...at, Body: 'x', ...system, Metadata: { colour: 'blue' }, Tagging: 'a=1&b=2' }
  await s3.send(new PutObjectCommand(put))
  const head = await s3.send(new HeadObjectCommand(at))
  assert.deepEqual(head.Metadata, { colour: 'blue' })
  for (const name of [
    'ContentType',
    'CacheControl',
    'ContentDisposition',
    'ContentEncoding',
    'ContentLanguage',
  ] as const) {
    assert.equal(head[name], system[name], name)
  }
})

test('a body that comes as a stream, with its checksum behind it, is stored in every mode', async () => {
  const body = bodyOf(200_000)
  for (const mode of encryptionModes(bench.keyArn)) {
    const stream = Readable.from([body.subarray(0, 70_000), body.subarray(70_000)])
    const at = { Bucket: bucket, Key: `stream/${mode.name}`, ContentLength: body.length, ...mode.write }
    await s3.send(new PutObjectCommand({ ...at, Body: stream, ChecksumAlgorithm: 'CRC32' }))
    assert.ok((await bench.get(at.Key, mode.read)).equals(body))
  }
})

test('4.9 T-037 an upload by form that is signed in its head too is refused', async () => {
  const headers: Headers = [['content-type', 'multipart/form-data; boundary=x']]
  const answer = await bench.raw('POST', '', { path: `/${bucket}`, body: '--x--', headers })
  assertError(answer, 400, 'InvalidArgument')
})

test('names of up to 1,024 bytes and of any characters are stored in every mode, also as part of a context', async () => {
  const names = [
    'k'.repeat(1_024),
    'ü'.repeat(512),
    'a/../b',
    './x',
    'a//b',
    '\u0001\t',
    ' lead',
    'x?y#z%00',
    '😀',
    '..',
  ]
  for (const mode of encryptionModes(bench.keyArn)) {
    for (const Key of names) {
      await bench.put(Key, bodyOf(20, Key), mode.write)
      assert.ok((await bench.get(Key, mode.read)).equals(bodyOf(20, Key)), Key)
    }
  }
  await refusedWith(bench.put('k'.repeat(1_025), bodyOf(1)), 400, 'KeyTooLongError')
})

test('a large body that is refused before it is read: the client sees the refusal, and goes on', async () => {
  const body = bodyOf(6 * 1024 * 1024)
  const key = await createKey(server)
  await admin(server, 'disable-key', { key: key.id })
  for (let round = 0; round < 3; round++) {
    const kms = { ServerSideEncryption: KMS, SSEKMSKeyId: key.id }
    await refusedWith(bench.put('large', body, kms), 400, 'KMS.DisabledException')
    await refusedWith(bench.put('large', body, { IfMatch: '"x"' }), 404, 'NoSuchKey')
    assertError(await bench.raw('PUT', 'large', { body, headers: [[SSE, 'x']] }), 400, 'InvalidArgument')
  }
  await refusedWith(bench.put('large', body, { ContentMD5: `${'A'.repeat(22)}==` }), 400, 'BadDigest')
  await refusedWith(bench.get('large'), 404, 'NoSuchKey')
})

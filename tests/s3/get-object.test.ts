import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
  type GetObjectCommandInput,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { presignUrl } from '../../src/auth/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { ACCESS_KEY, REGION, SECRET_KEY } from '../servers.ts'
import { customerHeaders, ENCRYPTION_ANSWERS, SERVER_SIDE_HEADERS, SSE } from './encryption-headers.ts'
import {
  assertShown,
  BODY_SIZES,
  bodyOf,
  CUSTOMER_KEY,
  customerKey,
  encryptionModes,
  OTHER_CUSTOMER_KEY,
  type EncryptionMode,
} from './encryption-modes.ts'
import { assertError, bytesOf, openBench } from './object-bench.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())
const modes = encryptionModes(bench.keyArn)

const get = async (Key: string, more: Partial<GetObjectCommandInput> = {}) =>
  s3.send(new GetObjectCommand({ Bucket: bucket, Key, ...more }))

/** First and last byte of ranges around every border of segments that lies inside the size. */
function rangesOf(size: number): readonly (readonly [first: number, last: number])[] {
  const borders = [16_384, 65_536, 131_072, 1_048_576].filter((border) => border < size)
  return [
    [0, 0],
    [0, size - 1],
    [size - 1, size - 1],
    ...borders.flatMap((border) => [
      [border - 1, border - 1] as const,
      [border, Math.min(border, size - 1)] as const,
      [border - 2, Math.min(border + 2, size - 1)] as const,
    ]),
  ]
}

for (const mode of modes) {
  test(`GP-9 4.11 ${mode.name}: ranges over every border of segments are exact, with the headers of a full read`, async () => {
    for (const size of BODY_SIZES) {
      if (size === 0) continue
      const body = bodyOf(size, 'range')
      await bench.put('ranges', body, mode.write)
      for (const [first, last] of rangesOf(size)) {
        const got = await get('ranges', { Range: `bytes=${first}-${last}`, ...mode.read })
        assert.equal(got.$metadata.httpStatusCode, 206)
        assert.equal(got.ContentRange, `bytes ${first}-${last}/${size}`)
        assertShown(got, mode.shown)
        assert.ok((await bytesOf(got)).equals(body.subarray(first, last + 1)), `${size}: ${first}-${last}`)
      }
      const tail = await get('ranges', { Range: 'bytes=-3', ...mode.read })
      assert.ok((await bytesOf(tail)).equals(body.subarray(Math.max(0, size - 3))))
      const over = await get('ranges', { Range: `bytes=0-${size + 5}`, ...mode.read })
      assert.ok((await bytesOf(over)).equals(body), 'a range that reaches too far ends where the object ends')
      await refusedWith(get('ranges', { Range: `bytes=${size}-`, ...mode.read }), 416, 'InvalidRange')
    }
  })

  test(`4.11 ${mode.name}: a range of an empty object cannot be satisfied`, async () => {
    await bench.put('empty', Buffer.alloc(0), mode.write)
    await refusedWith(get('empty', { Range: 'bytes=0-0', ...mode.read }), 416, 'InvalidRange')
    await refusedWith(get('empty', { Range: 'bytes=-1', ...mode.read }), 416, 'InvalidRange')
  })

  test(`GP-9 4.7 ${mode.name}: ranges over the borders of parts are exact, and a part number yields exactly that part`, async () => {
    const parts = [bodyOf(6 * 1024 * 1024, 'one'), bodyOf(6 * 1024 * 1024, 'two'), bodyOf(1, 'three')]
    const whole = Buffer.concat(parts)
    await uploadParts('parts', parts, mode)
    assert.ok((await bytesOf(await get('parts', mode.read))).equals(whole))
    const border = 6 * 1024 * 1024
    for (const [first, last] of [
      [border - 1, border],
      [border, border],
      [border - 70_000, border + 70_000],
      [2 * border - 1, 2 * border],
      [2 * border, 2 * border],
    ] as const) {
      const got = await get('parts', { Range: `bytes=${first}-${last}`, ...mode.read })
      assert.ok((await bytesOf(got)).equals(whole.subarray(first, last + 1)), `${first}-${last}`)
    }
    for (const [index, part] of parts.entries()) {
      const got = await get('parts', { PartNumber: index + 1, ...mode.read })
      assert.deepEqual([got.$metadata.httpStatusCode, got.PartsCount], [206, 3])
      assertShown(got, mode.shown)
      assert.ok((await bytesOf(got)).equals(part))
    }
    await refusedWith(get('parts', { PartNumber: 4, ...mode.read }), 416, 'InvalidPartNumber')
    await refusedWith(get('parts', { PartNumber: 1, Range: 'bytes=0-1', ...mode.read }), 400, 'InvalidRequest')
  })
}

async function uploadParts(Key: string, parts: readonly Buffer[], mode: EncryptionMode): Promise<void> {
  const at = { Bucket: bucket, Key }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...at, ...mode.write }))
  const Parts: { PartNumber: number; ETag: string | undefined }[] = []
  for (const [index, Body] of parts.entries()) {
    const PartNumber = index + 1
    const { ETag } = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body, ...mode.read }))
    Parts.push({ PartNumber, ETag })
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }))
}

test('4.2 a read takes no server-side encryption headers, and its refusal carries none', async () => {
  await bench.put('read', bodyOf(10))
  for (const [name, value] of SERVER_SIDE_HEADERS) {
    const answer = await bench.raw('GET', 'read', { headers: [[name, value]] })
    assertError(answer, 400, 'InvalidArgument', { ArgumentName: SSE, ArgumentValue: value })
    for (const header of ENCRYPTION_ANSWERS) assert.equal(answer.headers[header], undefined)
  }
})

const OTHER_TRIPLE = customerHeaders(OTHER_CUSTOMER_KEY)
const SHORT = Buffer.alloc(16)
const SHORT_TRIPLE = customerHeaders({
  key: SHORT.toString('base64'),
  md5: createHash('md5').update(SHORT).digest('base64'),
})

/** Spec 4.6, for an SSE-C object. */
const CUSTOMER_READS = [
  ['no key', [], 400, 'InvalidRequest'],
  ['another algorithm', customerHeaders({ algorithm: 'AES128' }), 400, 'InvalidEncryptionAlgorithmError'],
  ['an MD5 that is not the key’s', customerHeaders({ md5: OTHER_CUSTOMER_KEY.md5 }), 400, 'InvalidArgument'],
  ['a key without its algorithm', customerHeaders({ algorithm: undefined }), 400, 'InvalidArgument'],
  ['a coherent key that is not the object’s', OTHER_TRIPLE, 403, 'AccessDenied'],
  ['a coherent key of a wrong length', SHORT_TRIPLE, 403, 'AccessDenied'],
] as const

for (const size of [0, 1, 16_384, 1_048_577]) {
  for (const [why, headers, status, code] of CUSTOMER_READS) {
    test(`GP-6 4.6 GET of an SSE-C object of ${size} bytes with ${why}: ${status} ${code}`, async () => {
      const key = `customer-${size}`
      await bench.put(key, bodyOf(size), customerKey(CUSTOMER_KEY))
      const answer = await bench.raw('GET', key, { headers })
      assertError(answer, status, code)
      assert.ok(!answer.text.includes(CUSTOMER_KEY.key) && !answer.text.includes(OTHER_CUSTOMER_KEY.key))
      for (const header of ENCRYPTION_ANSWERS) assert.equal(answer.headers[header], undefined)
    })
  }
}

test('4.6 a customer key on an object that has none is refused, in every other mode', async () => {
  for (const mode of modes.filter(({ name }) => name !== 'SSE-C')) {
    await bench.put('no-customer', bodyOf(10), mode.write)
    await refusedWith(get('no-customer', customerKey(CUSTOMER_KEY)), 400, 'InvalidRequest')
  }
})

test('4.6 every version may have a key of its own, and deleting needs none', async () => {
  const Bucket = await bench.newBucket('versions-with-keys')
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  const at = { Bucket, Key: 'k' }
  const first = await s3.send(new PutObjectCommand({ ...at, Body: 'first', ...customerKey(CUSTOMER_KEY) }))
  const second = await s3.send(new PutObjectCommand({ ...at, Body: 'second', ...customerKey(OTHER_CUSTOMER_KEY) }))
  const read = async (VersionId: string | undefined, key: typeof CUSTOMER_KEY) =>
    (await bytesOf(await s3.send(new GetObjectCommand({ ...at, VersionId, ...customerKey(key) })))).toString()
  assert.equal(await read(first.VersionId, CUSTOMER_KEY), 'first')
  assert.equal(await read(second.VersionId, OTHER_CUSTOMER_KEY), 'second')
  await refusedWith(read(first.VersionId, OTHER_CUSTOMER_KEY), 403, 'AccessDenied')
  await s3.send(new DeleteObjectCommand({ ...at, VersionId: second.VersionId }))
  assert.equal(await read(undefined, CUSTOMER_KEY), 'first')
})

test('4.6 the customer’s key is checked before conditions are answered', async () => {
  const ETag = await bench.put('key-first', bodyOf(10), customerKey(CUSTOMER_KEY))
  const wrong = customerKey(OTHER_CUSTOMER_KEY)
  await refusedWith(get('key-first', { ...wrong, IfNoneMatch: ETag }), 403, 'AccessDenied')
  await refusedWith(get('key-first', { ...wrong, IfMatch: '"0"' }), 403, 'AccessDenied')
  const right = customerHeaders()
  const unchanged = await bench.raw('GET', 'key-first', { headers: [...right, ['if-none-match', ETag]] })
  assert.deepEqual([unchanged.status, unchanged.body.length, unchanged.headers.etag], [304, 0, ETag])
  const failed = await bench.raw('GET', 'key-first', { headers: [...right, ['if-match', '"0"']] })
  assertError(failed, 412, 'PreconditionFailed', { Condition: 'If-Match' })
})

test('GP-7 7.1 7.2 an object under a key that is disabled or to be deleted is not read, and is again afterwards', async () => {
  for (const algorithm of ['aws:kms', 'aws:kms:dsse'] as const) {
    for (const [size, BucketKeyEnabled] of [
      [10, false],
      [70_000, false],
      [70_000, true],
    ] as const) {
      const key = await createKey(server)
      const write = { ServerSideEncryption: algorithm, SSEKMSKeyId: key.arn, BucketKeyEnabled }
      await bench.put('key-life', bodyOf(size), write)
      await admin(server, 'disable-key', { key: key.id })
      await refusedWith(get('key-life'), 400, 'KMS.DisabledException')
      await refusedWith(get('key-life', { Range: 'bytes=0-1' }), 400, 'KMS.DisabledException')
      await admin(server, 'enable-key', { key: key.id })
      assert.ok((await bench.get('key-life')).equals(bodyOf(size)))
      await admin(server, 'rotate-key', { key: key.id })
      assert.ok((await bench.get('key-life')).equals(bodyOf(size)), 'a rotation keeps what was written before')
    }
  }
})

test('7.1 a key that is pending deletion is not used; what no object depends on may be deleted', async () => {
  const key = await createKey(server)
  const write = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn } as const
  await bench.put('held', bodyOf(10), write)
  // A key in use is not scheduled: the data would be lost with it.
  await assert.rejects(admin(server, 'schedule-key-deletion', { key: key.id }, { pendingDays: 7 }), /key-in-use/)
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'held' }))
  await admin(server, 'schedule-key-deletion', { key: key.id }, { pendingDays: 7 })
  const put = new PutObjectCommand({ Bucket: bucket, Key: 'held', Body: 'x', ...write })
  await refusedWith(s3.send(put), 400, 'KMS.KMSInvalidStateException')
})

test('4.10 a presigned URL reads an object in every mode; the headers of a customer’s key are sent with it', async () => {
  const body = bodyOf(70_000)
  const host = server.endpoint.replace('http://', '')
  for (const mode of modes) {
    await bench.put('presigned', body, mode.write)
    const headers = mode.name === 'SSE-C' ? customerHeaders() : []
    const secret = new SecretBytes(Buffer.from(SECRET_KEY, 'utf8'))
    const signer = { accessKeyId: ACCESS_KEY, secret, region: REGION, timeMs: Date.now() }
    const { rawQuery } = presignUrl({ method: 'GET', host, rawPath: `/${bucket}/presigned`, headers }, signer, 60)
    const answer = await bench.raw('GET', 'presigned', { query: rawQuery, as: 'nobody', headers })
    assert.equal(answer.status, 200, answer.text)
    assert.ok(answer.body.equals(body))
  }
})

test('4.12 nobody reads data under a KMS key without a signature', async () => {
  await bench.put('kms', bodyOf(10), { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: bench.keyArn })
  assertError(await bench.raw('GET', 'kms', { as: 'nobody' }), 403, 'AccessDenied')
})

test('conditions, overrides and checksums of a read', async () => {
  const ETag = await bench.put('conditions', bodyOf(10))
  const past = new Date('2001-01-01T00:00:00Z')
  await refusedWith(get('conditions', { IfUnmodifiedSince: past }), 412, 'PreconditionFailed')
  assert.equal((await bench.raw('GET', 'conditions', { headers: [['if-none-match', ETag]] })).status, 304)
  assert.equal((await get('conditions', { IfMatch: ETag })).ETag, ETag)
  assert.equal((await get('conditions', { IfModifiedSince: past })).ETag, ETag)
  const overridden = await get('conditions', { ResponseContentType: 'text/css', ResponseCacheControl: 'no-store' })
  assert.deepEqual([overridden.ContentType, overridden.CacheControl], ['text/css', 'no-store'])
  assert.ok((await get('conditions', { ChecksumMode: 'ENABLED' })).ChecksumCRC32, 'the client checks what it was sent')
})

test('9.5 a read that expects another owner is refused', async () => {
  await bench.put('owner', bodyOf(1))
  await refusedWith(get('owner', { ExpectedBucketOwner: '999999999999' }), 403, 'AccessDenied')
  assert.equal((await get('owner', { ExpectedBucketOwner: '000000000001' })).ContentLength, 1)
})

test('what is not there: key, version, marker', async () => {
  await refusedWith(get('nothing'), 404, 'NoSuchKey')
  const Bucket = await bench.newBucket('markers')
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  const hidden = await bench.raw('GET', '', { path: `/${Bucket}/k` })
  assertError(hidden, 404, 'NoSuchKey')
  assert.deepEqual([hidden.headers['x-amz-delete-marker'], hidden.headers['x-amz-version-id']], ['true', VersionId])
  const marker = await bench.raw('GET', '', { path: `/${Bucket}/k`, query: `versionId=${VersionId}` })
  assertError(marker, 405, 'MethodNotAllowed')
  const unknown = `${'0'.repeat(31)}1`
  await refusedWith(s3.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId: unknown })), 404, 'NoSuchVersion')
})

test('5 a range shows no checksum of the whole, in any mode', async () => {
  for (const mode of modes) {
    await bench.put('summed', bodyOf(100), mode.write)
    const range = await get('summed', { Range: 'bytes=0-9', ChecksumMode: 'ENABLED', ...mode.read })
    assert.deepEqual([range.ChecksumCRC32, range.ChecksumCRC64NVME], [undefined, undefined])
    assert.ok((await bytesOf(range)).equals(bodyOf(100).subarray(0, 10)))
  }
})

test('who reads while the object is replaced gets the old bytes or the new ones, whole', async () => {
  const old = bodyOf(6 * 1024 * 1024, 'old')
  for (const mode of modes) {
    await bench.put('replaced', old, mode.write)
    const reads = [1, 2].map(async () => bench.get('replaced', mode.read))
    await bench.put('replaced', bodyOf(10, 'new'), mode.write)
    for (const read of await Promise.all(reads)) assert.ok(read.equals(old) || read.equals(bodyOf(10, 'new')))
  }
})

import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type CopyObjectCommandInput,
  type ServerSideEncryptionByDefault,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { customerHeaders, SOURCE_ALGORITHM, SOURCE_KEY, SOURCE_MD5, SSE, type Headers } from './encryption-headers.ts'
import {
  assertShown,
  bodyOf,
  CUSTOMER_KEY,
  customerKey,
  encryptionModes,
  md5Hex,
  OTHER_CUSTOMER_KEY,
  sourceKey,
} from './encryption-modes.ts'
import { assertError, bytesOf, openBench } from './object-bench.ts'
import { MIN_PART_BYTES, startUpload } from './uploads.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())
const modes = encryptionModes(bench.keyArn)

const copy = async (from: string, to: string, more: Partial<CopyObjectCommandInput> = {}) =>
  s3.send(new CopyObjectCommand({ Bucket: bucket, Key: to, CopySource: `${bucket}/${from}`, ...more }))

for (const from of modes) {
  for (const to of modes) {
    test(`4.8 a copy from ${from.name} to ${to.name} has the bytes of its source and its own mode and ETag`, async () => {
      for (const size of [0, 1, 16_383, 16_384, 65_537, 1_048_577]) {
        const body = bodyOf(size, 'copy')
        const ETag = await bench.put('source', body, from.write)
        const made = await copy('source', 'target', { ...to.write, ...from.source })
        assertShown(made, to.shown)
        const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'target', ...to.read }))
        assertShown(got, to.shown)
        assert.equal(got.ETag, made.CopyObjectResult?.ETag)
        assert.equal(got.ETag === `"${md5Hex(body)}"`, to.md5Etag)
        assert.equal(got.ETag === ETag, from.md5Etag && to.md5Etag)
        assert.ok((await bytesOf(got)).equals(body))
      }
    })
  }
}

test('4.8 the mode of the source is not inherited: without headers the copy takes the bucket’s default', async () => {
  for (const from of modes) {
    await bench.put('inherit', bodyOf(10), from.write)
    assertShown(await copy('inherit', 'inherited', from.source), { ServerSideEncryption: 'AES256' })
  }
  const Bucket = await bucketWith('kms-copies', { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: bench.keyArn }, true)
  const CopySource = `${bucket}/inherit`
  await bench.put('inherit', bodyOf(10))
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: bench.keyArn } as const
  assertShown(await s3.send(new CopyObjectCommand({ Bucket, Key: 'k', CopySource })), {
    ...kms,
    BucketKeyEnabled: true,
  })
  const unset = { Bucket, Key: 'k', CopySource, BucketKeyEnabled: false }
  assertShown(await s3.send(new CopyObjectCommand(unset)), kms)
})

async function bucketWith(
  name: string,
  ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
  BucketKeyEnabled = false,
): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket: name }))
  const Rules = [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled }]
  await s3.send(new PutBucketEncryptionCommand({ Bucket: name, ServerSideEncryptionConfiguration: { Rules } }))
  return name
}

test('4.4 a copy does not carry the context of its source over', async () => {
  const context = Buffer.from('{"project":"x"}').toString('base64')
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: bench.keyArn } as const
  await bench.put('with-context', bodyOf(10), { ...kms, SSEKMSEncryptionContext: context })
  assertShown(await copy('with-context', 'without', kms), kms)
  const again = await copy('with-context', 'with', { ...kms, SSEKMSEncryptionContext: context })
  assertShown(again, { ...kms, SSEKMSEncryptionContext: context })
  assert.ok((await bench.get('with')).equals(bodyOf(10)))
})

/** Spec 4.8: what makes a copy of an object onto itself more than nothing. */
const CHANGES: readonly (readonly [why: string, wish: Partial<CopyObjectCommandInput>])[] = [
  ['new metadata', { MetadataDirective: 'REPLACE', Metadata: { a: 'c' } }],
  ['a storage class', { StorageClass: 'STANDARD' }],
  ['AES256 on an AES256 object', { ServerSideEncryption: 'AES256' }],
  ['a KMS key', { ServerSideEncryption: 'aws:kms' }],
  ['a customer’s key', customerKey(CUSTOMER_KEY)],
  ['a checksum algorithm', { ChecksumAlgorithm: 'SHA256' }],
]

for (const [why, wish] of CHANGES) {
  test(`GP-8 4.8 a copy onto itself with ${why} is done`, async () => {
    const body = bodyOf(70_000)
    await bench.put('self', body, { Metadata: { a: 'b' } })
    await copy('self', 'self', wish)
    const { SSECustomerAlgorithm, SSECustomerKey } = wish
    const read = SSECustomerKey === undefined ? {} : { SSECustomerAlgorithm, SSECustomerKey }
    assert.ok((await bench.get('self', read)).equals(body))
  })
}

test('GP-8 4.8 a copy onto itself that changes nothing is refused, with an ACL as without', async () => {
  await bench.put('nothing', bodyOf(10))
  await refusedWith(copy('nothing', 'nothing'), 400, 'InvalidRequest')
  await refusedWith(copy('nothing', 'nothing', { MetadataDirective: 'COPY' }), 400, 'InvalidRequest')
  await refusedWith(copy('nothing', 'nothing', { ACL: 'private' }), 400, 'InvalidRequest')
  await refusedWith(copy('nothing', 'nothing', { IfMatch: '"x"' }), 400, 'InvalidRequest')
})

test('GP-8 4.8 without headers a copy onto itself is done where the default differs from the object, or was set', async () => {
  await bench.put('to-default', bodyOf(10), { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: bench.keyArn })
  assertShown(await copy('to-default', 'to-default'), { ServerSideEncryption: 'AES256' })
  await refusedWith(copy('to-default', 'to-default'), 400, 'InvalidRequest')
  const Bucket = await bucketWith('explicit-default', { SSEAlgorithm: 'AES256' })
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const self = { Bucket, Key: 'k', CopySource: `${Bucket}/k` }
  await s3.send(new CopyObjectCommand(self))
  await s3.send(new DeleteBucketEncryptionCommand({ Bucket }))
  await refusedWith(s3.send(new CopyObjectCommand(self)), 400, 'InvalidRequest')
})

test('GP-8 4.8 a version that is not current is copied onto its own name', async () => {
  const Bucket = await bench.newBucket('versioned-copies')
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  const at = { Bucket, Key: 'k' }
  const first = await s3.send(new PutObjectCommand({ ...at, Body: 'first' }))
  await s3.send(new PutObjectCommand({ ...at, Body: 'second' }))
  const CopySource = `${Bucket}/k?versionId=${first.VersionId}`
  const made = await s3.send(new CopyObjectCommand({ ...at, CopySource }))
  assert.equal(made.CopySourceVersionId, first.VersionId)
  assert.notEqual(made.VersionId, first.VersionId)
  assert.equal((await bytesOf(await s3.send(new GetObjectCommand(at)))).toString(), 'first')
  const current = { ...at, CopySource: `${Bucket}/k?versionId=${made.VersionId}` }
  await refusedWith(s3.send(new CopyObjectCommand(current)), 400, 'InvalidRequest')
})

const sourceHeaders = (change: Parameters<typeof customerHeaders>[0] = {}): Headers =>
  customerHeaders(change, [SOURCE_ALGORITHM, SOURCE_KEY, SOURCE_MD5])

/** Spec 4.6: the key of an SSE-C source. */
const WRONG_SOURCES: readonly (readonly [why: string, headers: Headers, status: number, code: string])[] = [
  ['no key', [], 400, 'InvalidRequest'],
  ['another algorithm', sourceHeaders({ algorithm: 'AES128' }), 400, 'InvalidEncryptionAlgorithmError'],
  ['an MD5 of another key', sourceHeaders({ md5: OTHER_CUSTOMER_KEY.md5 }), 400, 'InvalidArgument'],
  ['a key that is not the object’s', sourceHeaders(OTHER_CUSTOMER_KEY), 403, 'AccessDenied'],
  ['the key in the headers of the target', customerHeaders(), 400, 'InvalidRequest'],
]

for (const [why, headers, status, code] of WRONG_SOURCES) {
  test(`GP-6 4.6 a copy of an SSE-C source with ${why}: ${status} ${code}, nothing stored`, async () => {
    await bench.put('customer-source', bodyOf(10), customerKey(CUSTOMER_KEY))
    const named: Headers = [['x-amz-copy-source', `${bucket}/customer-source`]]
    const answer = await bench.raw('PUT', 'customer-target', { headers: [...named, ...headers] })
    assertError(answer, status, code)
    assert.ok(!answer.text.includes(CUSTOMER_KEY.key))
    assert.equal((await bench.raw('HEAD', 'customer-target')).status, 404)
  })
}

test('4.6 a source key for a source that has none is refused', async () => {
  await bench.put('plain-source', bodyOf(10))
  await refusedWith(copy('plain-source', 'plain-target', sourceKey(CUSTOMER_KEY)), 400, 'InvalidRequest')
})

test('4.5 the headers of the target’s key are checked as for PutObject; a block of the target bucket comes first', async () => {
  await bench.put('plain-source', bodyOf(10))
  const named: Headers = [['x-amz-copy-source', `${bucket}/plain-source`]]
  const wrong = [...named, ...customerHeaders({ md5: OTHER_CUSTOMER_KEY.md5 })]
  assertError(await bench.raw('PUT', 'target', { headers: wrong }), 400, 'InvalidArgument', { ArgumentName: SSE })
  const Bucket = await bench.newBucket('blocks-copies')
  const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ['SSE-C' as const] } }]
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }))
  const blocked = await bench.raw('PUT', '', { path: `/${Bucket}/k`, headers: wrong })
  assertError(blocked, 403, 'AccessDenied')
  // Reading an SSE-C source is no write of one: a source key is not blocked.
  await bench.put('customer-source', bodyOf(10), customerKey(CUSTOMER_KEY))
  const CopySource = `${bucket}/customer-source`
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'k', CopySource, ...sourceKey(CUSTOMER_KEY) }))
})

test('GP-7 7.1 keys that cannot be used, of source and target: a proper 400 before any answer is begun', async () => {
  const key = await createKey(server)
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn } as const
  await bench.put('source-of-key', bodyOf(10), kms)
  await bench.put('plain-source', bodyOf(10))
  await admin(server, 'disable-key', { key: key.id })
  await refusedWith(copy('source-of-key', 'never'), 400, 'KMS.DisabledException')
  await refusedWith(copy('plain-source', 'never', kms), 400, 'KMS.DisabledException')
  const unknown = { ...kms, SSEKMSKeyId: 'alias/nobody' }
  await refusedWith(copy('plain-source', 'never', unknown), 400, 'KMS.NotFoundException')
  assert.equal((await bench.raw('HEAD', 'never')).status, 404)
})

test('5 a copy keeps the algorithm of the source’s checksum unless it names one', async () => {
  for (const mode of modes) {
    const at = { Bucket: bucket, Key: 'summed', ChecksumAlgorithm: 'SHA1', Body: bodyOf(100) } as const
    const { ChecksumSHA1 } = await s3.send(new PutObjectCommand({ ...at, ...mode.write }))
    assert.ok(ChecksumSHA1)
    const kept = await copy('summed', 'kept', { ...mode.write, ...mode.source })
    assert.equal(kept.CopyObjectResult?.ChecksumSHA1, ChecksumSHA1, mode.name)
    const named = await copy('summed', 'named', { ...mode.write, ...mode.source, ChecksumAlgorithm: 'CRC32C' })
    assert.ok(named.CopyObjectResult?.ChecksumCRC32C)
    const head = await s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: 'named', ChecksumMode: 'ENABLED', ...mode.read }),
    )
    assert.equal(head.ChecksumCRC32C, named.CopyObjectResult.ChecksumCRC32C)
  }
})

test('9.4 conditions on source and target', async () => {
  const ETag = await bench.put('conditional', bodyOf(10))
  const refused = async (more: Partial<CopyObjectCommandInput>): Promise<unknown> =>
    refusedWith(copy('conditional', 'written', more), 412, 'PreconditionFailed')
  await refused({ CopySourceIfMatch: '"x"' })
  await refused({ CopySourceIfNoneMatch: ETag })
  await refused({ CopySourceIfModifiedSince: new Date('2100-01-01T00:00:00Z') })
  await refused({ CopySourceIfUnmodifiedSince: new Date('2001-01-01T00:00:00Z') })
  await copy('conditional', 'written', { CopySourceIfMatch: ETag, IfNoneMatch: '*' })
  await refused({ IfNoneMatch: '*' })
  await refused({ IfMatch: '"x"' })
  await copy('conditional', 'written', { IfMatch: ETag })
})

test('metadata and tags are copied or replaced, each by its directive', async () => {
  await bench.put('described', bodyOf(1), { Metadata: { a: 'b' }, Tagging: 'x=1', ContentType: 'text/css' })
  await copy('described', 'copied')
  const replaced = {
    MetadataDirective: 'REPLACE',
    Metadata: { c: 'd' },
    ContentType: 'text/plain',
    TaggingDirective: 'REPLACE',
    Tagging: 'y=2',
  } as const
  await copy('described', 'replaced', replaced)
  for (const [Key, metadata, type, tag] of [
    ['copied', { a: 'b' }, 'text/css', { Key: 'x', Value: '1' }],
    ['replaced', { c: 'd' }, 'text/plain', { Key: 'y', Value: '2' }],
  ] as const) {
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key }))
    assert.deepEqual([head.Metadata, head.ContentType], [metadata, type])
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key }))
    assert.deepEqual(TagSet, [tag])
  }
})

test('9.5 expected owners of source and target are compared', async () => {
  await bench.put('owned', bodyOf(1))
  await refusedWith(copy('owned', 'x', { ExpectedBucketOwner: '999999999999' }), 403, 'AccessDenied')
  await refusedWith(copy('owned', 'x', { ExpectedSourceBucketOwner: '999999999999' }), 403, 'AccessDenied')
  const owner = '000000000001'
  await copy('owned', 'x', { ExpectedBucketOwner: owner, ExpectedSourceBucketOwner: owner })
})

test('a source that is not there, and names that need escapes', async () => {
  await refusedWith(copy('absent', 'x'), 404, 'NoSuchKey')
  const nowhere = new CopyObjectCommand({ Bucket: bucket, Key: 'x', CopySource: 'no-such-bucket-anywhere/x' })
  await refusedWith(s3.send(nowhere), 404, 'NoSuchBucket')
  const name = 'a b+c?d/é%41'
  await bench.put(name, bodyOf(7))
  await copy(encodeURIComponent(name), 'unescaped')
  assert.ok((await bench.get('unescaped')).equals(bodyOf(7)))
})

test('5 a copy of an object of parts is one piece: an ETag and a checksum of the whole', async () => {
  const parts = [bodyOf(MIN_PART_BYTES, 'a'), bodyOf(100, 'b')]
  const whole = Buffer.concat(parts)
  const wish = { ChecksumAlgorithm: 'SHA256' } as const
  for (const mode of modes) {
    const upload = await startUpload(bench, 'of-parts', mode, wish)
    const Parts = []
    for (const [index, part] of parts.entries()) {
      const { ETag, ChecksumSHA256 } = await upload.part(index + 1, part, wish)
      Parts.push({ PartNumber: index + 1, ETag, ChecksumSHA256 })
    }
    await upload.complete({ MultipartUpload: { Parts }, ...mode.read })
    const { CopyObjectResult } = await copy('of-parts', 'in-one-piece', mode.source)
    assert.deepEqual(
      [CopyObjectResult?.ETag, CopyObjectResult?.ChecksumSHA256, CopyObjectResult?.ChecksumType],
      [`"${md5Hex(whole)}"`, createHash('sha256').update(whole).digest('base64'), 'FULL_OBJECT'],
    )
    assert.ok((await bench.get('in-one-piece')).equals(whole))
  }
})

import {
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutBucketEncryptionCommand,
  type CreateMultipartUploadCommandInput,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { BUCKET_KEY, C_MD5, CONTEXT, customerHeaders, KEY_ID, SSE, type Headers } from './encryption-headers.ts'
import { assertShown, bodyOf, CUSTOMER_KEY, encryptionModes, OTHER_CUSTOMER_KEY } from './encryption-modes.ts'
import { assertError, openBench } from './object-bench.ts'
import { startUpload } from './uploads.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())

const create = async (more: Partial<CreateMultipartUploadCommandInput> = {}) =>
  s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'created', ...more }))

for (const mode of encryptionModes(bench.keyArn)) {
  test(`4.2 ${mode.name}: the answer shows the mode that all parts and the object will have`, async () => {
    const made = await create(mode.write)
    assertShown(made, mode.shown)
    assert.deepEqual([made.Bucket, made.Key], [bucket, 'created'])
    assert.ok(made.UploadId)
  })
}

test('4.4 a context is shown by the answer and holds for every part', async () => {
  const context = Buffer.from('{"project":"x"}').toString('base64')
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: bench.keyArn } as const
  const wish = { ...kms, SSEKMSEncryptionContext: context, BucketKeyEnabled: true }
  assertShown(await create(wish), { ...kms, SSEKMSEncryptionContext: context })
  const upload = await startUpload(bench, 'with-context', { write: {}, read: {} }, wish)
  await upload.part(1, bodyOf(10))
  await upload.complete()
  assert.ok((await bench.get('with-context')).equals(bodyOf(10)))
})

test('4.7 the mode is fixed at the start: a later change of the bucket’s default does not touch a running upload', async () => {
  const upload = await startUpload(bench, 'before-default')
  const setDefault = async (SSEAlgorithm: 'AES256' | 'aws:kms', key: object) =>
    s3.send(
      new PutBucketEncryptionCommand({
        Bucket: bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm, ...key }, BucketKeyEnabled: true }],
        },
      }),
    )
  await setDefault('aws:kms', { KMSMasterKeyID: bench.keyArn })
  const later = await startUpload(bench, 'after-default')
  assertShown(await upload.part(1, bodyOf(10)), { ServerSideEncryption: 'AES256' })
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: bench.keyArn, BucketKeyEnabled: true }
  assertShown(await later.part(1, bodyOf(10)), kms)
  await setDefault('AES256', {})
  assertShown(await upload.complete(), { ServerSideEncryption: 'AES256' })
  assertShown(await later.complete(), kms)
  assertShown(await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'after-default' })), kms)
})

/** Spec 4.3 to 4.5: as for PutObject, on a request without a body. */
const WRONG: readonly (readonly [why: string, headers: Headers, code: string, argument?: string])[] = [
  ['a key without an algorithm', [[KEY_ID, 'alias/a']], 'InvalidArgument'],
  [
    'a key with AES256',
    [
      [SSE, 'AES256'],
      [KEY_ID, 'alias/a'],
    ],
    'InvalidArgument',
  ],
  ['an unknown algorithm', [[SSE, 'aws:fsx']], 'InvalidArgument'],
  [
    'a flag that is no boolean',
    [
      [SSE, 'aws:kms'],
      [BUCKET_KEY, '1'],
    ],
    'InvalidArgument',
    BUCKET_KEY,
  ],
  [
    'a context that is no JSON',
    [
      [SSE, 'aws:kms'],
      [CONTEXT, 'eA=='],
    ],
    'InvalidArgument',
    CONTEXT,
  ],
  ['a customer’s key and AES256', [...customerHeaders(), [SSE, 'AES256']], 'InvalidArgument'],
  ['a customer’s key without its algorithm', customerHeaders({ algorithm: undefined }), 'InvalidArgument'],
  ['an algorithm without a key', customerHeaders({ key: undefined }), 'InvalidArgument'],
  ['another algorithm', customerHeaders({ algorithm: 'AES' }), 'InvalidEncryptionAlgorithmError'],
  ['a key of 5 bytes', customerHeaders({ key: 'aGVsbG8=' }), 'InvalidArgument'],
  ['a key without its MD5', customerHeaders({ md5: undefined }), 'InvalidArgument'],
  ['the MD5 of another key', customerHeaders({ md5: OTHER_CUSTOMER_KEY.md5 }), 'InvalidArgument'],
]

for (const [why, headers, code, argument = SSE] of WRONG) {
  test(`GP-6 4.5 an upload with ${why} is not begun`, async () => {
    const answer = await bench.raw('POST', 'never-begun', { query: 'uploads', headers })
    assertError(answer, 400, code, { ArgumentName: argument })
    assert.ok(!answer.text.includes(CUSTOMER_KEY.key))
    const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: 'never-begun' }))
    assert.equal(Uploads, undefined)
  })
}

test('4.5 row 0: a blocked bucket begins no upload under a customer’s key, right or broken', async () => {
  const Bucket = await bench.newBucket('blocks-uploads')
  const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ['SSE-C' as const] } }]
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }))
  for (const headers of [customerHeaders(), customerHeaders({ md5: undefined })]) {
    const answer = await bench.raw('POST', '', { path: `/${Bucket}/k`, query: 'uploads', headers })
    assertError(answer, 403, 'AccessDenied')
    assert.equal(answer.headers[C_MD5], undefined)
  }
})

test('GP-7 7.1 keys that cannot be used', async () => {
  const disabled = await createKey(server)
  await admin(server, 'disable-key', { key: disabled.id })
  const pending = await createKey(server)
  await admin(server, 'schedule-key-deletion', { key: pending.id }, { pendingDays: 7 })
  for (const [SSEKMSKeyId, code] of [
    [disabled.id, 'KMS.DisabledException'],
    [pending.id, 'KMS.KMSInvalidStateException'],
    ['alias/nobody', 'KMS.NotFoundException'],
    [bench.keyArn.replace('us-east-1', 'eu-west-1'), 'KMS.NotFoundException'],
  ] as const) {
    for (const ServerSideEncryption of ['aws:kms', 'aws:kms:dsse'] as const) {
      await refusedWith(create({ ServerSideEncryption, SSEKMSKeyId }), 400, code)
    }
  }
})

test('5 types and algorithms of checksums that do not go together are refused', async () => {
  const refused = async (more: Partial<CreateMultipartUploadCommandInput>) =>
    refusedWith(create(more), 400, 'InvalidRequest')
  await refused({ ChecksumAlgorithm: 'SHA1', ChecksumType: 'FULL_OBJECT' })
  await refused({ ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' })
  await refused({ ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' })
  const lonely = await bench.raw('POST', 'k', { query: 'uploads', headers: [['x-amz-checksum-type', 'FULL_OBJECT']] })
  assertError(lonely, 400, 'InvalidRequest')
  for (const [ChecksumAlgorithm, ChecksumType] of [
    ['CRC32', 'COMPOSITE'],
    ['CRC32', 'FULL_OBJECT'],
    ['CRC32C', 'COMPOSITE'],
    ['CRC32C', 'FULL_OBJECT'],
    ['CRC64NVME', 'FULL_OBJECT'],
    ['SHA1', 'COMPOSITE'],
    ['SHA256', 'COMPOSITE'],
  ] as const) {
    const made = await create({ ChecksumAlgorithm, ChecksumType })
    assert.deepEqual([made.ChecksumAlgorithm, made.ChecksumType], [ChecksumAlgorithm, ChecksumType])
  }
})

test('no bucket, no upload', async () => {
  await refusedWith(create({ Bucket: 'no-such-bucket-anywhere' }), 404, 'NoSuchBucket')
})

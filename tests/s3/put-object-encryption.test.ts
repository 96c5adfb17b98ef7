import {
  GetObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { describeKey } from '../admin-api.ts'
import {
  BUCKET_KEY,
  C_MD5,
  CONTEXT,
  customerHeaders,
  ENCRYPTION_ANSWERS,
  KEY_ID,
  SSE,
  type Headers,
} from './encryption-headers.ts'
import { assertShown, bodyOf, CUSTOMER_KEY, customerKey, OTHER_CUSTOMER_KEY } from './encryption-modes.ts'
import { assertError, bytesOf, openBench } from './object-bench.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())

const KMS = 'aws:kms'
const json64 = (text: string): string => Buffer.from(text).toString('base64')
const context = (text: string) => ({ [SSE]: KMS, [CONTEXT]: json64(text) })
const LONG_CONTEXT = JSON.stringify({ a: 'x'.repeat(8 * 1024) })

type Sent = Readonly<Record<string, string>>

/** Spec 4.3 and 4.4: what is wrong with the server-side headers of a write, and the argument that the answer names. */
const WRONG_HEADERS: readonly (readonly [why: string, headers: Sent, argument: string, value: string])[] = [
  ['a key without an algorithm', { [KEY_ID]: 'alias/a' }, SSE, 'null'],
  ['a context without an algorithm', { [CONTEXT]: 'e30=' }, SSE, 'null'],
  ['a key with AES256', { [SSE]: 'AES256', [KEY_ID]: 'alias/a' }, SSE, 'AES256'],
  ['a context with AES256', { [SSE]: 'AES256', [CONTEXT]: 'e30=' }, SSE, 'AES256'],
  ['another algorithm', { [SSE]: 'aws:fsx' }, SSE, 'aws:fsx'],
  ['another case', { [SSE]: 'aws:KMS' }, SSE, 'aws:KMS'],
  ['the storage of backups', { [SSE]: 'aws:backup' }, SSE, 'aws:backup'],
  ['lower case AES', { [SSE]: 'aes256' }, SSE, 'aes256'],
  ['an empty algorithm', { [SSE]: '' }, SSE, ''],
  ['an empty key', { [SSE]: KMS, [KEY_ID]: '' }, KEY_ID, ''],
  ['a flag that is no boolean', { [SSE]: KMS, [BUCKET_KEY]: 'yes' }, BUCKET_KEY, 'yes'],
  ['a context that is not base64', { [SSE]: KMS, [CONTEXT]: '{}' }, CONTEXT, 'null'],
  ['a context that is not JSON', context('{'), CONTEXT, 'null'],
  ['a context that is a list', context('["a"]'), CONTEXT, 'null'],
  ['a context with a number', context('{"a":1}'), CONTEXT, 'null'],
  ['a context that names another object', context('{"aws:s3:arn":"arn:aws:s3:::b/other"}'), CONTEXT, 'null'],
  ['a context with a name twice', context('{"a":"1","a":"2"}'), CONTEXT, 'null'],
  ['a context of more than 8 KiB', context(LONG_CONTEXT), CONTEXT, 'null'],
]

for (const [why, sent, argument, value] of WRONG_HEADERS) {
  test(`4.3 4.4 a write with ${why} is refused, and nothing is stored`, async () => {
    const answer = await bench.raw('PUT', 'wrong-header', { body: 'x', headers: Object.entries(sent) })
    assertError(answer, 400, 'InvalidArgument', { ArgumentName: argument, ArgumentValue: value })
    for (const name of ENCRYPTION_ANSWERS) assert.equal(answer.headers[name], undefined, name)
    assert.equal((await bench.raw('HEAD', 'wrong-header')).status, 404)
  })
}

const SHORT_KEY = {
  key: Buffer.alloc(16).toString('base64'),
  md5: createHash('md5').update(Buffer.alloc(16)).digest('base64'),
}
const FOREIGN_ALGORITHM = 'AES128'

/** Spec 4.5, rows 1 to 8, in the order of checking. */
const WRONG_CUSTOMER: readonly (readonly [why: string, headers: Headers, code: string, value?: string])[] = [
  ['1: with another method', [...customerHeaders(), [SSE, 'AES256']], 'InvalidArgument', 'AES256'],
  [
    '1: with another method, asked before the algorithm',
    [...customerHeaders({ algorithm: 'x' }), [SSE, KMS]],
    'InvalidArgument',
    KMS,
  ],
  ['1: with a KMS key', [...customerHeaders(), [KEY_ID, 'alias/a']], 'InvalidArgument'],
  ['1: with a context', [...customerHeaders(), [CONTEXT, 'e30=']], 'InvalidArgument'],
  ['1: with a bucket key', [...customerHeaders(), [BUCKET_KEY, 'true']], 'InvalidArgument'],
  ['3: key without algorithm', customerHeaders({ algorithm: undefined }), 'InvalidArgument', 'null'],
  ['4: algorithm without key', customerHeaders({ key: undefined }), 'InvalidArgument'],
  ['4: algorithm alone', customerHeaders({ key: undefined, md5: undefined }), 'InvalidArgument'],
  [
    '5: another algorithm',
    customerHeaders({ algorithm: FOREIGN_ALGORITHM }),
    'InvalidEncryptionAlgorithmError',
    FOREIGN_ALGORITHM,
  ],
  ['6: key that is not base64', customerHeaders({ key: '!!' }), 'InvalidArgument'],
  ['6: key of 16 bytes', customerHeaders(SHORT_KEY), 'InvalidArgument'],
  ['7: no MD5', customerHeaders({ md5: undefined }), 'InvalidArgument'],
  ['8: MD5 of another key', customerHeaders({ md5: OTHER_CUSTOMER_KEY.md5 }), 'InvalidArgument'],
  [
    '8: MD5 of the key’s base64',
    customerHeaders({ md5: createHash('md5').update(CUSTOMER_KEY.key).digest('base64') }),
    'InvalidArgument',
  ],
]

for (const [why, headers, code, value] of WRONG_CUSTOMER) {
  test(`4.5 SSE-C row ${why}: refused, nothing stored, no key in the answer`, async () => {
    const answer = await bench.raw('PUT', 'wrong-customer', { body: 'x', headers })
    const named = value === undefined ? {} : { ArgumentValue: value }
    assertError(answer, 400, code, { ArgumentName: SSE, ...named })
    assert.ok(!answer.text.includes(CUSTOMER_KEY.key))
    for (const name of ENCRYPTION_ANSWERS) assert.equal(answer.headers[name], undefined, name)
    assert.equal((await bench.raw('HEAD', 'wrong-customer')).status, 404)
  })
}

test('4.5 row 0: where the bucket blocks SSE-C, a right key and a broken one get the same 403', async () => {
  const blocked = await bench.newBucket('blocks-customer-keys')
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket: blocked,
      ServerSideEncryptionConfiguration: {
        Rules: [{ BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] } }],
      },
    }),
  )
  const path = { path: `/${blocked}/key` }
  for (const headers of [
    customerHeaders(),
    customerHeaders({ md5: 'x' }),
    customerHeaders({ algorithm: 'x', key: undefined }),
  ]) {
    assertError(await bench.raw('PUT', '', { ...path, body: 'x', headers }), 403, 'AccessDenied')
  }
  assert.equal((await bench.raw('PUT', '', { ...path, body: 'x' })).status, 200)
})

test('the answer to an SSE-C write shows algorithm and MD5, and nothing else of the key', async () => {
  const answer = await bench.raw('PUT', 'customer-answer', { body: 'x', headers: customerHeaders() })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers[C_MD5], CUSTOMER_KEY.md5)
  assert.equal(answer.headers[SSE], undefined)
  assert.ok(!JSON.stringify(answer.headers).includes(CUSTOMER_KEY.key))
})

test('4.3 rules 3 and 5: no header takes the bucket’s default; aws:kms without a key takes aws/s3, not the bucket’s key', async () => {
  const Bucket = await bench.newBucket('kms-default')
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: KMS, KMSMasterKeyID: bench.keyArn },
            BucketKeyEnabled: true,
          },
        ],
      },
    }),
  )
  const kms = { ServerSideEncryption: KMS } as const
  const put = async (more: object) => s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ...more }))
  assertShown(await put({}), { ...kms, SSEKMSKeyId: bench.keyArn, BucketKeyEnabled: true })
  const managed = (await put(kms)).SSEKMSKeyId
  assert.equal(managed, (await describeKey(server, 'alias/aws/s3')).arn)
  // Rule 2: the flag of the bucket holds for a header that names KMS only, unless a header says otherwise.
  assertShown(await put(kms), { ...kms, SSEKMSKeyId: managed, BucketKeyEnabled: true })
  assertShown(await put({ ...kms, BucketKeyEnabled: false }), { ...kms, SSEKMSKeyId: managed })
  assertShown(await put({ BucketKeyEnabled: false }), { ...kms, SSEKMSKeyId: bench.keyArn })
  assertShown(await put({ ServerSideEncryption: 'AES256' }), { ServerSideEncryption: 'AES256' })
  assertShown(await put(customerKey(CUSTOMER_KEY)), {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKeyMD5: CUSTOMER_KEY.md5,
  })
})

test('S3-13 rule 7: a bucket key with DSSE or AES256 is accepted and has no effect', async () => {
  const put = async (more: Partial<PutObjectCommandInput>) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'no-effect', Body: 'x', BucketKeyEnabled: true, ...more }))
  const dsse = { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: bench.keyArn } as const
  assertShown(await put(dsse), dsse)
  assertShown(await put({ ServerSideEncryption: 'AES256' }), { ServerSideEncryption: 'AES256' })
})

test('4.4 T-105 a context is returned by the write only, means a data key of its own, and is needed by no reader', async () => {
  // The object's own ARN may be sent; another one would satisfy key policies in the name of another object.
  const context = json64(`{"project":"x","aws:s3:arn":"arn:aws:s3:::${bucket}/context"}`)
  const kms = { ServerSideEncryption: KMS, SSEKMSKeyId: bench.keyArn } as const
  for (const [ServerSideEncryption, size] of [
    [KMS, 10],
    [KMS, 70_000],
    ['aws:kms:dsse', 70_000],
  ] as const) {
    const wish = { ...kms, ServerSideEncryption, BucketKeyEnabled: true, SSEKMSEncryptionContext: context }
    const put = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'context', Body: bodyOf(size), ...wish }))
    const shown = { ...kms, ServerSideEncryption }
    // A bucket key is bound to the bucket: with a context the object has a key of its own, and the flag is not reported.
    assertShown(put, { ...shown, SSEKMSEncryptionContext: context })
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'context' }))
    assertShown(got, shown)
    assert.ok((await bytesOf(got)).equals(bodyOf(size)))
    for (const method of ['GET', 'HEAD']) {
      const raw = await bench.raw(method, 'context')
      assert.deepEqual([raw.status, raw.headers[CONTEXT]], [200, undefined])
    }
  }
})

test('4.4 T-161 a context of exactly 8 KiB beside 2,000 bytes of metadata is kept and replayed', async () => {
  const json = JSON.stringify({ a: 'x'.repeat(8 * 1024 - JSON.stringify({ a: '' }).length) })
  const kms = { ServerSideEncryption: KMS, SSEKMSKeyId: bench.keyArn, SSEKMSEncryptionContext: json64(json) } as const
  const put = { Bucket: bucket, Key: 'long-context', Body: bodyOf(10), Metadata: { a: 'y'.repeat(2_000) }, ...kms }
  assert.equal((await s3.send(new PutObjectCommand(put))).SSEKMSEncryptionContext, json64(json))
  assert.ok((await bench.get('long-context')).equals(bodyOf(10)))
})

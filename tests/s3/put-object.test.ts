import {
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { presignUrl } from '../../src/auth/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import { admin, createKey, describeKey } from '../admin-api.ts'
import { rawRequest, type RawAnswer } from '../raw-request.ts'
import { refusedWith } from '../refused-with.ts'
import { ACCESS_KEY, memoryServer, REGION, SECRET_KEY } from '../servers.ts'
import { sigV2Of } from '../threats/wire-request.ts'
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
import {
  assertShown,
  BODY_SIZES,
  bodyOf,
  CUSTOMER_KEY,
  customerKey,
  encryptionModes,
  md5Hex,
  OTHER_CUSTOMER_KEY,
} from './encryption-modes.ts'
import { assertError, bytesOf, openBench } from './object-bench.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())

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

const KMS = 'aws:kms'
const LONG_CONTEXT = Buffer.from(JSON.stringify({ a: 'x'.repeat(8 * 1024) })).toString('base64')
const json64 = (text: string): string => Buffer.from(text).toString('base64')

/** Spec 4.3 and 4.4: what is wrong with the server-side headers of a write, and the argument that the answer names. */
const WRONG_HEADERS: readonly (readonly [why: string, headers: Headers, argument: string, value: string])[] = [
  [
    'a context that names another object',
    [
      [SSE, KMS],
      [CONTEXT, json64('{"aws:s3:arn":"arn:aws:s3:::b/other"}')],
    ],
    CONTEXT,
    'null',
  ],
  [
    'a context with a name twice',
    [
      [SSE, KMS],
      [CONTEXT, json64('{"a":"1","a":"2"}')],
    ],
    CONTEXT,
    'null',
  ],
  ['a key without an algorithm', [[KEY_ID, 'alias/a']], SSE, 'null'],
  ['a context without an algorithm', [[CONTEXT, 'e30=']], SSE, 'null'],
  [
    'a key with AES256',
    [
      [SSE, 'AES256'],
      [KEY_ID, 'alias/a'],
    ],
    SSE,
    'AES256',
  ],
  [
    'a context with AES256',
    [
      [SSE, 'AES256'],
      [CONTEXT, 'e30='],
    ],
    SSE,
    'AES256',
  ],
  ['another algorithm', [[SSE, 'aws:fsx']], SSE, 'aws:fsx'],
  ['another case', [[SSE, 'aws:KMS']], SSE, 'aws:KMS'],
  ['the storage of backups', [[SSE, 'aws:backup']], SSE, 'aws:backup'],
  ['lower case AES', [[SSE, 'aes256']], SSE, 'aes256'],
  ['an empty algorithm', [[SSE, '']], SSE, ''],
  [
    'a flag that is no boolean',
    [
      [SSE, KMS],
      [BUCKET_KEY, 'yes'],
    ],
    BUCKET_KEY,
    'yes',
  ],
  [
    'a context that is not base64',
    [
      [SSE, KMS],
      [CONTEXT, '{}'],
    ],
    CONTEXT,
    'null',
  ],
  [
    'a context that is not JSON',
    [
      [SSE, KMS],
      [CONTEXT, json64('{')],
    ],
    CONTEXT,
    'null',
  ],
  [
    'a context that is a list',
    [
      [SSE, KMS],
      [CONTEXT, json64('["a"]')],
    ],
    CONTEXT,
    'null',
  ],
  [
    'a context with a number',
    [
      [SSE, KMS],
      [CONTEXT, json64('{"a":1}')],
    ],
    CONTEXT,
    'null',
  ],
  [
    'a context of more than 8 KiB',
    [
      [SSE, KMS],
      [CONTEXT, LONG_CONTEXT],
    ],
    CONTEXT,
    'null',
  ],
]

for (const [why, headers, argument, value] of WRONG_HEADERS) {
  test(`4.3 4.4 a write with ${why} is refused, and nothing is stored`, async () => {
    const answer = await bench.raw('PUT', 'wrong-header', { body: 'x', headers })
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
  }
})

test('2 a key is named by id, ARN, alias or alias ARN, and every answer names the full ARN', async () => {
  const key = await createKey(server, 'alias/named')
  const aliasArn = key.arn.replace(/key\/.*$/, 'alias/named')
  for (const SSEKMSKeyId of [key.id, key.arn, 'alias/named', aliasArn]) {
    const wish = { ServerSideEncryption: KMS, SSEKMSKeyId } as const
    const put = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'named', Body: 'x', ...wish }))
    assert.equal(put.SSEKMSKeyId, key.arn)
    assert.equal((await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'named' }))).SSEKMSKeyId, key.arn)
  }
})

test('GP-7 7.1 a write under a key that cannot be used is refused with its reason, and nothing is stored', async () => {
  const disabled = await createKey(server)
  await admin(server, 'disable-key', { key: disabled.id })
  const pending = await createKey(server)
  await admin(server, 'schedule-key-deletion', { key: pending.id }, { pendingDays: 7 })
  const cases = [
    [disabled.arn, 'KMS.DisabledException'],
    [pending.arn, 'KMS.KMSInvalidStateException'],
    ['00000000-0000-4000-8000-000000000000', 'KMS.NotFoundException'],
    ['alias/nobody', 'KMS.NotFoundException'],
    ['aws/s3', 'KMS.NotFoundException'],
    ['arn:aws:kms:us-east-1:1234/5678example', 'KMS.NotFoundException'],
    [bench.keyArn.replace('us-east-1', 'eu-west-1'), 'KMS.NotFoundException'],
  ] as const
  for (const [SSEKMSKeyId, code] of cases) {
    for (const ServerSideEncryption of [KMS, 'aws:kms:dsse'] as const) {
      const put = { Bucket: bucket, Key: 'unusable', Body: 'x', ServerSideEncryption, SSEKMSKeyId }
      await refusedWith(s3.send(new PutObjectCommand(put)), 400, code)
    }
  }
  await refusedWith(s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'unusable' })), 404, 'NoSuchKey')
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

test('4.12 without TLS a customer’s key is refused on writes and reads; where a trusted proxy ended TLS it is taken', async () => {
  const settings = { COFFER_TRUSTED_PROXIES: '127.0.0.1' }
  const strict = await memoryServer({ allowInsecureSseC: false, settings })
  try {
    const created = await rawRequest(strict, { method: 'PUT', path: '/strict-bucket' })
    assert.equal(created.status, 200)
    const path = '/strict-bucket/k'
    const headers = customerHeaders()
    const put = { method: 'PUT', path, body: 'x', headers }
    assertError(await rawRequest(strict, put), 400, 'InvalidRequest')
    assertError(await rawRequest(strict, { method: 'GET', path, headers }), 400, 'InvalidRequest')
    const begun = { method: 'POST', path, query: 'uploads', headers }
    assertError(await rawRequest(strict, begun), 400, 'InvalidRequest')
    const unsignedHeaders = [
      ['x-forwarded-proto', 'https'],
      ['x-forwarded-for', '192.0.2.7'],
    ] as const
    assert.equal((await rawRequest(strict, { ...put, unsignedHeaders })).status, 200)
    const read = await rawRequest(strict, { method: 'GET', path, headers, unsignedHeaders })
    assert.deepEqual([read.status, read.text], [200, 'x'])
  } finally {
    await strict.close()
  }
})

/** A request signed with Signature Version 2, in its header. */
async function sigV2(method: string, key: string, headers: Headers = [], body?: string): Promise<RawAnswer> {
  const date = new Date().toUTCString()
  const vendor = headers.map(([name, value]) => `${name}:${value}\n`).toSorted()
  const signature = sigV2Of(`${method}\n\n\n${date}\n${vendor.join('')}/${bucket}/${key}`)
  const signed: Headers = [...headers, ['date', date], ['authorization', `AWS ${ACCESS_KEY}:${signature}`]]
  return bench.raw(method, key, { as: 'nobody', headers: signed, ...(body === undefined ? {} : { body }) })
}

test('4.12 under KMS keys nothing is written or read with Signature Version 2', async () => {
  const named = { ArgumentName: 'Authorization', ArgumentValue: 'null' }
  assert.equal((await sigV2('PUT', 'sigv2', [], 'x')).status, 200, 'SSE-S3 may')
  for (const value of [KMS, 'aws:kms:dsse']) {
    assertError(await sigV2('PUT', 'sigv2', [[SSE, value]], 'y'), 400, 'InvalidArgument', named)
    const write = { ServerSideEncryption: value, SSEKMSKeyId: bench.keyArn }
    await bench.put('sigv2-kms', bodyOf(10), write)
    assertError(await sigV2('GET', 'sigv2-kms'), 400, 'InvalidArgument', named)
  }
  assert.equal((await sigV2('GET', 'sigv2')).text, 'x')
})

test('4.10 a presigned upload is bound to the headers that were signed; a wish that is signed in the query counts', async () => {
  const host = server.endpoint.replace('http://', '')
  const secret = new SecretBytes(Buffer.from(SECRET_KEY, 'utf8'))
  const signer = { accessKeyId: ACCESS_KEY, secret, region: REGION, timeMs: Date.now() }
  const presigned = (more: { headers?: Headers; rawQuery?: string }): string =>
    presignUrl({ method: 'PUT', host, rawPath: `/${bucket}/link`, ...more }, signer, 60).rawQuery
  const send = async (query: string, headers: Headers = []) =>
    bench.raw('PUT', 'link', { as: 'nobody', query, headers, body: 'x' })
  const kms: Headers = [
    [SSE, KMS],
    [KEY_ID, bench.keyArn],
  ]
  const link = presigned({ headers: kms })
  assertError(await send(link), 403, 'SignatureDoesNotMatch')
  const put = await send(link, kms)
  assert.deepEqual([put.status, put.headers[SSE], put.headers[KEY_ID]], [200, KMS, bench.keyArn])
  const hoisted = await send(presigned({ rawQuery: `${SSE}=aws%3Akms&${KEY_ID}=${encodeURIComponent(bench.keyArn)}` }))
  assert.deepEqual([hoisted.status, hoisted.headers[SSE], hoisted.headers[KEY_ID]], [200, KMS, bench.keyArn])
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

test('4.9 uploads by HTML form are not implemented, and say so', async () => {
  const headers: Headers = [['content-type', 'multipart/form-data; boundary=x']]
  const answer = await bench.raw('POST', '', { path: `/${bucket}`, body: '--x--', headers })
  assertError(answer, 501, 'NotImplemented')
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

test('4.4 T-161 a context of exactly 8 KiB beside 2,000 bytes of metadata is kept and replayed', async () => {
  const json = JSON.stringify({ a: 'x'.repeat(8 * 1024 - JSON.stringify({ a: '' }).length) })
  const kms = { ServerSideEncryption: KMS, SSEKMSKeyId: bench.keyArn, SSEKMSEncryptionContext: json64(json) } as const
  const put = { Bucket: bucket, Key: 'long-context', Body: bodyOf(10), Metadata: { a: 'y'.repeat(2_000) }, ...kms }
  assert.equal((await s3.send(new PutObjectCommand(put))).SSEKMSEncryptionContext, json64(json))
  assert.ok((await bench.get('long-context')).equals(bodyOf(10)))
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

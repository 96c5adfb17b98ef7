import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type COS from 'cos-nodejs-sdk-v5'
import { cosBench, encryptionOf, hostOf, refused, SSE, SSE_KEY_ID, type At } from './cos-bench.ts'

const bench = await cosBench()
const { cos, send } = bench
const KEY_TEXT = '0123456789ABCDEF0123456789ABCDEF'
const CUSTOMER = {
  [`${SSE}-customer-algorithm`]: 'AES256',
  [`${SSE}-customer-key`]: Buffer.from(KEY_TEXT).toString('base64'),
  [`${SSE}-customer-key-MD5`]: 'U5L61r7jcwdNvT7frmUG8g==',
}
const OTHER = {
  ...CUSTOMER,
  [`${SSE}-customer-key`]: Buffer.from(KEY_TEXT.toLowerCase()).toString('base64'),
  [`${SSE}-customer-key-MD5`]: createHash('md5').update(KEY_TEXT.toLowerCase()).digest('base64'),
}
const SHOWN_CUSTOMER = {
  [`${SSE}-customer-algorithm`]: 'AES256',
  [`${SSE}-customer-key-md5`]: 'U5L61r7jcwdNvT7frmUG8g==',
}

async function put(at: At, Key: string, Headers: COS.Headers = {}): Promise<Readonly<Record<string, string>>> {
  return encryptionOf(await cos.putObject({ ...at, Key, Body: 'body', Headers }))
}

/** Every road by which an object is written without a word of encryption. */
const ROADS: readonly (readonly [road: string, write: (at: At, Key: string) => Promise<object>])[] = [
  ['PUT', (at, Key) => cos.putObject({ ...at, Key, Body: 'body' })],
  [
    'copy',
    async (at, Key) => {
      await cos.putObject({ ...at, Key: 'source', Body: 'body', Headers: CUSTOMER })
      const CopySource = `${hostOf(at)}/source`
      const Headers = Object.fromEntries(
        Object.entries(CUSTOMER).map(([name, value]) => [name.replace('x-cos-', 'x-cos-copy-source-'), value]),
      )
      return cos.putObjectCopy({ ...at, Key, CopySource, Headers })
    },
  ],
  [
    'multipart upload',
    async (at, Key) => {
      const begun = await cos.multipartInit({ ...at, Key })
      const UploadId = begun.UploadId
      const { ETag } = await cos.multipartUpload({ ...at, Key, UploadId, PartNumber: 1, Body: 'body' })
      const done = await cos.multipartComplete({ ...at, Key, UploadId, Parts: [{ PartNumber: 1, ETag }] })
      assert.deepEqual(encryptionOf(begun), encryptionOf(done))
      return done
    },
  ],
]

for (const [road, write] of ROADS) {
  test(`COS-01 an object that comes by ${road} is encrypted as its bucket says`, async () => {
    const at = await bench.bucket()
    const key = await bench.key()
    const rules = [
      [{ SSEAlgorithm: 'AES256' }, { [SSE]: 'AES256' }],
      [
        { SSEAlgorithm: 'KMS', KMSMasterKeyID: key },
        { [SSE]: 'cos/kms', [SSE_KEY_ID]: key },
      ],
    ] as const
    for (const [rule, expected] of rules) {
      await bench.setRule(at, rule)
      assert.deepEqual(encryptionOf(await write(at, 'k')), expected)
      assert.deepEqual(await bench.shown(at, 'k'), expected)
      assert.equal((await cos.getObject({ ...at, Key: 'k' })).Body.toString(), 'body')
    }
  })
}

test('COS-05 each method of the overview: its headers go in, and the right ones come back', async () => {
  const at = await bench.bucket()
  const key = await bench.key()
  const context = Buffer.from('{"a":"b"}').toString('base64')
  const methods: readonly (readonly [sent: COS.Headers, shown: object])[] = [
    [{ [SSE]: 'AES256' }, { [SSE]: 'AES256' }],
    [
      { [SSE]: 'cos/kms', [SSE_KEY_ID]: key, [`${SSE}-context`]: context },
      { [SSE]: 'cos/kms', [SSE_KEY_ID]: key },
    ],
    [
      { [SSE]: 'cos/kms', [`${SSE}-qcloud-kms-key-id`]: key },
      { [SSE]: 'cos/kms', [SSE_KEY_ID]: key },
    ],
  ]
  for (const [sent, shown] of methods) {
    assert.deepEqual(await put(at, 'k', sent), shown)
    assert.deepEqual(await bench.shown(at, 'k'), shown)
    assert.equal((await cos.getObject({ ...at, Key: 'k' })).Body.toString(), 'body')
  }
  assert.deepEqual(await put(at, 'c', CUSTOMER), SHOWN_CUSTOMER)
  assert.deepEqual(await bench.shown(at, 'c', CUSTOMER), SHOWN_CUSTOMER)
  assert.equal((await cos.getObject({ ...at, Key: 'c', Headers: CUSTOMER })).Body.toString(), 'body')
})

test('COS-05 the ETag of SSE-COS is the MD5 of the body; those of KMS and of customer keys are not', async () => {
  const at = await bench.bucket()
  const md5 = `"${createHash('md5').update('body').digest('hex')}"`
  const etag = async (Headers: COS.Headers): Promise<string> =>
    (await cos.putObject({ ...at, Key: 'k', Body: 'body', Headers })).ETag
  assert.equal(await etag({ [SSE]: 'AES256' }), md5)
  assert.notEqual(await etag({ [SSE]: 'cos/kms' }), md5)
  assert.notEqual(await etag(CUSTOMER), md5)
})

test('COS-05 the parameters of the client stand for the same headers', async () => {
  const at = await bench.bucket()
  await cos.putObject({ ...at, Key: 'k', Body: 'x', ServerSideEncryption: 'AES256' })
  assert.deepEqual(await bench.shown(at, 'k'), { [SSE]: 'AES256' })
  await cos.putObject({
    ...{ ...at, Key: 'c', Body: 'x', SSECustomerAlgorithm: 'AES256' },
    ...{ SSECustomerKey: CUSTOMER[`${SSE}-customer-key`], SSECustomerKeyMD5: CUSTOMER[`${SSE}-customer-key-MD5`] },
  })
  await refused(cos.getObject({ ...at, Key: 'c' }), 400, 'SsecDecryptHeaderInvalid')
})

const REFUSED: readonly (readonly [what: string, headers: COS.Headers])[] = [
  ['AES789', { [SSE]: 'AES789' }],
  ['the spelling of S3', { [SSE]: 'aws:kms' }],
  ['an empty method', { [SSE]: '' }],
  ['a customer key together with a method', { ...CUSTOMER, [SSE]: 'AES256' }],
  ['a key id without cos/kms', { [SSE]: 'AES256', [SSE_KEY_ID]: 'k' }],
  ['a key id alone', { [SSE_KEY_ID]: 'k' }],
  ['a context without cos/kms', { [SSE]: 'AES256', [`${SSE}-context`]: 'e30=' }],
  ['a context that is no JSON', { [SSE]: 'cos/kms', [`${SSE}-context`]: 'eA==' }],
  ['a context that is no object of strings', { [SSE]: 'cos/kms', [`${SSE}-context`]: 'eyJhIjoxfQ==' }],
  ['a customer algorithm alone', { [`${SSE}-customer-algorithm`]: 'AES256' }],
  ['another customer algorithm', { ...CUSTOMER, [`${SSE}-customer-algorithm`]: 'AES128' }],
  [
    'a short customer key',
    { ...CUSTOMER, [`${SSE}-customer-key`]: 'eA==', [`${SSE}-customer-key-MD5`]: 'nd0P6+yv/Sz5u1kfKmrAXQ==' },
  ],
  ['the MD5 of another key', { ...CUSTOMER, [`${SSE}-customer-key-MD5`]: OTHER[`${SSE}-customer-key-MD5`] }],
  ['a header that does not exist', { [`${SSE}-bucket-key-enabled`]: 'true' }],
  ['T-099 a header of another vendor', { 'x-cos-meta-a': 'b', 'x-amz-server-side-encryption': 'AES256' }],
]
for (const [what, headers] of REFUSED) {
  test(`COS-04 COS-05 a PUT with ${what} is 400 InvalidArgument, and nothing is stored`, async () => {
    const at = await bench.bucket()
    const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
    const answer = await send({ method: 'PUT', bucket: at, path: '/k', headers: sent, body: 'x' })
    const list = Object.keys(sent).some((name) => name.startsWith('x-amz-')) ? answer.status : undefined
    if (list === undefined) assert.deepEqual([answer.status, answer.code], [400, 'InvalidArgument'], answer.text)
    else assert.ok(answer.status === 400 || answer.status === 403, answer.text)
    await refused(cos.headObject({ ...at, Key: 'k' }), 404, '404')
  })
}

test('COS-05 GET, HEAD and parts take no method of encryption', async () => {
  const at = await bench.bucket()
  await put(at, 'k')
  const { UploadId } = await cos.multipartInit({ ...at, Key: 'm' })
  const Headers = { [SSE]: 'AES256' }
  await refused(cos.getObject({ ...at, Key: 'k', Headers }), 400, 'SSEHeaderNotAllowed')
  await refused(cos.headObject({ ...at, Key: 'k', Headers }), 400, '400')
  const part = { ...at, Key: 'm', UploadId, PartNumber: 1, Body: 'x', Headers }
  await refused(cos.multipartUpload(part), 400, 'SSEHeaderNotAllowed')
})

test('COS-05 a customer key has to be the right one, and only where there is one', async () => {
  const at = await bench.bucket()
  await put(at, 'c', CUSTOMER)
  await put(at, 'k')
  await refused(cos.getObject({ ...at, Key: 'c' }), 400, 'SsecDecryptHeaderInvalid')
  await refused(cos.getObject({ ...at, Key: 'c', Headers: OTHER }), 403, 'AccessDenied')
  await refused(cos.headObject({ ...at, Key: 'c' }), 400, '400')
  await refused(cos.getObject({ ...at, Key: 'k', Headers: CUSTOMER }), 400, 'SsecDecryptHeaderInvalid')
  await refused(
    cos.putObjectCopy({ ...at, Key: 'copy', CopySource: `${hostOf(at)}/c` }),
    400,
    'SsecDecryptHeaderInvalid',
  )
})

test('COS-05 the parts of an upload under a customer key need that key', async () => {
  const at = await bench.bucket()
  const { UploadId } = await cos.multipartInit({ ...at, Key: 'm', Headers: CUSTOMER })
  const part = { ...at, Key: 'm', UploadId, PartNumber: 1, Body: 'x' }
  for (const Headers of [{}, OTHER]) {
    await assert.rejects(cos.multipartUpload({ ...part, Headers }), { statusCode: 400 })
  }
  const { ETag } = await cos.multipartUpload({ ...part, Headers: CUSTOMER })
  await cos.multipartComplete({ ...at, Key: 'm', UploadId, Parts: [{ PartNumber: 1, ETag }] })
  assert.equal((await cos.getObject({ ...at, Key: 'm', Headers: CUSTOMER })).Body.toString(), 'x')
})

test('COS-10 setting a rule does nothing to what is there', async () => {
  const at = await bench.bucket()
  await put(at, 'k')
  const before = await cos.headObject({ ...at, Key: 'k' })
  await bench.setRule(at, { SSEAlgorithm: 'AES256' })
  const now = await cos.headObject({ ...at, Key: 'k' })
  assert.deepEqual(encryptionOf(now), {})
  assert.equal(now.ETag, before.ETag)
  assert.equal((await cos.getObject({ ...at, Key: 'k' })).Body.toString(), 'body')
})

test('COS-11 changing and removing a rule does not either', async () => {
  const at = await bench.bucket()
  await bench.setRule(at, { SSEAlgorithm: 'AES256' })
  await put(at, 'k')
  await bench.setRule(at, { SSEAlgorithm: 'KMS' })
  assert.deepEqual(await bench.shown(at, 'k'), { [SSE]: 'AES256' })
  await cos.deleteBucketEncryption(at)
  assert.deepEqual(await bench.shown(at, 'k'), { [SSE]: 'AES256' })
})

test('COS-11 the method of an upload is that of its beginning', async () => {
  const at = await bench.bucket()
  await bench.setRule(at, { SSEAlgorithm: 'AES256' })
  const { UploadId } = await cos.multipartInit({ ...at, Key: 'm' })
  await bench.setRule(at, { SSEAlgorithm: 'KMS' })
  const { ETag } = await cos.multipartUpload({ ...at, Key: 'm', UploadId, PartNumber: 1, Body: 'x' })
  await cos.multipartComplete({ ...at, Key: 'm', UploadId, Parts: [{ PartNumber: 1, ETag }] })
  assert.deepEqual(await bench.shown(at, 'm'), { [SSE]: 'AES256' })
})

test('COS-12 a PUT that says nothing of encryption is encrypted as the bucket says', async () => {
  const at = await bench.bucket()
  const key = await bench.key()
  await bench.setRule(at, { SSEAlgorithm: 'AES256' })
  assert.deepEqual(await put(at, 'a'), { [SSE]: 'AES256' })
  await bench.setRule(at, { SSEAlgorithm: 'KMS', KMSMasterKeyID: key })
  assert.deepEqual(await put(at, 'b'), { [SSE]: 'cos/kms', [SSE_KEY_ID]: key })
})

test('COS-13 a PUT that says something of it is encrypted as the request says, and nothing of the bucket is', async () => {
  const at = await bench.bucket()
  const [own, other] = [await bench.key(), await bench.key()]
  await bench.setRule(at, { SSEAlgorithm: 'AES256' })
  assert.deepEqual(await put(at, 'k', { [SSE]: 'cos/kms', [SSE_KEY_ID]: own }), { [SSE]: 'cos/kms', [SSE_KEY_ID]: own })
  assert.deepEqual(await put(at, 'k', CUSTOMER), SHOWN_CUSTOMER)
  await bench.setRule(at, { SSEAlgorithm: 'KMS', KMSMasterKeyID: other })
  assert.deepEqual(await put(at, 'k', { [SSE]: 'AES256' }), { [SSE]: 'AES256' })
  assert.deepEqual(await put(at, 'k', CUSTOMER), SHOWN_CUSTOMER)
  const managed = await put(at, 'k', { [SSE]: 'cos/kms' })
  assert.notEqual(managed[SSE_KEY_ID], other, 'the default key, not the key of the bucket')
})

test('COS-13 a key that was disabled meanwhile fails the upload, and nothing is stored', async () => {
  const at = await bench.bucket()
  const key = await bench.key()
  await bench.setRule(at, { SSEAlgorithm: 'KMS', KMSMasterKeyID: key })
  await bench.disable(key)
  await refused(cos.putObject({ ...at, Key: 'k', Body: 'x' }), 400, 'KmsKeyDisabled')
  await refused(cos.headObject({ ...at, Key: 'k' }), 404, '404')
})

test('COS-05 nobody reads what is under a KMS key without a signature', async () => {
  const at = await bench.bucket()
  await put(at, 'k', { [SSE]: 'cos/kms' })
  const answer = await send({ method: 'GET', bucket: at, path: '/k', as: 'nobody' })
  assert.deepEqual([answer.status, answer.code], [403, 'AccessDenied'])
})

test('COS-05 a signed URL takes the method as a header alone', async () => {
  const at = await bench.bucket()
  const header = await send({
    method: 'PUT',
    bucket: at,
    path: '/k',
    as: 'url',
    headers: { [SSE]: 'AES256' },
    body: 'x',
  })
  assert.equal(header.status, 200)
  const query = await send({ method: 'PUT', bucket: at, path: '/q', as: 'url', query: { [SSE]: 'AES256' }, body: 'x' })
  assert.deepEqual([query.status, query.code], [400, 'InvalidArgument'])
})

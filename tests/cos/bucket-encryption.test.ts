import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GetBucketEncryptionCommand } from '@aws-sdk/client-s3'
import { elementText } from '../raw-request.ts'
import { cosBench, encryptionOf, refused, s3Client, SSE, SSE_KEY_ID } from './cos-bench.ts'

const bench = await cosBench()
const { cos, send } = bench

function document(rule: string): string {
  return `<ServerSideEncryptionConfiguration>${rule}</ServerSideEncryptionConfiguration>`
}

function ruleOf(...settings: readonly (readonly [name: string, value: string])[]): string {
  const inner = settings.map(([name, value]) => `<${name}>${value}</${name}>`).join('')
  return `<Rule><ApplyServerSideEncryptionByDefault>${inner}</ApplyServerSideEncryptionByDefault></Rule>`
}

const AES256 = document(ruleOf(['SSEAlgorithm', 'AES256']))

test('COS-02 without a rule an upload is not encrypted for the client, and there is no configuration', async () => {
  const at = await bench.bucket()
  const put = await cos.putObject({ ...at, Key: 'k', Body: 'plain' })
  assert.deepEqual([encryptionOf(put), await bench.shown(at, 'k')], [{}, {}])
  const unset = await cos.getBucketEncryption(at)
  assert.equal(unset.statusCode, 404)
  const raw = await send({ method: 'GET', bucket: at, query: { encryption: '' } })
  assert.deepEqual([raw.status, raw.code], [404, 'NoSuchEncryptionConfiguration'])
  assert.equal(elementText(raw.text, 'Message'), 'The specified bucket does not have a Encryption configuration')
})

test('COS-03 SSE-COS is supported as the method of the bucket, without any key made first', async () => {
  const at = await bench.bucket()
  await bench.setRule(at, { SSEAlgorithm: 'AES256' })
  await cos.putObject({ ...at, Key: 'k', Body: 'x' })
  assert.deepEqual(await bench.shown(at, 'k'), { [SSE]: 'AES256' })
})

test('COS-04 KMS with a key and without is taken too, and in effect', async () => {
  const at = await bench.bucket()
  await bench.setRule(at, { SSEAlgorithm: 'KMS' })
  await cos.putObject({ ...at, Key: 'managed', Body: 'x' })
  const { [SSE]: method, [SSE_KEY_ID]: managed } = await bench.shown(at, 'managed')
  assert.equal(method, 'cos/kms')
  assert.match(managed ?? '', /^[0-9a-f-]{36}$/)
  const key = await bench.key()
  await bench.setRule(at, { SSEAlgorithm: 'KMS', KMSMasterKeyID: key })
  await cos.putObject({ ...at, Key: 'own', Body: 'x' })
  assert.deepEqual(await bench.shown(at, 'own'), { [SSE]: 'cos/kms', [SSE_KEY_ID]: key })
})

const BAD: readonly (readonly [what: string, body: string, status: number, code: string])[] = [
  ['AES789', document(ruleOf(['SSEAlgorithm', 'AES789'])), 400, 'InvalidArgument'],
  ['a key without KMS', document(ruleOf(['SSEAlgorithm', 'AES256'], ['KMSMasterKeyID', 'k'])), 400, 'InvalidArgument'],
  [
    'KMSAlgorithm without KMS',
    document(ruleOf(['SSEAlgorithm', 'AES256'], ['KMSAlgorithm', 'SM4'])),
    400,
    'InvalidArgument',
  ],
  [
    'an unknown KMSAlgorithm',
    document(ruleOf(['SSEAlgorithm', 'KMS'], ['KMSAlgorithm', 'DES'])),
    400,
    'InvalidArgument',
  ],
  ['no rule', document(''), 400, 'MalformedXML'],
  ['two rules', document(ruleOf(['SSEAlgorithm', 'AES256']).repeat(2)), 400, 'MalformedXML'],
  ['a rule without an algorithm', document(ruleOf()), 400, 'MalformedXML'],
  ['an element of S3', document(`${ruleOf(['SSEAlgorithm', 'AES256'])}<BucketKeyEnabled/>`), 400, 'MalformedXML'],
  ['no XML', 'x', 400, 'MalformedXML'],
  ['nothing', '', 400, 'MissingRequestBodyError'],
  [
    'a key that does not exist',
    document(ruleOf(['SSEAlgorithm', 'KMS'], ['KMSMasterKeyID', '48ba38aa-26c5-11ea-855c-525400850001'])),
    400,
    'KmsKeyNotExist',
  ],
]
for (const [what, body, status, code] of BAD) {
  test(`COS-04 a configuration with ${what} is ${status} ${code}, and the one before stays`, async () => {
    const at = await bench.bucket()
    await bench.setRule(at, { SSEAlgorithm: 'AES256' })
    const answer = await send({ method: 'PUT', bucket: at, query: { encryption: '' }, body })
    assert.deepEqual([answer.status, answer.code], [status, code], answer.text)
    const now = await send({ method: 'GET', bucket: at, query: { encryption: '' } })
    assert.equal(elementText(now.text, 'SSEAlgorithm'), 'AES256')
  })
}

test('COS-04 a disabled key is refused when the rule is set', async () => {
  const at = await bench.bucket()
  const key = await bench.key()
  await bench.disable(key)
  await refused(bench.setRule(at, { SSEAlgorithm: 'KMS', KMSMasterKeyID: key }), 400, 'KmsKeyDisabled')
})

test('COS-07 PUT answers 200 and nothing else, and overwrites', async () => {
  const at = await bench.bucket()
  const put = await send({ method: 'PUT', bucket: at, query: { encryption: '' }, body: AES256 })
  assert.deepEqual([put.status, put.text], [200, ''])
  await bench.setRule(at, { SSEAlgorithm: 'KMS' })
  const now = await send({ method: 'GET', bucket: at, query: { encryption: '' } })
  assert.equal(elementText(now.text, 'SSEAlgorithm'), 'KMS')
})

test('COS-08 GET answers the same shape, without a namespace, whichever spelling was put', async () => {
  const at = await bench.bucket()
  await cos.putBucketEncryption({
    ...at,
    ServerSideEncryptionConfiguration: { Rule: [{ ApplySideEncryptionConfiguration: { SSEAlgorithm: 'AES256' } }] },
  })
  const raw = await send({ method: 'GET', bucket: at, query: { encryption: '' } })
  assert.equal(raw.status, 200)
  assert.equal(raw.text.slice(raw.text.indexOf('\n') + 1), AES256)
  assert.equal(raw.headers['content-type'], 'application/xml')
})

test('COS-09 DELETE answers 204 and nothing else, also where nothing is set', async () => {
  const at = await bench.bucket()
  await bench.setRule(at, { SSEAlgorithm: 'AES256' })
  assert.equal((await cos.deleteBucketEncryption(at)).statusCode, 204)
  assert.equal((await cos.getBucketEncryption(at)).statusCode, 404)
  assert.equal((await cos.deleteBucketEncryption(at)).statusCode, 204)
  await cos.putObject({ ...at, Key: 'k', Body: 'x' })
  assert.deepEqual(await bench.shown(at, 'k'), {})
  await refused(cos.deleteBucketEncryption({ ...at, Bucket: 'none-1250000000' }), 404, 'NoSuchBucket')
})

test('COS-07 a Content-MD5 that is wrong, or none at all, is refused', async () => {
  const at = await bench.bucket()
  const put = (md5: string): Promise<{ status: number; code: string | undefined }> =>
    send({ method: 'PUT', bucket: at, query: { encryption: '' }, headers: { 'content-md5': md5 }, body: AES256 })
  const wrong = await put('AAAAAAAAAAAAAAAAAAAAAA==')
  assert.deepEqual([wrong.status, wrong.code], [400, 'BadDigest'])
  const no = await put('x')
  assert.deepEqual([no.status, no.code], [400, 'InvalidDigest'])
})

test('a rule that S3 put is shown in the words of COS, and the other way round', async () => {
  const at = await bench.bucket()
  const s3 = s3Client(bench.server)
  const key = await bench.key()
  await bench.setRule(at, { SSEAlgorithm: 'KMS', KMSMasterKeyID: key })
  const shown = await s3.send(new GetBucketEncryptionCommand({ Bucket: at.Bucket }))
  assert.deepEqual(shown.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault, {
    SSEAlgorithm: 'aws:kms',
    KMSMasterKeyID: key,
  })
  await cos.deleteBucketEncryption(at)
  const none = await s3.send(new GetBucketEncryptionCommand({ Bucket: at.Bucket }))
  const rule = none.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault
  assert.deepEqual(rule, { SSEAlgorithm: 'AES256' })
  s3.destroy()
})

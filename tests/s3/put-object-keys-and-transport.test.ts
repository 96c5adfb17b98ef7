import { HeadObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { presignUrl } from '../../src/auth/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import { admin, createKey } from '../admin-api.ts'
import { rawRequest, type RawAnswer } from '../raw-request.ts'
import { refusedWith } from '../refused-with.ts'
import { ACCESS_KEY, memoryServer, REGION, SECRET_KEY } from '../servers.ts'
import { sigV2Of } from '../threats/wire-request.ts'
import { customerHeaders, KEY_ID, SSE, type Headers } from './encryption-headers.ts'
import { bodyOf } from './encryption-modes.ts'
import { assertError, openBench } from './object-bench.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())
const KMS = 'aws:kms'

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

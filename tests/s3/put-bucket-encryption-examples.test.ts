import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { Agent } from 'node:http'
import { test } from 'node:test'
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { createKey } from '../admin-api.ts'
import { rawRequest, type RawAnswer } from '../raw-request.ts'
import { refusedWith } from '../refused-with.ts'
import { ACCESS_KEY, REGION, SECRET_KEY } from '../servers.ts'
import { bucketBench, byDefault, CONFIGURATION, configuration, SSE_S3 } from './bucket-bench.ts'

const bench = await bucketBench()
const EXAMPLE_KEY = 'arn:aws:kms:us-east-1:1234/5678example'
const OPEN = '<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"> <Rule> '
const CLOSE = ' </Rule> </ServerSideEncryptionConfiguration>'
const inRule = (inner: string): string =>
  `${OPEN}<ApplyServerSideEncryptionByDefault> ${inner} </ApplyServerSideEncryptionByDefault>${CLOSE}`
/** The three bodies of the reference, byte for byte: one line, blanks between elements. */
const FIRST = inRule('<SSEAlgorithm>AES256</SSEAlgorithm>')
const SECOND = inRule(`<SSEAlgorithm>aws:kms:dsse</SSEAlgorithm> <KMSKeyID>${EXAMPLE_KEY}</KMSKeyID>`)
const THIRD = inRule(`<SSEAlgorithm>aws:kms</SSEAlgorithm> <KMSKeyID>${EXAMPLE_KEY}</KMSKeyID>`)
const DATE = 'Wed, 06 Sep 2017 12:00:00 GMT'
const DATE_MS = Date.UTC(2017, 8, 6, 12)

async function upload(Bucket: string): Promise<readonly unknown[]> {
  await bench.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const head = await bench.client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
  return [head.ServerSideEncryption, head.SSEKMSKeyId]
}

test('S3-94 success is HTTP 200', async () => {
  assert.equal((await bench.putRaw(await bench.bucket(), FIRST)).status, 200)
})

test('S3-95 with an empty body, also over keep-alive with a second request behind it', async () => {
  const bucket = await bench.bucket()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const answers: RawAnswer[] = []
  for (const body of [FIRST, THIRD, FIRST]) answers.push(await bench.putRaw(bucket, body, { agent }))
  agent.destroy()
  for (const answer of answers) {
    assert.deepEqual([answer.status, answer.body.length, answer.headers['content-length']], [200, 0, '0'])
    assert.equal(answer.headers['transfer-encoding'], undefined)
  }
  assert.deepEqual(
    answers.map((answer) => answer.reused),
    [false, true, true],
  )
})

test('S3-96 S3-97 the SSE-S3 body, byte for byte', async () => {
  const bucket = await bench.bucket()
  await bench.setDefault(bucket, 'aws:kms')
  assert.equal((await bench.putRaw(bucket, FIRST)).status, 200)
  assert.deepEqual(await bench.shown(bucket), SSE_S3)
  assert.deepEqual(await upload(bucket), ['AES256', undefined])
})

test('S3-96 S3-98 the second body, byte for byte, is what it says: DSSE-KMS; with aws:kms it is SSE-KMS', async () => {
  const bucket = await bench.bucket()
  assert.equal((await bench.putRaw(bucket, SECOND)).status, 200)
  assert.deepEqual(await bench.shown(bucket), { algorithm: 'aws:kms:dsse', key: EXAMPLE_KEY, bucketKey: false })
  assert.equal((await bench.putRaw(bucket, THIRD)).status, 200)
  assert.deepEqual(await bench.shown(bucket), { algorithm: 'aws:kms', key: EXAMPLE_KEY, bucketKey: false })
  const { arn } = await createKey(bench.server)
  for (const [body, algorithm] of [
    [SECOND, 'aws:kms:dsse'],
    [THIRD, 'aws:kms'],
  ] as const) {
    assert.equal((await bench.putRaw(bucket, body.replace(EXAMPLE_KEY, arn))).status, 200)
    assert.deepEqual(await upload(bucket), [algorithm, arn])
  }
})

test('S3-102 (part) the example’s malformed ARN is accepted and returned; the next upload finds no such key', async () => {
  const bucket = await bench.bucket()
  for (const body of [SECOND, THIRD]) {
    assert.equal((await bench.putRaw(bucket, body)).status, 200)
    assert.equal((await bench.shown(bucket)).key, EXAMPLE_KEY)
    await refusedWith(upload(bucket), 400, 'KMS.NotFoundException')
    const head = bench.client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'k' }))
    await refusedWith(head, 404, 'NotFound')
  }
})

test('S3-101 KMSKeyID and KMSMasterKeyID are both read, the answer says KMSMasterKeyID; two that differ are refused', async () => {
  const bucket = await bench.bucket()
  for (const element of ['KMSKeyID', 'KMSMasterKeyID']) {
    assert.equal(
      (await bench.putRaw(bucket, configuration(byDefault('aws:kms', `by-${element}`, element)))).status,
      200,
    )
    const answer = await bench.send({ method: 'GET', path: `/${bucket}`, query: 'encryption' })
    assert.ok(answer.text.includes(`<KMSMasterKeyID>by-${element}</KMSMasterKeyID>`), answer.text)
    assert.ok(!answer.text.includes('<KMSKeyID>'))
  }
  const differing = byDefault('aws:kms', 'one').replace('</ApplyS', '<KMSKeyID>other</KMSKeyID></ApplyS')
  const refused = await bench.putRaw(bucket, configuration(differing))
  assert.deepEqual([refused.status, refused.code], [400, 'MalformedXML'])
  assert.equal((await bench.shown(bucket)).key, 'by-KMSMasterKeyID')
  const same = await bench.putRaw(bucket, configuration(differing.replace('other', 'one')))
  assert.equal(same.status, 200)
  assert.equal((await bench.shown(bucket)).key, 'one')
})

test('S3-65 S3-100 the bucket is found in its virtual host: with a region, without, and as the example misprints it', async () => {
  const bucket = await bench.bucket()
  const hosts = [
    `${bucket}.s3.amazonaws.com`,
    `${bucket}.s3.us-east-1.amazonaws.com`,
    `${bucket}.s3-us-east-1.amazonaws.com`,
    `${bucket}.us-east-1s3.amazonaws.com`,
    `${bucket}.localhost`,
    `${bucket}.localhost:9000`,
  ]
  for (const [number, host] of hosts.entries()) {
    const body = configuration(byDefault('aws:kms', `key-${number}`))
    const answer = await bench.putRaw(bucket, body, { path: '/', host })
    assert.equal(answer.status, 200, `${host}: ${answer.text}`)
    assert.equal((await bench.shown(bucket)).key, `key-${number}`)
    const read = await bench.send({ method: 'GET', path: '/', query: 'encryption', host })
    assert.ok(read.text.includes(`key-${number}`))
  }
})

test('S3-66 ?encryption and ?encryption= mean the same, by host and by path', async () => {
  const bucket = await bench.bucket()
  let number = 0
  for (const query of ['encryption', 'encryption=', 'encryption=&x-id=PutBucketEncryption']) {
    for (const address of [
      { path: '/', host: `${bucket}.s3.amazonaws.com` },
      { path: `/${bucket}` },
      { path: `/${bucket}/` },
    ]) {
      number++
      const answer = await bench.putRaw(bucket, configuration(byDefault('aws:kms', `key-${number}`)), {
        query,
        ...address,
      })
      assert.equal(answer.status, 200, `${query} ${JSON.stringify(address)} ${answer.text}`)
      assert.equal((await bench.shown(bucket)).key, `key-${number}`)
    }
  }
})

test('S3-35 without a bucket there is nothing to configure: 405', async () => {
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const answer = await bench.send({
      method,
      path: '/',
      query: 'encryption',
      ...(method === 'PUT' ? { body: FIRST } : {}),
    })
    assert.deepEqual([answer.status, answer.code], [405, 'MethodNotAllowed'])
  }
})

/** SigV4 over `host;date` alone, written out here: a second hand beside the server's own. */
function signedByDate(host: string, body: string): readonly (readonly [string, string])[] {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
  const canonical = `PUT\n/\nencryption=\ndate:${DATE}\nhost:${host}\n\ndate;host\n${sha256(body)}`
  const scope = `20170906/${REGION}/s3/aws4_request`
  const toSign = `AWS4-HMAC-SHA256\n20170906T120000Z\n${scope}\n${sha256(canonical)}`
  const key = ['20170906', REGION, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${SECRET_KEY}`)
  const signature = hmac(key, toSign).toString('hex')
  return [
    ['Date', DATE],
    [
      'Authorization',
      `AWS4-HMAC-SHA256 Credential=${ACCESS_KEY}/${scope}, SignedHeaders=date;host, Signature=${signature}`,
    ],
    ['Content-Length', String(Buffer.byteLength(body))],
  ]
}

test('S3-99 the full request of the reference: Host, Date, Authorization, Content-Length and the body, nothing else', async () => {
  const then = await bucketBench({ now: () => DATE_MS })
  const send = (server: { readonly endpoint: string }, host: string): Promise<RawAnswer> => {
    const headers = signedByDate(host, THIRD)
    return rawRequest(server, {
      method: 'PUT',
      path: '/',
      query: 'encryption',
      host,
      headers,
      body: THIRD,
      as: 'nobody',
    })
  }
  const bucket = 'examplebucket'
  const made = await then.send({ method: 'PUT', path: `/${bucket}`, timeMs: DATE_MS })
  assert.equal(made.status, 200)
  for (const host of [`${bucket}.${REGION}s3.amazonaws.com`, `${bucket}.s3.${REGION}.amazonaws.com`]) {
    const answer = await send(then.server, host)
    assert.equal(answer.status, 200, `${host} ${answer.text}`)
    assert.equal(answer.body.length, 0)
  }
  const read = await then.send({ method: 'GET', path: `/${bucket}`, query: 'encryption', timeMs: DATE_MS })
  assert.ok(read.text.includes(`<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${EXAMPLE_KEY}</KMSMasterKeyID>`))
  // With the clock left at today, the same request comes too late.
  const late = await send(bench.server, `${await bench.bucket(bucket)}.s3.amazonaws.com`)
  assert.deepEqual([late.status, late.code], [403, 'RequestTimeTooSkewed'])
})

test('S3-99 (part) a body that is not the one that was signed changes nothing', async () => {
  const then = await bucketBench({ now: () => DATE_MS })
  await then.send({ method: 'PUT', path: '/signed-body', timeMs: DATE_MS })
  const host = 'signed-body.s3.amazonaws.com'
  const headers = signedByDate(host, THIRD)
  const body = THIRD.replace('aws:kms', 'AES256 ')
  const answer = await rawRequest(then.server, {
    method: 'PUT',
    path: '/',
    query: 'encryption',
    host,
    headers,
    body,
    as: 'nobody',
  })
  assert.deepEqual([answer.status, answer.code], [403, 'SignatureDoesNotMatch'])
  const read = await then.send({ method: 'GET', path: '/signed-body', query: 'encryption', timeMs: DATE_MS })
  assert.ok(read.text.includes(`<SSEAlgorithm>AES256</SSEAlgorithm>`) && !read.text.includes(EXAMPLE_KEY))
  assert.ok(!answer.text.includes(CONFIGURATION))
})

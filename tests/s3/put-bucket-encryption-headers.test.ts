import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { PutBucketEncryptionCommand, type ChecksumAlgorithm } from '@aws-sdk/client-s3'
import type { RawAnswer, RawRequest } from '../raw-request.ts'
import { ACCESS_KEY, ACCOUNT, s3Client, SECRET_KEY } from '../servers.ts'
import { bucketBench, byDefault, configuration, ruleOf, type ShownDefault } from './bucket-bench.ts'
import { CHECKSUM_NAMES, checksum, chunkedWithTrailer, md5 } from './checksums.ts'

type Headers = readonly (readonly [name: string, value: string])[]

const bench = await bucketBench()
const BODY = configuration(byDefault('aws:kms', 'alias/after'))
const AFTER: ShownDefault = { algorithm: 'aws:kms', key: 'alias/after', bucketKey: false }
const BEFORE: ShownDefault = { algorithm: 'aws:kms:dsse', key: 'alias/before', bucketKey: true }
const SDK_ALGORITHM = 'x-amz-sdk-checksum-algorithm'

/** A bucket whose default is `BEFORE`, and what came of the PUT; the default is read back afterwards. */
async function put(
  headers: Headers,
  more: Partial<RawRequest> = {},
): Promise<{ answer: RawAnswer; now: ShownDefault }> {
  const bucket = await bench.bucket()
  await bench.setDefault(bucket, 'aws:kms:dsse', 'alias/before', true)
  const answer = await bench.putRaw(bucket, BODY, { headers, ...more })
  return { answer, now: await bench.shown(bucket) }
}

async function accepted(headers: Headers, more: Partial<RawRequest> = {}): Promise<void> {
  const { answer, now } = await put(headers, more)
  assert.deepEqual([answer.status, answer.body.length], [200, 0], `${JSON.stringify(headers)} ${answer.text}`)
  assert.deepEqual(now, AFTER)
}

async function refused(
  headers: Headers,
  status: number,
  code: string,
  more: Partial<RawRequest> = {},
): Promise<RawAnswer> {
  const { answer, now } = await put(headers, more)
  assert.deepEqual([answer.status, answer.code], [status, code], JSON.stringify(headers))
  assert.deepEqual(now, BEFORE, `changed by ${JSON.stringify(headers)}`)
  return answer
}

test('the checksums of these tests are the published ones', () => {
  const check = '123456789'
  const hexadecimal = (base64: string): string => Buffer.from(base64, 'base64').toString('hex')
  assert.equal(hexadecimal(checksum('crc32', check)), 'cbf43926')
  assert.equal(hexadecimal(checksum('crc32c', check)), 'e3069283')
  assert.equal(hexadecimal(checksum('crc64nvme', check)), 'ae8b14860a799888')
})

test('S3-79 Content-MD5 is optional, and checked when it is sent', async () => {
  await accepted([['Content-MD5', md5(BODY)]])
  await accepted([])
  await refused([['Content-MD5', md5('another body')]], 400, 'BadDigest')
  for (const value of ['', 'x', 'AAAA', md5(BODY).slice(0, -2), Buffer.alloc(17).toString('base64'), `${md5(BODY)}=`]) {
    await refused([['Content-MD5', value]], 400, 'InvalidDigest')
  }
})

test('S3-80 (part) the client computes an integrity header by itself: CRC32 today; Content-MD5 is accepted as well', async () => {
  const Bucket = await bench.bucket()
  const client = s3Client(bench.server)
  const sent: string[] = []
  client.middlewareStack.add(
    (next) => async (args) => {
      const { request } = args
      sent.push(JSON.stringify(request))
      return next(args)
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  const rules = { Rules: [ruleOf('aws:kms', 'alias/after')] }
  await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: rules }))
  client.destroy()
  assert.match(sent.join(), /"x-amz-checksum-crc32":"[A-Za-z0-9+/]{6}=="/)
  assert.doesNotMatch(sent.join(), /content-md5/i)
  assert.deepEqual(await bench.shown(Bucket), AFTER)
  await accepted([['Content-MD5', md5(BODY)]])
})

test('S3-82 to S3-84 the expected owner: right, wrong, and no account id at all', async () => {
  const owner = 'x-amz-expected-bucket-owner'
  await accepted([[owner, ACCOUNT]])
  await refused([[owner, '999999999999']], 403, 'AccessDenied')
  for (const text of ['', 'x', '1', '00000000001', '0000000000011', '00000000000x', ' ', '-00000000001']) {
    await refused([[owner, text]], 400, 'InvalidBucketOwnerAWSAccountID')
  }
})

test('S3-86 S3-91 S3-92 (part) each algorithm with its value: right, wrong, and of a bad form', async () => {
  for (const name of CHECKSUM_NAMES) {
    const header = `x-amz-checksum-${name}`
    for (const spelled of [name, name.toUpperCase()]) {
      await accepted([
        [SDK_ALGORITHM, spelled],
        [header, checksum(name, BODY)],
      ])
    }
    const announced = [SDK_ALGORITHM, name.toUpperCase()] as const
    const wrong = await refused([announced, [header, checksum(name, 'another')]], 400, 'BadDigest')
    assert.ok(!wrong.text.includes('alias/after'))
    for (const value of ['', 'AAAA', '!', `${checksum(name, BODY)}A`, checksum(name, BODY).slice(1)]) {
      await refused([announced, [header, value]], 400, 'InvalidRequest')
    }
  }
})

test('S3-87 together with a matching x-amz-trailer it passes; a trailer announced and missing is refused', async () => {
  const withTrailer = (name: string, trailers: Headers): [Headers, Partial<RawRequest>] => [
    [
      ['content-encoding', 'aws-chunked'],
      ['x-amz-trailer', `x-amz-checksum-${name}`],
      ['x-amz-decoded-content-length', String(Buffer.byteLength(BODY))],
      [SDK_ALGORITHM, name.toUpperCase()],
    ],
    { body: chunkedWithTrailer(BODY, trailers), payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' },
  ]
  for (const name of CHECKSUM_NAMES) {
    const trailer = `x-amz-checksum-${name}`
    await accepted(...withTrailer(name, [[trailer, checksum(name, BODY)]]))
    const [headers, more] = withTrailer(name, [[trailer, checksum(name, 'another')]])
    await refused(headers, 400, 'BadDigest', more)
  }
  for (const trailers of [
    [],
    [['x-amz-checksum-sha1', checksum('sha1', BODY)]],
    [['x-amz-checksum-crc32', 'AAAA']],
  ] as const) {
    const [headers, more] = withTrailer('crc32', trailers)
    await refused(headers, 400, 'MalformedTrailerError', more)
  }
})

test('spec 3.6: a header and a trailer together, and two headers, are one checksum too many', async () => {
  const crc32 = ['x-amz-checksum-crc32', checksum('crc32', BODY)] as const
  const sha1 = ['x-amz-checksum-sha1', checksum('sha1', BODY)] as const
  await refused([crc32, sha1], 400, 'InvalidRequest')
  const trailer = chunkedWithTrailer(BODY, [crc32])
  const headers: Headers = [
    ['content-encoding', 'aws-chunked'],
    ['x-amz-trailer', 'x-amz-checksum-crc32'],
    ['x-amz-decoded-content-length', String(Buffer.byteLength(BODY))],
    sha1,
  ]
  await refused(headers, 400, 'InvalidRequest', { body: trailer, payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' })
})

test('S3-88 the algorithm with neither a value nor a trailer is refused', async () => {
  for (const name of CHECKSUM_NAMES) await refused([[SDK_ALGORITHM, name.toUpperCase()]], 400, 'InvalidRequest')
  await refused(
    [
      [SDK_ALGORITHM, 'CRC32'],
      ['Content-MD5', md5(BODY)],
    ],
    400,
    'InvalidRequest',
  )
})

test('S3-89 when an individual checksum is sent, the algorithm is ignored; object uploads are stricter', async () => {
  await accepted([
    [SDK_ALGORITHM, 'SHA256'],
    ['x-amz-checksum-crc32', checksum('crc32', BODY)],
  ])
  await refused(
    [
      [SDK_ALGORITHM, 'SHA256'],
      ['x-amz-checksum-crc32', checksum('crc32', 'other')],
    ],
    400,
    'BadDigest',
  )
  const bucket = await bench.bucket()
  const object = await bench.send({
    method: 'PUT',
    path: `/${bucket}/k`,
    headers: [
      [SDK_ALGORITHM, 'SHA256'],
      ['x-amz-checksum-crc32', checksum('crc32', 'x')],
    ],
    body: 'x',
  })
  assert.deepEqual([object.status, object.code], [400, 'InvalidRequest'])
  assert.equal((await bench.send({ method: 'HEAD', path: `/${bucket}/k` })).status, 404)
})

test('S3-90 without an SDK the algorithm header adds nothing', async () => {
  const value = ['x-amz-checksum-sha256', checksum('sha256', BODY)] as const
  const plain = (answer: RawAnswer): unknown => {
    const { date, ...headers } = answer.headers
    assert.ok(date !== undefined)
    return {
      status: answer.status,
      body: answer.text,
      headers: { ...headers, 'x-amz-request-id': '', 'x-amz-id-2': '' },
    }
  }
  const one = await put([value])
  const other = await put([[SDK_ALGORITHM, 'SHA256'], value])
  assert.deepEqual(plain(one.answer), plain(other.answer))
  assert.deepEqual([one.now, other.now], [AFTER, AFTER])
})

test('S3-91 (part) the official client with each ChecksumAlgorithm', async () => {
  const Bucket = await bench.bucket()
  const algorithms: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'SHA1', 'SHA256']
  for (const ChecksumAlgorithm of algorithms) {
    const key = `alias/${ChecksumAlgorithm}`
    const ServerSideEncryptionConfiguration = { Rules: [ruleOf('aws:kms', key)] }
    await bench.client.send(
      new PutBucketEncryptionCommand({ Bucket, ChecksumAlgorithm, ServerSideEncryptionConfiguration }),
    )
    assert.equal((await bench.shown(Bucket)).key, key)
  }
})

test('S3-92 an algorithm that is not known is refused, by name and by header', async () => {
  await refused(
    [
      [SDK_ALGORITHM, 'FOO'],
      ['x-amz-checksum-crc32', checksum('crc32', BODY)],
    ],
    400,
    'InvalidRequest',
  )
  await refused([[SDK_ALGORITHM, 'FOO']], 400, 'InvalidRequest')
  await refused([['x-amz-checksum-foo', checksum('crc32', BODY)]], 400, 'InvalidRequest')
  await refused(
    [
      [SDK_ALGORITHM, ''],
      ['x-amz-checksum-crc32', checksum('crc32', BODY)],
    ],
    400,
    'InvalidRequest',
  )
})

test('S3-20 the operation requires Signature Version 4', async () => {
  const bucket = await bench.bucket()
  await bench.setDefault(bucket, 'aws:kms:dsse', 'alias/before', true)
  const send = async (headers: Headers, query = 'encryption'): Promise<readonly unknown[]> => {
    const answer = await bench.putRaw(bucket, BODY, { as: 'nobody', headers, query })
    assert.deepEqual(await bench.shown(bucket), BEFORE)
    return [answer.status, answer.code]
  }
  assert.deepEqual(await send([]), [403, 'AccessDenied'])
  const sign = (when: string): string => {
    const toSign = `PUT\n\n\n${when}\n/${bucket}?encryption`
    return createHmac('sha1', SECRET_KEY).update(toSign).digest('base64')
  }
  const date = new Date().toUTCString()
  const header: Headers = [
    ['Date', date],
    ['Authorization', `AWS ${ACCESS_KEY}:${sign(date)}`],
  ]
  assert.deepEqual(await send(header), [400, 'InvalidRequest'])
  const expires = String(Math.floor(Date.now() / 1_000) + 600)
  const signature = encodeURIComponent(sign(expires))
  const query = `encryption&AWSAccessKeyId=${ACCESS_KEY}&Expires=${expires}&Signature=${signature}`
  assert.deepEqual(await send([], query), [400, 'InvalidRequest'])
  assert.equal((await bench.putRaw(bucket, BODY)).status, 200)
})

test('spec 3.4: signature, bucket, owner, permission, body, document: each is asked before the next', async () => {
  const owner = ['x-amz-expected-bucket-owner', '999999999999'] as const
  const badForm: Headers = [
    ['Content-MD5', 'x'],
    [SDK_ALGORITHM, 'FOO'],
  ]
  const wrongBody = ['Content-MD5', md5('another')] as const
  const bucket = await bench.bucket()
  const cases: readonly (readonly [string, Partial<RawRequest>, number, string])[] = [
    ['nobody-has-this', { headers: badForm, region: 'eu-west-1' }, 400, 'AuthorizationHeaderMalformed'],
    ['nobody-has-this', { headers: [owner, ...badForm] }, 404, 'NoSuchBucket'],
    [bucket, { headers: [owner, ...badForm] }, 403, 'AccessDenied'],
    [bucket, { headers: badForm, as: 'nobody' }, 403, 'AccessDenied'],
    [bucket, { headers: badForm }, 400, 'InvalidDigest'],
    [bucket, { headers: [wrongBody] }, 400, 'BadDigest'],
    [bucket, {}, 400, 'MalformedXML'],
    [bucket, { body: configuration(byDefault('AES256', 'alias/a')) }, 400, 'InvalidArgument'],
  ]
  for (const [name, more, status, code] of cases) {
    const answer = await bench.putRaw(name, '<not><well>formed', more)
    assert.deepEqual([answer.status, answer.code], [status, code], JSON.stringify(more))
  }
})

test('every refusal is an error document with its request id, and is in the audit log with its reason', async () => {
  const cases: readonly (readonly [Headers, string, string | undefined])[] = [
    [[['x-amz-expected-bucket-owner', '999999999999']], 'AccessDenied', 'access-denied'],
    [[['x-amz-expected-bucket-owner', 'x']], 'InvalidBucketOwnerAWSAccountID', 'invalid-expected-owner'],
    [[['Content-MD5', md5('other')]], 'BadDigest', 'bad-digest'],
    [[[SDK_ALGORITHM, 'CRC32']], 'InvalidRequest', 'invalid-request'],
  ]
  for (const [headers, code, failure] of cases) {
    const { answer } = await put(headers)
    assert.equal(answer.headers['content-type'], 'application/xml')
    assert.ok(!answer.text.includes(SECRET_KEY))
    const requestId = String(answer.headers['x-amz-request-id'])
    assert.ok(answer.text.includes(`<RequestId>${requestId}</RequestId>`))
    const records = await bench.recorded(requestId)
    assert.deepEqual(
      records.map((record) => [record.outcome, record.failure]),
      [['refused', failure]],
      code,
    )
    assert.equal(answer.code, code)
  }
})

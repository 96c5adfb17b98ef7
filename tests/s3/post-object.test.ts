import {
  DeletePublicAccessBlockCommand,
  HeadObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { formBody, FORM_TYPE, replaced, sendForm, signedFields, type BrowserForm } from '../browser-form.ts'
import { elementText, rawRequest } from '../raw-request.ts'
import { customerHeaders } from './encryption-headers.ts'
import { bytesOf, openBench } from './object-bench.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())
const SSE = 'x-amz-server-side-encryption'

const form = (key: string, more: Partial<BrowserForm> = {}): BrowserForm => ({
  ...{ scheme: 'sigv4', bucket },
  ...more,
  fields: [['key', key], ...(more.fields ?? [])],
})

function crc32Of(text: string): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(text))
  return bytes.toString('base64')
}

async function stored(Key: string): Promise<Buffer> {
  return bytesOf(await s3.send(new GetObjectCommand({ Bucket: bucket, Key })))
}

async function absent(Key: string): Promise<boolean> {
  const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: Key }))
  return KeyCount === 0
}

for (const scheme of ['sigv4', 'sigv2'] as const) {
  test(`4.9 ${scheme}: a form of three megabytes is stored as it came, and answers 204`, async () => {
    const file = randomBytes(3 * 1024 * 1024 + 17)
    const answer = await sendForm(
      server,
      form(`${scheme}/large`, { scheme, file, fields: [['Content-Type', 'image/png']] }),
    )
    assert.equal(answer.status, 204, answer.text)
    assert.match(answer.headers.etag ?? '', /^"[0-9a-f]{32}"$/)
    assert.equal(answer.headers.location, `${server.endpoint}/${bucket}/${scheme}/large`)
    assert.ok((await stored(`${scheme}/large`)).equals(file))
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: `${scheme}/large` }))
    assert.deepEqual([head.ContentType, head.ServerSideEncryption], ['image/png', 'AES256'])
  })

  test(`T-067 ${scheme}: a field that the policy does not name, or another value, is refused and nothing stored`, async () => {
    const key = `${scheme}/widened`
    for (const field of [
      'acl',
      'x-amz-meta-a',
      'x-amz-tagging',
      SSE,
      'Content-Type',
      'success_action_redirect',
      'anything',
    ]) {
      const widened = await sendForm(server, form(key, { scheme, change: (fields) => [[field, 'private'], ...fields] }))
      assert.deepEqual([widened.status, widened.code], [403, 'AccessDenied'], field)
    }
    const other = await sendForm(server, form(key, { scheme, change: replaced('key', `${key}/else`) }))
    assert.deepEqual([other.status, other.code], [403, 'AccessDenied'])
    const tampered = await sendForm(server, form(key, { scheme, secretAccessKey: 'x'.repeat(40) }))
    assert.deepEqual([tampered.status, tampered.code], [403, 'SignatureDoesNotMatch'])
    const unknown = await sendForm(server, form(key, { scheme, accessKeyId: 'CFRNOBODYNOBODYNOBOD' }))
    assert.deepEqual([unknown.status, unknown.code], [403, 'InvalidAccessKeyId'])
    assert.ok(await absent(key))
    const ignored = await sendForm(
      server,
      form(key, { scheme, change: (fields) => [['x-ignore-this', '1'], ...fields] }),
    )
    assert.equal(ignored.status, 204, ignored.text)
  })
}

test('4.9 status 201 answers with a document, 200 without one, and a redirect with bucket, key and ETag', async () => {
  const created = await sendForm(server, form('answers/ü é', { fields: [['success_action_status', '201']] }))
  assert.equal(created.status, 201, created.text)
  assert.deepEqual(
    ['Bucket', 'Key', 'ETag'].map((name) => elementText(created.text, name)),
    [bucket, 'answers/ü é', created.headers.etag],
  )
  assert.equal(elementText(created.text, 'Location'), created.headers.location)
  const plain = await sendForm(server, form('answers/b', { fields: [['success_action_status', '200']] }))
  assert.deepEqual([plain.status, plain.text], [200, ''])
  const strange = await sendForm(server, form('answers/c', { fields: [['success_action_status', '302']] }))
  assert.equal(strange.status, 204)
  const page = 'https://www.example.com/done?step=2#top'
  const redirected = await sendForm(server, form('answers/d', { fields: [['success_action_redirect', page]] }))
  assert.equal(redirected.status, 303, redirected.text)
  const etag = encodeURIComponent(redirected.headers.etag ?? '')
  const added = `bucket=${bucket}&key=answers%2Fd&etag=${etag}`
  assert.equal(redirected.headers.location, `https://www.example.com/done?step=2&${added}#top`)
  const script = await sendForm(
    server,
    form('answers/e', { fields: [['success_action_redirect', 'javascript:alert(1)']] }),
  )
  assert.equal(script.status, 204)
})

test('4.9 every way of encryption is asked for by fields', async () => {
  const key = bench.keyArn
  const kms = await sendForm(
    server,
    form('sse/kms', {
      fields: [
        [SSE, 'aws:kms'],
        [`${SSE}-aws-kms-key-id`, key],
      ],
    }),
  )
  assert.deepEqual(
    [kms.status, kms.headers[SSE], kms.headers[`${SSE}-aws-kms-key-id`]],
    [204, 'aws:kms', key],
    kms.text,
  )
  assert.equal((await stored('sse/kms')).toString(), 'the file')
  const dsse = await sendForm(
    server,
    form('sse/dsse', {
      fields: [
        [SSE, 'aws:kms:dsse'],
        [`${SSE}-aws-kms-key-id`, key],
      ],
    }),
  )
  assert.deepEqual([dsse.status, dsse.headers[SSE]], [204, 'aws:kms:dsse'], dsse.text)
  const customer = await sendForm(server, form('sse/c', { fields: customerHeaders() }))
  assert.deepEqual([customer.status, customer.headers[`${SSE}-customer-algorithm`]], [204, 'AES256'], customer.text)
  const v2 = await sendForm(
    server,
    form('sse/v2', {
      scheme: 'sigv2',
      fields: [
        [SSE, 'aws:kms'],
        [`${SSE}-aws-kms-key-id`, key],
      ],
    }),
  )
  assert.deepEqual([v2.status, v2.code], [400, 'InvalidArgument'], 'KMS asks for SigV4')
  const foreign = await sendForm(server, form('sse/foreign', { fields: [['x-oss-server-side-encryption', 'AES256']] }))
  assert.equal(foreign.status, 400, foreign.text)
  assert.ok(await absent('sse/v2'))
  assert.ok(await absent('sse/foreign'))
})

test('4.9 metadata, tags, class and checksums come as fields', async () => {
  const tagging = '<Tagging><TagSet><Tag><Key>a b</Key><Value>1</Value></Tag></TagSet></Tagging>'
  const answer = await sendForm(
    server,
    form('described', {
      fields: [
        ['x-amz-meta-note', 'grün'],
        ['tagging', tagging],
        ['x-amz-storage-class', 'STANDARD_IA'],
        ['Cache-Control', 'max-age=1'],
        ['x-amz-checksum-crc32', 'L7T4fg=='],
      ],
      file: 'the file',
    }),
  )
  assert.deepEqual([answer.status, answer.code], [400, 'BadDigest'], 'a wrong checksum')
  const summed = await sendForm(server, form('summed', { fields: [['x-amz-checksum-crc32', crc32Of('the file')]] }))
  assert.deepEqual([summed.status, summed.headers['x-amz-checksum-crc32']], [204, crc32Of('the file')], summed.text)
  const right = await sendForm(
    server,
    form('described', {
      fields: [
        ['x-amz-meta-note', 'grün ${filename}'],
        ['tagging', tagging],
        ['x-amz-storage-class', 'STANDARD_IA'],
      ],
      only: [
        { bucket },
        ['starts-with', '$key', ''],
        ['starts-with', '$x-amz-meta-note', 'grün'],
        ['starts-with', '$tagging', '<'],
        { 'x-amz-storage-class': 'STANDARD_IA' },
      ],
    }),
  )
  assert.equal(right.status, 204, right.text)
  const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'described' }))
  assert.equal(head.StorageClass, 'STANDARD_IA')
  assert.equal(Buffer.from(head.Metadata?.['note'] ?? '', 'latin1').toString('utf8'), 'grün photo.png')
  const tags = await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: 'described' }))
  assert.deepEqual(tags.TagSet, [{ Key: 'a b', Value: '1' }])
})

test('T-066 a policy for another bucket, and a field of the name, do not open this one', async () => {
  const elsewhere = form('bucket/a', { only: [{ bucket: 'another' }, ['starts-with', '$key', '']] })
  assert.equal((await sendForm(server, elsewhere)).status, 403)
  const named = form('bucket/a', {
    only: [{ bucket: 'another' }, ['starts-with', '$key', '']],
    change: (fields) => [['bucket', 'another'], ...fields],
  })
  assert.equal((await sendForm(server, named)).status, 403)
  const none = form('bucket/a', { only: [['starts-with', '$key', '']] })
  assert.equal((await sendForm(server, none)).status, 403, 'a policy without a bucket')
  assert.ok(await absent('bucket/'))
  const host = `${bucket}.localhost`
  assert.equal((await sendForm(server, form('bucket/a', { host }))).status, 204)
  assert.equal((await sendForm(server, { ...elsewhere, host })).status, 403)
})

test('T-068 lengths, names of files and late fields', async () => {
  const between = (min: number, max: number): Partial<BrowserForm> => ({
    conditions: [['content-length-range', min, max]],
  })
  const large = await sendForm(server, form('range/a', { file: 'x'.repeat(101), ...between(1, 100) }))
  assert.deepEqual([large.status, large.code], [400, 'EntityTooLarge'])
  const small = await sendForm(server, form('range/a', { file: '', ...between(1, 100) }))
  assert.deepEqual([small.status, small.code], [400, 'EntityTooSmall'])
  assert.ok(await absent('range/'))
  assert.equal((await sendForm(server, form('range/a', { file: 'x'.repeat(100), ...between(1, 100) }))).status, 204)
  const within = { only: [{ bucket }, ['starts-with', '$key', 'user/']] } as const
  const dots = await sendForm(server, form('user/../x', within))
  assert.equal(dots.status, 204)
  assert.equal((await stored('user/../x')).toString(), 'the file', 'a key is no path')
  const path = await sendForm(server, form('user/${filename}', { ...within, filename: 'C:\\dir/deep\\ü.png' }))
  assert.equal(path.status, 204)
  assert.equal((await stored('user/ü.png')).toString(), 'the file')
  const out = await sendForm(server, form('${filename}', { ...within, filename: 'else' }))
  assert.equal(out.status, 403, 'substituted before it is compared')
  const late = await sendForm(
    server,
    form('user/late', {
      ...within,
      behind: [
        ['acl', 'public-read'],
        ['key', 'other'],
      ],
    }),
  )
  assert.equal(late.status, 204)
  assert.ok(await absent('other'))
  const two = await sendForm(server, form('user/two', { ...within, behind: [['file', 'again']] }))
  assert.deepEqual([two.status, two.code], [400, 'IncorrectNumberOfFilesInPostRequest'])
  assert.ok(await absent('user/two'))
})

test('T-039 T-068 a policy that is over, that lives too long, or that is none', async () => {
  const status = async (more: Partial<BrowserForm>): Promise<unknown> => {
    const { status: code, code: name } = await sendForm(server, form('policy', more))
    return [code, name]
  }
  assert.deepEqual(await status({ expiresInSeconds: -1 }), [403, 'AccessDenied'])
  assert.deepEqual(await status({ expiresInSeconds: 8 * 24 * 3_600 }), [403, 'AccessDenied'])
  for (const document of [
    '{',
    '[]',
    '{"conditions":[]}',
    '{"expiration":"x","conditions":[]}',
    '{"expiration":"2030-02-30T00:00:00Z","conditions":[]}',
    '{"expiration":"2030-01-01T00:00:00Z","conditions":{}}',
  ]) {
    const policy = Buffer.from(document).toString('base64')
    assert.deepEqual(await status({ change: replaced('policy', policy) }), [400, 'InvalidPolicyDocument'], document)
  }
  assert.deepEqual(await status({ change: replaced('policy', 'no base64!') }), [400, 'InvalidPolicyDocument'])
  assert.ok(await absent('policy'))
})

test('T-037 two ways to say who asks are refused, and neither is tried', async () => {
  const both = form('both', { change: (fields) => [...fields, ['AWSAccessKeyId', 'x'], ['signature', 'y']] })
  const answers = [
    await sendForm(server, both),
    await sendForm(server, form('both', { headers: [['authorization', 'AWS a:b']] })),
  ]
  for (const { status, code } of answers) assert.deepEqual([status, code], [400, 'InvalidArgument'])
  const vendor = await sendForm(server, form('both', { headers: [['x-amz-acl', 'public-read']] }))
  assert.equal(vendor.status, 403, 'a header that nothing signs')
  assert.ok(await absent('both'))
})

test('T-069 nobody uploads to a private bucket, and everybody to one whose policy says so', async () => {
  const nobody = form('public/a', { scheme: 'nobody' })
  const refused = await sendForm(server, nobody)
  assert.deepEqual([refused.status, refused.code], [403, 'AccessDenied'])
  const statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${bucket}/public/*`,
    Condition: { StringEquals: { 's3:x-amz-storage-class': 'STANDARD_IA' } },
  }
  const deny = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
    Condition: { StringEquals: { 's3:x-amz-server-side-encryption': 'aws:kms', 's3:authType': 'POST' } },
  }
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucket }))
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement, deny] })
  await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }))
  assert.equal((await sendForm(server, nobody)).status, 403, 'the condition is asked of the field')
  const right = await sendForm(
    server,
    form('public/a', { scheme: 'nobody', fields: [['x-amz-storage-class', 'STANDARD_IA']] }),
  )
  assert.equal(right.status, 204, right.text)
  const elsewhere = await sendForm(
    server,
    form('private/a', { scheme: 'nobody', fields: [['x-amz-storage-class', 'STANDARD_IA']] }),
  )
  assert.equal(elsewhere.status, 403)
  const denied = await sendForm(server, form('public/b', { fields: [[SSE, 'aws:kms']] }))
  assert.equal(denied.status, 403, 'denied to whoever signs, too')
})

test('T-017 T-070 a form that is cut at any place stores nothing', async () => {
  const fields = signedFields(form('cut'))
  const whole = formBody(fields, { file: 'the file' })
  const types = [FORM_TYPE]
  const step = Math.ceil(whole.length / 60)
  for (let at = 0; at < whole.length - 2; at += at > whole.length - 70 ? 1 : step) {
    const answer = await rawRequest(server, {
      method: 'POST',
      path: `/${bucket}`,
      as: 'nobody',
      headers: types,
      body: whole.subarray(0, at),
    })
    assert.equal(answer.status, 400, `${at}: ${answer.text}`)
  }
  assert.ok(await absent('cut'))
  const plain = await rawRequest(server, { method: 'POST', path: `/${bucket}`, as: 'nobody', body: whole })
  assert.deepEqual([plain.status, plain.code], [412, 'PreconditionFailed'])
})

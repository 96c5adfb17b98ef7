import { HeadObjectCommand, type HeadObjectCommandInput } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { admin, createKey } from '../admin-api.ts'
import { customerHeaders, ENCRYPTION_ANSWERS, SERVER_SIDE_HEADERS } from './encryption-headers.ts'
import {
  assertShown,
  bodyOf,
  CUSTOMER_KEY,
  customerKey,
  encryptionModes,
  OTHER_CUSTOMER_KEY,
} from './encryption-modes.ts'
import { openBench } from './object-bench.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())

const head = async (Key: string, more: Partial<HeadObjectCommandInput> = {}) =>
  s3.send(new HeadObjectCommand({ Bucket: bucket, Key, ...more }))

for (const mode of encryptionModes(bench.keyArn)) {
  test(`4.2 ${mode.name}: HEAD says what GET says, also of a range and of a part`, async () => {
    const ETag = await bench.put('head', bodyOf(70_000), { ...mode.write, Metadata: { a: 'b' }, Tagging: 'a=1' })
    const whole = await head('head', mode.read)
    assertShown(whole, mode.shown)
    assert.deepEqual([whole.ContentLength, whole.ETag, whole.Metadata], [70_000, ETag, { a: 'b' }])
    const range = await head('head', { Range: 'bytes=10-19', ...mode.read })
    assert.deepEqual([range.$metadata.httpStatusCode, range.ContentLength], [206, 10])
    assertShown(range, mode.shown)
    const part = await head('head', { PartNumber: 1, ...mode.read })
    assert.deepEqual([part.$metadata.httpStatusCode, part.ContentLength], [206, 70_000])
  })
}

test('4.2 HEAD takes no server-side encryption headers: a bare 400', async () => {
  await bench.put('bare', bodyOf(1))
  for (const header of SERVER_SIDE_HEADERS) {
    const answer = await bench.raw('HEAD', 'bare', { headers: [header] })
    assert.deepEqual([answer.status, answer.body.length], [400, 0])
    for (const name of ENCRYPTION_ANSWERS) assert.equal(answer.headers[name], undefined)
  }
})

for (const size of [0, 10, 70_000]) {
  test(`GP-6 4.6 HEAD of an SSE-C object of ${size} bytes: without a key a bare 400, with a wrong one a bare 403`, async () => {
    await bench.put('customer', bodyOf(size), customerKey(CUSTOMER_KEY))
    const cases = [
      [[], 400],
      [customerHeaders({ algorithm: 'x' }), 400],
      [customerHeaders({ md5: OTHER_CUSTOMER_KEY.md5 }), 400],
      [customerHeaders(OTHER_CUSTOMER_KEY), 403],
      [customerHeaders(), 200],
    ] as const
    for (const [headers, status] of cases) {
      const answer = await bench.raw('HEAD', 'customer', { headers })
      assert.deepEqual([answer.status, answer.body.length], [status, 0])
    }
    const conditional = [...customerHeaders(OTHER_CUSTOMER_KEY), ['if-none-match', '*'] as const]
    assert.equal((await bench.raw('HEAD', 'customer', { headers: conditional })).status, 403, 'the key comes first')
  })
}

test('4.6 a customer key on an object that has none: a bare 400', async () => {
  await bench.put('plain', bodyOf(1))
  assert.equal((await bench.raw('HEAD', 'plain', { headers: customerHeaders() })).status, 400)
})

test('7.1 HEAD works while the key is disabled; only the checksums are left out', async () => {
  const key = await createKey(server)
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn } as const
  const dsse = { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: key.arn } as const
  for (const write of [kms, { ...kms, BucketKeyEnabled: true }, dsse]) {
    await bench.put('disabled', bodyOf(10), write)
    assert.ok((await head('disabled', { ChecksumMode: 'ENABLED' })).ChecksumCRC32)
    await admin(server, 'disable-key', { key: key.id })
    const shown = await head('disabled', { ChecksumMode: 'ENABLED' })
    assertShown(shown, write)
    assert.deepEqual([shown.ContentLength, shown.ChecksumCRC32], [10, undefined])
    await admin(server, 'enable-key', { key: key.id })
  }
})

test('HEAD of what is not there is a bare 404; conditions answer as for GET', async () => {
  const absent = await bench.raw('HEAD', 'absent')
  assert.deepEqual([absent.status, absent.body.length], [404, 0])
  const ETag = await bench.put('there', bodyOf(1))
  assert.equal((await bench.raw('HEAD', 'there', { headers: [['if-none-match', ETag]] })).status, 304)
  assert.equal((await bench.raw('HEAD', 'there', { headers: [['if-match', '"x"']] })).status, 412)
})

/** `@aws-sdk/lib-storage`, the uploads of the JavaScript SDK: streams of unknown length, parts, breaking off. */
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { bodyOf } from '../independent-reader/written-objects.ts'
import { clientBench, LARGE_BYTES, shownOf } from './client-bench.ts'

const Bucket = 'uploads'
const PART_BYTES = 8 * 1024 * 1024
const CUSTOMER_KEY = bodyOf('a customer key', 32)

test('@aws-sdk/lib-storage works, unmodified', async (t) => {
  const bench = await clientBench(t)
  const { s3, keyArn } = bench
  await s3.send(new CreateBucketCommand({ Bucket }))
  const large = bodyOf('large', LARGE_BYTES)
  const customer = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: CUSTOMER_KEY.toString('base64') }
  const modes: Readonly<Record<string, readonly [write: Partial<PutObjectCommandInput>, read: object]>> = {
    AES256: [{ ServerSideEncryption: 'AES256' }, {}],
    'aws:kms': [{ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn }, {}],
    customer: [customer, customer],
  }
  const upload = (Key: string, Body: Buffer | Readable, more: Partial<PutObjectCommandInput> = {}): Upload =>
    new Upload({ client: s3, params: { Bucket, Key, Body, ...more }, partSize: PART_BYTES, queueSize: 2 })

  for (const [mode, [write, read]] of Object.entries(modes)) {
    await t.test(`${mode}: a stream of unknown length, by parts, and a piece of it back`, async () => {
      const pieces = [large.subarray(0, 3_000_000), large.subarray(3_000_000, 3_000_001), large.subarray(3_000_001)]
      const sent = upload(mode, Readable.from(pieces), write)
      let told = 0
      sent.on('httpUploadProgress', ({ loaded = 0 }) => (told = Math.max(told, loaded)))
      await sent.done()
      assert.equal(told, LARGE_BYTES)
      const shown = await shownOf(bench, Bucket, mode, mode === 'customer' ? CUSTOMER_KEY : undefined)
      assert.deepEqual([shown.mode, shown.parts], [mode, 3])
      const whole = await s3.send(new GetObjectCommand({ Bucket, Key: mode, ...read }))
      assert.ok((await buffer(whole.Body as Readable)).equals(large))
      const Range = `bytes=${PART_BYTES - 5}-${PART_BYTES + 4}`
      const piece = await s3.send(new GetObjectCommand({ Bucket, Key: mode, Range, ...read }))
      assert.ok((await buffer(piece.Body as Readable)).equals(large.subarray(PART_BYTES - 5, PART_BYTES + 5)))
    })
  }

  await t.test('what is shorter than a part goes as one request', async () => {
    await upload('small', large.subarray(0, 1_000)).done()
    assert.equal((await shownOf(bench, Bucket, 'small')).parts, 1)
  })

  await t.test(
    'an upload that is ended leaves nothing; one whose source breaks leaves its parts where that is asked for',
    async () => {
      const ended = upload('ended', Readable.from(slowly(large)))
      ended.on('httpUploadProgress', () => void ended.abort())
      await assert.rejects(ended.done(), { name: 'AbortError' })
      const broken = new Upload({
        client: s3,
        params: { Bucket, Key: 'broken', Body: Readable.from(breaking(large)) },
        ...{ partSize: PART_BYTES, queueSize: 1, leavePartsOnError: true },
      })
      await assert.rejects(broken.done(), /the source broke/)
      const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'broken' }))
      assert.equal(Uploads.length, 1)
      const UploadId = Uploads[0]?.UploadId
      const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket, Key: 'broken', UploadId }))
      assert.deepEqual(
        Parts.map(({ Size }) => Size),
        [PART_BYTES],
      )
    },
  )
})

function* slowly(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1_000_000) yield bytes.subarray(at, at + 1_000_000)
}

function* breaking(bytes: Buffer): Generator<Buffer> {
  yield bytes.subarray(0, PART_BYTES + 100)
  throw new Error('the source broke')
}

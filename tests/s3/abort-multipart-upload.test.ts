import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { customerHeaders, ENCRYPTION_ANSWERS } from './encryption-headers.ts'
import { bodyOf, encryptionModes } from './encryption-modes.ts'
import { openBench } from './object-bench.ts'
import { startUpload } from './uploads.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())

const abort = async (Key: string, UploadId: string) =>
  s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))

for (const mode of encryptionModes(bench.keyArn)) {
  test(`4.2 ${mode.name}: an aborted upload is gone, needs no key, and leaves what was there before`, async () => {
    await bench.put('aborted', bodyOf(10, 'before'), mode.write)
    const upload = await startUpload(bench, 'aborted', mode)
    await upload.part(1, bodyOf(20_000))
    const answer = await abort('aborted', upload.UploadId)
    assert.equal(answer.$metadata.httpStatusCode, 204)
    await refusedWith(upload.part(2, bodyOf(10)), 404, 'NoSuchUpload')
    await refusedWith(upload.complete(), 404, 'NoSuchUpload')
    const parts = new ListPartsCommand({ Bucket: bucket, Key: 'aborted', UploadId: upload.UploadId })
    await refusedWith(s3.send(parts), 404, 'NoSuchUpload')
    await refusedWith(abort('aborted', upload.UploadId), 404, 'NoSuchUpload')
    assert.ok((await bench.get('aborted', mode.read)).equals(bodyOf(10, 'before')))
  })
}

test('an abort answers 204 without a body and without encryption headers, and looks at none', async () => {
  const upload = await startUpload(bench, 'raw')
  const query = `uploadId=${upload.UploadId}`
  const answer = await bench.raw('DELETE', 'raw', { query, headers: customerHeaders() })
  assert.deepEqual([answer.status, answer.body.length], [204, 0])
  for (const name of ENCRYPTION_ANSWERS) assert.equal(answer.headers[name], undefined)
})

test('an upload under a disabled key is aborted, and holds the key no longer', async () => {
  const key = await createKey(server)
  const write = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn } as const
  const upload = await startUpload(bench, 'of-key', { write, read: {} })
  await upload.part(1, bodyOf(10))
  await admin(server, 'disable-key', { key: key.id })
  await assert.rejects(admin(server, 'schedule-key-deletion', { key: key.id }, { pendingDays: 7 }), /key-in-use/)
  await abort('of-key', upload.UploadId)
  await admin(server, 'schedule-key-deletion', { key: key.id }, { pendingDays: 7 })
})

test('another key’s upload, an unknown upload, and an object that is complete are not aborted', async () => {
  const upload = await startUpload(bench, 'mine')
  await upload.part(1, bodyOf(10))
  await refusedWith(abort('yours', upload.UploadId), 404, 'NoSuchUpload')
  await refusedWith(abort('mine', 'x'), 404, 'NoSuchUpload')
  await upload.complete()
  await refusedWith(abort('mine', upload.UploadId), 404, 'NoSuchUpload')
  assert.ok((await bench.get('mine')).equals(bodyOf(10)))
  const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: 'mine' }))
  assert.equal(Uploads, undefined)
})

import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { customerHeaders, ENCRYPTION_ANSWERS, SERVER_SIDE_HEADERS } from './encryption-headers.ts'
import { BODY_SIZES, bodyOf, encryptionModes } from './encryption-modes.ts'
import { assertError, bytesOf, openBench } from './object-bench.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())

const remove = async (Key: string) => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))

for (const mode of encryptionModes(bench.keyArn)) {
  test(`4.2 4.6 ${mode.name}: deleting needs no key, and twice is as good as once`, async () => {
    for (const size of BODY_SIZES) {
      await bench.put('deleted', bodyOf(size), mode.write)
      assert.equal((await remove('deleted')).$metadata.httpStatusCode, 204)
      await refusedWith(bench.get('deleted', mode.read), 404, 'NoSuchKey')
      assert.equal((await remove('deleted')).$metadata.httpStatusCode, 204)
    }
  })
}

test('4.2 encryption headers on a deletion are not looked at, and its answer has none', async () => {
  for (const headers of [customerHeaders({ md5: 'x' }), ...SERVER_SIDE_HEADERS.map((header) => [header])]) {
    await bench.put('headers', bodyOf(1))
    const answer = await bench.raw('DELETE', 'headers', { headers })
    assert.deepEqual([answer.status, answer.body.length], [204, 0])
    for (const name of ENCRYPTION_ANSWERS) assert.equal(answer.headers[name], undefined)
  }
})

test('7.1 an object under a disabled key is deleted, and the key is free then', async () => {
  const key = await createKey(server)
  const write = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn }
  await bench.put('of-key', bodyOf(70_000), write)
  await admin(server, 'disable-key', { key: key.id })
  await remove('of-key')
  await admin(server, 'schedule-key-deletion', { key: key.id }, { pendingDays: 7 })
  await refusedWith(bench.get('of-key'), 404, 'NoSuchKey')
})

test('versions: a marker hides, its removal shows again, a version named is gone for good', async () => {
  const Bucket = await bench.newBucket('deleted-versions')
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  const at = { Bucket, Key: 'k' }
  const read = async () => (await bytesOf(await s3.send(new GetObjectCommand(at)))).toString()
  await s3.send(new PutObjectCommand({ ...at, Body: 'first' }))
  const second = await s3.send(new PutObjectCommand({ ...at, Body: 'second' }))
  const marker = await s3.send(new DeleteObjectCommand(at))
  assert.equal(marker.DeleteMarker, true)
  await refusedWith(read(), 404, 'NoSuchKey')
  const shown = await s3.send(new DeleteObjectCommand({ ...at, VersionId: marker.VersionId }))
  assert.deepEqual([shown.DeleteMarker, shown.VersionId], [true, marker.VersionId])
  assert.equal(await read(), 'second')
  const gone = await s3.send(new DeleteObjectCommand({ ...at, VersionId: second.VersionId }))
  assert.deepEqual([gone.DeleteMarker, gone.VersionId], [undefined, second.VersionId])
  assert.equal(await read(), 'first')
  const head = new HeadObjectCommand({ ...at, VersionId: second.VersionId })
  await refusedWith(s3.send(head), 404, 'NotFound')
})

test('9.4 conditions on a deletion are kept, not ignored; expected owners are compared', async () => {
  await bench.put('conditional', bodyOf(1))
  const conditional = await bench.raw('DELETE', 'conditional', { headers: [['if-match', '"0"']] })
  assertError(conditional, 412, 'PreconditionFailed')
  const owner = new DeleteObjectCommand({ Bucket: bucket, Key: 'conditional', ExpectedBucketOwner: '999999999999' })
  await refusedWith(s3.send(owner), 403, 'AccessDenied')
  assertError(await bench.raw('DELETE', 'conditional', { as: 'nobody' }), 403, 'AccessDenied')
  assert.ok((await bench.get('conditional')).equals(bodyOf(1)))
})

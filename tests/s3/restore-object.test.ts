/** Storage classes and restores are labels: stored, shown, and never in the way of the data. */
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  RestoreObjectCommand,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { APPID, cosClient } from '../cos/cos-client.ts'
import { refusedWith } from '../refused-with.ts'
import { memoryServer, REGION, s3Client } from '../servers.ts'

const server = await memoryServer()
const s3 = s3Client(server)
after(async () => {
  s3.destroy()
  await server.close()
})
/** As COS writes names too. */
const Bucket = `archive-${APPID}`
await s3.send(new CreateBucketCommand({ Bucket }))

test('an object of an archive class is read, restored at once, and says until when', async () => {
  const target = { Bucket, Key: 'old' }
  await s3.send(new PutObjectCommand({ ...target, Body: 'old', StorageClass: 'GLACIER' }))
  const read = await s3.send(new GetObjectCommand(target))
  assert.deepEqual([await read.Body?.transformToString(), read.StorageClass], ['old', 'GLACIER'])
  const RestoreRequest = { Days: 2, GlacierJobParameters: { Tier: 'Bulk' } } as const
  for (const status of [202, 200]) {
    const { $metadata } = await s3.send(new RestoreObjectCommand({ ...target, RestoreRequest }))
    assert.equal($metadata.httpStatusCode, status)
  }
  const { Restore } = await s3.send(new HeadObjectCommand(target))
  assert.match(
    Restore ?? '',
    /^ongoing-request="false", expiry-date="[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} 00:00:00 GMT"$/,
  )
})

test('a restore of what is in no archive class, of nothing, and for no days is refused', async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'new', Body: 'new' }))
  const restore = (Key: string, Days: number | undefined) =>
    s3.send(new RestoreObjectCommand({ Bucket, Key, RestoreRequest: { Days } }))
  await refusedWith(restore('new', 1), 403, 'InvalidObjectState')
  await refusedWith(restore('none', 1), 404, 'NoSuchKey')
  await refusedWith(restore('old', 0), 400, 'MalformedXML')
  await refusedWith(restore('old', undefined), 400, 'MalformedXML')
})

test('what another vendor appends, S3 reads, lists and keeps from changing by a wrong position', async () => {
  const cos = cosClient(server)
  const target = { Bucket, Region: REGION, Key: 'log' }
  await cos.appendObject({ ...target, Position: 0, Body: 'one ' })
  await cos.appendObject({ ...target, Position: 4, Body: 'two' })
  await assert.rejects(cos.appendObject({ ...target, Position: 4, Body: 'three' }))
  const read = await s3.send(new GetObjectCommand({ Bucket, Key: 'log', ChecksumMode: 'ENABLED' }))
  assert.equal(await read.Body?.transformToString(), 'one two')
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'log' }))
  assert.equal(Contents?.[0]?.Size, 7)
})

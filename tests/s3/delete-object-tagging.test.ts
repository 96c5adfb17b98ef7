import {
  DeleteObjectTaggingCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { refusedWith } from '../refused-with.ts'
import { customerHeaders } from './encryption-headers.ts'
import { assertShown, bodyOf, encryptionModes } from './encryption-modes.ts'
import { openBench } from './object-bench.ts'

const bench = await openBench()
const { s3, bucket } = bench
after(() => bench.close())

const untag = async (Key: string, VersionId?: string) =>
  s3.send(new DeleteObjectTaggingCommand({ Bucket: bucket, Key, VersionId }))
const tagsOf = async (Key: string, VersionId?: string) =>
  (await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key, VersionId }))).TagSet

for (const mode of encryptionModes(bench.keyArn)) {
  test(`4.2 ${mode.name}: the tags go, without a key and also twice; the object stays as it is`, async () => {
    const ETag = await bench.put('tagged', bodyOf(70_000), { ...mode.write, Tagging: 'a=1' })
    assert.equal((await untag('tagged')).$metadata.httpStatusCode, 204)
    assert.deepEqual(await tagsOf('tagged'), [])
    assert.equal((await untag('tagged')).$metadata.httpStatusCode, 204)
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'tagged', ...mode.read }))
    assertShown(head, mode.shown)
    assert.deepEqual([head.ETag, head.TagCount], [ETag, undefined])
    assert.ok((await bench.get('tagged', mode.read)).equals(bodyOf(70_000)))
  })
}

test('an answer without a body; encryption headers are not looked at', async () => {
  await bench.put('raw', bodyOf(1), { Tagging: 'a=1' })
  const answer = await bench.raw('DELETE', 'raw', { query: 'tagging', headers: customerHeaders({ md5: 'x' }) })
  assert.deepEqual([answer.status, answer.body.length], [204, 0])
  assert.deepEqual(await tagsOf('raw'), [])
})

test('the tags of one version go; what is not there has none', async () => {
  await refusedWith(untag('absent'), 404, 'NoSuchKey')
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  const put = { Bucket: bucket, Key: 'v', Body: 'x', Tagging: 'a=1' }
  const first = await s3.send(new PutObjectCommand(put))
  await s3.send(new PutObjectCommand(put))
  assert.equal((await untag('v', first.VersionId)).VersionId, first.VersionId)
  assert.deepEqual(await tagsOf('v', first.VersionId), [])
  assert.deepEqual(await tagsOf('v'), [{ Key: 'a', Value: '1' }])
})

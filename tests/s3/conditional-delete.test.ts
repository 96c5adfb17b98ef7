/** If-Match and its siblings on deletions. */
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { refusedWith } from '../refused-with.ts'
import { openBench } from './object-bench.ts'

const bench = await openBench()
const { s3 } = bench
after(() => bench.close())

const WRONG = '"00000000000000000000000000000000"'

for (const versioning of ['unversioned', 'Enabled', 'Suspended'] as const) {
  test(`${versioning}: a deletion happens on its conditions, or not at all`, async () => {
    const Bucket = await bench.newBucket(`conditional-${versioning.toLowerCase()}`)
    if (versioning !== 'unversioned') {
      const VersioningConfiguration = { Status: versioning }
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
    }
    const at = { Bucket, Key: 'k' }
    const remove = async (conditions: object) => s3.send(new DeleteObjectCommand({ ...at, ...conditions }))
    const put = async () => {
      await s3.send(new PutObjectCommand({ ...at, Body: 'five5' }))
      return s3.send(new HeadObjectCommand(at))
    }
    const first = await put()
    const lost = [
      { IfMatch: WRONG },
      { IfMatchSize: 4 },
      { IfMatchLastModifiedTime: new Date(0) },
      { IfMatch: first.ETag, IfMatchSize: 6 },
    ]
    for (const conditions of lost) await refusedWith(remove(conditions), 412, 'PreconditionFailed')
    await s3.send(new HeadObjectCommand(at))
    const held = [
      { IfMatch: first.ETag },
      { IfMatch: '*' },
      { IfMatchSize: 5 },
      { IfMatch: first.ETag, IfMatchSize: 5, IfMatchLastModifiedTime: first.LastModified },
    ]
    for (const conditions of held) {
      const LastModified = (await put()).LastModified
      const wanted =
        'IfMatchLastModifiedTime' in conditions ? { ...conditions, IfMatchLastModifiedTime: LastModified } : conditions
      assert.equal((await remove(wanted)).$metadata.httpStatusCode, 204)
      await refusedWith(s3.send(new HeadObjectCommand(at)), 404, 'NotFound')
    }
    await refusedWith(remove({ IfMatch: '*' }), 412, 'PreconditionFailed')
    await remove({ IfMatch: WRONG })
  })
}

test('DeleteObjects: each entry has its own conditions', async () => {
  const Bucket = await bench.newBucket('conditional-many')
  for (const key of ['a', 'b', 'c']) await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: key }))
  const { ETag } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }))
  const Objects = [
    { Key: 'a', ETag },
    { Key: 'b', ETag: WRONG },
    { Key: 'c', Size: 2 },
  ]
  const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
  assert.deepEqual(
    answer.Deleted?.map(({ Key }) => Key),
    ['a'],
  )
  assert.deepEqual(
    answer.Errors?.map(({ Key, Code }) => [Key, Code]),
    [
      ['b', 'PreconditionFailed'],
      ['c', 'PreconditionFailed'],
    ],
  )
})

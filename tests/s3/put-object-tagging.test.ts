import {
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type Tag,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { customerHeaders, SERVER_SIDE_HEADERS } from './encryption-headers.ts'
import { assertShown, bodyOf, encryptionModes } from './encryption-modes.ts'
import { assertError, openBench } from './object-bench.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())

const tag = async (Key: string, TagSet: Tag[], VersionId?: string) =>
  s3.send(
    new PutObjectTaggingCommand({
      ...{ Bucket: bucket, Key, Tagging: { TagSet } },
      ...(VersionId === undefined ? {} : { VersionId }),
    }),
  )
const tagsOf = async (Key: string, VersionId?: string) =>
  (await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key, VersionId }))).TagSet

for (const mode of encryptionModes(bench.keyArn)) {
  test(`4.2 ${mode.name}: tags are replaced without a key; data, ETag, time and mode stay`, async () => {
    for (const size of [10, 70_000]) {
      const ETag = await bench.put('tagged', bodyOf(size), { ...mode.write, Tagging: 'old=1' })
      const at = { Bucket: bucket, Key: 'tagged', ...mode.read }
      const before = await s3.send(new HeadObjectCommand(at))
      const TagSet = [
        { Key: 'a', Value: '1' },
        { Key: 'ключ', Value: '' },
      ]
      await tag('tagged', TagSet)
      assert.deepEqual(await tagsOf('tagged'), TagSet)
      const now = await s3.send(new HeadObjectCommand(at))
      assertShown(now, mode.shown)
      assert.deepEqual([now.ETag, now.LastModified, now.TagCount], [ETag, before.LastModified, 2])
      assert.ok((await bench.get('tagged', mode.read)).equals(bodyOf(size)))
    }
  })
}

test('4.2 encryption headers are not looked at; a disabled key does not matter', async () => {
  const key = await createKey(server)
  await bench.put('headers', bodyOf(1), { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn })
  await admin(server, 'disable-key', { key: key.id })
  const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'
  for (const headers of [customerHeaders({ md5: 'x' }), ...SERVER_SIDE_HEADERS.map((header) => [header])]) {
    const answer = await bench.raw('PUT', 'headers', { query: 'tagging', body, headers })
    assert.deepEqual([answer.status, answer.body.length], [200, 0])
  }
})

test('tags that break a rule are refused, and the old ones stay', async () => {
  await bench.put('rules', bodyOf(1), { Tagging: 'kept=1' })
  const eleven = Array.from({ length: 11 }, (_, number) => ({ Key: `k${number}`, Value: '' }))
  const cases: readonly Tag[][] = [
    eleven,
    [{ Key: '', Value: 'x' }],
    [{ Key: 'x'.repeat(129), Value: '' }],
    [{ Key: 'x', Value: 'x'.repeat(257) }],
    [{ Key: 'aws:x', Value: '' }],
    [{ Key: 'x<', Value: '' }],
    [
      { Key: 'x', Value: '1' },
      { Key: 'x', Value: '2' },
    ],
  ]
  for (const TagSet of cases) await refusedWith(tag('rules', TagSet), 400, 'InvalidTag')
  const raw = async (body: string) => bench.raw('PUT', 'rules', { query: 'tagging', body })
  assertError(await raw('<Tagging/>'), 400, 'MalformedXML')
  assertError(await raw('<TagSet/>'), 400, 'MalformedXML')
  assertError(await raw('tags'), 400, 'MalformedXML')
  assertError(await raw(''), 400, 'MissingRequestBodyError')
  const md5 = createHash('md5').update('x').digest('base64')
  const body = '<Tagging><TagSet/></Tagging>'
  const wrong = await bench.raw('PUT', 'rules', { query: 'tagging', body, headers: [['content-md5', md5]] })
  assertError(wrong, 400, 'BadDigest')
  assert.deepEqual(await tagsOf('rules'), [{ Key: 'kept', Value: '1' }])
})

test('ten tags of the longest names and values fit; none at all fit too', async () => {
  await bench.put('limits', bodyOf(1))
  const ten = Array.from({ length: 10 }, (_, number) => ({
    Key: `${number}${'k'.repeat(127)}`,
    Value: 'v'.repeat(256),
  }))
  await tag('limits', ten)
  assert.deepEqual(await tagsOf('limits'), ten)
  await tag('limits', [])
  assert.deepEqual(await tagsOf('limits'), [])
})

test('a version is tagged by its id; what is not there is not tagged', async () => {
  await refusedWith(tag('absent', []), 404, 'NoSuchKey')
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  const first = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'v', Body: 'x' }))
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'v', Body: 'y' }))
  const answer = await tag('v', [{ Key: 'a', Value: '1' }], first.VersionId)
  assert.equal(answer.VersionId, first.VersionId)
  assert.deepEqual(await tagsOf('v', first.VersionId), [{ Key: 'a', Value: '1' }])
  assert.deepEqual(await tagsOf('v'), [])
})

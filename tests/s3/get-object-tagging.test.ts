import { GetObjectTaggingCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { admin, createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { customerHeaders, ENCRYPTION_ANSWERS } from './encryption-headers.ts'
import { bodyOf, encryptionModes } from './encryption-modes.ts'
import { assertError, openBench } from './object-bench.ts'
import { startUpload } from './uploads.ts'

const bench = await openBench()
const { s3, bucket, server } = bench
after(() => bench.close())

const tagsOf = async (Key: string, more: object = {}) =>
  (await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key, ...more }))).TagSet

for (const mode of encryptionModes(bench.keyArn)) {
  test(`4.2 ${mode.name}: the tags of a write are read without a key, also those of an upload`, async () => {
    const Tagging = 'a=1&b%20c=d%2Fe&empty='
    const expected = [
      { Key: 'a', Value: '1' },
      { Key: 'b c', Value: 'd/e' },
      { Key: 'empty', Value: '' },
    ]
    await bench.put('single', bodyOf(10), { ...mode.write, Tagging })
    assert.deepEqual(await tagsOf('single'), expected)
    const upload = await startUpload(bench, 'parts', mode, { Tagging })
    await upload.part(1, bodyOf(10))
    await upload.complete()
    assert.deepEqual(await tagsOf('parts'), expected)
  })
}

test('an object without tags has an empty set; the answer has no encryption headers', async () => {
  await bench.put('none', bodyOf(1))
  assert.deepEqual(await tagsOf('none'), [])
  const answer = await bench.raw('GET', 'none', { query: 'tagging', headers: customerHeaders({ key: '!' }) })
  assert.equal(answer.status, 200)
  for (const name of ENCRYPTION_ANSWERS) assert.equal(answer.headers[name], undefined)
})

test('7.1 tags are read while the key is disabled', async () => {
  const key = await createKey(server)
  const write = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn, Tagging: 'a=1' }
  await bench.put('disabled', bodyOf(1), write)
  await admin(server, 'disable-key', { key: key.id })
  assert.deepEqual(await tagsOf('disabled'), [{ Key: 'a', Value: '1' }])
})

test('T-022 tags in the header of a write that break a rule refuse the write', async () => {
  const cases = [
    ['a=1&a=2', 'InvalidTag'],
    ['aws:x=1', 'InvalidTag'],
    [`${'k'.repeat(129)}=1`, 'InvalidTag'],
    ['a=%3C', 'InvalidTag'],
    ['a=%00', 'InvalidURI'],
    ['a=%ff', 'InvalidURI'],
    ['a=%4', 'InvalidURI'],
  ] as const
  for (const [Tagging, code] of cases) {
    const put = new PutObjectCommand({ Bucket: bucket, Key: 'bad-tags', Body: 'x', Tagging })
    await refusedWith(s3.send(put), 400, code)
  }
  await refusedWith(tagsOf('bad-tags'), 404, 'NoSuchKey')
})

test('what is not there, and who may not ask', async () => {
  await refusedWith(tagsOf('absent'), 404, 'NoSuchKey')
  await bench.put('private', bodyOf(1))
  await refusedWith(tagsOf('private', { ExpectedBucketOwner: '999999999999' }), 403, 'AccessDenied')
  assertError(await bench.raw('GET', 'private', { query: 'tagging', as: 'nobody' }), 403, 'AccessDenied')
})

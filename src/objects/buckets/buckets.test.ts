import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BucketEncryption, EncryptionRule } from '../../operations/index.ts'
import { deleteBucketEncryption, getBucketEncryption, putBucketEncryption } from './bucket-encryption.ts'
import { createBucket } from './create-bucket.ts'
import { deleteBucket } from './delete-bucket.ts'
import { deleteObject } from '../writing/delete-object.ts'
import {
  BUCKET,
  bucketName,
  bytesOf,
  engine,
  get,
  keyName,
  put,
  refusedWith,
  withBucket,
  type Engine,
} from '../engine.fixture.ts'
import { readAuthority } from './guards.ts'
import { headBucket } from './head-bucket.ts'
import { listBuckets } from './list-buckets.ts'
import { getObjectTagging, putObjectTagging } from '../writing/object-tagging.ts'
import { putObject } from '../writing/put-object.ts'
import { bodyOf, PROPERTIES } from '../engine.fixture.ts'
import { updateObjectEncryption } from '../writing/update-object-encryption.ts'

const PLAIN = { mode: 'sse-s3', cipher: 'aes-256', bucketKey: false } as const

async function setDefault(at: Engine, change: EncryptionRule): Promise<BucketEncryption> {
  const operation = { kind: 'put-bucket-encryption', bucket: BUCKET, change } as const
  await putBucketEncryption(at.rooms, await at.permit('bucket'), operation)
  return current(at)
}

async function current(at: Engine): Promise<BucketEncryption> {
  const operation = { kind: 'get-bucket-encryption', bucket: BUCKET } as const
  return (await getBucketEncryption(at.rooms, await at.permit('bucket'), operation)).encryption
}

test('S3-01 S3-03 S3-04 S3-07 a default is set, replaced and removed; a new bucket has SSE-S3', async () => {
  const at = await withBucket()
  assert.deepEqual(await current(at), { ...PLAIN, explicit: false })
  const rule = { mode: 'sse-kms', cipher: 'aes-256', key: 'alias/nobody-has-this', bucketKey: true } as const
  assert.deepEqual(await setDefault(at, { rule }), { ...rule, explicit: true })
  assert.deepEqual(await setDefault(at, { rule: PLAIN, blocked: 'sse-c' }), {
    ...PLAIN,
    explicit: true,
    blocked: 'sse-c',
  })
  const remove = async (): Promise<void> => {
    const operation = { kind: 'delete-bucket-encryption', bucket: BUCKET } as const
    await deleteBucketEncryption(at.rooms, await at.permit('bucket'), operation)
  }
  await remove()
  await remove()
  assert.deepEqual(await current(at), { ...PLAIN, explicit: false, blocked: 'sse-c' })
})

test('S3-06 S3-08 S3-09 S3-11 S3-14 the default decides later writes only; a wrong key shows at the write', async () => {
  const at = await withBucket()
  await put(at, 'first', bytesOf(10))
  const kms = { mode: 'sse-kms', cipher: 'aes-256', bucketKey: false } as const
  await setDefault(at, { rule: kms })
  assert.equal((await put(at, 'second', bytesOf(10))).encryption.mode, 'sse-kms')
  await setDefault(at, { rule: { ...kms, key: 'no-such-key' } })
  await assert.rejects(put(at, 'third', bytesOf(10)), refusedWith('key-not-found'))
  assert.equal((await get(at, 'first')).object.encryption.mode, 'sse-s3')
  assert.match((await get(at, 'second')).object.encryption.keyArn ?? '', /^arn:aws:kms:/)
  await assert.rejects(get(at, 'third'), refusedWith('no-such-key'))
})

test('S3-02 a bucket that is not there is an error, and none is made by it', async () => {
  const at = await withBucket()
  const permit = await at.permit('bucket')
  await deleteBucket(at.rooms, await at.permit('bucket'), { kind: 'delete-bucket', bucket: BUCKET })
  const change = { rule: PLAIN }
  const late = putBucketEncryption(at.rooms, permit, { kind: 'put-bucket-encryption', bucket: BUCKET, change })
  await assert.rejects(late, refusedWith('no-such-bucket'))
  assert.deepEqual((await listBuckets(at.rooms, await at.permit(), { kind: 'list-buckets' })).buckets, [])
})

test('of many creations of one name exactly one wins, and a name is free again after deletion', async () => {
  const at = await engine()
  const create = async (): Promise<unknown> =>
    createBucket(at.rooms, await at.permit(), { kind: 'create-bucket', bucket: BUCKET })
  const outcomes = await Promise.allSettled([create(), create(), create(), create()])
  assert.equal(outcomes.filter((one) => one.status === 'fulfilled').length, 1)
  for (const one of outcomes) if (one.status === 'rejected') refusedWith('bucket-exists')(one.reason)
  const location = { kind: 'create-bucket', bucket: bucketName('far'), location: 'mars-1' } as const
  await assert.rejects(createBucket(at.rooms, await at.permit(), location), refusedWith('invalid-location'))
  await deleteBucket(at.rooms, await at.permit('bucket'), { kind: 'delete-bucket', bucket: BUCKET })
  await create()
  const head = await headBucket(at.rooms, await at.permit('bucket'), { kind: 'head-bucket', bucket: BUCKET })
  assert.equal(head.region, 'us-east-1')
})

test('a bucket with an object, or only a delete marker, is not empty', async () => {
  const at = await withBucket('enabled')
  const remove = async (): Promise<unknown> =>
    deleteBucket(at.rooms, await at.permit('bucket'), { kind: 'delete-bucket', bucket: BUCKET })
  const marker = { kind: 'delete-object', bucket: BUCKET, key: keyName('k') } as const
  const { versionId } = await deleteObject(at.rooms, await at.permit('bucket'), marker)
  await assert.rejects(remove(), refusedWith('bucket-not-empty'))
  assert.ok(versionId !== undefined)
  await deleteObject(at.rooms, await at.permit('bucket'), { ...marker, versionId })
  await remove()
})

test('buckets are listed by name, by prefix and page by page', async () => {
  const at = await engine()
  for (const name of ['bbb', 'aaa', 'abc', 'zzz']) {
    await createBucket(at.rooms, await at.permit(), { kind: 'create-bucket', bucket: bucketName(name) })
  }
  const list = async (changes: object): Promise<readonly unknown[]> => {
    const page = await listBuckets(at.rooms, await at.permit(), { kind: 'list-buckets', ...changes })
    return [page.buckets.map((one) => one.name), page.next]
  }
  assert.deepEqual(await list({}), [['aaa', 'abc', 'bbb', 'zzz'], undefined])
  assert.deepEqual(await list({ prefix: 'a' }), [['aaa', 'abc'], undefined])
  assert.deepEqual(await list({ maxBuckets: 2 }), [['aaa', 'abc'], 'abc'])
  assert.deepEqual(await list({ maxBuckets: 2, after: 'abc' }), [['bbb', 'zzz'], undefined])
  assert.deepEqual(await list({ after: 'zzz' }), [[], undefined])
})

test('a write whose guard changed meanwhile asks again, and stores nothing when the right is gone', async () => {
  const at = await withBucket()
  const permit = await at.permit('bucket')
  await setDefault(at, { rule: PLAIN })
  const account = permit.bucket?.account ?? assert.fail()
  const { checks } = await readAuthority(at.rooms, [account], undefined, undefined)
  assert.notDeepEqual(checks, permit.checks)
  let asked = 0
  const operation = {
    kind: 'put-object',
    bucket: BUCKET,
    key: keyName('k'),
    properties: PROPERTIES,
    encryption: { kind: 'default' },
    expect: {},
  } as const
  const refusing = {
    ...permit,
    renew: () => {
      asked++
      return Promise.reject(new Error('the right is gone'))
    },
  }
  await assert.rejects(putObject(at.rooms, refusing, operation, bodyOf(bytesOf(40_000))), {
    message: 'the right is gone',
  })
  assert.equal(asked, 1)
  await assert.rejects(get(at, 'k'), refusedWith('no-such-key'))
  await putObject(at.rooms, permit, operation, bodyOf(bytesOf(40_000)))
  assert.equal((await get(at, 'k')).bytes.length, 40_000)
})

test('tags are replaced without touching anything else', async () => {
  const at = await withBucket('enabled')
  const { versionId } = await put(at, 'k', bytesOf(10))
  const before = (await get(at, 'k')).object
  at.pass(5_000)
  const tags = [['a', '1']] as const
  const target = { bucket: BUCKET, key: keyName('k') }
  await putObjectTagging(at.rooms, await at.permit('bucket'), { kind: 'put-object-tagging', ...target, tags })
  const shown = await getObjectTagging(at.rooms, await at.permit('bucket'), { kind: 'get-object-tagging', ...target })
  assert.deepEqual(shown, { tags, versionId })
  assert.deepEqual((await get(at, 'k')).object, { ...before, tagCount: 1 })
})

test('UpdateObjectEncryption changes the key and nothing else, and moves the hold from key to key', async () => {
  const at = await withBucket()
  const request = { caller: (await at.permit()).caller, requestId: 'r' }
  const one = await at.kms.createKey(request, { description: '' })
  const two = await at.kms.createKey(request, { description: '' })
  const holds = async (arn: string): Promise<number> => (await at.kms.dependents(request, arn)).versions
  for (const size of [100, 100_000]) {
    const body = bytesOf(size)
    await put(at, 'k', body)
    const before = (await get(at, 'k', { withChecksums: true })).object
    at.pass(5_000)
    for (const { arn } of [one, two]) {
      const target = { kind: 'update-object-encryption', bucket: BUCKET, key: keyName('k'), bucketKey: false } as const
      await updateObjectEncryption(at.rooms, await at.permit('bucket'), { ...target, keyArn: arn })
      const after = await get(at, 'k', { withChecksums: true })
      assert.ok(after.bytes.equals(body))
      assert.deepEqual({ ...after.object, encryption: before.encryption }, before)
      assert.equal(after.object.encryption.keyArn, arn)
    }
    assert.deepEqual([await holds(one.arn), await holds(two.arn)], [0, 1])
  }
  const customer = { kind: 'sse-kms', key: two.arn } as const
  await put(at, 'k', bytesOf(1), { encryption: customer })
  assert.equal(await holds(two.arn), 1)
  await deleteObject(at.rooms, await at.permit('bucket'), { kind: 'delete-object', bucket: BUCKET, key: keyName('k') })
  assert.equal(await holds(two.arn), 0)
})

test('T-109 a key that an object holds cannot be deleted, and a key that goes takes no new object', async () => {
  const at = await withBucket()
  const request = { caller: (await at.permit()).caller, requestId: 'r' }
  const { arn } = await at.kms.createKey(request, { description: '' })
  const encryption = { kind: 'sse-kms', key: arn } as const
  await put(at, 'k', bytesOf(1), { encryption })
  await assert.rejects(at.kms.scheduleDeletion(request, arn, 7), refusedWith('key-in-use'))
  await deleteObject(at.rooms, await at.permit('bucket'), { kind: 'delete-object', bucket: BUCKET, key: keyName('k') })
  let scheduled = false
  const body = bodyOf(bytesOf(50_000))
  const slow = {
    ...body,
    async *read(signal: AbortSignal) {
      yield* body.read(signal)
      await at.kms.scheduleDeletion(request, arn, 7)
      scheduled = true
    },
  }
  await assert.rejects(put(at, 'k', bytesOf(50_000), { encryption }, slow), refusedWith('key-invalid-state'))
  assert.ok(scheduled)
  await assert.rejects(get(at, 'k'), refusedWith('no-such-key'))
})

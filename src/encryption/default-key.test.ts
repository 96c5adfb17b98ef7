import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BucketEncryption } from '../operations/index.ts'
import { PLAIN_BUCKET, rootCaller, world, type World } from './test-scope.fixture.ts'

const UUID = new Uint8Array(16).fill(7)

async function change(at: World, after: BucketEncryption, before = PLAIN_BUCKET): Promise<void> {
  const request = { caller: rootCaller(), requestId: 'r' }
  const fragment = await at.encryption.changeDefault(request, UUID, before, after)
  assert.equal((await at.rows.commit(fragment)).kind, 'committed')
}

function kmsDefault(key?: string): BucketEncryption {
  const shared = { mode: 'sse-kms', cipher: 'aes-256', bucketKey: false, explicit: true } as const
  return key === undefined ? shared : { ...shared, key }
}

/** The key uids that bucket defaults hold. */
function held(at: World): readonly string[] {
  return [...at.rows.rows.values()]
    .map(({ key }) => Buffer.from(key).toString())
    .filter((key) => key.startsWith('use/'))
    .map((key) => key.split('/')[1] ?? '')
}

test('a default holds the key it names, by id and by ARN, and lets it go when it changes', async () => {
  const at = world()
  const one = at.kms.addKey('k1')
  const two = at.kms.addKey('k2')
  await change(at, kmsDefault('k1'))
  assert.deepEqual(held(at), [one.keyUid])
  await change(at, kmsDefault(one.arn))
  assert.deepEqual(held(at), [one.keyUid])
  at.kms.rotate(one)
  await change(at, kmsDefault(two.arn))
  assert.deepEqual(held(at), [two.keyUid])
  await change(at, { ...kmsDefault('k1'), mode: 'dsse-kms' })
  assert.deepEqual(held(at), [one.keyUid])
  await change(at, PLAIN_BUCKET)
  assert.deepEqual(held(at), [])
  assert.equal(at.rows.rows.size, 0)
})

test('S3-14 a default that names an unknown key holds nothing, also when such a key is made afterwards', async () => {
  const at = world()
  await change(at, kmsDefault('later'))
  const later = at.kms.addKey('later')
  assert.deepEqual(held(at), [])
  await change(at, PLAIN_BUCKET)
  assert.deepEqual(held(at), [])
  await change(at, kmsDefault('later'))
  assert.deepEqual(held(at), [later.keyUid])
})

test('an alias and a default without a key hold nothing, and make nothing', async () => {
  const at = world()
  at.kms.addKey('k1')
  at.kms.aliases.set('alias/mine', 'k1')
  const arn = 'arn:aws:kms:us-east-1:000000000001:alias/mine'
  for (const key of ['alias/mine', arn, undefined]) await change(at, kmsDefault(key))
  assert.deepEqual(held(at), [])
  assert.equal(at.kms.aliases.has('alias/aws/s3'), false)
})

test('two changes of one default at the same time: one of them has to decide again', async () => {
  const at = world()
  at.kms.addKey('k1')
  const request = { caller: rootCaller(), requestId: 'r' }
  const first = await at.encryption.changeDefault(request, UUID, PLAIN_BUCKET, kmsDefault('k1'))
  const second = await at.encryption.changeDefault(request, UUID, PLAIN_BUCKET, PLAIN_BUCKET)
  assert.equal((await at.rows.commit(first)).kind, 'committed')
  assert.equal((await at.rows.commit(second)).kind, 'conflict')
})

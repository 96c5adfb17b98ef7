import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAccountId, type Caller, type ObjectBody, type OperationOf } from '../../operations/index.ts'
import { putBucketEncryption } from './bucket-encryption.ts'
import { completeUpload } from '../uploads/complete-upload.ts'
import { createUpload } from '../uploads/create-upload.ts'
import {
  ACCOUNT,
  blobIds,
  bodyOf,
  BUCKET,
  bytesOf,
  CALLER,
  get,
  keyName,
  PROPERTIES,
  put,
  refusedWith,
  withBucket,
  type Engine,
} from '../engine.fixture.ts'
import { uploadPart } from '../uploads/upload-part.ts'

const REQUEST = { caller: CALLER, requestId: 'request' }
const BODY = bytesOf(300_000)

/** A body on whose way something happens. */
function bodyWith(happens: () => Promise<void>): ObjectBody {
  const whole = bodyOf(BODY)
  return {
    ...whole,
    async *read(signal) {
      let pieces = 0
      for await (const piece of whole.read(signal)) {
        if (pieces++ === 2) await happens()
        yield piece
      }
    },
  }
}

interface Keyed {
  readonly at: Engine
  readonly arn: string
  /** Gives the key a policy that denies this to everybody. */
  readonly deny: (action: string) => Promise<void>
}

async function withKey(): Promise<Keyed> {
  const at = await withBucket()
  const { arn } = await at.kms.createKey(REQUEST, { description: '' })
  const statement = { Principal: { AWS: ACCOUNT }, Resource: '*' }
  const deny = async (action: string): Promise<void> => {
    const Statement = [
      { ...statement, Effect: 'Allow', Action: 'kms:*' },
      { ...statement, Effect: 'Deny', Action: action },
    ]
    await at.kms.putKeyPolicy(REQUEST, arn, { policy: JSON.stringify({ Version: '2012-10-17', Statement }) })
  }
  return { at, arn, deny }
}

const MODES = [
  { mode: 'sse-kms', bucketKey: false },
  { mode: 'sse-kms', bucketKey: true },
  { mode: 'dsse-kms', bucketKey: false },
] as const

for (const { mode, bucketKey } of MODES) {
  const name = bucketKey ? 'a bucket key' : mode
  test(`T-078 the right to the key is taken away while a body is on its way: nothing is stored (${name})`, async () => {
    const { at, arn, deny } = await withKey()
    const encryption = mode === 'dsse-kms' ? ({ kind: mode, key: arn } as const) : { kind: mode, key: arn, bucketKey }
    await put(at, 'before', BODY, { encryption })
    const stored = await blobIds(at)
    const body = bodyWith(() => deny('kms:GenerateDataKey'))
    await assert.rejects(put(at, 'x', BODY, { encryption }, body), refusedWith('access-denied'))
    await assert.rejects(get(at, 'x'), refusedWith('no-such-key'))
    assert.deepEqual(await blobIds(at), stored)
    assert.equal((await at.kms.dependents(REQUEST, arn)).versions, 1)
    assert.deepEqual((await get(at, 'before')).bytes, BODY)
    await deny('kms:Decrypt')
    await assert.rejects(get(at, 'before'), refusedWith('access-denied'))
  })
}

test('T-078 a change that leaves the right stops nobody who is on his way', async () => {
  const { at, arn, deny } = await withKey()
  const encryption = { kind: 'sse-kms', key: arn } as const
  await put(
    at,
    'x',
    BODY,
    { encryption },
    bodyWith(() => deny('kms:ScheduleKeyDeletion')),
  )
  assert.deepEqual((await get(at, 'x')).bytes, BODY)
})

test('T-078 of an upload: its parts and its completion need the right at their own commit', async () => {
  const { at, arn, deny } = await withKey()
  const target = { bucket: BUCKET, key: keyName('x') }
  const create: OperationOf<'create-upload'> = {
    ...{ kind: 'create-upload', ...target, properties: PROPERTIES },
    encryption: { kind: 'sse-kms', key: arn },
  }
  const { uploadId } = await createUpload(at.rooms, await at.permit('bucket'), create)
  const part = async (partNumber: number, body: ObjectBody) =>
    uploadPart(
      at.rooms,
      await at.permit('bucket'),
      { kind: 'upload-part', ...target, uploadId, partNumber, expect: {} },
      body,
    )
  const first = await part(1, bodyOf(BODY))
  const stored = await blobIds(at)
  await assert.rejects(
    part(
      2,
      bodyWith(() => deny('kms:Decrypt')),
    ),
    refusedWith('access-denied'),
  )
  assert.deepEqual(await blobIds(at), stored)
  const complete: OperationOf<'complete-upload'> = {
    ...{ kind: 'complete-upload', ...target, uploadId },
    parts: [{ partNumber: 1, etag: first.etag }],
  }
  await assert.rejects(
    async () => completeUpload(at.rooms, await at.permit('bucket'), complete),
    refusedWith('access-denied'),
  )
  await assert.rejects(get(at, 'x'), refusedWith('no-such-key'))
  await deny('kms:ScheduleKeyDeletion')
  await completeUpload(at.rooms, await at.permit('bucket'), complete)
  assert.deepEqual((await get(at, 'x')).bytes, BODY)
})

test('T-093 a default that names a key of another account: judged as the writer, and it holds a key that it may use only', async () => {
  const at = await withBucket()
  const theirs = parseAccountId('000000000002') ?? assert.fail()
  const arnOfRoot = `arn:aws:iam::${theirs}:root`
  const caller: Caller = { kind: 'account-root', account: theirs, arn: arnOfRoot, accessKeyId: 'AK2', scheme: 'sigv4' }
  const owner = { caller, requestId: 'request' }
  const { arn } = await at.kms.createKey(owner, { description: '' })
  const held = async () => at.kms.dependents(owner, arn)
  const nameKey = async (key: string) =>
    putBucketEncryption(at.rooms, await at.permit('bucket'), {
      kind: 'put-bucket-encryption',
      bucket: BUCKET,
      change: { rule: { mode: 'sse-kms', cipher: 'aes-256', key, bucketKey: false } },
    })
  for (const key of [arn, arn.replace(/[0-9a-f]{12}$/, '000000000000')]) {
    await nameKey(key)
    await assert.rejects(put(at, 'x', BODY), refusedWith('access-denied'))
  }
  await nameKey(arn)
  assert.deepEqual([(await held()).defaults, (await held()).versions], [0, 0])
  const share = { Effect: 'Allow', Resource: '*', Action: 'kms:*', Principal: { AWS: [ACCOUNT, theirs] } }
  await at.kms.putKeyPolicy(owner, arn, { policy: JSON.stringify({ Version: '2012-10-17', Statement: share }) })
  await put(at, 'x', BODY)
  assert.equal((await held()).versions, 1)
  assert.deepEqual((await get(at, 'x')).bytes, BODY)
  await nameKey('alias/other')
  await nameKey(arn)
  assert.equal((await held()).defaults, 1)
  await assert.rejects(at.kms.scheduleDeletion(owner, arn, 7), refusedWith('key-in-use'))
})

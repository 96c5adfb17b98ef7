import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EncryptionRequest, FailureKind, RenameObject, Results } from '../../operations/index.ts'
import { collectGarbage } from '../upkeep/collect-garbage.ts'
import {
  blobIds,
  BUCKET,
  bytesOf,
  CALLER,
  customerKey,
  get,
  keyName,
  put,
  refusedWith,
  setVersioning,
  withBucket,
  type Engine,
} from '../engine.fixture.ts'
import { forgetDoneUploads } from '../uploads/expire-uploads.ts'
import { DONE_KEPT_MS } from '../uploads/done-uploads.ts'
import { listObjects } from '../listing/list-objects.ts'
import type { Permit } from '../permit.ts'
import { renameObject } from './rename-object.ts'
import { bucketCounter, liveKey } from '../rows/row-keys.ts'
import { scrubStore } from '../upkeep/scrub-store.ts'
import { bucketOf } from '../permitted-bucket.ts'

const REQUEST = { caller: CALLER, requestId: 'request' }
const MODES: Readonly<Record<string, (key: string) => EncryptionRequest>> = {
  default: () => ({ kind: 'default' }),
  none: () => ({ kind: 'none' }),
  'sse-kms': (key) => ({ kind: 'sse-kms', key, bucketKey: false }),
  'bucket-key': (key) => ({ kind: 'sse-kms', key, bucketKey: true }),
  'dsse-kms': (key) => ({ kind: 'dsse-kms', key }),
  'sse-c': () => ({ kind: 'sse-c', customer: customerKey(3) }),
}

async function rename(
  at: Engine,
  from: string,
  to: string,
  more: Partial<RenameObject> = {},
  permit?: Permit,
): Promise<Results['rename-object']> {
  return renameObject(at.rooms, permit ?? (await at.permit('bucket', 'bucket')), {
    ...{ kind: 'rename-object', bucket: BUCKET, key: keyName(to), from: keyName(from) },
    ...{ sourceConditions: {}, targetConditions: {}, ...more },
  })
}

async function names(at: Engine): Promise<readonly string[]> {
  const listed = await listObjects(at.rooms, await at.permit('bucket'), {
    ...{ kind: 'list-objects', bucket: BUCKET, prefix: '', delimiter: '', after: '', maxKeys: 100, fetchOwner: false },
  })
  return listed.objects.map(({ key }) => key)
}

async function counted(at: Engine): Promise<readonly bigint[]> {
  const { uuid } = bucketOf(await at.permit('bucket'))
  return Promise.all((['bytes', 'versions'] as const).map((what) => at.store.sum(bucketCounter(uuid, what))))
}

for (const [mode, wished] of Object.entries(MODES)) {
  for (const size of [300, 200_000]) {
    test(`in ${mode} an object of ${size} bytes has another name, and is what it was`, async () => {
      const at = await withBucket()
      const { arn } = await at.kms.createKey(REQUEST, { description: '' })
      const encryption = wished(arn)
      const customer = encryption.kind === 'sse-c' ? { customer: encryption.customer } : {}
      await put(at, 'old', bytesOf(size, 1), { encryption })
      const before = await get(at, 'old', { ...customer, withChecksums: true })
      const [blobs, counts] = [await blobIds(at), await counted(at)]
      at.pass(60_000)
      const { encryption: shown } = await rename(at, 'old', 'new')
      assert.equal(shown.mode, encryption.kind === 'default' ? 'sse-s3' : encryption.kind)
      assert.deepEqual(await names(at), ['new'])
      const after = await get(at, 'new', { ...customer, withChecksums: true })
      assert.ok(after.bytes.equals(before.bytes))
      assert.deepEqual({ ...after.object }, { ...before.object })
      await assert.rejects(get(at, 'old', customer), refusedWith('no-such-key'))
      assert.deepEqual(await counted(at), counts)
      assert.deepEqual(await blobIds(at), blobs, 'no data is written')
      const restarted = await at.restarted()
      assert.ok((await get(restarted, 'new', customer)).bytes.equals(before.bytes))
    })
  }
}

test('what had the new name goes, with its data; a damaged, moved row shows', async () => {
  const at = await withBucket()
  await put(at, 'old', bytesOf(100_000, 1))
  await put(at, 'new', bytesOf(90_000, 2))
  await rename(at, 'old', 'new')
  assert.deepEqual(await counted(at), [100_000n, 1n])
  at.pass(120_000)
  await collectGarbage(at.rooms, { limit: 100 })
  assert.equal((await blobIds(at)).length, 1)
  const found = await scrubStore(at.rooms, await at.permit(), { liveEpochs: new Set([at.blobs.epoch]) })
  assert.deepEqual(found.damaged, [])
  // The record is bound to its row: who moves it by hand has renamed nothing.
  const { uuid } = bucketOf(await at.permit('bucket'))
  const [row] = await at.store.getMany([liveKey(uuid, keyName('new'))])
  assert.ok(row !== undefined)
  await at.store.commit({
    checks: [],
    writes: [{ kind: 'put', key: liveKey(uuid, keyName('by-hand')), value: row.value }],
  })
  await assert.rejects(get(at, 'by-hand'), refusedWith('integrity'))
})

test('an object that stays under its name is refused, and nothing is changed', async () => {
  const at = await withBucket()
  await put(at, 'old', bytesOf(300, 1))
  await put(at, 'new', bytesOf(300, 2))
  const cases: readonly (readonly [FailureKind, string, string, Partial<RenameObject>])[] = [
    ['no-such-key', 'nothing', 'new', {}],
    ['invalid-request', 'old', 'old', {}],
    ['rename-conflict', 'old', 'new', { keepsTarget: true }],
    ['precondition-failed', 'old', 'new', { targetConditions: { ifNoneMatch: ['*'] } }],
    ['precondition-failed', 'old', 'new', { targetConditions: { ifMatch: ['another'] } }],
    ['precondition-failed', 'old', 'free', { targetConditions: { ifMatch: ['another'] } }],
    ['precondition-failed', 'old', 'free', { targetConditions: { ifModifiedSinceMs: 0 } }],
    ['precondition-failed', 'old', 'new', { targetConditions: { ifUnmodifiedSinceMs: 0 } }],
    ['precondition-failed', 'old', 'new', { sourceConditions: { ifMatch: ['another'] } }],
    ['precondition-failed', 'old', 'new', { sourceConditions: { ifNoneMatch: ['*'] } }],
    ['precondition-failed', 'old', 'new', { sourceConditions: { ifUnmodifiedSinceMs: 0 } }],
  ]
  for (const [kind, from, to, more] of cases) {
    await assert.rejects(rename(at, from, to, more), refusedWith(kind), JSON.stringify([from, to, more]))
  }
  assert.deepEqual(await names(at), ['new', 'old'])
  for (const versioning of ['enabled', 'suspended'] as const) {
    await setVersioning(at, versioning)
    await assert.rejects(rename(at, 'old', 'free'), refusedWith('invalid-bucket-state'), versioning)
  }
})

test('T-074 what is under a KMS key is renamed by who may open it, and while the key can be used', async () => {
  const at = await withBucket()
  const key = await at.kms.createKey(REQUEST, { description: '' })
  await put(at, 'old', bytesOf(300, 1), { encryption: { kind: 'sse-kms', key: key.arn, bucketKey: false } })
  await at.kms.disableKey(REQUEST, key.arn)
  await assert.rejects(rename(at, 'old', 'new'), refusedWith('key-disabled'))
  assert.deepEqual(await names(at), ['old'])
  await at.kms.enableKey(REQUEST, key.arn)
  await rename(at, 'old', 'new')
  assert.deepEqual(await names(at), ['new'])
})

test('a right to the version that was judged is none to the one that took its place', async () => {
  const at = await withBucket()
  await put(at, 'old', bytesOf(300, 1))
  const permit = await at.permit('bucket', 'bucket')
  const pinned = { ...permit, pinned: { source: { sealId: Buffer.alloc(16, 7) } } }
  await assert.rejects(rename(at, 'old', 'new', {}, pinned), refusedWith('contended'))
})

test('a request that is sent again by its token is answered again, for a day; another request by it is refused', async () => {
  const at = await withBucket()
  await put(at, 'old', bytesOf(300, 1))
  const clientToken = 'a-token'
  await rename(at, 'old', 'new', { clientToken })
  await rename(at, 'old', 'new', { clientToken })
  assert.deepEqual(await names(at), ['new'])
  await assert.rejects(rename(at, 'new', 'old', { clientToken }), refusedWith('idempotency-mismatch'))
  await assert.rejects(rename(at, 'old', 'new', { clientToken: 'another' }), refusedWith('no-such-key'))
  at.pass(DONE_KEPT_MS + 1)
  assert.equal((await forgetDoneUploads(at.rooms, { limit: 10 })).forgotten, 1)
  await assert.rejects(rename(at, 'old', 'new', { clientToken }), refusedWith('no-such-key'))
})

test('of two renames of one object at the same moment one is done', async () => {
  const one = await withBucket()
  await put(one, 'old', bytesOf(300, 1))
  const ended = await Promise.allSettled([rename(one, 'old', 'left'), rename(one, 'old', 'right')])
  assert.deepEqual(ended.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  assert.equal((await names(one)).length, 1)
})

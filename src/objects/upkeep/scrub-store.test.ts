import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VerifyReport } from '../../operations/index.ts'
import type { BlobId } from '../../storage/index.ts'
import { collectGarbage, GARBAGE_AGE_MS } from './collect-garbage.ts'
import { createBucket } from '../buckets/create-bucket.ts'
import { createUpload } from '../uploads/create-upload.ts'
import { deleteObject } from '../writing/delete-object.ts'
import {
  blobIds,
  BUCKET,
  bucketName,
  bytesOf,
  customerKey,
  engine,
  keyName,
  PROPERTIES,
  put,
  withBucket,
  type Engine,
} from '../engine.fixture.ts'
import { garbageWrite } from '../rows/garbage-rows.ts'
import { blobKey, bucketCounter, bucketKey, GARBAGE, liveKey, manifestKey, partKey } from '../rows/row-keys.ts'
import { scrubStore } from './scrub-store.ts'
import { uploadIdBytes } from '../rows/upload-record.ts'
import { LEFTOVER_AGE_MS, sweepLeftovers } from './sweep-leftovers.ts'

async function scrub(at: Engine): Promise<VerifyReport> {
  return scrubStore(at.rooms, await at.permit(), { liveEpochs: new Set() })
}

async function filled(): Promise<Engine> {
  const at = await withBucket('enabled')
  await put(at, 'inline', bytesOf(100))
  await put(at, 'blob', bytesOf(100_000))
  await put(at, 'blob', bytesOf(100_001))
  await put(at, 'kms', bytesOf(50_000), { encryption: { kind: 'sse-kms' } })
  await put(at, 'customer', bytesOf(50_000), { encryption: { kind: 'sse-c', customer: customerKey(1) } })
  await deleteObject(at.rooms, await at.permit('bucket'), {
    kind: 'delete-object',
    bucket: BUCKET,
    key: keyName('inline'),
  })
  return at
}

test('a sound store is read whole and agrees with its counters and indexes', async () => {
  const at = await filled()
  assert.deepEqual(await scrub(at), {
    versions: 5,
    sealed: 5,
    readable: 4,
    keysMissing: 0,
    damaged: [],
    countersAgree: true,
    indexAgrees: true,
    orphans: 0,
    leftovers: 0,
    remarks: [],
  })
})

test('what is damaged, gone, miscounted or without an owner is found and named', async () => {
  const at = await filled()
  const uuid = (await at.permit('bucket')).bucket?.uuid ?? assert.fail()
  const [row] = await at.store.getMany([liveKey(uuid, keyName('kms'))])
  const value = Buffer.from(row?.value ?? assert.fail())
  value.writeUInt8(value.readUInt8(value.length - 1) ^ 1, value.length - 1)
  const [lost] = await blobIds(at)
  await at.blobs.remove([(lost ?? assert.fail()) as BlobId])
  const writes = [
    { kind: 'put', key: liveKey(uuid, keyName('kms')), value },
    { kind: 'add', counter: bucketCounter(uuid, 'bytes'), delta: 1n },
    { kind: 'put', key: blobKey('00'.repeat(24)), value: Buffer.alloc(16) },
  ] as const
  await at.store.commit({ checks: [], writes })
  const report = await scrub(at)
  assert.deepEqual(new Set(report.damaged.map((one) => one.key)), new Set(['kms', 'blob']))
  assert.equal(report.countersAgree, false)
  // The invented row, and that of the version whose record no longer opens.
  assert.equal(report.orphans, 2)
})

/** The same data, as a process sees it that was started later. */
async function heirOf(at: Engine): Promise<Pick<Engine['rooms'], 'store' | 'blobs' | 'now'>> {
  const later = await engine()
  return { store: at.store, blobs: { ...bound(at), epoch: later.blobs.epoch }, now: at.rooms.now }
}

async function withoutRow(at: Engine): Promise<BlobId> {
  const orphan = await at.blobs.create()
  await orphan.write([bytesOf(10)])
  await orphan.commit()
  return orphan.id
}

const nobody = (): Promise<ReadonlySet<string>> => Promise.resolve(new Set())

test('T-178 a bucket whose record is damaged is named, and the rest is still read', async () => {
  const at = await filled()
  const name = bucketName('another')
  await createBucket(at.rooms, await at.permit(), { kind: 'create-bucket', bucket: name })
  const [row] = await at.store.getMany([bucketKey(name)])
  const value = Buffer.from(row?.value ?? assert.fail())
  value.writeUInt8(value.readUInt8(value.length - 1) ^ 1, value.length - 1)
  await at.store.commit({ checks: [], writes: [{ kind: 'put', key: bucketKey(name), value }] })
  const report = await scrub(at)
  assert.deepEqual(
    report.damaged.map((one) => one.bucket),
    ['another'],
  )
  assert.equal(report.versions, 5)
})

test('T-178 a damaged page or part does not end the count: it is counted', async () => {
  const at = await filled()
  const { uploadId } = await createUpload(at.rooms, await at.permit('bucket'), {
    kind: 'create-upload',
    bucket: BUCKET,
    key: keyName('upload'),
    encryption: { kind: 'default' },
    properties: PROPERTIES,
  })
  const key = partKey(uploadIdBytes(uploadId), 1)
  await at.store.commit({ checks: [], writes: [{ kind: 'put', key, value: Buffer.alloc(80) }] })
  const report = await scrub(at)
  assert.equal(report.indexAgrees, false)
  assert.deepEqual(report.remarks, ['1 rows of uploads, parts or pages do not authenticate'])
})

test('T-017 the sweeper takes blobs of dead processes without a row, and no other', async () => {
  const at = await filled()
  const orphan = await withoutRow(at)
  const kept = (await blobIds(at)).length
  const signal = new AbortController().signal
  at.pass(LEFTOVER_AGE_MS + 1)
  await sweepLeftovers(at.rooms, { liveEpochs: nobody, limit: 100, signal })
  assert.equal((await blobIds(at)).length, kept)
  const heir = await heirOf(at)
  const alive = (): Promise<ReadonlySet<string>> => Promise.resolve(new Set([at.blobs.epoch]))
  assert.equal((await sweepLeftovers(heir, { liveEpochs: alive, limit: 100, signal })).removed, 0)
  assert.equal((await sweepLeftovers(heir, { liveEpochs: nobody, limit: 100, signal })).removed, 1)
  assert.equal((await blobIds(at)).includes(orphan), false)
  assert.equal((await scrub(at)).damaged.length, 0)
})

test('a blob of a process that started while the sweeper looked is left alone', async () => {
  const at = await filled()
  const orphan = await withoutRow(at)
  at.pass(LEFTOVER_AGE_MS + 1)
  const heir = await heirOf(at)
  const live = new Set<string>()
  const late = {
    ...heir,
    blobs: {
      ...heir.blobs,
      list: async function* (signal?: AbortSignal) {
        // Between the first question and the listing.
        live.add(at.blobs.epoch)
        yield* heir.blobs.list(signal)
      },
    },
  }
  const options = { liveEpochs: async () => new Set(live), limit: 100, signal: new AbortController().signal }
  assert.equal((await sweepLeftovers(late, options)).removed, 0)
  assert.equal((await blobIds(at)).includes(orphan), true)
})

test('a blob that was just written is left alone though its process is gone: its commit may be on its way', async () => {
  const at = await filled()
  const orphan = await withoutRow(at)
  at.pass(LEFTOVER_AGE_MS - 1)
  const options = { liveEpochs: nobody, limit: 100, signal: new AbortController().signal }
  assert.equal((await sweepLeftovers(await heirOf(at), options)).removed, 0)
  assert.equal((await blobIds(at)).includes(orphan), true)
})

function bound(at: Engine): Engine['blobs'] {
  const { blobs } = at
  return {
    epoch: blobs.epoch,
    create: () => blobs.create(),
    read: (id, range, signal) => blobs.read(id, range, signal),
    remove: (ids) => blobs.remove(ids),
    list: (signal) => blobs.list(signal),
    space: () => blobs.space(),
    close: () => blobs.close(),
  }
}

test('garbage whose page is damaged stays, and what lies behind it is collected', async () => {
  const at = await withBucket()
  const sealId = 'ab'.repeat(16)
  const garbage = garbageWrite(at.rooms, { kind: 'manifest', sealId, pages: 1 })
  const page = { kind: 'put', key: manifestKey(Buffer.from(sealId, 'hex'), 0), value: Buffer.alloc(80) } as const
  await at.store.commit({ checks: [], writes: [garbage, page] })
  at.pass(1)
  await put(at, 'k', bytesOf(50_000, 1))
  await put(at, 'k', bytesOf(50_000, 2))
  at.pass(GARBAGE_AGE_MS + 1)
  assert.deepEqual(await collectGarbage(at.rooms, { limit: 10 }), { collected: 1, more: false })
  assert.equal((await blobIds(at)).length, 1)
  assert.equal((await at.store.scan({ ...GARBAGE, limit: 10 })).rows.length, 1)
})

test('the collector waits for its age, and is idempotent', async () => {
  const at = await withBucket()
  await put(at, 'k', bytesOf(50_000, 1))
  await put(at, 'k', bytesOf(50_000, 2))
  assert.deepEqual(await collectGarbage(at.rooms, { limit: 10 }), { collected: 0, more: false })
  assert.equal((await blobIds(at)).length, 2)
  at.pass(60_001)
  assert.deepEqual(await collectGarbage(at.rooms, { limit: 10 }), { collected: 1, more: false })
  assert.deepEqual(await collectGarbage(at.rooms, { limit: 10 }), { collected: 0, more: false })
  assert.equal((await blobIds(at)).length, 1)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ByteRange, EncryptionRequest, OperationOf } from '../../operations/index.ts'
import type { BlobId, BlobStore } from '../../storage/index.ts'
import { collectGarbage } from '../upkeep/collect-garbage.ts'
import {
  blobIds,
  BUCKET,
  bytesOf,
  customerKey,
  drain,
  get,
  keyName,
  put,
  refusedWith,
  withBucket,
  type Engine,
} from '../engine.fixture.ts'
import { getObject } from './get-object.ts'
import { headObject } from './head-object.ts'
import { createObjectRooms } from '../object-rooms.ts'
import { liveKey } from '../rows/row-keys.ts'

const RANGES: readonly ByteRange[] = [
  { kind: 'from', first: 0, last: 0 },
  { kind: 'from', first: 16_383, last: 16_384 },
  { kind: 'from', first: 65_535, last: 65_536 },
  { kind: 'from', first: 100_000 },
  { kind: 'from', first: 5, last: 10_000_000 },
  { kind: 'suffix', length: 1 },
  { kind: 'suffix', length: 10_000_000 },
]

test('ranges give exactly their bytes, inline and from blobs, in every mode', async () => {
  const at = await withBucket()
  const customer = customerKey(1)
  const requests: readonly EncryptionRequest[] = [
    { kind: 'sse-s3' },
    { kind: 'sse-kms' },
    { kind: 'dsse-kms' },
    { kind: 'sse-c', customer },
  ]
  for (const encryption of requests) {
    for (const size of [0, 1, 5_000, 150_000, 1_100_000]) {
      const body = bytesOf(size)
      await put(at, 'k', body, { encryption })
      const asked = encryption.kind === 'sse-c' ? { customer } : {}
      for (const range of RANGES) {
        const first = range.kind === 'from' ? range.first : Math.max(0, size - range.length)
        const end = range.kind === 'from' ? Math.min(size, (range.last ?? size) + 1) : size
        const read = get(at, 'k', { ...asked, range })
        if (first >= size) await assert.rejects(read, refusedWith('invalid-range'))
        else assert.deepEqual((await read).bytes, body.subarray(first, end))
      }
    }
  }
})

test('a body that is not inline is a stream, an inline one lies in memory, opened, and can be read all the same', async () => {
  const at = await withBucket()
  for (const [size, inMemory] of [
    [0, true],
    [5_000, true],
    [150_000, false],
  ] as const) {
    const body = bytesOf(size)
    await put(at, 'k', body)
    const result = await get(at, 'k')
    assert.equal(result.body.bytes !== undefined, inMemory)
    if (inMemory) assert.deepEqual(Buffer.from(result.body.bytes ?? []), body)
    assert.deepEqual(result.bytes, body)
  }
})

test('the key is checked before the conditions, and conditions compare the shown ETag', async () => {
  const at = await withBucket()
  const customer = customerKey(1)
  const { etag } = await put(at, 'k', bytesOf(10), { encryption: { kind: 'sse-c', customer } })
  const conditions = { ifNoneMatch: [etag] }
  await assert.rejects(get(at, 'k', { conditions, customer: customerKey(2) }), refusedWith('access-denied'))
  await assert.rejects(get(at, 'k', { conditions }), refusedWith('customer-key-mismatch', 'invalid-request'))
  await assert.rejects(get(at, 'k', { conditions, customer }), refusedWith('not-modified'))
  const failed = get(at, 'k', { conditions: { ifMatch: ['0'.repeat(32)] }, customer })
  await assert.rejects(failed, refusedWith('precondition-failed'))
  assert.equal((await get(at, 'k', { conditions: { ifMatch: [etag] }, customer })).bytes.length, 10)
  const nowMs = at.rooms.now()
  await assert.rejects(
    get(at, 'k', { conditions: { ifModifiedSinceMs: nowMs }, customer }),
    refusedWith('not-modified'),
  )
  const before = get(at, 'k', { conditions: { ifUnmodifiedSinceMs: nowMs - 5_000 }, customer })
  await assert.rejects(before, refusedWith('precondition-failed'))
})

/** Blobs whose bytes a test may change. */
function damaging(blobs: BlobStore, damage: { at: number | undefined }): BlobStore {
  return {
    epoch: blobs.epoch,
    create: () => blobs.create(),
    remove: (ids: readonly BlobId[]) => blobs.remove(ids),
    list: (signal) => blobs.list(signal),
    space: () => blobs.space(),
    close: () => blobs.close(),
    async *read(id, range, signal) {
      let position = range.offset
      for await (const piece of blobs.read(id, range, signal)) {
        const copy = Buffer.from(piece)
        const inside = (damage.at ?? -1) - position
        if (inside >= 0 && inside < copy.length) copy.writeUInt8(copy.readUInt8(inside) ^ 1, inside)
        position += copy.length
        yield copy
      }
    },
  }
}

function withDamage(at: Engine): { readonly engine: Engine; readonly damage: { at: number | undefined } } {
  const damage: { at: number | undefined } = { at: undefined }
  const { store, records, rooms } = at
  const blobs = damaging(at.blobs, damage)
  const { encryption, now } = rooms
  return { damage, engine: { ...at, rooms: createObjectRooms({ store, blobs, encryption, records, region: '', now }) } }
}

test('T-111 no byte of a damaged segment leaves: nothing wrong is yielded, and the read fails', async () => {
  const at = await withBucket()
  const body = bytesOf(200_000)
  await put(at, 'k', body)
  const { engine, damage } = withDamage(at)
  for (let position = 0; position < 200_000; position += 9_973) {
    damage.at = position
    const operation: OperationOf<'get-object'> = {
      kind: 'get-object',
      bucket: BUCKET,
      key: keyName('k'),
      conditions: {},
      withChecksums: false,
      overrides: {},
    }
    const received: Buffer[] = []
    const read = async (): Promise<void> => {
      const result = await getObject(engine.rooms, await engine.permit('bucket'), operation)
      for await (const piece of result.body.read(new AbortController().signal)) received.push(Buffer.from(piece))
    }
    await assert.rejects(read(), refusedWith('integrity'))
    const got = Buffer.concat(received)
    assert.ok(got.equals(body.subarray(0, got.length)) && got.length < body.length)
  }
})

test('a blob that is gone while its record is unchanged is damage, and is told before the answer begins', async () => {
  const at = await withBucket()
  await put(at, 'k', bytesOf(50_000))
  await at.blobs.remove((await blobIds(at)).map((id) => id as BlobId))
  await assert.rejects(get(at, 'k'), refusedWith('integrity'))
})

test('T-116 rows of two objects that were exchanged, and an inline body in another’s row, do not open', async () => {
  const at = await withBucket()
  for (const size of [100, 30_000]) {
    const names = [`a-${size}`, `b-${size}`] as const
    await put(at, names[0], bytesOf(size, 1))
    await put(at, names[1], bytesOf(size, 2))
    const uuid = (await at.permit('bucket')).bucket?.uuid ?? assert.fail()
    const [keyA, keyB] = [liveKey(uuid, keyName(names[0])), liveKey(uuid, keyName(names[1]))]
    const [a, b] = await at.store.getMany([keyA, keyB])
    assert.ok(a !== undefined && b !== undefined)
    const writes = [
      { kind: 'put', key: keyA, value: b.value },
      { kind: 'put', key: keyB, value: a.value },
    ] as const
    await at.store.commit({ checks: [], writes })
    for (const key of names) await assert.rejects(get(at, key), refusedWith('integrity'))
    await at.store.commit({ checks: [], writes: [{ kind: 'put', key: keyA, value: a.value }] })
    for (let position = 0; position < a.value.length; position += 7) {
      const value = Buffer.from(a.value)
      value.writeUInt8(value.readUInt8(position) ^ 4, position)
      await at.store.commit({ checks: [], writes: [{ kind: 'put', key: keyA, value }] })
      await assert.rejects(get(at, names[0]), refusedWith('integrity'))
    }
    await at.store.commit({ checks: [], writes: [{ kind: 'put', key: keyA, value: a.value }] })
    assert.deepEqual((await get(at, names[0])).bytes, bytesOf(size, 1))
  }
})

test('T-112 HEAD works while the key is disabled, and then shows no checksum; GET is refused', async () => {
  const at = await withBucket()
  const request = { caller: (await at.permit()).caller, requestId: 'r' }
  const { arn } = await at.kms.createKey(request, { description: '' })
  await put(at, 'k', bytesOf(10), { encryption: { kind: 'sse-kms', key: arn } })
  const operation = { kind: 'head-object', bucket: BUCKET, key: keyName('k'), conditions: {}, overrides: {} } as const
  const head = async (): Promise<number> => {
    const result = await headObject(at.rooms, await at.permit('bucket'), { ...operation, withChecksums: true })
    assert.equal(result.object.encryption.keyArn, arn)
    return result.object.checksums.length
  }
  assert.equal(await head(), 1)
  await at.kms.disableKey(request, arn)
  assert.equal(await head(), 0)
  await assert.rejects(get(at, 'k'), refusedWith('key-disabled'))
  await at.kms.enableKey(request, arn)
  assert.deepEqual((await get(at, 'k')).bytes, bytesOf(10))
})

test('leaving a body early, or never reading it, ends its lease', async () => {
  const at = await withBucket()
  await put(at, 'k', bytesOf(300_000))
  const controller = new AbortController()
  const permit = { ...(await at.permit('bucket')), signal: controller.signal }
  const operation = { kind: 'get-object', bucket: BUCKET, key: keyName('k'), conditions: {}, overrides: {} } as const
  const left = await getObject(at.rooms, permit, { ...operation, withChecksums: false })
  for await (const piece of left.body.read(new AbortController().signal)) {
    assert.ok(piece.length > 0)
    break
  }
  await getObject(at.rooms, permit, { ...operation, withChecksums: false })
  controller.abort()
  await new Promise((resolve) => setImmediate(resolve))
  at.pass(60_000)
  let published = 0
  const store = at.store.commit.bind(at.store)
  at.store.commit = (batch) => {
    published++
    return store(batch)
  }
  await at.rooms.leases.publish()
  assert.equal(published, 0)
  assert.deepEqual(
    await drain((await getObject(at.rooms, await at.permit('bucket'), { ...operation, withChecksums: false })).body),
    bytesOf(300_000),
  )
})

test('a read that runs while the clock goes back by hours is made known, and garbage that came later waits for it', async () => {
  const at = await withBucket()
  await put(at, 'read', bytesOf(300_000))
  const lease = at.rooms.leases.begin()
  at.pass(-5 * 60 * 60_000)
  await put(at, 'read', bytesOf(300_000, 1))
  await at.rooms.leases.publish()
  at.pass(70_000)
  await collectGarbage(at.rooms, { limit: 10 })
  assert.equal((await blobIds(at)).length, 2, 'the blob that was replaced is still there')
  lease.end()
  await at.rooms.leases.publish()
  await collectGarbage(at.rooms, { limit: 10 })
  assert.equal((await blobIds(at)).length, 1)
})

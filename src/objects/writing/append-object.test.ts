import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppendObject, EncryptionRequest, ObjectBody, Results } from '../../operations/index.ts'
import { appendObject } from './append-object.ts'
import { checksumOf } from '../bodies/checksums.ts'
import { collectGarbage } from '../upkeep/collect-garbage.ts'
import { copyObject } from './copy-object.ts'
import { deleteObject } from './delete-object.ts'
import {
  blobIds,
  bodyOf,
  BUCKET,
  bytesOf,
  CALLER,
  customerKey,
  get,
  keyName,
  PROPERTIES,
  put,
  refusedWith,
  seeded,
  withBucket,
  type Engine,
} from '../engine.fixture.ts'
import { TAIL_ENTRIES } from '../rows/extents.ts'
import { listObjects } from '../listing/list-objects.ts'
import { manifestKey } from '../rows/row-keys.ts'
import { scrubStore } from '../upkeep/scrub-store.ts'
import { readLive } from '../rows/version-rows.ts'
import { bucketOf } from '../permitted-bucket.ts'

const REQUEST = { caller: CALLER, requestId: 'request' }
const MODES: Readonly<Record<string, (key: string) => EncryptionRequest>> = {
  default: () => ({ kind: 'default' }),
  'sse-kms': (key) => ({ kind: 'sse-kms', key, bucketKey: false }),
  'bucket-key': (key) => ({ kind: 'sse-kms', key, bucketKey: true }),
  'dsse-kms': (key) => ({ kind: 'dsse-kms', key }),
  'sse-c': () => ({ kind: 'sse-c', customer: customerKey(3) }),
}

async function append(
  at: Engine,
  position: number,
  bytes: Uint8Array,
  changes: Partial<AppendObject> = {},
  body: ObjectBody = bodyOf(bytes),
): Promise<Results['append-object']> {
  const operation: AppendObject = {
    ...{ kind: 'append-object', bucket: BUCKET, key: keyName('log'), position, properties: PROPERTIES },
    ...{ encryption: { kind: 'default' }, expect: {}, ...changes },
  }
  return appendObject(at.rooms, await at.permit('bucket'), operation, body)
}

async function crc64(bytes: Buffer): Promise<bigint> {
  return (await checksumOf('crc64ecma', bytes)).readBigUInt64BE()
}

for (const [mode, wished] of Object.entries(MODES)) {
  test(`in ${mode} what was appended is read as one, whole and in ranges, with the CRC-64 of all of it`, async () => {
    const at = await withBucket()
    const { arn } = await at.kms.createKey(REQUEST, { description: '' })
    const encryption = wished(arn)
    const customer = encryption.kind === 'sse-c' ? { customer: encryption.customer } : {}
    const random = seeded(11)
    let whole = Buffer.alloc(0)
    for (let round = 0; round < 12; round++) {
      const piece = bytesOf(Math.floor(random() * (round % 4 === 3 ? 200_000 : 3_000)), round)
      const made = await append(at, whole.length, piece, { encryption })
      whole = Buffer.concat([whole, piece])
      assert.equal(made.size, whole.length)
      assert.equal(made.crc64, await crc64(whole))
      assert.equal(made.encryption.mode, encryption.kind === 'default' ? 'sse-s3' : encryption.kind)
    }
    const read = await get(at, 'log', { ...customer, withChecksums: true })
    assert.ok(read.bytes.equals(whole))
    assert.equal(read.object.appendable, true)
    assert.equal(read.object.crc64, await crc64(whole))
    for (let round = 0; round < 40; round++) {
      const first = Math.floor(random() * whole.length)
      const last = first + Math.floor(random() * (whole.length - first))
      const slice = await get(at, 'log', { ...customer, range: { kind: 'from', first, last } })
      assert.ok(slice.bytes.equals(whole.subarray(first, last + 1)), `${first} to ${last}`)
    }
  })
}

test('the position has to be the end: before it, behind it, and of an object that is not there', async () => {
  const at = await withBucket()
  const wrong = async (position: number, size: number): Promise<void> => {
    const before = await blobIds(at)
    await assert.rejects(append(at, position, bytesOf(5)), (error: unknown) => {
      assert.deepEqual((error as { failure: unknown }).failure, { kind: 'position-mismatch', key: 'log', size })
      return true
    })
    assert.deepEqual(await blobIds(at), before)
  }
  await wrong(1, 0)
  await append(at, 0, bytesOf(10))
  await wrong(0, 10)
  await wrong(9, 10)
  await wrong(11, 10)
})

test('of appends at one position one is made, the others are refused and leave nothing', async () => {
  const at = await withBucket()
  for (const position of [0, 10]) {
    const all = await Promise.allSettled(Array.from({ length: 5 }, (_, n) => append(at, position, bytesOf(10, n))))
    assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const one of all) {
      if (one.status === 'rejected') refusedWith('position-mismatch', 'contended')(one.reason)
    }
  }
  assert.equal((await get(at, 'log')).bytes.length, 20)
  assert.equal((await blobIds(at)).length, 2)
})

test('an object that was put, or copied from an appendable one, is not appendable; a put over one ends it', async () => {
  const at = await withBucket()
  await put(at, 'log', bytesOf(10))
  await assert.rejects(append(at, 10, bytesOf(1)), refusedWith('not-appendable'))
  await append(at, 0, bytesOf(20_000), { key: keyName('source') })
  const source = { bucket: BUCKET, key: keyName('source'), conditions: {} }
  await copyObject(at.rooms, await at.permit('bucket', 'bucket'), {
    ...{ kind: 'copy-object', bucket: BUCKET, key: keyName('log'), source, encryption: { kind: 'default' } },
  })
  await assert.rejects(append(at, 20_000, bytesOf(1)), refusedWith('not-appendable'))
  assert.ok((await get(at, 'log')).bytes.equals(bytesOf(20_000)))
})

test('the first append decides: what later ones say of encryption and properties is not looked at', async () => {
  const at = await withBucket()
  const { arn } = await at.kms.createKey(REQUEST, { description: '' })
  await append(at, 0, bytesOf(5), { encryption: { kind: 'sse-kms', key: arn } })
  const again = await append(at, 5, bytesOf(5), {
    encryption: { kind: 'sse-s3' },
    properties: { ...PROPERTIES, metadata: [['other', 'x']], storageClass: 'GLACIER' },
  })
  assert.deepEqual([again.encryption.mode, again.encryption.keyArn], ['sse-kms', arn])
  const { object } = await get(at, 'log')
  assert.deepEqual([object.metadata, object.storageClass], [PROPERTIES.metadata, 'STANDARD'])
})

test('SSE-C wants the same key with each append; a KMS key that is disabled stops them', async () => {
  const at = await withBucket()
  await append(at, 0, bytesOf(5), { encryption: { kind: 'sse-c', customer: customerKey(1) } })
  for (const encryption of [{ kind: 'default' }, { kind: 'sse-c', customer: customerKey(2) }] as const) {
    await assert.rejects(append(at, 5, bytesOf(5), { encryption }), refusedWith('customer-key-mismatch'))
  }
  const { arn, keyId } = await at.kms.createKey(REQUEST, { description: '' })
  const key = keyName('kms')
  await append(at, 0, bytesOf(5), { key, encryption: { kind: 'sse-kms', key: arn } })
  await at.kms.disableKey(REQUEST, keyId)
  await assert.rejects(append(at, 5, bytesOf(5), { key }), refusedWith('key-disabled'))
})

test('a broken promise of a body, and a body cut short, change nothing', async () => {
  const at = await withBucket()
  await append(at, 0, bytesOf(100))
  const before = await blobIds(at)
  await assert.rejects(append(at, 100, bytesOf(50), { expect: { md5: Buffer.alloc(16) } }), refusedWith('bad-digest'))
  assert.deepEqual(await blobIds(at), before)
  assert.ok((await get(at, 'log')).bytes.equals(bytesOf(100)))
})

test('nothing appended is nothing changed; an empty object can be begun', async () => {
  const at = await withBucket()
  const empty = await append(at, 0, bytesOf(0))
  assert.deepEqual([empty.size, empty.crc64], [0, 0n])
  assert.deepEqual(await blobIds(at), [])
  await append(at, 0, bytesOf(7))
  const { object } = await get(at, 'log')
  const same = await append(at, 7, bytesOf(0))
  assert.equal(same.etag, object.etag)
  assert.equal((await blobIds(at)).length, 1)
})

test('many appends fill pages that never change; deleting the object leaves no page and no blob', async () => {
  const at = await withBucket()
  const count = 3 * TAIL_ENTRIES + 5
  const whole = bytesOf(count * 40)
  for (let index = 0; index < count; index++) await append(at, index * 40, whole.subarray(index * 40, index * 40 + 40))
  assert.ok((await get(at, 'log')).bytes.equals(whole))
  const slice = await get(at, 'log', { range: { kind: 'from', first: 1_271, last: 2_570 } })
  assert.ok(slice.bytes.equals(whole.subarray(1_271, 2_571)))
  const report = await scrubStore(at.rooms, await at.permit(), { liveEpochs: new Set() })
  assert.deepEqual([report.damaged, report.orphans, report.countersAgree, report.remarks], [[], 0, true, []])
  await deleteObject(at.rooms, await at.permit('bucket'), {
    kind: 'delete-object',
    bucket: BUCKET,
    key: keyName('log'),
  })
  at.pass(61_000)
  await collectGarbage(at.rooms, { limit: 100 })
  assert.deepEqual(await blobIds(at), [])
  const { rows } = await at.store.scan({ start: Buffer.from('m/'), end: Buffer.from('m0'), limit: 10 })
  assert.deepEqual(rows, [])
  const after = await scrubStore(at.rooms, await at.permit(), { liveEpochs: new Set() })
  assert.deepEqual([after.orphans, after.countersAgree], [0, true])
})

test('a page of extents that is missing, or another one’s, is damage', async () => {
  const at = await withBucket()
  for (let index = 0; index <= TAIL_ENTRIES; index++) await append(at, index * 3, bytesOf(3, index))
  const live = await readLive(at.rooms, bucketOf(await at.permit('bucket')), keyName('log'))
  const key = manifestKey(live?.version.header.sealId ?? assert.fail(), 0)
  const [row] = await at.store.getMany([key])
  assert.ok(row !== undefined)
  const value = Buffer.from(row.value)
  value[value.length - 20] = (value[value.length - 20] ?? 0) ^ 1
  await at.store.commit({ checks: [], writes: [{ kind: 'put', key, value }] })
  await assert.rejects(get(at, 'log'), refusedWith('integrity'))
  const other = at.records.seal({ rowKey: key, clear: Buffer.alloc(0), secret: Buffer.from('{"v":1,"entries":[]}') })
  await at.store.commit({ checks: [], writes: [{ kind: 'put', key, value: other }] })
  await assert.rejects(get(at, 'log'), refusedWith('integrity'))
  await at.store.commit({ checks: [], writes: [{ kind: 'delete', key }] })
  await assert.rejects(get(at, 'log'), refusedWith('integrity'))
})

test('in a versioned bucket the current version grows, unless the vendor says that nothing is appended there', async () => {
  const at = await withBucket('enabled')
  const first = await append(at, 0, bytesOf(5))
  const second = await append(at, 5, bytesOf(5))
  assert.equal(second.versionId, first.versionId)
  await assert.rejects(append(at, 10, bytesOf(5), { unversionedOnly: true }), refusedWith('not-appendable'))
  await put(at, 'log', bytesOf(3))
  const old = await get(at, 'log', { versionId: first.versionId ?? assert.fail() })
  assert.equal(old.bytes.length, 10)
  await assert.rejects(append(at, 10, bytesOf(5)), refusedWith('not-appendable'))
})

test('a listing tells which objects are appendable', async () => {
  const at = await withBucket()
  await append(at, 0, bytesOf(5))
  await put(at, 'plain', bytesOf(5))
  const { objects } = await listObjects(at.rooms, await at.permit('bucket'), {
    ...{ kind: 'list-objects', bucket: BUCKET, prefix: '', delimiter: '', after: '', maxKeys: 10, fetchOwner: false },
  })
  assert.deepEqual(
    objects.map(({ key, type }) => [key, type]),
    [
      ['log', 'appendable'],
      ['plain', undefined],
    ],
  )
})

test('an append whose object was replaced by another of its length while it was sent is refused', async () => {
  const at = await withBucket()
  await append(at, 0, bytesOf(10))
  const body = {
    ...bodyOf(bytesOf(5)),
    async *read() {
      const gone = { kind: 'delete-object', bucket: BUCKET, key: keyName('log') } as const
      await deleteObject(at.rooms, await at.permit('bucket'), gone)
      await append(at, 0, bytesOf(10, 9))
      yield bytesOf(5)
    },
  }
  await assert.rejects(append(at, 10, bytesOf(5), {}, body), refusedWith('contended'))
  assert.ok((await get(at, 'log')).bytes.equals(bytesOf(10, 9)))
})

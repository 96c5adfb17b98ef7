import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  MAX_EXTENTS,
  type CustomerKey,
  type EncryptionRequest,
  type ObjectBody,
  type OperationOf,
  type StoredObject,
} from '../../operations/index.ts'
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
  setVersioning,
  withBucket,
  type Engine,
} from '../engine.fixture.ts'
import { NO_EXTENTS, TAIL_ENTRIES } from '../rows/extents.ts'
import { readGarbage } from '../rows/garbage-rows.ts'
import { GARBAGE } from '../rows/row-keys.ts'
import { readLive } from '../rows/version-rows.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { collectGarbage } from '../upkeep/collect-garbage.ts'
import { scrubStore } from '../upkeep/scrub-store.ts'
import { completeUpload } from '../uploads/complete-upload.ts'
import { createUpload } from '../uploads/create-upload.ts'
import { uploadPart } from '../uploads/upload-part.ts'
import { appendObject } from './append-object.ts'
import { deleteObject } from './delete-object.ts'
import { modifyObject } from './modify-object.ts'
import { splicePieces } from './splice-extents.ts'
import { putSymlink } from './symlink.ts'
import { truncateObject } from './truncate-object.ts'
import { updateObjectEncryption } from './update-object-encryption.ts'

const REQUEST = { caller: CALLER, requestId: 'request' }
const MODES: Readonly<Record<string, (key: string) => EncryptionRequest>> = {
  none: () => ({ kind: 'none' }),
  'sse-s3': () => ({ kind: 'sse-s3' }),
  'sse-kms': (key) => ({ kind: 'sse-kms', key, bucketKey: false }),
  'bucket-key': (key) => ({ kind: 'sse-kms', key, bucketKey: true }),
  'dsse-kms': (key) => ({ kind: 'dsse-kms', key }),
  'sse-c': () => ({ kind: 'sse-c', customer: customerKey(3) }),
}

interface Held {
  readonly customer?: CustomerKey
}

async function modify(
  at: Engine,
  position: number,
  bytes: Uint8Array,
  changes: Partial<OperationOf<'modify-object'>> = {},
  body: ObjectBody = bodyOf(bytes),
): Promise<StoredObject> {
  const where = { bucket: BUCKET, key: keyName('file'), position } as const
  const operation = { kind: 'modify-object', ...where, expect: {}, ...changes } as const
  return modifyObject(at.rooms, await at.permit('bucket'), operation, body)
}

async function truncate(
  at: Engine,
  length: number,
  changes: Partial<OperationOf<'truncate-object'>> = {},
): Promise<StoredObject> {
  const operation = { kind: 'truncate-object', bucket: BUCKET, key: keyName('file'), length, ...changes } as const
  return truncateObject(at.rooms, await at.permit('bucket'), operation)
}

/** How an object comes to be whose bytes are then changed: in its row, in one stream, in parts, by appends. */
const FORMS: Readonly<Record<string, (at: Engine, encryption: EncryptionRequest) => Promise<Buffer>>> = {
  inline: async (at, encryption) => {
    const bytes = bytesOf(900)
    await put(at, 'file', bytes, { encryption })
    return bytes
  },
  stream: async (at, encryption) => {
    const bytes = bytesOf(90_000)
    await put(at, 'file', bytes, { encryption })
    return bytes
  },
  parts: async (at, encryption) => {
    const held: Held = encryption.kind === 'sse-c' ? { customer: encryption.customer } : {}
    const target = { bucket: BUCKET, key: keyName('file') }
    const permit = await at.permit('bucket')
    const { uploadId } = await createUpload(at.rooms, permit, {
      ...{ kind: 'create-upload', properties: PROPERTIES, encryption, ...target },
    })
    const bodies = [bytesOf(40_000, 1), bytesOf(0), bytesOf(30_000, 2)]
    const parts: { partNumber: number; etag: string }[] = []
    for (const [index, body] of bodies.entries()) {
      const partNumber = index * 3 + 2
      const part = { kind: 'upload-part', ...target, ...held, uploadId, partNumber, expect: {} } as const
      parts.push({ partNumber, etag: (await uploadPart(at.rooms, permit, part, bodyOf(body))).etag })
    }
    const done = { kind: 'complete-upload', ...target, ...held, uploadId, parts, minPartBytes: 0 } as const
    await completeUpload(at.rooms, permit, done)
    return Buffer.concat(bodies)
  },
  appends: async (at, encryption) => {
    let whole = Buffer.alloc(0)
    for (let round = 0; round < TAIL_ENTRIES + 5; round++) {
      const piece = bytesOf(700, round)
      const where = { bucket: BUCKET, key: keyName('file'), position: whole.length } as const
      const operation = { kind: 'append-object', ...where, properties: PROPERTIES, encryption, expect: {} } as const
      await appendObject(at.rooms, await at.permit('bucket'), operation, bodyOf(piece))
      whole = Buffer.concat([whole, piece])
    }
    return whole
  },
}

async function isWhole(at: Engine): Promise<void> {
  const report = await scrubStore(at.rooms, await at.permit(), { liveEpochs: new Set([at.blobs.epoch]) })
  assert.deepEqual([report.damaged, report.orphans, report.countersAgree, report.remarks], [[], 0, true, []])
}

async function collected(at: Engine): Promise<void> {
  at.pass(61_000)
  while ((await collectGarbage(at.rooms, { limit: 100 })).more);
}

/** The same change of plain bytes. */
function over(before: Buffer, position: number, bytes: Buffer): Buffer {
  return Buffer.concat([before.subarray(0, position), bytes, before.subarray(position + bytes.length)])
}

for (const [form, begin] of Object.entries(FORMS)) {
  for (const [mode, wished] of Object.entries(MODES)) {
    test(`${form} in ${mode}: what is written over and cut off is so, and the rest as it was; nothing is left behind`, async () => {
      const at = await withBucket()
      const { arn, keyId } = await at.kms.createKey(REQUEST, { description: '' })
      const encryption = wished(arn)
      const held: Held = encryption.kind === 'sse-c' ? { customer: encryption.customer } : {}
      const random = seeded(form.length * 31 + mode.length)
      let whole = await begin(at, encryption)
      const { object: before } = await get(at, 'file', held)
      for (let round = 0; round < 14; round++) {
        if (random() < 0.3) {
          whole = whole.subarray(0, Math.floor(whole.length * (0.6 + random() * 0.4)))
          const made = await truncate(at, whole.length, held)
          assert.equal(made.size, whole.length)
        } else {
          const bytes = bytesOf(Math.floor(random() * (round % 5 === 4 ? 30_000 : 1_000)), round)
          const position = Math.floor(random() * (whole.length + 1))
          whole = over(whole, position, bytes)
          const made = await modify(at, position, bytes, held)
          assert.deepEqual([made.size, made.encryption.mode], [whole.length, before.encryption.mode])
        }
        if (round % 4 === 3) await collected(at)
        const first = Math.floor(random() * whole.length)
        const slice = await get(at, 'file', { ...held, range: { kind: 'from', first, last: first + 500 } })
        assert.ok(slice.bytes.equals(whole.subarray(first, first + 501)), `round ${round}, from ${first}`)
      }
      const after = await get(at, 'file', held)
      assert.ok(after.bytes.equals(whole))
      assert.deepEqual(after.object.encryption, before.encryption)
      assert.deepEqual(
        [after.object.metadata, after.object.system, after.object.appendable],
        [before.metadata, before.system, before.appendable],
      )
      assert.notEqual(after.object.etag, before.etag)
      assert.equal(after.object.partsCount, undefined)
      await isWhole(at)
      await collected(at)
      await isWhole(at)
      assert.ok((await get(at, 'file', held)).bytes.equals(whole))
      await deleteObject(at.rooms, await at.permit('bucket'), {
        ...{ kind: 'delete-object', bucket: BUCKET, key: keyName('file') },
      })
      await isWhole(at)
      await collected(at)
      assert.deepEqual(await blobIds(at), [])
      const { rows } = await at.store.scan({ start: Buffer.from('m/'), end: Buffer.from('m0'), limit: 10 })
      assert.deepEqual(rows, [])
      await isWhole(at)
      // Nothing holds the key any more.
      await at.kms.scheduleDeletion(REQUEST, keyId, 7)
    })
  }
}

test('an upload’s own garbage, collected after a change, takes nothing that is in use', async () => {
  const at = await withBucket()
  const parts = FORMS['parts'] ?? assert.fail()
  const whole = await parts(at, { kind: 'default' })
  // Another process looks first at what the change left, and only then at what the upload left.
  const { rows } = await at.store.scan({ ...GARBAGE, limit: 10 })
  assert.deepEqual(
    rows.map((row) => readGarbage(row).garbage.kind),
    ['completed-upload'],
  )
  await truncate(at, 50_000)
  await truncate(at, 45_000)
  for (const row of rows) await at.store.commit({ checks: [], writes: [{ kind: 'delete', key: row.key }] })
  await collected(at)
  for (const row of rows) await at.store.commit({ checks: [], writes: [{ ...row, kind: 'put' }] })
  await collected(at)
  assert.ok((await get(at, 'file')).bytes.equals(whole.subarray(0, 45_000)))
  await isWhole(at)
})

test('nothing is written beyond the end or cut behind it; what is not there is not changed', async () => {
  const at = await withBucket()
  await assert.rejects(modify(at, 0, bytesOf(1)), refusedWith('no-such-key'))
  await assert.rejects(truncate(at, 0), refusedWith('no-such-key'))
  for (const size of [100, 50_000]) {
    await put(at, 'file', bytesOf(size))
    const before = await blobIds(at)
    await assert.rejects(modify(at, size + 1, bytesOf(1)), refusedWith('invalid-argument'))
    await assert.rejects(truncate(at, size + 1), refusedWith('invalid-argument'))
    assert.deepEqual(await blobIds(at), before)
    assert.equal((await modify(at, size, bytesOf(7, 1))).size, size + 7)
    assert.equal((await truncate(at, 0)).size, 0)
    assert.equal((await get(at, 'file')).bytes.length, 0)
    await modify(at, 0, bytesOf(20_000, 2))
    assert.ok((await get(at, 'file')).bytes.equals(bytesOf(20_000, 2)))
  }
})

test('where versions are or were kept, where a link stands for another, and under a lock nothing is changed', async () => {
  const at = await withBucket()
  await putSymlink(at.rooms, await at.permit('bucket'), {
    ...{ kind: 'put-symlink', bucket: BUCKET, key: keyName('link'), target: keyName('file'), properties: PROPERTIES },
  })
  await put(at, 'file', bytesOf(30_000))
  for (const change of [
    modify(at, 0, bytesOf(1), { key: keyName('link') }),
    truncate(at, 0, { key: keyName('link') }),
  ]) {
    await assert.rejects(change, refusedWith('invalid-request'))
  }
  for (const state of ['enabled', 'suspended'] as const) {
    await setVersioning(at, state)
    await assert.rejects(modify(at, 0, bytesOf(1)), refusedWith('invalid-bucket-state'))
    await assert.rejects(truncate(at, 1), refusedWith('invalid-bucket-state'))
  }
  assert.ok((await get(at, 'file')).bytes.equals(bytesOf(30_000)))
})

test('the object’s own key is asked for: a disabled one stops changes, so does another customer’s', async () => {
  for (const size of [300, 40_000]) {
    const at = await withBucket()
    const { arn, keyId } = await at.kms.createKey(REQUEST, { description: '' })
    await put(at, 'file', bytesOf(size), { encryption: { kind: 'sse-kms', key: arn } })
    await at.kms.disableKey(REQUEST, keyId)
    await assert.rejects(modify(at, 0, bytesOf(1)), refusedWith('key-disabled'))
    await assert.rejects(truncate(at, 1), refusedWith('key-disabled'))
    await put(at, 'file', bytesOf(size), { encryption: { kind: 'sse-c', customer: customerKey(1) } })
    for (const held of [{}, { customer: customerKey(2) }]) {
      await assert.rejects(modify(at, 0, bytesOf(1), held), refusedWith('customer-key-mismatch', 'access-denied'))
      await assert.rejects(truncate(at, 1, held), refusedWith('customer-key-mismatch', 'access-denied'))
    }
    await put(at, 'file', bytesOf(size))
    const customer = customerKey(1)
    await assert.rejects(
      modify(at, 0, bytesOf(1), { customer }),
      refusedWith('customer-key-mismatch', 'invalid-request'),
    )
  }
})

test('a broken promise of a body changes nothing; promises are of the bytes that came', async () => {
  for (const size of [300, 40_000]) {
    const at = await withBucket()
    await put(at, 'file', bytesOf(size))
    const before = await blobIds(at)
    const wrong = { expect: { md5: Buffer.alloc(16) } }
    await assert.rejects(modify(at, 10, bytesOf(50, 1), wrong), refusedWith('bad-digest'))
    const short = bodyOf(bytesOf(50, 1), { length: 60 })
    await assert.rejects(modify(at, 10, bytesOf(0), {}, short), refusedWith('incomplete-body'))
    const long = bodyOf(bytesOf(50, 1), { length: 40 })
    await assert.rejects(modify(at, 10, bytesOf(0), {}, long), refusedWith('incomplete-body'))
    assert.deepEqual(await blobIds(at), before)
    assert.ok((await get(at, 'file')).bytes.equals(bytesOf(size)))
    // Its length is not known before its end.
    await modify(at, 10, bytesOf(0), {}, bodyOf(bytesOf(50, 1), { length: undefined }))
    assert.ok((await get(at, 'file')).bytes.equals(over(bytesOf(size), 10, bytesOf(50, 1))))
  }
})

test('changes at one time: of an object in streams each is made; what was replaced meanwhile is left alone', async () => {
  const at = await withBucket()
  await put(at, 'file', bytesOf(40_000))
  await Promise.all([0, 1, 2, 3].map((part) => modify(at, part * 10_000, bytesOf(5_000, part + 1))))
  let whole = bytesOf(40_000)
  for (const part of [0, 1, 2, 3]) whole = over(whole, part * 10_000, bytesOf(5_000, part + 1))
  assert.ok((await get(at, 'file')).bytes.equals(whole))
  await isWhole(at)
  for (const size of [40_000, 300]) {
    await put(at, 'file', bytesOf(size))
    const body = {
      ...bodyOf(bytesOf(5)),
      async *read() {
        await put(at, 'file', bytesOf(size, 9))
        yield bytesOf(5)
      },
    }
    await assert.rejects(modify(at, 10, bytesOf(5), {}, body), refusedWith('contended'))
    assert.ok((await get(at, 'file')).bytes.equals(bytesOf(size, 9)))
  }
  await isWhole(at)
})

test('a new wrap that came meanwhile stays', async () => {
  const at = await withBucket()
  const { arn } = await at.kms.createKey(REQUEST, { description: '' })
  await put(at, 'file', bytesOf(40_000))
  const body = {
    ...bodyOf(bytesOf(5)),
    async *read() {
      await updateObjectEncryption(at.rooms, await at.permit('bucket'), {
        ...{ kind: 'update-object-encryption', bucket: BUCKET, key: keyName('file'), keyArn: arn, bucketKey: false },
      })
      yield bytesOf(5, 1)
    },
  }
  await modify(at, 10, bytesOf(5), {}, body)
  const { object, bytes } = await get(at, 'file')
  assert.equal(object.encryption.keyArn, arn)
  assert.ok(bytes.equals(over(bytesOf(40_000), 10, bytesOf(5, 1))))
  await isWhole(at)
})

test('an appendable object goes on growing from where it was cut', async () => {
  const at = await withBucket()
  const appends = FORMS['appends'] ?? assert.fail()
  const whole = (await appends(at, { kind: 'default' })).subarray(0, 1_000)
  await truncate(at, 1_000)
  const where = { bucket: BUCKET, key: keyName('file'), position: 1_000 } as const
  const more = { kind: 'append-object', ...where, properties: PROPERTIES, encryption: { kind: 'default' } } as const
  const grown = await appendObject(at.rooms, await at.permit('bucket'), { ...more, expect: {} }, bodyOf(bytesOf(50, 1)))
  assert.deepEqual([grown.size, grown.crc64], [1_050, undefined])
  assert.ok((await get(at, 'file')).bytes.equals(Buffer.concat([whole, bytesOf(50, 1)])))
})

test('pages before a change stay as they are, and the pieces of an object have a limit', async () => {
  const at = await withBucket()
  const appends = FORMS['appends'] ?? assert.fail()
  const whole = await appends(at, { kind: 'default' })
  const live = async () => {
    const found = await readLive(at.rooms, bucketOf(await at.permit('bucket')), keyName('file'))
    const { manifest } = found?.version.detail ?? assert.fail()
    return manifest.kind === 'extents' ? manifest : assert.fail()
  }
  const [page] = (await live()).pages
  await modify(at, whole.length - 10, bytesOf(5))
  assert.deepEqual((await live()).pages[0], page)
  await modify(at, 5, bytesOf(5))
  assert.notDeepEqual((await live()).pages[0], page)
  const [piece] = (await live()).tail
  assert.ok(piece !== undefined)
  const extents = Array.from({ length: MAX_EXTENTS }, () => ({ ...piece, bytes: 3 }))
  const pieces = { extents, blobs: new Set([piece.blob]), table: NO_EXTENTS }
  const splice = (first: number) => splicePieces(at.records, Buffer.alloc(16), pieces, { first, end: 7, fresh: piece })
  assert.equal(splice(0).table.pages.length, Math.floor((MAX_EXTENTS - 3) / TAIL_ENTRIES))
  assert.throws(() => splice(7), refusedWith('invalid-request'))
})

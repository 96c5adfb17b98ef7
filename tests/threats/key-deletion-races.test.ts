/** Whatever begins to depend on a key, against the key's deletion, in orders of a seed's choice (T-109). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bodyOf,
  BUCKET,
  bytesOf,
  CALLER,
  engine,
  get,
  keyName,
  PROPERTIES,
  put,
  seeded,
  withBucket,
  type Engine,
} from '../../src/objects/engine.fixture.ts'
import { putBucketEncryption } from '../../src/objects/buckets/bucket-encryption.ts'
import { completeUpload } from '../../src/objects/uploads/complete-upload.ts'
import { createUpload } from '../../src/objects/uploads/create-upload.ts'
import { uploadPart } from '../../src/objects/uploads/upload-part.ts'
import { appendObject } from '../../src/objects/writing/append-object.ts'
import { copyObject } from '../../src/objects/writing/copy-object.ts'
import { modifyObject } from '../../src/objects/writing/modify-object.ts'
import { updateObjectEncryption } from '../../src/objects/writing/update-object-encryption.ts'
import { parseUploadId, StoreFailure, type UploadId } from '../../src/operations/index.ts'
import type { MetadataStore } from '../../src/storage/index.ts'

const REQUEST = { caller: CALLER, requestId: 'races' } as const
const DAY_MS = 86_400_000
const SEEDS = 25
const TARGET = { bucket: BUCKET, key: keyName('k') } as const

/** A store whose calls wait for their turn; `run` gives the turns, one after the other, by the numbers of `random`. */
function taking(turns: () => number, store: MetadataStore) {
  const waiting: (() => void)[] = []
  const turn = (): Promise<void> => new Promise((resolve) => waiting.push(resolve))
  const inTurn: MetadataStore = {
    inlineBytes: store.inlineBytes,
    getMany: async (keys) => (await turn(), store.getMany(keys)),
    scan: async (range) => (await turn(), store.scan(range)),
    scanGroups: async (range) => (await turn(), store.scanGroups(range)),
    sum: async (counter) => (await turn(), store.sum(counter)),
    commit: async (batch) => (await turn(), store.commit(batch)),
    close: () => store.close(),
  }
  const run = async (tasks: readonly Promise<unknown>[]): Promise<void> => {
    let running = tasks.length
    for (const task of tasks) {
      void task
        .catch(() => undefined)
        .finally(() => {
          running--
        })
    }
    while (running > 0) {
      await new Promise((resolve) => setImmediate(resolve))
      waiting.splice(Math.floor(turns() * waiting.length), 1)[0]?.()
    }
  }
  return { store: inTurn, run }
}

/** A change that makes something depend on a key: what has to be there before, and what it then holds. */
interface Road {
  readonly prepare?: (at: Engine, key: string) => Promise<string>
  readonly act: (at: Engine, key: string, prepared: string) => Promise<unknown>
  /** How much holds the key before; the change adds one at most. */
  readonly before?: number
  /** A key that is not there is no reason to refuse it: then it holds nothing. */
  readonly dangles?: boolean
  /** The change reads back what it wrote, under the key. */
  readonly reads?: boolean
}

const kms = (key: string) => ({ kind: 'sse-kms', key, bucketKey: false }) as const

async function uploadOf(at: Engine, key: string): Promise<UploadId> {
  const operation = { kind: 'create-upload', ...TARGET, properties: PROPERTIES, encryption: kms(key) } as const
  return (await createUpload(at.rooms, await at.permit('bucket'), operation)).uploadId
}

const ROADS: Readonly<Record<string, Road>> = {
  'a first upload': { act: (at, key) => put(at, 'k', bytesOf(400), { encryption: kms(key) }), reads: true },
  'an upload in a stream': { act: (at, key) => put(at, 'k', bytesOf(20_000), { encryption: kms(key) }), reads: true },
  'an upload in parts that is begun': { act: uploadOf },
  'an append': {
    act: async (at, key) => {
      const operation = { kind: 'append-object', ...TARGET, position: 0, properties: PROPERTIES, expect: {} } as const
      const wanted = { ...operation, encryption: kms(key) }
      await appendObject(at.rooms, await at.permit('bucket'), wanted, bodyOf(bytesOf(400)))
    },
    reads: true,
  },
  'a copy': {
    prepare: async (at) => (await put(at, 'source', bytesOf(400))).etag,
    act: async (at, key) => {
      const source = { bucket: BUCKET, key: keyName('source'), conditions: {} }
      const operation = { kind: 'copy-object', ...TARGET, source, encryption: kms(key) } as const
      await copyObject(at.rooms, await at.permit('bucket', 'bucket'), operation)
    },
    reads: true,
  },
  'a new wrap': {
    prepare: async (at) => (await put(at, 'k', bytesOf(20_000))).etag,
    act: async (at, key) => {
      const operation = { kind: 'update-object-encryption', ...TARGET, keyArn: key, bucketKey: false } as const
      await updateObjectEncryption(at.rooms, await at.permit('bucket'), operation)
    },
    reads: true,
  },
  'a default of a bucket': {
    act: async (at, key) => {
      const change = { rule: { mode: 'sse-kms', cipher: 'aes-256', key, bucketKey: false } } as const
      const operation = { kind: 'put-bucket-encryption', bucket: BUCKET, change } as const
      await putBucketEncryption(at.rooms, await at.permit('bucket'), operation)
    },
    dangles: true,
  },
}

/** Where something holds the key already, a deletion is refused in every order, and the change is made. */
const HELD: Readonly<Record<string, Road>> = {
  'the completion of an upload': {
    before: 1,
    prepare: async (at, key) => {
      const uploadId = await uploadOf(at, key)
      const part = { kind: 'upload-part', ...TARGET, uploadId, partNumber: 1, expect: {} } as const
      const { etag } = await uploadPart(at.rooms, await at.permit('bucket'), part, bodyOf(bytesOf(400)))
      return `${uploadId} ${etag}`
    },
    act: async (at, _key, prepared) => {
      const [id = '', etag = ''] = prepared.split(' ')
      const uploadId = parseUploadId(id) ?? assert.fail(id)
      const operation = { kind: 'complete-upload', ...TARGET, uploadId, parts: [{ partNumber: 1, etag }] } as const
      await completeUpload(at.rooms, await at.permit('bucket'), operation)
    },
    reads: true,
  },
  'bytes that are written over': {
    before: 1,
    prepare: async (at, key) => (await put(at, 'k', bytesOf(400), { encryption: kms(key) })).etag,
    act: async (at) => {
      const operation = { kind: 'modify-object', ...TARGET, position: 0, expect: {} } as const
      await modifyObject(at.rooms, await at.permit('bucket'), operation, bodyOf(bytesOf(10, 1)))
    },
    reads: true,
  },
}

async function raced(name: string, road: Road, seed: number): Promise<'kept' | 'deleted' | 'destroyed'> {
  const told = `${name}, seed ${seed}`
  const random = seeded(seed * 7 + name.length)
  const base = await withBucket()
  const { arn } = await base.kms.createKey(REQUEST, { description: '' })
  const prepared = (await road.prepare?.(base, arn)) ?? ''
  const schedule = taking(random, base.store)
  const opening = engine({}, { store: schedule.store, blobs: base.blobs, root: base.root, nowMs: base.now() })
  await schedule.run([opening])
  const at = await opening

  // Now the one comes late, now the other.
  const late = async (): Promise<void> => {
    for (let turns = Math.floor(random() * 30); turns > 0; turns--)
      await schedule.store.getMany([Buffer.from('nothing')])
  }
  const change = async (): Promise<void> => {
    await late()
    await road.act(at, arn, prepared)
  }
  const deletion = async (): Promise<'deleted' | 'destroyed'> => {
    await late()
    await at.kms.scheduleDeletion(REQUEST, arn, 7)
    if (random() < 0.4) {
      await at.kms.cancelDeletion(REQUEST, arn)
      return 'deleted'
    }
    at.pass(8 * DAY_MS)
    return (await at.kms.destroyDueKeys(at.root, 10)).destroyed === 1 ? 'destroyed' : 'deleted'
  }
  const tasks = [change(), deletion()] as const
  await schedule.run(tasks)
  const [changed, deleted] = await Promise.allSettled(tasks)

  if (changed.status === 'rejected')
    demandFailure(told, changed.reason, ['key-invalid-state', 'key-not-found', 'key-disabled'])
  if (deleted.status === 'rejected') demandFailure(told, deleted.reason, ['key-in-use'])
  const adds = changed.status === 'fulfilled' && road.before === undefined
  const held = (road.before ?? 0) + (adds ? 1 : 0)
  if (road.dangles === true && deleted.status === 'fulfilled') return deleted.value
  if (held === 0) return deleted.status === 'fulfilled' ? deleted.value : assert.fail(`${told}: nothing held the key`)
  // Something depends on it: it lives, counts what was acknowledged, and opens it.
  const { versions, uploads, defaults } = await base.kms.dependents(REQUEST, arn)
  assert.equal(versions + uploads + defaults, held, told)
  const { state } = await base.kms.describeKey(REQUEST, arn)
  assert.ok(state === 'enabled' || state === 'disabled', `${told}: ${state}`)
  if (state === 'disabled') await base.kms.enableKey(REQUEST, arn)
  if (road.reads === true && changed.status === 'fulfilled') assert.ok((await get(base, 'k')).bytes.length > 0, told)
  return 'kept'
}

function demandFailure(told: string, reason: unknown, kinds: readonly string[]): void {
  if (reason instanceof StoreFailure && kinds.includes(reason.failure.kind)) return
  assert.fail(`${told}: ${reason instanceof StoreFailure ? JSON.stringify(reason.failure) : String(reason)}`)
}

for (const [name, road] of Object.entries({ ...ROADS, ...HELD })) {
  test(`T-109 ${name} against the deletion of its key: either the one or the other, in any order`, async () => {
    const seen = { kept: 0, deleted: 0, destroyed: 0 }
    for (let seed = 1; seed <= SEEDS; seed++) seen[await raced(name, road, seed)]++
    // The orders reach both ends; otherwise this would show nothing.
    assert.ok(seen.kept > 0, JSON.stringify(seen))
    if (road.before === undefined) assert.ok(seen.deleted + seen.destroyed > 0, JSON.stringify(seen))
  })
}

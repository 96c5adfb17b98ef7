import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { randomBytes } from 'node:crypto'
import { createAuditLedger, createAuditLog } from '../../src/audit/index.ts'
import { createAccessKeys, createDirectory } from '../../src/iam/index.ts'
import { verifyStore } from '../../src/jobs/verify-store.ts'
import { bringIn } from '../../src/kms/material/imports.fixture.ts'
import { createSessionTokens, moveRoot, openRootProvider, readSystemKey } from '../../src/kms/index.ts'
import { completeUpload } from '../../src/objects/uploads/complete-upload.ts'
import { createUpload } from '../../src/objects/uploads/create-upload.ts'
import {
  ACCOUNT,
  bodyOf,
  BUCKET,
  CALLER,
  engine,
  get,
  keyName,
  PROPERTIES,
  put,
  withBucket,
  type Engine,
} from '../../src/objects/engine.fixture.ts'
import { putBucketLifecycle } from '../../src/objects/lifecycle/bucket-lifecycle.ts'
import { putBucketNotification } from '../../src/objects/buckets/bucket-notification.ts'
import { deliverEvents } from '../../src/objects/deliveries/deliver-events.ts'
import { expireUploads, forgetDoneUploads } from '../../src/objects/uploads/expire-uploads.ts'
import { listUploads } from '../../src/objects/uploads/list-uploads.ts'
import type { Permit } from '../../src/objects/permit.ts'
import { bucketCounter, eventsUntil } from '../../src/objects/rows/row-keys.ts'
import { runLifecycle, type LifecyclePlace } from '../../src/objects/lifecycle/run-lifecycle.ts'
import { uploadPart } from '../../src/objects/uploads/upload-part.ts'
import { StoreFailure, type KeyMaterialResults, type LifecycleRule } from '../../src/operations/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import { setFaultHook } from '../../src/storage/index.ts'
import { BY_TIME_OR_HOST } from './fault-points.ts'

const REQUEST = { caller: CALLER, requestId: 'host-points' } as const
const DAY_MS = 86_400_000
const TARGET = { bucket: BUCKET, key: keyName('upload') }
const BODY = Buffer.alloc(40_000, 'host-points ')

after(() => setFaultHook())

class Died extends Error {}

/** What falls due or is done on the host: what stands before it, the work, and what its end looks like. */
interface HostCase {
  readonly prepare?: (at: Engine, key: string) => Promise<unknown>
  readonly act: (at: Engine, key: string) => Promise<unknown>
  readonly done: (at: Engine, key: string) => Promise<void>
}

async function upload(at: Engine, complete: boolean): Promise<void> {
  const permit = await at.permit('bucket')
  const made = { kind: 'create-upload', ...TARGET, properties: PROPERTIES, encryption: { kind: 'default' } } as const
  const { uploadId } = await createUpload(at.rooms, permit, made)
  const part = { kind: 'upload-part', ...TARGET, uploadId, partNumber: 1, expect: {} } as const
  const { etag } = await uploadPart(at.rooms, permit, part, bodyOf(BODY))
  if (!complete) return
  await completeUpload(at.rooms, permit, {
    ...{ kind: 'complete-upload', ...TARGET, uploadId, parts: [{ partNumber: 1, etag }] },
  })
}

async function version(at: Engine, key: string): Promise<number> {
  return (await at.kms.describeKey(REQUEST, key)).version
}

function accessKeys(at: Engine): ReturnType<typeof createAccessKeys> {
  return createAccessKeys({ store: at.store, records: at.records, cluster: at.cluster, now: at.now })
}

function people(at: Engine): ReturnType<typeof createDirectory> {
  return createDirectory({ store: at.store, records: at.records, cluster: at.cluster, now: at.now, home: ACCOUNT })
}

const SOMETHING = {
  ...{ requestId: 'host-points', action: 'kms:Decrypt', resource: 'arn:aws:kms:::key/x', caller: 'coffer' },
  outcome: 'done',
} as const

/** A log and the ledger over it, as a new start of a process has them. */
async function auditOf(at: Engine) {
  const parts = { store: at.store, records: at.records, now: at.now, epoch: randomBytes(8) }
  const auditKey = await readSystemKey(at.store, at.cluster, 'audit')
  return { log: createAuditLog(parts), ledger: createAuditLedger({ ...parts, auditKey }) }
}

const EXTERNAL = 'of-somebody-else'
const MATERIAL = Buffer.alloc(32, 'host points')
const HOW = { wrapping: 'RSAES_OAEP_SHA_256', wrappingKey: 'RSA_2048' } as const

/** The key for imported material, made where it is not there yet. */
async function external(at: Engine): Promise<string> {
  const keys = await at.kms.listKeys(REQUEST)
  if (keys.some(({ keyId }) => keyId === EXTERNAL)) return EXTERNAL
  return (await at.kms.createKey(REQUEST, { description: '', keyId: EXTERNAL, origin: 'external' })).keyId
}

async function parameters(at: Engine, key: string): Promise<KeyMaterialResults['get-import-parameters']> {
  return at.kms.materials['get-import-parameters'](REQUEST, { key, ...HOW })
}

const CREDENTIAL = { accessKeyId: 'HOSTPOINTS0000000001', secret: new SecretBytes(Buffer.from('s'.repeat(40))) }
const nothing = async (): Promise<void> => undefined

async function putRule(at: Engine, prefix: string, actions: Partial<LifecycleRule>): Promise<void> {
  const rule: LifecycleRule = {
    ...{
      id: 'rule',
      enabled: true,
      filter: { prefix, tags: [] },
      filterForm: 'plain',
      transitions: [],
      noncurrentTransitions: [],
    },
    ...actions,
  }
  await putBucketLifecycle(at.rooms, await at.permit('bucket'), {
    ...{ kind: 'put-bucket-lifecycle', bucket: BUCKET },
    lifecycle: { rules: [rule], transitionMinimum: 'all_storage_classes_128K' },
  })
}

/** A new start's pass over all rules. */
async function carryOutRules(at: Engine): Promise<void> {
  const { log } = await auditOf(at)
  const limits = { limit: 10, signal: new AbortController().signal, seen: new Map<string, string>() }
  let place: LifecyclePlace | undefined
  do {
    place = (await runLifecycle(at.rooms, log, place, limits)).next
  } while (place !== undefined)
}

async function bucketAt(at: Engine): Promise<NonNullable<Permit['bucket']>> {
  return (await at.permit('bucket')).bucket ?? assert.fail()
}

const CASES: Readonly<Record<string, HostCase>> = {
  'forget-done-uploads': {
    prepare: async (at) => {
      await upload(at, true)
      at.pass(2 * DAY_MS)
    },
    act: (at) => forgetDoneUploads(at.rooms, { limit: 10 }),
    done: async (at) => assert.equal((await forgetDoneUploads(at.rooms, { limit: 10 })).forgotten, 0),
  },
  'expire-upload': {
    prepare: async (at) => {
      await upload(at, false)
      at.pass(2 * DAY_MS)
    },
    act: (at) => expireUploads(at.rooms, { startedBeforeMs: at.now(), limit: 10 }),
    done: async (at) => {
      const operation = {
        kind: 'list-uploads',
        bucket: BUCKET,
        prefix: '',
        delimiter: '',
        keyMarker: '',
        maxUploads: 10,
      } as const
      const { uploads } = await listUploads(at.rooms, await at.permit('bucket'), operation)
      assert.equal(uploads.length, 0)
    },
  },
  lifecycle: {
    prepare: async (at) => {
      await put(at, 'ruled', Buffer.from('expired'))
      await putRule(at, 'ruled', { expiration: { kind: 'days', days: 1 } })
      at.pass(3 * DAY_MS)
    },
    act: carryOutRules,
    done: async (at) => {
      await assert.rejects(get(at, 'ruled'), { failure: { kind: 'no-such-key', key: 'ruled' } })
    },
  },
  'lifecycle-upload': {
    prepare: async (at) => {
      await upload(at, false)
      await putRule(at, 'upload', { abortUploads: { kind: 'days', days: 1 } })
      at.pass(3 * DAY_MS)
    },
    act: carryOutRules,
    done: async (at) => {
      assert.equal(await at.store.sum(bucketCounter((await bucketAt(at)).uuid, 'uploads')), 0n)
    },
  },
  'deliver-event': {
    prepare: async (at) => {
      await putBucketNotification(at.rooms, await at.permit('bucket'), {
        ...{ kind: 'put-bucket-notification', bucket: BUCKET, skipTestEvent: true },
        notification: {
          rules: [{ id: 'rule', form: 'queue', target: 'arn:coffer:webhook:::hook', events: ['s3:ObjectCreated:*'] }],
        },
      })
      await put(at, 'told', Buffer.from('told'))
    },
    act: async (at) => {
      const { log } = await auditOf(at)
      const limits = { limit: 10, signal: new AbortController().signal }
      await deliverEvents(at.rooms, log, async () => true, limits)
    },
    done: async (at) => {
      const { rows } = await at.store.scan({ ...eventsUntil(at.now()), limit: 10 })
      assert.equal(rows.length, 0)
    },
  },
  'rotate-due-key': {
    prepare: async (at, key) => {
      await at.kms.setRotation(REQUEST, key, 90)
      at.pass(91 * DAY_MS)
    },
    act: (at) => at.kms.rotateDueKeys(10),
    done: async (at, key) => assert.equal(await version(at, key), 2),
  },
  'destroy-key': {
    prepare: async (at, key) => {
      await at.kms.scheduleDeletion(REQUEST, key, 7)
      at.pass(8 * DAY_MS)
    },
    act: (at) => at.kms.destroyDueKeys(at.root, 10),
    done: async (at, key) =>
      assert.rejects(at.kms.describeKey(REQUEST, key), { failure: { kind: 'key-not-found', key } }),
  },
  'change-people': {
    act: async (at) => {
      const wanted = { kind: 'create-user', name: 'somebody', tags: {} } as const
      try {
        await people(at).perform(REQUEST, wanted)
      } catch (error) {
        // Made before the process died: it is there, whole.
        if (!(error instanceof StoreFailure) || error.failure.kind !== 'entity-exists') throw error
      }
    },
    done: async (at) => {
      const { items } = await people(at).perform(REQUEST, { kind: 'list-users' })
      assert.deepEqual(
        items.map(({ arn }) => arn),
        [`arn:aws:iam::${ACCOUNT}:user/somebody`],
      )
    },
  },
  'make-session-key': {
    act: (at) => createSessionTokens(at).seal(Buffer.from('session')),
    done: async (at) => {
      const { token } = await createSessionTokens(at).seal(Buffer.from('session'))
      const opened = await createSessionTokens(await at.restarted()).open(token)
      assert.equal(opened?.payload.toString(), 'session')
    },
  },
  'audit-checkpoint': {
    act: async (at) => {
      const { log, ledger } = await auditOf(at)
      log.record({ timeMs: at.now(), ...SOMETHING })
      await log.flush()
      await ledger.sealAll()
      await ledger.checkpoint(true)
    },
    done: async (at) => {
      const report = await (await auditOf(at)).ledger.verify()
      assert.deepEqual([report.intact, report.problems], [true, []])
    },
  },
  'put-key-policy': {
    act: (at, key) => at.kms.putKeyPolicy(REQUEST, key, { policy: KEY_POLICY }),
    done: async (at, key) => at.kms.putKeyPolicy(REQUEST, key, { policy: KEY_POLICY }),
  },
  'update-key-description': {
    act: (at, key) => at.kms.updateDescription(REQUEST, key, 'new'),
    done: async (at, key) => assert.equal((await at.kms.updateDescription(REQUEST, key, 'new')).description, 'new'),
  },
  'tag-key': {
    act: (at, key) => at.kms.tagKey(REQUEST, key, [['a', 'b']]),
    done: async (at, key) => {
      await at.kms.tagKey(REQUEST, key, [['a', 'b']])
      assert.deepEqual((await at.kms.listKeyTags(REQUEST, key)).tags, [['a', 'b']])
    },
  },
  'create-grant': {
    act: (at, key) => at.kms.createGrant(REQUEST, key, GRANT),
    done: async (at, key) => {
      await at.kms.createGrant(REQUEST, key, GRANT)
      assert.equal((await at.kms.listGrants(REQUEST, key, {})).grants.length, 1)
    },
  },
  'revoke-grant': {
    prepare: async (at, key) => at.kms.createGrant(REQUEST, key, GRANT),
    act: revokeAll,
    done: async (at, key) => {
      await revokeAll(at, key)
      assert.deepEqual((await at.kms.listGrants(REQUEST, key, {})).grants, [])
    },
  },
  'remove-grants': {
    prepare: async (at, key) => {
      await at.kms.createGrant(REQUEST, key, GRANT)
      await at.kms.scheduleDeletion(REQUEST, key, 7)
      at.pass(8 * DAY_MS)
    },
    act: (at) => at.kms.destroyDueKeys(at.root, 10),
    done: async (at, key) =>
      assert.rejects(at.kms.describeKey(REQUEST, key), { failure: { kind: 'key-not-found', key } }),
  },
  'get-import-parameters': {
    act: async (at) => parameters(at, await external(at)),
    done: async (at) => assert.ok((await parameters(at, await external(at))).publicKey.length > 0),
  },
  'import-key-material': {
    prepare: async (at) => {
      await external(at)
    },
    act: async (at) => bringIn({ keys: at.kms }, await external(at), MATERIAL, {}, HOW, REQUEST),
    done: async (at) => assert.equal((await at.kms.describeKey(REQUEST, EXTERNAL)).state, 'enabled'),
  },
  'delete-imported-key-material': {
    prepare: async (at) => {
      await bringIn({ keys: at.kms }, await external(at), MATERIAL, {}, HOW, REQUEST)
    },
    act: (at) => at.kms.materials['delete-imported-key-material'](REQUEST, { key: EXTERNAL }),
    done: async (at) => assert.equal((await at.kms.describeKey(REQUEST, EXTERNAL)).state, 'pending-import'),
  },
  'expire-key-material': {
    prepare: async (at) => {
      const terms = { validToMs: at.now() + DAY_MS }
      await bringIn({ keys: at.kms }, await external(at), MATERIAL, terms, HOW, REQUEST)
      at.pass(2 * DAY_MS)
    },
    act: (at) => at.kms.expireDueMaterial(10),
    done: async (at) => assert.deepEqual(await at.kms.expireDueMaterial(10), { expired: 0, more: false }),
  },
  'rotate-service-key': {
    act: (at) => at.kms.rotateServiceKey(ACCOUNT),
    done: async (at) => assert.ok([2, 3].includes((await at.kms.serviceKey(ACCOUNT)).version)),
  },
  'begin-cluster-key': { act: (at) => at.rotateCluster(), done: nothing },
  'renew-wraps': { act: (at) => at.rotateCluster(), done: nothing },
  'end-cluster-keys': { act: (at) => at.rotateCluster(), done: nothing },
  'set-root-credential': {
    act: (at) => accessKeys(at).ensureRoot(ACCOUNT, CREDENTIAL),
    done: async (at) => assert.ok((await accessKeys(at).lookup(CREDENTIAL.accessKeyId)) !== undefined),
  },
  'recover-root-credential': {
    act: (at) => accessKeys(at).recoverRoot(ACCOUNT),
    done: async (at) => {
      const { accessKeyId } = await accessKeys(at).recoverRoot(ACCOUNT)
      assert.ok((await accessKeys(at).lookup(accessKeyId)) !== undefined)
    },
  },
}

const KEY_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' },
})
const GRANT = {
  grantee: { kind: 'principal', arn: `arn:aws:iam::${ACCOUNT}:root` },
  operations: ['Decrypt'],
  name: 'once',
} as const

async function revokeAll(at: Engine, key: string): Promise<void> {
  for (const { grantId } of (await at.kms.listGrants(REQUEST, key, {})).grants) {
    await at.kms.revokeGrant(REQUEST, key, grantId)
  }
}

function armed(point: string): () => boolean {
  let passed = false
  setFaultHook((name) => {
    if (name !== point || passed) return
    passed = true
    throw new Died(point)
  })
  return () => passed
}

/** Everything reads and every count agrees. */
async function assertWhole(at: Engine): Promise<void> {
  assert.ok((await get(at, 'name')).bytes.equals(BODY))
  const report = await verifyStore(at.rooms, await at.permit(), { liveEpochs: new Set() })
  assert.deepEqual([report.remarks, report.damaged, report.readable], [[], [], report.versions])
}

async function standing(): Promise<{ readonly at: Engine; readonly key: string }> {
  const at = await withBucket('unversioned', { notificationTargets: ['hook'] })
  const { arn } = await at.kms.createKey(REQUEST, { description: 'host points' })
  await put(at, 'name', BODY)
  return { at, key: arn }
}

for (const point of BY_TIME_OR_HOST.filter((one) => !one.includes('root-wraps'))) {
  test(`dying at ${point}: what was begun is finished by the next process, once`, async () => {
    const { at, key } = await standing()
    const one = CASES[point.split(':')[0] ?? ''] ?? assert.fail('a new point needs a case')
    await one.prepare?.(at, key)
    const passed = armed(point)
    await assert.rejects(one.act(at, key), Died)
    assert.ok(passed())
    const next = await at.restarted()
    await assertWhole(next)
    await one.act(next, key)
    await one.done(next, key)
    await assertWhole(await next.restarted())
  })
}

for (const point of BY_TIME_OR_HOST.filter((one) => one.includes('root-wraps'))) {
  test(`dying at ${point}: one of both roots opens the data, and moving it again ends with the new one`, async () => {
    const { at } = await standing()
    const to = await openRootProvider({ provider: 'ephemeral' })
    armed(point)
    await assert.rejects(moveRoot({ store: at.store, from: at.root, to }), Died)
    const ground = { store: at.store, blobs: at.blobs, nowMs: at.now() }
    const next = await at.restarted().catch(() => engine({}, { ...ground, root: to }))
    await assertWhole(next)
    await moveRoot({ store: at.store, from: next.root, to })
    await assertWhole(await engine({}, { ...ground, root: to }))
    await assert.rejects(at.restarted())
  })
}

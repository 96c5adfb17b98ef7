import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMemoryMetadata, type MetadataStore } from '../../storage/index.ts'
import { allRows, bytesOf, deployment, isFailure, OURS, rootOf, testRoot } from '../keys/keys.fixture.ts'
import { CLUSTER_ROW } from '../kms-rows.ts'
import { describeRoots, moveRoot } from './move-root.ts'
import { openCluster, readRootWraps } from './open-cluster.ts'
import { RootMismatch, RootUnavailable, type RootProvider } from '../roots/root-provider.ts'
import { fileRoot } from '../roots/file.ts'
import { readSystemKey } from './system-keys.ts'

/** A store that fails on any commit: for openings that must write nothing. */
function readOnly(store: MetadataStore): MetadataStore {
  return {
    inlineBytes: store.inlineBytes,
    getMany: (keys) => store.getMany(keys),
    scan: (range) => store.scan(range),
    scanGroups: (range) => store.scanGroups(range),
    sum: (counter) => store.sum(counter),
    close: () => store.close(),
    commit: () => assert.fail('something was written'),
  }
}

test('a first start makes a cluster key, and the next one opens the same', async () => {
  const store = createMemoryMetadata()
  const root = testRoot(1)
  const first = await openCluster({ store, root, allowCreate: true })
  assert.deepEqual([first.created, first.version], [true, 1])
  const second = await openCluster({ store: readOnly(store), root, allowCreate: true })
  assert.deepEqual([second.created, second.version], [false, 1])
  for (const purpose of ['metadata', 'audit'] as const) {
    const [one, two] = [
      await readSystemKey(store, first.cluster, purpose),
      await readSystemKey(store, second.cluster, purpose),
    ]
    assert.ok(one.equals(two))
  }
})

test('no key in the clear: neither the cluster key nor a system key nor material lies in any row', async () => {
  const { store, cluster, keys } = await deployment()
  const { keyId } = await keys.createKey(rootOf(OURS), { description: '' })
  const made = await keys.generateDataKey(rootOf(OURS), { key: keyId, context: {} })
  const service = await keys.serviceKey(OURS)
  const secrets = [
    await cluster.exportKey(1),
    await readSystemKey(store, cluster, 'metadata'),
    await readSystemKey(store, cluster, 'audit'),
    made.plaintext,
    service.key,
  ].map(bytesOf)
  const rows = await allRows(store)
  assert.ok(rows.length > 8)
  for (const row of rows) {
    const value = Buffer.from(row.value)
    for (const secret of secrets) {
      for (const form of [secret, Buffer.from(secret.toString('hex')), Buffer.from(secret.toString('base64'))]) {
        assert.ok(!value.includes(form), Buffer.from(row.key).toString('latin1'))
      }
    }
  }
})

test('T-118 data of another root: the start is refused with both ids, and nothing is written', async () => {
  const store = createMemoryMetadata()
  await openCluster({ store, root: testRoot(1), allowCreate: true })
  const before = await allRows(store)
  const [stored] = await readRootWraps(store)
  const other = testRoot(2)
  const given = await other.identify(Buffer.alloc(0))
  await assert.rejects(openCluster({ store: readOnly(store), root: other, allowCreate: true }), (error: unknown) => {
    assert.ok(error instanceof RootMismatch)
    assert.deepEqual(error.stored, [stored?.rootId])
    assert.equal(error.given, given)
    assert.ok(error.message.includes(given) && error.message.includes(stored?.rootId ?? 'none'))
    return true
  })
  assert.deepEqual(await allRows(store), before)
})

test('T-118 the root file of existing data is gone: sealed, and no new root is made', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'coffer-root-'))
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  const store = createMemoryMetadata()
  await openCluster({ store, root: testRoot(1), allowCreate: true })
  const missing = await fileRoot(join(folder, 'root.key'))
  await assert.rejects(openCluster({ store: readOnly(store), root: missing, allowCreate: true }), RootUnavailable)
  assert.equal(missing.canCreate, true)
})

test('an empty store is left empty unless a deployment may be made', async () => {
  const store = createMemoryMetadata()
  await assert.rejects(openCluster({ store, root: testRoot(1), allowCreate: false }), RootUnavailable)
  assert.deepEqual(await allRows(store), [])
})

test('wraps without a root row are damage: no new cluster key is made over them', async () => {
  const store = createMemoryMetadata()
  const root = testRoot(1)
  await openCluster({ store, root, allowCreate: true })
  const wraps = await readRootWraps(store)
  await store.commit({ checks: [], writes: wraps.map(({ key }) => ({ kind: 'delete', key })) })
  await assert.rejects(openCluster({ store: readOnly(store), root, allowCreate: true }), isFailure('integrity'))
})

test('a damaged wrap under this very root is damage, not another root', async () => {
  const store = createMemoryMetadata()
  const root = testRoot(1)
  await openCluster({ store, root, allowCreate: true })
  const [wrap] = await readRootWraps(store)
  assert.ok(wrap !== undefined)
  const value = Buffer.from(wrap.wrapped)
  value[140] = (value[140] ?? 0) ^ 1
  await store.commit({ checks: [], writes: [{ kind: 'put', key: wrap.key, value }] })
  await assert.rejects(openCluster({ store: readOnly(store), root, allowCreate: true }), isFailure('integrity'))
})

test('many first starts at once make one deployment', async () => {
  const store = createMemoryMetadata()
  const opened = await Promise.all(
    Array.from({ length: 8 }, () => openCluster({ store, root: testRoot(1), allowCreate: true })),
  )
  assert.equal(opened.filter((one) => one.created).length, 1)
  const keys = await Promise.all(opened.map(({ cluster }) => readSystemKey(store, cluster, 'metadata')))
  const [first] = keys
  assert.ok(first !== undefined && keys.every((key) => key.equals(first)))
})

test('moving the root: the new one opens, the old one does not, every key stays', async () => {
  const all = await deployment()
  const { keyId } = await all.keys.createKey(rootOf(OURS), { description: '' })
  const made = await all.keys.generateDataKey(rootOf(OURS), { key: keyId, context: {} })
  const to = testRoot(2)
  const { rootId } = await moveRoot({ store: all.store, from: all.root, to })
  assert.deepEqual(await describeRoots(all.store), [{ rootId, clusterVersion: 1 }])
  await assert.rejects(openCluster({ store: all.store, root: all.root, allowCreate: true }), RootMismatch)
  const { cluster } = await openCluster({ store: all.store, root: to, allowCreate: false })
  assert.ok((await cluster.exportKey(1)).equals(await all.cluster.exportKey(1)))
  const opened = await all.keys.decrypt(rootOf(OURS), { blob: made.blob, context: {} })
  assert.ok(opened.plaintext.equals(made.plaintext))
})

test('moving the root, cut off after each commit: some root opens at any time, and a second run finishes', async () => {
  for (const allowed of [0, 1, 2]) {
    const { store, root } = await deployment()
    const to = testRoot(2)
    let commits = 0
    const cut: MetadataStore = {
      ...readOnly(store),
      commit: (batch) => (commits++ < allowed ? store.commit(batch) : Promise.reject(new Error('the power went'))),
    }
    await moveRoot({ store: cut, from: root, to }).catch(() => undefined)
    const openers = await Promise.allSettled(
      [root, to].map((one) => openCluster({ store, root: one, allowCreate: false })),
    )
    assert.ok(
      openers.some((one) => one.status === 'fulfilled'),
      `after ${allowed} commits`,
    )
    await moveRoot({ store, from: root, to })
    await assert.doesNotReject(openCluster({ store, root: to, allowCreate: false }))
    await assert.rejects(openCluster({ store, root, allowCreate: false }), RootMismatch)
  }
})

test('while the new root is put in its place, both roots open the data; if that fails, both still do', async () => {
  const { store, root } = await deployment()
  const to = testRoot(2)
  const bothOpen = async (): Promise<void> => {
    for (const one of [root, to]) await assert.doesNotReject(openCluster({ store, root: one, allowCreate: false }))
  }
  const failing = async (): Promise<void> => {
    await bothOpen()
    throw new Error('the disk is full')
  }
  await assert.rejects(moveRoot({ store, from: root, to, settle: failing }), /the disk is full/)
  await bothOpen()
  let settled = 0
  const settle = async (): Promise<void> => {
    settled++
    await bothOpen()
  }
  await moveRoot({ store, from: root, to, settle })
  assert.equal(settled, 1)
  await assert.rejects(openCluster({ store, root, allowCreate: false }), RootMismatch)
})

test('a root that does not open what it wrapped is never put in place of one that does', async () => {
  const { store, root } = await deployment()
  const before = await allRows(store)
  const broken: RootProvider = { ...testRoot(2), unwrap: async () => undefined }
  await assert.rejects(moveRoot({ store: readOnly(store), from: root, to: broken }), RootUnavailable)
  await assert.rejects(moveRoot({ store: readOnly(store), from: testRoot(3), to: testRoot(2) }), RootMismatch)
  assert.deepEqual(await allRows(store), before)
})

test('the version row is what new wraps are checked against', async () => {
  const { store } = await deployment()
  const [row] = await store.getMany([CLUSTER_ROW])
  assert.deepEqual(Buffer.from(row?.value ?? []), Buffer.of(0, 0, 0, 1))
})

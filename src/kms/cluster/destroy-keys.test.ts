import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Row } from '../../storage/index.ts'
import { createLocalKeyStore } from '../stores/local.ts'
import { MaterialMissing } from '../stores/key-store.ts'
import { clusterFromKey, wrapVersion } from './cluster-key.ts'
import {
  allRows,
  anotherProcess,
  bytesOf,
  deployment,
  isFailure,
  OURS,
  rootOf,
  THEIRS,
  type Deployment,
} from '../keys/keys.fixture.ts'
import { keyRow, ROOT_ROWS, SHRED_ROW, WRAP_ROWS, wrapRow, type WrapName } from '../kms-rows.ts'
import { describeRoots } from './move-root.ts'
import { openCluster } from './open-cluster.ts'
import { rotateCluster } from './rotate-cluster.ts'
import { SecretBytes } from '../../secrets/index.ts'

const US = rootOf(OURS)
const DAY_MS = 86_400_000

async function wraps({ store }: Deployment): Promise<readonly Row[]> {
  return (await store.scan({ ...WRAP_ROWS, limit: 1_000 })).rows
}

/** A deployment with three keys, of which `doomed` (two versions) is due for destruction. */
async function withDoomedKey(): Promise<
  Deployment & { readonly doomed: string; readonly uid: string; readonly doomedBlob: Buffer; readonly kept: Buffer[] }
> {
  const all = await deployment()
  const kept: Buffer[] = []
  for (const description of ['one', 'two']) {
    const { keyId } = await all.keys.createKey(US, { description })
    kept.push((await all.keys.generateDataKey(US, { key: keyId, context: {} })).blob)
    await all.keys.rotateKey(US, keyId)
    kept.push((await all.keys.generateDataKey(US, { key: keyId, context: {} })).blob)
  }
  await all.keys.serviceKey(OURS)
  const { keyId: doomed } = await all.keys.createKey(US, { description: 'doomed' })
  const { blob: doomedBlob, use } = await all.keys.generateDataKey(US, { key: doomed, context: {} })
  await all.keys.rotateKey(US, doomed)
  await all.keys.setAlias(US, 'alias/doomed', doomed, false)
  await all.keys.scheduleDeletion(US, doomed, 7)
  all.clock.nowMs += 7 * DAY_MS
  return { ...all, doomed, uid: use.keyUid, doomedBlob, kept }
}

async function opensAll(all: Deployment, blobs: readonly Buffer[]): Promise<void> {
  const restarted = await anotherProcess(all)
  for (const keys of [all.keys, restarted]) {
    for (const blob of blobs) assert.equal((await keys.decrypt(US, { blob, context: {} })).plaintext.length, 32)
    assert.ok((await keys.serviceKey(OURS)).key.equals((await restarted.serviceKey(OURS)).key))
  }
}

test('destruction waits for the time that was promised', async () => {
  const all = await withDoomedKey()
  all.clock.nowMs -= 1
  assert.deepEqual(await all.keys.destroyDueKeys(all.root, 10), { destroyed: 0, blocked: 0, more: false })
  assert.equal((await all.keys.describeKey(US, all.doomed)).state, 'pending-deletion')
  all.clock.nowMs += 1
  assert.equal((await all.keys.destroyDueKeys(all.root, 10)).destroyed, 1)
  assert.deepEqual(await all.keys.destroyDueKeys(all.root, 10), { destroyed: 0, blocked: 0, more: false })
})

test('after destruction the key is gone, its wraps are gone, all else is under a new cluster key, and works', async () => {
  const all = await withDoomedKey()
  const before = await wraps(all)
  const outcome = await all.keys.destroyDueKeys(all.root, 10)
  assert.deepEqual(outcome, { destroyed: 1, blocked: 0, clusterVersion: 2, more: false })
  const after = await wraps(all)
  assert.equal(after.length, before.length - 2)
  assert.deepEqual(new Set(after.map((row) => wrapVersion(row.value))), new Set([2]))
  assert.ok(!after.some((row) => Buffer.from(row.key).includes(all.uid)))
  assert.deepEqual(
    (await describeRoots(all.store)).map((one) => one.clusterVersion),
    [2],
  )
  const rows = await all.store.getMany([SHRED_ROW])
  assert.deepEqual(rows, [undefined])
  await opensAll(all, all.kept)
  for (const key of [all.doomed, 'alias/doomed']) {
    await assert.rejects(all.keys.describeKey(US, key), isFailure('key-not-found'))
  }
  const byObject = all.keys.decrypt({ ...US, via: 's3' }, { blob: all.doomedBlob, context: {} })
  await assert.rejects(byObject, isFailure('key-not-found'))
  assert.ok(!(await all.keys.listKeys(US)).some((key) => key.keyId === all.doomed))
  const actions = all.audited.map((record) => record.action)
  assert.ok(actions.includes('kms:DeleteKey') && actions.includes('coffer:RotateClusterKey'))
})

test('old rows, kept by somebody, do not open with the root and the rows that are there now', async () => {
  const all = await withDoomedKey()
  const stolen = (await wraps(all)).filter((row) => Buffer.from(row.key).includes(all.uid))
  assert.equal(stolen.length, 2)
  await all.keys.destroyDueKeys(all.root, 10)
  // Everything that the store held of the key is put back; the cluster key that it is under is not.
  await all.store.commit({ checks: [], writes: stolen.map(({ key, value }) => ({ kind: 'put', key, value })) })
  const { cluster } = await openCluster({ store: all.store, root: all.root, allowCreate: false })
  const material = createLocalKeyStore({ store: all.store, cluster })
  const opening = material.unwrap({ keyUid: all.uid, version: 1 }, all.doomedBlob, Buffer.alloc(0))
  await assert.rejects(opening, isFailure('sealed'))
})

test('an id is never used again, in no account', async () => {
  const all = await deployment()
  await all.keys.createKey(US, { description: '', keyId: 'testkey-1' })
  await all.keys.scheduleDeletion(US, 'testkey-1', 7)
  all.clock.nowMs += 7 * DAY_MS
  await all.keys.destroyDueKeys(all.root, 10)
  for (const request of [US, rootOf(THEIRS)]) {
    const again = all.keys.createKey(request, { description: '', keyId: 'testkey-1' })
    await assert.rejects(again, isFailure('invalid-argument'))
  }
})

test('T-109 destruction that is cut off after any commit is finished by the next run; what remains always works', async () => {
  for (let allowed = 0; allowed < 12; allowed++) {
    const all = await withDoomedKey()
    let commits = 0
    const dying = await anotherProcess({ ...all, store: cutAfter(all, () => commits++ < allowed) })
    const done = await dying.destroyDueKeys(all.root, 10).then(
      () => true,
      () => false,
    )
    const restarted = { ...all, keys: await anotherProcess(all) }
    await opensAll(restarted, all.kept)
    await restarted.keys.destroyDueKeys(all.root, 10)
    await opensAll(restarted, all.kept)
    await assert.rejects(restarted.keys.describeKey(US, all.doomed), isFailure('key-not-found'))
    const [shred] = await all.store.getMany([SHRED_ROW])
    assert.equal(shred, undefined, `after ${allowed} commits`)
    const versions = new Set((await wraps(all)).map((row) => wrapVersion(row.value)))
    const roots = (await describeRoots(all.store)).map((one) => one.clusterVersion)
    assert.deepEqual([...versions], roots)
    assert.ok((roots[0] ?? 0) >= 2)
    if (done) return
  }
  assert.fail('the destruction never came to its end')
})

function cutAfter({ store }: Deployment, allowed: () => boolean): Deployment['store'] {
  return {
    inlineBytes: store.inlineBytes,
    getMany: (keys) => store.getMany(keys),
    scan: (range) => store.scan(range),
    scanGroups: (range) => store.scanGroups(range),
    sum: (counter) => store.sum(counter),
    close: () => store.close(),
    commit: (batch) => (allowed() ? store.commit(batch) : Promise.reject(new Error('the power went'))),
  }
}

test('material that was renewed by an interrupted rotation and then destroyed is under a key that ends, wherever it is cut', async () => {
  for (let allowed = 0; ; allowed++) {
    const all = await withDoomedKey()
    // The rotation begins version 2 and renews everything, the doomed key as well; then the power goes.
    let commits = 0
    const cut = cutAfter(all, () => commits++ < 2)
    await assert.rejects(rotateCluster({ ...all, store: cut }), /the power went/)
    const doomed = (await wraps(all)).filter((row) => Buffer.from(row.key).includes(all.uid))
    assert.deepEqual(
      doomed.map((row) => wrapVersion(row.value)),
      [2, 2],
    )
    // The destruction is cut off, too, after so many commits; the next run is not.
    let later = 0
    const dying = await anotherProcess({ ...all, store: cutAfter(all, () => later++ < allowed) })
    const done = await dying.destroyDueKeys(all.root, 10).then(
      () => true,
      () => false,
    )
    const restarted = { ...all, keys: await anotherProcess(all) }
    await restarted.keys.destroyDueKeys(all.root, 10)
    const [root] = await describeRoots(all.store)
    assert.ok(root !== undefined && root.clusterVersion > 2, `after ${allowed} commits`)
    await opensAll(restarted, all.kept)
    if (done) return
  }
})

test('a wrap that does not open stops the rotation, run after run, and no versions pile up', async () => {
  const all = await withDoomedKey()
  const [row] = await wraps(all)
  assert.ok(row !== undefined)
  const value = Buffer.from(row.value)
  value[80] = (value[80] ?? 0) ^ 1
  await all.store.commit({ checks: [], writes: [{ kind: 'put', key: row.key, value }] })
  for (let run = 0; run < 4; run++) {
    await assert.rejects(all.keys.destroyDueKeys(all.root, 10), isFailure('integrity'))
    assert.deepEqual(
      (await describeRoots(all.store)).map((one) => one.clusterVersion),
      [1, 2],
    )
  }
  await all.store.commit({ checks: [], writes: [{ kind: 'put', key: row.key, value: row.value }] })
  await all.keys.destroyDueKeys(all.root, 10)
  assert.equal((await describeRoots(all.store)).length, 1)
  await opensAll(all, all.kept)
})

test('a wrap made against the old version while the cluster key is replaced does not commit', async () => {
  const all = await deployment()
  const late = createLocalKeyStore(all)
  const fragment = await late.create({ keyUid: 'ab'.repeat(16), version: 1 })
  await rotateCluster(all)
  assert.equal((await all.store.commit(fragment)).kind, 'conflict')
  const again = await late.create({ keyUid: 'ab'.repeat(16), version: 1 })
  assert.equal((await all.store.commit(again)).kind, 'committed')
})

test('a worker that slept through a rotation fetches the new version; one that cannot is sealed', async () => {
  const all = await deployment()
  const { keyId } = await all.keys.createKey(US, { description: '' })
  const use = await all.keys.resolve(US, keyId)
  const handle = { keyUid: use.keyUid, version: 1 }
  const key = await all.cluster.exportKey(1)
  let asked = 0
  const fetching = clusterFromKey(key, 1, async (version) => {
    asked++
    return all.cluster.exportKey(version)
  })
  const stranded = clusterFromKey(key, 1)
  await rotateCluster(all)
  const plaintext = new SecretBytes(Buffer.from('plaintext'))
  const blob = await createLocalKeyStore({ store: all.store, cluster: fetching }).wrap(
    handle,
    plaintext,
    Buffer.alloc(0),
  )
  assert.equal(asked, 1)
  const opened = await createLocalKeyStore(all).unwrap(handle, blob, Buffer.alloc(0))
  assert.deepEqual(opened && bytesOf(opened), bytesOf(plaintext))
  const sealed = createLocalKeyStore({ store: all.store, cluster: stranded }).wrap(handle, plaintext, Buffer.alloc(0))
  await assert.rejects(sealed, isFailure('sealed'))
})

test('many wraps are renewed in bounded commits', async () => {
  const all = await deployment()
  for (let index = 0; index < 450; index++) {
    const name: WrapName = { purpose: 'key', id: index.toString(16).padStart(32, '0'), version: 1 }
    const value = await all.cluster.wrap(name, new SecretBytes(Buffer.alloc(32, index)), 1)
    await all.store.commit({ checks: [], writes: [{ kind: 'put', key: wrapRow(name), value }] })
  }
  const { version, renewed } = await rotateCluster(all)
  assert.deepEqual([version, renewed], [2, 452])
  assert.deepEqual(new Set((await wraps(all)).map((row) => wrapVersion(row.value))), new Set([2]))
  const roots = await all.store.scan({ ...ROOT_ROWS, limit: 10 })
  assert.equal(roots.rows.length, 1)
})

test('lost material is an invalid state, and nothing is made in its place', async () => {
  const all = await deployment()
  const { keyId } = await all.keys.createKey(US, { description: '' })
  const { keyUid } = await all.keys.resolve(US, keyId)
  const name: WrapName = { purpose: 'key', id: keyUid, version: 1 }
  await all.store.commit({ checks: [], writes: [{ kind: 'delete', key: wrapRow(name) }] })
  const before = await allRows(all.store)
  await assert.rejects(all.keys.generateDataKey(US, { key: keyId, context: {} }), isFailure('key-invalid-state'))
  assert.deepEqual(await allRows(all.store), before)
  const missing = createLocalKeyStore(all).wrap({ keyUid, version: 1 }, new SecretBytes(Buffer.of(1)), Buffer.alloc(0))
  await assert.rejects(missing, MaterialMissing)
  const [row] = await all.store.getMany([keyRow(keyUid)])
  assert.ok(row !== undefined)
})

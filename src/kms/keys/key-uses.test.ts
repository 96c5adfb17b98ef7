import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreFailure } from '../../operations/index.ts'
import { joinFragments, type Fragment, type MetadataStore } from '../../storage/index.ts'
import {
  anotherProcess,
  bare,
  deployment,
  isFailure,
  OURS,
  rootOf,
  seeded,
  testRoot,
  type Deployment,
} from './keys.fixture.ts'
import type { KeyService, KeyUse, Referrer } from '../key-service.ts'
import { testUser, withPeople } from '../rights/people.fixture.ts'
import { lifeRow, useRows } from '../kms-rows.ts'

const US = rootOf(OURS)
const DAY_MS = 86_400_000

function referrer(kind: Referrer['kind'], id: number): Referrer {
  return { kind, id: Buffer.alloc(16, id) }
}

async function commitNow(store: MetadataStore, fragment: Fragment): Promise<'committed' | 'conflict'> {
  return (await store.commit(fragment)).kind
}

/** What an engine does with a reference: takes it into a commit, and decides again when that commit conflicts. */
async function refer(store: MetadataStore, keys: KeyService, use: KeyUse, to: Referrer): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    if ((await commitNow(store, await keys.reference(use, to))) === 'committed') return
  }
  throw new Error('contended')
}

async function withUse(): Promise<Deployment & { readonly id: string; readonly use: KeyUse }> {
  const all = await deployment()
  const { keyId: id } = await all.keys.createKey(US, { description: '' })
  const { use } = await all.keys.generateDataKey(US, { key: id, context: {} })
  return { ...all, id, use }
}

test('dependents are exact: by kind, and by version of the material', async () => {
  const { store, keys, id, use } = await withUse()
  for (let one = 0; one < 5; one++) await refer(store, keys, use, referrer('version', one))
  await keys.rotateKey(US, id)
  const { use: second } = await keys.generateDataKey(US, { key: id, context: {} })
  assert.equal(second.version, 2)
  await refer(store, keys, second, referrer('version', 9))
  await refer(store, keys, second, referrer('upload', 9))
  await refer(store, keys, second, referrer('default', 1))
  await commitNow(store, keys.dereference(use, referrer('version', 3)))
  assert.deepEqual(await keys.dependents(US, id), {
    versions: 5,
    uploads: 1,
    defaults: 1,
    byVersion: [
      { version: 1, count: 4 },
      { version: 2, count: 2 },
    ],
  })
  const entries = await store.scan({ ...useRows(use.keyUid), limit: 100 })
  assert.equal(entries.rows.length, 7)
})

test('completing an upload moves its dependence in one commit', async () => {
  const { store, keys, id, use } = await withUse()
  await refer(store, keys, use, referrer('upload', 1))
  const reference = await keys.reference(use, referrer('version', 1))
  await commitNow(store, joinFragments(keys.dereference(use, referrer('upload', 1)), reference))
  const { versions, uploads } = await keys.dependents(US, id)
  assert.deepEqual([versions, uploads], [1, 0])
})

test('OBS: a key that something depends on cannot be deleted, and the refusal says how many hold it', async () => {
  const { store, keys, id, use } = await withUse()
  await refer(store, keys, use, referrer('version', 1))
  await refer(store, keys, use, referrer('version', 2))
  await refer(store, keys, use, referrer('default', 1))
  await assert.rejects(keys.scheduleDeletion(US, id, 7), (error: unknown) => {
    assert.ok(error instanceof StoreFailure)
    assert.deepEqual(error.failure, { kind: 'key-in-use', key: use.arn, versions: 2, uploads: 0, defaults: 1 })
    return true
  })
  for (const one of [referrer('version', 1), referrer('version', 2), referrer('default', 1)]) {
    await commitNow(store, keys.dereference(use, one))
  }
  assert.equal((await keys.scheduleDeletion(US, id, 7)).state, 'pending-deletion')
})

test('a reference that was read before a deletion was scheduled does not commit after it, nor after it was cancelled', async () => {
  const { store, keys, id, use } = await withUse()
  const early = await keys.reference(use, referrer('version', 1))
  await keys.scheduleDeletion(US, id, 7)
  assert.equal(await commitNow(store, early), 'conflict')
  await assert.rejects(async () => keys.reference(use, referrer('version', 1)), isFailure('key-invalid-state'))
  await keys.cancelDeletion(US, id)
  assert.equal(await commitNow(store, early), 'conflict')
  assert.equal(await commitNow(store, await keys.reference(use, referrer('version', 1))), 'committed')
})

test('rotating, disabling and naming a key does not disturb a reference; it changes the guards of the right to it', async () => {
  const { store, keys, id, use } = await withUse()
  const early = await keys.reference(bare(use), referrer('version', 1))
  const guarded = await keys.reference(use, referrer('version', 2))
  await keys.rotateKey(US, id)
  await keys.setAlias(US, 'alias/mine', id, false)
  await keys.setRotation(US, id, 90)
  await keys.disableKey(US, id)
  assert.equal(await commitNow(store, early), 'committed')
  assert.equal(await commitNow(store, guarded), 'conflict')
  assert.equal(await commitNow(store, await keys.reference(use, referrer('version', 2))), 'committed')
})

/** A store whose calls wait until the schedule lets one of them go. */
function scheduled(
  store: MetadataStore,
  random: () => number,
): { readonly store: MetadataStore; run(tasks: readonly Promise<unknown>[]): Promise<void> } {
  const waiting: (() => void)[] = []
  const turn = (): Promise<void> => new Promise((resolve) => waiting.push(resolve))
  return {
    store: {
      inlineBytes: store.inlineBytes,
      getMany: async (keys) => (await turn(), store.getMany(keys)),
      scan: async (range) => (await turn(), store.scan(range)),
      scanGroups: async (range) => (await turn(), store.scanGroups(range)),
      sum: async (counter) => (await turn(), store.sum(counter)),
      commit: async (batch) => (await turn(), store.commit(batch)),
      close: () => store.close(),
    },
    run: async (tasks) => {
      let running = tasks.length
      for (const task of tasks) void task.finally(() => running--).catch(() => undefined)
      while (running > 0) {
        await new Promise((resolve) => setImmediate(resolve))
        const [next] = waiting.splice(Math.floor(random() * waiting.length), 1)
        next?.()
      }
    },
  }
}

test('T-109 references against scheduling, cancelling and destroying: either the reference or the deletion, in any order', async () => {
  const seen = { refused: 0, deleted: 0, destroyed: 0 }
  for (let seed = 1; seed <= 400; seed++) {
    const random = seeded(seed)
    const base = await deployment()
    const schedule = scheduled(base.store, random)
    const direct = base.keys
    const { keyId } = await direct.createKey(US, { description: '' })
    const { use, blob } = await direct.generateDataKey(US, { key: keyId, context: {} })
    // From here on each process's calls to the store are put in an order of the schedule's choice.
    const opening = anotherProcess({ ...base, store: schedule.store })
    await schedule.run([opening])
    const keys = await opening
    const acknowledged: number[] = []
    const writer = async (index: number, lateTurns: number): Promise<void> => {
      for (let turns = 0; turns < lateTurns; turns++) await schedule.store.sum(lifeRow(use.keyUid))
      await refer(schedule.store, keys, use, referrer(index % 3 === 0 ? 'upload' : 'version', index))
      acknowledged.push(index)
    }
    const deletion = async (): Promise<string> => {
      await keys.scheduleDeletion(US, keyId, 7)
      if (random() < 0.5) await keys.cancelDeletion(US, keyId)
      base.clock.nowMs += 8 * DAY_MS
      return `${(await keys.destroyDueKeys(base.root, 10)).destroyed}`
    }
    const writers = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, index) =>
      writer(index, Math.floor(random() * 30)),
    )
    const deleting = deletion()
    await schedule.run([...writers, deleting])
    const outcomes = await Promise.allSettled(writers)
    for (const one of outcomes) {
      if (one.status === 'rejected')
        assert.throws(
          () => {
            throw one.reason
          },
          isFailure('key-invalid-state', 'key-not-found'),
        )
    }
    const [deleted] = await Promise.allSettled([deleting])
    if (deleted.status === 'rejected') {
      assert.throws(() => {
        throw deleted.reason
      }, isFailure('key-in-use'))
      seen.refused++
    } else if (deleted.value === '1') seen.destroyed++
    else seen.deleted++
    const opened = await direct.decrypt({ ...US, via: 's3' }, { blob, context: {} }).then(
      () => 'opens',
      () => 'refused',
    )
    const state = await direct.describeKey(US, keyId).then(
      (key) => key.state,
      () => 'gone',
    )
    if (acknowledged.length > 0) {
      // Something depends on the key: it lives, and it counts exactly what was acknowledged.
      assert.ok(state === 'enabled' || state === 'disabled', `seed ${seed}: ${state}`)
      const { versions, uploads } = await direct.dependents(US, keyId)
      assert.equal(versions + uploads, acknowledged.length, `seed ${seed}`)
    }
    if (state === 'gone') assert.equal(opened, 'refused', `seed ${seed}`)
  }
  // The schedules reach every outcome; otherwise this test would show nothing.
  assert.ok(seen.refused > 20 && seen.deleted > 20 && seen.destroyed > 20, JSON.stringify(seen))
})

test('a deletion that finds references after all stays pending, and is looked at again an hour later', async () => {
  const { store, keys, clock, root, id, use, audited } = await withUse()
  await keys.scheduleDeletion(US, id, 7)
  // What no commit of ours can do: a counter that was put back by hand.
  const [life] = await store.getMany([lifeRow(use.keyUid)])
  assert.ok(life !== undefined)
  const forced = keys
    .dereference(use, referrer('version', 1))
    .writes.map((write) => (write.kind === 'add' ? ({ ...write, delta: 1n } as const) : write))
  await store.commit({ checks: [], writes: forced })
  clock.nowMs += 7 * DAY_MS
  assert.deepEqual(await keys.destroyDueKeys(root, 10), { destroyed: 0, blocked: 1, more: false })
  assert.deepEqual(await keys.destroyDueKeys(root, 10), { destroyed: 0, blocked: 0, more: false })
  clock.nowMs += 3_600_000
  assert.deepEqual(await keys.destroyDueKeys(root, 10), { destroyed: 0, blocked: 1, more: false })
  await store.commit(keys.dereference(use, referrer('version', 1)))
  clock.nowMs += 3_600_000
  assert.equal((await keys.destroyDueKeys(root, 10)).destroyed, 1)
  assert.equal(audited.filter((record) => record.action === 'kms:KeyDeletionBlocked').length, 2)
})

test('crypto-shredding: whoever may gives up what depends on a key; it is said, and can be taken back until it is done', async () => {
  const all = await withPeople()
  const { keys, store, audited, clock } = all
  const [alice, bob] = ['alice', 'bob'].map((name) => ({ caller: testUser(OURS, name), requestId: 'r' }))
  assert.ok(alice && bob)
  const { keyId: id, arn } = await keys.createKey(US, { description: '' })
  const { use } = await keys.generateDataKey(US, { key: id, context: {} })
  await refer(store, keys, use, referrer('version', 1))
  await all.say(alice.caller, [{ Effect: 'Allow', Action: ['kms:*', 'coffer:CryptoShred'], Resource: arn }])
  await all.say(bob.caller, [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }])
  await assert.rejects(keys.scheduleDeletion(alice, id, 7), isFailure('key-in-use'))
  await assert.rejects(keys.scheduleDeletion(bob, id, 7, true), isFailure('access-denied'))
  assert.equal((await keys.scheduleDeletion(alice, id, 7, true)).state, 'pending-deletion')
  const scheduled = audited.findLast(({ action }) => action === 'kms:ScheduleKeyDeletion')
  assert.deepEqual([scheduled?.detail?.['shred'], scheduled?.detail?.['dependents']], ['true', '1'])
  await assert.rejects(keys.generateDataKey(US, { key: id, context: {} }), isFailure('key-invalid-state'))
  assert.ok(audited.some(({ action }) => action === 'kms:KeyUsedWhilePendingDeletion'))
  await keys.cancelDeletion(US, id)
  await assert.rejects(keys.scheduleDeletion(US, id, 7), isFailure('key-in-use'))
  await keys.scheduleDeletion(US, id, 7, true)
  clock.nowMs += 8 * DAY_MS
  assert.deepEqual(
    await keys.destroyDueKeys(testRoot(1), 10).then(({ destroyed, blocked }) => [destroyed, blocked]),
    [1, 0],
  )
  await assert.rejects(keys.describeKey(US, id), isFailure('key-not-found'))
})

test('kms.allowDeleteInUse: the operator has decided for everybody', async () => {
  const { store, keys } = await deployment({ allowDeleteInUse: true })
  const { keyId } = await keys.createKey(US, { description: '' })
  const { use } = await keys.generateDataKey(US, { key: keyId, context: {} })
  await refer(store, keys, use, referrer('version', 1))
  assert.equal((await keys.scheduleDeletion(US, keyId, 7)).state, 'pending-deletion')
})

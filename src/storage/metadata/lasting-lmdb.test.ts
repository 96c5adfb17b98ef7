import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setFaultHook } from '../fault-points.ts'
import { openLastingLmdb } from './lasting-lmdb.ts'
import { isUnsafe, openLmdbMetadata } from './lmdb.ts'
import { OutcomeUnknown, StoreUnavailable, type MetadataStore } from './metadata-store.ts'

const key = (name: string): Buffer => Buffer.from(name)

function freshDirectory(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'coffer-lasting-'))
  t.after(() => rmSync(root, { recursive: true }))
  return join(root, 'metadata')
}

async function put(store: MetadataStore, name: string): Promise<void> {
  const done = await store.commit({ checks: [], writes: [{ kind: 'put', key: key(name), value: key(name) }] })
  assert.equal(done.kind, 'committed')
}

async function names(store: MetadataStore, ...wanted: readonly string[]): Promise<readonly string[]> {
  const rows = await store.getMany(wanted.map(key))
  return rows.flatMap((row) => (row === undefined ? [] : [Buffer.from(row.value).toString()]))
}

/** Tries until the store has started anew: every try before that is refused, and nothing of it happens. */
async function putWhenBack(store: MetadataStore, name: string): Promise<void> {
  for (;;) {
    try {
      await put(store, name)
      return
    } catch (error) {
      assert.ok(error instanceof StoreUnavailable)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

test('after a commit in doubt the store starts anew in place, and goes on with what is on the disk', async (t) => {
  const ended: Error[] = []
  const store = await openLastingLmdb({ directory: freshDirectory(t), onEnded: (reason) => ended.push(reason) })
  t.after(() => setFaultHook())
  for (const round of ['first', 'second']) {
    await put(store, `${round} before`)
    setFaultHook((name) => {
      if (name === 'metadata.wave.committed') throw new Error('EIO')
    })
    await assert.rejects(put(store, `${round} in doubt`), OutcomeUnknown)
    setFaultHook()
    await putWhenBack(store, `${round} after`)
    const all = [`${round} before`, `${round} in doubt`, `${round} after`]
    assert.deepEqual(await names(store, ...all), all, 'this commit had happened')
  }
  assert.deepEqual(ended, [])
  await store.close()
})

test('a store that another writer has taken over does not take it back', async (t) => {
  const directory = freshDirectory(t)
  const ended: Error[] = []
  const store = await openLastingLmdb({ directory, onEnded: (reason) => ended.push(reason) })
  await put(store, 'mine')
  const other = await openLmdbMetadata({ directory })
  await assert.rejects(put(store, 'late'), StoreUnavailable)
  assert.equal(ended.length, 1)
  await assert.rejects(put(store, 'later'), StoreUnavailable)
  assert.deepEqual(await names(other, 'mine', 'late', 'later'), ['mine'])
  await other.close()
  await store.close()
})

test('closing while it starts anew ends it', async (t) => {
  const store = await openLastingLmdb({ directory: freshDirectory(t), onEnded: () => assert.fail() })
  t.after(() => setFaultHook())
  setFaultHook((name) => {
    if (name === 'metadata.wave.committed') throw new Error('EIO')
  })
  await assert.rejects(put(store, 'in doubt'), OutcomeUnknown)
  setFaultHook()
  await store.close()
  await assert.rejects(put(store, 'late'), StoreUnavailable)
})

test('a page that could not be written makes the process unsafe, whatever it is wrapped in; a failed sync does not', async () => {
  const failed = (message: string): Error => {
    const commitError = Promise.reject(new Error(message))
    commitError.catch(() => undefined)
    return new StoreUnavailable('x', { cause: Object.assign(new Error('Commit failed'), { commitError }) })
  }
  assert.equal(await isUnsafe(failed('No space left on device: Attempting to write page at position 1')), true)
  assert.equal(await isUnsafe(failed('Input/output error')), false)
  assert.equal(await isUnsafe('something else'), false)
})

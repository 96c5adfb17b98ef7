import assert from 'node:assert/strict'
import {
  absent,
  add,
  allKeys,
  at,
  commit,
  conflict,
  empty,
  put,
  remove,
  revisionIn,
  seeded,
  sumIs,
  text,
  valueOf,
} from './conformance-steps.ts'
import type { Register } from './conformance.ts'
import { keyName, MAX_BATCH_ITEMS, StoreUnavailable, type MetadataStore, type Write } from './metadata-store.ts'

const A = text('a')
const B = text('b')
const C = text('c')

export function registerCommits(register: Register): void {
  registerChecks(register)
  registerWaves(register)
  registerLimits(register)

  register('after close every call rejects, and closing twice is no error', async (store) => {
    await commit(store, [put(A)])
    await store.close()
    await store.close()
    await assert.rejects(store.commit({ checks: [], writes: [put(A)] }), StoreUnavailable)
    await assert.rejects(store.getMany([A]), StoreUnavailable)
    await assert.rejects(store.scan({ start: A, end: B, limit: 1 }), StoreUnavailable)
    await assert.rejects(
      store.scanGroups({ start: A, end: B, limit: 1, from: 0, delimiter: text('/') }),
      StoreUnavailable,
    )
    await assert.rejects(store.sum(A), StoreUnavailable)
  })

  register('close drains: what was asked before it is answered', async (store) => {
    const asked = Array.from({ length: 50 }, (_, index) => commit(store, [put(text(`k${index}`))]))
    const closing = store.close()
    await Promise.all([...asked, closing])
  })
}

function registerChecks(register: Register): void {
  register('a put row reads back with the revision that the commit told, new at each put', async (store) => {
    const first = revisionIn(await commit(store, [put(A, 'one')]), A)
    const [row] = await store.getMany([A])
    assert.deepEqual(row && { value: Buffer.from(row.value).toString(), revision: row.revision }, {
      value: 'one',
      revision: first,
    })
    const second = revisionIn(await commit(store, [put(A, 'one')]), A)
    assert.notEqual(second, first)
  })

  register('only put keys have revisions in the answer', async (store) => {
    const revisions = await commit(store, [put(A), put(B), remove(C), add(C, 1n)])
    assert.deepEqual([...revisions.keys()].sort(), [keyName(A), keyName(B)])
  })

  register('a revision check holds for that revision only', async (store) => {
    const first = revisionIn(await commit(store, [put(A, '1')]), A)
    const second = revisionIn(await commit(store, [put(A, '2')], [at(A, first)]), A)
    const refused = await conflict(store, [at(A, first)], [put(A, '3')])
    assert.equal(refused.now[0]?.revision, second)
    assert.equal(Buffer.from(refused.now[0].value).toString(), '2')
    assert.equal(await valueOf(store, A), '2')
  })

  register('a revision check fails on a row that is gone, also when it was put again', async (store) => {
    const first = revisionIn(await commit(store, [put(A, '1')]), A)
    await commit(store, [remove(A)])
    assert.deepEqual((await conflict(store, [at(A, first)])).now, [undefined])
    await commit(store, [put(A, '1')])
    await conflict(store, [at(A, first)])
  })

  register('an absent check holds only while the row is not there, and the conflict shows the row', async (store) => {
    await commit(store, [put(A, 'here')], [absent(A)])
    const refused = await conflict(store, [absent(A)], [put(A, 'mine')])
    assert.equal(Buffer.from(refused.now[0]?.value ?? []).toString(), 'here')
    await commit(store, [remove(A)])
    await commit(store, [put(A, 'again')], [absent(A)])
  })

  register('an empty check sees a row at its start, none at its end, and none before', async (store) => {
    await commit(store, [put(B)])
    await conflict(store, [empty(B, C)])
    await conflict(store, [empty(A, C)])
    await conflict(store, [empty(text(''), text('bb'))])
    await commit(store, [], [empty(A, B)])
    await commit(store, [], [empty(text('b\0'), C)])
    await commit(store, [], [empty(C, A)])
    assert.deepEqual((await conflict(store, [empty(A, C)])).now, [undefined])
  })

  register('all the failed checks are told, in their order, with their rows', async (store) => {
    await commit(store, [put(A, 'row'), add(C, 5n)])
    const checks = [absent(B), absent(A), empty(A, C), sumIs(C, 4n), sumIs(C, 5n), at(B, 'none')]
    const refused = await conflict(store, checks, [put(B)])
    assert.deepEqual(refused.failed, [checks[1], checks[2], checks[3], checks[5]])
    assert.equal(refused.now.length, 4)
    assert.equal(Buffer.from(refused.now[0]?.value ?? []).toString(), 'row')
    assert.deepEqual(refused.now.slice(1), [undefined, undefined, undefined])
  })

  register('a batch whose checks fail writes nothing at all', async (store) => {
    await commit(store, [put(A, 'kept'), add(C, 1n)])
    await conflict(store, [absent(A)], [put(B), remove(A), add(C, 10n)])
    assert.deepEqual(await allKeys(store), [keyName(A)])
    assert.equal(await store.sum(C), 1n)
  })

  register('checks come before writes, and writes of one key happen in their order', async (store) => {
    await commit(store, [put(A, '1'), put(A, '2'), remove(B), put(B, '3'), put(C), remove(C)], [absent(A), absent(B)])
    assert.equal(await valueOf(store, A), '2')
    assert.equal(await valueOf(store, B), '3')
    assert.equal(await valueOf(store, C), undefined)
  })

  register('a batch of nothing, and of checks alone, is committed', async (store) => {
    assert.equal((await commit(store, [])).size, 0)
    assert.equal((await commit(store, [], [absent(A), empty(A, C), sumIs(A, 0n)])).size, 0)
  })

  register('deleting what is not there is no error', async (store) => {
    await commit(store, [remove(A)])
    assert.equal(await valueOf(store, A), undefined)
  })
}

function registerWaves(register: Register): void {
  register('two absent checks of one key at once let one through', async (store) => {
    for (let round = 0; round < 10; round++) {
      const key = text(`round ${round}`)
      const all = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          store.commit({ checks: [absent(key)], writes: [put(key, `${index}`)] }),
        ),
      )
      assert.equal(all.filter((one) => one.kind === 'committed').length, 1)
      const winner = all.findIndex((one) => one.kind === 'committed')
      assert.equal(await valueOf(store, key), `${winner}`)
      for (const one of all) if (one.kind === 'conflict') assert.notEqual(one.now[0], undefined)
    }
  })

  register('batches asked one after the other happen in that order, each over what the last wrote', async (store) => {
    const asked = [
      store.commit({ checks: [absent(A)], writes: [put(A, '1'), add(C, 1n)] }),
      store.commit({ checks: [absent(A)], writes: [put(A, 'never')] }),
      store.commit({ checks: [sumIs(C, 1n)], writes: [put(A, '2'), put(B, '2')] }),
      store.commit({ checks: [empty(B, C)], writes: [put(A, 'never')] }),
      store.commit({ checks: [], writes: [remove(B)] }),
      store.commit({ checks: [empty(B, C)], writes: [put(A, '3')] }),
    ]
    const kinds = (await Promise.all(asked)).map((one) => one.kind)
    assert.deepEqual(kinds, ['committed', 'conflict', 'committed', 'conflict', 'committed', 'committed'])
    assert.equal(await valueOf(store, A), '3')
  })

  register('a batch that fails its checks does not take the others of its wave with it', async (store) => {
    await commit(store, [put(A)])
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        store.commit({ checks: index % 3 === 0 ? [absent(A)] : [], writes: [put(text(`n${index}`))] }),
      ),
    )
    for (const [index, one] of all.entries()) {
      assert.equal(one.kind, index % 3 === 0 ? 'conflict' : 'committed')
      assert.equal(await valueOf(store, text(`n${index}`)), index % 3 === 0 ? undefined : 'x')
    }
  })

  register('an acknowledged commit is seen by the next read', async (store) => {
    for (let round = 0; round < 30; round++) {
      await commit(store, [put(A, `${round}`)])
      assert.equal(await valueOf(store, A), `${round}`)
    }
  })

  register('concurrent optimistic increments lose none', async (store) => {
    await commit(store, [put(A, '0')])
    const increment = async (): Promise<void> => {
      for (;;) {
        const [row] = await store.getMany([A])
        assert.ok(row !== undefined)
        const next = `${BigInt(Buffer.from(row.value).toString()) + 1n}`
        if ((await store.commit({ checks: [at(A, row.revision)], writes: [put(A, next)] })).kind === 'committed') return
      }
    }
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let round = 0; round < 5; round++) await increment()
      }),
    )
    assert.equal(await valueOf(store, A), '40')
  })

  register('any mix of commits leaves what a model leaves', async (store) => {
    const random = seeded(20_261_121)
    const model = new Map<string, string>()
    for (let round = 0; round < 60; round++) {
      const writes: Write[] = []
      for (let count = random(6); count >= 0; count--) {
        const key = Buffer.from(Array.from({ length: random(3) }, () => [0, 1, 0x2f, 0x61, 0xfe, 0xff][random(6)] ?? 0))
        const value = `${round}.${count}`
        if (random(3) === 0) {
          writes.push(remove(key))
          model.delete(keyName(key))
        } else {
          writes.push(put(key, value))
          model.set(keyName(key), value)
        }
      }
      await commit(store, writes)
    }
    assert.deepEqual(await allKeys(store), [...model.keys()].sort())
    for (const [key, value] of model) assert.equal(await valueOf(store, Buffer.from(key, 'hex')), value)
  })
}

function registerLimits(register: Register): void {
  register('the longest key and the largest value are stored', async (store) => {
    const key = Buffer.alloc(1_200, 0xfe)
    const value = Buffer.alloc(64 * 1024, 7)
    await commit(store, [put(key, value), add(key, 1n), put(Buffer.alloc(0), 'empty key')], [absent(key)])
    const [row, first] = await store.getMany([key, Buffer.alloc(0)])
    assert.ok(row !== undefined && Buffer.compare(row.value, value) === 0 && Buffer.compare(row.key, key) === 0)
    assert.equal(Buffer.from(first?.value ?? []).toString(), 'empty key')
    await commit(store, [put(A, Buffer.alloc(0))])
    assert.equal(await valueOf(store, A), '')
  })

  register('what passes a limit is refused before anything happens', async (store) => {
    const long = Buffer.alloc(1_201)
    const refused: readonly Parameters<MetadataStore['commit']>[0][] = [
      { checks: [], writes: [put(A), put(long)] },
      { checks: [], writes: [put(A), put(B, Buffer.alloc(64 * 1024 + 1))] },
      { checks: [], writes: [put(A), remove(long)] },
      { checks: [], writes: [put(A), add(long, 1n)] },
      { checks: [], writes: [put(A), add(B, 2n ** 63n)] },
      { checks: [absent(long)], writes: [put(A)] },
      { checks: [sumIs(long, 0n)], writes: [put(A)] },
      { checks: [empty(A, Buffer.alloc(1_300))], writes: [put(A)] },
      { checks: [absent(B)], writes: Array.from({ length: MAX_BATCH_ITEMS }, () => put(A)) },
      { checks: [], writes: Array.from({ length: 300 }, () => put(A, Buffer.alloc(64 * 1024))) },
    ]
    for (const batch of refused) await assert.rejects(store.commit(batch), RangeError)
    await assert.rejects(store.getMany([A, long]), RangeError)
    await assert.rejects(store.sum(long), RangeError)
    for (const limit of [-1, 0.5, Number.NaN, 100_001]) {
      await assert.rejects(store.scan({ start: A, end: B, limit }), RangeError)
    }
    await assert.rejects(store.scanGroups({ start: A, end: B, limit: 1, from: 0, delimiter: text('') }), RangeError)
    assert.deepEqual(await allKeys(store), [])
    await commit(
      store,
      Array.from({ length: MAX_BATCH_ITEMS - 1 }, (_, index) => put(text(`${index}`))),
      [absent(A)],
    )
    assert.equal((await allKeys(store)).length, MAX_BATCH_ITEMS - 1)
  })
}

import assert from 'node:assert/strict'
import { add, allKeys, commit, conflict, hex, put, seeded, sumIs, text, valueOf } from './conformance-steps.ts'
import type { Register } from './conformance.ts'

const A = text('a')

export function registerCounters(register: Register): void {
  register('a counter that nobody has touched is zero', async (store) => {
    assert.equal(await store.sum(A), 0n)
    await commit(store, [], [sumIs(A, 0n)])
  })

  register('counters add up exactly, below zero and far above 2^64', async (store) => {
    const most = 2n ** 63n - 1n
    await commit(store, [add(A, -5n)])
    assert.equal(await store.sum(A), -5n)
    await commit(store, [add(A, 5n)])
    assert.equal(await store.sum(A), 0n)
    await commit(store, [add(A, most), add(A, most), add(A, most)])
    assert.equal(await store.sum(A), 3n * most)
    await commit(store, [add(A, -most)])
    await commit(store, [add(A, -most), add(A, -most), add(A, -most)])
    assert.equal(await store.sum(A), -most)
  })

  register('increments at once are all counted and never conflict', async (store) => {
    const random = seeded(7)
    const deltas = Array.from({ length: 300 }, () => BigInt(random(2_000) - 1_000))
    await Promise.all(deltas.map((delta) => commit(store, [add(A, delta), add(text('b'), 1n)])))
    assert.equal(
      await store.sum(A),
      deltas.reduce((sum, delta) => sum + delta, 0n),
    )
    assert.equal(await store.sum(text('b')), 300n)
  })

  register('a sum check holds for the exact value only, over what earlier batches added', async (store) => {
    await commit(store, [add(A, 2n)])
    await conflict(store, [sumIs(A, 1n)])
    await conflict(store, [sumIs(A, 3n)])
    const [first, second, third] = await Promise.all([
      store.commit({ checks: [sumIs(A, 2n)], writes: [add(A, -2n)] }),
      store.commit({ checks: [sumIs(A, 2n)], writes: [put(A, 'never')] }),
      store.commit({ checks: [sumIs(A, 0n)], writes: [put(A, 'zero')] }),
    ])
    assert.deepEqual([first.kind, second.kind, third.kind], ['committed', 'conflict', 'committed'])
    assert.equal(await valueOf(store, A), 'zero')
  })

  register('a sum check sees no delta of its own batch', async (store) => {
    await commit(store, [add(A, 1n)], [sumIs(A, 0n)])
    await commit(store, [add(A, 1n)], [sumIs(A, 1n)])
    assert.equal(await store.sum(A), 2n)
  })

  register('counters are no rows, and rows are no counters', async (store) => {
    await commit(store, [add(A, 1n), put(text('row'))])
    assert.deepEqual(await store.getMany([A]), [undefined])
    assert.deepEqual(await allKeys(store), [text('row').toString('hex')])
    assert.equal(await store.sum(text('row')), 0n)
    await commit(store, [put(A, 'both')])
    assert.equal(await store.sum(A), 1n)
    assert.equal(await valueOf(store, A), 'both')
  })

  register('counters whose keys begin alike, or hold 00 and FF, stay apart', async (store) => {
    const keys = [
      '',
      '00',
      '0000',
      '00ff',
      '61',
      '6100',
      '610000',
      '61ff',
      '6162',
      'ff',
      'ffff',
      'ff00',
      '61'.repeat(1_200),
    ]
    await Promise.all(keys.map((key, index) => commit(store, [add(hex(key), BigInt(index + 1))])))
    for (const [index, key] of keys.entries()) assert.equal(await store.sum(hex(key)), BigInt(index + 1), key)
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SyncGate, SYNCS_AT_ONCE } from './sync-gate.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('so many syncs run at once, the next as one ends, also when it fails, in the order of their coming', async () => {
  const gate = new SyncGate()
  const begun: number[] = []
  const ends = new Map<number, (error?: Error) => void>()
  const all = Array.from({ length: SYNCS_AT_ONCE + 3 }, (_, index) =>
    gate.run(async () => {
      begun.push(index)
      await new Promise<void>((resolve, reject) => {
        ends.set(index, (error) => (error === undefined ? resolve() : reject(error)))
      })
    }),
  )
  await turn()
  assert.deepEqual(begun, [0, 1, 2])
  ends.get(1)?.(new Error('EIO'))
  await assert.rejects(all[1] ?? assert.fail(), /EIO/)
  await turn()
  assert.deepEqual(begun, [0, 1, 2, 3])
  for (const index of [0, 2, 3, 4, 5]) {
    ends.get(index)?.()
    await turn()
  }
  await Promise.allSettled(all)
  assert.deepEqual(begun, [0, 1, 2, 3, 4, 5])
  await gate.run(async () => undefined)
})

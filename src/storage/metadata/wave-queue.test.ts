import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WaveQueue } from './wave-queue.ts'

interface Wave {
  readonly items: readonly number[]
  readonly end: () => void
}

/** A queue whose waves end when the test says so, on a clock that the test moves. */
function setUp(limits: { readonly maxBatches?: number; readonly maxBytes?: number } = {}): {
  readonly queue: WaveQueue<number>
  readonly waves: Wave[]
  readonly clock: { ms: number }
} {
  const waves: Wave[] = []
  const clock = { ms: 0 }
  const queue = new WaveQueue<number>({
    run: (take) => new Promise((end) => waves.push({ items: take(), end })),
    bytesOf: (item) => item,
    maxBatches: limits.maxBatches ?? 100,
    maxBytes: limits.maxBytes ?? 1_000,
    monotonicMs: () => clock.ms,
  })
  return { queue, waves, clock }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const itemsOf = (waves: readonly Wave[]): readonly (readonly number[])[] => waves.map((wave) => wave.items)

test('the first item begins a wave at once, and what comes meanwhile waits for the next', async () => {
  const { queue, waves } = setUp()
  queue.push(1)
  queue.push(2)
  queue.push(3)
  assert.deepEqual(itemsOf(waves), [[1]])
  waves[0]?.end()
  await turn()
  assert.deepEqual(itemsOf(waves), [[1], [2, 3]])
})

test('the next wave waits for about as many items as the last one had', async () => {
  const { queue, waves, clock } = setUp()
  queue.push(0)
  for (let item = 1; item <= 10; item++) queue.push(item)
  clock.ms += 5
  waves[0]?.end()
  await turn()
  assert.equal(waves[1]?.items.length, 10)
  clock.ms += 5
  waves[1].end()
  await turn()
  for (let item = 1; item <= 8; item++) queue.push(item)
  await turn()
  await turn()
  assert.equal(waves.length, 2, 'eight are not about ten, and the time is not over')
  queue.push(9)
  await turn()
  assert.equal(waves[2]?.items.length, 9)
})

test('a tenth of the last wave is the longest wait, and never more than 1 ms', async () => {
  for (const [lastMs, waitMs] of [
    [5, 0.5],
    [400, 1],
  ] as const) {
    const { queue, waves, clock } = setUp()
    queue.push(0)
    for (let item = 1; item <= 10; item++) queue.push(item)
    waves[0]?.end()
    await turn()
    clock.ms += lastMs
    waves[1]?.end()
    await turn()
    queue.push(1)
    clock.ms += waitMs - 0.01
    await turn()
    await turn()
    assert.equal(waves.length, 2)
    clock.ms += 0.02
    await turn()
    await turn()
    assert.deepEqual(waves[2]?.items, [1])
  }
})

test('after a rest one item does not wait for company', () => {
  const { queue, waves, clock } = setUp()
  queue.push(1)
  waves[0]?.end()
  clock.ms += 10
  return turn().then(() => {
    queue.push(2)
    assert.deepEqual(itemsOf(waves), [[1], [2]])
  })
})

test('a wave takes no more items and bytes than its limits, but always one', async () => {
  const { queue, waves } = setUp({ maxBatches: 2, maxBytes: 10 })
  for (const item of [99, 1, 2, 3, 9, 2, 50, 1]) queue.push(item)
  for (let wave = 0; wave < 6; wave++) {
    waves[wave]?.end()
    await turn()
    await turn()
  }
  assert.deepEqual(itemsOf(waves), [[99], [1, 2], [3], [9], [2], [50], [1]])
})

test('drained waits for what runs and for what waits, and abandon empties the queue', async () => {
  const { queue, waves } = setUp()
  await queue.drained()
  queue.push(1)
  queue.push(2)
  let drained = false
  const draining = queue.drained().then(() => (drained = true))
  waves[0]?.end()
  await turn()
  assert.ok(!drained)
  queue.push(3)
  assert.deepEqual(queue.abandon(), [3])
  waves[1]?.end()
  await draining
  assert.equal(queue.waiting, 0)
})

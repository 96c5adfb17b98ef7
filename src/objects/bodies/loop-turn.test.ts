import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { bytesOf, put, withBucket } from '../engine.fixture.ts'
import { LoopTurn, MAX_TURN_MS } from './loop-turn.ts'

test('T-164 work goes on in the same turn until it has lasted long enough, then in the next one', async () => {
  let nowMs = 100
  const turns: (() => void)[] = []
  const turn = new LoopTurn(
    () => nowMs,
    (then) => turns.push(then),
  )
  assert.equal(turn.over(), undefined)
  nowMs += MAX_TURN_MS - 1
  assert.equal(turn.over(), undefined)
  nowMs += 1
  const gone: string[] = []
  const waits = ['one', 'two'].map((name) => turn.over()?.then(() => gone.push(name)))
  await turnOfTheLoop()
  assert.deepEqual(gone, [])
  assert.equal(turns.length, 1, 'one look at the loop, however many bodies')
  turns.shift()?.()
  for (const wait of waits) await wait
  assert.deepEqual(gone, ['one', 'two'])
  assert.equal(turn.over(), undefined, 'a new turn has its own time')
  assert.equal(turns.length, 1)
})

test('T-164 a body whose bytes are all there does not keep the loop to itself', async () => {
  const at = await withBucket()
  let nowMs = 0
  // Every look at the clock is a millisecond later: five pieces to a turn.
  const slow = new LoopTurn(() => nowMs++)
  let turns = 0
  let done = false
  const stored = put({ ...at, rooms: { ...at.rooms, loopTurn: slow } }, 'k', bytesOf(100 * 65_536)).finally(() => {
    done = true
  })
  const counting = async (): Promise<void> => {
    while (!done) {
      await turnOfTheLoop()
      turns += 1
    }
  }
  await Promise.all([stored, counting()])
  assert.ok(turns >= 100 / (MAX_TURN_MS + 2), `${turns} turns`)
  await at.rooms.digestThread.end()
})

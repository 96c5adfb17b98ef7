import assert from 'node:assert/strict'
import { extname } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { PROOF_SEED, proofSize } from '../proof-scale.ts'
import type { PowerLossShare } from './power-loss-worker.ts'

const STATES = proofSize(10_000, 1_000_000)
const THREADS = 2
/** A pretence shows within so many states, or the proof sees nothing. */
const STATES_OF_A_PRETENCE = 200

async function checkInThread(share: PowerLossShare): Promise<{ readonly states: number; readonly runs: number }> {
  const thread = new Worker(new URL(`./power-loss-worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: share,
  })
  return new Promise((resolve, reject) => {
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', () => reject(new Error('the thread ended without a result')))
  })
}

test(
  `power loss: ${STATES} states of disk and rows, writes dropped, torn and reordered: acknowledged objects are right, others whole or absent`,
  { timeout: 24 * 60 * 60_000 },
  async (t) => {
    t.diagnostic(`COFFER_PROOF_SEED=${PROOF_SEED}`)
    const shares = Array.from({ length: THREADS }, (_, thread) =>
      checkInThread({ seed: `${PROOF_SEED} thread ${thread}`, states: STATES / THREADS }),
    )
    const done = await Promise.all(shares)
    const states = done.reduce((sum, share) => sum + share.states, 0)
    t.diagnostic(`${states} states of ${done.reduce((sum, share) => sum + share.runs, 0)} runs`)
    assert.equal(states, STATES)
  },
)

for (const pretends of ['file syncs', 'directory syncs', 'metadata syncs'] as const) {
  test(`power loss: a machine whose ${pretends} only pretend is found out`, async () => {
    const share = { seed: `pretends ${pretends}`, states: STATES_OF_A_PRETENCE, pretends }
    await assert.rejects(checkInThread(share), (error: unknown) => {
      assert.ok(error instanceof Error)
      assert.match(error.message, /acknowledged|integrity|rows that own them/)
      return true
    })
  })
}

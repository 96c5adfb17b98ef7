import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryMetadata } from '../storage/index.ts'
import type { Job } from './job.ts'
import { createJobLease, LEASE_MS } from './job-lease.ts'
import { runJobs, type RunnerOptions } from './job-runner.ts'

/** A clock that moves only when somebody waits. */
function movableClock(): Pick<RunnerOptions, 'now' | 'wait'> & { readonly waited: number[] } {
  let nowMs = 1_000_000
  const waited: number[] = []
  return {
    waited,
    now: () => nowMs,
    wait: async (ms) => {
      waited.push(ms)
      nowMs += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

function until(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (condition()) resolve()
      else setImmediate(look)
    }
    look()
  })
}

test('a job goes on while there is more, waits when idle, and stops after the running unit', async () => {
  const clock = movableClock()
  const store = createMemoryMetadata()
  let left = 3
  const job: Job = { name: 'count', idleMs: 5_000, unit: async () => (--left > 0 ? 'more' : 'idle') }
  const runner = runJobs([job], {
    ...clock,
    lease: (name) => createJobLease(store, name, clock.now),
    onFailure: (_job, error) => assert.fail(String(error)),
  })
  await until(() => clock.waited.includes(5_000))
  await runner.stop()
  assert.equal(left <= 0, true)
  assert.equal(runner.status()[0]?.state, 'stopped')
  await store.close()
})

test('a job that is safe everywhere takes no lease: an idle server commits nothing', async () => {
  const clock = movableClock()
  let [asked, units] = [0, 0]
  const ask = async (): Promise<boolean> => ++asked > 0
  const lease = { hold: ask, release: async () => assert.fail('released') }
  const unit = async (): Promise<'idle'> => (++units > 0 ? 'idle' : 'idle')
  const job: Job = { name: 'anywhere', idleMs: 1_000, everywhere: true, unit }
  const runner = runJobs([job], {
    ...clock,
    lease: () => lease,
    onFailure: (_job, error) => assert.fail(String(error)),
  })
  await until(() => units > 3)
  await runner.stop()
  assert.equal(asked, 0)
})

test('a failing job is retried with growing pauses and does not disturb the others', async () => {
  const clock = movableClock()
  const store = createMemoryMetadata()
  const failures: string[] = []
  let good = 0
  const runner = runJobs(
    [
      { name: 'bad', idleMs: 1, unit: () => Promise.reject(new TypeError('no')) },
      { name: 'good', idleMs: 1, unit: async () => (++good > 0 ? 'idle' : 'more') },
    ],
    {
      ...clock,
      lease: (name) => createJobLease(store, name, clock.now),
      onFailure: (job) => failures.push(job),
    },
  )
  await until(() => failures.length >= 4)
  await runner.stop()
  assert.deepEqual([...new Set(failures)], ['bad'])
  const pauses = clock.waited.filter((ms) => ms >= 1_000)
  assert.deepEqual(pauses.slice(0, 3), [1_000, 2_000, 4_000])
  assert.equal(good > 0, true)
  await store.close()
})

test('a lease has one holder; it is free again after its time, or when it is given back', async () => {
  const store = createMemoryMetadata()
  let nowMs = 0
  const now = (): number => nowMs
  const first = createJobLease(store, 'x', now)
  const second = createJobLease(store, 'x', now)
  assert.equal(await first.hold(), true)
  assert.equal(await second.hold(), false)
  nowMs += LEASE_MS - 1
  assert.equal(await second.hold(), false)
  nowMs += 2
  assert.equal(await second.hold(), true)
  assert.equal(await first.hold(), false)
  await second.release()
  assert.equal(await first.hold(), true)
  await store.close()
})

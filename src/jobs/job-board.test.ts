import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreFailure } from '../operations/index.ts'
import { createMemoryMetadata } from '../storage/index.ts'
import type { Job } from './job.ts'
import { controlJob, createJobBoard, listJobs, NOTE_MS } from './job-board.ts'
import { createJobLease } from './job-lease.ts'
import { runJobs } from './job-runner.ts'

const NOTED = { pausable: true, units: 1, failures: 0 } as const

test('what a job does is seen, rewritten once a minute, and at once when it fails or stops', async () => {
  const store = createMemoryMetadata()
  let nowMs = 1_000
  const board = createJobBoard(store, () => nowMs)
  await board.note({ name: 'garbage', state: 'waiting', ...NOTED, nextMs: 5_000 }, false)
  await board.note({ name: 'garbage', state: 'waiting', ...NOTED, units: 2 }, false)
  assert.deepEqual(await listJobs(store), [
    { name: 'garbage', state: 'waiting', paused: false, ...NOTED, nextMs: 5_000 },
  ])
  await board.note({ name: 'garbage', state: 'retrying', ...NOTED, failures: 1, lastFailure: 'Error' }, false)
  assert.equal((await listJobs(store))[0]?.lastFailure, 'Error')
  nowMs += NOTE_MS
  await board.note({ name: 'garbage', state: 'retrying', ...NOTED, failures: 2 }, false)
  assert.equal((await listJobs(store))[0]?.failures, 2)
})

test('a job is paused, goes on, and is hurried; what never pauses and what nobody knows is refused', async () => {
  const store = createMemoryMetadata()
  const board = createJobBoard(store, () => 0)
  await board.note({ name: 'audit', state: 'waiting', ...NOTED, pausable: false }, false)
  await board.note({ name: 'scrub', state: 'waiting', ...NOTED }, false)
  const refused = async (name: string, act: 'pause' | 'run', kind: string): Promise<void> => {
    await assert.rejects(
      controlJob(store, name, act, 1),
      (error) => error instanceof StoreFailure && error.failure.kind === kind,
    )
  }
  await refused('audit', 'pause', 'unsupported-operation')
  await refused('no-such-job', 'pause', 'entity-not-found')
  await refused('../scrub', 'pause', 'entity-not-found')
  await controlJob(store, 'scrub', 'pause', 1)
  assert.deepEqual(await board.control('scrub'), { paused: true })
  await refused('scrub', 'run', 'unsupported-operation')
  await controlJob(store, 'scrub', 'resume', 2)
  await controlJob(store, 'scrub', 'run', 3)
  assert.deepEqual(await board.control('scrub'), { paused: false, runMs: 3 })
})

test('the runner does what the board says: nothing while it is paused, and at once when it is hurried', async () => {
  const store = createMemoryMetadata()
  let nowMs = 0
  const waits: number[] = []
  let act = async (): Promise<void> => undefined
  let units = 0
  const job: Job = {
    ...{ name: 'lifecycle', idleMs: 3_600_000 },
    unit: async () => {
      units += 1
      return 'idle'
    },
  }
  const ended = new AbortController()
  const runner = runJobs([job], {
    ...{ now: () => nowMs, onFailure: (_name, error) => assert.fail(String(error)) },
    board: createJobBoard(store, () => nowMs),
    lease: (name) => createJobLease(store, name, () => nowMs),
    wait: async (ms) => {
      waits.push(ms)
      nowMs += ms
      await act()
    },
  })
  const steps = [
    () => controlJob(store, 'lifecycle', 'run', nowMs),
    () => controlJob(store, 'lifecycle', 'pause', nowMs),
    async () => assert.equal(units, 2, 'hurried once, then paused'),
    () => controlJob(store, 'lifecycle', 'resume', nowMs),
    async () => undefined,
  ]
  await new Promise<void>((resolve) => {
    act = async () => {
      const step = steps.shift()
      if (step !== undefined) return step()
      ended.abort()
      resolve()
      await runner.stop().catch(() => undefined)
    }
  })
  assert.equal(units, 3)
  assert.ok(waits.every((ms) => ms <= 5_000))
})

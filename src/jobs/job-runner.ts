import { setMaxListeners } from 'node:events'
import type { JobBoard } from './job-board.ts'
import type { Job, JobStatus } from './job.ts'
import type { JobLease } from './job-lease.ts'

export interface JobRunner {
  status(): readonly JobStatus[]
  /** Lets the running units end, then stops. */
  stop(): Promise<void>
}

export interface RunnerOptions {
  readonly lease: (job: string) => JobLease
  /** Resolves after a time, or at once when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly now: () => number
  /** Where others see the jobs, and ask something of them. Absent: nobody does. */
  readonly board?: JobBoard
  /** Told of a unit that failed, by the name of its class or kind. */
  readonly onFailure: (job: string, error: unknown) => void
}

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 5 * 60_000
/** After a unit, rest for this part of the time that it took: background work leaves room for requests. */
const REST_RATIO = 1
const LONGEST_REST_MS = 1_000
/** How often a job that waits, or is paused, looks whether somebody asks something of it. */
const LOOK_MS = 5_000

interface Running {
  state: JobStatus['state']
  units: number
  failures: number
  lastFailure?: string
  startedMs?: number
  endedMs?: number
  nextMs?: number
  idle?: boolean
}

/** Runs every job, each in a loop of its own: lease, one unit, rest; growing pauses after failures. */
export function runJobs(jobs: readonly Job[], options: RunnerOptions): JobRunner {
  const stopping = new AbortController()
  // Each job rests, and its unit may wait, by the same signal: that is no leak, and Node is not to say so.
  setMaxListeners(2 * jobs.length, stopping.signal)
  const states = new Map<string, Running>(jobs.map((job) => [job.name, { state: 'waiting', units: 0, failures: 0 }]))
  const loops = jobs.map((job) => {
    const running = states.get(job.name) ?? { state: 'waiting', units: 0, failures: 0 }
    return loop(job, running, options, stopping.signal)
  })
  return {
    status: () => [...states].map(([name, running]) => ({ name, ...statusOf(running) })),
    stop: async () => {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}

async function loop(job: Job, running: Running, options: RunnerOptions, signal: AbortSignal): Promise<void> {
  const lease = options.lease(job.name)
  let retryMs = FIRST_RETRY_MS
  while (!signal.aborted) {
    let pauseMs = job.idleMs
    try {
      if (await isPaused(job, options)) {
        running.state = 'paused'
        pauseMs = LOOK_MS
      } else if (job.everywhere === true || (await lease.hold())) {
        running.state = 'working'
        const startedMs = options.now()
        running.startedMs = startedMs
        const found = await job.unit(signal)
        running.endedMs = options.now()
        running.units += 1
        running.idle = found === 'idle'
        running.state = 'waiting'
        retryMs = FIRST_RETRY_MS
        if (found === 'more') pauseMs = Math.min(LONGEST_REST_MS, (options.now() - startedMs) * REST_RATIO)
      } else {
        running.state = 'elsewhere'
      }
    } catch (error) {
      running.failures += 1
      running.state = 'retrying'
      running.lastFailure = error instanceof Error ? error.name : 'unknown'
      options.onFailure(job.name, error)
      pauseMs = retryMs
      retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2)
    }
    running.nextMs = options.now() + pauseMs
    await tell(job, running, options)
    await rest(job, running, pauseMs, options, signal)
  }
  running.state = 'stopped'
  await tell(job, running, options)
  if (job.everywhere !== true) await lease.release().catch((error: unknown) => options.onFailure(job.name, error))
}

function statusOf({ state, units, failures, lastFailure }: Running): Omit<JobStatus, 'name'> {
  return { state, units, failures, ...(lastFailure === undefined ? {} : { lastFailure }) }
}

async function isPaused(job: Job, { board }: RunnerOptions): Promise<boolean> {
  if (board === undefined || job.unstoppable === true) return false
  return (await board.control(job.name)).paused
}

/** A board that cannot be written to is no reason to stop. */
async function tell(job: Job, running: Running, { board, onFailure }: RunnerOptions): Promise<void> {
  const { idle = false, ...shown } = running
  const noted = { name: job.name, pausable: job.unstoppable !== true, ...shown }
  await board?.note(noted, idle).catch((error: unknown) => onFailure(job.name, error))
}

/** Waits, and ends early when somebody wants the next unit at once. */
async function rest(
  job: Job,
  running: Running,
  ms: number,
  options: RunnerOptions,
  signal: AbortSignal,
): Promise<void> {
  const { board, wait } = options
  if (board === undefined || ms <= LOOK_MS) return wait(ms, signal)
  const sinceMs = running.endedMs ?? running.startedMs ?? 0
  for (let leftMs = ms; leftMs > 0 && !signal.aborted; leftMs -= LOOK_MS) {
    await wait(Math.min(leftMs, LOOK_MS), signal)
    const asked = await board.control(job.name).catch(() => ({ paused: false, runMs: undefined }))
    if (asked.paused || (asked.runMs !== undefined && asked.runMs >= sinceMs)) return
  }
}

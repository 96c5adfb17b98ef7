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
  /** Told of a unit that failed, by the name of its class or kind. */
  readonly onFailure: (job: string, error: unknown) => void
}

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 5 * 60_000
/** After a unit, rest for this part of the time that it took: background work leaves room for requests. */
const REST_RATIO = 1
const LONGEST_REST_MS = 1_000

interface Running {
  state: JobStatus['state']
  units: number
  failures: number
  lastFailure?: string
}

/** Runs every job, each in a loop of its own: lease, one unit, rest; growing pauses after failures. */
export function runJobs(jobs: readonly Job[], options: RunnerOptions): JobRunner {
  const stopping = new AbortController()
  const states = new Map<string, Running>(jobs.map((job) => [job.name, { state: 'waiting', units: 0, failures: 0 }]))
  const loops = jobs.map((job) => {
    const running = states.get(job.name) ?? { state: 'waiting', units: 0, failures: 0 }
    return loop(job, running, options, stopping.signal)
  })
  return {
    status: () => [...states].map(([name, running]) => ({ name, ...running })),
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
      if (job.everywhere === true || (await lease.hold())) {
        running.state = 'working'
        const startedMs = options.now()
        const found = await job.unit(signal)
        running.units += 1
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
    await options.wait(pauseMs, signal)
  }
  running.state = 'stopped'
  if (job.everywhere !== true) await lease.release().catch((error: unknown) => options.onFailure(job.name, error))
}

import { setTimeout as sleep } from 'node:timers/promises'
import { createJobLease, keyJobs, objectJobs, runJobs, type JobRunner } from '../jobs/index.ts'
import type { RootProvider } from '../kms/index.ts'
import type { Log } from './log.ts'
import type { Rooms } from './serving.ts'
import type { ServingConfig } from './serving-config.ts'

export interface ProcessJobsParts {
  readonly rooms: Rooms
  readonly config: ServingConfig
  readonly root: RootProvider
  readonly log: Log
  readonly liveEpochs: () => Promise<ReadonlySet<string>>
}

/** Every job of this deployment, in this process. */
export function startJobs({ rooms, config, root, log, liveEpochs }: ProcessJobsParts): JobRunner {
  const { garbageMs, uploadsMs, keysMs } = config.jobs
  const jobs = [
    ...objectJobs({ objects: rooms.objects, garbageMs, uploadsMs, liveEpochs }),
    ...keyJobs({ keys: rooms.keys, root, keysMs }),
  ]
  return runJobs(jobs, {
    lease: (job) => createJobLease(rooms.store, job, rooms.now),
    wait: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined),
    now: rooms.now,
    onFailure: (job, error) =>
      log('warn', 'a job failed and will be tried again', {
        job,
        stack: error instanceof Error ? (error.stack ?? error.name) : 'not an error',
      }),
  })
}

const PUBLISH_EVERY_MS = 1_000

/** Makes long reads of this process known, so that nobody collects what they need. Returns the way to stop. */
export function publishReads(rooms: Rooms, log: Log): () => void {
  const timer = setInterval(() => {
    rooms.objects.leases.publish().catch(() => log('warn', 'long reads could not be made known'))
  }, PUBLISH_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

import { setTimeout as sleep } from 'node:timers/promises'
import {
  auditJob,
  createJobBoard,
  createJobLease,
  keyJobs,
  lifecycleJob,
  logJob,
  notificationJob,
  objectJobs,
  runJobs,
  scrubJob,
  type JobRunner,
} from '../jobs/index.ts'
import type { RootProvider } from '../kms/index.ts'
import { parseAccountId, refuse, type VerifyReport } from '../operations/index.ts'
import type { Log } from './log.ts'
import type { Rooms } from './rooms.ts'
import { createWebhooks } from './webhooks.ts'
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
  const { garbageMs, uploadsMs, keysMs, lifecycleMs, logsMs, scrubMs } = config.jobs
  const { objects, audit } = rooms
  const account = parseAccountId(config.account) ?? refuse({ kind: 'internal' })
  const onReport = (report: VerifyReport): void => tellReport(log, report)
  const jobs = [
    auditJob(rooms.ledger),
    ...objectJobs({ objects, garbageMs, uploadsMs, liveEpochs }),
    lifecycleJob({ objects, audit, everyMs: lifecycleMs }),
    logJob({ objects, audit, everyMs: logsMs }),
    notificationJob({
      ...{ objects, audit, send: createWebhooks(config.notifications, rooms.now) },
      everyMs: config.notifications.everyMs,
    }),
    ...keyJobs({ keys: rooms.keys, root, keysMs }),
    ...(scrubMs === 0 ? [] : [scrubJob({ objects, audit, account, everyMs: scrubMs, liveEpochs, onReport })]),
  ]
  return runJobs(jobs, {
    board: createJobBoard(rooms.store, rooms.now),
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

/** The last records of this server are sealed and signed before it ends. What cannot be is sealed at the next start. */
export async function sealAtEnd({ audit, ledger }: Rooms, log: Log): Promise<void> {
  try {
    await audit.flush()
    await ledger.sealAll()
    await ledger.checkpoint(true)
  } catch (error) {
    log('warn', 'the audit log could not be sealed and will be at the next start', {
      stack: error instanceof Error ? (error.stack ?? error.name) : 'not an error',
    })
  }
}

function tellReport(log: Log, report: VerifyReport): void {
  const bad = report.damaged.length + report.keysMissing
  if (bad === 0) log('info', 'scrubbed, everything reads', { job: 'scrub', count: report.versions })
  else log('error', 'scrubbed, and something does not read: coffer verify tells what', { job: 'scrub', count: bad })
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

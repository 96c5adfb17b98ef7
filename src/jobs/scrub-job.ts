import type { AuditLog } from '../audit/index.ts'
import type { ObjectRooms } from '../objects/index.ts'
import type { AccountId, Caller, VerifyReport } from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'
import type { MetadataStore } from '../storage/index.ts'
import type { Job } from './job.ts'
import { verifyStore } from './verify-store.ts'

export interface ScrubJobParts {
  readonly objects: ObjectRooms
  readonly audit: AuditLog
  readonly account: AccountId
  /** Between two runs. */
  readonly everyMs: number
  readonly liveEpochs: () => Promise<ReadonlySet<string>>
  /** Told of every run's result. */
  readonly onReport: (report: VerifyReport) => void
}

const LOOK_AGAIN_MS = 60_000
const DONE_ROW = Buffer.from('job-done/scrub', 'ascii')

/**
 * Reads and authenticates everything that is stored, at times that the operator chose, as the account's root: who
 * switches it on gives it that right, and each use of a KMS key is in the audit log. When the last run ended lies in a
 * row, so that a restart neither loses nor repeats one.
 */
export function scrubJob(parts: ScrubJobParts): Job {
  const { objects, audit, account, everyMs } = parts
  const caller: Caller = {
    ...{ kind: 'account-root', account, arn: `arn:aws:iam::${account}:root`, accessKeyId: 'coffer-scrub' },
    ...{ scheme: 'sigv4', secure: true },
  }
  return {
    name: 'scrub',
    idleMs: Math.min(everyMs, LOOK_AGAIN_MS),
    unit: async (signal) => {
      if (objects.now() < (await lastDoneMs(objects.store)) + everyMs) return 'idle'
      const requestId = `scrub-${randomBytes(8).toString('hex')}`
      const permit = { caller, requestId, nowMs: objects.now(), checks: [], signal, renew: async () => permit }
      const report = await verifyStore(objects, permit, { liveEpochs: await parts.liveEpochs() })
      parts.onReport(report)
      const sound = report.damaged.length === 0 && report.keysMissing === 0
      audit.record({
        ...{ timeMs: objects.now(), requestId, action: 'coffer:ScrubStore', caller: caller.arn },
        resource: `arn:aws:coffer::${account}:server`,
        outcome: sound ? 'done' : 'failed',
      })
      await rememberDone(objects.store, objects.now())
      return 'idle'
    },
  }
}

async function lastDoneMs(store: MetadataStore): Promise<number> {
  const [row] = await store.getMany([DONE_ROW])
  return row?.value.length === 8 ? Number(Buffer.from(row.value).readBigUInt64BE()) : 0
}

async function rememberDone(store: MetadataStore, atMs: number): Promise<void> {
  const value = Buffer.alloc(8)
  value.writeBigUInt64BE(BigInt(atMs))
  await store.commit({ checks: [], writes: [{ kind: 'put', key: DONE_ROW, value }] })
}

import type { AuditLedger } from '../audit/index.ts'
import type { Job } from './job.ts'

const LOOK_AGAIN_MS = 1_000

/** Seals what waits in the audit log, and signs a checkpoint when it is time for one. */
export function auditJob(ledger: Pick<AuditLedger, 'seal' | 'checkpoint'>): Job {
  return {
    name: 'audit',
    idleMs: LOOK_AGAIN_MS,
    everywhere: true,
    unstoppable: true,
    unit: async () => {
      const { more } = await ledger.seal()
      await ledger.checkpoint()
      return more ? 'more' : 'idle'
    },
  }
}

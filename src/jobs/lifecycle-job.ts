import type { AuditLog } from '../audit/index.ts'
import { runLifecycle, type LifecyclePlace, type ObjectRooms } from '../objects/index.ts'
import type { Job } from './job.ts'

/** Rows that one unit looks at; of them a few are due on most days. */
const ROWS_AT_ONCE = 500

export interface LifecycleJobParts {
  readonly objects: ObjectRooms
  readonly audit: Pick<AuditLog, 'change'>
  /** Between two looks at the buckets. */
  readonly everyMs: number
}

/**
 * Carries out the lifecycle rules of all buckets. What is due is found in the rows themselves each time: whoever takes over
 * begins a new pass, and finds less to do.
 */
export function lifecycleJob({ objects, audit, everyMs }: LifecycleJobParts): Job {
  const seen = new Map<string, string>()
  let place: LifecyclePlace | undefined
  return {
    name: 'lifecycle',
    idleMs: everyMs,
    unit: async (signal) => {
      const { next } = await runLifecycle(objects, audit, place, { limit: ROWS_AT_ONCE, signal, seen })
      place = next
      return next === undefined ? 'idle' : 'more'
    },
  }
}

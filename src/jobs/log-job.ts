import type { AuditLog } from '../audit/index.ts'
import { deliverLogs, type ObjectRooms } from '../objects/index.ts'
import type { Job } from './job.ts'

/** Rows of lines that one object is made of: at most 24 MB. */
const ROWS_AT_ONCE = 500

export interface LogJobParts {
  readonly objects: ObjectRooms
  readonly audit: Pick<AuditLog, 'record'>
  /** Between two deliveries. */
  readonly everyMs: number
}

/** Delivers the access logs of buckets. */
export function logJob({ objects, audit, everyMs }: LogJobParts): Job {
  return {
    name: 'logs',
    idleMs: everyMs,
    unit: async (signal) => {
      const { more } = await deliverLogs(objects, audit, { limit: ROWS_AT_ONCE, signal })
      return more ? 'more' : 'idle'
    },
  }
}

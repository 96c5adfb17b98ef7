import type { AuditLog } from '../audit/index.ts'
import { deliverEvents, type ObjectRooms, type SendEvent } from '../objects/index.ts'
import type { Job } from './job.ts'

const EVENTS_AT_ONCE = 32

export interface NotificationJobParts {
  readonly objects: ObjectRooms
  readonly audit: Pick<AuditLog, 'record'>
  readonly send: SendEvent
  /** Between two looks for events that are due. */
  readonly everyMs: number
}

/** Sends events to the webhooks that the operator configured. What waits is found in rows: no restart loses any. */
export function notificationJob({ objects, audit, send, everyMs }: NotificationJobParts): Job {
  return {
    name: 'notifications',
    idleMs: everyMs,
    unit: async (signal) => {
      const { more } = await deliverEvents(objects, audit, send, { limit: EVENTS_AT_ONCE, signal })
      return more ? 'more' : 'idle'
    },
  }
}

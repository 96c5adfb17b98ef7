import type { AuditLog } from '../../audit/index.ts'
import { faultPoint, type Row, type Write } from '../../storage/index.ts'
import { openEvent, waitingWrite, type WaitingEvent } from './event-rows.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { eventsUntil } from '../rows/row-keys.ts'

/** Sends one event. False: it did not arrive, and is to be tried again. Never throws. */
export type SendEvent = (event: WaitingEvent) => Promise<boolean>

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 60 * 60_000
/** An event that nobody took for this long is given up, with a record. */
export const EVENT_LIFE_MS = 24 * 60 * 60_000

/** How long to wait after so many attempts. */
export function retryAfter(attempts: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 20))
}

/**
 * Sends what is due, each at least once: the row goes when the target has said yes. Events of one target are tried side by side;
 * one that hangs delays nobody else for longer than its own time limit.
 */
export async function deliverEvents(
  rooms: ObjectRooms,
  audit: Pick<AuditLog, 'record'>,
  send: SendEvent,
  limits: { readonly limit: number; readonly signal: AbortSignal },
): Promise<{ readonly more: boolean; readonly sent: number }> {
  const { rows, more } = await rooms.store.scan({ ...eventsUntil(rooms.now()), limit: limits.limit })
  limits.signal.throwIfAborted()
  const sent = await Promise.all(rows.map((row) => deliverOne(rooms, audit, send, row)))
  return { more, sent: sent.filter(Boolean).length }
}

async function deliverOne(
  rooms: ObjectRooms,
  audit: Pick<AuditLog, 'record'>,
  send: SendEvent,
  row: Row,
): Promise<boolean> {
  const event = openEvent(rooms, row)
  const arrived = event === undefined || (await send(event))
  const writes: Write[] = [{ kind: 'delete', key: row.key }]
  if (event !== undefined && !arrived) {
    const attempts = event.attempts + 1
    const nowMs = rooms.now()
    if (nowMs - event.happenedMs < EVENT_LIFE_MS) {
      writes.push(waitingWrite(rooms, nowMs + retryAfter(attempts), { ...event, attempts }))
    } else {
      audit.record({
        ...{ timeMs: nowMs, requestId: event.id, action: 'coffer:DeliverNotification', resource: event.target },
        ...{ caller: 'coffer', outcome: 'failed', failure: 'unavailable' },
        detail: { job: 'notifications', count: String(attempts) },
      })
    }
  }
  faultPoint('deliver-event:before-metadata-commit')
  await rooms.store.commit({ checks: [{ kind: 'revision', key: row.key, revision: row.revision }], writes })
  faultPoint('deliver-event:after-metadata-commit')
  return arrived
}

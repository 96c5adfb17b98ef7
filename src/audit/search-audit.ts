import type { RecordSealer } from '../records/index.ts'
import type { MetadataReader, Row } from '../storage/index.ts'
import { cleanField } from './audit-fields.ts'
import type { AuditQuery, AuditRecord } from './audit-record.ts'
import { afterEpoch, epochOf, readClearPart, readLines, rowRange } from './audit-rows.ts'

const ROWS_A_SCAN = 8

/** One epoch read backwards, a few rows at a time. */
interface Trail {
  readonly start: Uint8Array
  end: Uint8Array
  rows: Row[]
  more: boolean
}

/**
 * The newest matching records of all epochs. Each epoch is read from its end; the row with the newest record goes
 * first, and a record is given out when no unread row can hold a newer one.
 */
export async function searchAudit(
  rooms: { readonly store: MetadataReader; readonly records: RecordSealer },
  query: AuditQuery,
): Promise<readonly AuditRecord[]> {
  const matches = matcherOf(query)
  const trails = await openTrails(rooms.store)
  const found: AuditRecord[] = []
  const waiting: AuditRecord[] = []
  while (found.length < query.limit) {
    const next = newestTrail(trails, rooms.records)
    const horizon = next === undefined || next.newestMs < (query.sinceMs ?? 0) ? -Infinity : next.newestMs
    waiting.sort((left, right) => right.timeMs - left.timeMs)
    while (found.length < query.limit && (waiting[0]?.timeMs ?? -Infinity) > horizon) {
      const record = waiting.shift()
      if (record !== undefined) found.push(record)
    }
    if (next === undefined || horizon === -Infinity) break
    const records = openRow(rooms.records, next.row)
    // Newest first also among records of one millisecond: later lines before earlier ones.
    waiting.push(...[...records].reverse().filter(matches))
    await advance(rooms.store, next.trail)
  }
  return found
}

function openRow(records: RecordSealer, row: Row): readonly AuditRecord[] {
  return readLines(records.open(row.key, row.value).secret)
}

async function openTrails(store: MetadataReader): Promise<Trail[]> {
  const trails: Trail[] = []
  const all = rowRange()
  let start: Uint8Array = all.start
  for (;;) {
    const { rows } = await store.scan({ start, end: all.end, limit: 1, valueBytes: 1 })
    const [first] = rows
    if (first === undefined) return trails
    const epoch = epochOf(first.key)
    const trail: Trail = { ...rowRange(epoch), rows: [], more: true }
    await refill(store, trail)
    trails.push(trail)
    start = afterEpoch(epoch)
  }
}

async function refill(store: MetadataReader, trail: Trail): Promise<void> {
  if (trail.rows.length > 0 || !trail.more) return
  const { rows, more } = await store.scan({ start: trail.start, end: trail.end, limit: ROWS_A_SCAN, reverse: true })
  trail.rows = [...rows]
  trail.more = more
  trail.end = rows.at(-1)?.key ?? trail.start
}

async function advance(store: MetadataReader, trail: Trail): Promise<void> {
  trail.rows.shift()
  await refill(store, trail)
}

function newestTrail(
  trails: readonly Trail[],
  records: RecordSealer,
): { readonly trail: Trail; readonly row: Row; readonly newestMs: number } | undefined {
  let newest: { readonly trail: Trail; readonly row: Row; readonly newestMs: number } | undefined
  for (const trail of trails) {
    const [row] = trail.rows
    if (row === undefined) continue
    const { newestMs } = readClearPart(records.peek(row.value).clear)
    if (newest === undefined || newestMs > newest.newestMs) newest = { trail, row, newestMs }
  }
  return newest
}

function matcherOf({ action, resource, outcome, sinceMs }: AuditQuery): (record: AuditRecord) => boolean {
  const fits = (pattern: string | undefined, text: string): boolean => {
    if (pattern === undefined) return true
    if (pattern.endsWith('*')) return text.startsWith(cleanField(pattern.slice(0, -1)))
    return text === cleanField(pattern)
  }
  return (record) =>
    fits(action, record.action) &&
    fits(resource, record.resource) &&
    (outcome === undefined || record.outcome === outcome) &&
    record.timeMs >= (sinceMs ?? 0)
}

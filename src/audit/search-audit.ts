import type { RecordSealer } from '../records/index.ts'
import type { MetadataReader } from '../storage/index.ts'
import { cleanField } from './audit-fields.ts'
import type { AuditQuery, AuditRecord } from './audit-record.ts'
import { CHANGE_ROWS, readClearPart, readLines, rowRange } from './audit-rows.ts'

const ROWS_A_SCAN = 64

export interface SearchRooms {
  readonly store: MetadataReader
  readonly records: RecordSealer
}

/** The newest matching records, newest first. */
export async function searchAudit(rooms: SearchRooms, query: AuditQuery): Promise<readonly AuditRecord[]> {
  const found = new NewestRecords(query.limit)
  for (const range of [rowRange(), CHANGE_ROWS]) await searchWaiting(rooms, range, query, found)
  return found.newestFirst()
}

/** Keeps the newest of what it is given, later ones before earlier ones of the same millisecond. */
class NewestRecords {
  readonly #limit: number
  #kept: AuditRecord[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  add(record: AuditRecord): void {
    this.#kept.push(record)
    if (this.#kept.length >= 4 * this.#limit) this.#trim()
  }

  newestFirst(): readonly AuditRecord[] {
    this.#trim()
    return this.#kept.reverse()
  }

  #trim(): void {
    this.#kept.sort((left, right) => left.timeMs - right.timeMs)
    this.#kept = this.#kept.slice(-this.#limit)
  }
}

async function searchWaiting(
  { store, records }: SearchRooms,
  range: { readonly start: Uint8Array; readonly end: Uint8Array },
  query: AuditQuery,
  found: NewestRecords,
): Promise<void> {
  const matches = matcherOf(query)
  let { start } = range
  for (;;) {
    const { rows, more } = await store.scan({ start, end: range.end, limit: ROWS_A_SCAN })
    for (const row of rows) {
      if (readClearPart(records.peek(row.value).clear).newestMs < (query.sinceMs ?? 0)) continue
      for (const record of readLines(records.open(row.key, row.value).secret)) if (matches(record)) found.add(record)
    }
    const last = rows.at(-1)
    if (!more || last === undefined) return
    start = Buffer.concat([last.key, Buffer.of(0)])
  }
}

export function matcherOf({ action, resource, outcome, sinceMs }: AuditQuery): (record: AuditRecord) => boolean {
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

import type { RecordSealer } from '../records/index.ts'
import type { MetadataReader } from '../storage/index.ts'
import { cleanField } from './audit-fields.ts'
import type { AuditQuery, AuditRecord } from './audit-record.ts'
import { CHANGE_ROWS, readClearPart, readLine, readLines, rowRange } from './audit-rows.ts'
import { linkOf, openSegment, peekSegment } from './ledger-rows.ts'
import { readSegments } from './read-ledger.ts'

const ROWS_A_SCAN = 64

export interface SearchRooms {
  readonly store: MetadataReader
  readonly records: RecordSealer
}

/**
 * The newest matching records, newest first: of what waits to be sealed, and of the ledger from its end. What is sealed
 * meanwhile is met in both places, and told once.
 */
export async function searchAudit(rooms: SearchRooms, query: AuditQuery): Promise<readonly AuditRecord[]> {
  const found = new NewestRecords(query)
  for (const range of [rowRange(), CHANGE_ROWS]) await searchWaiting(rooms, range, query, found)
  await searchLedger(rooms, query, found)
  return found.newestFirst()
}

/** What is not sealed yet comes after everything that is. */
const WAITING_ORDER = 2 ** 52

/** Keeps the newest of what matches, later ones before earlier ones of the same millisecond. */
class NewestRecords {
  readonly #limit: number
  readonly #matches: (record: AuditRecord) => boolean
  readonly #ids = new Set<string>()
  #kept: { readonly record: AuditRecord; readonly order: number }[] = []
  #waiting = 0

  constructor(query: AuditQuery) {
    this.#limit = query.limit
    this.#matches = matcherOf(query)
  }

  /** `order`: its number in the ledger. */
  add(record: AuditRecord, order?: number): void {
    if (!this.#matches(record) || (record.id !== undefined && this.#ids.has(record.id))) return
    if (record.id !== undefined) this.#ids.add(record.id)
    this.#waiting += 1
    this.#kept.push({ record, order: order ?? WAITING_ORDER + this.#waiting })
    if (this.#kept.length >= 4 * this.#limit) this.#trim()
  }

  /** Whether nothing of this time or before it can be among the newest. */
  isFullBefore(timeMs: number): boolean {
    if (this.#kept.length < this.#limit) return false
    this.#trim()
    return (this.#kept[0]?.record.timeMs ?? 0) > timeMs
  }

  newestFirst(): readonly AuditRecord[] {
    this.#trim()
    return this.#kept.reverse().map(({ record }) => record)
  }

  #trim(): void {
    this.#kept.sort((left, right) => left.record.timeMs - right.record.timeMs || left.order - right.order)
    this.#kept = this.#kept.slice(-this.#limit)
  }
}

async function searchWaiting(
  { store, records }: SearchRooms,
  range: { readonly start: Uint8Array; readonly end: Uint8Array },
  { sinceMs = 0 }: AuditQuery,
  found: NewestRecords,
): Promise<void> {
  let { start } = range
  for (;;) {
    const { rows, more } = await store.scan({ start, end: range.end, limit: ROWS_A_SCAN })
    for (const row of rows) {
      if (readClearPart(records.peek(row.value).clear).newestMs < sinceMs) continue
      for (const record of readLines(records.open(row.key, row.value).secret)) found.add(record)
    }
    const last = rows.at(-1)
    if (!more || last === undefined) return
    start = Buffer.concat([last.key, Buffer.of(0)])
  }
}

/** Backwards; the newest time of a segment is never before that of an earlier one. */
async function searchLedger({ store, records }: SearchRooms, query: AuditQuery, found: NewestRecords): Promise<void> {
  for await (const row of readSegments(store, { newestFirst: true })) {
    const { newestMs } = peekSegment(records, row)
    if (newestMs < (query.sinceMs ?? 0) || found.isFullBefore(newestMs)) return
    for (const line of openSegment(records, row).lines) found.add(readLine(line), linkOf(line)?.seq ?? 0)
  }
}

/** Exact, or a beginning where it ends in `*`. */
function fits(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true
  return pattern.endsWith('*') ? text.startsWith(cleanField(pattern.slice(0, -1))) : text === cleanField(pattern)
}

function matcherOf(query: AuditQuery): (record: AuditRecord) => boolean {
  const { action, resource, caller, key, requestId, outcome, sinceMs = 0, untilMs = Infinity, account } = query
  return (record) =>
    fits(action, record.action) &&
    fits(resource, record.resource) &&
    fits(caller, record.caller) &&
    (key === undefined || concernsKey(record, key)) &&
    (requestId === undefined || record.requestId === requestId) &&
    (outcome === undefined || record.outcome === outcome) &&
    record.timeMs >= sinceMs &&
    record.timeMs < untilMs &&
    (account === undefined || concernsAccount(record, account))
}

/** A use of the key, or of an object under it. */
export function concernsKey({ resource, detail }: AuditRecord, keyArn: string): boolean {
  return resource === keyArn || detail?.['keyArn'] === keyArn || detail?.['sourceKeyArn'] === keyArn
}

/** What an account did, and what was done to what is its own (T-086). */
export function concernsAccount({ identity, owner, resource, caller }: AuditRecord, account: string): boolean {
  return (
    identity?.accountId === account ||
    owner === account ||
    resource.split(':')[4] === account ||
    caller.split(':')[4] === account
  )
}

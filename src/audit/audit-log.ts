import { refuse } from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import { faultPoint, type MetadataStore, type Write } from '../storage/index.ts'
import type { AuditChange, AuditLog, AuditQuery, AuditRecord, UnknownRefusal } from './audit-record.ts'
import { changeKey, clearPart, EPOCH_BYTES, recordIdHead, rowKey } from './audit-rows.ts'
import { recordText } from './record-text.ts'
import { RefusalCounts } from './refusals.ts'
import { searchAudit } from './search-audit.ts'

export interface AuditLogOptions {
  readonly store: MetadataStore
  readonly records: RecordSealer
  readonly now: () => number
  /** 8 bytes, drawn at random by this process for this log: no two logs ever share one. */
  readonly epoch: Uint8Array
  /** How long a record may wait in memory before it is written. */
  readonly flushMs?: number
  /** Runs `then` once after `delayMs`; returns what cancels it. Handed in by tests. */
  readonly schedule?: (then: () => void, delayMs: number) => () => void
}

/** Where a crash test may end the process or throw. */
export const AUDIT_FAULT_POINTS: readonly string[] = [
  ...['audit:before-metadata-commit', 'audit:after-metadata-commit'],
  ...['audit-ledger:before-metadata-commit', 'audit-ledger:after-metadata-commit'],
  ...['audit-checkpoint:before-metadata-commit', 'audit-checkpoint:after-metadata-commit'],
]

/** Half of the promised second: the other half is for the commit. */
export const DEFAULT_FLUSH_MS = 400
export const MAX_WAITING_RECORDS = 50_000
export const MAX_SEARCH_RESULTS = 1_000
/** Text of one row before sealing; a row's value is at most 64 KiB. */
const MAX_ROW_BYTES = 48 * 1_024
const MAX_ROWS_A_COMMIT = 64
const RETRY_MS = 1_000

interface WaitingLine {
  readonly timeMs: number
  readonly line: string
}

interface PendingRow {
  readonly key: Buffer
  readonly lines: string
  readonly newestMs: number
  readonly oldestMs: number
}

/** Opens the log of this process. Records wait in memory for at most `flushMs`, then lie sealed in rows. */
export function createAuditLog(options: AuditLogOptions): AuditLog {
  if (options.epoch.length !== EPOCH_BYTES) throw new RangeError('the epoch of an audit log has 8 bytes')
  return new BufferedAuditLog(options)
}

class BufferedAuditLog implements AuditLog {
  readonly #store: MetadataStore
  readonly #sealer: RecordSealer
  readonly #now: () => number
  readonly #epoch: Uint8Array
  readonly #flushMs: number
  readonly #schedule: (then: () => void, delayMs: number) => () => void
  readonly #refusals = new RefusalCounts()
  #waiting: WaitingLine[] = []
  /** Rows that were cut and are not yet durable: written again, under the same key, until the store has them. */
  #rows: PendingRow[] = []
  #nextNumber = 0n
  #nextRecord = 0
  readonly #idHead: string
  #cancelTimer: (() => void) | undefined
  #writing: Promise<void> | undefined
  #broken = false
  #closed = false

  constructor(options: AuditLogOptions) {
    this.#store = options.store
    this.#sealer = options.records
    this.#now = options.now
    this.#epoch = Uint8Array.from(options.epoch)
    this.#idHead = recordIdHead(this.#epoch)
    this.#flushMs = options.flushMs ?? DEFAULT_FLUSH_MS
    this.#schedule = options.schedule ?? scheduleUnreferenced
  }

  record(record: AuditRecord): void {
    this.demandWritable()
    if (this.#waiting.length >= MAX_WAITING_RECORDS) {
      refuse({ kind: 'unavailable', detail: 'the audit log cannot keep up' })
    }
    this.#push(record)
    this.#arm(this.#flushMs)
  }

  change(record: AuditRecord): AuditChange {
    this.demandWritable()
    const key = changeKey(this.#epoch, this.#nextRecord)
    const { timeMs, line } = this.#lineOf(record)
    const write = this.#seal({ key, lines: line, newestMs: timeMs, oldestMs: timeMs })
    return { fragment: { checks: [], writes: [write] }, committed: () => undefined }
  }

  demandWritable(): void {
    if (this.#closed || this.#broken) refuse({ kind: 'unavailable', detail: 'the audit log cannot be written' })
  }

  #push(record: AuditRecord): void {
    this.#waiting.push(this.#lineOf(record))
  }

  #lineOf(record: AuditRecord): WaitingLine {
    const id = `${this.#idHead}${this.#nextRecord.toString(16).padStart(12, '0')}`
    this.#nextRecord += 1
    return { timeMs: record.timeMs, line: recordText(record, id) }
  }

  refused(refusal: UnknownRefusal): void {
    if (this.#closed) return
    this.#refusals.add(refusal)
    this.#arm(this.#flushMs)
  }

  async flush(): Promise<void> {
    this.#take(true)
    await this.#write()
    if (this.#broken) refuse({ kind: 'unavailable', detail: 'the audit log cannot be written' })
  }

  async search(query: AuditQuery): Promise<readonly AuditRecord[]> {
    const limit = Math.min(query.limit, MAX_SEARCH_RESULTS)
    return searchAudit({ store: this.#store, records: this.#sealer }, { ...query, limit })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    await this.flush()
  }

  #arm(delayMs: number): void {
    if (this.#cancelTimer !== undefined || this.#closed) return
    this.#cancelTimer = this.#schedule(() => {
      this.#cancelTimer = undefined
      this.#take(false)
      void this.#write()
    }, delayMs)
  }

  #take(all: boolean): void {
    for (const record of this.#refusals.take(this.#now(), all)) this.#push(record)
    if (!this.#closed && this.#refusals.size > 0) this.#arm(this.#flushMs)
  }

  /** Writes all that waits now. One commit at a time; whoever asks meanwhile gets the next round too. */
  async #write(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
    if (this.#waiting.length === 0 && this.#rows.length === 0) return
    this.#writing = this.#writeRounds()
    try {
      await this.#writing
    } finally {
      this.#writing = undefined
    }
  }

  async #writeRounds(): Promise<void> {
    this.#cutRows()
    while (this.#rows.length > 0) {
      const round = this.#rows.slice(0, MAX_ROWS_A_COMMIT)
      try {
        faultPoint('audit:before-metadata-commit')
        await this.#store.commit({ checks: [], writes: round.map((row) => this.#seal(row)) })
        faultPoint('audit:after-metadata-commit')
      } catch {
        // Whether or not the commit happened, writing the same keys again is right.
        this.#broken = true
        this.#arm(RETRY_MS)
        return
      }
      this.#rows.splice(0, round.length)
      this.#broken = false
    }
  }

  #seal({ key, lines, newestMs, oldestMs }: PendingRow): Write {
    const clear = clearPart({ newestMs, oldestMs })
    const value = this.#sealer.seal({ rowKey: key, clear, secret: Buffer.from(lines, 'utf8') })
    return { kind: 'put', key, value }
  }

  #cutRows(): void {
    let texts: string[] = []
    let times: number[] = []
    let bytes = 0
    const cut = (): void => {
      if (texts.length === 0) return
      const key = rowKey(this.#epoch, this.#nextNumber)
      const [newestMs, oldestMs] = [Math.max(...times), Math.min(...times)]
      this.#rows.push({ key, lines: texts.join(''), newestMs, oldestMs })
      this.#nextNumber += 1n
      texts = []
      times = []
      bytes = 0
    }
    for (const { timeMs, line } of this.#waiting) {
      const lineBytes = Buffer.byteLength(line, 'utf8')
      if (bytes + lineBytes > MAX_ROW_BYTES) cut()
      texts.push(line)
      times.push(timeMs)
      bytes += lineBytes
    }
    cut()
    this.#waiting = []
  }
}

function scheduleUnreferenced(then: () => void, delayMs: number): () => void {
  const timer = setTimeout(then, delayMs)
  timer.unref()
  return () => clearTimeout(timer)
}

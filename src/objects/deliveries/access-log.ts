import { randomBytes } from '../../secrets/index.ts'
import type { MetadataStore, Write } from '../../storage/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { accessLogKey } from '../rows/row-keys.ts'
import { parseStoredJson } from '../rows/stored-json.ts'

/** Lines of access logs that wait for their delivery, as one row holds them. Bytes: docs/object-format.md. */
export interface WaitingLines {
  readonly v: 1
  readonly bucket: string
  /** Hexadecimal. */
  readonly uuid: string
  readonly lines: readonly string[]
}

/** What requests to logged buckets leave behind. */
export interface AccessLog {
  /** Durable within a second; what a process had not written when it was killed is lost. */
  add(bucket: Pick<BucketRecord, 'name' | 'uuid'>, line: string): void
  flush(): Promise<void>
}

const FLUSH_MS = 1_000
/** Of one row; the sealer and the JSON take a little. */
const ROW_BYTES = 48 * 1_024
const MAX_LINE_BYTES = 8 * 1_024
/** While the store does not take them, no more than this is kept; what comes then is left out. */
const MAX_WAITING_LINES = 20_000

export function createAccessLog({
  store,
  records,
  now,
}: {
  readonly store: MetadataStore
  readonly records: RecordSealer
  readonly now: () => number
}): AccessLog {
  let waiting: { readonly bucket: string; readonly uuid: string; readonly line: string }[] = []
  let timer: NodeJS.Timeout | undefined

  const flush = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const taken = waiting
    if (taken.length === 0) return
    waiting = []
    try {
      await store.commit({ checks: [], writes: rowsOf(taken) })
    } catch (error) {
      waiting = [...taken, ...waiting].slice(0, MAX_WAITING_LINES)
      throw error
    }
  }

  function rowsOf(taken: readonly (typeof waiting)[number][]): readonly Write[] {
    const rows: { readonly bucket: string; readonly uuid: string; lines: string[]; bytes: number }[] = []
    for (const { bucket, uuid, line } of taken) {
      const bytes = Buffer.byteLength(line) * 2
      let row = rows.findLast((one) => one.uuid === uuid)
      if (row === undefined || row.bytes + bytes > ROW_BYTES) {
        row = { bucket, uuid, lines: [], bytes: 0 }
        rows.push(row)
      }
      row.lines.push(line)
      row.bytes += bytes
    }
    return rows.map(({ bucket, uuid, lines }) => {
      const key = accessLogKey(now(), randomBytes(16))
      const row: WaitingLines = { v: 1, bucket, uuid, lines }
      const secret = Buffer.from(JSON.stringify(row), 'utf8')
      return { kind: 'put', key, value: records.seal({ rowKey: key, clear: Buffer.alloc(0), secret }) } as const
    })
  }

  return {
    add: ({ name, uuid }, line) => {
      if (waiting.length >= MAX_WAITING_LINES) return
      const short = Buffer.byteLength(line) > MAX_LINE_BYTES ? line.slice(0, MAX_LINE_BYTES / 4) : line
      waiting.push({ bucket: name, uuid: Buffer.from(uuid).toString('hex'), line: short })
      timer ??= setTimeout(() => void flush().catch(() => undefined), FLUSH_MS).unref()
    },
    flush,
  }
}

function isWaiting(value: unknown): value is WaitingLines {
  return typeof value === 'object' && value !== null && 'v' in value && value.v === 1 && 'lines' in value
}

export function openLines(
  { records }: { readonly records: RecordSealer },
  row: { readonly key: Uint8Array; readonly value: Uint8Array },
): WaitingLines | undefined {
  const stored: unknown = parseStoredJson(records.open(row.key, row.value).secret, 'access log')
  return isWaiting(stored) ? stored : undefined
}

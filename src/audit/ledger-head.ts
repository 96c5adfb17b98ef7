import { refuse } from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'
import type { RecordSealer } from '../records/index.ts'
import type { Check, MetadataReader, Row, Write } from '../storage/index.ts'
import { CHECKPOINT_ROWS, HEAD_ROW, NO_HASH, SEGMENT_ROWS } from './ledger-rows.ts'
import { GrowingTree } from './merkle-tree.ts'

/** Where the ledger stands. Every seal and every checkpoint replaces it, and checks the one that it was made from. */
export interface LedgerHead {
  /** The log's name, by which checkpoints are signed: drawn once. */
  readonly origin: string
  readonly segments: number
  /** The number of records, and the roots of the complete subtrees over them. */
  readonly size: number
  readonly peaks: readonly string[]
  readonly newestMs: number
  /** Hashes of the last record and of the last segment's text. */
  readonly lastRecord: string
  readonly lastSegment: string
  /** The stream that is being written, and the number of its first record. */
  readonly stream: string
  readonly streamStart: number
  readonly checkpoints: number
  readonly checkpointSize: number
  readonly checkpointMs: number
  /** By the epoch of a log: the number of the next row of uses that is expected of it. The newest last. */
  readonly epochs: readonly (readonly [string, number])[]
}

export interface StoredHead {
  readonly head: LedgerHead
  /** What a commit carries that rests on this head. */
  readonly checks: readonly Check[]
}

const FORMAT = Uint8Array.of(1)
/** One for each start of a process; the longest silent is forgotten first. */
export const MAX_EPOCHS = 256

export function treeOf({ size, peaks }: LedgerHead): GrowingTree {
  return new GrowingTree(
    size,
    peaks.map((peak) => Buffer.from(peak, 'base64')),
  )
}

/** The head as it is; a new one where nothing was ever sealed. Throws `integrity` when it is gone or damaged. */
export async function readHead(rooms: {
  readonly store: MetadataReader
  readonly records: RecordSealer
}): Promise<StoredHead> {
  const [row] = await rooms.store.getMany([HEAD_ROW])
  if (row !== undefined) {
    return {
      head: openHead(rooms.records, row),
      checks: [{ kind: 'revision', key: HEAD_ROW, revision: row.revision }],
    }
  }
  const checks: readonly Check[] = [
    { kind: 'absent', key: HEAD_ROW },
    { kind: 'empty', ...SEGMENT_ROWS },
    { kind: 'empty', ...CHECKPOINT_ROWS },
  ]
  for (const range of [SEGMENT_ROWS, CHECKPOINT_ROWS]) {
    const { rows } = await rooms.store.scan({ ...range, limit: 1, valueBytes: 0 })
    if (rows.length > 0) return refuse({ kind: 'integrity', what: 'head of the audit ledger' })
  }
  return { head: emptyHead(`coffer-audit/${randomBytes(8).toString('hex')}`), checks }
}

function emptyHead(origin: string): LedgerHead {
  return {
    ...{ origin, segments: 0, size: 0, peaks: [], newestMs: 0, lastRecord: NO_HASH, lastSegment: NO_HASH },
    ...{ stream: '', streamStart: 0, checkpoints: 0, checkpointSize: 0, checkpointMs: 0, epochs: [] },
  }
}

export function writeHead(records: RecordSealer, head: LedgerHead): Write {
  const secret = Buffer.from(JSON.stringify(head), 'utf8')
  return { kind: 'put', key: HEAD_ROW, value: records.seal({ rowKey: HEAD_ROW, clear: FORMAT, secret }) }
}

export function openHead(records: RecordSealer, row: Row): LedgerHead {
  const { clear, secret } = records.open(row.key, row.value)
  const value: unknown = JSON.parse(Buffer.from(secret).toString('utf8'))
  if (clear.length !== 1 || clear[0] !== FORMAT[0] || !isHead(value)) {
    return refuse({ kind: 'integrity', what: 'head of the audit ledger' })
  }
  return value
}

/** It authenticated, so that its shape is ours; what would be wrong to go on with is looked at all the same. */
function isHead(value: unknown): value is LedgerHead {
  if (typeof value !== 'object' || value === null) return false
  const { origin, segments, size, peaks, epochs } = value as Partial<Record<keyof LedgerHead, unknown>>
  return (
    typeof origin === 'string' &&
    Number.isSafeInteger(segments) &&
    Number.isSafeInteger(size) &&
    Array.isArray(peaks) &&
    Array.isArray(epochs)
  )
}

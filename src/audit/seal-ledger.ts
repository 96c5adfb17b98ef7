import { refuse } from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import { faultPoint, type Check, type MetadataStore, type Write } from '../storage/index.ts'
import { readHead, treeOf, writeHead, type LedgerHead, type StoredHead } from './ledger-head.ts'
import {
  lastUseKey,
  ledgerLine,
  lineHash,
  MAX_SEGMENT_BYTES,
  sealSegment,
  segmentKey,
  segmentText,
  textHash,
  type SegmentHead,
} from './ledger-rows.ts'
import { usesOf } from './last-uses.ts'
import { readWaiting, type Waiting } from './waiting-rows.ts'

export interface SealRooms {
  readonly store: MetadataStore
  readonly records: RecordSealer
  readonly now: () => number
  /** This start of this process, in hexadecimal. */
  readonly stream: string
}

const MAX_TRIES = 5
const ROUND = { uses: 128, changes: 400 }
/** Where nearly every record is of another key: the last use of each is a write of the same commit. */
const SMALL_ROUND = { uses: 2, changes: 200 }
const MAX_KEYS_A_ROUND = 250

/**
 * Seals one round of what waits: records become lines of segments, chained by their hashes, in one commit with the end
 * of their rows and the ledger's new head. Whoever seals at the same time loses, and reads again. `more`: call again.
 * Throws `integrity` when the head does not fit what is there: nothing is sealed over it then.
 */
export async function sealLedger(rooms: SealRooms): Promise<{ readonly sealed: number; readonly more: boolean }> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const stored = await readHead(rooms)
    const { waiting, uses } = await readRound(rooms, stored.head)
    if (waiting.keys.length === 0) return { sealed: 0, more: false }
    const appended = append(rooms, stored.head, waiting)
    faultPoint('audit-ledger:before-metadata-commit')
    const committed = await rooms.store.commit({
      checks: [...stored.checks, ...appended.checks],
      writes: [
        ...waiting.keys.map((key) => ({ kind: 'delete', key }) as const),
        ...appended.writes,
        ...lastUses(rooms.records, uses),
        writeHead(rooms.records, appended.head),
      ],
    })
    faultPoint('audit-ledger:after-metadata-commit')
    if (committed.kind === 'committed') return { sealed: waiting.lines.length, more: waiting.more }
    await refuseOlderHead(rooms, stored)
  }
  return refuse({ kind: 'contended', detail: 'the audit ledger' })
}

async function readRound(
  rooms: SealRooms,
  { epochs }: LedgerHead,
): Promise<{ readonly waiting: Waiting; readonly uses: ReadonlyMap<string, number> }> {
  const waiting = await readWaiting(rooms, epochs, ROUND)
  const uses = usesOf(waiting.lines)
  if (uses.size <= MAX_KEYS_A_ROUND) return { waiting, uses }
  const fewer = await readWaiting(rooms, epochs, SMALL_ROUND)
  return { waiting: fewer, uses: usesOf(fewer.lines) }
}

/** A conflict while the head is what it was: there are segments that it does not know. */
async function refuseOlderHead(rooms: SealRooms, before: StoredHead): Promise<void> {
  const now = await readHead(rooms)
  const same = JSON.stringify(now.checks) === JSON.stringify(before.checks)
  if (same && before.head.segments > 0) refuse({ kind: 'integrity', what: 'head of the audit ledger' })
}

interface Appended {
  readonly checks: readonly Check[]
  readonly writes: readonly Write[]
  readonly head: LedgerHead
}

/** The new segments and the head after them. */
function append({ records, stream }: SealRooms, before: LedgerHead, waiting: Waiting): Appended {
  const checks: Check[] = []
  const writes: Write[] = []
  const tree = treeOf(before)
  const newestMs = Math.max(before.newestMs, waiting.newestMs)
  let { segments, lastRecord, lastSegment } = before
  const closes = before.stream !== stream && before.stream !== '' ? closingOf(before) : undefined
  for (const texts of inSegments(waiting.lines)) {
    const first = tree.size
    const lines = texts.map((record) => {
      const line = ledgerLine(tree.size, lastRecord, record)
      const hash = lineHash(line)
      tree.append(hash)
      lastRecord = hash.toString('base64')
      return line
    })
    const head: SegmentHead = {
      ...{ segment: segments, first, stream, previous: lastSegment },
      ...(closes === undefined || writes.length > 0 ? {} : { closes }),
    }
    const text = segmentText(head, lines)
    lastSegment = textHash(text)
    const key = segmentKey(segments)
    const clear = { newestMs, oldestMs: waiting.oldestMs, records: lines.length }
    checks.push({ kind: 'absent', key })
    writes.push({ kind: 'put', key, value: sealSegment(records, segments, text, clear) })
    segments += 1
  }
  const head: LedgerHead = {
    ...before,
    ...{ segments, size: tree.size, peaks: tree.peaks.map((peak) => peak.toString('base64')), newestMs },
    ...{ lastRecord, lastSegment, stream, epochs: waiting.epochs },
    streamStart: before.stream === stream ? before.streamStart : before.size,
  }
  return { checks, writes, head: writes.length === 0 ? { ...before, epochs: waiting.epochs } : head }
}

function closingOf({ stream, size, streamStart, lastRecord }: LedgerHead): NonNullable<SegmentHead['closes']> {
  return { stream, length: size - streamStart, hash: lastRecord }
}

/** What a link adds to a record, and the head of a segment, at most. */
const LINK_BYTES = 96
const HEAD_BYTES = 512

function inSegments(lines: readonly string[]): readonly (readonly string[])[] {
  const segments: string[][] = []
  let current: string[] = []
  let bytes = HEAD_BYTES
  for (const line of lines) {
    const lineBytes = Buffer.byteLength(line, 'utf8') + LINK_BYTES
    if (current.length > 0 && bytes + lineBytes > MAX_SEGMENT_BYTES) {
      segments.push(current)
      current = []
      bytes = HEAD_BYTES
    }
    current.push(line)
    bytes += lineBytes
  }
  if (current.length > 0) segments.push(current)
  return segments
}

function lastUses(records: RecordSealer, uses: ReadonlyMap<string, number>): readonly Write[] {
  return [...uses].map(([keyArn, timeMs]) => {
    const key = lastUseKey(keyArn)
    const secret = Buffer.alloc(8)
    secret.writeBigUInt64BE(BigInt(timeMs))
    return { kind: 'put', key, value: records.seal({ rowKey: key, clear: Buffer.alloc(0), secret }) }
  })
}

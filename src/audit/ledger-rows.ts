import { createHash } from 'node:crypto'
import { refuse } from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import type { Key, Row } from '../storage/index.ts'
import { leafHash } from './merkle-tree.ts'

/**
 * The rows of the ledger (docs/audit.md, "The ledger"): segments `audit-ledger/` + number, the head `audit-head`,
 * checkpoints `audit-checkpoint/` + number, the last use of keys `audit-last-use/` + a hash of the key's ARN. Numbers
 * have 8 bytes, big-endian.
 */
export const HEAD_ROW: Key = Buffer.from('audit-head', 'latin1')

const SEGMENT_PREFIX = Buffer.from('audit-ledger/', 'latin1')
const CHECKPOINT_PREFIX = Buffer.from('audit-checkpoint/', 'latin1')
const LAST_USE_PREFIX = Buffer.from('audit-last-use/', 'latin1')
const CLEAR_BYTES = 21
const FORMAT = 1

/** Text of one segment before sealing; a row's value is at most 64 KiB. */
export const MAX_SEGMENT_BYTES = 48 * 1_024
/** Before the first record. */
export const NO_HASH = Buffer.alloc(32).toString('base64')

export const SEGMENT_ROWS = rangeOf(SEGMENT_PREFIX)
export const CHECKPOINT_ROWS = rangeOf(CHECKPOINT_PREFIX)

export function segmentKey(number: number): Key {
  return numbered(SEGMENT_PREFIX, number)
}

export function segmentNumber(key: Key): number {
  return numberOf(SEGMENT_PREFIX, key)
}

export function checkpointKey(number: number): Key {
  return numbered(CHECKPOINT_PREFIX, number)
}

export function checkpointNumber(key: Key): number {
  return numberOf(CHECKPOINT_PREFIX, key)
}

/** When a key was used last: milliseconds since 1970 (8 bytes, big-endian). */
export function lastUseKey(keyArn: string): Key {
  return Buffer.concat([LAST_USE_PREFIX, createHash('sha256').update(keyArn).digest().subarray(0, 16)])
}

function numbered(prefix: Uint8Array, number: number): Buffer {
  const tail = Buffer.alloc(8)
  tail.writeBigUInt64BE(BigInt(number))
  return Buffer.concat([prefix, tail])
}

function numberOf(prefix: Uint8Array, key: Key): number {
  return key.length === prefix.length + 8 ? Number(Buffer.from(key).readBigUInt64BE(prefix.length)) : NaN
}

/** Prefixes end in `/`, which `0` follows. */
function rangeOf(prefix: Buffer): { readonly start: Key; readonly end: Key } {
  const end = Buffer.from(prefix)
  end[end.length - 1] = '0'.charCodeAt(0)
  return { start: prefix, end }
}

/** The first line of a segment. Hashes are SHA-256, in base64. */
export interface SegmentHead {
  readonly segment: number
  /** The number of its first record. */
  readonly first: number
  /** Who sealed it: one start of one process. */
  readonly stream: string
  /** The hash of the whole text of the segment before. */
  readonly previous: string
  /** On the first segment of a stream: how long the stream before was, and the hash of its last record. */
  readonly closes?: { readonly stream: string; readonly length: number; readonly hash: string }
}

export interface Segment {
  readonly head: SegmentHead
  /** Without line feeds. */
  readonly lines: readonly string[]
  readonly text: string
}

export interface SegmentClear {
  readonly newestMs: number
  readonly oldestMs: number
  readonly records: number
}

export function segmentText(head: SegmentHead, lines: readonly string[]): string {
  return `${JSON.stringify(head)}\n${lines.map((line) => `${line}\n`).join('')}`
}

export function textHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64')
}

/** The text of a record (`{"timeMs":…}`) as a line of the ledger. */
export function ledgerLine(number: number, previous: string, record: string): string {
  return `{"seq":${number},"prev":"${previous}",${record.slice(1)}`
}

/** The hash of a line's record: the leaf of the tree, and the `prev` of the next line. */
export function lineHash(line: string): Buffer {
  return leafHash(Buffer.from(line, 'utf8'))
}

export function sealSegment(records: RecordSealer, number: number, text: string, clear: SegmentClear): Buffer {
  const bytes = Buffer.alloc(CLEAR_BYTES)
  bytes[0] = FORMAT
  bytes.writeBigUInt64BE(BigInt(clear.newestMs), 1)
  bytes.writeBigUInt64BE(BigInt(clear.oldestMs), 9)
  bytes.writeUInt32BE(clear.records, 17)
  return records.seal({ rowKey: segmentKey(number), clear: bytes, secret: Buffer.from(text, 'utf8') })
}

/** Unauthenticated: for skipping what cannot match. */
export function peekSegment(records: RecordSealer, row: Row): SegmentClear {
  const { clear } = records.peek(row.value)
  const bytes = Buffer.from(clear)
  if (bytes.length !== CLEAR_BYTES || bytes[0] !== FORMAT) return refuse({ kind: 'integrity', what: 'audit segment' })
  return {
    newestMs: Number(bytes.readBigUInt64BE(1)),
    oldestMs: Number(bytes.readBigUInt64BE(9)),
    records: bytes.readUInt32BE(17),
  }
}

/** Throws `integrity`. */
export function openSegment(records: RecordSealer, row: Row): Segment {
  const { secret } = records.open(row.key, row.value)
  const text = Buffer.from(secret).toString('utf8')
  const [first = '', ...lines] = text.split('\n')
  const head: unknown = JSON.parse(first)
  if (lines.pop() !== '' || !isSegmentHead(head)) return refuse({ kind: 'integrity', what: 'audit segment' })
  return { head, lines, text }
}

function isSegmentHead(value: unknown): value is SegmentHead {
  if (typeof value !== 'object' || value === null) return false
  const { segment, first, stream, previous } = value as Partial<Record<keyof SegmentHead, unknown>>
  return (
    Number.isSafeInteger(segment) &&
    Number.isSafeInteger(first) &&
    typeof stream === 'string' &&
    typeof previous === 'string'
  )
}

/** `seq` and `prev` of a line, which stand at its beginning. */
export function linkOf(line: string): { readonly seq: number; readonly previous: string } | undefined {
  const match = /^\{"seq":(\d{1,16}),"prev":"([A-Za-z0-9+/]{43}=)",/.exec(line)
  const [, seq, previous] = match ?? []
  return seq === undefined || previous === undefined ? undefined : { seq: Number(seq), previous }
}

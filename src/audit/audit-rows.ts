import type { AuditOutcome, AuditRecord } from './audit-record.ts'

/**
 * Rows of the log: key `audit/` + epoch (8 bytes) + number (8 bytes, big-endian); clear part: format 1, newest and
 * oldest time in milliseconds (8 bytes each, big-endian); secret part: one JSON text a line, oldest first. `newest`
 * never goes back within an epoch, so that a search can stop at it.
 */
export const EPOCH_BYTES = 8

const PREFIX = Buffer.from('audit/', 'latin1')
const NUMBER_BYTES = 8
const CLEAR_BYTES = 17
const FORMAT = 1
const OUTCOMES: readonly AuditOutcome[] = ['done', 'refused', 'failed']

export interface RowTimes {
  readonly newestMs: number
  readonly oldestMs: number
}

export function rowKey(epoch: Uint8Array, number: bigint): Buffer {
  const tail = Buffer.alloc(NUMBER_BYTES)
  tail.writeBigUInt64BE(number)
  return Buffer.concat([PREFIX, epoch, tail])
}

/** All rows of one epoch; without one, of all epochs. */
export function rowRange(epoch?: Uint8Array): { readonly start: Buffer; readonly end: Buffer } {
  const start = epoch === undefined ? PREFIX : Buffer.concat([PREFIX, epoch])
  return { start, end: successorOf(start) }
}

/** The first key behind every row of this epoch. */
export function afterEpoch(epoch: Uint8Array): Buffer {
  return rowRange(epoch).end
}

export function epochOf(key: Uint8Array): Uint8Array {
  return Uint8Array.from(key.subarray(PREFIX.length, PREFIX.length + EPOCH_BYTES))
}

/** The first key that does not begin with `prefix`: carry over bytes of 255; `prefix` begins with a letter. */
function successorOf(prefix: Uint8Array): Buffer {
  let length = prefix.length
  while (prefix[length - 1] === 0xff) length -= 1
  const end = Buffer.from(prefix.subarray(0, length))
  end[length - 1] = (end[length - 1] ?? 0) + 1
  return end
}

export function clearPart({ newestMs, oldestMs }: RowTimes): Buffer {
  const clear = Buffer.alloc(CLEAR_BYTES)
  clear[0] = FORMAT
  clear.writeBigUInt64BE(BigInt(newestMs), 1)
  clear.writeBigUInt64BE(BigInt(oldestMs), 9)
  return clear
}

export function readClearPart(clear: Uint8Array): RowTimes {
  const view = Buffer.from(clear)
  if (view.length !== CLEAR_BYTES || view[0] !== FORMAT) throw new Error('an audit row has an unknown format')
  return { newestMs: Number(view.readBigUInt64BE(1)), oldestMs: Number(view.readBigUInt64BE(9)) }
}

/** One line, in a fixed order of names. */
export function recordLine(record: AuditRecord): string {
  const { timeMs, requestId, action, resource, caller, outcome, failure, detail } = record
  return `${JSON.stringify({ timeMs, requestId, action, resource, caller, outcome, failure, detail })}\n`
}

export function readLines(secret: Uint8Array): readonly AuditRecord[] {
  const lines = Buffer.from(secret).toString('utf8').split('\n')
  return lines.filter((line) => line !== '').map(readLine)
}

function readLine(line: string): AuditRecord {
  const parsed: unknown = JSON.parse(line)
  if (typeof parsed !== 'object' || parsed === null) throw new Error('an audit record is no object')
  const fields = new Map<string, unknown>(Object.entries(parsed))
  const text = (name: string): string => {
    const value = fields.get(name)
    if (typeof value !== 'string') throw new Error(`an audit record lacks ${name}`)
    return value
  }
  const timeMs = fields.get('timeMs')
  const outcome = OUTCOMES.find((one) => one === fields.get('outcome'))
  if (typeof timeMs !== 'number' || outcome === undefined) throw new Error('an audit record lacks a field')
  const detail = readDetail(fields.get('detail'))
  return {
    timeMs,
    requestId: text('requestId'),
    action: text('action'),
    resource: text('resource'),
    caller: text('caller'),
    outcome,
    ...(fields.has('failure') ? { failure: text('failure') } : {}),
    ...(detail === undefined ? {} : { detail }),
  }
}

function readDetail(value: unknown): Record<string, string> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const detail: Record<string, string> = {}
  for (const [name, inner] of Object.entries(value)) if (typeof inner === 'string') detail[name] = inner
  return detail
}

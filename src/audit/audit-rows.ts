import type { AuditOutcome, AuditRecord } from './audit-record.ts'
import type { AuditIdentity } from './user-identity.ts'

/**
 * Rows that wait to be sealed into the ledger. Uses: key `audit/` + epoch (8 bytes) + number (8 bytes, big-endian).
 * Changes: key `audit-change/` + epoch + number of the record. Clear part: format 1, newest and oldest time in
 * milliseconds (8 bytes each, big-endian); secret part: one JSON text a line, oldest first.
 */
export const EPOCH_BYTES = 8

const PREFIX = Buffer.from('audit/', 'latin1')
const CHANGE_PREFIX = Buffer.from('audit-change/', 'latin1')
const NUMBER_BYTES = 8
const CLEAR_BYTES = 17
const FORMAT = 1
const OPTIONAL_TEXTS = [
  ...(['failure', 'message', 'sourceAddress', 'userAgent', 'tlsHost', 'dialect', 'operation', 'decision'] as const),
  ...(['owner', 'id'] as const),
] as const
const OUTCOMES: readonly AuditOutcome[] = ['done', 'refused', 'failed']

export interface RowTimes {
  readonly newestMs: number
  readonly oldestMs: number
}

export function rowKey(epoch: Uint8Array, number: bigint): Buffer {
  return numbered(PREFIX, epoch, number)
}

/** The row of one change, in the commit of that change. */
export function changeKey(epoch: Uint8Array, number: number): Buffer {
  return numbered(CHANGE_PREFIX, epoch, BigInt(number))
}

/** Every change that waits. */
export const CHANGE_ROWS = { start: CHANGE_PREFIX, end: successorOf(CHANGE_PREFIX) }

function numbered(prefix: Uint8Array, epoch: Uint8Array, number: bigint): Buffer {
  const tail = Buffer.alloc(NUMBER_BYTES)
  tail.writeBigUInt64BE(number)
  return Buffer.concat([prefix, epoch, tail])
}

/** All but the last twelve digits of the UUIDs (version 8) of a log: they name its epoch, the last ones the record. */
export function recordIdHead(epoch: Uint8Array): string {
  const digits = Buffer.from(epoch).toString('hex')
  const [head, middle, tail, last] = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 15), digits.slice(15)]
  return `${head}-${middle}-8${tail}-8${last}00-`
}

/** All rows of one epoch; without one, of all epochs. */
export function rowRange(epoch?: Uint8Array): { readonly start: Buffer; readonly end: Buffer } {
  const start = epoch === undefined ? PREFIX : Buffer.concat([PREFIX, epoch])
  return { start, end: successorOf(start) }
}

export function epochOf(key: Uint8Array): Uint8Array {
  return Uint8Array.from(key.subarray(PREFIX.length, PREFIX.length + EPOCH_BYTES))
}

/** The number in the key of a row of uses. */
export function numberOf(key: Uint8Array): number {
  return Number(Buffer.from(key).readBigUInt64BE(PREFIX.length + EPOCH_BYTES))
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

/** One line. A clean record has its members in the order in which they are written. */
export function recordLine(record: AuditRecord): string {
  return `${JSON.stringify(record)}\n`
}

export function readLines(secret: Uint8Array): readonly AuditRecord[] {
  const lines = Buffer.from(secret).toString('utf8').split('\n')
  return lines.filter((line) => line !== '').map(readLine)
}

/** A record out of its line, of a waiting row or of the ledger. */
export function readLine(line: string): AuditRecord {
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
  const optional = OPTIONAL_TEXTS.flatMap((name) => (fields.has(name) ? [[name, text(name)] as const] : []))
  return {
    timeMs,
    requestId: text('requestId'),
    action: text('action'),
    resource: text('resource'),
    caller: text('caller'),
    outcome,
    ...Object.fromEntries(optional),
    ...present('identity', readIdentity(fields.get('identity'))),
    ...present('policies', readPolicies(fields.get('policies'))),
    ...present('detail', readDetail(fields.get('detail'))),
  }
}

function present<Name extends string, Value>(name: Name, value: Value | undefined): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Partial<Record<Name, Value>>)
}

function readPolicies(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined
}

/** As `cleanRecord` wrote it, in a row that authenticated: its shape is ours. */
function readIdentity(value: unknown): AuditIdentity | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined
  return value as AuditIdentity
}

function readDetail(value: unknown): Record<string, string> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const detail: Record<string, string> = {}
  for (const [name, inner] of Object.entries(value)) if (typeof inner === 'string') detail[name] = inner
  return detail
}

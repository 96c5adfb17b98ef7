import { REVISION_BYTES } from './lmdb-layout.ts'
import {
  MAX_BATCH_ITEMS,
  MAX_BOUND_BYTES,
  MAX_KEY_BYTES,
  MAX_VALUE_BYTES,
  type Check,
  type Committed,
  type Fragment,
  type Row,
  type Write,
} from './metadata-store.ts'
import { ByteSink, MalformedFrame, type ByteSource } from './remote-bytes.ts'

const MAX_REVISION_BYTES = 64
const MAX_REASON_BYTES = 1_024

/** A batch as it travels: its number among the client's, and the revision of the rows that it puts. */
export interface NumberedBatch {
  readonly sequence: number
  readonly revision: Buffer
  readonly batch: Fragment
}

export function encodeBatch({ sequence, revision, batch }: NumberedBatch): ByteSink {
  const sink = new ByteSink().u64(sequence).raw(revision).u16(batch.checks.length).u16(batch.writes.length)
  for (const check of batch.checks) encodeCheck(sink, check)
  for (const write of batch.writes) encodeWrite(sink, write)
  return sink
}

export function decodeBatch(source: ByteSource): NumberedBatch {
  const sequence = source.u64()
  const revision = source.raw(REVISION_BYTES)
  const checks = source.u16()
  const writes = source.u16()
  if (checks + writes > MAX_BATCH_ITEMS) throw new MalformedFrame('a batch has too many items')
  return {
    sequence,
    revision,
    batch: {
      checks: Array.from({ length: checks }, () => decodeCheck(source)),
      writes: Array.from({ length: writes }, () => decodeWrite(source)),
    },
  }
}

function encodeCheck(sink: ByteSink, check: Check): void {
  switch (check.kind) {
    case 'revision':
      sink.u8(0).bytes(check.key).bytes(Buffer.from(check.revision))
      break
    case 'absent':
      sink.u8(1).bytes(check.key)
      break
    case 'empty':
      sink.u8(2).bytes(check.start).bytes(check.end)
      break
    case 'sum':
      // Sums may pass 64 bits, so they travel as decimal digits.
      sink.u8(3).bytes(check.counter).bytes(Buffer.from(check.equals.toString()))
      break
  }
}

function decodeCheck(source: ByteSource): Check {
  switch (source.u8()) {
    case 0:
      return {
        kind: 'revision',
        key: source.bytes(MAX_KEY_BYTES),
        revision: source.bytes(MAX_REVISION_BYTES).toString(),
      }
    case 1:
      return { kind: 'absent', key: source.bytes(MAX_KEY_BYTES) }
    case 2:
      return { kind: 'empty', start: source.bytes(MAX_BOUND_BYTES), end: source.bytes(MAX_BOUND_BYTES) }
    case 3:
      return { kind: 'sum', counter: source.bytes(MAX_KEY_BYTES), equals: decodeInteger(source) }
    default:
      throw new MalformedFrame('an unknown check')
  }
}

function decodeInteger(source: ByteSource): bigint {
  const digits = source.bytes(MAX_REVISION_BYTES).toString('latin1')
  if (!/^-?[0-9]+$/.test(digits)) throw new MalformedFrame('not a whole number')
  return BigInt(digits)
}

function encodeWrite(sink: ByteSink, write: Write): void {
  switch (write.kind) {
    case 'put':
      sink.u8(0).bytes(write.key).bytes(write.value)
      break
    case 'delete':
      sink.u8(1).bytes(write.key)
      break
    case 'add': {
      const delta = Buffer.allocUnsafe(8)
      delta.writeBigInt64BE(write.delta)
      sink.u8(2).bytes(write.counter).raw(delta)
      break
    }
  }
}

function decodeWrite(source: ByteSource): Write {
  switch (source.u8()) {
    case 0:
      return { kind: 'put', key: source.bytes(MAX_KEY_BYTES), value: source.bytes(MAX_VALUE_BYTES) }
    case 1:
      return { kind: 'delete', key: source.bytes(MAX_KEY_BYTES) }
    case 2:
      return { kind: 'add', counter: source.bytes(MAX_KEY_BYTES), delta: source.i64() }
    default:
      throw new MalformedFrame('an unknown write')
  }
}

/** How a batch ended at the writer. `failed` are positions among the batch's checks. */
export type BatchResult =
  | { readonly kind: 'committed' }
  | { readonly kind: 'conflict'; readonly failed: readonly { readonly check: number; readonly now: Row | undefined }[] }
  | { readonly kind: 'unavailable'; readonly reason: string }

export function encodeResult(sequence: number, result: BatchResult): ByteSink {
  const sink = new ByteSink().u64(sequence)
  switch (result.kind) {
    case 'committed':
      return sink.u8(0)
    case 'conflict':
      sink.u8(1).u16(result.failed.length)
      for (const { check, now } of result.failed) encodeFailed(sink, check, now)
      return sink
    case 'unavailable':
      return sink.u8(2).bytes(Buffer.from(result.reason).subarray(0, MAX_REASON_BYTES))
  }
}

export function decodeResult(source: ByteSource): { readonly sequence: number; readonly result: BatchResult } {
  const sequence = source.u64()
  switch (source.u8()) {
    case 0:
      return { sequence, result: { kind: 'committed' } }
    case 1: {
      const failed = Array.from({ length: source.u16() }, () => decodeFailed(source))
      return { sequence, result: { kind: 'conflict', failed } }
    }
    case 2:
      return { sequence, result: { kind: 'unavailable', reason: source.bytes(MAX_REASON_BYTES).toString() } }
    default:
      throw new MalformedFrame('an unknown result')
  }
}

function encodeFailed(sink: ByteSink, check: number, now: Row | undefined): void {
  sink.u16(check).u8(now === undefined ? 0 : 1)
  if (now !== undefined) sink.bytes(now.key).bytes(now.value).bytes(Buffer.from(now.revision))
}

function decodeFailed(source: ByteSource): { readonly check: number; readonly now: Row | undefined } {
  const check = source.u16()
  if (source.u8() === 0) return { check, now: undefined }
  const key = source.bytes(MAX_KEY_BYTES)
  return {
    check,
    now: { key, value: source.bytes(MAX_VALUE_BYTES), revision: source.bytes(MAX_REVISION_BYTES).toString() },
  }
}

/** As the writer's store answers, in the terms of the wire. */
export function resultOf(batch: Fragment, committed: Committed): BatchResult {
  if (committed.kind === 'committed') return { kind: 'committed' }
  const failed = committed.failed.map((check, index) => ({
    check: batch.checks.indexOf(check),
    now: committed.now[index],
  }))
  return { kind: 'conflict', failed }
}

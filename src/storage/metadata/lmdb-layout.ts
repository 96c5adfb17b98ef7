import { drawBytes } from '../random-identifiers.ts'
import { afterPrefix, asBuffer } from './key-order.ts'
import type { Key, Revision, Row } from './metadata-store.ts'

/*
 * What the durable makers write; docs/storage.md has the same as a table. The first byte of a stored key says what the
 * row is, so that no scan of callers' rows ever meets another kind.
 */

const FORMAT = 0x00
const ROW = 0x01
const COUNTER = 0x02
const WRITER = 0x03
const CLIENT = 0x04

export const REVISION_BYTES = 8
export const EPOCH_BYTES = 8
export const FORMAT_KEY = Buffer.of(FORMAT)
export const FORMAT_VALUE = Buffer.from('coffer metadata 1')

/** The first and the first-after key of all rows of one kind. */
export const WRITER_BOUNDS = { start: Buffer.of(WRITER), end: Buffer.of(WRITER + 1) }
export const CLIENT_BOUNDS = { start: Buffer.of(CLIENT), end: Buffer.of(CLIENT + 1) }

/** The stored key of a caller's row, or of a bound of callers' rows. */
export function rowKey(key: Key): Buffer {
  return prefixed(ROW, key)
}

export function keyOfRow(stored: Uint8Array): Buffer {
  return asBuffer(stored).subarray(1)
}

/** Value of a row, written into `buffer`: 8 bytes of revision, then the caller's bytes. */
export function writeRowValue(buffer: Buffer, revision: Buffer, value: Uint8Array): Buffer {
  buffer.set(revision)
  buffer.set(value, REVISION_BYTES)
  return buffer.subarray(0, REVISION_BYTES + value.length)
}

/** `stored` must not be reused by anyone. */
export function readRow(key: Key, stored: Uint8Array): Row {
  const bytes = asBuffer(stored)
  return { key, value: bytes.subarray(REVISION_BYTES), revision: revisionOf(bytes) }
}

export function revisionOf(stored: Buffer): Revision {
  return stored.toString('hex', 0, REVISION_BYTES)
}

export function drawRevision(): Buffer {
  return drawBytes(REVISION_BYTES)
}

/**
 * The rows of a counter, one for each writer's epoch: length of the counter's key (2 bytes, big-endian), key, epoch.
 * With the length first, no counter's rows lie between those of another.
 */
export function counterPrefix(counter: Key): Buffer {
  const prefix = Buffer.allocUnsafe(3 + counter.length)
  prefix[0] = COUNTER
  prefix.writeUInt16BE(counter.length, 1)
  prefix.set(counter, 3)
  return prefix
}

/** The first key after those that begin with a stored prefix. */
export function endOfPrefix(prefix: Buffer): Buffer {
  const end = afterPrefix(prefix)
  if (end === undefined) throw new RangeError('a stored prefix begins with the kind of its row')
  return end
}

export function counterKey(prefix: Buffer, epoch: Buffer): Buffer {
  return Buffer.concat([prefix, epoch])
}

/** 16 bytes, two's complement, big-endian: far more than any number of 63-bit deltas can reach. */
export function counterValue(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(16)
  bytes.writeBigInt64BE(value >> 64n, 0)
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value), 8)
  return bytes
}

export function readCounter(stored: Uint8Array): bigint {
  const bytes = asBuffer(stored)
  return (bytes.readBigInt64BE(0) << 64n) | bytes.readBigUInt64BE(8)
}

/** `writer/<epoch>`. */
export function writerKey(epoch: Buffer): Buffer {
  return prefixed(WRITER, epoch)
}

/** Number of the last wave and end of the lease in milliseconds, 8 bytes each, big-endian. */
export function writerValue(wave: number, leaseEndsMs: number): Buffer {
  const bytes = Buffer.allocUnsafe(16)
  bytes.writeBigUInt64BE(BigInt(wave), 0)
  bytes.writeBigUInt64BE(BigInt(Math.trunc(leaseEndsMs)), 8)
  return bytes
}

export function readWriterWave(stored: Uint8Array): number {
  return Number(asBuffer(stored).readBigUInt64BE(0))
}

/** `client` is hexadecimal. */
export function clientKey(client: string): Buffer {
  return prefixed(CLIENT, Buffer.from(client, 'hex'))
}

function prefixed(first: number, rest: Uint8Array): Buffer {
  const key = Buffer.allocUnsafe(1 + rest.length)
  key[0] = first
  key.set(rest, 1)
  return key
}

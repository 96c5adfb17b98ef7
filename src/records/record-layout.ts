import { refuse } from '../operations/index.ts'

/** Byte table: docs/object-format.md, "Records". Format 1. */
export const RECORD_FORMAT = 1
export const EPOCH_BYTES = 8
export const MASKED_BYTES = 16
export const TAG_BYTES = 16
/** Bytes before the masked field or, without one, before the clear part. */
export const PREFIX_BYTES = 20
export const MAX_CLEAR_BYTES = 0xffff
export const MAX_ROW_KEY_BYTES = 0xffff

const HAS_MASKED = 1

/** Where the fields of a record lie. Offsets are bytes from the beginning of the value. */
export interface RecordLayout {
  readonly masked: number | undefined
  readonly clear: number
  /** End of the clear part, and so of what is authenticated as it stands; the ciphertext begins here. */
  readonly sealed: number
}

export function layoutOf(hasMasked: boolean, clearBytes: number): RecordLayout {
  const clear = PREFIX_BYTES + (hasMasked ? MASKED_BYTES : 0)
  return { masked: hasMasked ? PREFIX_BYTES : undefined, clear, sealed: clear + clearBytes }
}

/** Writes the prefix: format, flags, length of the clear part, epoch, counter. */
export function writePrefix(
  value: Buffer,
  hasMasked: boolean,
  clearBytes: number,
  epoch: Uint8Array,
  counter: number,
): void {
  value[0] = RECORD_FORMAT
  value[1] = hasMasked ? HAS_MASKED : 0
  value.writeUInt16BE(clearBytes, 2)
  value.set(epoch, 4)
  value.writeUInt32BE(Math.floor(counter / 0x1_0000_0000), 12)
  value.writeUInt32BE(counter % 0x1_0000_0000, 16)
}

/** Reads the prefix of a value that reaches at least to the end of its clear part; else the `integrity` failure. */
export function readLayout(value: Buffer): RecordLayout {
  const flags = value[1]
  if (value.length < PREFIX_BYTES || value[0] !== RECORD_FORMAT || (flags !== 0 && flags !== HAS_MASKED)) {
    return refuse({ kind: 'integrity', what: 'record' })
  }
  const layout = layoutOf(flags === HAS_MASKED, value.readUInt16BE(2))
  if (value.length < layout.sealed) return refuse({ kind: 'integrity', what: 'record' })
  return layout
}

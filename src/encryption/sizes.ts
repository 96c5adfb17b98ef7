/** Plaintext length and offsets to sealed ones, and back. Pure. docs/object-format.md, "Streams". */

export type SegmentBytes = 16_384 | 65_536

export const SMALL_SEGMENT_BYTES = 16_384
export const LARGE_SEGMENT_BYTES = 65_536
/** From this plaintext length on, and where the length is not known, segments are large. */
export const LARGE_FROM_BYTES = 1_048_576

export const SALT_BYTES = 24
export const COMMITMENT_BYTES = 32
export const HEADER_BYTES = SALT_BYTES + COMMITMENT_BYTES
export const TAG_BYTES = 16

export function segmentBytesFor(knownLength: number | undefined): SegmentBytes {
  return knownLength !== undefined && knownLength < LARGE_FROM_BYTES ? SMALL_SEGMENT_BYTES : LARGE_SEGMENT_BYTES
}

/** Always one more than there are full segments: the last one is short, and may be empty. */
export function segmentCount(length: number, segmentBytes: SegmentBytes): number {
  return Math.floor(length / segmentBytes) + 1
}

/** Bytes on disk of one layer over `length` bytes. */
export function sealedLength(length: number, segmentBytes: SegmentBytes): number {
  return HEADER_BYTES + length + TAG_BYTES * segmentCount(length, segmentBytes)
}

/** The one plaintext length that seals to `sealed` bytes; undefined where none does. */
export function plaintextLength(sealed: number, segmentBytes: SegmentBytes): number | undefined {
  const body = sealed - HEADER_BYTES
  if (body < TAG_BYTES) return undefined
  const full = Math.floor(body / (segmentBytes + TAG_BYTES))
  const last = body - full * (segmentBytes + TAG_BYTES)
  return last < TAG_BYTES ? undefined : full * segmentBytes + last - TAG_BYTES
}

/** A run of whole segments, in order. `offset` and `length` are bytes of the sealed stream. */
export interface SegmentRun {
  readonly offset: number
  readonly length: number
  readonly firstSegment: number
  /** Plaintext bytes of the first opened segment that come before what was asked for. */
  readonly skip: number
  /** Whether the run begins with the stream's header. */
  readonly header: boolean
  /** Whether the run ends with the stream's last segment. */
  readonly toEnd: boolean
}

/**
 * The segments that hold plaintext [first, first + length) of a stream of `total` bytes. A run that begins with the
 * first segment takes the header in, one whose range reaches the end takes the last segment in, even an empty one: so
 * reading a whole stream checks every byte of it. Of an empty stream the whole is named; of another stream nothing
 * is, when nothing is asked for.
 */
export function segmentRun(total: number, segmentBytes: SegmentBytes, first: number, length: number): SegmentRun {
  if (first < 0 || length < 0 || first + length > total) throw new RangeError('a range lies outside its stream')
  const firstSegment = Math.floor(first / segmentBytes)
  if (length === 0 && total > 0) {
    return { offset: 0, length: 0, firstSegment, skip: 0, header: false, toEnd: false }
  }
  const finalSegment = segmentCount(total, segmentBytes) - 1
  const lastSegment = first + length === total ? finalSegment : Math.floor((first + length - 1) / segmentBytes)
  const toEnd = lastSegment === finalSegment
  const sealedSegment = segmentBytes + TAG_BYTES
  const header = firstSegment === 0
  const offset = header ? 0 : HEADER_BYTES + firstSegment * sealedSegment
  const end = Math.min(sealedLength(total, segmentBytes), HEADER_BYTES + (lastSegment + 1) * sealedSegment)
  return { offset, length: end - offset, firstSegment, skip: first - firstSegment * segmentBytes, header, toEnd }
}

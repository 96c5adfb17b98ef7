import {
  refuse,
  type Awaitable,
  type BodySum,
  type ByteRange,
  type GetObject,
  type Slice,
} from '../../operations/index.ts'
import { findPart, type PlacedEntry } from '../rows/manifest.ts'
import type { ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'

/** A slice, and the part that it is, when a part was asked for. */
export interface ChosenSlice extends Slice {
  readonly part?: PlacedEntry
}

/**
 * A range has no checksum: the whole object's would not be that of what is sent. But the CRC-64 of the vendors is the
 * whole object's, whatever is sent.
 */
export function sumsOfSlice<Sum extends Pick<BodySum, 'algorithm'>>(
  sums: readonly Sum[],
  { partial }: Pick<ChosenSlice, 'partial'>,
  { partNumber }: Pick<GetObject, 'partNumber'>,
): readonly Sum[] {
  return partial && partNumber === undefined ? sums.filter(({ algorithm }) => algorithm === 'crc64ecma') : sums
}

export function wholeSlice(size: number): Slice {
  return { first: 0, length: size, total: size, partial: false }
}

/** A byte range against a size (RFC 9110, 14.1.2); what cannot be satisfied is `invalid-range`. */
export function rangeSlice(range: ByteRange, size: number): Slice {
  if (range.kind === 'suffix') {
    if (range.length === 0 || size === 0) {
      return refuse({ kind: 'invalid-range', size, requested: `bytes=-${range.length}` })
    }
    const length = Math.min(range.length, size)
    return { first: size - length, length, total: size, partial: true }
  }
  const last = Math.min(range.last ?? size - 1, size - 1)
  if (range.first >= size || last < range.first) {
    return refuse({ kind: 'invalid-range', size, requested: `bytes=${range.first}-${range.last ?? ''}` })
  }
  return { first: range.first, length: last - range.first + 1, total: size, partial: true }
}

export function pageSource(
  rooms: Pick<ObjectRooms, 'store' | 'records'>,
  version: ObjectVersion,
): Parameters<typeof findPart>[0] | undefined {
  const { manifest } = version.detail
  if (manifest.kind !== 'pages') return undefined
  return { store: rooms.store, records: rooms.records, sealId: version.header.sealId, table: manifest.table }
}

/** What GET and HEAD were asked for: all, a range, or a part. */
export function chooseSlice(
  rooms: Pick<ObjectRooms, 'store' | 'records'>,
  version: ObjectVersion,
  asked: Pick<GetObject, 'range' | 'rangeRule' | 'partNumber'>,
): Awaitable<ChosenSlice> {
  const { size } = version.header
  if (asked.partNumber !== undefined) return partSlice(rooms, version, asked.partNumber, asked.range)
  const { range } = asked
  if (range === undefined || (asked.rangeRule === 'inside-or-whole' && !liesInside(range, size)))
    return wholeSlice(size)
  return rangeSlice(range, size)
}

function liesInside(range: ByteRange, size: number): boolean {
  if (range.kind === 'suffix') return range.length > 0 && range.length <= size
  return range.first < size && (range.last ?? range.first) < size
}

async function partSlice(
  rooms: Pick<ObjectRooms, 'store' | 'records'>,
  version: ObjectVersion,
  partNumber: number,
  range: ByteRange | undefined,
): Promise<ChosenSlice> {
  const { size } = version.header
  if (range !== undefined) {
    return refuse({ kind: 'invalid-request', detail: 'a range and a part number cannot be asked for together' })
  }
  const source = pageSource(rooms, version)
  if (source === undefined) {
    if (partNumber === 1) return { ...wholeSlice(size), partial: true }
    return refuse({ kind: 'invalid-part-number', requested: partNumber, actual: 1 })
  }
  const part = await findPart(source, partNumber)
  if (part === undefined) {
    return refuse({ kind: 'invalid-part-number', requested: partNumber, actual: version.header.parts })
  }
  return { first: part.offset, length: part.stream.length, total: size, partial: true, part }
}

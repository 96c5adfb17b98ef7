import { MAX_OBJECT_KEY_BYTES } from '../../operations/index.ts'
import type { Key, MetadataReader, Row } from '../../storage/index.ts'
import { afterPrefix, justAfter, rangeOf, type KeyRange } from '../rows/row-keys.ts'

/** A row of a table keyed by names: the name, and what stands behind the 00 after it. */
export interface NamedRow {
  readonly kind: 'row'
  readonly name: string
  readonly row: Row
  /** Where the name stands in the row's key. */
  readonly start: number
  readonly end: number
}

/** All rows whose names share what stands up to and with the delimiter. */
export interface NamedGroup {
  readonly kind: 'group'
  readonly name: string
  /** The key prefix that ends with the name. */
  readonly key: Key
  readonly start: number
}

export type NamedEntry = NamedRow | NamedGroup

/** By the bytes of their names, which is not the order of their texts. */
export function compareNames(left: NamedEntry, right: NamedEntry): number {
  return Buffer.compare(nameBytes(left), nameBytes(right))
}

function nameBytes(entry: NamedEntry): Uint8Array {
  return entry.kind === 'row' ? entry.row.key.subarray(entry.start, entry.end) : entry.key.subarray(entry.start)
}

/** What stands behind a name and its 00. */
export function suffixOf({ row, end }: NamedRow): Uint8Array {
  return row.key.subarray(end + 1)
}

export interface NameScan {
  /** What stands before the names in this table's keys. */
  readonly base: Key
  /** Bytes behind a name: 0, or the 00 and what follows it. */
  readonly suffixBytes: number
  readonly range: KeyRange
  readonly prefix: string
  readonly delimiter: string
  readonly limit: number
  readonly valueBytes: number
}

/** The rows of names that begin with `prefix`; undefined: no name can. */
export function prefixRange(base: Key, prefix: string): KeyRange | undefined {
  const bytes = Buffer.from(prefix, 'utf8')
  if (bytes.length > MAX_OBJECT_KEY_BYTES || bytes.includes(0)) return undefined
  return rangeOf(Buffer.concat([base, bytes]))
}

/** The range from `start` on; undefined: nothing is left of it. */
export function from(range: KeyRange, start: Key): KeyRange | undefined {
  if (Buffer.compare(start, range.start) <= 0) return range
  return Buffer.compare(start, range.end) >= 0 ? undefined : { start, end: range.end }
}

/**
 * Where the names and groups strictly after `marker` begin: behind its group if it lies in one, else behind the
 * name itself (`withSuffix`: and behind all rows of that name).
 */
export function startAfter(
  base: Key,
  marker: string,
  asked: { readonly prefix: string; readonly delimiter: string },
  withSuffix: boolean,
): Key {
  const bytes = Buffer.from(marker, 'utf8').subarray(0, MAX_OBJECT_KEY_BYTES)
  const prefix = Buffer.from(asked.prefix, 'utf8')
  const delimiter = Buffer.from(asked.delimiter, 'utf8')
  const inPrefix = bytes.subarray(0, prefix.length).equals(prefix)
  const at = inPrefix && delimiter.length > 0 ? bytes.indexOf(delimiter, prefix.length) : -1
  if (at >= 0) return afterPrefix(Buffer.concat([base, bytes.subarray(0, at + delimiter.length)]))
  const key = justAfter(Buffer.concat([base, bytes]))
  return withSuffix ? afterPrefix(key) : key
}

/** Whether a marker lies in a group: then the group was shown, and the listing goes on behind it. */
export function liesInGroup(marker: string, asked: { readonly prefix: string; readonly delimiter: string }): boolean {
  const { prefix, delimiter } = asked
  return delimiter !== '' && marker.startsWith(prefix) && marker.includes(delimiter, prefix.length)
}

/** Reads a page of rows and groups. Its cost is what it returns: groups are found by seeking. */
export async function scanNames(
  store: MetadataReader,
  scan: NameScan,
): Promise<{ readonly entries: readonly NamedEntry[]; readonly more: boolean }> {
  const { base, range, limit, valueBytes } = scan
  const delimiter = Buffer.from(scan.delimiter, 'utf8')
  // No name holds a NUL, so a delimiter with one groups nothing.
  if (delimiter.length === 0 || delimiter.includes(0) || delimiter.length > MAX_OBJECT_KEY_BYTES) {
    const { rows, more } = await store.scan({ ...range, limit, valueBytes })
    return { entries: rows.map((row) => named(scan, row)), more }
  }
  const fromByte = base.length + Buffer.byteLength(scan.prefix, 'utf8')
  const found = await store.scanGroups({ ...range, limit, from: fromByte, delimiter, valueBytes })
  const entries: NamedEntry[] = []
  for (const [index, entry] of found.entries.entries()) {
    if (!('group' in entry)) {
      entries.push(named(scan, entry))
      continue
    }
    const name = textOf(entry.group, base.length, entry.group.length)
    if (!name.includes('\0')) {
      entries.push({ kind: 'group', name, key: entry.group, start: base.length })
      continue
    }
    // The delimiter's bytes stood behind the name, in a version's order or an upload's id: these are rows of one name.
    const start = Buffer.compare(range.start, entry.group) > 0 ? range.start : entry.group
    const room = limit - entries.length
    const inside = await store.scan({ start, end: afterPrefix(entry.group), limit: room, valueBytes })
    entries.push(...inside.rows.map((row) => named(scan, row)))
    if (entries.length >= limit) {
      return { entries, more: inside.more || index < found.entries.length - 1 || found.more }
    }
  }
  return { entries: entries.slice(0, limit), more: found.more || entries.length > limit }
}

function named(scan: NameScan, row: Row): NamedRow {
  const start = scan.base.length
  const end = row.key.length - scan.suffixBytes
  return { kind: 'row', name: textOf(row.key, start, end), row, start, end }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return buffer.toString('utf8', start, end)
}

import { createHash } from 'node:crypto'
import type { SealedStream } from '../../encryption/index.ts'
import { refuse } from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import { keyName, type BlobId, type MetadataReader, type Write } from '../../storage/index.ts'
import type { Garbage } from './garbage-rows.ts'
import { manifestKey } from './row-keys.ts'
import { parseStoredJson } from './stored-json.ts'

/** Entries that lie in the record; one more than these, and all of them go into a page of their own. */
export const TAIL_ENTRIES = 32
/** How many pages are read at once. */
const PAGES_AT_ONCE = 4
/** Blobs or pages that one garbage row names. */
const NAMED_BY_GARBAGE = 500

/** A piece of a stream: plaintext [from, from + bytes) of what was sealed as `part`. */
export interface Extent {
  readonly part: number
  readonly blob: BlobId
  readonly stream: SealedStream
  readonly from: number
  readonly bytes: number
}

/**
 * What an object is put together from that grows by appends or changes in the middle. Pages are rows that are not
 * changed once a record named them: readers of an older record find what it says. docs/object-format.md, "Extents".
 */
export interface ExtentTable {
  readonly kind: 'extents'
  readonly bytes: number
  /** The highest part number that a stream of this seal id was given. */
  readonly parts: number
  /** The number of the next page row. */
  readonly nextPage: number
  /** Of each page: the number of its row, its first byte, how many entries it has, the SHA-256 of its content in base64. */
  readonly pages: readonly (readonly [page: number, offset: number, entries: number, digest: string])[]
  readonly tail: readonly Extent[]
}

export interface PlacedExtent extends Extent {
  /** Of its first byte in the object. */
  readonly offset: number
}

export interface ExtentSource {
  readonly store: MetadataReader
  readonly records: RecordSealer
  readonly sealId: Uint8Array
  readonly table: ExtentTable
}

export const NO_EXTENTS: ExtentTable = { kind: 'extents', bytes: 0, parts: 0, nextPage: 0, pages: [], tail: [] }

export function extentCount(table: ExtentTable): number {
  return table.pages.reduce((sum, [, , entries]) => sum + entries, table.tail.length)
}

interface StoredPage {
  readonly v: 1
  readonly entries: readonly Extent[]
}

function isPage(value: unknown): value is StoredPage {
  if (typeof value !== 'object' || value === null || !('v' in value) || !('entries' in value)) return false
  return value.v === 1 && Array.isArray(value.entries)
}

function damaged(what: string): never {
  return refuse({ kind: 'integrity', what })
}

function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('base64')
}

/** The table with one extent more at its end, and the page to write where the tail was full. */
export function withExtent(
  records: RecordSealer,
  sealId: Uint8Array,
  table: ExtentTable,
  extent: Extent,
): { readonly table: ExtentTable; readonly writes: readonly Write[] } {
  const bytes = table.bytes + extent.bytes
  const parts = Math.max(table.parts, extent.part)
  if (table.tail.length < TAIL_ENTRIES) {
    return { table: { ...table, bytes, parts, tail: [...table.tail, extent] }, writes: [] }
  }
  const made = pageOf(records, sealId, table.nextPage, table.tail)
  const offset = table.bytes - lengthOf(table.tail)
  const pages = [...table.pages, [table.nextPage, offset, table.tail.length, made.digest] as const]
  return {
    table: { kind: 'extents', bytes, parts, nextPage: table.nextPage + 1, pages, tail: [extent] },
    writes: [made.write],
  }
}

/**
 * A table that goes on from `kept`, which has no tail, with these extents; `parts` and `nextPage` are those of the table
 * before, so that no number is given twice.
 */
export function tableOf(
  records: RecordSealer,
  sealId: Uint8Array,
  kept: ExtentTable,
  extents: readonly Extent[],
): { readonly table: ExtentTable; readonly writes: readonly Write[] } {
  let table = kept
  const writes: Write[] = []
  for (const extent of extents) {
    const next = withExtent(records, sealId, table, extent)
    table = next.table
    writes.push(...next.writes)
  }
  return { table, writes }
}

function pageOf(
  records: RecordSealer,
  sealId: Uint8Array,
  page: number,
  entries: readonly Extent[],
): { readonly write: Write; readonly digest: string } {
  const secret = Buffer.from(JSON.stringify({ v: 1, entries } satisfies StoredPage), 'utf8')
  const key = manifestKey(sealId, page)
  const value = records.seal({ rowKey: key, clear: Buffer.alloc(0), secret })
  return { write: { kind: 'put', key, value }, digest: digestOf(secret) }
}

export function lengthOf(extents: readonly Extent[]): number {
  return extents.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** The extents that hold plaintext [first, first + length), in order, with their places; pages are read as they are needed. */
export async function* extentsOfRange(
  source: ExtentSource,
  first: number,
  length: number,
): AsyncGenerator<PlacedExtent, void, undefined> {
  const end = first + length
  for await (const extent of placedExtents(source, first)) {
    if (extent.offset >= end) return
    if (extent.offset + extent.bytes > first) yield extent
  }
}

/** Every extent of the object, in order. */
export async function allExtents(source: ExtentSource): Promise<readonly Extent[]> {
  const all: Extent[] = []
  for await (const { part, blob, stream, from, bytes } of placedExtents(source, 0)) {
    all.push({ part, blob, stream, from, bytes })
  }
  return all
}

/** From the page that holds `first` on. Each page is what the record says: its digest, its count, its length. */
async function* placedExtents(source: ExtentSource, first: number): AsyncGenerator<PlacedExtent, void, undefined> {
  const { table } = source
  const tailAt = table.bytes - lengthOf(table.tail)
  const endOf = (index: number): number => table.pages[index + 1]?.[1] ?? tailAt
  let start = 0
  while (start < table.pages.length && endOf(start) <= first) start++
  for (let index = start; index < table.pages.length; index += PAGES_AT_ONCE) {
    const wanted = table.pages.slice(index, index + PAGES_AT_ONCE)
    const rows = await source.store.getMany(wanted.map(([page]) => manifestKey(source.sealId, page)))
    for (const [at, [, offset, entries, digest]] of wanted.entries()) {
      const row = rows[at] ?? damaged('a page of extents is missing')
      const { secret } = source.records.open(row.key, row.value)
      if (digestOf(secret) !== digest) damaged(`page of extents ${keyName(row.key)}`)
      const page: unknown = parseStoredJson(secret, 'page of extents')
      if (!isPage(page) || page.entries.length !== entries) damaged('page of extents')
      yield* placed(page.entries, offset, endOf(index + at))
    }
  }
  yield* placed(table.tail, tailAt, table.bytes)
}

function* placed(extents: readonly Extent[], start: number, end: number): Generator<PlacedExtent, void, undefined> {
  let offset = start
  for (const extent of extents) {
    const { from, bytes, stream } = extent
    if (from < 0 || bytes < 1 || from + bytes > stream.length) damaged('extent')
    yield { ...extent, offset }
    offset += bytes
  }
  if (offset !== end) damaged('length of extents')
}

/** What a change of the table leaves behind: rows of pages, and blobs of which nothing is used any more. */
export function garbageOfExtents(
  sealId: Uint8Array,
  pages: readonly number[],
  blobs: Iterable<BlobId>,
): readonly Garbage[] {
  const id = Buffer.from(sealId).toString('hex')
  const named = [...new Set(blobs)]
  const garbage: Garbage[] = []
  const rounds = Math.ceil(Math.max(pages.length, named.length) / NAMED_BY_GARBAGE)
  for (let round = 0; round < rounds; round++) {
    const [start, end] = [round * NAMED_BY_GARBAGE, (round + 1) * NAMED_BY_GARBAGE]
    garbage.push({
      ...{ kind: 'extents', sealId: id },
      ...{ pages: pages.slice(start, end), blobs: named.slice(start, end) },
    })
  }
  return garbage
}

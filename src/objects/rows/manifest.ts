import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SealedStream, StoredChecksum } from '../../encryption/index.ts'
import { refuse } from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import { keyName, type BlobId, type MetadataReader, type Row, type Write } from '../../storage/index.ts'
import { manifestKey } from './row-keys.ts'
import { parseStoredJson } from './stored-json.ts'

export const PAGE_ENTRIES = 64
/** How many pages are built in one turn of the event loop: a few milliseconds. */
const PAGES_PER_TURN = 8
/** How many pages are read at once. */
const PAGES_AT_ONCE = 4

/** One part of a multipart object. */
export interface ManifestEntry {
  readonly part: number
  readonly blob: BlobId
  readonly stream: SealedStream
  readonly checksums: readonly StoredChecksum[]
}

/** What the version's record holds of its pages. */
export interface PageTable {
  readonly bytes: number
  readonly parts: number
  /** Of each page: its first part number, its first byte, and the SHA-256 of its content in base64. */
  readonly pages: readonly (readonly [firstPart: number, offset: number, digest: string])[]
}

/** An entry with the place of its first byte in the object. */
export interface PlacedEntry extends ManifestEntry {
  readonly offset: number
}

interface StoredPage {
  readonly v: 1
  readonly entries: readonly ManifestEntry[]
}

function isPage(value: unknown): value is StoredPage {
  if (typeof value !== 'object' || value === null || !('v' in value) || !('entries' in value)) return false
  return value.v === 1 && Array.isArray(value.entries)
}

function parsePage(content: Uint8Array): readonly ManifestEntry[] {
  const page: unknown = parseStoredJson(content, 'manifest page')
  return isPage(page) ? page.entries : refuse({ kind: 'integrity', what: 'manifest page' })
}

/** A page by itself, without a table that says which content it has to have. */
export function openPage(records: RecordSealer, row: Row): readonly ManifestEntry[] {
  return parsePage(records.open(row.key, row.value).secret)
}

/** Cuts entries into pages: the rows to write, and the table for the record. */
export async function buildPages(
  records: RecordSealer,
  sealId: Uint8Array,
  entries: readonly ManifestEntry[],
): Promise<{ readonly writes: readonly Write[]; readonly table: PageTable }> {
  const writes: Write[] = []
  const pages: (readonly [number, number, string])[] = []
  let offset = 0
  for (let first = 0; first < entries.length; first += PAGE_ENTRIES) {
    if (pages.length > 0 && pages.length % PAGES_PER_TURN === 0) await nextTurn()
    const held = entries.slice(first, first + PAGE_ENTRIES)
    const content = Buffer.from(JSON.stringify({ v: 1, entries: held } satisfies StoredPage), 'utf8')
    const key = manifestKey(sealId, pages.length)
    writes.push({ kind: 'put', key, value: records.seal({ rowKey: key, clear: Buffer.alloc(0), secret: content }) })
    pages.push([held[0]?.part ?? 0, offset, digestOf(content)])
    for (const entry of held) offset += entry.stream.length
  }
  return { writes, table: { bytes: offset, parts: entries.length, pages } }
}

function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('base64')
}

/** The entries of pages [first, first + count), authenticated against the record's table. */
async function readPages(
  source: PageSource,
  first: number,
  count: number,
): Promise<readonly (readonly PlacedEntry[])[]> {
  const wanted = source.table.pages.slice(first, first + count)
  const keys = wanted.map((_, index) => manifestKey(source.sealId, first + index))
  const rows = await source.store.getMany(keys)
  return wanted.map(([firstPart, offset, digest], index) => {
    const row = rows[index]
    if (row === undefined) return refuse({ kind: 'integrity', what: 'manifest page is missing' })
    const { secret } = source.records.open(row.key, row.value)
    if (digestOf(secret) !== digest) return refuse({ kind: 'integrity', what: `manifest page ${keyName(row.key)}` })
    const end = source.table.pages[first + index + 1]?.[1] ?? source.table.bytes
    return placeEntries(parsePage(secret), firstPart, offset, end)
  })
}

/** A page's entries at their places: in the order of their parts, and as long together as the table says. */
function placeEntries(
  entries: readonly ManifestEntry[],
  firstPart: number,
  offset: number,
  end: number,
): readonly PlacedEntry[] {
  let at = offset
  let before = 0
  const placed = entries.map((entry) => {
    if (entry.part <= before) refuse({ kind: 'integrity', what: 'order of parts' })
    before = entry.part
    const place = { ...entry, offset: at }
    at += entry.stream.length
    return place
  })
  if (placed[0]?.part !== firstPart || at !== end) refuse({ kind: 'integrity', what: 'manifest page' })
  return placed
}

export interface PageSource {
  readonly store: MetadataReader
  readonly records: RecordSealer
  readonly sealId: Uint8Array
  readonly table: PageTable
}

/** The index of the last page for which `startsBy` holds; pages are ordered, so this searches by halves. */
function lastPage(table: PageTable, startsBy: (page: PageTable['pages'][number]) => boolean): number {
  let low = 0
  let high = table.pages.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const page = table.pages[middle]
    if (page !== undefined && startsBy(page)) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/** The entries that hold plaintext [first, first + length), in order; pages are read as they are needed. */
export async function* entriesOfRange(
  source: PageSource,
  first: number,
  length: number,
): AsyncGenerator<PlacedEntry, void, undefined> {
  const end = first + length
  // Empty parts may share an offset: the page before is looked at too.
  const start = Math.max(0, lastPage(source.table, ([, offset]) => offset <= first) - 1)
  for (let page = start; page < source.table.pages.length; page += PAGES_AT_ONCE) {
    if ((source.table.pages[page]?.[1] ?? end) >= end) return
    for (const entries of await readPages(source, page, PAGES_AT_ONCE)) {
      for (const entry of entries) {
        if (entry.offset >= end) return
        if (entry.offset + entry.stream.length > first) yield entry
      }
    }
  }
}

/** Every entry with a part number above `after`, in order. */
export async function* entriesAfter(source: PageSource, after: number): AsyncGenerator<PlacedEntry, void, undefined> {
  const start = lastPage(source.table, ([firstPart]) => firstPart <= after)
  for (let page = start; page < source.table.pages.length; page += PAGES_AT_ONCE) {
    for (const entries of await readPages(source, page, PAGES_AT_ONCE)) {
      for (const entry of entries) if (entry.part > after) yield entry
    }
  }
}

/** The part of this number, or undefined. */
export async function findPart(source: PageSource, part: number): Promise<PlacedEntry | undefined> {
  const [entries] = await readPages(
    source,
    lastPage(source.table, ([firstPart]) => firstPart <= part),
    1,
  )
  return entries?.find((entry) => entry.part === part)
}

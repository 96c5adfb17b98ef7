import { refuse, type Page, type PageRequest } from '../operations/index.ts'
import type { MetadataReader, Row } from '../storage/index.ts'
import { lastPart, type RowRange } from './people-rows.ts'

const DEFAULT_PAGE_ITEMS = 100
const MAX_PAGE_ITEMS = 1_000
/** Rows read at once while a page is filled. */
const SCANNED_ROWS = 256
const MAX_MARKER_CHARS = 512

/**
 * A page of rows in the order of their keys. `item` undefined: the row does not belong to the listing. A marker names
 * the last row of the page before; only what lies in the range can follow it, whatever it says.
 */
export async function pageOf<Item>(
  store: MetadataReader,
  range: RowRange,
  page: PageRequest,
  item: (row: Row) => Item | undefined | Promise<Item | undefined>,
): Promise<Page<Item>> {
  const wanted = pageSize(page)
  const items: Item[] = []
  let start = page.marker === undefined ? range.start : after(range, page.marker)
  let last = ''
  for (;;) {
    const { rows, more } = await store.scan({ start, end: range.end, limit: SCANNED_ROWS })
    for (const row of rows) {
      const shown = await item(row)
      if (shown === undefined) continue
      if (items.length === wanted) return { items, marker: markerOf(last) }
      items.push(shown)
      last = lastPart(row.key)
    }
    const end = rows.at(-1)
    if (!more || end === undefined) return { items }
    start = Buffer.concat([end.key, Buffer.of(0)])
  }
}

/** The same for what lies in memory, ordered by `keyOf`. */
export function pageOfList<Item>(all: readonly Item[], page: PageRequest, keyOf: (item: Item) => string): Page<Item> {
  const wanted = pageSize(page)
  const from = page.marker === undefined ? undefined : nameOfMarker(page.marker)
  const sorted = all.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
  const rest = from === undefined ? sorted : sorted.filter((item) => keyOf(item) > from)
  const items = rest.slice(0, wanted)
  const last = items.at(-1)
  return rest.length > items.length && last !== undefined ? { items, marker: markerOf(keyOf(last)) } : { items }
}

/** All rows of a range that is known to be short. */
export async function allRows(store: MetadataReader, range: RowRange, limit: number): Promise<readonly Row[]> {
  const { rows } = await store.scan({ start: range.start, end: range.end, limit })
  return rows
}

function pageSize({ maxItems }: PageRequest): number {
  if (maxItems === undefined) return DEFAULT_PAGE_ITEMS
  if (Number.isInteger(maxItems) && maxItems >= 1 && maxItems <= MAX_PAGE_ITEMS) return maxItems
  const detail = `1 to ${MAX_PAGE_ITEMS}`
  return refuse({ kind: 'invalid-argument', argument: 'max items', value: String(maxItems), detail })
}

function markerOf(name: string): string {
  return Buffer.from(name, 'utf8').toString('base64url')
}

function nameOfMarker(marker: string): string {
  const name = Buffer.from(marker, 'base64url').toString('utf8')
  if (marker.length > MAX_MARKER_CHARS || marker === '' || markerOf(name) !== marker) {
    return refuse({ kind: 'invalid-marker' })
  }
  return name
}

function after(range: RowRange, marker: string): Uint8Array {
  const name = nameOfMarker(marker)
  if (!/^[\x21-\x7e]+$/.test(name) || name.includes('/')) return refuse({ kind: 'invalid-marker' })
  return Buffer.concat([range.start, Buffer.from(name, 'latin1'), Buffer.of(0)])
}

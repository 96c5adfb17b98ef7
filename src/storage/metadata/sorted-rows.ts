import { compareKeys } from './key-order.ts'
import type { Key, Row } from './metadata-store.ts'

const MAX_CHUNK_ROWS = 512

/**
 * Rows in memcmp order, in chunks of at most 512: an insert moves at most one chunk, and a position is two binary
 * searches. Rows are held as they are given: the caller copies.
 */
export class SortedRows {
  readonly #chunks: Row[][] = [[]]

  get(key: Key): Row | undefined {
    const { chunk, index } = this.#position(key)
    const row = chunk[index]
    return row !== undefined && compareKeys(row.key, key) === 0 ? row : undefined
  }

  put(row: Row): void {
    const { chunk, at, index } = this.#position(row.key)
    const present = chunk[index]
    if (present !== undefined && compareKeys(present.key, row.key) === 0) {
      chunk[index] = row
      return
    }
    chunk.splice(index, 0, row)
    if (chunk.length > MAX_CHUNK_ROWS) this.#chunks.splice(at + 1, 0, chunk.splice(chunk.length >> 1))
  }

  delete(key: Key): void {
    const { chunk, at, index } = this.#position(key)
    const present = chunk[index]
    if (present === undefined || compareKeys(present.key, key) !== 0) return
    chunk.splice(index, 1)
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(at, 1)
  }

  /** The rows of [start, end), in order. Must be left before the rows change. */
  *ascending(start: Key, end: Key): Generator<Row, void, undefined> {
    let { at, index } = this.#position(start)
    for (; at < this.#chunks.length; at++, index = 0) {
      const chunk = this.#chunks[at] ?? []
      for (; index < chunk.length; index++) {
        const row = chunk[index]
        if (row === undefined || compareKeys(row.key, end) >= 0) return
        yield row
      }
    }
  }

  /** The rows of [start, end), last first. */
  *descending(start: Key, end: Key): Generator<Row, void, undefined> {
    let { at, index } = this.#position(end)
    for (;;) {
      const chunk = this.#chunks[at] ?? []
      for (index--; index >= 0; index--) {
        const row = chunk[index]
        if (row === undefined || compareKeys(row.key, start) < 0) return
        yield row
      }
      at--
      if (at < 0) return
      index = this.#chunks[at]?.length ?? 0
    }
  }

  /** The chunk for `key`, and the index in it of the first row that is not before `key`. */
  #position(key: Key): { chunk: Row[]; at: number; index: number } {
    const at = Math.max(0, countWhile(this.#chunks, (chunk) => startsAtOrBefore(chunk, key)) - 1)
    const chunk = this.#chunks[at] ?? []
    return { chunk, at, index: countWhile(chunk, (row) => compareKeys(row.key, key) < 0) }
  }
}

function startsAtOrBefore(chunk: readonly Row[], key: Key): boolean {
  const first = chunk[0]
  return first !== undefined && compareKeys(first.key, key) <= 0
}

/** How many items at the start satisfy `holds`, which must be true up to some point and false from there on. */
function countWhile<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    const item = items[middle]
    if (item !== undefined && holds(item)) low = middle + 1
    else high = middle
  }
  return low
}

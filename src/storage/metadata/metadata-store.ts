/**
 * The metadata contract: ordered keys, optimistic commits, counters. No callback and no open transaction
 * crosses it. Every maker passes `conformance.ts`.
 */

/** At most 1,200 bytes, ordered by memcmp. */
export type Key = Uint8Array
/** Opaque; drawn at random by the store at each put. */
export type Revision = string

export interface Row {
  readonly key: Key
  readonly value: Uint8Array
  readonly revision: Revision
}

export type Check =
  | { readonly kind: 'revision'; readonly key: Key; readonly revision: Revision }
  | { readonly kind: 'absent'; readonly key: Key }
  /** No row in [start, end). */
  | { readonly kind: 'empty'; readonly start: Key; readonly end: Key }
  /** The exact value of a counter. Rare: deletions of keys and buckets. */
  | { readonly kind: 'sum'; readonly counter: Key; readonly equals: bigint }

export type Write =
  /** `value` is at most 64 KiB. */
  | { readonly kind: 'put'; readonly key: Key; readonly value: Uint8Array }
  | { readonly kind: 'delete'; readonly key: Key }
  /** Commutes, never conflicts. */
  | { readonly kind: 'add'; readonly counter: Key; readonly delta: bigint }

/** What one room wants in someone else's commit. Rooms return fragments; the engine joins them. */
export interface Fragment {
  readonly checks: readonly Check[]
  readonly writes: readonly Write[]
}

export type Committed =
  /** `revisions`: the new revision of each put key, by its key in hexadecimal (`keyName`). */
  | { readonly kind: 'committed'; readonly revisions: ReadonlyMap<string, Revision> }
  /** `failed`: the checks that did not hold; `now`: for each of them the row as it is (revision, absent), else undefined. */
  | { readonly kind: 'conflict'; readonly failed: readonly Check[]; readonly now: readonly (Row | undefined)[] }

export interface ScanRange {
  readonly start: Key
  readonly end: Key
  readonly limit: number
  readonly reverse?: boolean
  /** Only this many bytes of each value are needed; the rows' values may be cut to it. */
  readonly valueBytes?: number
}

export interface GroupRange {
  readonly start: Key
  readonly end: Key
  readonly limit: number
  /** Bytes at the start of each key that are not part of the grouped name. */
  readonly from: number
  readonly delimiter: Uint8Array
  readonly valueBytes?: number
}

/** `group` is the whole key prefix, up to and with the delimiter. */
export type GroupEntry = Row | { readonly group: Key }

export interface MetadataReader {
  /**
   * All from one snapshot, in the order asked; one round trip. Sees every commit acknowledged before the
   * call, by any process.
   */
  getMany(keys: readonly Key[], signal?: AbortSignal): Promise<readonly (Row | undefined)[]>
  /** As `getMany`, without a turn of the event loop: of makers that read in this process. See `readRows`. */
  getNow?(keys: readonly Key[]): readonly (Row | undefined)[]
  /** At most `limit` rows of [start, end), from one snapshot. Nothing stays open afterwards. */
  scan(range: ScanRange, signal?: AbortSignal): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }>
  /**
   * As scan, but rows that share a prefix up to and with `delimiter`, found after `from` bytes, come back as
   * one group, found by seeking. A group counts as one of `limit`.
   */
  scanGroups(
    range: GroupRange,
    signal?: AbortSignal,
  ): Promise<{ readonly entries: readonly GroupEntry[]; readonly more: boolean }>
  /** The exact value of a counter, at one snapshot. A commit that depends on it carries the `sum` check. */
  sum(counter: Key): Promise<bigint>
}

export interface MetadataStore extends MetadataReader {
  /** The largest body, in bytes, that this maker wants inside a row. */
  readonly inlineBytes: number
  /**
   * All checks hold and all writes happen, or none; resolves when durable. At most 1,000 checks and writes.
   * Rejects with OutcomeUnknown only when the store cannot say, after having looked. The bytes of the batch must not
   * change before it resolves. A request outside the limits below rejects with RangeError, before anything happens.
   */
  commit(batch: Fragment): Promise<Committed>
  /** Drains, then closes. Calls made afterwards reject. */
  close(): Promise<void>
}

/** Rejected by `commit` only when the store cannot say whether the batch happened, after having looked. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown'
}

/** Rejected when the store cannot serve: closed, writer away, disk full, fenced. Nothing was committed. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}

export const MAX_KEY_BYTES = 1_200
export const MAX_VALUE_BYTES = 64 * 1024
export const MAX_BATCH_ITEMS = 1_000
/** Keys and values of one batch together. */
export const MAX_BATCH_BYTES = 16 * 1024 * 1024
/** Bounds of ranges may be a little longer than any key, so that an end after the longest key can be written. */
export const MAX_BOUND_BYTES = MAX_KEY_BYTES + 64
/** The largest `limit` of a scan, and the most keys of one `getMany`. */
export const MAX_READ_ROWS = 100_000
/** The longest delimiter of `scanGroups`. */
export const MAX_DELIMITER_BYTES = 1_024

/** Rows by the shortest way that the store has: at once where it can. What every request reads is read like this. */
export function readRows(
  store: Pick<MetadataReader, 'getMany' | 'getNow'>,
  keys: readonly Key[],
): readonly (Row | undefined)[] | Promise<readonly (Row | undefined)[]> {
  return store.getNow === undefined ? store.getMany(keys) : store.getNow(keys)
}

/** The name under which `Committed.revisions` lists a key. */
export function keyName(key: Key): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('hex')
}

/** Joins fragments in order, dropping nothing. */
export function joinFragments(...fragments: readonly Fragment[]): Fragment {
  const checks: Check[] = []
  const writes: Write[] = []
  for (const one of fragments) {
    for (const check of one.checks) checks.push(check)
    for (const write of one.writes) writes.push(write)
  }
  return { checks, writes }
}

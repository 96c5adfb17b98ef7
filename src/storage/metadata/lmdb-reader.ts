import { collectGroups, type GroupPage } from './group-scan.ts'
import { ClientWindow } from './client-window.ts'
import { openReadable, type LmdbDatabase, type LmdbOptions } from './lmdb-environment.ts'
import {
  clientKey,
  counterPrefix,
  endOfPrefix,
  FORMAT_KEY,
  FORMAT_VALUE,
  keyOfRow,
  readCounter,
  REVISION_BYTES,
  revisionOf,
  rowKey,
} from './lmdb-layout.ts'
import { compareKeys } from './key-order.ts'
import {
  StoreUnavailable,
  type GroupRange,
  type Key,
  type MetadataReader,
  type Row,
  type ScanRange,
} from './metadata-store.ts'
import { checkGroups, checkKeys, checkScan } from './request-limits.ts'

const SLAB_BYTES = 64 * 1024

/** What a worker process reads with: no lock, no round trip, and no way to write. */
export interface LocalReader extends MetadataReader {
  getNow(keys: readonly Key[]): readonly (Row | undefined)[]
  /** Which of a client's batches are known to have been committed, by sequence number. */
  committedOf(client: string, sequences: readonly number[]): Promise<readonly boolean[]>
  close(): Promise<void>
}

/** Opens the environment that a writer on this host has made; throws StoreUnavailable when there is none. */
export async function openLmdbReader(options: LmdbOptions): Promise<LocalReader> {
  const database = await openReadable(options).catch((error: unknown) => {
    throw new StoreUnavailable(`no metadata to read in ${options.directory}`, { cause: error })
  })
  const reader = new LmdbReader(database)
  if (database.getBinary(FORMAT_KEY)?.equals(FORMAT_VALUE) === true) return reader
  await reader.close()
  throw new StoreUnavailable(`${options.directory} holds no Coffer metadata of this version`)
}

/**
 * Reads are synchronous under the promise: each takes a fresh snapshot and is done with it before anything else runs
 * in this process, so no snapshot outlives a call.
 */
export class LmdbReader implements LocalReader {
  readonly #database: LmdbDatabase
  /** Whether this process alone commits: then a snapshot is fresh until it did. */
  readonly #ownCommitsOnly: boolean
  readonly #values = new ValueSlab()
  #stale = true
  #closed = false

  constructor(database: LmdbDatabase, options: { readonly ownCommitsOnly?: boolean } = {}) {
    this.#database = database
    this.#ownCommitsOnly = options.ownCommitsOnly === true
  }

  /** A commit of this process is on the disk: later reads have to see it. */
  committed(): void {
    this.#stale = true
  }

  async getMany(keys: readonly Key[], signal?: AbortSignal): Promise<readonly (Row | undefined)[]> {
    signal?.throwIfAborted()
    return this.getNow(keys)
  }

  getNow(keys: readonly Key[]): readonly (Row | undefined)[] {
    checkKeys(keys)
    const database = this.#fresh()
    return keys.map((key) => {
      // The package's own buffer, which the next read fills again.
      const shown = database.getBinaryFast(rowKey(key))
      if (shown === undefined) return undefined
      return this.#rowOf(key, shown)
    })
  }

  async scan(
    range: ScanRange,
    signal?: AbortSignal,
  ): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }> {
    checkScan(range)
    const database = this.#fresh(signal)
    if (compareKeys(range.start, range.end) >= 0) return { rows: [], more: false }
    const keys = Array.from(database.getKeys({ ...walkOf(range), limit: range.limit + 1 }))
    const more = keys.length > range.limit
    if (more) keys.pop()
    return { rows: keys.map((key) => this.#rowAt(database, key, range.valueBytes)), more }
  }

  async scanGroups(range: GroupRange, signal?: AbortSignal): Promise<GroupPage> {
    checkGroups(range)
    const database = this.#fresh(signal)
    const end = rowKey(range.end)
    // In stored keys, which are a byte longer. Rows are read once the walk is over: the package has one place for keys.
    const stored = { ...range, start: rowKey(range.start), end, from: range.from + 1 }
    const { entries, more } = collectGroups(stored, (start) => database.getKeys({ start, end }))
    return {
      entries: entries.map((entry) =>
        'group' in entry ? { group: keyOfRow(entry.group) } : this.#rowAt(database, entry.key, range.valueBytes),
      ),
      more,
    }
  }

  async sum(counter: Key): Promise<bigint> {
    checkKeys([counter])
    return sumOf(this.#fresh(), counterPrefix(counter))
  }

  async committedOf(client: string, sequences: readonly number[]): Promise<readonly boolean[]> {
    const stored = this.#fresh().getBinary(clientKey(client))
    const window = stored === undefined ? undefined : ClientWindow.read(stored)
    return sequences.map((sequence) => window?.has(sequence) ?? false)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#database.close()
  }

  /**
   * The row behind a stored key that the same snapshot has just shown. To walk keys and then look up what is wanted of
   * each value takes half the time of walking rows: those come as new buffers with the whole value in them.
   */
  #rowAt(database: LmdbDatabase, key: Buffer, valueBytes?: number): Row {
    const shown = database.getBinaryFast(key)
    if (shown === undefined) throw new StoreUnavailable('a row went away within one snapshot')
    return this.#rowOf(keyOfRow(key), shown, valueBytes)
  }

  #rowOf(key: Key, shown: Buffer, valueBytes = Infinity): Row {
    return { key, value: this.#values.copyOf(shown, REVISION_BYTES, valueBytes), revision: revisionOf(shown) }
  }

  /** The snapshot of the last reads may be older than a commit that another process has acknowledged since. */
  #fresh(signal?: AbortSignal): LmdbDatabase {
    signal?.throwIfAborted()
    if (this.#closed) throw new StoreUnavailable('the metadata store is closed')
    if (this.#stale || !this.#ownCommitsOnly) this.#database.resetReadTxn()
    this.#stale = false
    return this.#database
  }
}

/** Copies of values side by side in larger buffers: one allocation for many rows. */
class ValueSlab {
  #slab: Buffer = Buffer.alloc(0)
  #used = 0

  /** `shown.length` is the value's; the buffer itself may be longer, which its own methods would go by. */
  copyOf(shown: Uint8Array, from: number, maxBytes: number): Buffer {
    const length = Math.min(shown.length - from, maxBytes)
    const bytes = new Uint8Array(shown.buffer, shown.byteOffset + from, length)
    if (length > SLAB_BYTES / 4) return Buffer.from(bytes)
    if (this.#used + length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
      this.#used = 0
    }
    const start = this.#used
    this.#used += length
    const copy = this.#slab.subarray(start, this.#used)
    copy.set(bytes)
    return copy
  }
}

/** The rows of one counter, all writers' together, as the running transaction or the last snapshot has them. */
export function sumOf(database: LmdbDatabase, prefix: Buffer): bigint {
  let sum = 0n
  for (const { value } of database.getRange({ start: prefix, end: endOfPrefix(prefix) })) sum += readCounter(value)
  return sum
}

function walkOf(range: ScanRange): Parameters<LmdbDatabase['getRange']>[0] {
  const start = rowKey(range.start)
  const end = rowKey(range.end)
  if (range.reverse !== true) return { start, end }
  return { start: end, end: start, reverse: true, exclusiveStart: true, inclusiveEnd: true }
}

import { drawBytes } from '../random-identifiers.ts'
import { checkedKey, failedChecks, type CheckView } from './batch-checks.ts'
import { asBuffer } from './key-order.ts'
import { collectGroups, type GroupPage } from './group-scan.ts'
import {
  keyName,
  StoreUnavailable,
  type Committed,
  type Fragment,
  type GroupEntry,
  type GroupRange,
  type Key,
  type MetadataStore,
  type Revision,
  type Row,
  type ScanRange,
} from './metadata-store.ts'
import { checkBatch, checkGroups, checkKeys, checkScan } from './request-limits.ts'
import { SortedRows } from './sorted-rows.ts'

/** The same as the LMDB maker wants, so that tests meet the same rows. */
const INLINE_BYTES = 16_383

/** A metadata store that keeps nothing: for tests and `serve --memory`. */
export function createMemoryMetadata(): MetadataStore {
  return new MemoryMetadata()
}

class MemoryMetadata implements MetadataStore {
  readonly inlineBytes = INLINE_BYTES
  readonly #rows = new SortedRows()
  readonly #counters = new Map<string, bigint>()
  readonly #view: CheckView = {
    revisionOf: (key) => this.#rows.get(key)?.revision,
    hasRowIn: (start, end) => this.#rows.ascending(start, end).next().done !== true,
    sumOf: (counter) => this.#counters.get(keyName(counter)) ?? 0n,
  }
  #closed = false

  async getMany(keys: readonly Key[], signal?: AbortSignal): Promise<readonly (Row | undefined)[]> {
    signal?.throwIfAborted()
    return this.getNow(keys)
  }

  getNow(keys: readonly Key[]): readonly (Row | undefined)[] {
    this.#enter()
    checkKeys(keys)
    return keys.map((key) => copyOf(this.#rows.get(key)))
  }

  async scan(
    range: ScanRange,
    signal?: AbortSignal,
  ): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }> {
    this.#enter(signal)
    checkScan(range)
    const rows: Row[] = []
    const walk = range.reverse === true ? 'descending' : 'ascending'
    for (const row of this.#rows[walk](range.start, range.end)) {
      if (rows.length === range.limit) return { rows, more: true }
      rows.push(copied(row, range.valueBytes))
    }
    return { rows, more: false }
  }

  async scanGroups(range: GroupRange, signal?: AbortSignal): Promise<GroupPage> {
    this.#enter(signal)
    checkGroups(range)
    const rows = this.#rows
    const { entries, more } = collectGroups(range, function* (start) {
      for (const { key } of rows.ascending(start, range.end)) yield asBuffer(key)
    })
    const found = entries.flatMap((entry): readonly GroupEntry[] =>
      'group' in entry ? [entry] : this.#copyAt(entry.key, range),
    )
    return { entries: found, more }
  }

  async sum(counter: Key): Promise<bigint> {
    this.#enter()
    checkKeys([counter])
    return this.#view.sumOf(counter)
  }

  async commit(batch: Fragment): Promise<Committed> {
    this.#enter()
    checkBatch(batch)
    const failed = failedChecks(batch.checks, this.#view)
    if (failed.length > 0)
      return { kind: 'conflict', failed, now: failed.map((check) => this.#rowOf(checkedKey(check))) }
    return { kind: 'committed', revisions: this.#write(batch) }
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  #write(batch: Fragment): ReadonlyMap<string, Revision> {
    const revision = drawBytes(8).toString('hex')
    const revisions = new Map<string, Revision>()
    for (const write of batch.writes) {
      switch (write.kind) {
        case 'put':
          this.#rows.put({ key: Buffer.from(write.key), value: Buffer.from(write.value), revision })
          revisions.set(keyName(write.key), revision)
          break
        case 'delete':
          this.#rows.delete(write.key)
          break
        case 'add':
          this.#counters.set(keyName(write.counter), this.#view.sumOf(write.counter) + write.delta)
          break
      }
    }
    return revisions
  }

  #copyAt(key: Key, { valueBytes }: GroupRange): readonly Row[] {
    const row = this.#rows.get(key)
    return row === undefined ? [] : [copied(row, valueBytes)]
  }

  #rowOf(key: Key | undefined): Row | undefined {
    return key === undefined ? undefined : copyOf(this.#rows.get(key))
  }

  #enter(signal?: AbortSignal): void {
    signal?.throwIfAborted()
    if (this.#closed) throw new StoreUnavailable('the metadata store is closed')
  }
}

function copyOf(row: Row | undefined): Row | undefined {
  return row === undefined ? undefined : copied(row)
}

/** Callers get bytes of their own, as from any other maker. */
function copied(row: Row, valueBytes = row.value.length): Row {
  return { key: Buffer.from(row.key), value: Buffer.from(row.value.subarray(0, valueBytes)), revision: row.revision }
}

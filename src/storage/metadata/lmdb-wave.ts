import { checkedKey, failedChecks, type CheckView } from './batch-checks.ts'
import { ClientWindow } from './client-window.ts'
import { asBuffer } from './key-order.ts'
import type { LmdbDatabase } from './lmdb-environment.ts'
import {
  clientKey,
  counterKey,
  counterPrefix,
  counterValue,
  endOfPrefix,
  readRow,
  readWriterWave,
  REVISION_BYTES,
  revisionOf,
  rowKey,
  writeRowValue,
  writerKey,
  writerValue,
} from './lmdb-layout.ts'
import { sumOf } from './lmdb-reader.ts'
import { MAX_VALUE_BYTES, type Committed, type Fragment, type Key, type Revision, type Row } from './metadata-store.ts'
import { CommittedBatch, type BatchOrigin } from './wave-writer.ts'

/** The writer's row is not as this writer left it: another writer has taken over. Nothing of the wave was written. */
export class Fenced extends Error {
  override readonly name = 'Fenced'
}

export interface WaveBatch {
  readonly batch: Fragment
  /** 8 bytes: the revision of every row that the batch puts. */
  readonly revision: Buffer
  readonly origin: BatchOrigin | undefined
}

/** What a writer knows between waves. Only committed waves change it. */
export interface WriterState {
  readonly epoch: Buffer
  /** Number of the last wave that was committed. */
  wave: number
  /** By a counter's key (latin1): totals of counters whose only row is this writer's. */
  readonly counters: Map<string, bigint>
  readonly clients: Map<string, ClientWindow>
}

/** The value that is being written. */
const VALUE = Buffer.allocUnsafeSlow(REVISION_BYTES + MAX_VALUE_BYTES)

const MAX_KNOWN_COUNTERS = 50_000
const MAX_KNOWN_CLIENTS = 256

interface CounterTotal {
  readonly counter: Key
  total: bigint
}

/**
 * One wave, evaluated inside its write transaction: each batch's checks see what earlier batches of the wave wrote.
 * Counters, client windows and the writer's own row are written once, at the end.
 */
export class LmdbWave implements CheckView {
  readonly #database: LmdbDatabase
  readonly #state: WriterState
  readonly #counters = new Map<string, CounterTotal>()
  readonly #clients = new Map<string, ClientWindow>()
  #writes = false

  constructor(database: LmdbDatabase, state: WriterState) {
    this.#database = database
    this.#state = state
  }

  get number(): number {
    return this.#state.wave + 1
  }

  /** Throws Fenced when the writer's row was rewritten or removed by another writer. */
  begin(): void {
    const row = this.#database.getBinary(writerKey(this.#state.epoch))
    if (row === undefined || readWriterWave(row) !== this.#state.wave) {
      throw new Fenced('another writer has taken over the metadata')
    }
  }

  evaluate({ batch, revision, origin }: WaveBatch): Committed {
    const window = origin === undefined ? undefined : this.#windowOf(origin.client)
    const repeated = origin !== undefined && window?.has(origin.sequence) === true
    if (!repeated) {
      const failed = failedChecks(batch.checks, this)
      if (failed.length > 0)
        return { kind: 'conflict', failed, now: failed.map((check) => this.#rowOf(checkedKey(check))) }
      this.#write(batch, revision)
      if (origin !== undefined && window !== undefined && batch.writes.length > 0) {
        window.add(origin.sequence)
        this.#clients.set(origin.client, window)
      }
    }
    return new CommittedBatch(batch, revision)
  }

  /** Writes what belongs to the whole wave. A wave that wrote nothing leaves nothing. */
  finish(nowMs: number, leaseEndsMs: number): void {
    if (!this.#writes) return
    for (const [name, { counter, total }] of this.#counters) this.#writeCounter(name, counterPrefix(counter), total)
    for (const [client, window] of this.#clients) void this.#database.put(clientKey(client), window.stored(nowMs))
    void this.#database.put(writerKey(this.#state.epoch), writerValue(this.number, leaseEndsMs))
  }

  /** The wave is durable: what it computed may be built on. */
  keep(): void {
    if (!this.#writes) return
    const { counters, clients } = this.#state
    this.#state.wave++
    if (counters.size > MAX_KNOWN_COUNTERS) counters.clear()
    if (clients.size > MAX_KNOWN_CLIENTS) clients.clear()
    for (const [name, { total }] of this.#counters) counters.set(name, total)
    for (const [client, window] of this.#clients) clients.set(client, window)
  }

  revisionOf(key: Key): Revision | undefined {
    const stored = this.#database.getBinaryFast(rowKey(key))
    return stored === undefined ? undefined : revisionOf(stored)
  }

  hasRowIn(start: Key, end: Key): boolean {
    if (Buffer.compare(start, end) >= 0) return false
    for (const key of this.#database.getKeys({ start: rowKey(start), end: rowKey(end), limit: 1 }))
      return key.length > 0
    return false
  }

  sumOf(counter: Key): bigint {
    return this.#totalOf(counterName(counter), counter)
  }

  #totalOf(name: string, counter: Key): bigint {
    const known = this.#counters.get(name)?.total ?? this.#state.counters.get(name)
    return known ?? sumOf(this.#database, counterPrefix(counter))
  }

  #write(batch: Fragment, revision: Buffer): void {
    for (const write of batch.writes) {
      this.#writes = true
      switch (write.kind) {
        case 'put':
          // Inside the transaction the package copies at once, so one buffer serves all values.
          void this.#database.put(rowKey(write.key), writeRowValue(VALUE, revision, write.value))
          break
        case 'delete':
          void this.#database.remove(rowKey(write.key))
          break
        case 'add':
          this.#add(write.counter, write.delta)
          break
      }
    }
  }

  #add(counter: Key, delta: bigint): void {
    const name = counterName(counter)
    const changed = this.#counters.get(name)
    if (changed !== undefined) changed.total += delta
    else this.#counters.set(name, { counter, total: this.#totalOf(name, counter) + delta })
  }

  /** Folds the rows of dead epochs into this writer's own. */
  #writeCounter(name: string, prefix: Buffer, total: bigint): void {
    const own = counterKey(prefix, this.#state.epoch)
    if (!this.#state.counters.has(name)) {
      const rows = [...this.#database.getKeys({ start: prefix, end: endOfPrefix(prefix) })]
      for (const row of rows) if (!row.equals(own)) void this.#database.remove(row)
    }
    if (total === 0n) void this.#database.remove(own)
    else void this.#database.put(own, counterValue(total))
  }

  /** A window that this wave may change: the last committed one is left as it is. */
  #windowOf(client: string): ClientWindow {
    const changed = this.#clients.get(client)
    if (changed !== undefined) return changed
    const known = this.#state.clients.get(client)
    if (known !== undefined) return known.copy()
    const stored = this.#database.getBinary(clientKey(client))
    return stored === undefined ? ClientWindow.empty() : ClientWindow.read(stored)
  }

  #rowOf(key: Key | undefined): Row | undefined {
    if (key === undefined) return undefined
    const stored = this.#database.getBinary(rowKey(key))
    return stored === undefined ? undefined : readRow(Buffer.from(key), stored)
  }
}

function counterName(counter: Key): string {
  return asBuffer(counter).toString('latin1')
}

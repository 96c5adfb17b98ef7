import type { Pool, PoolClient } from 'pg'
import { drawBytes } from '../random-identifiers.ts'
import { faultPoint } from '../fault-points.ts'
import { collectGroupPages, type GroupPage } from './group-scan.ts'
import {
  counterPrefix,
  drawRevision,
  endOfPrefix,
  EPOCH_BYTES,
  keyOfRow,
  readCounter,
  readWriterWave,
  revisionOf,
  rowKey,
  writerKey,
  writerValue,
} from './lmdb-layout.ts'
import { compareKeys } from './key-order.ts'
import {
  keyName,
  OutcomeUnknown,
  StoreUnavailable,
  type Committed,
  type Fragment,
  type GroupRange,
  type Key,
  type MetadataStore,
  type Row,
  type ScanRange,
} from './metadata-store.ts'
import { askWave, CREATE_TABLE, writeWave, type StoredRow } from './postgres-tables.ts'
import { PostgresWave, type PostgresBatch } from './postgres-wave.ts'
import { checkBatch, checkGroups, checkKeys, checkScan } from './request-limits.ts'
import { WaveQueue } from './wave-queue.ts'

/** Larger rows are moved out of line by the database, and every change of them is written twice to its log. */
const INLINE_BYTES = 4_096
const MAX_WAVE_BATCHES = 128
const MAX_WAVE_BYTES = 8 * 1024 * 1024
const MAX_WAITING_BATCHES = 65_536
const MAX_CONNECTIONS = 10
const CONNECT_MS = 10_000
const WAVE_TRIES = 10
const LEASE_MS = 10_000
const MAX_PAGE_ROWS = 1_000

/** Serialization failure and deadlock (PostgreSQL, appendix A): nothing happened, and another try may succeed. */
const TRY_AGAIN = new Set(['40001', '40P01'])

export interface PostgresOptions {
  /** `postgres://...`: may hold a password, so it is never shown. */
  readonly url: string
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/**
 * Experimental: metadata in one table of a PostgreSQL database. It passes the conformance suite; leases of several
 * nodes, folding of dead nodes' counters and adaptive wave sizes are not there yet. Throws StoreUnavailable.
 */
export async function openPostgresMetadata(options: PostgresOptions): Promise<MetadataStore> {
  const { default: postgres } = await import('pg')
  const pool = new postgres.Pool({
    connectionString: options.url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
  })
  // A connection that breaks while idle is replaced at the next use.
  pool.on('error', () => undefined)
  const epoch = drawBytes(EPOCH_BYTES)
  const now = options.now ?? Date.now
  try {
    await pool.query(CREATE_TABLE)
    const first = { key: writerKey(epoch), value: writerValue(0, now() + LEASE_MS), revision: Buffer.alloc(0) }
    const connection = await pool.connect()
    await writeWave(connection, [first], []).finally(() => connection.release())
  } catch (error) {
    await pool.end()
    throw unavailable(error)
  }
  return new PostgresMetadata(pool, epoch, now)
}

interface WaitingBatch extends PostgresBatch {
  readonly bytes: number
  readonly resolve: (committed: Committed) => void
  readonly reject: (error: Error) => void
}

class PostgresMetadata implements MetadataStore {
  readonly inlineBytes = INLINE_BYTES
  readonly #pool: Pool
  readonly #epoch: Buffer
  readonly #now: () => number
  readonly #queue = new WaveQueue<WaitingBatch>({
    run: (take) => this.#runWave(take()),
    bytesOf: (item) => item.bytes,
    maxBatches: MAX_WAVE_BATCHES,
    maxBytes: MAX_WAVE_BYTES,
  })
  #wave = 0
  #ended: Error | undefined
  #closing: Promise<void> | undefined

  constructor(pool: Pool, epoch: Buffer, now: () => number) {
    this.#pool = pool
    this.#epoch = epoch
    this.#now = now
  }

  async getMany(keys: readonly Key[], signal?: AbortSignal): Promise<readonly (Row | undefined)[]> {
    checkKeys(keys)
    this.#enter(signal)
    const { rows } = await this.#read('select k, v, r from coffer_metadata where k = any($1::bytea[])', [
      keys.map(rowKey),
    ])
    signal?.throwIfAborted()
    const found = new Map(rows.map((row) => [keyName(row.k), row]))
    return keys.map((key) => rowOf(found.get(keyName(rowKey(key)))))
  }

  async scan(
    range: ScanRange,
    signal?: AbortSignal,
  ): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }> {
    checkScan(range)
    this.#enter(signal)
    const order = range.reverse === true ? 'desc' : 'asc'
    const { rows } = await this.#read(
      `select k, ${VALUE} as v, r from coffer_metadata where k >= $1 and k < $2 order by k ${order} limit $3`,
      [rowKey(range.start), rowKey(range.end), range.limit + 1, range.valueBytes ?? null],
    )
    signal?.throwIfAborted()
    return { rows: rows.slice(0, range.limit).flatMap((row) => rowOf(row) ?? []), more: rows.length > range.limit }
  }

  async scanGroups(range: GroupRange, signal?: AbortSignal): Promise<GroupPage> {
    checkGroups(range)
    this.#enter(signal)
    if (compareKeys(range.start, range.end) >= 0) return { entries: [], more: false }
    return this.#inTransaction('repeatable read read only', (connection) =>
      collectGroupPages(range, async (start) => {
        signal?.throwIfAborted()
        const { rows } = await connection.query<StoredRow>(
          `select k, ${VALUE} as v, r from coffer_metadata where k >= $1 and k < $2 order by k limit $3`,
          [rowKey(start), rowKey(range.end), Math.min(range.limit + 1, MAX_PAGE_ROWS), range.valueBytes ?? null],
        )
        return rows.flatMap((row) => rowOf(row) ?? [])
      }),
    )
  }

  async sum(counter: Key): Promise<bigint> {
    checkKeys([counter])
    this.#enter()
    const prefix = counterPrefix(counter)
    const { rows } = await this.#read('select k, v, r from coffer_metadata where k >= $1 and k < $2', [
      prefix,
      endOfPrefix(prefix),
    ])
    return rows.reduce((sum, row) => sum + readCounter(row.v), 0n)
  }

  async commit(batch: Fragment): Promise<Committed> {
    const bytes = checkBatch(batch)
    this.#enter()
    if (this.#ended !== undefined) throw this.#ended
    if (this.#queue.waiting >= MAX_WAITING_BATCHES) throw new StoreUnavailable('too many commits wait')
    return new Promise((resolve, reject) =>
      this.#queue.push({ batch, revision: drawRevision(), bytes, resolve, reject }),
    )
  }

  close(): Promise<void> {
    this.#closing ??= this.#queue.drained().then(() => this.#pool.end())
    return this.#closing
  }

  async #runWave(items: readonly WaitingBatch[]): Promise<void> {
    try {
      const outcomes = await this.#commitWave(items)
      for (const [index, item] of items.entries()) {
        const outcome = outcomes[index]
        if (outcome === undefined) item.reject(new OutcomeUnknown('the wave has no outcome for the batch'))
        else item.resolve(outcome)
      }
    } catch (error) {
      const failure = error instanceof OutcomeUnknown ? error : unavailable(error)
      if (error instanceof OutcomeUnknown || error instanceof Fenced) this.#end(failure)
      for (const item of items) item.reject(failure)
    }
  }

  async #commitWave(items: readonly WaitingBatch[]): Promise<readonly Committed[]> {
    for (let attempt = 1; ; attempt++) {
      let outcomes: readonly Committed[] | undefined
      try {
        faultPoint('metadata.wave')
        return await this.#inTransaction('serializable', async (connection) => {
          outcomes = await this.#evaluate(connection, items)
          faultPoint('metadata.wave.evaluated')
          return outcomes
        }).then((committed) => {
          this.#wave = this.#nextWave
          return committed
        })
      } catch (error) {
        if (TRY_AGAIN.has(codeOf(error)) && attempt < WAVE_TRIES) continue
        // The answer to COMMIT may have been lost: the writer's row tells.
        if (outcomes !== undefined && codeOf(error) === '' && (await this.#happened(error))) return outcomes
        throw error
      }
    }
  }

  #nextWave = 0

  async #evaluate(connection: PoolClient, items: readonly WaitingBatch[]): Promise<readonly Committed[]> {
    const wave = new PostgresWave(items, this.#epoch)
    const question = wave.question()
    const own = writerKey(this.#epoch)
    const answer = await askWave(connection, { ...question, keys: [...question.keys, own] })
    const row = answer.rows.find(({ key }) => key.equals(own))
    if (row === undefined || readWriterWave(row.value) !== this.#wave) throw new Fenced('another writer has taken over')
    const outcomes = wave.evaluate(question, answer)
    const { puts, deletes } = wave.writes()
    this.#nextWave = this.#wave
    if (puts.length + deletes.length > 0) {
      this.#nextWave = this.#wave + 1
      const mine = { key: own, value: writerValue(this.#nextWave, this.#now() + LEASE_MS), revision: Buffer.alloc(0) }
      await writeWave(connection, [...puts, mine], deletes)
    }
    return outcomes
  }

  async #happened(cause: unknown): Promise<boolean> {
    try {
      const { rows } = await this.#read('select k, v, r from coffer_metadata where k = $1', [writerKey(this.#epoch)])
      const [row] = rows
      if (row === undefined) throw new Fenced('another writer has taken over')
      this.#wave = readWriterWave(row.v)
      return this.#wave === this.#nextWave
    } catch {
      throw new OutcomeUnknown('the database went away before it answered', { cause })
    }
  }

  async #inTransaction<Result>(level: string, use: (connection: PoolClient) => Promise<Result>): Promise<Result> {
    const connection = await this.#pool.connect().catch((error: unknown) => {
      throw unavailable(error)
    })
    let broken = true
    try {
      await connection.query(`begin isolation level ${level}`)
      const result = await use(connection)
      await connection.query('commit')
      broken = false
      return result
    } catch (error) {
      broken = await connection.query('rollback').then(
        () => false,
        () => true,
      )
      throw error
    } finally {
      connection.release(broken)
    }
  }

  async #read(statement: string, values: readonly unknown[]): Promise<{ readonly rows: readonly StoredRow[] }> {
    return this.#pool.query<StoredRow>(statement, [...values]).catch((error: unknown) => {
      throw unavailable(error)
    })
  }

  #enter(signal?: AbortSignal): void {
    signal?.throwIfAborted()
    if (this.#closing !== undefined) throw new StoreUnavailable('the metadata store is closed')
  }

  #end(reason: Error): void {
    this.#ended = new StoreUnavailable(reason.message, { cause: reason })
    for (const item of this.#queue.abandon()) item.reject(this.#ended)
  }
}

class Fenced extends Error {
  override readonly name = 'Fenced'
}

/** The whole value, or its first bytes. */
const VALUE = 'case when $4::int is null then v else substring(v from 1 for $4::int) end'

function rowOf(row: StoredRow | undefined): Row | undefined {
  return row && { key: keyOfRow(row.k), value: row.v, revision: revisionOf(row.r) }
}

/** SQLSTATE of a failed statement; empty for anything that is not the database's own refusal. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('severity' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

function unavailable(cause: unknown): StoreUnavailable {
  if (cause instanceof StoreUnavailable) return cause
  return new StoreUnavailable('the metadata database can not serve', { cause })
}

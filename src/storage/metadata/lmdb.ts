import { statfsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { drawBytes } from '../random-identifiers.ts'
import { DiskReserve } from '../disk-reserve.ts'
import { faultPoint } from '../fault-points.ts'
import { ClientWindow } from './client-window.ts'
import type { GroupPage } from './group-scan.ts'
import { openWritable, type LmdbDatabase, type LmdbOptions } from './lmdb-environment.ts'
import {
  CLIENT_BOUNDS,
  drawRevision,
  EPOCH_BYTES,
  FORMAT_KEY,
  FORMAT_VALUE,
  readWriterWave,
  WRITER_BOUNDS,
  writerKey,
  writerValue,
} from './lmdb-layout.ts'
import { LmdbReader } from './lmdb-reader.ts'
import { Fenced, LmdbWave, type WaveBatch, type WriterState } from './lmdb-wave.ts'
import {
  OutcomeUnknown,
  StoreUnavailable,
  type Committed,
  type Fragment,
  type GroupRange,
  type Key,
  type Row,
  type ScanRange,
} from './metadata-store.ts'
import { checkBatch } from './request-limits.ts'
import { WaveQueue } from './wave-queue.ts'
import type { BatchOrigin, WaveWriter } from './wave-writer.ts'

/** The largest body that may lie in a row: what the object format calls inline. */
const INLINE_BYTES = 16_383
const MAX_WAVE_BATCHES = 1_024
const MAX_WAVE_BYTES = 32 * 1024 * 1024
/** Batches that may wait; more are refused, so that a stuck disk can't fill the memory. */
export const MAX_WAITING_BATCHES = 65_536
const LEASE_MS = 10_000
/** Bytes of keys and values that a batch may have once the disk's reserve is begun. */
const RESERVED_MOVE_BYTES = 64 * 1024
const RESERVED_BYTES = 1_024
const RESERVED_SCARCE_BYTES = 256
/** Outcomes of clients that have been silent for so much longer than the last one are forgotten at the next start. */
const CLIENT_KEEP_MS = 10 * 60_000

export interface LmdbWriterOptions extends LmdbOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** Told once, when the writer can commit no more (fenced, or a sync failed): its process must start anew. */
  readonly onEnded?: (reason: Error) => void
}

/** The embedded store, with what its process may do besides committing. */
export interface LmdbMetadata extends WaveWriter {
  /** 16 hexadecimal digits, drawn at opening. */
  readonly epoch: string
  getNow(keys: readonly Key[]): readonly (Row | undefined)[]
  /** Frees the snapshots of processes that died. Returns how many there were. */
  checkReaders(): number
}

/**
 * Opens the directory as its one writer, and fences any other. Throws DirectoryRefused, or StoreUnavailable when
 * the directory holds something else.
 */
export async function openLmdbMetadata(options: LmdbWriterOptions): Promise<LmdbMetadata> {
  const database = await openWritable(options)
  try {
    return await takeOverDatabase(database, options)
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Becomes the one writer of an environment that is open for writing already, and closes it in the end. */
export async function takeOverDatabase(database: LmdbDatabase, options: LmdbWriterOptions): Promise<LmdbMetadata> {
  const epoch = drawBytes(EPOCH_BYTES)
  const now = options.now ?? Date.now
  const reserve = await DiskReserve.of({
    look: () => statfs(options.directory),
    lookNow: () => statfsSync(options.directory),
  })
  if (reserve.empty) throw new StoreUnavailable('the disk is full')
  try {
    await database.childTransaction(() => takeOver(database, epoch, now()))
  } catch (error) {
    quietCommitErrors(database, error)
    throw error
  }
  return new LmdbWriter(database, epoch, { now, reserve, onEnded: options.onEnded })
}

/** Runs in a transaction that rolls back when this throws. */
function takeOver(database: LmdbDatabase, epoch: Buffer, nowMs: number): void {
  const format = database.getBinary(FORMAT_KEY)
  if (format === undefined && database.getKeysCount({ start: Buffer.of(0), limit: 1 }) > 0) {
    throw new StoreUnavailable('the directory holds an LMDB environment that is not Coffer metadata')
  }
  if (format?.equals(FORMAT_VALUE) === false) {
    throw new StoreUnavailable('the metadata were written by another version of Coffer')
  }
  void database.put(FORMAT_KEY, FORMAT_VALUE)
  for (const other of [...database.getKeys(WRITER_BOUNDS)]) void database.remove(other)
  const clients = [...database.getRange(CLIENT_BOUNDS)]
  // Compared with each other, not with the clock alone: it may have jumped since, and one of them may wait for an answer.
  const newestMs = clients.reduce((newest, { value }) => Math.max(newest, ClientWindow.writtenAtMs(value)), 0)
  for (const { key, value } of clients) {
    if (ClientWindow.writtenAtMs(value) < Math.min(nowMs, newestMs) - CLIENT_KEEP_MS) void database.remove(key)
  }
  void database.put(writerKey(epoch), writerValue(0, nowMs + LEASE_MS))
}

interface WaitingBatch extends WaveBatch {
  readonly bytes: number
  readonly resolve: (committed: Committed) => void
  readonly reject: (error: Error) => void
}

class LmdbWriter implements LmdbMetadata {
  readonly inlineBytes = INLINE_BYTES
  readonly epoch: string
  readonly #database: LmdbDatabase
  readonly #reader: LmdbReader
  readonly #state: WriterState
  readonly #now: () => number
  readonly #reserve: DiskReserve
  readonly #onEnded: ((reason: Error) => void) | undefined
  readonly #queue = new WaveQueue<WaitingBatch>({
    run: (take) => this.#runWave(take),
    bytesOf: (item) => item.bytes,
    maxBatches: MAX_WAVE_BATCHES,
    maxBytes: MAX_WAVE_BYTES,
  })
  #ended: Error | undefined
  #closing: Promise<void> | undefined

  constructor(
    database: LmdbDatabase,
    epoch: Buffer,
    options: {
      readonly now: () => number
      readonly reserve: DiskReserve
      readonly onEnded: ((reason: Error) => void) | undefined
    },
  ) {
    this.epoch = epoch.toString('hex')
    this.#database = database
    this.#reader = new LmdbReader(database, { ownCommitsOnly: true })
    this.#state = { epoch, wave: 0, counters: new Map(), clients: new Map() }
    this.#now = options.now
    this.#reserve = options.reserve
    this.#onEnded = options.onEnded
  }

  getMany(keys: readonly Key[], signal?: AbortSignal): Promise<readonly (Row | undefined)[]> {
    return this.#reader.getMany(keys, signal)
  }

  getNow(keys: readonly Key[]): readonly (Row | undefined)[] {
    return this.#reader.getNow(keys)
  }

  scan(range: ScanRange, signal?: AbortSignal): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }> {
    return this.#reader.scan(range, signal)
  }

  scanGroups(range: GroupRange, signal?: AbortSignal): Promise<GroupPage> {
    return this.#reader.scanGroups(range, signal)
  }

  sum(counter: Key): Promise<bigint> {
    return this.#reader.sum(counter)
  }

  committedOf(client: string, sequences: readonly number[]): Promise<readonly boolean[]> {
    return this.#reader.committedOf(client, sequences)
  }

  commit(batch: Fragment): Promise<Committed> {
    return this.#enqueue(batch, drawRevision(), undefined)
  }

  commitFor(origin: BatchOrigin, batch: Fragment): Promise<Committed> {
    return this.#enqueue(batch, origin.revision, origin)
  }

  checkReaders(): number {
    return this.#database.readerCheck()
  }

  close(): Promise<void> {
    this.#closing ??= this.#drainAndClose()
    return this.#closing
  }

  async #drainAndClose(): Promise<void> {
    await this.#queue.drained()
    await this.#reader.close()
  }

  #enqueue(batch: Fragment, revision: Buffer, origin: BatchOrigin | undefined): Promise<Committed> {
    // What is thrown in here rejects.
    return new Promise((resolve, reject) => {
      const bytes = checkBatch(batch)
      if (this.#closing !== undefined) throw new StoreUnavailable('the metadata store is closed')
      if (this.#ended !== undefined) throw this.#ended
      if (this.#reserve.short && !fitsReserve(batch, bytes, this.#reserve))
        throw new StoreUnavailable('the disk is full')
      if (this.#queue.waiting >= MAX_WAITING_BATCHES) throw new StoreUnavailable('too many commits wait for the disk')
      this.#queue.push({ batch, revision, origin, bytes, resolve, reject })
    })
  }

  async #runWave(take: () => readonly WaitingBatch[]): Promise<void> {
    const wave = new LmdbWave(this.#database, this.#state)
    let taken: readonly WaitingBatch[] = []
    let outcomes: readonly Committed[] = []
    let evaluated = false
    try {
      faultPoint('metadata.wave')
      // A child, because only a child rolls back when something throws half-way, such as a full disk.
      await this.#database.childTransaction(() => {
        taken = take()
        wave.begin()
        outcomes = taken.map((item) => wave.evaluate(item))
        wave.finish(this.#now(), this.#now() + LEASE_MS)
        faultPoint('metadata.wave.evaluated')
        evaluated = true
      })
      this.#reader.committed()
      faultPoint('metadata.wave.committed')
    } catch (error) {
      this.#reader.committed()
      this.#fail(error, wave.number, taken, evaluated)
      return
    }
    wave.keep()
    for (const [index, item] of taken.entries()) settle(item, outcomes[index])
  }

  /** `evaluated`: the transaction was complete, so it was its commit that failed. */
  #fail(error: unknown, wave: number, taken: readonly WaitingBatch[], evaluated: boolean): void {
    quietCommitErrors(this.#database, error)
    const failure = evaluated ? this.#look(error, wave) : unavailable(error)
    const ends = evaluated || error instanceof Fenced || taken.length === 0
    for (const item of taken) item.reject(failure)
    if (ends) this.#end(failure instanceof StoreUnavailable ? failure : unavailable(error))
  }

  /** After a commit that failed: whether its wave can be seen. If so, only a new start can tell if it stays. */
  #look(error: unknown, wave: number): Error {
    try {
      this.#database.resetReadTxn()
      const row = this.#database.getBinary(writerKey(this.#state.epoch))
      if (row !== undefined && readWriterWave(row) < wave) return unavailable(error)
    } catch {
      // Then nothing can be told either.
    }
    return new OutcomeUnknown('a commit failed on its way to the disk', { cause: error })
  }

  #end(reason: Error): void {
    if (this.#ended !== undefined) return
    this.#ended = reason
    for (const item of this.#queue.abandon()) item.reject(reason)
    this.#onEnded?.(reason)
  }
}

function settle(item: WaitingBatch, outcome: Committed | undefined): void {
  if (outcome === undefined) item.reject(new OutcomeUnknown('the wave has no outcome for the batch'))
  else item.resolve(outcome)
}

function unavailable(cause: unknown): StoreUnavailable {
  const why = cause instanceof Fenced ? cause.message : 'the metadata could not be written'
  return new StoreUnavailable(why, { cause })
}

/** What may be written into the reserve: what takes rows away (also where it moves one), and what hardly takes room. */
function fitsReserve(batch: Fragment, bytes: number, reserve: DiskReserve): boolean {
  if (reserve.empty) return false
  if (batch.writes.some((write) => write.kind === 'delete')) return bytes <= RESERVED_MOVE_BYTES
  return bytes <= (reserve.scarce ? RESERVED_SCARCE_BYTES : RESERVED_BYTES)
}

/** The package has two more promises of a failed commit, which reject on their own. */
function quietCommitErrors(database: LmdbDatabase, error: unknown): void {
  void database.committed.then(
    () => undefined,
    () => undefined,
  )
  if (error instanceof Error && 'commitError' in error && error.commitError instanceof Promise) {
    error.commitError.catch(() => undefined)
  }
}

/**
 * Whether it was a page that could not be written. The package then formats its message behind the end of a buffer of
 * 100 bytes (mdb.c, `last_error`): nothing that this process holds in memory can be trusted any more, and it has to end.
 */
export async function isUnsafe(reason: unknown): Promise<boolean> {
  if (!(reason instanceof Error)) return false
  if (reason.message.includes('Attempting to write page')) return true
  const deeper: unknown =
    'commitError' in reason ? await Promise.resolve(reason.commitError).catch((error: unknown) => error) : reason.cause
  return isUnsafe(deeper)
}

import { setTimeout as wait } from 'node:timers/promises'
import type { GroupPage } from './group-scan.ts'
import { openWritable, type LmdbOptions } from './lmdb-environment.ts'
import { LmdbReader } from './lmdb-reader.ts'
import { Fenced } from './lmdb-wave.ts'
import { isUnsafe, openLmdbMetadata, takeOverDatabase, type LmdbMetadata } from './lmdb.ts'
import {
  StoreUnavailable,
  type Committed,
  type Fragment,
  type GroupRange,
  type Key,
  type MetadataStore,
  type Row,
  type ScanRange,
} from './metadata-store.ts'

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000

export interface LastingLmdbOptions extends LmdbOptions {
  /** Told when this process can go on no more: another writer has taken over, or its memory cannot be trusted. */
  readonly onEnded: (reason: Error) => void
}

/**
 * The embedded store of a process that has nobody to start it again. After a commit that failed on its way to the disk it
 * starts anew from the disk in place, until that succeeds: reads go on meanwhile, commits are refused.
 */
export async function openLastingLmdb(options: LastingLmdbOptions): Promise<MetadataStore> {
  const lasting = new LastingLmdb(options)
  await lasting.open()
  return lasting
}

class LastingLmdb implements MetadataStore {
  readonly #options: LastingLmdbOptions
  #writer: LmdbMetadata | undefined
  /** While there is no writer; absent too while the environment is being opened. */
  #reader: LmdbReader | undefined
  #inlineBytes = 0
  #recovering: Promise<void> | undefined
  #closed = false

  constructor(options: LastingLmdbOptions) {
    this.#options = options
  }

  get inlineBytes(): number {
    return this.#inlineBytes
  }

  async open(): Promise<void> {
    this.#adopt(await openLmdbMetadata(this.#writerOptions()))
  }

  getNow(keys: readonly Key[]): readonly (Row | undefined)[] {
    return this.#reading().getNow(keys)
  }

  async getMany(keys: readonly Key[], signal?: AbortSignal): Promise<readonly (Row | undefined)[]> {
    return this.#reading().getMany(keys, signal)
  }

  async scan(
    range: ScanRange,
    signal?: AbortSignal,
  ): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }> {
    return this.#reading().scan(range, signal)
  }

  async scanGroups(range: GroupRange, signal?: AbortSignal): Promise<GroupPage> {
    return this.#reading().scanGroups(range, signal)
  }

  async sum(counter: Key): Promise<bigint> {
    return this.#reading().sum(counter)
  }

  commit(batch: Fragment): Promise<Committed> {
    return this.#writer?.commit(batch) ?? Promise.reject(new StoreUnavailable('the metadata store starts anew'))
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#recovering
    await this.#writer?.close()
    await this.#reader?.close()
  }

  #writerOptions(): LmdbOptions & { readonly onEnded: (reason: Error) => void } {
    return { ...this.#options, onEnded: (reason) => this.#ended(reason) }
  }

  #adopt(writer: LmdbMetadata): void {
    this.#writer = writer
    this.#inlineBytes = writer.inlineBytes
  }

  #reading(): LmdbMetadata | LmdbReader {
    const reading = this.#writer ?? this.#reader
    if (reading === undefined) throw new StoreUnavailable('the metadata store starts anew')
    return reading
  }

  #ended(reason: Error): void {
    const { onEnded } = this.#options
    if (reason.cause instanceof Fenced) {
      onEnded(reason)
      return
    }
    this.#recovering = this.#recover(reason).catch((error: unknown) => {
      onEnded(error instanceof Error ? error : reason)
    })
  }

  /** Throws when this process must not go on. */
  async #recover(reason: Error): Promise<void> {
    let failed: MetadataReaderToClose | undefined = this.#writer
    this.#writer = undefined
    let failure: unknown = reason
    for (let pauseMs = FIRST_PAUSE_MS; !this.#closed; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      if (await isUnsafe(failure)) throw reason
      await failed?.close()
      try {
        // What failed may no longer be read from either.
        const database = await openWritable(this.#options)
        this.#reader = failed = new LmdbReader(database)
        await wait(pauseMs)
        this.#adopt(await takeOverDatabase(database, this.#writerOptions()))
        this.#reader = undefined
        return
      } catch (error) {
        this.#reader = undefined
        failure = error
      }
    }
  }
}

type MetadataReaderToClose = Pick<LmdbReader, 'close'>

import { checkBlobId, checkBlobRange, drawBlobId, drawEpoch } from './blob-id.ts'
import {
  BlobDamaged,
  BlobMissing,
  BlobUnavailable,
  type BlobId,
  type BlobStore,
  type BlobWriter,
} from './blob-store.ts'

const READ_UNIT_BYTES = 256 * 1024

interface StoredBlob {
  readonly bytes: Buffer
  readonly writtenAtMs: number
}

/** A blob store that keeps nothing: for tests and `serve --memory`. */
export function createMemoryBlobs(options: { readonly now?: () => number } = {}): BlobStore {
  return new MemoryBlobs(options.now ?? Date.now)
}

class MemoryBlobs implements BlobStore {
  readonly epoch = drawEpoch()
  readonly #blobs = new Map<BlobId, StoredBlob>()
  readonly #now: () => number
  #closed = false

  constructor(now: () => number) {
    this.#now = now
  }

  async create(): Promise<BlobWriter> {
    this.#enter()
    return new MemoryBlobWriter(drawBlobId(this.epoch), {
      keep: (id, bytes) => this.#blobs.set(id, { bytes, writtenAtMs: this.#now() }),
      drop: (id) => this.#blobs.delete(id),
    })
  }

  async *read(
    id: BlobId,
    range: { readonly offset: number; readonly length: number },
    signal?: AbortSignal,
  ): AsyncGenerator<Buffer, void, undefined> {
    this.#enter(signal)
    checkBlobId(id)
    checkBlobRange(range)
    const blob = this.#blobs.get(id)
    if (blob === undefined) throw new BlobMissing(`no blob ${id}`)
    const end = range.offset + range.length
    if (end > blob.bytes.length) throw new BlobDamaged(`blob ${id} has ${blob.bytes.length} bytes, asked up to ${end}`)
    for (let at = range.offset; at < end; at += READ_UNIT_BYTES) {
      signal?.throwIfAborted()
      yield Buffer.from(blob.bytes.subarray(at, Math.min(end, at + READ_UNIT_BYTES)))
    }
  }

  async remove(ids: readonly BlobId[]): Promise<void> {
    this.#enter()
    ids.forEach(checkBlobId)
    for (const id of ids) this.#blobs.delete(id)
  }

  async *list(
    signal?: AbortSignal,
  ): AsyncGenerator<{ readonly id: BlobId; readonly bytes: number; readonly writtenAtMs: number }, void, undefined> {
    this.#enter(signal)
    for (const [id, blob] of [...this.#blobs]) {
      signal?.throwIfAborted()
      yield { id, bytes: blob.bytes.length, writtenAtMs: blob.writtenAtMs }
    }
  }

  async space(): Promise<undefined> {
    return undefined
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  #enter(signal?: AbortSignal): void {
    signal?.throwIfAborted()
    if (this.#closed) throw new BlobUnavailable('the blob store is closed')
  }
}

interface Keeper {
  keep(id: BlobId, bytes: Buffer): void
  drop(id: BlobId): void
}

class MemoryBlobWriter implements BlobWriter {
  readonly id: BlobId
  readonly #keeper: Keeper
  #pieces: Buffer[] = []
  #state: 'open' | 'committed' | 'discarded' = 'open'

  constructor(id: BlobId, keeper: Keeper) {
    this.id = id
    this.#keeper = keeper
  }

  async write(pieces: readonly Uint8Array[]): Promise<void> {
    if (this.#state !== 'open') throw new BlobUnavailable(`blob ${this.id} is ${this.#state}`)
    for (const piece of pieces) this.#pieces.push(Buffer.from(piece))
  }

  async commit(): Promise<{ readonly bytes: number }> {
    if (this.#state !== 'open') throw new BlobUnavailable(`blob ${this.id} is ${this.#state}`)
    const bytes = Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#state = 'committed'
    this.#keeper.keep(this.id, bytes)
    return { bytes: bytes.length }
  }

  async discard(): Promise<void> {
    this.#state = 'discarded'
    this.#pieces = []
    this.#keeper.drop(this.id)
  }
}

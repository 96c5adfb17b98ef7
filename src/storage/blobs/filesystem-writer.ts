import { faultPoint } from '../fault-points.ts'
import type { LayerFile } from '../file-layer.ts'
import { BlobUnavailable, type BlobId, type BlobWriter } from './blob-store.ts'
import { WriteBehind, type GatherBudget } from './write-behind.ts'

export interface BlobFile {
  readonly id: BlobId
  readonly handle: LayerFile
  /** Makes the blob's bytes durable. */
  readonly syncBytes: () => Promise<void>
  /** Makes the blob's name durable. */
  readonly syncName: () => Promise<void>
  /** Takes the name away; one that is gone is an error, ENOENT. */
  readonly unlink: () => Promise<void>
  /** Whether the disk takes more. */
  readonly hasRoom: () => boolean
}

export const DISK_FULL = 'the disk is full'

/** One blob on its way to the disk. A write that fails is told by the next call: by `commit` at the latest. */
export class FilesystemBlobWriter implements BlobWriter {
  readonly id: BlobId
  readonly #file: BlobFile
  readonly #behind: WriteBehind
  #state: 'open' | 'committing' | 'committed' | 'failed' | 'discarded' = 'open'
  #closed: Promise<void> | undefined
  #failure: unknown

  constructor(file: BlobFile, budget: GatherBudget) {
    this.id = file.id
    this.#file = file
    this.#behind = new WriteBehind(file.handle, budget)
  }

  async write(pieces: readonly Uint8Array[]): Promise<void> {
    this.#demandOpen()
    if (!this.#file.hasRoom()) this.#fail(new BlobUnavailable(DISK_FULL))
    this.#demandOpen()
    try {
      await this.#behind.push(pieces)
    } catch (error) {
      this.#fail(error)
      throw unavailable(this.id, error)
    }
    this.#demandOpen()
  }

  async commit(): Promise<{ readonly bytes: number }> {
    this.#demandOpen()
    this.#state = 'committing'
    try {
      await this.#behind.flush()
      await this.#behind.end()
      await this.#makeDurable()
      this.#state = 'committed'
      return { bytes: this.#behind.bytes }
    } catch (error) {
      // After a failed sync the kernel may have dropped the pages: these bytes are never offered again.
      this.#fail(error)
      // A disk that fails may not even take the name away: the first failure is what is told.
      await this.discard().catch(() => undefined)
      throw unavailable(this.id, error)
    }
  }

  async discard(): Promise<void> {
    this.#state = 'discarded'
    await this.#behind.end()
    await this.#close().catch(() => undefined)
    await this.#file.unlink().catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw unavailable(this.id, error)
    })
  }

  async #makeDurable(): Promise<void> {
    const { handle, syncBytes, syncName } = this.#file
    const found = await handle.stat()
    const { bytes } = this.#behind
    if (found.size !== bytes) throw new Error(`${found.size} bytes on the disk, ${bytes} were written`)
    faultPoint('blob.sync')
    await syncBytes()
    faultPoint('blob.synced')
    await this.#close()
    await syncName()
  }

  #close(): Promise<void> {
    this.#closed ??= this.#file.handle.close()
    return this.#closed
  }

  #fail(error: unknown): void {
    this.#failure ??= error
    if (this.#state !== 'discarded') this.#state = 'failed'
  }

  #demandOpen(): void {
    if (this.#state === 'failed') throw unavailable(this.id, this.#failure)
    if (this.#state !== 'open') throw new BlobUnavailable(`blob ${this.id} is ${this.#state}`)
  }
}

export function unavailable(id: BlobId, cause: unknown): BlobUnavailable {
  if (cause instanceof BlobUnavailable) return cause
  return new BlobUnavailable(`blob ${id} could not be written or removed`, { cause })
}

/** The POSIX name of a failed system call, such as ENOENT. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

export function ignoreMissing(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error
}

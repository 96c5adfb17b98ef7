import { faultPoint } from '../fault-points.ts'
import type { LayerFile } from '../file-layer.ts'
import { BlobUnavailable, type BlobId, type BlobWriter } from './blob-store.ts'

/** Bytes that may be on their way to the disk, per blob, before `write` waits. */
export const MAX_IN_FLIGHT_BYTES = 3 * 1024 * 1024

const MAX_PIECES_PER_CALL = 512

export interface BlobFile {
  readonly id: BlobId
  readonly handle: LayerFile
  /** Makes the blob's name durable. */
  readonly syncName: () => Promise<void>
  /** Takes the name away; one that is gone is an error, ENOENT. */
  readonly unlink: () => Promise<void>
}

/** One blob on its way to the disk. Writes carry their positions, so that a few of them may run at once. */
export class FilesystemBlobWriter implements BlobWriter {
  readonly id: BlobId
  readonly #file: BlobFile
  readonly #running = new Set<Promise<void>>()
  #inFlightBytes = 0
  #bytes = 0
  #state: 'open' | 'committing' | 'committed' | 'failed' | 'discarded' = 'open'
  #closed: Promise<void> | undefined
  #failure: unknown

  constructor(file: BlobFile) {
    this.id = file.id
    this.#file = file
  }

  async write(pieces: readonly Uint8Array[]): Promise<void> {
    this.#demandOpen()
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
    if (bytes === 0) return
    const position = this.#bytes
    this.#bytes += bytes
    while (this.#inFlightBytes > 0 && this.#inFlightBytes + bytes > MAX_IN_FLIGHT_BYTES)
      await Promise.race(this.#running)
    this.#demandOpen()
    this.#inFlightBytes += bytes
    const running = this.#writeAt(pieces, position).finally(() => {
      this.#inFlightBytes -= bytes
      this.#running.delete(running)
    })
    this.#running.add(running)
    await running
  }

  async commit(): Promise<{ readonly bytes: number }> {
    this.#demandOpen()
    this.#state = 'committing'
    try {
      await Promise.all(this.#running)
      await this.#makeDurable()
      this.#state = 'committed'
      return { bytes: this.#bytes }
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
    await Promise.allSettled(this.#running)
    await this.#close().catch(() => undefined)
    await this.#file.unlink().catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw unavailable(this.id, error)
    })
  }

  async #makeDurable(): Promise<void> {
    const { handle, syncName } = this.#file
    const found = await handle.stat()
    if (found.size !== this.#bytes) throw new Error(`${found.size} bytes on the disk, ${this.#bytes} were written`)
    faultPoint('blob.sync')
    await handle.datasync()
    faultPoint('blob.synced')
    await this.#close()
    await syncName()
  }

  async #writeAt(pieces: readonly Uint8Array[], position: number): Promise<void> {
    try {
      faultPoint('blob.write')
      for (let from = 0; from < pieces.length; from += MAX_PIECES_PER_CALL) {
        position += await writeAll(this.#file.handle, pieces.slice(from, from + MAX_PIECES_PER_CALL), position)
      }
      faultPoint('blob.written')
    } catch (error) {
      this.#fail(error)
      throw unavailable(this.id, error)
    }
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

/** Writes all the pieces, however many calls it takes. Returns their bytes. */
async function writeAll(handle: LayerFile, pieces: readonly Uint8Array[], position: number): Promise<number> {
  let left: readonly Uint8Array[] = pieces.filter((piece) => piece.length > 0)
  let total = 0
  while (left.length > 0) {
    const { bytesWritten } = await handle.writev(left, position + total)
    if (bytesWritten === 0) throw new Error('the disk took no bytes')
    total += bytesWritten
    left = without(left, bytesWritten)
  }
  return total
}

/** What remains of `pieces` behind their first `bytes` bytes. */
function without(pieces: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let skip = bytes
  for (const [index, piece] of pieces.entries()) {
    if (skip < piece.length) return [piece.subarray(skip), ...pieces.slice(index + 1)]
    skip -= piece.length
  }
  return []
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

import { faultPoint } from '../fault-points.ts'
import type { LayerFile } from '../file-layer.ts'

/** What is gathered before it is written, where few blobs are being written: larger units gain nothing. */
export const MAX_UNIT_BYTES = 1024 * 1024
/** What is gathered at least, however many blobs are being written. */
export const MIN_UNIT_BYTES = 64 * 1024
/** Units of one blob that are being written at the same time, while the next one is gathered. */
export const MAX_UNITS_IN_FLIGHT = 2
/** Bytes that all blobs together gather; three times as much may be held, gathered or being written. */
const GATHER_BUDGET_BYTES = 8 * 1024 * 1024

const MAX_PIECES_PER_CALL = 512

/** Shares the memory for gathering among the blobs that are being written: many of them write smaller units. */
export class GatherBudget {
  #writers = 0

  join(): void {
    this.#writers += 1
  }

  leave(): void {
    this.#writers -= 1
  }

  /** Bytes. */
  get unitBytes(): number {
    const share = Math.floor(GATHER_BUDGET_BYTES / Math.max(1, this.#writers))
    return Math.min(MAX_UNIT_BYTES, Math.max(MIN_UNIT_BYTES, share))
  }
}

/** Bytes on their way to one file: gathered to units, which are written while the next one is being gathered. */
export class WriteBehind {
  readonly #handle: LayerFile
  readonly #budget: GatherBudget
  readonly #running = new Set<Promise<void>>()
  #gathered: Uint8Array[] = []
  #gatheredBytes = 0
  #position = 0
  #failure: { readonly error: unknown } | undefined
  #ended = false

  constructor(handle: LayerFile, budget: GatherBudget) {
    this.#handle = handle
    this.#budget = budget
    budget.join()
  }

  /** All bytes taken, written or not. */
  get bytes(): number {
    return this.#position + this.#gatheredBytes
  }

  /** Takes the pieces. Resolves when more may come; rejects when anything before could not be written. */
  async push(pieces: readonly Uint8Array[]): Promise<void> {
    this.#demandWhole()
    for (const piece of pieces) {
      if (piece.length === 0) continue
      this.#gathered.push(piece)
      this.#gatheredBytes += piece.length
    }
    while (this.#gatheredBytes >= this.#budget.unitBytes) {
      if (this.#running.size < MAX_UNITS_IN_FLIGHT) this.#send()
      else await Promise.race(this.#running)
      this.#demandWhole()
    }
  }

  /** Writes what is left and waits for all of it; rejects when anything could not be written. */
  async flush(): Promise<void> {
    this.#demandWhole()
    if (this.#gatheredBytes > 0) this.#send()
    await Promise.all(this.#running)
    this.#demandWhole()
  }

  /** Waits for what is being written, and forgets the rest. Safe at any time, and twice. */
  async end(): Promise<void> {
    this.#gathered = []
    this.#gatheredBytes = 0
    await Promise.all(this.#running)
    if (this.#ended) return
    this.#ended = true
    this.#budget.leave()
  }

  #send(): void {
    const pieces = this.#gathered
    const position = this.#position
    this.#position += this.#gatheredBytes
    this.#gathered = []
    this.#gatheredBytes = 0
    // Never rejects: the failure is kept for the next call, which may come much later.
    const running = this.#writeAt(pieces, position)
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #writeAt(pieces: readonly Uint8Array[], position: number): Promise<void> {
    faultPoint('blob.write')
    for (let from = 0; from < pieces.length; from += MAX_PIECES_PER_CALL) {
      position += await writeAll(this.#handle, pieces.slice(from, from + MAX_PIECES_PER_CALL), position)
    }
    faultPoint('blob.written')
  }

  #demandWhole(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}

/** Writes all the pieces, however many calls it takes. Returns their bytes. */
async function writeAll(handle: LayerFile, pieces: readonly Uint8Array[], position: number): Promise<number> {
  let left = pieces
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

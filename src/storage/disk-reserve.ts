import { performance } from 'node:perf_hooks'

/** Kept free for what makes room again: deletions, and the collector. Less on small disks. */
const RESERVE_BYTES = 256 * 1024 * 1024
const RESERVE_PART = 20
/** With less than this part of the reserve, at most so many bytes, nothing is written any more. */
const NOTHING_PART = 8
const NOTHING_BYTES = 4 * 1024 * 1024
const LOOK_EVERY_MS = 100

interface DiskSpace {
  readonly bavail: number
  readonly blocks: number
  readonly bsize: number
}

export interface DiskReserveOptions {
  /** Asks the disk. */
  readonly look: () => Promise<DiskSpace>
  /** As `look`, for local disks, which answer in microseconds; without it the properties tell of the look before. */
  readonly lookNow?: () => DiskSpace
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMs?: () => number
}

/**
 * Whether a disk has room, from a look that is at most a little old: asking costs a comparison. A full disk is met here, in
 * good time, and not by LMDB in the middle of a transaction.
 */
export class DiskReserve {
  readonly #options: DiskReserveOptions
  readonly #monotonicMs: () => number
  #lookedMs = Number.NEGATIVE_INFINITY
  #freeBytes = Number.POSITIVE_INFINITY
  #reserveBytes = 0

  private constructor(options: DiskReserveOptions) {
    this.#options = options
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now())
  }

  static async of(options: DiskReserveOptions): Promise<DiskReserve> {
    const reserve = new DiskReserve(options)
    await reserve.refresh()
    return reserve
  }

  /** Looks, if the last look is too old. */
  async refresh(): Promise<void> {
    if (this.#isOld()) this.#see(await this.#options.look().catch(() => undefined))
  }

  /** Only what makes room, and what is very small, may still be written. */
  get short(): boolean {
    this.#lookAgain()
    return this.#freeBytes < this.#reserveBytes
  }

  /** Even what is small has to make room. */
  get scarce(): boolean {
    this.#lookAgain()
    return this.#freeBytes < this.#reserveBytes / 2
  }

  /** Nothing at all may be written. */
  get empty(): boolean {
    this.#lookAgain()
    return this.#freeBytes < Math.min(this.#reserveBytes / NOTHING_PART, NOTHING_BYTES)
  }

  #lookAgain(): void {
    if (!this.#isOld()) return
    const { look, lookNow } = this.#options
    if (lookNow !== undefined) this.#see(asked(lookNow))
    else
      void look().then(
        (space) => this.#see(space),
        () => undefined,
      )
  }

  /** Whoever is told that it is has to look. */
  #isOld(): boolean {
    const nowMs = this.#monotonicMs()
    if (nowMs - this.#lookedMs < LOOK_EVERY_MS) return false
    this.#lookedMs = nowMs
    return true
  }

  /** A disk that cannot be asked is taken to be as it was. */
  #see(space: DiskSpace | undefined): void {
    if (space === undefined) return
    this.#freeBytes = space.bavail * space.bsize
    this.#reserveBytes = Math.min(RESERVE_BYTES, (space.blocks * space.bsize) / RESERVE_PART)
  }
}

function asked(lookNow: () => DiskSpace): DiskSpace | undefined {
  try {
    return lookNow()
  } catch {
    return undefined
  }
}

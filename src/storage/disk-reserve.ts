import { performance } from 'node:perf_hooks'
import { NODE_FILES, type FileLayer } from './file-layer.ts'

/** Kept free for what makes room again: deletions, and the collector. Less on small disks. */
const RESERVE_BYTES = 256 * 1024 * 1024
const RESERVE_PART = 20
const LOOK_EVERY_MS = 100

export interface DiskReserveOptions {
  /** Any file or directory on the disk. */
  readonly path: string
  readonly files?: Pick<FileLayer, 'statfs'>
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
  #lookedMs: number
  #freeBytes = Number.POSITIVE_INFINITY
  #reserveBytes = 0

  private constructor(options: DiskReserveOptions) {
    this.#options = options
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now())
    this.#lookedMs = this.#monotonicMs()
  }

  static async of(options: DiskReserveOptions): Promise<DiskReserve> {
    const reserve = new DiskReserve(options)
    await reserve.#look()
    return reserve
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

  #lookAgain(): void {
    const nowMs = this.#monotonicMs()
    if (nowMs - this.#lookedMs < LOOK_EVERY_MS) return
    this.#lookedMs = nowMs
    void this.#look()
  }

  /** A disk that cannot be asked is taken to be as it was. */
  async #look(): Promise<void> {
    const { path, files = NODE_FILES } = this.#options
    const found = await files.statfs(path).catch(() => undefined)
    if (found === undefined) return
    this.#freeBytes = found.bavail * found.bsize
    this.#reserveBytes = Math.min(RESERVE_BYTES, (found.blocks * found.bsize) / RESERVE_PART)
  }
}

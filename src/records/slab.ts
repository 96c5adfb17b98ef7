const SLAB_BYTES = 64 * 1024

/**
 * Buffers side by side in larger ones. A buffer of a few KiB by itself costs more than what is written into it. For
 * what lives as long as a request: one that stays keeps its neighbours' bytes.
 */
export class Slab {
  #slab = Buffer.alloc(0)
  #used = 0

  /** `length` bytes that nobody else has, with anything in them. */
  take(length: number): Buffer {
    if (length > SLAB_BYTES / 4) return Buffer.allocUnsafeSlow(length)
    if (this.#used + length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
      this.#used = 0
    }
    const start = this.#used
    this.#used += length
    return this.#slab.subarray(start, this.#used)
  }
}

const WORDS = 4
const FIRST_SLOTS = 2 ** 14
const FULLEST = 0.7
export const FINGERPRINT_BYTES = 16

/**
 * Fingerprints of 16 bytes each, every one of them kept: open addressing in one typed array, 16 bytes a slot. Ten
 * million need 256 MiB. Fingerprints are uniformly random, so their own bits say where they lie.
 */
export class FingerprintSet {
  #slots = FIRST_SLOTS
  #words = new Uint32Array(FIRST_SLOTS * WORDS)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** False when it was there already. Sixteen zero bytes mean an empty slot, and do not occur by chance. */
  add(fingerprint: Buffer): boolean {
    if (fingerprint.length !== FINGERPRINT_BYTES) throw new RangeError('a fingerprint has 16 bytes')
    if (this.#size >= this.#slots * FULLEST) this.#grow()
    const words = [0, 4, 8, 12].map((at) => fingerprint.readUInt32LE(at))
    const [first = 0, second = 0, third = 0, fourth = 0] = words
    if (!this.#place(first, second, third, fourth)) return false
    this.#size++
    return true
  }

  #place(first: number, second: number, third: number, fourth: number): boolean {
    const all = this.#words
    for (let slot = first % this.#slots; ; slot = (slot + 1) % this.#slots) {
      const at = slot * WORDS
      if (all[at] === 0 && all[at + 1] === 0 && all[at + 2] === 0 && all[at + 3] === 0) {
        all[at] = first
        all[at + 1] = second
        all[at + 2] = third
        all[at + 3] = fourth
        return true
      }
      if (all[at] === first && all[at + 1] === second && all[at + 2] === third && all[at + 3] === fourth) return false
    }
  }

  #grow(): void {
    const before = this.#words
    this.#slots *= 2
    this.#words = new Uint32Array(this.#slots * WORDS)
    for (let at = 0; at < before.length; at += WORDS) {
      const [first = 0, second = 0, third = 0, fourth = 0] = before.subarray(at, at + WORDS)
      if (first !== 0 || second !== 0 || third !== 0 || fourth !== 0) this.#place(first, second, third, fourth)
    }
  }
}

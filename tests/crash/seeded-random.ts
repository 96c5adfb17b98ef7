import { createHash } from 'node:crypto'

/** Numbers that follow from a seed: SHA-256 over the seed and a counter. */
export class SeededRandom {
  readonly #seed: string
  #count = 0

  constructor(seed: string) {
    this.#seed = seed
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    const digest = createHash('sha256').update(`${this.#seed} ${this.#count++}`).digest()
    return digest.readUInt32BE() % limit
  }

  between(from: number, to: number): number {
    return from + this.below(to - from)
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }
}

/** A body that follows from its label. */
export function seededBody(label: string, size: number): Buffer {
  return size === 0 ? Buffer.alloc(0) : createHash('shake256', { outputLength: size }).update(label).digest()
}

export function sha256Of(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}

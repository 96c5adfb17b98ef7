import { createHash } from 'node:crypto'

/** Numbers that follow from a seed, fast: mulberry32 over the first bytes of the seed's SHA-256. */
export class Seeded {
  #state: number

  constructor(seed: string) {
    this.#state = createHash('sha256').update(seed).digest().readUInt32BE()
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  /** By weight. */
  weighted<Item>(items: readonly (readonly [weight: number, item: Item])[]): Item {
    let dice = this.next() * items.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, item] of items) {
      dice -= weight
      if (dice < 0) return item
    }
    return this.pick(items)[1]
  }
}

const BODIES = new Map<string, Buffer>()

/** A body that follows from its size and number; the same ones are the same buffer. */
export function bodyOf(size: number, number: number): Buffer {
  const label = `${size} ${number}`
  const known = BODIES.get(label)
  if (known !== undefined) return known
  const body = size === 0 ? Buffer.alloc(0) : createHash('shake256', { outputLength: size }).update(label).digest()
  if (BODIES.size < 2_000) BODIES.set(label, body)
  return body
}

import type { KeyObject } from 'node:crypto'

/** Keys by name, each for a limited time, the least recently used forgotten first when there are too many. */
export class TimedKeys {
  readonly #entries = new Map<string, { readonly key: KeyObject; readonly untilMs: number }>()
  readonly #limit: number
  readonly #lifeMs: number
  readonly #now: () => number

  constructor(options: { readonly limit: number; readonly lifeMs: number; readonly now: () => number }) {
    this.#limit = options.limit
    this.#lifeMs = options.lifeMs
    this.#now = options.now
  }

  get(name: string): KeyObject | undefined {
    const entry = this.#entries.get(name)
    if (entry === undefined) return undefined
    this.#entries.delete(name)
    if (this.#now() >= entry.untilMs) return undefined
    this.#entries.set(name, entry)
    return entry.key
  }

  set(name: string, key: KeyObject): void {
    this.#entries.delete(name)
    if (this.#entries.size >= this.#limit) {
      const oldest = this.#entries.keys().next()
      if (oldest.done !== true) this.#entries.delete(oldest.value)
    }
    this.#entries.set(name, { key, untilMs: this.#now() + this.#lifeMs })
  }

  get size(): number {
    return this.#entries.size
  }
}

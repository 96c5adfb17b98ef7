/** At most so many at once, in the order of asking; fewer while the server is busy. */
export class Slots {
  readonly #most: number
  #limit: number
  #used = 0
  readonly #waiting: (() => void)[] = []

  constructor(most: number) {
    this.#most = most
    this.#limit = most
  }

  get waiting(): number {
    return this.#waiting.length
  }

  async take(): Promise<void> {
    if (this.#used < this.#limit) {
      this.#used += 1
      return
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** The place goes to who has waited longest. */
  give(): void {
    this.#used -= 1
    this.#admit()
  }

  /** Half as many from now on. */
  slower(): void {
    this.#limit = Math.max(1, Math.floor(this.#limit / 2))
  }

  /** One more, up to what there was. */
  faster(): void {
    this.#limit = Math.min(this.#most, this.#limit + 1)
    this.#admit()
  }

  #admit(): void {
    while (this.#used < this.#limit) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#used += 1
      next()
    }
  }
}

/** At most so many at once, in the order of asking. */
export class Slots {
  readonly #most: number
  #used = 0
  readonly #waiting: (() => void)[] = []

  constructor(most: number) {
    this.#most = most
  }

  get waiting(): number {
    return this.#waiting.length
  }

  async take(): Promise<void> {
    if (this.#used < this.#most) {
      this.#used += 1
      return
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** The place goes to who has waited longest. */
  give(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#used -= 1
    else next()
  }
}

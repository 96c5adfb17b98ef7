import { performance } from 'node:perf_hooks'

export interface WaveQueueOptions<Item> {
  /**
   * Runs one wave: takes items (once or several times, until the wave's transaction has begun) and settles each of
   * them. Must not reject.
   */
  readonly run: (take: () => readonly Item[]) => Promise<void>
  readonly bytesOf: (item: Item) => number
  readonly maxBatches: number
  readonly maxBytes: number
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMs?: () => number
}

const MAX_GATHER_MS = 1
/** "About as many": nine tenths. */
const ENOUGH = 0.9

/**
 * Gathers what waits into waves, one running at a time. The next wave begins when about as many items wait as the
 * last one had, or after a tenth of the last wave's duration, never later than 1 ms after it.
 */
export class WaveQueue<Item> {
  readonly #options: WaveQueueOptions<Item>
  readonly #monotonicMs: () => number
  #waiting: Item[] = []
  #running = false
  #considering = false
  #lastItems = 0
  #gatherUntilMs = 0
  #idle: (() => void)[] = []

  constructor(options: WaveQueueOptions<Item>) {
    this.#options = options
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now())
  }

  get waiting(): number {
    return this.#waiting.length
  }

  push(item: Item): void {
    this.#waiting.push(item)
    this.#consider()
  }

  /** Takes all that waits out of the queue, without running it. */
  abandon(): readonly Item[] {
    const abandoned = this.#waiting
    this.#waiting = []
    this.#settleIdle()
    return abandoned
  }

  /** Resolves when nothing waits and nothing runs. */
  async drained(): Promise<void> {
    if (this.#waiting.length === 0 && !this.#running) return
    await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #consider(): void {
    if (this.#running || this.#considering || this.#waiting.length === 0) return
    if (this.#waiting.length >= this.#lastItems * ENOUGH || this.#monotonicMs() >= this.#gatherUntilMs) {
      void this.#runWave()
      return
    }
    // Timers have a grain of 1 ms, so the short wait is a few turns of the event loop, which bring the items in.
    this.#considering = true
    setImmediate(() => {
      this.#considering = false
      this.#consider()
    })
  }

  async #runWave(): Promise<void> {
    this.#running = true
    const began = this.#monotonicMs()
    let items = 0
    try {
      await this.#options.run(() => {
        const taken = this.#take()
        items += taken.length
        return taken
      })
    } finally {
      const ended = this.#monotonicMs()
      this.#lastItems = items
      this.#gatherUntilMs = ended + Math.min((ended - began) / 10, MAX_GATHER_MS)
      this.#running = false
      this.#settleIdle()
      this.#consider()
    }
  }

  #take(): readonly Item[] {
    const { bytesOf, maxBatches, maxBytes } = this.#options
    let count = 0
    let bytes = 0
    for (const item of this.#waiting) {
      bytes += bytesOf(item)
      if (count > 0 && (count === maxBatches || bytes > maxBytes)) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  #settleIdle(): void {
    if (this.#waiting.length > 0 || this.#running) return
    const idle = this.#idle
    this.#idle = []
    for (const resolve of idle) resolve()
  }
}

import { setImmediate as onNextTurn } from 'node:timers'

/** How long bodies may keep the event loop in one turn; what has begun then is still done (T-164). */
export const MAX_TURN_MS = 5

/**
 * One turn of the event loop, as all bodies of the process see it. A socket that is full is read up to 2 MiB in one turn,
 * each piece is digested and sealed on arrival, and there may be many sockets: without a pause nobody else is answered.
 */
export class LoopTurn {
  readonly #nowMs: () => number
  readonly #next: (then: () => void) => void
  readonly #waiting: (() => void)[] = []
  #beganMs: number | undefined

  constructor(nowMs = (): number => performance.now(), next: (then: () => void) => void = onNextTurn) {
    this.#nowMs = nowMs
    this.#next = next
  }

  /** Asked between two pieces of work. A promise: this turn was long enough, and the work goes on in the next one. */
  over(): Promise<void> | undefined {
    const nowMs = this.#nowMs()
    if (this.#beganMs === undefined) {
      this.#beganMs = nowMs
      this.#next(() => {
        this.#beganMs = undefined
        for (const goOn of this.#waiting.splice(0)) goOn()
      })
      return undefined
    }
    if (nowMs - this.#beganMs < MAX_TURN_MS) return undefined
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}

import { renameSync, writeFileSync } from 'node:fs'
import { importing } from './loaded-files.ts'

/** A clock that servers and clients of a test share, and that the test moves forward while they run. */
export class MovedClock {
  readonly #file: string
  #aheadMs = 0

  constructor(file: string) {
    this.#file = file
    this.advance(0)
  }

  get aheadMs(): number {
    return this.#aheadMs
  }

  /** For each process of a server. */
  get nodeFlags(): readonly string[] {
    return importing('clock-ahead.js', { file: this.#file })
  }

  readonly now = (): number => Date.now() + this.#aheadMs

  /** Servers see it within some twenty milliseconds. */
  advance(ms: number): void {
    this.#aheadMs += ms
    writeFileSync(`${this.#file}.next`, String(this.#aheadMs))
    renameSync(`${this.#file}.next`, this.#file)
  }
}

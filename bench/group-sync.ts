import { closeSync, constants, openSync, write } from 'node:fs'

const PAGE = Buffer.alloc(4_096, 1)

/**
 * One sync for each group of writers: whoever comes while one is on its way waits for the next, all together. The least
 * that a store must do which keeps its promise, without storing anything.
 */
export class GroupSync {
  readonly #file: number
  #waiting: (() => void)[] = []
  #running = false

  constructor(path: string) {
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_DSYNC, 0o600)
  }

  /** `then` is called once a sync that began after this call is over. */
  join(then: () => void): void {
    this.#waiting.push(then)
    if (!this.#running) this.#sync()
  }

  close(): void {
    closeSync(this.#file)
  }

  #sync(): void {
    const group = this.#waiting
    this.#waiting = []
    this.#running = true
    write(this.#file, PAGE, 0, PAGE.length, 0, (error) => {
      if (error !== null) throw error
      this.#running = false
      for (const then of group) then()
      if (this.#waiting.length > 0) this.#sync()
    })
  }
}

/**
 * Node has four threads for files, and for LMDB's commits, unless it is told otherwise. Were all of them in syncs of a slow
 * disk, reads and commits would wait for them.
 */
export const SYNCS_AT_ONCE = 3

/** Lets so many syncs run at once; the others wait in the order of their coming. */
export class SyncGate {
  #running = 0
  readonly #waiting: (() => void)[] = []

  async run(sync: () => Promise<void>): Promise<void> {
    if (this.#running < SYNCS_AT_ONCE) this.#running++
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      await sync()
    } finally {
      // Who waits takes the place over.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}

/** What one read brings; one more unit is read ahead while the caller works on it. */
export const READ_UNIT_BYTES = 256 * 1024
/** Units that are kept while nobody reads. */
const MAX_IDLE_UNITS = 32

/** Memory for reading, used again and again: the pages of fresh memory cost more than to read into them. */
export class ReadUnits {
  readonly #idle: Buffer[] = []

  /** Of exactly `bytes`, at most a unit; it may hold anything. */
  take(bytes: number): Buffer {
    if (bytes < READ_UNIT_BYTES) return Buffer.allocUnsafeSlow(bytes)
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(READ_UNIT_BYTES)
  }

  /** Nobody looks at it any more. */
  giveBack(unit: Buffer | undefined): void {
    if (unit?.length === READ_UNIT_BYTES && this.#idle.length < MAX_IDLE_UNITS) this.#idle.push(unit)
  }
}

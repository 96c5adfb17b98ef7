import { timingSafeEqual } from 'node:crypto'
import { inspect } from 'node:util'

const SHOWN = '<secret>'

/**
 * Bytes that must never be logged, printed or serialised. The bytes are reached only through `expose`,
 * a word that a reviewer can search for. `wipe` overwrites them; a wiped secret throws when exposed.
 */
export class SecretBytes {
  #bytes: Uint8Array | undefined

  /** Takes ownership of `bytes`: the caller keeps no other reference. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get length(): number {
    return this.#alive().length
  }

  /** Hands the bytes to `use`. They must not be kept, copied into a string, or returned. */
  expose<Result>(use: (bytes: Uint8Array) => Result): Result {
    return use(this.#alive())
  }

  /** Constant-time comparison; secrets of different lengths are unequal. */
  equals(other: SecretBytes): boolean {
    const mine = this.#alive()
    return other.expose((theirs) => mine.length === theirs.length && timingSafeEqual(mine, theirs))
  }

  /** An independent copy with a life of its own. */
  copy(): SecretBytes {
    return new SecretBytes(Uint8Array.from(this.#alive()))
  }

  wipe(): void {
    this.#bytes?.fill(0)
    this.#bytes = undefined
  }

  [Symbol.dispose](): void {
    this.wipe()
  }

  toJSON(): string {
    return SHOWN
  }

  toString(): string {
    return SHOWN
  }

  [inspect.custom](): string {
    return SHOWN
  }

  #alive(): Uint8Array {
    if (this.#bytes === undefined) throw new Error('a wiped secret was used')
    return this.#bytes
  }
}

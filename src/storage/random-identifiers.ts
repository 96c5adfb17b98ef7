import { randomFillSync } from 'node:crypto'

const POOL_BYTES = 8 * 1024

let pool = Buffer.alloc(0)
let used = 0

/**
 * Fresh random bytes for revisions, epochs and blob ids, from a pool, because the price of the system call is per
 * call. This room imports no other, so it has a pool of its own; none of these bytes is ever a key.
 */
export function drawBytes(length: number): Buffer {
  if (length > POOL_BYTES) throw new RangeError('an identifier is a few bytes')
  if (used + length > pool.length) {
    pool = randomFillSync(Buffer.alloc(POOL_BYTES))
    used = 0
  }
  const drawn = Buffer.from(pool.subarray(used, used + length))
  used += length
  return drawn
}

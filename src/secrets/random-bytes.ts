import { randomFillSync } from 'node:crypto'

const POOL_BYTES = 8 * 1024

let pool = Buffer.alloc(0)
let used = 0

/**
 * Fresh random bytes, `length` of them. Small draws come from a pool of 8 KiB, because the price of the
 * system call is per call; a drawn range is wiped from the pool. Each process fills its own pool.
 */
export function randomBytes(length: number): Buffer {
  if (length > POOL_BYTES / 8) return randomFillSync(Buffer.alloc(length))
  if (used + length > pool.length) {
    pool = randomFillSync(Buffer.alloc(POOL_BYTES))
    used = 0
  }
  const drawn = Buffer.alloc(length)
  pool.copy(drawn, 0, used, used + length)
  pool.fill(0, used, used + length)
  used += length
  return drawn
}

import { randomBytes } from 'node:crypto'

/**
 * Makes request ids: 16 upper-case hexadecimal digits, counted up from a random 64-bit start. Names, not secrets: they
 * only have to differ, also between processes.
 */
export function requestIdMaker(): () => string {
  const start = randomBytes(8)
  let high = start.readUInt32BE(0)
  let low = start.readUInt32BE(4)
  return () => {
    low = (low + 1) >>> 0
    if (low === 0) high = (high + 1) >>> 0
    return (high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')).toUpperCase()
  }
}

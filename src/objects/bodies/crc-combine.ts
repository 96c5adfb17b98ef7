import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SumAlgorithm } from '../../operations/index.ts'

/** The algorithms whose values of two pieces give the value of both together. */
export type CombinableAlgorithm = Extract<SumAlgorithm, 'crc32' | 'crc32c' | 'crc64nvme' | 'crc64ecma'>

export function isCombinable(algorithm: SumAlgorithm): algorithm is CombinableAlgorithm {
  return algorithm !== 'sha1' && algorithm !== 'sha256'
}

/** Reflected polynomials and widths. All of them begin and end with an inversion of every bit, so combining is linear. */
const KINDS: Readonly<Record<CombinableAlgorithm, { readonly bits: number; readonly polynomial: bigint }>> = {
  crc32: { bits: 32, polynomial: 0xedb8_8320n },
  crc32c: { bits: 32, polynomial: 0x82f6_3b78n },
  crc64nvme: { bits: 64, polynomial: 0x9a6c_9329_ac4b_c9b5n },
  crc64ecma: { bits: 64, polynomial: 0xc96c_5795_d787_0f42n },
}

/** How many pieces are put together in one turn of the event loop: a few milliseconds. */
const PIECES_PER_TURN = 512

/** a * b modulo the polynomial, bits reflected: the highest bit is x^0. */
function multiply(left: bigint, right: bigint, bits: number, polynomial: bigint): bigint {
  let product = 0n
  let factor = right
  for (let bit = BigInt(bits - 1); bit >= 0n; bit--) {
    if ((left >> bit) & 1n) product ^= factor
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n
  }
  return product
}

/** x^(8 * lengthBytes) modulo the polynomial, by squaring. */
function shiftOf(lengthBytes: number, bits: number, polynomial: bigint): bigint {
  let result = 1n << BigInt(bits - 1)
  let power = 1n << BigInt(bits - 2)
  for (let exponent = BigInt(lengthBytes) * 8n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = multiply(result, power, bits, polynomial)
    power = multiply(power, power, bits, polynomial)
  }
  return result
}

/**
 * The CRC of pieces put together, from the CRC and the length of each, in order. Values are big-endian. Shifts are
 * kept by length, because the parts of an upload are mostly of one size.
 */
export async function combineCrcs(
  algorithm: CombinableAlgorithm,
  pieces: readonly { readonly value: Uint8Array; readonly length: number }[],
): Promise<Buffer> {
  const { bits, polynomial } = KINDS[algorithm]
  const shifts = new Map<number, bigint>()
  let combined = 0n
  for (const [index, piece] of pieces.entries()) {
    if (index > 0 && index % PIECES_PER_TURN === 0) await nextTurn()
    const shift = shifts.get(piece.length) ?? shiftOf(piece.length, bits, polynomial)
    shifts.set(piece.length, shift)
    combined = multiply(shift, combined, bits, polynomial) ^ BigInt(`0x${Buffer.from(piece.value).toString('hex')}`)
  }
  return Buffer.from(combined.toString(16).padStart(bits / 4, '0'), 'hex')
}

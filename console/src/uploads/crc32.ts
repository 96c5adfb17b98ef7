/**
 * CRC-32 (ISO 3309, polynomial 0xEDB88320), eight bytes at a time. It runs on the page's own thread, a slice at a time:
 * starting a worker is a script sink that the page's policy (`trusted-types 'none'`) forbids.
 */
const POLYNOMIAL = 0xedb88320
const LANES = 8
const TABLE = makeTable()

function makeTable(): Uint32Array {
  const table = new Uint32Array(256 * LANES)
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte
    for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1
    table[byte] = value
  }
  for (let at = 256; at < table.length; at += 1) {
    const before = table[at - 256] ?? 0
    table[at] = (before >>> 8) ^ (table[before & 0xff] ?? 0)
  }
  return table
}

/** Goes on from `crc`, which is 0 at the beginning. */
export function crc32(bytes: Uint8Array, crc = 0): number {
  const table = TABLE
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const whole = bytes.length - (bytes.length % LANES)
  const look = (lane: number, byte: number): number => table[lane * 256 + byte] ?? 0
  let state = ~crc >>> 0
  let at = 0
  for (; at < whole; at += LANES) {
    const low = state ^ view.getUint32(at, true)
    const high = view.getUint32(at + 4, true)
    state =
      look(7, low & 0xff) ^
      look(6, (low >>> 8) & 0xff) ^
      look(5, (low >>> 16) & 0xff) ^
      look(4, low >>> 24) ^
      look(3, high & 0xff) ^
      look(2, (high >>> 8) & 0xff) ^
      look(1, (high >>> 16) & 0xff) ^
      look(0, high >>> 24)
  }
  for (; at < bytes.length; at += 1) state = (state >>> 8) ^ look(0, (state ^ view.getUint8(at)) & 0xff)
  return ~state >>> 0
}

/** The CRC of two stretches one after the other, from the CRC of each and the length of the second. */
export function combineCrc32(first: number, second: number, secondBytes: number): number {
  // Appending a zero bit is a linear map of the state; its powers by squaring give any number of zero bytes.
  let power = square(square(square(zeroBit())))
  let crc = first
  for (let left = secondBytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) crc = apply(power, crc)
    power = square(power)
  }
  return (crc ^ second) >>> 0
}

type Matrix = Uint32Array

function zeroBit(): Matrix {
  const matrix = new Uint32Array(32)
  matrix[0] = POLYNOMIAL
  for (let row = 1; row < 32; row += 1) matrix[row] = (1 << (row - 1)) >>> 0
  return matrix
}

function apply(matrix: Matrix, vector: number): number {
  let sum = 0
  for (let row = 0, left = vector; left !== 0; row += 1, left >>>= 1) {
    if ((left & 1) === 1) sum ^= matrix[row] ?? 0
  }
  return sum >>> 0
}

function square(matrix: Matrix): Matrix {
  return matrix.map((column) => apply(matrix, column))
}

/** As in checksum headers: the four bytes, highest first, in base64. */
export function crc32Text(crc: number): string {
  const bytes = [crc >>> 24, (crc >>> 16) & 0xff, (crc >>> 8) & 0xff, crc & 0xff]
  return btoa(String.fromCharCode(...bytes))
}

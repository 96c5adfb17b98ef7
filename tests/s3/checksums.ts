import { createHash } from 'node:crypto'

/** The checksums of S3 by their published definitions, bit by bit: slow, and a second hand beside the server's own. */
export type ChecksumName = 'crc32' | 'crc32c' | 'crc64nvme' | 'sha1' | 'sha256'

/** A reflected CRC whose register begins and ends inverted. `polynomial` is reflected too. */
function crc(bytes: Uint8Array, bits: 32 | 64, polynomial: bigint): Buffer {
  const ones = (1n << BigInt(bits)) - 1n
  let register = ones
  for (const byte of bytes) {
    register ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) register = (register & 1n) === 1n ? (register >> 1n) ^ polynomial : register >> 1n
  }
  return Buffer.from((register ^ ones).toString(16).padStart(bits / 4, '0'), 'hex')
}

export function checksum(name: ChecksumName, body: string | Uint8Array): string {
  const bytes = Buffer.from(body)
  switch (name) {
    case 'crc32':
      return crc(bytes, 32, 0xedb88320n).toString('base64')
    case 'crc32c':
      return crc(bytes, 32, 0x82f63b78n).toString('base64')
    case 'crc64nvme':
      return crc(bytes, 64, 0x9a6c9329ac4bc9b5n).toString('base64')
    case 'sha1':
    case 'sha256':
      return createHash(name).update(bytes).digest('base64')
  }
}

export const CHECKSUM_NAMES: readonly ChecksumName[] = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256']

export function md5(body: string | Uint8Array): string {
  return createHash('md5').update(body).digest('base64')
}

/** A body in aws-chunked coding without chunk signatures, and the trailer lines behind it. */
export function chunkedWithTrailer(
  body: string,
  trailers: readonly (readonly [name: string, value: string])[],
): string {
  const chunk = body === '' ? '' : `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`
  return `${chunk}0\r\n${trailers.map(([name, value]) => `${name}:${value}\r\n`).join('')}\r\n`
}

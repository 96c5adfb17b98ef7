import type { BodySum, Checksum } from '../../operations/index.ts'

/** What S3 knows among the sums of a body. */
export function checksumsAmong(sums: readonly BodySum[]): readonly Checksum[] {
  return sums.filter(isChecksum)
}

function isChecksum(sum: BodySum): sum is Checksum {
  return sum.algorithm !== 'crc64ecma'
}

export function crc64Bytes(sums: readonly BodySum[]): Uint8Array | undefined {
  return sums.find(({ algorithm }) => algorithm === 'crc64ecma')?.value
}

/** As answers show it: OSS and COS write it as an unsigned decimal. */
export function crc64Among(sums: readonly BodySum[]): { readonly crc64?: bigint } {
  const value = crc64Bytes(sums)
  return value === undefined ? {} : { crc64: Buffer.from(value).readBigUInt64BE() }
}

/** Checksums that clients can ask for. Values are raw bytes, big-endian for the CRCs. */
export type ChecksumAlgorithm = 'crc32' | 'crc32c' | 'crc64nvme' | 'sha1' | 'sha256'

/** What is kept of a body besides: CRC-64 of ECMA-182 (as XZ has it), which OSS and COS show of every object. */
export type SumAlgorithm = ChecksumAlgorithm | 'crc64ecma'

export type ChecksumType = 'full-object' | 'composite'

export interface Checksum<Algorithm extends SumAlgorithm = ChecksumAlgorithm> {
  readonly algorithm: Algorithm
  readonly type: ChecksumType
  readonly value: Uint8Array
  /** Composite only: of how many parts. */
  readonly parts?: number
}

/** Any of them. */
export type BodySum = Checksum<SumAlgorithm>

export const CHECKSUM_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
}

export const SUM_BYTES: Readonly<Record<SumAlgorithm, number>> = { ...CHECKSUM_BYTES, crc64ecma: 8 }

/**
 * What a body has to be, besides what its signature promises. `trailer`: the value comes after the body,
 * from `ObjectBody.trailer`.
 */
export interface BodyExpectation {
  readonly md5?: Uint8Array
  /** The CRC-64 of ECMA-182 is wanted: the answer shows it, and so does every later one to who may open the data. */
  readonly crc64?: true
  readonly checksum?:
    | { readonly algorithm: ChecksumAlgorithm; readonly value: Uint8Array }
    | { readonly algorithm: ChecksumAlgorithm; readonly value: 'trailer' }
    /** Only the algorithm was named; the server computes it. */
    | { readonly algorithm: ChecksumAlgorithm; readonly value: 'compute' }
}

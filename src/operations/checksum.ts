/** Checksums that clients can ask for. Values are raw bytes, big-endian for the CRCs. */
export type ChecksumAlgorithm = 'crc32' | 'crc32c' | 'crc64nvme' | 'sha1' | 'sha256'

export type ChecksumType = 'full-object' | 'composite'

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  readonly type: ChecksumType
  readonly value: Uint8Array
  /** Composite only: of how many parts. */
  readonly parts?: number
}

export const CHECKSUM_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
}

/**
 * What a body has to be, besides what its signature promises. `trailer`: the value comes after the body,
 * from `ObjectBody.trailer`.
 */
export interface BodyExpectation {
  readonly md5?: Uint8Array
  readonly checksum?:
    | { readonly algorithm: ChecksumAlgorithm; readonly value: Uint8Array }
    | { readonly algorithm: ChecksumAlgorithm; readonly value: 'trailer' }
    /** Only the algorithm was named; the server computes it. */
    | { readonly algorithm: ChecksumAlgorithm; readonly value: 'compute' }
}

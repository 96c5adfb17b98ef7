import { createHash, type Hash } from 'node:crypto'
import {
  CHECKSUM_BYTES,
  refuse,
  type BodyExpectation,
  type Checksum,
  type ChecksumAlgorithm,
  type ObjectBody,
} from '../operations/index.ts'
import { equalInConstantTime } from '../secrets/index.ts'
import { startChecksum, type RunningChecksum } from './checksums.ts'

/** The checksum of data for which nobody named one. */
export const DEFAULT_CHECKSUM: ChecksumAlgorithm = 'crc64nvme'

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Exactly `length` bytes of canonical base64 (RFC 4648, 4), or undefined. */
export function decodeBase64(text: string, length: number): Buffer | undefined {
  if (!BASE64.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === length && bytes.toString('base64') === text ? bytes : undefined
}

/** The digests of one body on its way in: at most an MD5 and one checksum. */
export class BodyDigests {
  readonly #md5: Hash | undefined
  readonly #checksum: RunningChecksum
  readonly #expect: BodyExpectation

  private constructor(md5: Hash | undefined, checksum: RunningChecksum, expect: BodyExpectation) {
    this.#md5 = md5
    this.#checksum = checksum
    this.#expect = expect
  }

  /** `md5Wanted`: the ETag is one; a promised Content-MD5 is computed in any case. */
  static async start(expect: BodyExpectation, md5Wanted: boolean, algorithm?: ChecksumAlgorithm): Promise<BodyDigests> {
    const md5 = md5Wanted || expect.md5 !== undefined ? createHash('md5') : undefined
    const checksum = await startChecksum(expect.checksum?.algorithm ?? algorithm ?? DEFAULT_CHECKSUM)
    return new BodyDigests(md5, checksum, expect)
  }

  update(piece: Uint8Array): void {
    this.#md5?.update(piece)
    this.#checksum.update(piece)
  }

  /** Compares with what was promised: `bad-digest`, `malformed-trailer`. */
  finish(body: Pick<ObjectBody, 'trailer'>): { readonly md5?: Buffer; readonly checksum: Checksum } {
    const md5 = this.#md5?.digest()
    const value = this.#checksum.value()
    if (this.#expect.md5 !== undefined && md5 !== undefined) compare('md5', this.#expect.md5, md5)
    const promised = this.#expect.checksum
    if (promised !== undefined && promised.value !== 'compute') {
      const bytes = promised.value === 'trailer' ? trailerValue(body, promised.algorithm) : promised.value
      compare(promised.algorithm, bytes, value)
    }
    const checksum: Checksum = { algorithm: this.#checksum.algorithm, type: 'full-object', value }
    return { checksum, ...(md5 === undefined ? {} : { md5 }) }
  }

  abandon(): void {
    this.#checksum.abandon()
  }
}

function trailerValue(body: Pick<ObjectBody, 'trailer'>, algorithm: ChecksumAlgorithm): Uint8Array {
  const text = body.trailer(`x-amz-checksum-${algorithm}`)
  if (text === undefined) return refuse({ kind: 'malformed-trailer', detail: 'the announced checksum did not come' })
  return (
    decodeBase64(text, CHECKSUM_BYTES[algorithm]) ??
    refuse({ kind: 'malformed-trailer', detail: 'the checksum is not base64 of the right length' })
  )
}

function compare(algorithm: ChecksumAlgorithm | 'md5', expected: Uint8Array, computed: Uint8Array): void {
  if (equalInConstantTime(expected, computed)) return
  refuse({
    kind: 'bad-digest',
    algorithm,
    expected: Buffer.from(expected).toString('base64'),
    computed: Buffer.from(computed).toString('base64'),
  })
}

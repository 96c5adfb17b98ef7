import { createHash, hash, type Hash } from 'node:crypto'
import {
  CHECKSUM_BYTES,
  refuse,
  type BodyExpectation,
  type BodySum,
  type ChecksumAlgorithm,
  type ObjectBody,
  type SumAlgorithm,
} from '../../operations/index.ts'
import { equalInConstantTime } from '../../secrets/index.ts'
import { checksumOf, startChecksum, type RunningChecksum } from './checksums.ts'
import type { DigestPlan } from './digest-messages.ts'
import type { DigestLane, DigestThread } from './digest-thread.ts'

/** The checksum of data for which nobody named one. */
export const DEFAULT_CHECKSUM: ChecksumAlgorithm = 'crc64nvme'

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Exactly `length` bytes of canonical base64 (RFC 4648, 4), or undefined. */
export function decodeBase64(text: string, length: number): Buffer | undefined {
  if (!BASE64.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === length && bytes.toString('base64') === text ? bytes : undefined
}

export interface DigestsWanted {
  readonly expect: BodyExpectation
  /** The ETag is the MD5; a promised Content-MD5 is computed in any case. */
  readonly md5: boolean
  /** Where `expect` names none. */
  readonly algorithm?: SumAlgorithm
  /** Of the body, where it is known. */
  readonly length?: number
}

/** From this length on digests are computed in the digest thread. */
const THREAD_FROM_BYTES = 1024 * 1024

/** What a body turned out to be. */
export interface Digests {
  readonly md5?: Buffer
  readonly checksum: BodySum
  /** Where it was wanted beside another checksum. */
  readonly crc64?: Buffer
}

/** What is kept of them. */
export function sumsOf({ checksum, crc64 }: Pick<Digests, 'checksum' | 'crc64'>): readonly BodySum[] {
  return crc64 === undefined ? [checksum] : [checksum, { algorithm: 'crc64ecma', type: 'full-object', value: crc64 }]
}

/** The CRC-64 of ECMA-182 takes the place of the checksum that nobody named: then it costs nothing. */
function algorithmOf({ checksum, crc64 }: BodyExpectation, otherwise: SumAlgorithm | undefined): SumAlgorithm {
  return checksum?.algorithm ?? (crc64 === true ? 'crc64ecma' : (otherwise ?? DEFAULT_CHECKSUM))
}

function wantsBoth({ checksum, crc64 }: BodyExpectation): boolean {
  return crc64 === true && checksum !== undefined
}

/** The digests of a body that is all there. What was promised is compared by `keepPromises`, when all of it came. */
export function digestsOf(
  bytes: Uint8Array,
  expect: BodyExpectation,
  md5Wanted: boolean,
  algorithm?: SumAlgorithm,
): Digests | Promise<Digests> {
  const md5 = md5Wanted || expect.md5 !== undefined ? hash('md5', bytes, 'buffer') : undefined
  const chosen = algorithmOf(expect, algorithm)
  const value = checksumOf(chosen, bytes)
  if (wantsBoth(expect)) {
    const both = Promise.all([value, checksumOf('crc64ecma', bytes)])
    return both.then(([own, crc64]) => digests(md5, chosen, own, crc64))
  }
  return value instanceof Promise ? value.then((late) => digests(md5, chosen, late)) : digests(md5, chosen, value)
}

function digests(md5: Buffer | undefined, algorithm: SumAlgorithm, value: Buffer, crc64?: Buffer): Digests {
  const checksum: BodySum = { algorithm, type: 'full-object', value }
  const found = md5 === undefined ? { checksum } : { md5, checksum }
  return crc64 === undefined ? found : { ...found, crc64 }
}

/** Compares with what was promised: `bad-digest`, `malformed-trailer`. */
export function keepPromises(
  expect: BodyExpectation,
  body: Pick<ObjectBody, 'trailer'>,
  { md5, checksum }: Digests,
): void {
  if (expect.md5 !== undefined) compare('md5', expect.md5, md5 ?? refuse({ kind: 'internal' }))
  const promised = expect.checksum
  if (promised === undefined || promised.value === 'compute') return
  const bytes = promised.value === 'trailer' ? trailerValue(body, promised.algorithm) : promised.value
  compare(promised.algorithm, bytes, checksum.value)
}

/** The digests of one body on its way in: at most an MD5 and one checksum. */
export class BodyDigests {
  readonly #expect: BodyExpectation
  readonly #algorithm: SumAlgorithm
  readonly #md5: Hash | undefined
  readonly #checksum: RunningChecksum | undefined
  readonly #crc64: RunningChecksum | undefined
  readonly #lane: DigestLane | undefined

  private constructor(
    expect: BodyExpectation,
    algorithm: SumAlgorithm,
    here: {
      readonly md5?: Hash | undefined
      readonly checksum?: RunningChecksum | undefined
      readonly crc64?: RunningChecksum | undefined
    },
    lane: DigestLane | undefined,
  ) {
    this.#expect = expect
    this.#algorithm = algorithm
    this.#md5 = here.md5
    this.#checksum = here.checksum
    this.#crc64 = here.crc64
    this.#lane = lane
  }

  static async start(thread: Pick<DigestThread, 'begin'>, wanted: DigestsWanted): Promise<BodyDigests> {
    const { expect } = wanted
    const md5 = wanted.md5 || expect.md5 !== undefined
    const algorithm = algorithmOf(expect, wanted.algorithm)
    const plan = (wanted.length ?? 0) < THREAD_FROM_BYTES ? undefined : threadPlan(md5, algorithm)
    const here = {
      md5: md5 && plan?.md5 !== true ? createHash('md5') : undefined,
      checksum: plan?.checksum === undefined ? await startChecksum(algorithm) : undefined,
      crc64: wantsBoth(expect) ? await startChecksum('crc64ecma') : undefined,
    }
    return new BodyDigests(expect, algorithm, here, plan === undefined ? undefined : thread.begin(plan))
  }

  /** A promise: the digests are behind, and the sender has to wait for them. */
  update(piece: Uint8Array): Promise<void> | undefined {
    this.#md5?.update(piece)
    this.#checksum?.update(piece)
    this.#crc64?.update(piece)
    return this.#lane?.update(piece)
  }

  /** Compares with what was promised: `bad-digest`, `malformed-trailer`. `unavailable`: the digest thread ended. */
  async finish(body: Pick<ObjectBody, 'trailer'>): Promise<Digests> {
    const elsewhere = await this.#lane?.finish()
    const md5 = this.#md5?.digest() ?? bufferOf(elsewhere?.md5)
    const value = this.#checksum?.value() ?? bufferOf(elsewhere?.checksum) ?? refuse({ kind: 'internal' })
    const found = digests(md5, this.#algorithm, value, this.#crc64?.value())
    keepPromises(this.#expect, body, found)
    return found
  }

  abandon(): void {
    this.#checksum?.abandon()
    this.#crc64?.abandon()
    this.#lane?.abandon()
  }
}

/**
 * An MD5 costs about as much as all the rest that the event loop does for a body, and the checksum goes with it: then
 * both sides have about the same to do (docs/performance.md). The cheap one stays: copying it would cost more.
 */
function threadPlan(md5: boolean, algorithm: SumAlgorithm): DigestPlan | undefined {
  const checksum = algorithm === 'crc32' ? undefined : algorithm
  if (checksum !== undefined) return { md5, checksum }
  return md5 ? { md5 } : undefined
}

function bufferOf(bytes: Uint8Array | undefined): Buffer | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes)
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

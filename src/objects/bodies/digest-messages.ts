import type { SumAlgorithm } from '../../operations/index.ts'

/** What one body wants of the digest thread. */
export interface DigestPlan {
  readonly md5: boolean
  readonly checksum?: SumAlgorithm
}

export interface BodyDigestValues {
  readonly md5?: Uint8Array
  readonly checksum?: Uint8Array
}

/** To the thread. `lane` is one body's number, `block` that of a piece of shared memory. They arrive in order. */
export type DigestRequest =
  | { readonly kind: 'begin'; readonly lane: number; readonly plan: DigestPlan }
  | {
      readonly kind: 'block'
      readonly lane: number
      readonly block: number
      readonly bytes: number
      /** With the first use of its number. */
      readonly memory?: SharedArrayBuffer
    }
  | { readonly kind: 'finish'; readonly lane: number }
  | { readonly kind: 'abandon'; readonly lane: number }
  /** The block's number is not used again. */
  | { readonly kind: 'release'; readonly block: number }

/** From the thread. */
export type DigestReply =
  /** The block was digested and wiped: it may be filled again. */
  | { readonly kind: 'free'; readonly block: number }
  | { readonly kind: 'digests'; readonly lane: number; readonly values: BodyDigestValues }

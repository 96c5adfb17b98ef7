/**
 * The segment stream: C2SP chunked-encryption v1 (c2sp.org/chunked-encryption), whatever the cipher. All segments but the
 * last are full, the last is short and may be empty, so a length has one segmentation and needs no end mark.
 */
import { refuse } from '../operations/index.ts'
import { NONCE_BYTES, type SegmentKeys } from './segment-keys.ts'
import { TAG_BYTES, type SegmentBytes } from './sizes.ts'

/** C2SP: a message has fewer than 2^38 chunks. */
export const MAX_SEGMENTS = 2 ** 38

/** The base nonce with the segment's number, big-endian, XORed into its last five bytes. */
function segmentNonce(baseNonce: Uint8Array, index: number, nonce: Buffer): Buffer {
  if (index >= MAX_SEGMENTS) throw new RangeError('a stream has too many segments')
  nonce.set(baseNonce)
  const low = index % 0x1_0000_0000
  nonce[7] = (nonce[7] ?? 0) ^ Math.floor(index / 0x1_0000_0000)
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ low) >>> 0, 8)
  return nonce
}

/** Seals pieces of any size. Holds one segment of plaintext at most, and wipes it. */
export class SegmentSealer {
  readonly #keys: SegmentKeys
  readonly #segmentBytes: SegmentBytes
  readonly #nonce = Buffer.alloc(NONCE_BYTES)
  #held: Buffer | undefined
  #heldBytes = 0
  #index = 0
  #ended = false

  constructor(keys: SegmentKeys, segmentBytes: SegmentBytes) {
    this.#keys = keys
    this.#segmentBytes = segmentBytes
  }

  /** Appends to `out` every segment that `plaintext` fills: its ciphertext, then its tag. */
  push(plaintext: Uint8Array, out: Uint8Array[]): void {
    if (this.#ended) throw new Error('a stream that ended was sealed further')
    let from = 0
    if (this.#heldBytes > 0) from = this.#hold(plaintext, 0, out)
    while (plaintext.length - from >= this.#segmentBytes) {
      this.#seal(plaintext.subarray(from, from + this.#segmentBytes), out)
      from += this.#segmentBytes
    }
    if (from < plaintext.length) this.#hold(plaintext, from, out)
  }

  /** Appends the last, short segment. */
  end(out: Uint8Array[]): void {
    if (this.#ended) throw new Error('a stream ended twice')
    this.#ended = true
    this.#seal(this.#held === undefined ? new Uint8Array() : this.#held.subarray(0, this.#heldBytes), out)
    this.#held?.fill(0)
    this.#held = undefined
  }

  /** A whole stream of one segment, without holding it. */
  sealOnly(plaintext: Uint8Array, out: Uint8Array[]): void {
    if (this.#ended || this.#index > 0 || this.#heldBytes > 0 || plaintext.length >= this.#segmentBytes) {
      throw new Error('not a stream of one segment')
    }
    this.#ended = true
    this.#seal(plaintext, out)
  }

  #hold(plaintext: Uint8Array, from: number, out: Uint8Array[]): number {
    this.#held ??= Buffer.allocUnsafeSlow(this.#segmentBytes)
    const to = Math.min(plaintext.length, from + this.#segmentBytes - this.#heldBytes)
    this.#held.set(plaintext.subarray(from, to), this.#heldBytes)
    this.#heldBytes += to - from
    if (this.#heldBytes === this.#segmentBytes) {
      this.#seal(this.#held, out)
      this.#heldBytes = 0
    }
    return to
  }

  #seal(segment: Uint8Array, out: Uint8Array[]): void {
    const nonce = segmentNonce(this.#keys.baseNonce, this.#index++, this.#nonce)
    this.#keys.cipher.seal(nonce, segment, out)
  }
}

/** Opens sealed segments from pieces of any size, beginning at one of them. Holds one sealed segment at most. */
export class SegmentOpener {
  readonly #keys: SegmentKeys
  readonly #sealedSegment: number
  readonly #nonce = Buffer.alloc(NONCE_BYTES)
  #held: Buffer | undefined
  #heldBytes = 0
  #index: number
  #broken = false

  constructor(keys: SegmentKeys, segmentBytes: SegmentBytes, firstSegment = 0) {
    this.#keys = keys
    this.#sealedSegment = segmentBytes + TAG_BYTES
    this.#index = firstSegment
  }

  /** Appends to `out` the plaintext of every full segment. Throws the `integrity` failure, and goes on throwing it. */
  push(sealed: Uint8Array, out: Uint8Array[]): void {
    let from = 0
    if (this.#heldBytes > 0) from = this.#hold(sealed, 0, out)
    while (sealed.length - from >= this.#sealedSegment) {
      out.push(this.#open(sealed.subarray(from, from + this.#sealedSegment)))
      from += this.#sealedSegment
    }
    if (from < sealed.length) this.#hold(sealed, from, out)
  }

  /** The stream ended: what is held is its last, short segment. */
  end(out: Uint8Array[]): void {
    if (this.#heldBytes < TAG_BYTES) this.#refuse()
    const last = this.#open((this.#held ?? Buffer.alloc(0)).subarray(0, this.#heldBytes))
    if (last.length > 0) out.push(last)
    this.#heldBytes = 0
    this.#broken = true
  }

  /** A whole stream of one segment, without holding it. */
  openOnly(sealed: Uint8Array): Buffer {
    if (this.#heldBytes > 0 || sealed.length < TAG_BYTES || sealed.length >= this.#sealedSegment) this.#refuse()
    const plaintext = this.#open(sealed)
    this.#broken = true
    return plaintext
  }

  /** Reading stops before the stream's end: no part of a segment may be left over. */
  stop(): void {
    if (this.#heldBytes > 0) this.#refuse()
    this.#broken = true
  }

  #hold(sealed: Uint8Array, from: number, out: Uint8Array[]): number {
    if (this.#broken) this.#refuse()
    this.#held ??= Buffer.allocUnsafeSlow(this.#sealedSegment)
    const to = Math.min(sealed.length, from + this.#sealedSegment - this.#heldBytes)
    this.#held.set(sealed.subarray(from, to), this.#heldBytes)
    this.#heldBytes += to - from
    if (this.#heldBytes === this.#sealedSegment) {
      out.push(this.#open(this.#held))
      this.#heldBytes = 0
    }
    return to
  }

  #open(segment: Uint8Array): Buffer {
    if (this.#broken) this.#refuse()
    const nonce = segmentNonce(this.#keys.baseNonce, this.#index++, this.#nonce)
    return this.#keys.cipher.open(nonce, segment) ?? this.#refuse()
  }

  #refuse(): never {
    this.#broken = true
    return refuse({ kind: 'integrity', what: 'segment' })
  }
}

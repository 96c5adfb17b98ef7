import { MAX_BATCH_BYTES, MAX_BATCH_ITEMS, MAX_KEY_BYTES, MAX_VALUE_BYTES } from './metadata-store.ts'
import { MalformedFrame, type ByteSink } from './remote-bytes.ts'

/*
 * A frame: length of the body (4 bytes, big-endian), type (1 byte), body. In the order of a connection:
 * challenge, hello, welcome, ask, outcomes, then commits one way and results the other.
 */
export const FRAME = { challenge: 1, hello: 2, welcome: 3, ask: 4, outcomes: 5, commits: 6, results: 7 } as const

export type FrameType = keyof typeof FRAME

export interface Frame {
  readonly type: FrameType
  readonly body: Buffer
}

/** One batch of the largest size, with the lengths around its items, fits. */
export const MAX_FRAME_BYTES = MAX_BATCH_BYTES + 1024 * 1024
/** One conflict that shows as many rows as a batch can check, of the largest size, fits. */
export const MAX_RESULTS_BYTES = MAX_BATCH_ITEMS * (MAX_KEY_BYTES + MAX_VALUE_BYTES + 128) + 2 * 1024 * 1024
/** Before the handshake is over, nobody needs more. */
export const MAX_GREETING_BYTES = 256
/** Batches and results are gathered into frames of about this size. */
export const FULL_FRAME_BYTES = 1024 * 1024

const HEADER_BYTES = 5
const TYPES = new Map<number, FrameType>([
  [FRAME.challenge, 'challenge'],
  [FRAME.hello, 'hello'],
  [FRAME.welcome, 'welcome'],
  [FRAME.ask, 'ask'],
  [FRAME.outcomes, 'outcomes'],
  [FRAME.commits, 'commits'],
  [FRAME.results, 'results'],
])

export function encodeFrame(type: FrameType, body: ByteSink): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES)
  header.writeUInt32BE(body.length, 0)
  header.writeUInt8(FRAME[type], 4)
  return Buffer.concat([header, ...body.pieces()])
}

/** Cuts arriving bytes into frames. Holds at most one frame and what arrived behind it. */
export class FrameReader {
  #maxBytes: number
  #pieces: Buffer[] = []
  #bytes = 0
  #needed = HEADER_BYTES

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  allow(maxBytes: number): void {
    this.#maxBytes = maxBytes
  }

  push(piece: Buffer): void {
    this.#pieces.push(piece)
    this.#bytes += piece.length
  }

  /** The next whole frame, or undefined until more bytes arrive. Throws MalformedFrame. */
  next(): Frame | undefined {
    if (this.#bytes < this.#needed) return undefined
    const all = this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces)
    if (all === undefined) return undefined
    this.#pieces = [all]
    const length = all.readUInt32BE(0)
    const type = TYPES.get(all.readUInt8(4))
    if (type === undefined) throw new MalformedFrame('an unknown type of frame')
    if (length > this.#maxBytes) throw new MalformedFrame('a frame passes its limit')
    this.#needed = HEADER_BYTES + length
    if (all.length < this.#needed) return undefined
    const rest = all.subarray(this.#needed)
    const body = all.subarray(HEADER_BYTES, this.#needed)
    this.#pieces = rest.length === 0 ? [] : [rest]
    this.#bytes = rest.length
    this.#needed = HEADER_BYTES
    return { type, body }
  }
}

import { refuse } from '../operations/index.ts'
import { equalInConstantTime } from '../secrets/index.ts'
import type { LayerKeys } from './layer-keys.ts'
import type { SealedStream } from './object-encryption.ts'
import { deriveSegmentKeys, streamHeader, type SegmentKeys } from './segment-keys.ts'
import { SegmentOpener } from './segments.ts'
import {
  COMMITMENT_BYTES,
  HEADER_BYTES,
  LARGE_SEGMENT_BYTES,
  SALT_BYTES,
  sealedLength,
  segmentRun,
  SMALL_SEGMENT_BYTES,
  type SegmentBytes,
  type SegmentRun,
} from './sizes.ts'
import { streamContext } from './stream-context.ts'

/** A record is read from JSON: its number may be any. */
const KNOWN_SEGMENTS: readonly number[] = [SMALL_SEGMENT_BYTES, LARGE_SEGMENT_BYTES]

/** What is asked of a stream: plaintext [first, first + length). */
export interface PlainRange {
  readonly first: number
  readonly length: number
}

/** For each layer, innermost first, the segments that hold the range; the last one's bytes lie in the blob. */
export function segmentRuns(stream: SealedStream, range: PlainRange): readonly SegmentRun[] {
  const runs: SegmentRun[] = []
  let total = stream.length
  let wanted = range
  for (let layer = 0; layer < stream.layers.length; layer++) {
    const run = segmentRun(total, stream.segmentBytes, wanted.first, wanted.length)
    runs.push(run)
    total = sealedLength(total, stream.segmentBytes)
    wanted = { first: run.offset, length: run.length }
  }
  return runs
}

/**
 * Opens the range, layer by layer. `keys`: the layers of the version, innermost first. Throws the `integrity` failure
 * before a byte that was not authenticated is yielded.
 */
export async function* openRange(
  keys: readonly LayerKeys[],
  sealId: Uint8Array,
  partNumber: number,
  stream: SealedStream,
  range: PlainRange,
  sealed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const openers = runOpeners(keys, sealId, partNumber, stream, range)
  if (range.length === 0 && stream.length > 0) return
  for await (const unit of sealed) for (const piece of through(openers, [unit], false)) yield piece
  for (const piece of through(openers, [], true)) yield piece
}

/** Outermost first. */
function runOpeners(
  keys: readonly LayerKeys[],
  sealId: Uint8Array,
  partNumber: number,
  stream: SealedStream,
  range: PlainRange,
): readonly RunOpener[] {
  const { segmentBytes, layers } = stream
  const known = KNOWN_SEGMENTS.includes(segmentBytes)
  const length = layers.reduce((inner) => sealedLength(inner, segmentBytes), stream.length)
  if (!known || layers.length !== keys.length || length !== stream.sealedLength) return damaged()
  const runs = segmentRuns(stream, range)
  const openers = keys.map((key, index) => {
    const run = runs[index] ?? damaged()
    const context = streamContext(sealId, partNumber, key.layer)
    const { salt, commitment } = headerFields(layers[index] ?? damaged())
    const derived = deriveSegmentKeys(key.cipher, key.stream(), segmentBytes, salt, context)
    if (!equalInConstantTime(derived.commitment, commitment)) return damaged()
    const wanted = index === 0 ? range.length : (runs[index - 1]?.length ?? damaged())
    return new RunOpener(derived, segmentBytes, run, streamHeader(salt, commitment), wanted)
  })
  return openers.reverse()
}

function headerFields(layer: SealedStream['layers'][number]): { readonly salt: Buffer; readonly commitment: Buffer } {
  const salt = Buffer.from(layer.salt, 'base64')
  const commitment = Buffer.from(layer.commitment, 'base64')
  return salt.length === SALT_BYTES && commitment.length === COMMITMENT_BYTES ? { salt, commitment } : damaged()
}

function through(openers: readonly RunOpener[], pieces: readonly Uint8Array[], ending: boolean): readonly Uint8Array[] {
  let current = pieces
  for (const opener of openers) {
    const out: Uint8Array[] = []
    for (const piece of current) opener.push(piece, out)
    if (ending) opener.end(out)
    current = out
  }
  return current
}

/** Opens the sealed bytes of one run and lets through the plaintext that was asked for. */
class RunOpener {
  readonly #opener: SegmentOpener
  readonly #run: SegmentRun
  readonly #header: Buffer
  #seen = 0
  #skip: number
  #wanted: number

  constructor(keys: SegmentKeys, segmentBytes: SegmentBytes, run: SegmentRun, header: Buffer, wanted: number) {
    this.#opener = new SegmentOpener(keys, segmentBytes, run.firstSegment)
    this.#run = run
    this.#header = header
    this.#skip = run.skip
    this.#wanted = wanted
  }

  push(sealed: Uint8Array, out: Uint8Array[]): void {
    let from = 0
    if (this.#run.header && this.#seen < HEADER_BYTES) {
      from = Math.min(sealed.length, HEADER_BYTES - this.#seen)
      const expected = this.#header.subarray(this.#seen, this.#seen + from)
      if (!equalInConstantTime(expected, sealed.subarray(0, from))) damaged()
    }
    this.#seen += sealed.length
    if (this.#seen > this.#run.length) damaged()
    const opened: Uint8Array[] = []
    this.#opener.push(from === 0 ? sealed : sealed.subarray(from), opened)
    this.#pass(opened, out)
  }

  end(out: Uint8Array[]): void {
    if (this.#seen !== this.#run.length) damaged()
    const opened: Uint8Array[] = []
    if (this.#run.toEnd) this.#opener.end(opened)
    else this.#opener.stop()
    this.#pass(opened, out)
    if (this.#wanted !== 0) damaged()
  }

  #pass(opened: readonly Uint8Array[], out: Uint8Array[]): void {
    for (const piece of opened) {
      const skipped = Math.min(this.#skip, piece.length)
      this.#skip -= skipped
      const passed = piece.subarray(skipped, skipped + this.#wanted)
      this.#wanted -= passed.length
      if (passed.length > 0) out.push(passed)
    }
  }
}

function damaged(): never {
  return refuse({ kind: 'integrity', what: 'stream' })
}

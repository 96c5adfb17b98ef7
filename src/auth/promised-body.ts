import { createHash } from 'node:crypto'
import type { IncomingBody } from '../http/index.ts'
import { refuse } from '../operations/index.ts'
import { equalInConstantTime } from '../secrets/index.ts'
import { decodeChunked, type ChunkFraming } from './signatures/sigv4-chunked.ts'
import type { PromisedBody } from './verified.ts'

/** How a body is to be read, once its promise has been understood. */
export type BodyPlan =
  /** Nothing binds the bytes. */
  | { readonly kind: 'plain' }
  /** SHA-256 of all bytes, hexadecimal. */
  | { readonly kind: 'digest'; readonly sha256: string }
  | { readonly kind: 'chunked'; readonly framing: ChunkFraming }

/** Reads `body` as `plan` says; a broken promise throws before the end, so who commits at the end commits only the truth. */
export function createPromisedBody(body: IncomingBody, plan: BodyPlan): PromisedBody {
  return new PlannedBody(body, plan)
}

const NOTHING_ANNOUNCED: readonly string[] = []

class PlannedBody implements PromisedBody {
  readonly length?: number
  readonly bound: boolean
  readonly announced: readonly string[]
  readonly #body: IncomingBody
  readonly #plan: BodyPlan
  #trailers: Map<string, string> | undefined
  #started = false

  constructor(body: IncomingBody, plan: BodyPlan) {
    this.#body = body
    this.#plan = plan
    const chunked = plan.kind === 'chunked' ? plan.framing : undefined
    const length = chunked === undefined ? body.declaredLength : chunked.decodedLength
    if (length !== undefined) this.length = length
    this.bound = plan.kind === 'digest' || chunked?.signing !== undefined
    this.announced = chunked?.announced ?? NOTHING_ANNOUNCED
  }

  read(signal: AbortSignal): AsyncIterable<Uint8Array> {
    if (this.#started) throw new Error('a body is read at most once')
    this.#started = true
    return abortable(this.#pieces(), signal)
  }

  trailer(name: string): string | undefined {
    return this.#trailers?.get(name)
  }

  #pieces(): AsyncIterable<Uint8Array> {
    const plan = this.#plan
    switch (plan.kind) {
      case 'plain':
        return this.#body.read()
      case 'digest':
        return checkDigest(this.#body.read(), plan.sha256)
      case 'chunked':
        this.#trailers = new Map()
        return decodeChunked(this.#body.read(), plan.framing, this.#trailers)
    }
  }
}

async function* checkDigest(source: AsyncIterable<Uint8Array>, sha256: string): AsyncGenerator<Uint8Array, undefined> {
  const hash = createHash('sha256')
  for await (const piece of source) {
    hash.update(piece)
    yield piece
  }
  if (!equalInConstantTime(hash.digest(), Buffer.from(sha256, 'hex'))) refuse({ kind: 'signed-digest-mismatch' })
  return undefined
}

async function* abortable(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  signal.throwIfAborted()
  for await (const piece of source) {
    signal.throwIfAborted()
    yield piece
  }
  return undefined
}

/**
 * Reads a whole body of at most `maxBytes` into memory, and returns it as a body that can be read again.
 * Undefined: it is longer.
 */
export async function readWhole(
  body: IncomingBody,
  maxBytes: number,
  signal: AbortSignal,
): Promise<{ readonly bytes: Uint8Array; readonly body: IncomingBody } | undefined> {
  if (body.declaredLength !== undefined && body.declaredLength > maxBytes) return undefined
  const pieces: Uint8Array[] = []
  let length = 0
  if (body.declaredLength !== 0) {
    for await (const piece of abortable(body.read(), signal)) {
      length += piece.length
      if (length > maxBytes) return undefined
      pieces.push(piece)
    }
  }
  const bytes = Buffer.concat(pieces, length)
  return { bytes, body: { declaredLength: length, read: () => onePiece(bytes) } }
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, undefined> {
  if (bytes.length > 0) yield bytes
  return undefined
}

/**
 * aws-chunked bodies: `hex-size[;chunk-signature=...] CRLF data CRLF ... 0[;chunk-signature=...] CRLF [trailers] CRLF`
 * (Amazon S3 API reference, "Signature calculations: transferring payload in multiple chunks", and the page on
 * trailing headers).
 *
 * A signed chunk of at most 1 MiB is held until its signature was checked. A longer one is handed on while it arrives
 * and its signature is checked at its end: the stream then throws before it ends, and who reads it commits nothing
 * until the end. No buffer is ever made from a declared size.
 */
import { createHash, type KeyObject } from 'node:crypto'
import { refuse } from '../../operations/index.ts'
import { equalInConstantTime } from '../../secrets/index.ts'
import { EMPTY_SHA256, scopeText, sha256Hex, signText, type Scope } from './sigv4.ts'
import { readTrailers } from './aws-chunked-trailers.ts'
import { WireReader } from './wire-reader.ts'

/** Signed chunks up to this size are checked before a byte of them is released. */
export const MAX_HELD_CHUNK_BYTES = 1024 * 1024
/** Every chunk but the last one with data is at least this long, as S3 asks. */
export const MIN_CHUNK_BYTES = 8 * 1024
const MAX_SIZE_DIGITS = 12
const MAX_CHUNK_LINE_BYTES = MAX_SIZE_DIGITS + ';chunk-signature='.length + 64

export interface ChunkSigning {
  readonly key: KeyObject
  /** `yyyymmddThhmmssZ` of the request. */
  readonly timestamp: string
  readonly scope: Scope
  /** The signature of the request itself. */
  readonly seed: string
}

export interface ChunkFraming {
  /** `x-amz-decoded-content-length`: exact. */
  readonly decodedLength: number
  /** Absent: `STREAMING-UNSIGNED-PAYLOAD-TRAILER`. */
  readonly signing?: ChunkSigning
  /** Absent: the form without trailers. Lower-case names. */
  readonly announced?: readonly string[]
}

interface ChunkHead {
  readonly size: number
  readonly signature: string
}

/** Decodes a body; fills `trailers` when all was read and every promise kept. */
export async function* decodeChunked(
  source: AsyncIterable<Uint8Array>,
  framing: ChunkFraming,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array, undefined> {
  const reader = new WireReader(source)
  const chain = framing.signing === undefined ? undefined : new SignatureChain(framing.signing)
  try {
    let released = 0
    for (;;) {
      const head = parseChunkHead(await reader.line(MAX_CHUNK_LINE_BYTES), chain !== undefined)
      if (head.size === 0) {
        chain?.checkChunk(EMPTY_SHA256, head.signature)
        break
      }
      const last = released + head.size === framing.decodedLength
      if (released + head.size > framing.decodedLength) {
        refuse({ kind: 'malformed-chunk', detail: 'more data than x-amz-decoded-content-length says' })
      }
      if (head.size < MIN_CHUNK_BYTES && !last) {
        refuse({ kind: 'malformed-chunk', detail: `only the last chunk may be shorter than ${MIN_CHUNK_BYTES} bytes` })
      }
      released += head.size
      yield* readChunk(reader, head, chain)
    }
    if (released !== framing.decodedLength) refuse({ kind: 'incomplete-body' })
    if (framing.announced === undefined) await reader.lineEnd()
    else {
      const found = await readTrailers(reader, framing.announced, chain)
      for (const [name, value] of found) trailers.set(name, value)
    }
    if (!(await reader.atEnd())) refuse({ kind: 'malformed-chunk', detail: 'bytes after the last chunk' })
    return undefined
  } finally {
    await reader.close()
  }
}

async function* readChunk(
  reader: WireReader,
  head: ChunkHead,
  chain: SignatureChain | undefined,
): AsyncGenerator<Uint8Array, undefined> {
  const held = chain !== undefined && head.size <= MAX_HELD_CHUNK_BYTES
  const hash = chain === undefined ? undefined : createHash('sha256')
  const pieces: Uint8Array[] = []
  for (let left = head.size; left > 0;) {
    const piece = await reader.some(left)
    left -= piece.length
    hash?.update(piece)
    if (held) pieces.push(piece)
    else yield piece
  }
  await reader.lineEnd()
  if (hash !== undefined) chain?.checkChunk(hash.digest('hex'), head.signature)
  yield* pieces
  return undefined
}

/** The size in hexadecimal, and for signed chunks exactly one extension. */
function parseChunkHead(line: string, signed: boolean): ChunkHead {
  const match = /^([0-9A-Fa-f]+)(?:;chunk-signature=([^;]*))?$/.exec(line)
  const digits = match?.[1]
  if (digits === undefined || digits.length > MAX_SIZE_DIGITS) {
    return refuse({ kind: 'malformed-chunk', detail: 'the size of a chunk is not a hexadecimal number' })
  }
  const signature = match?.[2]
  if (!signed && signature !== undefined) {
    return refuse({ kind: 'malformed-chunk', detail: 'a signed chunk in an unsigned body' })
  }
  if (signed && signature === undefined) return refuse({ kind: 'signature-does-not-match' })
  let size = 0
  for (const digit of digits.toLowerCase()) size = size * 16 + '0123456789abcdef'.indexOf(digit)
  return { size, signature: signature ?? '' }
}

/** Each signature signs the one before it: chunks can be neither swapped, nor dropped, nor taken from elsewhere. */
export class SignatureChain {
  readonly #signing: ChunkSigning
  #previous: string

  constructor(signing: ChunkSigning) {
    this.#signing = signing
    this.#previous = signing.seed
  }

  checkChunk(dataSha256: string, signature: string): void {
    this.#check('AWS4-HMAC-SHA256-PAYLOAD', `${EMPTY_SHA256}\n${dataSha256}`, signature)
  }

  /** `lines`: `name:value LF` of every trailer, in order. */
  checkTrailers(lines: string, signature: string): void {
    this.#check('AWS4-HMAC-SHA256-TRAILER', sha256Hex(Buffer.from(lines, 'latin1')), signature)
  }

  #check(algorithm: string, tail: string, signature: string): void {
    const expected = chunkSignature(this.#signing, algorithm, this.#previous, tail)
    if (!equalInConstantTime(Buffer.from(expected, 'latin1'), Buffer.from(signature, 'latin1'))) {
      refuse({ kind: 'signature-does-not-match' })
    }
    this.#previous = expected
  }
}

function chunkSignature(signing: ChunkSigning, algorithm: string, previous: string, tail: string): string {
  const scope = scopeText(signing.scope)
  return signText(signing.key, `${algorithm}\n${signing.timestamp}\n${scope}\n${previous}\n${tail}`)
}

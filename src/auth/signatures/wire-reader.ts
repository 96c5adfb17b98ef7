import { refuse, type Failure } from '../../operations/index.ts'

const CR = 0x0d
const LF = 0x0a
const LINE_TOO_LONG: Failure = { kind: 'malformed-chunk', detail: 'a line of the chunk framing is too long' }

/** Reads lines and runs of bytes from a stream of pieces, holding one piece and one line. Pieces are not copied. */
export class WireReader {
  readonly #pieces: AsyncIterator<Uint8Array>
  #piece: Uint8Array = new Uint8Array(0)
  #offset = 0

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#pieces = source[Symbol.asyncIterator]()
  }

  /** A line without its CRLF, at most `maxBytes` long. A line that is longer: `tooLong`. */
  async line(maxBytes: number, tooLong: Failure = LINE_TOO_LONG): Promise<string> {
    let text = ''
    for (;;) {
      if (!(await this.#fill())) return refuse({ kind: 'incomplete-body' })
      const end = this.#piece.indexOf(LF, this.#offset)
      const upTo = end === -1 ? this.#piece.length : end + 1
      if (text.length + upTo - this.#offset > maxBytes + 2) {
        return refuse(tooLong)
      }
      text += Buffer.from(this.#piece.buffer, this.#piece.byteOffset + this.#offset, upTo - this.#offset).toString(
        'latin1',
      )
      this.#offset = upTo
      // A lone LF is part of the line: minio-go ends its trailers with LF CR LF.
      if (text.endsWith('\r\n')) return text.slice(0, -2)
    }
  }

  /** The next bytes, at least one and at most `maxBytes`. The end of the stream: `incomplete-body`. */
  async some(maxBytes: number): Promise<Uint8Array> {
    if (!(await this.#fill())) return refuse({ kind: 'incomplete-body' })
    const end = Math.min(this.#piece.length, this.#offset + maxBytes)
    const taken = this.#piece.subarray(this.#offset, end)
    this.#offset = end
    return taken
  }

  async lineEnd(): Promise<void> {
    for (const wanted of [CR, LF]) {
      const [byte] = await this.some(1)
      if (byte !== wanted) refuse({ kind: 'malformed-chunk', detail: 'a chunk does not end where its size says' })
    }
  }

  async atEnd(): Promise<boolean> {
    return !(await this.#fill())
  }

  /** Lets the source know that nobody reads on. */
  async close(): Promise<void> {
    await this.#pieces.return?.()
  }

  async #fill(): Promise<boolean> {
    while (this.#offset >= this.#piece.length) {
      const next = await this.#pieces.next()
      if (next.done === true) return false
      this.#piece = next.value
      this.#offset = 0
    }
    return true
  }
}

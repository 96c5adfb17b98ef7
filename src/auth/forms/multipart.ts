import { FORM_LIMITS } from './form-limits.ts'
import { malformedForm, parsePartHead, type PartHead } from './part-head.ts'

const CRLF = Buffer.from('\r\n', 'latin1')
const HEAD_END = Buffer.from('\r\n\r\n', 'latin1')
const NOTHING = Buffer.alloc(0)
/** RFC 2046, 5.1.1, and what clients put between quotes. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]*[0-9A-Za-z'()+_,\-./:=?]$/

/** The boundary that a `Content-Type` names; undefined: it is no form, or names none that can be one. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !/^multipart\/form-data[ \t]*(?:;|$)/i.test(contentType)) return undefined
  const [, quoted, token] = /;[ \t]*boundary=(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? token ?? ''
  return boundary.length <= FORM_LIMITS.maxBoundaryChars && BOUNDARY.test(boundary) ? boundary : undefined
}

/**
 * A body of `multipart/form-data` (RFC 7578), part by part, no faster than its reader wants and never whole in memory.
 * Strict: no preamble, no part without a name, no end but the last boundary; everything else is `malformed-form`.
 */
export class MultipartReader {
  readonly #source: AsyncIterator<Uint8Array, unknown>
  readonly #delimiter: Buffer
  /** Read and not yet given on. The first delimiter is found as the others are: behind a line end. */
  #held: Buffer = CRLF
  #state: 'before' | 'between' | 'body' | 'ended' = 'before'

  constructor(source: AsyncIterable<Uint8Array>, boundary: string) {
    this.#source = source[Symbol.asyncIterator]()
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  }

  /** The next part; undefined behind the last one. The part before has to be read to its end. */
  async next(): Promise<PartHead | undefined> {
    if (this.#state === 'before') await this.#passFirstDelimiter()
    if (this.#state === 'ended') return undefined
    if (this.#state === 'body') throw new Error('the part before is not read to its end')
    await this.#hold(2)
    if (this.#held.toString('latin1', 0, 2) === '--') {
      this.#state = 'ended'
      return undefined
    }
    const head = await this.#readHead()
    this.#state = 'body'
    return head
  }

  /** The bytes of the part, without their boundary. */
  async *body(): AsyncGenerator<Uint8Array, undefined> {
    const delimiter = this.#delimiter
    for (;;) {
      const at = this.#held.indexOf(delimiter)
      // Whatever may be the beginning of a delimiter waits for what comes behind it.
      const sure = at < 0 ? this.#held.length - delimiter.length + 1 : at
      const piece = sure > 0 ? this.#held.subarray(0, sure) : NOTHING
      if (at >= 0) {
        this.#held = this.#held.subarray(at + delimiter.length)
        this.#state = 'between'
      } else if (sure > 0) this.#held = this.#held.subarray(sure)
      if (piece.length > 0) yield piece
      if (at >= 0) return undefined
      await this.#fill()
    }
  }

  /** Reads over what is behind the last boundary, so that the connection can go on. */
  async finish(): Promise<void> {
    let bytes = this.#held.length
    this.#held = NOTHING
    for (;;) {
      const next = await this.#source.next()
      if (next.done === true) return
      bytes += next.value.length
      if (bytes > FORM_LIMITS.maxTrailingBytes) malformedForm('Too much comes behind the file.')
    }
  }

  /** Whoever leaves early says so: the body is let go. */
  async close(): Promise<void> {
    await this.#source.return?.()
  }

  async #passFirstDelimiter(): Promise<void> {
    await this.#hold(this.#delimiter.length)
    if (this.#held.indexOf(this.#delimiter) !== 0) malformedForm('The form does not begin with its boundary.')
    this.#held = this.#held.subarray(this.#delimiter.length)
    this.#state = 'between'
  }

  async #readHead(): Promise<PartHead> {
    for (;;) {
      // The line end behind the boundary is searched too: a part may have no header at all.
      const end = this.#held.indexOf(HEAD_END)
      if (end > FORM_LIMITS.maxPartHeadBytes || (end < 0 && this.#held.length > FORM_LIMITS.maxPartHeadBytes)) {
        malformedForm('The header of a part is too long.')
      }
      if (end >= 0) {
        const lines = this.#held.toString('latin1', 0, end)
        if (!lines.startsWith('\r\n')) malformedForm('A boundary does not end its line.')
        this.#held = this.#held.subarray(end + HEAD_END.length)
        return parsePartHead(lines.slice(2))
      }
      await this.#fill()
    }
  }

  async #hold(bytes: number): Promise<void> {
    while (this.#held.length < bytes) await this.#fill()
  }

  async #fill(): Promise<void> {
    const next = await this.#source.next()
    if (next.done === true) return malformedForm('The form ends before its last boundary.')
    this.#held = this.#held.length === 0 ? asBuffer(next.value) : Buffer.concat([this.#held, next.value])
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** What came back for one request. The body is counted, and kept only where it was asked for. */
export interface Answer {
  readonly status: number
  readonly bodyBytes: number
  readonly body: Buffer | undefined
}

const HEAD_END = Buffer.from('\r\n\r\n')
const HEAD_END_NUMBER = HEAD_END.readUInt32BE()
/** What three ASCII digits read as a number are too much. */
const DIGITS_OFFSET = 48 * 111
const MAX_HEAD_BYTES = 65_536
const NOTHING = Buffer.alloc(0)

type Body =
  | { readonly kind: 'length'; left: number }
  /** `left` bytes of the chunk and its CRLF; `last` says that only the end of the trailers is missing. */
  | { readonly kind: 'chunked'; left: number; line: string; last: boolean }

/**
 * Reads answers of HTTP/1.1 from one connection, one after the other, with as little work as that takes: a load
 * generator must not be what is measured. Understands what the two servers of the benchmark send, and no more.
 */
export class AnswerReader {
  readonly #keep: boolean
  #head: Buffer = NOTHING
  #status = 0
  #body: Body | undefined
  #bodyBytes = 0
  #pieces: Buffer[] = []
  readonly #bodiless: boolean
  /** The last answer that came in one piece, and how: most of the next ones are alike. */
  #alike: { readonly bytes: number; readonly headBytes: number; readonly answer: Answer } | undefined

  /** `bodiless`: answers to HEAD, whose length names a body that does not come. */
  constructor(options: { readonly keep: boolean; readonly bodiless: boolean }) {
    this.#keep = options.keep
    this.#bodiless = options.bodiless
  }

  /**
   * Takes what arrived, and keeps nothing of the buffer; an answer when one is complete. Nothing of a next answer may
   * follow: no pipelining here.
   */
  push(data: Buffer): Answer | undefined {
    if (this.#body !== undefined) return this.#take(data)
    if (this.#head.length === 0 && this.#alike !== undefined && isAlike(data, this.#alike)) return this.#alike.answer
    const head = this.#head.length === 0 ? data : Buffer.concat([this.#head, data])
    const end = head.indexOf(HEAD_END)
    if (end < 0) {
      if (head.length > MAX_HEAD_BYTES) throw new Error('the head of an answer does not end')
      this.#head = Buffer.from(head)
      return undefined
    }
    const inOnePiece = this.#head.length === 0
    this.#head = NOTHING
    const text = head.toString('latin1', 0, end)
    const headBytes = end + HEAD_END.length
    this.#status = Number(text.slice(9, 12))
    this.#body = this.#bodiless ? { kind: 'length', left: 0 } : bodyOf(text, this.#status)
    const plain = this.#body.kind === 'length'
    const answer = this.#take(head.subarray(headBytes))
    if (inOnePiece && plain && !this.#keep && answer !== undefined) {
      this.#alike = { bytes: data.length, headBytes, answer }
    }
    return answer
  }

  #take(data: Buffer): Answer | undefined {
    const body = this.#body
    if (body === undefined) return undefined
    if (body.kind === 'length') {
      if (data.length > body.left) throw new Error('an answer is longer than it said')
      body.left -= data.length
      this.#count(data)
      return body.left === 0 ? this.#end() : undefined
    }
    return this.#takeChunks(body, data)
  }

  #takeChunks(body: Extract<Body, { kind: 'chunked' }>, data: Buffer): Answer | undefined {
    let rest = data
    while (rest.length > 0) {
      if (body.left > 2) {
        const piece = rest.subarray(0, body.left - 2)
        this.#count(piece)
        body.left -= piece.length
        rest = rest.subarray(piece.length)
      } else if (body.left > 0) {
        const skipped = Math.min(body.left, rest.length)
        body.left -= skipped
        rest = rest.subarray(skipped)
      } else {
        const newline = rest.indexOf(10)
        body.line += rest.toString('latin1', 0, newline < 0 ? rest.length : newline)
        rest = newline < 0 ? rest.subarray(rest.length) : rest.subarray(newline + 1)
        if (newline < 0) continue
        const line = body.line.trim()
        body.line = ''
        if (body.last) {
          if (line === '') return this.#end()
          continue
        }
        const size = Number(`0x${line}`)
        if (!Number.isSafeInteger(size)) throw new Error('a chunk has no size')
        if (size === 0) body.last = true
        else body.left = size + 2
      }
    }
    return undefined
  }

  #count(piece: Buffer): void {
    this.#bodyBytes += piece.length
    if (this.#keep && piece.length > 0) this.#pieces.push(Buffer.from(piece))
  }

  #end(): Answer {
    const answer: Answer = {
      status: this.#status,
      bodyBytes: this.#bodyBytes,
      body: this.#keep ? Buffer.concat(this.#pieces) : undefined,
    }
    this.#body = undefined
    this.#bodyBytes = 0
    this.#pieces = []
    return answer
  }
}

/** As long as the last one, with its status, and its head ends where that one's did: then so does its body. */
function isAlike(
  data: Buffer,
  last: { readonly bytes: number; readonly headBytes: number; readonly answer: Answer },
): boolean {
  const { bytes, headBytes, answer } = last
  if (data.length !== bytes || data.readUInt32BE(headBytes - HEAD_END.length) !== HEAD_END_NUMBER) return false
  const status = (data[9] ?? 0) * 100 + (data[10] ?? 0) * 10 + (data[11] ?? 0) - DIGITS_OFFSET
  return status === answer.status
}

function bodyOf(head: string, status: number): Body {
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return { kind: 'chunked', left: 0, line: '', last: false }
  const length = /\r\ncontent-length: *([0-9]+)/i.exec(head)?.[1]
  if (length === undefined && status !== 204) throw new Error('an answer without a length')
  return { kind: 'length', left: Number(length ?? 0) }
}

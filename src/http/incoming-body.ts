import type { IncomingMessage } from 'node:http'
import type { Framing } from './body-framing.ts'
import type { HttpLimits } from './limits.ts'
import type { IncomingBody } from './messages.ts'

/** The client went away, or stopped sending, before the body's end. */
export class BodyIncomplete extends Error {
  override readonly name = 'BodyIncomplete'
}

/** The body came more slowly than the progress rule allows. */
export class BodyStalled extends Error {
  override readonly name = 'BodyStalled'
}

/** A body as its connection sees it. */
export interface WatchedBody extends IncomingBody {
  /** Whether every byte of it has come off the wire, read or not. */
  readonly complete: boolean
  /** Ends the body with an error for its reader, present or future. After the end it does nothing. */
  fail(error: BodyIncomplete | BodyStalled): void
  /** Looks at the progress rule. Returns whether the body was failed now. */
  sweep(nowMs: number): boolean
}

const END: IteratorResult<Uint8Array, undefined> = { done: true, value: undefined }
const NOTHING: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(END), return: () => Promise.resolve(END) }),
}

/** What most requests bring: made once, because they are many. */
export const NO_BODY: WatchedBody = Object.freeze({
  declaredLength: 0,
  complete: true,
  read: () => NOTHING,
  fail: () => undefined,
  sweep: () => false,
})

export interface BodyEvents {
  /** The reader asks for the first time: now `100 Continue` may go. */
  wanted(): void
  /** The body breaks a rule of the wire that its reader cannot see; the connection answers and ends. */
  offends(reason: 'tiny-chunks' | 'trailers'): void
}

type Waiter = {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void
  readonly reject: (error: Error) => void
}

/** In trailers these could only be meant for somebody who reads them as headers (T-010). */
const NEVER_TRAILERS = new Set(['content-length', 'transfer-encoding', 'host'])

/**
 * A request's body, read at most once and no faster than its reader wants. Not the stream's own iterator, because
 * leaving that one early destroys the socket, and the refusal with it.
 */
export class ReceivedBody implements WatchedBody {
  readonly declaredLength?: number
  readonly #message: IncomingMessage
  readonly #limits: HttpLimits
  readonly #events: BodyEvents
  readonly #pieces: Uint8Array[] = []
  #buffered = 0
  #state: 'unread' | 'reading' | 'ended' | 'failed' | 'released' = 'unread'
  #failure: Error | undefined
  #waiter: Waiter | undefined
  #chunks = 0
  #received = 0
  #windowStartMs: number | undefined
  #windowReceived = 0

  constructor(message: IncomingMessage, framing: Framing, limits: HttpLimits, events: BodyEvents) {
    this.#message = message
    this.#limits = limits
    this.#events = events
    if (framing.kind === 'length') this.declaredLength = framing.length
  }

  get complete(): boolean {
    return this.#message.complete
  }

  read(): AsyncIterable<Uint8Array> {
    if (this.#state === 'failed') return { [Symbol.asyncIterator]: () => this.#iterator() }
    if (this.#state !== 'unread') throw new Error('a body is read once')
    this.#state = 'reading'
    this.#message.on('data', (piece: Uint8Array) => this.#take(piece))
    this.#message.on('end', () => this.#end())
    this.#message.on('error', () => this.fail(new BodyIncomplete('the connection broke')))
    this.#events.wanted()
    return { [Symbol.asyncIterator]: () => this.#iterator() }
  }

  fail(error: BodyIncomplete | BodyStalled): void {
    if (this.#state === 'ended' || this.#state === 'failed' || this.#state === 'released') return
    this.#state = 'failed'
    this.#failure = error
    this.#pieces.length = 0
    this.#message.pause()
    this.#waiter?.reject(error)
    this.#waiter = undefined
  }

  /**
   * The progress rule (T-015): while the reader waits, the client has to bring something in each span. Time in which
   * the reader itself was busy is not held against the client.
   */
  sweep(nowMs: number): boolean {
    if (this.#state !== 'reading') return false
    this.#windowStartMs ??= nowMs
    if (nowMs - this.#windowStartMs < this.#limits.progressMs) return false
    const slow = this.#waiter !== undefined && this.#received - this.#windowReceived < this.#limits.progressBytes
    if (slow) this.fail(new BodyStalled('the body comes too slowly'))
    this.#windowStartMs = nowMs
    this.#windowReceived = this.#received
    return slow
  }

  #iterator(): AsyncIterator<Uint8Array, undefined> {
    return { next: () => this.#next(), return: () => this.#release() }
  }

  #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    const piece = this.#pieces.shift()
    if (piece !== undefined) {
      this.#buffered -= piece.length
      if (this.#pieces.length === 0 && this.#state === 'reading') this.#message.resume()
      return Promise.resolve({ done: false, value: piece })
    }
    if (this.#state !== 'reading') return Promise.resolve(END)
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject }
    })
  }

  /** The reader leaves early: what is left stays on the wire, and the connection ends after the answer. */
  #release(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#state === 'reading') this.#state = 'released'
    this.#pieces.length = 0
    if (!this.#message.complete) this.#message.pause()
    return Promise.resolve(END)
  }

  #take(piece: Uint8Array): void {
    if (this.#state !== 'reading') return
    this.#received += piece.length
    this.#chunks += 1
    if (this.declaredLength === undefined && this.#tooFine()) {
      this.fail(new BodyIncomplete('the body comes in chunks too small'))
      this.#events.offends('tiny-chunks')
      return
    }
    const waiter = this.#waiter
    if (waiter !== undefined) {
      this.#waiter = undefined
      waiter.resolve({ done: false, value: piece })
      return
    }
    this.#pieces.push(piece)
    this.#buffered += piece.length
    if (this.#buffered >= this.#limits.bodyBufferBytes) this.#message.pause()
  }

  /** T-009: a flood of one-byte chunks costs far more than its bytes are worth. */
  #tooFine(): boolean {
    const { tinyChunkCount, tinyChunkBytes } = this.#limits
    return this.#chunks > tinyChunkCount && this.#received < this.#chunks * tinyChunkBytes
  }

  #end(): void {
    if (this.#state !== 'reading') return
    if (!this.#message.complete) {
      this.fail(new BodyIncomplete('the body ended early'))
      return
    }
    if (this.#message.rawTrailers.some((name, at) => at % 2 === 0 && NEVER_TRAILERS.has(name.toLowerCase()))) {
      this.fail(new BodyIncomplete('the trailers hold what only a header may'))
      this.#events.offends('trailers')
      return
    }
    this.#state = 'ended'
    this.#waiter?.resolve(END)
    this.#waiter = undefined
  }
}

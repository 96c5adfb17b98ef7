import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { originOf, type Peer, type TrustedProxies } from './client-address.ts'
import { Exchange, type ParsedPair } from './exchange.ts'
import { cookiesOf } from './header-fields.ts'
import { BodyIncomplete, NO_BODY, ReceivedBody, type WatchedBody } from './incoming-body.ts'
import type { HttpLimits } from './limits.ts'
import type { HttpHandler, HttpResponse } from './messages.ts'
import { bareAnswer, refusal, type Refusal, type RefusalReason } from './refusal.ts'
import { ALLOWED_METHODS, readRequestHead, type RequestHead } from './request-head.ts'
import { isWhole, prepareHead, writeResponse, writeWhole, type ResponseHead } from './response.ts'

/** What a connection needs from its edge. */
export interface ConnectionContext {
  readonly limits: HttpLimits
  readonly handler: HttpHandler
  readonly trusted: TrustedProxies
  /** Whether requests keep their cookies: the console's listener alone. */
  readonly keepsCookies: boolean
  readonly draining: () => boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMs: () => number
  readonly newRequestId: () => string
  readonly refused: (reason: RefusalReason, status: number, peer: string) => void
  readonly failed: (requestId: string, error: unknown) => void
  readonly inFlight: (change: 1 | -1) => void
}

/** How far the socket's sending was when it was last looked at. */
interface SendMark {
  readonly pending: number
  readonly handed: number
  readonly sinceMs: number
}
const NOTHING_SENT: SendMark = { pending: 0, handed: 0, sinceMs: 0 }

/**
 * One connection: one request at a time, each wait with its limit, and an end that lets the client read the last
 * answer. Node starts every pipelined request at once, swallows unread bodies without end and checks its timers every
 * 30 seconds; this class is what stands in between (T-011, T-012, T-014 to T-016).
 */
export class Connection {
  readonly #context: ConnectionContext
  readonly #socket: Socket
  readonly #peer: Peer
  readonly #waiting: ParsedPair[] = []
  /** What is being answered; an exchange only where the handler was asked. */
  #busy: IncomingMessage | undefined
  #current: Exchange | undefined
  #answering = false
  /** The answer was handed to Node whole, and is on its way to the system. */
  #finishing = false
  #newest: IncomingMessage | undefined
  /** After the current answers, a bare answer of this kind, then the end. */
  #ending: Refusal | undefined
  #lingering = false
  #overfull = false
  #headersSinceMs: number | undefined
  #idleSinceMs: number
  #idleBytes = 0
  #sendMark = NOTHING_SENT

  constructor(socket: Socket, peer: Peer, context: ConnectionContext) {
    this.#socket = socket
    this.#peer = peer
    this.#context = context
    this.#idleSinceMs = context.monotonicMs()
    this.#headersSinceMs = this.#idleSinceMs
    socket.on('close', () => this.#gone())
    // Node ends a connection this way when an answer says `close`: at once, and with a reset if the client still sends.
    socket.destroySoon = () => this.#linger()
  }

  get idle(): boolean {
    return this.#busy === undefined && this.#waiting.length === 0
  }

  /** A request whose headers are complete, in the order of the wire. */
  accept(message: IncomingMessage, out: ServerResponse): void {
    if (this.#lingering || this.#overfull || this.#ending !== undefined) return
    this.#newest = message
    if (this.#busy === undefined) {
      this.#start({ message, out })
    } else if (this.#waiting.length < this.#context.limits.pipelinedRequests) {
      this.#waiting.push({ message, out })
    } else {
      this.#overfull = true
      this.#context.refused('pipelining', 0, this.#peer.address)
      this.#socket.pause()
    }
  }

  /** Node's parser gave up, or the socket broke. */
  unreadable(error: Error & { readonly code?: string }): void {
    if (this.#lingering || this.#ending !== undefined) return
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || !this.#socket.writable) {
      this.#socket.destroy()
      return
    }
    const why = error.code === 'HPE_HEADER_OVERFLOW' ? refusal(431, 'header-bytes') : refusal(400, 'malformed')
    if (this.#busy === undefined) {
      this.refuse(why)
    } else if (this.#newest?.complete !== false) {
      // Broken bytes after requests that are whole: those are answered first.
      this.#endWith(why)
    } else if (this.#newest !== this.#busy) {
      this.#waiting.pop()
      this.#endWith(why)
    } else if (error.code === 'HPE_INVALID_EOF_STATE') {
      // The client closed its half in mid-body. It may still read the answer, which its dialect can word.
      this.#current?.body.fail(new BodyIncomplete('the client stopped sending'))
      this.#overfull = true
    } else {
      this.refuse(why)
    }
  }

  /** Answers for the edge itself and ends. Where an answer has begun, only the end is left. */
  refuse(why: Refusal, headers: readonly string[] = []): void {
    if (this.#lingering) return
    this.#context.refused(why.reason, why.status, this.#peer.address)
    this.#current?.abandon('the request broke a rule of the wire')
    if (this.#answering || !this.#socket.writable) {
      this.#socket.destroy()
      return
    }
    this.#socket.write(bareAnswer(why.status, headers))
    this.#linger()
  }

  /** Looks at every wait of this connection; called once in `sweepMs`. */
  sweep(): void {
    const { limits } = this.#context
    const nowMs = this.#context.monotonicMs()
    if (this.#lingering) return
    if (this.#busy !== undefined) {
      if (this.#current?.body.sweep(nowMs) === true) this.#context.refused('body-slow', 408, this.#peer.address)
      this.#sweepSending(nowMs)
      return
    }
    if (this.#headersSinceMs === undefined && this.#socket.bytesRead !== this.#idleBytes) this.#headersSinceMs = nowMs
    if (this.#headersSinceMs !== undefined) {
      if (nowMs - this.#headersSinceMs >= limits.headersMs) this.refuse(refusal(408, 'headers-slow'))
    } else if (nowMs - this.#idleSinceMs >= limits.idleMs) this.#linger()
  }

  /** Ends the connection between two requests; one in flight is answered first. */
  drain(): void {
    if (this.idle) this.#linger()
  }

  destroy(): void {
    this.#current?.abandon('the server stops')
    this.#socket.destroy()
  }

  #start(pair: ParsedPair): void {
    const { limits, keepsCookies } = this.#context
    this.#busy = pair.message
    this.#headersSinceMs = undefined
    this.#sendMark = NOTHING_SENT
    const head = readRequestHead(pair.message, limits, keepsCookies)
    if (head.kind === 'refusal') {
      this.refuse(head, head.status === 405 ? [`Allow: ${ALLOWED_METHODS}`] : [])
    } else if (head.kind === 'options') {
      this.#answering = true
      if (head.hasBody || this.#context.draining()) pair.out.shouldKeepAlive = false
      pair.out.writeHead(200, ['Allow', ALLOWED_METHODS, 'Content-Length', '0'])
      pair.out.end(() => this.#next())
    } else {
      if (head.last) this.#overfull = true
      this.#answer(pair, head)
    }
  }

  #answer({ message, out }: ParsedPair, head: RequestHead): void {
    const exchange = this.#exchange(message, out, head)
    this.#current = exchange
    this.#context.inFlight(1)
    this.#context.handler(exchange).then(
      (answer) => this.#send(exchange, out, answer),
      (error: unknown) => this.#failed(exchange, error),
    )
  }

  /** An answer that lies in memory goes out here and now, as almost all do; the others wait for something. */
  #send(exchange: Exchange, out: ServerResponse, answer: HttpResponse): void {
    let prepared: ResponseHead
    try {
      prepared = prepareHead(answer, exchange.method)
      if (exchange.body.complete && isWhole(prepared, this.#context.limits.sendSliceBytes)) {
        if (this.#beginAnswer(exchange, out, prepared)) {
          this.#finishing = true
          writeWhole(out, prepared, this.#finished)
        } else this.#context.inFlight(-1)
        return
      }
    } catch (error) {
      this.#finishing = false
      this.#failed(exchange, error)
      return
    }
    this.#sendSlowly(exchange, out, prepared).then(
      () => this.#context.inFlight(-1),
      (error: unknown) => this.#failed(exchange, error),
    )
  }

  async #sendSlowly(exchange: Exchange, out: ServerResponse, prepared: ResponseHead): Promise<void> {
    // A small body lies in the parser's hands until the loop turns: it need not cost the connection.
    if (!exchange.body.complete) await turnOfTheLoop()
    if (!this.#beginAnswer(exchange, out, prepared)) return
    const { sendSliceBytes: sliceBytes } = this.#context.limits
    await writeResponse(out, prepared, { signal: () => exchange.signal, sliceBytes })
    this.#next()
  }

  /** False: there is nobody left to answer. */
  #beginAnswer(exchange: Exchange, out: ServerResponse, prepared: ResponseHead): boolean {
    if (this.#lingering || this.#socket.destroyed) return false
    this.#answering = true
    if (prepared.close || this.#mustEnd(exchange)) out.shouldKeepAlive = false
    return true
  }

  /** The whole answer was handed to the system. */
  readonly #finished = (): void => {
    if (!this.#finishing) return
    this.#finishing = false
    this.#context.inFlight(-1)
    this.#next()
  }

  #failed(exchange: Exchange, error: unknown): void {
    this.#context.failed(exchange.requestId, error)
    this.#breakOff()
    this.#context.inFlight(-1)
  }

  #exchange(message: IncomingMessage, out: ServerResponse, head: RequestHead): Exchange {
    const { trusted, now, newRequestId, keepsCookies } = this.#context
    const bodiless = head.framing.kind === 'length' && head.framing.length === 0
    const body = bodiless ? NO_BODY : this.#bodyOf(message, out, head)
    const { address, secure } = originOf(this.#peer, head.headers, trusted)
    const facts = { requestId: newRequestId(), body, secure, remoteAddress: address, arrivedMs: now() }
    return new Exchange(head, keepsCookies ? { ...facts, cookies: cookiesOf(message.rawHeaders) } : facts)
  }

  #bodyOf(message: IncomingMessage, out: ServerResponse, head: RequestHead): WatchedBody {
    return new ReceivedBody(message, head.framing, this.#context.limits, {
      wanted: () => {
        if (head.expectsContinue && !this.#answering) out.writeContinue()
      },
      offends: (reason) => this.refuse(refusal(400, reason)),
    })
  }

  /** Whether this answer is the last one: its request was not read to the end, or nothing more may come. */
  #mustEnd(exchange: Exchange): boolean {
    const last = this.#waiting.length === 0 && this.#overfull
    return !exchange.body.complete || last || this.#context.draining()
  }

  /** A bug above, or a stream that failed: 500 if nothing went out yet, else a cut that nobody takes for the end. */
  #breakOff(): void {
    if (this.#socket.destroyed) return
    if (this.#answering) {
      this.#socket.destroy()
      return
    }
    if (this.#lingering) return
    this.#socket.write(bareAnswer(500))
    this.#linger()
  }

  #next(): void {
    this.#current = undefined
    this.#answering = false
    if (this.#lingering || this.#socket.destroyed) return
    const pair = this.#waiting.shift()
    if (pair !== undefined) {
      this.#start(pair)
      return
    }
    this.#busy = undefined
    this.#idleSinceMs = this.#context.monotonicMs()
    this.#idleBytes = this.#socket.bytesRead
    const ending = this.#ending
    if (ending !== undefined) {
      this.#ending = undefined
      this.refuse(ending)
    } else if (this.#context.draining()) this.#linger()
  }

  #sweepSending(nowMs: number): void {
    const { writableLength: pending, bytesWritten: handed } = this.#socket
    const mark = this.#sendMark
    if (pending === 0 || pending !== mark.pending || handed !== mark.handed) {
      this.#sendMark = { pending, handed, sinceMs: nowMs }
    } else if (nowMs - mark.sinceMs >= this.#context.limits.sendStallMs) {
      this.#context.refused('reader-slow', 0, this.#peer.address)
      this.#socket.destroy()
    }
  }

  /**
   * Sends the end, then swallows a little of what the client still sends: closing with unread bytes resets the
   * connection, and the answer with it. The parser is taken off first: what comes now is never a request.
   */
  #linger(): void {
    if (this.#lingering) return
    this.#lingering = true
    this.#waiting.length = 0
    const socket = this.#socket
    const { unreadBodyBytes, unreadBodyMs } = this.#context.limits
    socket.removeAllListeners('data')
    let swallowed = 0
    socket.on('data', (piece: Uint8Array) => {
      swallowed += piece.length
      if (swallowed > unreadBodyBytes) socket.destroy()
    })
    socket.end()
    socket.resume()
    const timer = setTimeout(() => socket.destroy(), unreadBodyMs).unref()
    socket.once('close', () => clearTimeout(timer))
  }

  #endWith(why: Refusal): void {
    this.#ending = why
    this.#socket.pause()
  }

  #gone(): void {
    if (this.#finishing) {
      this.#finishing = false
      this.#context.inFlight(-1)
    }
    this.#current?.abandon('the client went away')
    this.#waiting.length = 0
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { BodyIncomplete, type WatchedBody } from './incoming-body.ts'
import type { HttpHeaders, HttpMethod, HttpRequest } from './messages.ts'
import type { RequestHead } from './request-head.ts'

/** A request and its answer as they came from Node's parser. */
export interface ParsedPair {
  readonly message: IncomingMessage
  readonly out: ServerResponse
}

/** The one request of a connection that is being answered. */
export class Exchange implements HttpRequest {
  readonly requestId: string
  readonly method: HttpMethod
  readonly rawPath: string
  readonly rawQuery: string
  readonly hasQuery: boolean
  readonly host: HttpRequest['host']
  readonly headers: HttpHeaders
  readonly cookies?: string
  readonly body: WatchedBody
  readonly secure: boolean
  readonly remoteAddress: string
  readonly arrivedMs: number
  #abort: AbortController | undefined
  #reason: Error | undefined

  constructor(
    head: RequestHead,
    facts: {
      readonly requestId: string
      readonly body: WatchedBody
      readonly secure: boolean
      readonly remoteAddress: string
      readonly arrivedMs: number
      readonly cookies?: string | undefined
    },
  ) {
    this.requestId = facts.requestId
    this.method = head.method
    this.rawPath = head.target.rawPath
    this.rawQuery = head.target.rawQuery
    this.hasQuery = head.target.hasQuery
    this.host = head.host
    this.headers = head.headers
    this.body = facts.body
    this.secure = facts.secure
    this.remoteAddress = facts.remoteAddress
    this.arrivedMs = facts.arrivedMs
    if (facts.cookies !== undefined) this.cookies = facts.cookies
  }

  /** Made when it is first asked for: most small requests never do. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#reason !== undefined) this.#abort.abort(this.#reason)
    return this.#abort.signal
  }

  /** The client is gone, or the server stops: the handler's work has nobody to answer. */
  abandon(why: string): void {
    this.#reason ??= new BodyIncomplete(why)
    this.#abort?.abort(this.#reason)
    this.body.fail(new BodyIncomplete(why))
  }
}

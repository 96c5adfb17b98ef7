/** A request as the edge hands it on: refused already if it was ambiguous, nothing interpreted yet. */
export interface HttpRequest {
  readonly requestId: string
  readonly method: HttpMethod
  /** The path as it was sent: ASCII, percent-escapes untouched, begins with `/`. */
  readonly rawPath: string
  /** The query as it was sent, without `?`; empty when there is none. */
  readonly rawQuery: string
  readonly hasQuery: boolean
  /** `Host`, lower-cased, port cut once; empty host names are refused except in HTTP/1.0. */
  readonly host: { readonly name: string; readonly port?: number; readonly raw: string }
  readonly headers: HttpHeaders
  /** All `Cookie` lines, joined by `; `: only at a listener that was made to keep them, and nowhere else (T-141). */
  readonly cookies?: string
  readonly body: IncomingBody
  /** After the trusted-proxy rule. */
  readonly secure: boolean
  /** The peer's address, or the client's behind a trusted proxy; IPv4-mapped IPv6 as IPv4. */
  readonly remoteAddress: string
  readonly arrivedMs: number
  /** Aborted when the client goes away or the server stops. */
  readonly signal: AbortSignal
}

/**
 * What a reader beyond authentication may see of a request: exactly what the verified signature covers (of an
 * anonymous request: everything). Only `auth` makes one.
 */
export interface RequestView {
  readonly requestId: string
  readonly method: HttpMethod
  readonly rawPath: string
  /**
   * Decoded strictly from UTF-8, in the order sent; names unique when compared without case, else refused before.
   * Parameters of the signature itself are removed. `bare`: it came without `=`.
   */
  readonly query: readonly QueryParameter[]
  readonly host: HttpRequest['host']
  /** Covered headers only. A vendor-prefixed header that arrived uncovered was refused before. */
  readonly headers: HttpHeaders
  readonly secure: boolean
  readonly arrivedMs: number
  /** The service that the signature names, where it names one that the dialect shares with another. */
  readonly signedFor?: string
  /** Body length after aws-chunked decoding, where it is promised; 0 for no body. */
  readonly bodyLength?: number
  /** Present: an upload by form. Its fields are what headers are elsewhere; the body is the file alone. */
  readonly form?: FormView
}

/** What a form says, as far as its policy covers it; fields of the signature are removed. */
export interface FormView {
  /** By name in lower case; `${filename}` is the file's name already. */
  readonly fields: ReadonlyMap<string, string>
}

export interface QueryParameter {
  readonly name: string
  readonly value: string
  readonly bare: boolean
}

/** `PATCH` comes in at the console's listener only. */
export type HttpMethod = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE' | 'OPTIONS' | 'PATCH'

/** Headers by lower-case name. A header that may not repeat was refused if it did. `Cookie` never gets here. */
export interface HttpHeaders {
  get(name: string): string | undefined
  has(name: string): boolean
  /** Every name once, in the order received. */
  readonly names: readonly string[]
  /**
   * Every name once, in the order received; the values of a name that came several times are joined by commas. Names
   * lower-case; values are latin-1 text as Node gives it.
   */
  entries(): readonly (readonly [name: string, value: string])[]
}

/** The body as it is on the wire (HTTP chunking undone). Read at most once. Asking for it sends `100 Continue` where expected. */
export interface IncomingBody {
  /** `Content-Length`; absent for chunked bodies. 0 where there is none. */
  readonly declaredLength?: number
  read(): AsyncIterable<Uint8Array>
}

export interface HttpResponse {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array | OutgoingStream
}

/** A streamed answer. Its failure after the head was sent cuts the connection. */
export interface OutgoingStream {
  readonly length: number
  /** The whole of it, where it lies in memory already: it goes out with the head, in one write. */
  readonly bytes?: Uint8Array
  read(signal: AbortSignal): AsyncIterable<Uint8Array>
}

/** Never rejects for expected refusals; a rejection is answered 500 and logged. */
export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>

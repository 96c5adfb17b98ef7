/** Every bound of the edge. Sizes in bytes, waits in milliseconds; `http.<name>` in the configuration. */
export interface HttpLimits {
  /** Request line and headers of one request together. */
  readonly headerBytes: number
  readonly headerCount: number
  /** From the connection, or from the first byte of a later request, to the end of its headers. */
  readonly headersMs: number
  /** A body that is being read has to bring this much ... */
  readonly progressBytes: number
  /** ... in each span of this length. */
  readonly progressMs: number
  /** An answer of which the client takes nothing for so long is cut. */
  readonly sendStallMs: number
  /** An answer goes to the socket in pieces of at most this size. */
  readonly sendSliceBytes: number
  /** Between two requests of a connection. */
  readonly idleMs: number
  /** How much of an unread body is swallowed after the answer, so that the client can read that answer ... */
  readonly unreadBodyBytes: number
  /** ... and for how long. */
  readonly unreadBodyMs: number
  /** How much of a body is taken from the socket before its reader asks for it. */
  readonly bodyBufferBytes: number
  /** Requests that wait behind the one being answered; the connection ends after them. */
  readonly pipelinedRequests: number
  /** A chunked body may have so many chunks of any size; from then on ... */
  readonly tinyChunkCount: number
  /** ... its chunks have to hold this much on average. */
  readonly tinyChunkBytes: number
  /** Connections of one process. */
  readonly maxConnections: number
  /** Connections of one address in one process; trusted proxies are exempt. */
  readonly perAddressConnections: number
  readonly tlsHandshakeMs: number
  /** Connections that the system holds until they are accepted. */
  readonly listenBacklog: number
  /** How often waits are looked at: a wait may last that much longer. */
  readonly sweepMs: number
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = Object.freeze({
  headerBytes: 32 * 1024,
  headerCount: 200,
  headersMs: 20_000,
  progressBytes: 16 * 1024,
  progressMs: 30_000,
  sendStallMs: 60_000,
  sendSliceBytes: 256 * 1024,
  idleMs: 65_000,
  unreadBodyBytes: 64 * 1024,
  unreadBodyMs: 1_000,
  bodyBufferBytes: 256 * 1024,
  pipelinedRequests: 16,
  tinyChunkCount: 16_384,
  tinyChunkBytes: 16,
  maxConnections: 10_000,
  perAddressConnections: 2_048,
  tlsHandshakeMs: 10_000,
  listenBacklog: 1_024,
  sweepMs: 1_000,
})

import {
  createServer as createPlainServer,
  type IncomingMessage,
  type Server as PlainServer,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import { isIPv6, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { normalAddress, trustedProxies } from './client-address.ts'
import { Connection, type ConnectionContext } from './connection.ts'
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from './limits.ts'
import type { HttpHandler } from './messages.ts'
import { bareAnswer, refusal, type RefusalReason } from './refusal.ts'
import { requestIdMaker } from './request-id.ts'
import { ALLOWED_METHODS } from './request-head.ts'
import type { TlsMaterial } from './tls.ts'

/** What the edge tells: never a header, a body or a target. */
export type EdgeEvent =
  /** `status` 0: the connection was cut without an answer. `peer`: the address of the socket. */
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly status: number; readonly peer: string }
  /** The handler rejected, or its stream broke: a bug, or storage that failed in mid-answer. */
  | { readonly kind: 'failed'; readonly requestId: string; readonly error: unknown }

export interface EdgeOptions {
  readonly handler: HttpHandler
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Present: HTTPS on this port, and nothing else. */
  readonly tls?: TlsMaterial
  /** Addresses and networks whose `X-Forwarded-For` and `-Proto` count. */
  readonly trustedProxies?: readonly string[]
  readonly limits?: Partial<HttpLimits>
  /** Requests keep their cookies, apart from their headers. Without it every `Cookie` ends at the edge (T-141). */
  readonly keepsCookies?: boolean
  readonly log?: (event: EdgeEvent) => void
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** Milliseconds of a clock that never goes back; every wait is measured by it. */
  readonly monotonicMs?: () => number
  readonly newRequestId?: () => string
}

export interface EdgeAddress {
  readonly host: string
  readonly port: number
  /** `http://127.0.0.1:9000`, without a slash at the end. */
  readonly url: string
}

/** A listener with everything that stands between a socket and a handler. */
export interface Edge {
  /** Resolves when connections are accepted; rejects if the address cannot be had. Works in a cluster's workers. */
  listen(): Promise<EdgeAddress>
  /** Takes no new connection, answers what is in flight, and cuts what is left after `deadlineMs`. */
  close(deadlineMs: number): Promise<void>
  /** New certificate for new connections. */
  renewTls(tls: TlsMaterial): void
  /** `edge_rejected{reason}`: how often, since the start. */
  readonly rejected: ReadonlyMap<RefusalReason, number>
  readonly inFlight: number
  readonly connections: number
}

export function createEdge(options: EdgeOptions): Edge {
  return new ListeningEdge(options)
}

class ListeningEdge implements Edge {
  readonly rejected = new Map<RefusalReason, number>()
  inFlight = 0
  readonly #options: EdgeOptions
  readonly #limits: HttpLimits
  readonly #context: ConnectionContext
  readonly #server: PlainServer | TlsServer
  readonly #sockets = new Map<Duplex, Connection>()
  readonly #perAddress = new Map<string, number>()
  #accepted = 0
  #whenEmpty: (() => void) | undefined
  #draining = false
  #sweeper: NodeJS.Timeout | undefined

  constructor(options: EdgeOptions) {
    this.#options = options
    this.#limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits }
    this.#context = {
      limits: this.#limits,
      handler: options.handler,
      trusted: trustedProxies(options.trustedProxies ?? []),
      keepsCookies: options.keepsCookies === true,
      draining: () => this.#draining,
      now: options.now ?? Date.now,
      monotonicMs: options.monotonicMs ?? (() => performance.now()),
      newRequestId: options.newRequestId ?? requestIdMaker(),
      refused: (reason, status, peer) => this.#refused(reason, status, peer),
      failed: (requestId, error) => this.#options.log?.({ kind: 'failed', requestId, error }),
      inFlight: (change) => {
        this.inFlight += change
      },
    }
    this.#server = this.#makeServer()
  }

  get connections(): number {
    return this.#accepted
  }

  listen(): Promise<EdgeAddress> {
    const { host, port } = this.#options
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host, port, backlog: this.#limits.listenBacklog }, () => {
        this.#server.off('error', reject)
        this.#sweeper = setInterval(() => this.#sweep(), this.#limits.sweepMs).unref()
        resolve(this.#address())
      })
    })
  }

  close(deadlineMs: number): Promise<void> {
    this.#draining = true
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        for (const connection of this.#sockets.values()) connection.destroy()
      }, deadlineMs)
      const done = (): void => {
        clearTimeout(timer)
        clearInterval(this.#sweeper)
        resolve()
      }
      // Its error says only that it was not listening. A destroyed socket is still there until its `close`.
      this.#server.close(() => {
        if (this.#accepted === 0) done()
        else this.#whenEmpty = done
      })
      for (const connection of this.#sockets.values()) connection.drain()
    })
  }

  renewTls(tls: TlsMaterial): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext({ cert: tls.cert, key: tls.key })
  }

  #makeServer(): PlainServer | TlsServer {
    // Every wait is the sweep's, so Node's own are off; its parser is strict whatever the process was started with.
    const common: ServerOptions = {
      insecureHTTPParser: false,
      maxHeaderSize: this.#limits.headerBytes,
      requireHostHeader: false,
      headersTimeout: 0,
      requestTimeout: 0,
      keepAliveTimeout: 0,
      noDelay: true,
    }
    const { tls } = this.#options
    const server =
      tls === undefined
        ? createPlainServer(common)
        : createTlsServer({
            ...common,
            ...{ cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] },
            handshakeTimeout: this.#limits.tlsHandshakeMs,
          })
    server.maxHeadersCount = 0
    // A client that closes its half after the request still gets the answer.
    Object.assign(server, { httpAllowHalfOpen: true })
    server.on('connection', (socket: Socket) => this.#admit(socket, tls !== undefined))
    if (tls !== undefined) server.on('secureConnection', (socket: Socket) => this.#connect(socket, true))
    const accept = (message: IncomingMessage, out: ServerResponse): void => {
      this.#sockets.get(message.socket)?.accept(message, out)
    }
    server.on('request', accept)
    server.on('checkContinue', accept)
    server.on('checkExpectation', accept)
    server.on('connect', (message) => {
      message.socket.on('error', () => message.socket.destroy())
      this.#sockets.get(message.socket)?.refuse(refusal(405, 'method'), [`Allow: ${ALLOWED_METHODS}`])
    })
    server.on('clientError', (error: Error & { code?: string }, stream) => {
      const connection = this.#sockets.get(stream)
      if (connection !== undefined) connection.unreadable(error)
      else {
        if (tls !== undefined) this.#refused('tls', 0, '')
        stream.destroy()
      }
    })
    return server
  }

  /** Counts a connection in, or turns it away while it costs nothing yet. */
  #admit(socket: Socket, encrypted: boolean): void {
    const address = normalAddress(socket.remoteAddress ?? '') ?? ''
    const ofAddress = (this.#perAddress.get(address) ?? 0) + 1
    const crowded = ofAddress > this.#limits.perAddressConnections && !this.#context.trusted.has(address)
    const full = this.#accepted >= this.#limits.maxConnections
    if (full || crowded || this.#draining) {
      if (!this.#draining) this.#refused(full ? 'connections' : 'address-connections', encrypted ? 0 : 503, address)
      socket.on('error', () => socket.destroy())
      if (encrypted) socket.destroy()
      else socket.end(bareAnswer(503), () => socket.destroy())
      return
    }
    this.#accepted += 1
    this.#perAddress.set(address, ofAddress)
    socket.once('close', () => {
      this.#accepted -= 1
      const left = (this.#perAddress.get(address) ?? 1) - 1
      if (left > 0) this.#perAddress.set(address, left)
      else this.#perAddress.delete(address)
      if (this.#accepted === 0) this.#whenEmpty?.()
    })
    if (!encrypted) this.#connect(socket, false)
  }

  #connect(socket: Socket, encrypted: boolean): void {
    const address = normalAddress(socket.remoteAddress ?? '') ?? ''
    this.#sockets.set(
      socket,
      new Connection(socket, { address, encrypted, trusted: this.#context.trusted.has(address) }, this.#context),
    )
    socket.once('close', () => this.#sockets.delete(socket))
  }

  #sweep(): void {
    for (const connection of this.#sockets.values()) connection.sweep()
  }

  #refused(reason: RefusalReason, status: number, peer: string): void {
    this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + 1)
    this.#options.log?.({ kind: 'refused', reason, status, peer })
  }

  #address(): EdgeAddress {
    const bound = this.#server.address()
    const port = typeof bound === 'object' && bound !== null ? bound.port : this.#options.port
    const { host } = this.#options
    const scheme = this.#options.tls === undefined ? 'http' : 'https'
    return { host, port, url: `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}` }
  }
}

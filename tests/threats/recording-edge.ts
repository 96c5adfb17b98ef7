import { createHash } from 'node:crypto'
import { BodyIncomplete, BodyStalled, createEdge } from '../../src/http/index.ts'
import type { Edge, EdgeEvent, EdgeOptions, HttpRequest, HttpResponse } from '../../src/http/index.ts'
import { openRaw, type RawConnection, type RawTarget } from './raw-socket.ts'

/** What the handler saw of one request. */
export interface SeenRequest {
  readonly method: string
  readonly target: string
  readonly host: HttpRequest['host']
  readonly headers: readonly (readonly [string, string])[]
  readonly remoteAddress: string
  readonly secure: boolean
  readonly requestId: string
  /** Bytes of the body and their SHA-256, once read; the error that ended it. */
  body?: { readonly bytes: number; readonly sha256: string }
  bodyError?: string
  /** Whether the request's signal was aborted when the handler looked last. */
  aborted?: boolean
}

export interface RecordingEdge {
  readonly edge: Edge
  readonly target: RawTarget
  readonly seen: SeenRequest[]
  readonly events: EdgeEvent[]
  /** Most handlers that ran at once. */
  mostAtOnce(): number
  open(): Promise<RawConnection>
  /** Whether the edge still serves: a request on a new connection. */
  alive(): Promise<boolean>
  close(): Promise<void>
}

/** Answers by path instead of the recording default. Undefined: the default. */
export type Override = (request: HttpRequest, record: SeenRequest) => Promise<HttpResponse> | undefined

/**
 * A real edge whose handler writes down what gets through to it, reads bodies to the end, and answers 200; for
 * `/refuse` 403 without touching the body. A body that breaks is answered as the gateway does: 400 or 408.
 */
export async function startRecordingEdge(
  options: Partial<EdgeOptions> = {},
  override: Override = () => undefined,
): Promise<RecordingEdge> {
  const seen: SeenRequest[] = []
  const events: EdgeEvent[] = []
  let running = 0
  let most = 0
  const handler = async (request: HttpRequest): Promise<HttpResponse> => {
    running += 1
    most = Math.max(most, running)
    const record = recordOf(request)
    seen.push(record)
    try {
      return await (override(request, record) ?? answer(request, record))
    } finally {
      running -= 1
    }
  }
  const edge = createEdge({
    host: '127.0.0.1',
    port: 0,
    ...options,
    handler,
    limits: { sweepMs: 10, ...options.limits },
    log: (event) => events.push(event),
  })
  const { port } = await edge.listen()
  const target = { port, ...(options.tls === undefined ? {} : { ca: options.tls.cert }) }
  return {
    edge,
    target,
    seen,
    events,
    mostAtOnce: () => most,
    open: () => openRaw(target),
    alive: async () => {
      const connection = await openRaw(target)
      const { status } = await connection.send('GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n').answer()
      connection.destroy()
      seen.splice(
        seen.findIndex((record) => record.target === '/alive'),
        1,
      )
      return status === 200
    },
    close: () => edge.close(0),
  }
}

async function answer(request: HttpRequest, record: SeenRequest): Promise<HttpResponse> {
  if (request.rawPath === '/refuse') return { status: 403, headers: [], body: Buffer.from('refused') }
  try {
    record.body = await readAll(request)
  } catch (error) {
    record.bodyError = error instanceof Error ? error.name : 'unknown'
    record.aborted = request.signal.aborted
    if (error instanceof BodyIncomplete) return { status: 400, headers: [] }
    if (error instanceof BodyStalled) return { status: 408, headers: [] }
    throw error
  }
  return { status: 200, headers: [['x-target', request.rawPath]], body: Buffer.from(`${request.method} done`) }
}

export async function readAll(request: HttpRequest): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of request.body.read()) {
    hash.update(piece)
    bytes += piece.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

function recordOf(request: HttpRequest): SeenRequest {
  return {
    method: request.method,
    target: request.rawPath + (request.hasQuery ? `?${request.rawQuery}` : ''),
    host: request.host,
    headers: request.headers.entries(),
    remoteAddress: request.remoteAddress,
    secure: request.secure,
    requestId: request.requestId,
  }
}

const GIVE_UP_MS = 20_000

/** Waits for what other turns of the loop have to bring about. Rejects when it never comes. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const startedMs = performance.now()
  while (!condition()) {
    if (performance.now() - startedMs > GIVE_UP_MS) throw new Error(`it never came: ${what}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

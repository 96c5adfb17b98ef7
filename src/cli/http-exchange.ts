import { readFileSync } from 'node:fs'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { ClientConfig } from '../config/index.ts'
import { CommandFailure, EXIT } from './exit-codes.ts'

/** One request, signed already. */
export interface Exchange {
  readonly method: string
  /** Path and query as they go on the wire. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>
}

export interface Reply {
  readonly status: number
  readonly header: (name: string) => string | undefined
  readonly body: AsyncIterable<Uint8Array>
}

export type Send = (exchange: Exchange) => Promise<Reply>

const SILENCE_MS = 120_000

/** Sends over node:http or node:https to the endpoint of the configuration. No proxies, no redirects. */
export function createSend({ endpoint, caFile }: Pick<ClientConfig, 'endpoint' | 'caFile'>): Send {
  const request = endpoint.secure ? requestHttps : requestHttp
  const authority = caFile === undefined ? {} : { ca: readCa(caFile) }
  return (exchange) =>
    new Promise((resolve, reject) => {
      const outgoing = request({
        host: endpoint.host,
        port: endpoint.port,
        method: exchange.method,
        path: exchange.target,
        headers: Object.fromEntries(exchange.headers),
        agent: false,
        timeout: SILENCE_MS,
        ...authority,
      })
      outgoing.on('timeout', () => outgoing.destroy(new Error('it does not answer')))
      outgoing.on('error', (error) => reject(unreachable(endpoint.text, error)))
      outgoing.on('response', (incoming) => resolve(replyOf(incoming, endpoint.text)))
      sendBody(exchange.body, outgoing).catch((error: unknown) => {
        outgoing.destroy()
        reject(error instanceof Error ? error : new Error(String(error)))
      })
    })
}

async function sendBody(body: Exchange['body'], outgoing: ReturnType<typeof requestHttp>): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) {
    outgoing.end(body)
    return
  }
  for await (const piece of body) {
    if (outgoing.destroyed) return
    if (!outgoing.write(piece)) await drained(outgoing)
  }
  outgoing.end()
}

function drained(outgoing: ReturnType<typeof requestHttp>): Promise<void> {
  return new Promise((resolve) => {
    outgoing.once('drain', resolve)
    // A server that refuses closes the connection; its answer is read all the same.
    outgoing.once('close', resolve)
  })
}

function replyOf(incoming: IncomingMessage, endpoint: string): Reply {
  return {
    status: incoming.statusCode ?? 0,
    header: (name) => {
      const value = incoming.headers[name]
      return typeof value === 'string' ? value : value?.[0]
    },
    body: piecesOf(incoming, endpoint),
  }
}

async function* piecesOf(incoming: IncomingMessage, endpoint: string): AsyncGenerator<Uint8Array> {
  const pieces: AsyncIterable<Uint8Array> = incoming
  try {
    yield* pieces
  } catch {
    throw new CommandFailure(EXIT.away, `the answer of ${endpoint} ended before its end`)
  }
  if (!incoming.complete) throw new CommandFailure(EXIT.away, `the answer of ${endpoint} ended before its end`)
}

function unreachable(endpoint: string, error: Error): CommandFailure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message
  const certificate = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)
  return new CommandFailure(EXIT.away, `${endpoint} cannot be reached (${code}).`, {
    tries: certificate ? ['--ca-file <certificate of the server>'] : ['coffer serve', '--endpoint <url of the server>'],
  })
}

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new CommandFailure(EXIT.usage, `the file of --ca-file cannot be read`)
  }
}

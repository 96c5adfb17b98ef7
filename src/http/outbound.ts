import { lookup } from 'node:dns'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { rootCertificates } from 'node:tls'
import { isPublicAddress } from './public-address.ts'

/** Where requests of the server itself may go: named by the operator's configuration only, never by a client. */
export interface OutboundTarget {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** PEM: the only authorities that may vouch for it. Absent: those that Node ships, whatever the environment adds. */
  readonly ca?: string
  /** Refused where it is, or its name leads to, an address that is not on the public Internet (T-131): judged at each connection. */
  readonly publicOnly?: boolean
}

export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Begins with `/`. */
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

export interface OutboundAnswer {
  readonly status: number
  readonly body: Buffer
}

export interface OutboundLimits {
  /** For everything: name, connection, TLS, request and the whole answer. */
  readonly totalMs: number
  /** A longer answer is no answer. */
  readonly answerBytes: number
}

/** Nobody answered, or not in time, or with too much. Its text names the reason and nothing that was sent. */
export class OutboundFailed extends Error {
  override readonly name = 'OutboundFailed'
}

export type SendOutbound = (request: OutboundRequest) => Promise<OutboundAnswer>

/**
 * The one door for requests that the server makes. No redirect is followed, no proxy asked, no answer decompressed, no
 * connection kept (T-133, T-137).
 */
export function outboundTo(target: OutboundTarget, limits: OutboundLimits): SendOutbound {
  const publicOnly = target.publicOnly === true
  const options = {
    ...(publicOnly ? { lookup: publicLookup } : {}),
    host: target.host,
    port: target.port,
    agent: false as const,
    ...(target.secure ? { ca: target.ca ?? [...rootCertificates], rejectUnauthorized: true } : {}),
  }
  const request = target.secure ? requestHttps : requestHttp
  return ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      // A name is judged when it is looked up; an address is not looked up.
      if (publicOnly && isIP(target.host) !== 0 && !isPublicAddress(target.host)) {
        reject(new OutboundFailed(NOT_PUBLIC))
        return
      }
      const sent = [...headers, ['content-length', String(body.length)] as const]
      const outgoing = request({ ...options, method, path, headers: Object.fromEntries(sent) })
      const fail = (why: string): void => {
        clearTimeout(timer)
        outgoing.destroy()
        reject(new OutboundFailed(why))
      }
      const timer = setTimeout(() => fail('no answer in time'), limits.totalMs)
      outgoing.on('error', (error) => fail(codeOf(error)))
      outgoing.on('response', (incoming) => {
        readAll(incoming, limits.answerBytes).then(
          (answer) => {
            clearTimeout(timer)
            resolve({ status: incoming.statusCode ?? 0, body: answer })
          },
          (error: unknown) => fail(codeOf(error)),
        )
      })
      outgoing.end(body)
    })
}

const NOT_PUBLIC = 'the address is not public'

/** Looks a name up as ever, and lets none pass that leads to a place that is not public: not even beside others that are. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses
    if (error !== null) {
      callback(error, [])
      return
    }
    if (first === undefined || addresses.some(({ address }) => !isPublicAddress(address))) {
      callback(new OutboundFailed(NOT_PUBLIC), [])
      return
    }
    if (options.all === true) callback(null, addresses)
    else callback(null, first.address, first.family)
  })
}

async function readAll(incoming: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  const stream: AsyncIterable<Buffer> = incoming
  for await (const piece of stream) {
    length += piece.length
    if (length > mostBytes) throw new OutboundFailed('the answer is too long')
    pieces.push(piece)
  }
  if (!incoming.complete) throw new OutboundFailed('the answer ended before its end')
  return Buffer.concat(pieces)
}

function codeOf(error: unknown): string {
  if (error instanceof OutboundFailed) return error.message
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'connection failed'
}

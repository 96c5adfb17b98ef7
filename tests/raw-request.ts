import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { sha256Hex, signRequest } from '../src/auth/index.ts'
import { SecretBytes } from '../src/secrets/index.ts'
import { ACCESS_KEY, REGION, SECRET_KEY } from './servers.ts'

/** A request of which every byte of the head and the body is the test's own. */
export interface RawRequest {
  readonly method: string
  /** Percent-encoded, begins with `/`. */
  readonly path: string
  /** Percent-encoded, without `?`. */
  readonly query?: string
  /** The `Host` header. Default: the server's own address. The connection goes to the server, whatever it says. */
  readonly host?: string
  /** Signed, when the request is. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** Sent besides, and not signed. */
  readonly unsignedHeaders?: readonly (readonly [name: string, value: string])[]
  readonly body?: string | Uint8Array
  /** What `x-amz-content-sha256` says. Default: the digest of the body. */
  readonly payloadHash?: string
  /** Default: the root of the test account by SigV4. `nobody`: neither an `Authorization` nor an `x-amz-*` is added. */
  readonly as?: 'root' | 'nobody'
  readonly region?: string
  readonly service?: string
  /** The time that is signed. */
  readonly timeMs?: number
  readonly agent?: Agent
}

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
  /** `Code` of an error document; undefined when the body holds none. */
  readonly code: string | undefined
  /** Whether the connection had carried another request before. */
  readonly reused: boolean
}

/** The text of the first element of this name, unescaped as far as tests need it; undefined when there is none. */
export function elementText(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
  return found
    ?.replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}

/** The time that signatures carry, unless a test says another one: now, as the server's own clock is the machine's. */
function signingTime(request: RawRequest): number {
  return request.timeMs ?? Date.now()
}

/** The head of a request, as it goes on the wire. */
export function headOf(
  server: { readonly endpoint: string },
  request: RawRequest,
): readonly (readonly [string, string])[] {
  const body = bodyOf(request)
  const host = request.host ?? server.endpoint.replace(/^https?:\/\//, '')
  const given = request.headers ?? []
  const own = given.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name))
  const bodyless = request.body === undefined && /^(GET|HEAD|DELETE)$/.test(request.method)
  const length: readonly (readonly [string, string])[] = own || bodyless ? [] : [['content-length', `${body.length}`]]
  if (request.as === 'nobody') return [['host', host], ...given, ...length, ...(request.unsignedHeaders ?? [])]
  const signed = signRequest(
    {
      method: request.method,
      host,
      rawPath: request.path,
      rawQuery: request.query ?? '',
      headers: given,
      payloadHash: request.payloadHash ?? sha256Hex(body),
    },
    {
      accessKeyId: ACCESS_KEY,
      secret: new SecretBytes(Buffer.from(SECRET_KEY, 'utf8')),
      region: request.region ?? REGION,
      timeMs: signingTime(request),
      ...(request.service === undefined ? {} : { service: request.service }),
    },
  )
  return [...signed.headers, ...length, ...(request.unsignedHeaders ?? [])]
}

function bodyOf(request: RawRequest): Buffer {
  return Buffer.from(request.body ?? '')
}

/** Sends one request and reads the whole answer. */
export async function rawRequest(server: { readonly endpoint: string }, request: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(server.endpoint)
  const head = headOf(server, request).flatMap(([name, value]) => [name, value])
  const target = request.query === undefined ? request.path : `${request.path}?${request.query}`
  const agent = request.agent ?? new Agent()
  return new Promise<RawAnswer>((resolve, reject) => {
    const sent = httpRequest({ host: hostname, port, method: request.method, path: target, headers: head, agent })
    sent.once('error', reject)
    sent.once('response', (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.once('error', reject)
      response.once('end', () => {
        const body = Buffer.concat(pieces)
        const text = body.toString('utf8')
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body,
          text,
          code: elementText(text, 'Code'),
          reused: sent.reusedSocket,
        })
      })
    })
    sent.end(bodyOf(request))
  })
}

import type { ServerResponse } from 'node:http'
import { isHeaderField, isHeaderValue } from './header-fields.ts'
import type { HttpMethod, HttpResponse, OutgoingStream } from './messages.ts'
import { parseDecimal } from './strict-numbers.ts'

/** What goes out before the body. */
export interface ResponseHead {
  readonly status: number
  /** Name, value, name, value, as Node takes them. */
  readonly headers: string[]
  readonly body?: Uint8Array | OutgoingStream
  /** The handler asked for the connection's end. */
  readonly close: boolean
}

/** The edge's own: a handler that sets one of these would speak about a connection it does not know. */
const EDGE_HEADERS = new Set(['transfer-encoding', 'keep-alive', 'date', 'trailer', 'upgrade'])

type NameKind = 'plain' | 'connection' | 'length' | 'edge' | 'bad'

const nameKinds = new Map<string, NameKind>()
/** Names of answers come from our own code and from users' metadata, of which there is no end. */
const MAX_NAME_KINDS = 1_024

function kindOfName(name: string): NameKind {
  const known = nameKinds.get(name)
  if (known !== undefined) return known
  const kind = readKind(name)
  if (nameKinds.size >= MAX_NAME_KINDS) nameKinds.clear()
  nameKinds.set(name, kind)
  return kind
}

function readKind(name: string): NameKind {
  if (!isHeaderField(name, '')) return 'bad'
  const lower = name.toLowerCase()
  if (lower === 'connection') return 'connection'
  if (lower === 'content-length') return 'length'
  return EDGE_HEADERS.has(lower) ? 'edge' : 'plain'
}

/**
 * The head of an answer, checked whole before its first byte: a stored value that cannot be a header, or a length that
 * is not the body's, must not break off in the middle. Throws an `Error` that says which; it is answered 500.
 */
export function prepareHead(response: HttpResponse, method: HttpMethod): ResponseHead {
  const { status } = response
  const body = inMemory(response.body)
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new Error('an answer without a final status')
  const headers: string[] = []
  let close = false
  let declared: string | undefined
  for (const [name, value] of response.headers) {
    const kind = kindOfName(name)
    // The value stays out of the message: it may be the user's.
    if (kind === 'bad' || !isHeaderValue(value)) throw new Error(`the header ${JSON.stringify(name)} cannot be sent`)
    if (kind === 'plain') headers.push(name, value)
    else if (kind === 'length') {
      if (declared !== undefined) throw new Error('an answer with two lengths')
      declared = value
    } else if (kind === 'connection' && value === 'close') close = true
    else throw new Error(`the header ${name} is the edge's own`)
  }
  const bodiless = status === 204 || status === 304
  const length = checkedLength(declared, body, method)
  if (!bodiless && length !== undefined) headers.push('Content-Length', String(length))
  if (body === undefined || method === 'HEAD' || bodiless || body.length === 0) return { status, headers, close }
  return { status, headers, close, body }
}

/** A stream that lies in memory is sent as what it is: bytes, with the head. */
function inMemory(body: HttpResponse['body']): HttpResponse['body'] {
  if (body === undefined || body instanceof Uint8Array || body.bytes === undefined) return body
  if (body.bytes.length !== body.length) throw new Error('a stream whose bytes are not as long as it says')
  return body.bytes
}

/** HEAD keeps the length of the body it does not send; otherwise what is said has to be what is sent. */
function checkedLength(
  declared: string | undefined,
  body: Uint8Array | OutgoingStream | undefined,
  method: HttpMethod,
): number | undefined {
  const actual = body?.length ?? (method === 'HEAD' ? undefined : 0)
  if (declared === undefined) return actual
  const said = parseDecimal(declared, { min: 0, max: Number.MAX_SAFE_INTEGER })
  if (said === undefined) throw new Error('an answer with an unreadable length')
  if (method !== 'HEAD' && said !== actual) throw new Error('an answer whose length is not that of its body')
  return said
}

/** Whether the whole answer can be handed to Node in one go; then `writeWhole` does it. */
export function isWhole(head: ResponseHead, sliceBytes: number): boolean {
  return head.body === undefined || (head.body instanceof Uint8Array && head.body.length <= sliceBytes)
}

/** Up to this size a body goes out as text of one character a byte: then Node writes head and body in one piece. */
const JOINED_BODY_BYTES = 12 * 1024

/** Writes an answer that lies in memory. `done` is called when it was handed to the system; never if the connection goes. */
export function writeWhole(out: ServerResponse, head: ResponseHead, done: () => void): void {
  out.writeHead(head.status, head.headers)
  const { body } = head
  if (!(body instanceof Uint8Array)) out.end(done)
  else if (body.length > JOINED_BODY_BYTES) out.end(body, done)
  else out.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1', done)
}

/**
 * Writes the whole answer and resolves when the last byte was handed to the system, or when the connection is gone.
 * Rejects when a stream failed, fell short or overran after the head: then the caller cuts the connection, so that a
 * part is never taken for the whole.
 */
export async function writeResponse(
  out: ServerResponse,
  head: ResponseHead,
  options: { readonly signal: () => AbortSignal; readonly sliceBytes: number },
): Promise<void> {
  out.writeHead(head.status, head.headers)
  const { body } = head
  if (body === undefined) return ended(out)
  if (body instanceof Uint8Array) await writePiece(out, body, options.sliceBytes)
  else await writeStream(out, body, options)
  return ended(out)
}

async function writeStream(
  out: ServerResponse,
  body: OutgoingStream,
  options: { readonly signal: () => AbortSignal; readonly sliceBytes: number },
): Promise<void> {
  let sent = 0
  for await (const piece of body.read(options.signal())) {
    if (out.destroyed) return
    sent += piece.length
    if (sent > body.length) throw new Error('a stream longer than it said')
    await writePiece(out, piece, options.sliceBytes)
  }
  if (sent !== body.length && !out.destroyed) throw new Error('a stream shorter than it said')
}

async function writePiece(out: ServerResponse, piece: Uint8Array, sliceBytes: number): Promise<void> {
  for (let at = 0; at < piece.length && !out.destroyed; at += sliceBytes) {
    if (!out.write(piece.subarray(at, at + sliceBytes))) await drained(out)
  }
}

function drained(out: ServerResponse): Promise<void> {
  if (out.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      out.off('drain', done)
      out.off('close', done)
      resolve()
    }
    out.on('drain', done)
    out.on('close', done)
  })
}

function ended(out: ServerResponse): Promise<void> {
  if (out.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    out.once('close', resolve)
    out.end(resolve)
  })
}

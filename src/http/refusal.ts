import { STATUS_CODES } from 'node:http'

/** Why the edge turned something away; the label of the counter `edge_rejected`. */
export type RefusalReason =
  | 'malformed'
  | 'version'
  | 'method'
  | 'target'
  | 'host'
  | 'repeated-header'
  | 'header-bytes'
  | 'header-count'
  | 'content-length'
  | 'transfer-encoding'
  | 'expectation'
  | 'headers-slow'
  | 'body-slow'
  | 'reader-slow'
  | 'tiny-chunks'
  | 'trailers'
  | 'pipelining'
  | 'connections'
  | 'address-connections'
  | 'tls'

/** A request that never gets to the handler. */
export interface Refusal {
  readonly kind: 'refusal'
  readonly status: 400 | 405 | 408 | 417 | 431 | 500 | 501 | 503 | 505
  readonly reason: RefusalReason
}

export function refusal(status: Refusal['status'], reason: RefusalReason): Refusal {
  return { kind: 'refusal', status, reason }
}

/** The whole of a bare answer: nobody is known yet, so there is no dialect to speak and nothing to explain. */
export function bareAnswer(status: number, headers: readonly string[] = []): string {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Date: ${new Date().toUTCString()}`,
    'Connection: close',
    'Content-Length: 0',
    ...headers,
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

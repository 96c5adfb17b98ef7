import { refuse } from '../operations/index.ts'
import { UNSIGNED_PAYLOAD } from './signatures/sigv4.ts'

/** What `x-amz-content-sha256` says of a body. Nothing else decides how a body is read (T-058). */
export type PayloadPromise =
  | { readonly kind: 'unsigned' }
  /** The whole body's SHA-256, 64 lower-case hexadecimal digits. */
  | { readonly kind: 'digest'; readonly sha256: string }
  /** aws-chunked; `signed`: each chunk carries a signature; `trailer`: trailers follow the last chunk. */
  | { readonly kind: 'chunked'; readonly signed: boolean; readonly trailer: boolean }

const SHA256_TEXT = /^[0-9a-f]{64}$/
const HEADER = 'x-amz-content-sha256'

/** From the value of the header (or of the signed query parameter). Another value: `invalid-argument`. */
export function parsePayloadPromise(text: string): PayloadPromise {
  switch (text) {
    case UNSIGNED_PAYLOAD:
      return { kind: 'unsigned' }
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
      return { kind: 'chunked', signed: true, trailer: false }
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return { kind: 'chunked', signed: true, trailer: true }
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return { kind: 'chunked', signed: false, trailer: true }
    case 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD':
    case 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER':
      return refuse({ kind: 'not-implemented', detail: 'chunks signed with ECDSA (SigV4A)', header: HEADER })
    default:
      if (SHA256_TEXT.test(text)) return { kind: 'digest', sha256: text }
      return refuse({
        kind: 'invalid-argument',
        argument: HEADER,
        value: text.slice(0, 64),
        detail:
          'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, one of the STREAMING words, or a SHA-256 in hexadecimal',
      })
  }
}

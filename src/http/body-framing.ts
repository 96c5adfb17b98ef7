import type { HttpHeaders } from './messages.ts'
import { refusal, type Refusal } from './refusal.ts'
import { parseDecimal } from './strict-numbers.ts'

/** How long the body says it is. */
export type Framing = { readonly kind: 'length'; readonly length: number } | { readonly kind: 'chunked' }

/**
 * RFC 9112, 6: one way to find the end of a body, or none at all. `chunked` is the only coding, alone, and of HTTP/1.1
 * only; a length is decimal digits in their one spelling (T-001, T-002). Some of this Node's parser refuses before; it
 * is decided here again, so that no parser option softens it.
 */
export function readFraming(headers: HttpHeaders, version: '1.0' | '1.1'): Framing | Refusal {
  const coding = headers.get('transfer-encoding')
  const length = headers.get('content-length')
  if (coding !== undefined) {
    if (length !== undefined || version === '1.0') return refusal(400, 'transfer-encoding')
    return coding.toLowerCase() === 'chunked' ? { kind: 'chunked' } : refusal(501, 'transfer-encoding')
  }
  if (length === undefined) return { kind: 'length', length: 0 }
  const bytes = parseDecimal(length, { min: 0, max: Number.MAX_SAFE_INTEGER })
  return bytes === undefined ? refusal(400, 'content-length') : { kind: 'length', length: bytes }
}

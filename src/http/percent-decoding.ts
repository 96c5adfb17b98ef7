import { isUtf8 } from 'node:buffer'

export interface PercentDecoding {
  /** `+` means a space (form encoding, query strings of S3). Default: it means itself. */
  readonly plusIsSpace?: boolean
  /** NUL may occur in the result. Default: it makes the text undecodable. */
  readonly allowNul?: boolean
}

const PERCENT = 0x25
const PLUS = 0x2b
// Nothing to decode and nothing to check: the common case by far.
const PLAIN = /^[\x01-\x24\x26-\x2a\x2c-\x7f]*$/

/**
 * Percent-decoding to bytes (RFC 3986, 2.1). Characters up to U+00FF are taken as the byte they are, as Node hands out
 * header values. Undefined: an escape that is not `%` and two hexadecimal digits, a character above U+00FF, or NUL.
 */
export function decodePercentBytes(text: string, rule: PercentDecoding = {}): Uint8Array | undefined {
  const bytes = Buffer.alloc(text.length)
  let length = 0
  for (let at = 0; at < text.length; at++) {
    let code = text.charCodeAt(at)
    if (code === PERCENT) {
      code = hexDigit(text.charCodeAt(at + 1)) * 16 + hexDigit(text.charCodeAt(at + 2))
      at += 2
    } else if (code === PLUS && rule.plusIsSpace === true) {
      code = 0x20
    }
    if (!(code >= 0 && code <= 0xff)) return undefined
    if (code === 0 && rule.allowNul !== true) return undefined
    bytes[length++] = code
  }
  return bytes.subarray(0, length)
}

/**
 * Percent-decoding to text, strictly: the decoded bytes have to be UTF-8 (no surrogates, no overlong forms, nothing
 * cut). Never U+FFFD: two different bad names must not meet in one row. Undefined where it cannot be decoded.
 */
export function decodePercent(text: string, rule: PercentDecoding = {}): string | undefined {
  if (PLAIN.test(text)) return text
  const bytes = decodePercentBytes(text, rule)
  if (bytes === undefined || !isUtf8(bytes)) return undefined
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}

/** The value of a hexadecimal digit's character code; NaN for anything else. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  if (code >= 0x41 && code <= 0x46) return code - 0x41 + 10
  if (code >= 0x61 && code <= 0x66) return code - 0x61 + 10
  return Number.NaN
}

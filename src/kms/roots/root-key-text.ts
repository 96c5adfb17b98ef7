import { SecretBytes } from '../../secrets/index.ts'
import { KEY_BYTES } from '../wraps/committing-wrap.ts'

/**
 * A root key as text: 32 bytes in standard base64, 44 characters, one line end at most. Read and written byte by byte,
 * since a string that held the key could not be wiped.
 */

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const PAD = 0x3d
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const TEXT_BYTES = 44
/** The text with the longest line end; whatever is longer is no root key. */
export const MAX_ROOT_KEY_TEXT_BYTES = TEXT_BYTES + 2

/** Undefined: not a root key in this form (also: 32 equal bytes, which nobody drew at random). */
export function parseRootKey(text: Uint8Array): SecretBytes | undefined {
  let length = text.length
  if (text[length - 1] === LINE_FEED) length--
  if (length === TEXT_BYTES + 1 && text[length - 1] === CARRIAGE_RETURN) length--
  if (length !== TEXT_BYTES || text[TEXT_BYTES - 1] !== PAD) return undefined
  const key = Buffer.alloc(KEY_BYTES + 1)
  for (let group = 0; group < TEXT_BYTES / 4; group++) {
    let bits = 0
    for (let index = 0; index < 4; index++) {
      const at = group * 4 + index
      const digit = at === TEXT_BYTES - 1 ? 0 : ALPHABET.indexOf(text[at] ?? 0)
      if (digit < 0) {
        key.fill(0)
        return undefined
      }
      bits = (bits << 6) | digit
    }
    key.writeUIntBE(bits, group * 3, 3)
  }
  const bytes = Uint8Array.from(key.subarray(0, KEY_BYTES))
  // The bits behind the 32nd byte are zero in the one spelling that counts.
  const good = key[KEY_BYTES] === 0 && bytes.some((byte) => byte !== bytes[0])
  key.fill(0)
  if (good) return new SecretBytes(bytes)
  bytes.fill(0)
  return undefined
}

/** The text of a root key, with a line end. The caller wipes it. */
export function rootKeyText(key: SecretBytes): Buffer {
  const text = Buffer.alloc(TEXT_BYTES + 1, PAD)
  key.expose((bytes) => {
    for (let at = 0; at < TEXT_BYTES - 1; at++) {
      const bit = at * 6
      const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0)
      text[at] = ALPHABET[(pair >> (10 - (bit & 7))) & 63] ?? 0
    }
  })
  text[TEXT_BYTES] = LINE_FEED
  return text
}

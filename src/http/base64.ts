/**
 * Base64 with one spelling for each value (RFC 4648, 4, and 3.5): standard alphabet, full padding, zero spare bits,
 * nothing around it. Undefined for every other spelling: Node's decoder takes them all and skips junk (T-103).
 */
export function decodeBase64Strict(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

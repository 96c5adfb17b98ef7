/** The little of DER (X.690) that a certificate needs: each function returns one whole element. */

const TAGS = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** Tag, length in its shortest form (8.1.3, 10.1), content. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content])
  const length: number[] = []
  for (let rest = content.length; rest > 0; rest >>>= 8) length.unshift(rest & 0xff)
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length, ...length), content])
}

export function sequence(...items: readonly Uint8Array[]): Buffer {
  return element(TAGS.sequence, ...items)
}

export function set(...items: readonly Uint8Array[]): Buffer {
  return element(TAGS.set, ...items)
}

/** A positive integer from big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  const digits = bytes.subarray(start)
  return (digits[0] ?? 0) >= 0x80 ? element(TAGS.integer, Buffer.of(0), digits) : element(TAGS.integer, digits)
}

export function boolean(value: boolean): Buffer {
  return element(TAGS.boolean, Buffer.of(value ? 0xff : 0))
}

export function octetString(bytes: Uint8Array): Buffer {
  return element(TAGS.octetString, bytes)
}

/** `unusedBits` of the last byte do not count. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return element(TAGS.bitString, Buffer.of(unusedBits), bytes)
}

export function utf8String(text: string): Buffer {
  return element(TAGS.utf8String, Buffer.from(text, 'utf8'))
}

/** From its arcs, `[1, 2, 840, ...]` (8.19). */
export function objectIdentifier(arcs: readonly number[]): Buffer {
  const [first = 0, second = 0, ...rest] = arcs
  return element(TAGS.objectIdentifier, Buffer.from([first * 40 + second, ...rest].flatMap(base128)))
}

/** RFC 5280, 4.1.2.5: two digits of the year until 2049, four from 2050. */
export function time(timeMs: number): Buffer {
  const text = `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`
  if (text < '2050') return element(TAGS.utcTime, Buffer.from(text.slice(2), 'latin1'))
  return element(TAGS.generalizedTime, Buffer.from(text, 'latin1'))
}

/** A context-specific element: constructed around whole elements, or primitive around bare bytes. */
export function tagged(number: number, form: 'constructed' | 'primitive', ...contents: readonly Uint8Array[]): Buffer {
  return element((form === 'constructed' ? 0xa0 : 0x80) | number, ...contents)
}

function base128(arc: number): number[] {
  const digits = [arc & 0x7f]
  for (let rest = arc >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80)
  return digits
}

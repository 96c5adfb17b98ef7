/**
 * What a `Range` header asks for, before the object's size is known. `first` and `last` are both inclusive. Numbers too
 * large to count are the largest safe integer: beyond every object, so the meaning stays.
 */
export type RequestedRange =
  /** Absent `last`: to the end. */
  | { readonly kind: 'from'; readonly first: number; readonly last?: number }
  /** The last `length` bytes; 0 can never be satisfied. */
  | { readonly kind: 'suffix'; readonly length: number }

const ONE_RANGE = /^bytes=([0-9]*)-([0-9]*)$/i
/** More digits than any number with a meaning: longer texts are not looked at. */
const MAX_RANGE_CHARS = 100

/**
 * One byte range (RFC 9110, 14.1.2). Several ranges, other units and malformed texts are `ignored`, which means the
 * whole object (T-165).
 */
export function parseByteRange(text: string): RequestedRange | 'ignored' {
  if (text.length > MAX_RANGE_CHARS) return 'ignored'
  const fields = ONE_RANGE.exec(text)
  if (fields === null) return 'ignored'
  const [, first = '', last = ''] = fields
  if (first === '') return last === '' ? 'ignored' : { kind: 'suffix', length: clamped(last) }
  if (last === '') return { kind: 'from', first: clamped(first) }
  const range = { kind: 'from', first: clamped(first), last: clamped(last) } as const
  return range.first > range.last ? 'ignored' : range
}

function clamped(digits: string): number {
  return Math.min(Number.parseInt(digits, 10), Number.MAX_SAFE_INTEGER)
}

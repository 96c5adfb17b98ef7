import type { Piece } from './template.ts'

/** A pattern made ready. Matching takes time in proportion to the text, however many stars there are. */
export type Glob =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'prefix'; readonly text: string }
  | { readonly kind: 'segments'; readonly segments: readonly Segment[]; readonly leastCharacters: number }

/** What stands between two stars. */
interface Segment {
  readonly units: readonly number[]
  /** For segments without `?`: how far the search falls back (Knuth, Morris, Pratt). */
  readonly fallbacks?: readonly number[]
  /** For segments with `?`: which places a character fits, a bit each (shift-and, Baeza-Yates and Gonnet). */
  readonly fits?: Fits
}

interface Fits {
  readonly words: number
  readonly byUnit: ReadonlyMap<number, Int32Array>
  readonly anyUnit: Int32Array
}

/** Counts the steps of matching: tests hold them against a bound. */
export interface Work {
  steps: number
}

const ANY_ONE = -1
const WORD_BITS = 32

/** Pieces without variables; a variable matches nothing. */
export function globOf(pieces: readonly Piece[]): Glob {
  const [first, second] = pieces
  if (first === undefined) return { kind: 'exact', text: '' }
  if (pieces.every((piece) => piece.kind === 'text')) {
    return { kind: 'exact', text: pieces.map((piece) => piece.text).join('') }
  }
  if (pieces.length === 1 && first.kind === 'run') return { kind: 'prefix', text: '' }
  if (pieces.length === 2 && first.kind === 'text' && second?.kind === 'run') {
    return { kind: 'prefix', text: first.text }
  }
  const segments: number[][] = [[]]
  for (const piece of pieces) {
    if (piece.kind === 'run') segments.push([])
    else segments.at(-1)?.push(...(piece.kind === 'text' ? unitsOf(piece.text) : [ANY_ONE]))
  }
  const leastCharacters = segments.reduce((sum, units) => sum + units.length, 0)
  return { kind: 'segments', segments: segments.map(segmentOf), leastCharacters }
}

/** Characters as code points, so that `?` is one character whatever its plane. */
export function unitsOf(text: string): readonly number[] {
  const units: number[] = []
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.codePointAt(at) ?? 0
    units.push(unit)
    if (unit > 0xffff) at += 1
  }
  return units
}

export function matchesGlob(glob: Glob, text: string, work?: Work): boolean {
  switch (glob.kind) {
    case 'exact':
      return glob.text === text
    case 'prefix':
      return text.startsWith(glob.text)
    case 'segments':
      if (glob.leastCharacters > text.length) return false
      return matchesSegments(glob.segments, unitsOf(text), work ?? { steps: 0 })
  }
}

function matchesSegments(segments: readonly Segment[], text: readonly number[], work: Work): boolean {
  const first = segments[0]
  const last = segments.at(-1)
  if (first === undefined || last === undefined) return false
  if (segments.length === 1) return first.units.length === text.length && standsAt(first, text, 0, work)
  const end = text.length - last.units.length
  if (end < first.units.length || !standsAt(first, text, 0, work) || !standsAt(last, text, end, work)) return false
  let at = first.units.length
  // The leftmost place is always the best one: what is left for the rest is longest.
  for (const segment of segments.slice(1, -1)) {
    const found = find(segment, text, at, end, work)
    if (found < 0) return false
    at = found + segment.units.length
  }
  return at <= end
}

function standsAt({ units }: Segment, text: readonly number[], at: number, work: Work): boolean {
  work.steps += units.length
  return units.every((unit, index) => unit === ANY_ONE || unit === text[at + index])
}

/** The first place in [from, end) where the whole segment stands, or -1. */
function find(segment: Segment, text: readonly number[], from: number, end: number, work: Work): number {
  if (segment.units.length === 0) return from
  if (segment.fits !== undefined) return findByShifting(segment, segment.fits, text, from, end, work)
  const { units, fallbacks = [] } = segment
  let matched = 0
  for (let at = from; at < end; at += 1) {
    while (matched > 0 && units[matched] !== text[at]) {
      matched = fallbacks[matched - 1] ?? 0
      work.steps += 1
    }
    if (units[matched] === text[at]) matched += 1
    work.steps += 1
    if (matched === units.length) return at + 1 - matched
  }
  return -1
}

function findByShifting(
  { units }: Segment,
  { words, byUnit, anyUnit }: Fits,
  text: readonly number[],
  from: number,
  end: number,
  work: Work,
): number {
  const state = new Int32Array(words)
  const lastWord = words - 1
  const lastBit = 1 << ((units.length - 1) % WORD_BITS)
  for (let at = from; at < end; at += 1) {
    const fits = byUnit.get(text[at] ?? ANY_ONE) ?? anyUnit
    let carry = 1
    for (let word = 0; word < words; word += 1) {
      const before = state[word] ?? 0
      state[word] = ((before << 1) | carry) & (fits[word] ?? 0)
      carry = before >>> (WORD_BITS - 1)
    }
    work.steps += words
    if (((state[lastWord] ?? 0) & lastBit) !== 0) return at + 1 - units.length
  }
  return -1
}

function segmentOf(units: readonly number[]): Segment {
  return units.includes(ANY_ONE) ? { units, fits: fitsOf(units) } : { units, fallbacks: fallbacksOf(units) }
}

function fallbacksOf(units: readonly number[]): readonly number[] {
  const fallbacks = [0]
  let matched = 0
  for (let at = 1; at < units.length; at += 1) {
    while (matched > 0 && units[matched] !== units[at]) matched = fallbacks[matched - 1] ?? 0
    if (units[matched] === units[at]) matched += 1
    fallbacks.push(matched)
  }
  return fallbacks
}

function fitsOf(units: readonly number[]): Fits {
  const words = Math.ceil(units.length / WORD_BITS)
  const anyUnit = new Int32Array(words)
  units.forEach((unit, at) => {
    if (unit === ANY_ONE) setBit(anyUnit, at)
  })
  const byUnit = new Map<number, Int32Array>()
  units.forEach((unit, at) => {
    const bits = byUnit.get(unit) ?? anyUnit.slice()
    if (unit !== ANY_ONE) byUnit.set(unit, bits)
    setBit(bits, at)
  })
  return { words, byUnit, anyUnit }
}

function setBit(bits: Int32Array, at: number): void {
  const word = Math.floor(at / WORD_BITS)
  bits[word] = (bits[word] ?? 0) | (1 << (at % WORD_BITS))
}

/** A text with wildcards and variables in it, read once. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** `?`: any one character. */
  | { readonly kind: 'one' }
  /** `*`: any characters, or none. */
  | { readonly kind: 'run' }
  /** `${key}` or `${key, 'fallback'}`; the key in lower case. */
  | { readonly kind: 'variable'; readonly key: string; readonly fallback?: string }

export interface TemplateRules {
  /** Whether `${...}` means something: only in documents of version 2012-10-17. */
  readonly variables: boolean
  /** Whether `*` and `?` mean something. */
  readonly wildcards: boolean
}

/** `${*}`, `${?}` and `${$}` stand for the characters themselves (IAM User Guide, policy variables). */
const LITERALS = new Set(['*', '?', '$'])
const VARIABLE_NAME = /^[A-Za-z0-9-]+:[^\s,'{}$]+$/
const VARIABLE_WITH_FALLBACK = /^([^,]+), ?'([^']*)'$/

/** The pieces of a text, or undefined where a variable does not end or has no name. */
export function piecesOf(text: string, rules: TemplateRules): readonly Piece[] | undefined {
  const pieces: Piece[] = []
  let literal = ''
  const flush = (): void => {
    if (literal !== '') pieces.push({ kind: 'text', text: literal })
    literal = ''
  }
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (rules.variables && character === '$' && text[at + 1] === '{') {
      const end = text.indexOf('}', at)
      const inside = end < 0 ? undefined : variableOf(text.slice(at + 2, end))
      if (inside === undefined) return undefined
      if (typeof inside === 'string') literal += inside
      else {
        flush()
        pieces.push(inside)
      }
      at = end
    } else if (rules.wildcards && (character === '*' || character === '?')) {
      flush()
      pieces.push({ kind: character === '*' ? 'run' : 'one' })
    } else literal += character
  }
  flush()
  return pieces
}

/** A literal character, or a variable, or undefined: neither. */
function variableOf(inside: string): string | Piece | undefined {
  if (LITERALS.has(inside)) return inside
  const [, name, fallback] = VARIABLE_WITH_FALLBACK.exec(inside) ?? []
  const key = (name ?? inside).trim()
  if (!VARIABLE_NAME.test(key)) return undefined
  const piece = { kind: 'variable', key: key.toLowerCase() } as const
  return fallback === undefined ? piece : { ...piece, fallback }
}

/** The pieces between the colons of the text itself, in at most `fields` fields; the last keeps its colons. */
export function splitAtColons(pieces: readonly Piece[], fields: number): readonly (readonly Piece[])[] {
  const split: Piece[][] = [[]]
  let current: Piece[] = split[0] ?? []
  for (const piece of pieces) {
    if (piece.kind !== 'text') {
      current.push(piece)
      continue
    }
    let rest = piece.text
    while (split.length < fields) {
      const colon = rest.indexOf(':')
      if (colon < 0) break
      if (colon > 0) current.push({ kind: 'text', text: rest.slice(0, colon) })
      current = []
      split.push(current)
      rest = rest.slice(colon + 1)
    }
    if (rest !== '') current.push({ kind: 'text', text: rest })
  }
  return split
}

export function hasVariables(pieces: readonly Piece[]): boolean {
  return pieces.some((piece) => piece.kind === 'variable')
}

/** The pieces with the variables' values in their places, as texts that mean only themselves; undefined where one is missing. */
export function fill(
  pieces: readonly Piece[],
  valueOf: (key: string) => readonly string[] | undefined,
): readonly Piece[] | undefined {
  const filled: Piece[] = []
  for (const piece of pieces) {
    if (piece.kind !== 'variable') {
      filled.push(piece)
      continue
    }
    const values = valueOf(piece.key)
    // A key with several values has none that could stand here.
    const text = values?.length === 1 ? values[0] : piece.fallback
    if (text === undefined) return undefined
    filled.push({ kind: 'text', text })
  }
  return filled
}

import { globOf, matchesGlob, type Glob, type Work } from './glob.ts'
import { fill, hasVariables, piecesOf, splitAtColons, type Piece, type TemplateRules } from './template.ts'

/** `arn`, partition, service, region, account, and everything else: wildcards stay within their field. */
const ARN_FIELDS = 6

/** A pattern for ARNs, made ready as far as its variables allow. */
export type ArnPattern =
  | { readonly kind: 'everything' }
  | { readonly kind: 'fields'; readonly fields: readonly Glob[] }
  | { readonly kind: 'variables'; readonly fields: readonly (readonly Piece[])[] }

/** `count`: fields between colons. Undefined: it is neither `*` nor has so many. */
export function arnPatternOf(text: string, variables: boolean, count = ARN_FIELDS): ArnPattern | undefined {
  if (text === '*') return { kind: 'everything' }
  const rules: TemplateRules = { variables, wildcards: true }
  const pieces = piecesOf(text, rules)
  const fields = pieces === undefined ? [] : splitAtColons(pieces, count)
  if (fields.length !== count) return undefined
  if (fields.some(hasVariables)) return { kind: 'variables', fields }
  return { kind: 'fields', fields: fields.map(globOf) }
}

/** Undefined: a variable has no value, and nothing can be said. */
export function fillArnPattern(
  pattern: ArnPattern,
  valueOf: (key: string) => readonly string[] | undefined,
): ArnPattern | undefined {
  if (pattern.kind !== 'variables') return pattern
  const fields: Glob[] = []
  for (const field of pattern.fields) {
    const filled = fill(field, valueOf)
    if (filled === undefined) return undefined
    fields.push(globOf(filled))
  }
  return { kind: 'fields', fields }
}

/** The six fields of an ARN; undefined: it is none. */
export function arnFieldsOf(text: string): readonly string[] | undefined {
  const fields: string[] = []
  let from = 0
  while (fields.length < ARN_FIELDS - 1) {
    const colon = text.indexOf(':', from)
    if (colon < 0) return undefined
    fields.push(text.slice(from, colon))
    from = colon + 1
  }
  return [...fields, text.slice(from)]
}

/** `fields`: undefined for what is no ARN; only `*` matches that. A pattern with variables has to be filled before. */
export function matchesArn(pattern: ArnPattern, fields: readonly string[] | undefined, work?: Work): boolean {
  switch (pattern.kind) {
    case 'everything':
      return true
    case 'variables':
      return false
    case 'fields':
      return fields !== undefined && matchesFields(pattern.fields, fields, work)
  }
}

/** From the last field on: the names of resources differ, what stands before them is mostly the same. */
function matchesFields(globs: readonly Glob[], fields: readonly string[], work?: Work): boolean {
  for (let at = fields.length - 1; at >= 0; at -= 1) {
    const [glob, text] = [globs[at], fields[at]]
    if (glob === undefined || text === undefined || !matchesGlob(glob, text, work)) return false
  }
  return true
}

import type { QueryParameter } from './messages.ts'
import { decodePercent } from './percent-decoding.ts'

/** More parameters than any operation of any dialect takes (T-029). */
export const MAX_QUERY_PARAMETERS = 100

export interface QueryRule {
  /** S3 and the other XML dialects: yes. Where a vendor takes `+` literally: no. */
  readonly plusIsSpace: boolean
}

export type QueryProblem = 'too-many-parameters' | 'undecodable' | 'repeated-name'

export type ParsedQuery =
  | { readonly kind: 'parameters'; readonly parameters: readonly QueryParameter[] }
  /** `name` as it was sent, where one name is to blame. */
  | { readonly kind: 'problem'; readonly problem: QueryProblem; readonly name?: string }

/**
 * The one reading of a query string: `&` separates (a semicolon does not), the first `=` ends the name, empty pieces
 * are nothing. Names are unique when ASCII letters are compared without case, else it is a problem (T-030).
 */
export function parseQuery(rawQuery: string, rule: QueryRule): ParsedQuery {
  const parameters: QueryParameter[] = []
  if (rawQuery === '') return { kind: 'parameters', parameters }
  // One more than allowed is enough to know: a flood is not split further.
  const pieces = rawQuery.split('&', MAX_QUERY_PARAMETERS + 1)
  if (pieces.length > MAX_QUERY_PARAMETERS) return { kind: 'problem', problem: 'too-many-parameters' }
  const seen = new Set<string>()
  for (const piece of pieces) {
    if (piece === '') continue
    const equals = piece.indexOf('=')
    const rawName = equals < 0 ? piece : piece.slice(0, equals)
    const name = decodePercent(rawName, rule)
    const value = equals < 0 ? '' : decodePercent(piece.slice(equals + 1), rule)
    if (name === undefined || value === undefined) return { kind: 'problem', problem: 'undecodable', name: rawName }
    const folded = lowerCaseAscii(name)
    if (seen.has(folded)) return { kind: 'problem', problem: 'repeated-name', name: rawName }
    seen.add(folded)
    parameters.push({ name, value, bare: equals < 0 })
  }
  return { kind: 'parameters', parameters }
}

const ASCII = /^[\x00-\x7f]*$/

/** Lower case for A to Z alone: `toLowerCase` would turn the Kelvin sign into `k`. */
export function lowerCaseAscii(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

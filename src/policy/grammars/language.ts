import type { Condition, Grammar, PolicyUse, PrincipalEntry, Vocabulary } from '../document.ts'
import type { JsonValue } from '../../operations/index.ts'

export type Operator = Pick<Condition, 'operator' | 'negated' | 'ifExists' | 'quantifier'> & {
  /** The value is the beginning, or the end, of what is meant. */
  readonly affix?: 'start' | 'end'
}

/** What a vendor's policy language has of its own; what all have in common is read by `readStatements`. */
export interface Language {
  readonly grammar: Grammar
  readonly vocabulary: Vocabulary
  readonly uses: readonly PolicyUse[]
  /** The first is meant where the document names none, if that is allowed. */
  readonly versions: readonly [string, ...string[]]
  readonly versionRequired: boolean
  /** Element names have one spelling, or none counts: then they are compared in lower case. */
  readonly foldsElements: boolean
  /** In the spelling of this language, or in lower case where that does not count. */
  readonly documentElements: readonly string[]
  readonly statementElements: readonly string[]
  readonly effects: ReadonlyMap<string, 'allow' | 'deny'>
  readonly resourcesRequired: boolean
  /** A pattern as it is compared with names; undefined: it is none of the language. */
  readonly actionOf: (text: string) => string | undefined
  readonly resourceOf: (text: string) => string | undefined
  readonly operatorOf: (name: string) => Operator | undefined
  /** The canonical key, in lower case; undefined: it means nothing here. */
  readonly keyOf: (name: string) => string | undefined
  readonly principalsOf?: (value: JsonValue, element: string) => readonly PrincipalEntry[]
  /** For policies of buckets: the pattern of the bucket's name in a resource. */
  readonly bucketOf?: (resource: string) => string
}

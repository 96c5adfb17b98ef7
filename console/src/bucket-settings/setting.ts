import type { SentenceId } from '../words/en/sentences.ts'
import type { Words } from '../words/use-words.tsx'
import type { Concept } from '../words/vocabulary.ts'

/** One entry of a form. `lines`: several values, one a line. */
export interface Field {
  readonly name: string
  readonly label: SentenceId
  readonly hint?: SentenceId
  readonly kind: 'text' | 'lines' | 'number' | 'flag' | 'choice'
  readonly options?: readonly FieldOption[]
}

export interface FieldOption {
  readonly value: string
  /** Absent: the value itself, where it is a name of the wire that everybody knows. */
  readonly label?: SentenceId
}

/** What was typed: numbers too are text until they are read. `flag` is `true` or the empty text. */
export type Draft = Readonly<Record<string, string>>

/** What a vendor's page calls one setting of a bucket, and how a form becomes its document and back. */
export interface Setting<Value extends object> {
  /** The last piece of its path. */
  readonly path: string
  readonly title: Concept
  readonly help: SentenceId
  readonly fields: readonly Field[]
  /** The document is a list of alike rules; absent: one. */
  readonly list?: { readonly most: number }
  /** Never put: what to begin with is one draft, or no rule. */
  readonly draftsOf: (value: Value | undefined) => readonly Draft[]
  /** Throws `DraftProblem`. `before`: for what a form has no field for, and keeps. */
  readonly bodyOf: (drafts: readonly Draft[], before: Value | undefined) => object
  /** One line for each thing that holds. */
  readonly lines: (value: Value, words: Words) => readonly string[]
  readonly removable: boolean
}

/** What is wrong with a draft, as a sentence. */
export class DraftProblem extends Error {
  readonly sentence: SentenceId

  constructor(sentence: SentenceId) {
    super(sentence)
    this.sentence = sentence
  }
}

export function linesOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** A whole number, or nothing where nothing was typed. */
export function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined
  if (!/^\d{1,10}$/.test(text.trim())) throw new DraftProblem('draftNumber')
  return Number(text.trim())
}

/** A text, or nothing where nothing was typed. */
export function textOf(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text
}

export function needed(text: string | undefined): string {
  const value = textOf(text?.trim())
  if (value === undefined) throw new DraftProblem('fieldNeeded')
  return value
}

/** The members that are there. */
export function given<Members extends object>(
  members: Members,
): { [Name in keyof Members]?: NonNullable<Members[Name]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
}

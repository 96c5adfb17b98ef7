import { globOf, matchesGlob } from './glob.ts'
import { piecesOf } from './template.ts'

const RULES = { variables: false, wildcards: true }

/** Whether a text fits a pattern of `*` and `?`, whole. Takes time in proportion to the text, however many stars there are. */
export function wildcard(pattern: string): (text: string) => boolean {
  const glob = globOf(piecesOf(pattern, RULES) ?? [])
  return (text) => matchesGlob(glob, text)
}

import type { Vocabulary } from '../words/vocabulary.ts'

export type NameProblem =
  'nameCharacters' | 'nameCharactersDots' | 'nameLength' | 'nameEnds' | 'nameAddress' | 'nameDirectory'

const LEAST = 3
const MOST = 63
/** `--`, a zone of up to 15 characters, and `--x-s3`. */
const ZONE_AND_END_CHARS = 23

/** What is wrong with a bucket's name in a vendor's rules, or nothing. OSS and COS know no dots. */
export function nameProblem(name: string, vocabulary: Vocabulary): NameProblem | undefined {
  const dots = vocabulary === 's3' || vocabulary === 'obs'
  if (!(dots ? /^[a-z0-9.-]*$/ : /^[a-z0-9-]*$/).test(name)) return dots ? 'nameCharactersDots' : 'nameCharacters'
  if (name.length < LEAST || name.length > MOST) return 'nameLength'
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return 'nameEnds'
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name) || /\.\.|-\.|\.-/.test(name)) return 'nameAddress'
  if (name.endsWith('--x-s3')) return 'nameDirectory'
  return undefined
}

/** The name of a directory bucket before its zone and ending, which the page adds. */
export function baseNameProblem(name: string): NameProblem | undefined {
  if (!/^[a-z0-9-]*$/.test(name)) return 'nameCharacters'
  if (name.length < LEAST || name.length > MOST - ZONE_AND_END_CHARS) return 'nameLength'
  return /^[a-z0-9].*[a-z0-9]$/.test(name) ? undefined : 'nameEnds'
}

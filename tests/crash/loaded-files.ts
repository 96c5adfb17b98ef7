import { join } from 'node:path'
import { CHECKOUT } from '../checkout.ts'

/** The flags that load one of this folder's files, as it is compiled, into every process of a server. */
export function importing(file: string, parameters: Readonly<Record<string, string>>): readonly string[] {
  const path = join(CHECKOUT, 'dist', 'tests', 'crash', file)
  return ['--import', `file://${path}?${new URLSearchParams(parameters).toString()}`]
}

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** One case of a file under `vectors/`, as it stands there. */
export type VectorCase = Readonly<Record<string, unknown>>

/** `vectors/<name>.json`; looked for upwards, since tests run from the sources and from `dist`. */
export function vectorFile(name: string): VectorCase {
  const parsed: unknown = JSON.parse(readFileSync(join(vectorsDirectory(), `${name}.json`), 'utf8'))
  if (!isFields(parsed)) throw new Error(`${name} is no object`)
  return parsed
}

/** Its cases. */
export function vectorCases(name: string): readonly VectorCase[] {
  const parsed = vectorFile(name)
  const cases: unknown = parsed['cases'] ?? parsed['tests']
  if (!Array.isArray(cases)) throw new Error(`no cases in ${name}`)
  return cases.map((one: unknown) => {
    if (!isFields(one)) throw new Error(`a case of ${name} is no object`)
    return one
  })
}

function vectorsDirectory(): string {
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) {
    const directory = join(at, 'vectors')
    if (existsSync(join(directory, 'make-key-vectors.py'))) return directory
  }
  throw new Error('vectors/ was not found')
}

function isFields(value: unknown): value is VectorCase {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textOf(one: VectorCase, field: string): string {
  const value = one[field]
  if (typeof value !== 'string') throw new Error(`${field} is no text`)
  return value
}

export function hexOf(one: VectorCase, field: string): Buffer {
  const text = textOf(one, field)
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error(`${field} is not hexadecimal`)
  return Buffer.from(text, 'hex')
}

export function numberOf(one: VectorCase, field: string): number {
  const value = one[field]
  if (typeof value !== 'number') throw new Error(`${field} is no number`)
  return value
}

export function textsOf(one: VectorCase, field: string): Readonly<Record<string, string>> {
  const value = one[field]
  if (!isFields(value)) throw new Error(`${field} is no object`)
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => {
      if (typeof text !== 'string') throw new Error(`${field}.${name} is no text`)
      return [name, text]
    }),
  )
}

export function isRefused(one: VectorCase): boolean {
  return 'refused' in one
}

import { readFile } from 'node:fs/promises'
import { CommandFailure, EXIT } from '../exit-codes.ts'

/** The text of a policy, out of a file. */
export async function policyFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => fileProblem(path, error))
}

/** A file that cannot be read, in words. */
export function fileProblem(path: string, error: unknown): never {
  const why = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read'
  throw new CommandFailure(EXIT.usage, `${path}: ${why}.`)
}

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { PYTHON, PYTHON_MISSING } from '../independent-reader/run-reader.ts'
import { CHECKOUT } from '../checkout.ts'

const READER = join(CHECKOUT, 'tests', 'independent-reader', 'audit_reader.py')
const LIMIT_MS = 60_000

/** Asks the second reader, which shares no code with the server, about a proof, a ledger or the vectors. */
export function auditReader(...words: readonly string[]): { readonly code: number | null; readonly said: string } {
  if (PYTHON === undefined) throw new Error(PYTHON_MISSING)
  const ran = spawnSync(PYTHON, ['-B', READER, ...words], { encoding: 'utf8', timeout: LIMIT_MS })
  return { code: ran.status, said: `${ran.stdout}${ran.stderr}`.trim() }
}

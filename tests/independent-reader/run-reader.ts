import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { CHECKOUT } from '../checkout.ts'

/** One thing that the second reader printed: a version, an upload, or all of a directory. */
export interface Line extends VersionWords {
  readonly [field: string]: unknown
}

interface VersionWords {
  readonly bucket?: unknown
  readonly name?: unknown
  readonly versionId?: unknown
}

export interface ReaderRun {
  readonly code: number | null
  readonly lines: readonly Line[]
  readonly stdout: string
  readonly stderr: string
}

const READER = join(CHECKOUT, 'tests', 'independent-reader', 'reader.py')
const LIMIT_MS = 120_000
const OUTPUT_BYTES = 64 * 1024 * 1024
/** That of the path may be a private one without packages; the system's has what the system's packages bring. */
const INTERPRETERS = ['python3', '/usr/bin/python3']

/** A Python that can run the reader, or undefined. */
export const PYTHON = INTERPRETERS.find(
  (program) => spawnSync(program, ['-c', 'import cryptography'], { timeout: LIMIT_MS }).status === 0,
)

export const PYTHON_MISSING = 'the second reader needs python3 with the package cryptography'

/** What `test` takes: skipped without a Python, unless nothing may be skipped. */
export function readerTest(): { readonly skip?: string } {
  return PYTHON !== undefined || process.env['COFFER_TEST_REQUIRE'] === 'all' ? {} : { skip: PYTHON_MISSING }
}

export function runReader(...words: readonly string[]): ReaderRun {
  if (PYTHON === undefined) throw new Error(PYTHON_MISSING)
  // -B: the checkout is left as it is.
  const ran = spawnSync(PYTHON, ['-B', READER, ...words], {
    encoding: 'utf8',
    timeout: LIMIT_MS,
    maxBuffer: OUTPUT_BYTES,
  })
  const lines = ran.stdout.split('\n').filter((line) => line.startsWith('{'))
  return { code: ran.status, lines: lines.map(parseLine), stdout: ran.stdout, stderr: ran.stderr }
}

function parseLine(text: string): Line {
  const line: unknown = JSON.parse(text)
  if (!isLine(line)) throw new Error(`the reader printed ${text}`)
  return line
}

function isLine(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The lines of one kind. */
export function linesOf(run: ReaderRun, kind: 'version' | 'upload' | 'directory' | 'rows'): readonly Line[] {
  return run.lines.filter((line) => line['kind'] === kind)
}

/** What tells a version from all others. */
export function versionName({ bucket, name, versionId }: VersionWords): string {
  return `${String(bucket)}/${String(name)}?${String(versionId)}`
}

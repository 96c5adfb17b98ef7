import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ACCESS_KEY, SECRET_KEY } from '../servers.ts'
import { CHECKOUT } from '../checkout.ts'

/** What a command did. */
export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Besides `PATH`; nothing else is inherited. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly input?: string | Uint8Array
}

const LIMIT_MS = 60_000
export const COFFER = join(CHECKOUT, 'bin', 'coffer.js')

/** Runs `coffer` as a process of its own, without a terminal, and waits for its end. */
export function coffer(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return run(process.execPath, [COFFER, ...words], options)
}

export function run(program: string, words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd: options.cwd ?? CHECKOUT,
      env: { PATH: process.env['PATH'], TZ: 'UTC', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    })
    const pieces = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (pieces.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (pieces.stderr += text))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...pieces }))
    // A command that does not read its input may be gone before it was written.
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input ?? '')
  })
}

/** `coffer` as the root of the server at `endpoint`. */
export function clientOf(endpoint: string): (...words: readonly string[]) => Promise<Ran> {
  return (...words) => coffer(words, { env: clientEnv(endpoint) })
}

export function clientEnv(endpoint: string): Readonly<Record<string, string>> {
  return { COFFER_ENDPOINT: endpoint, COFFER_ACCESS_KEY: ACCESS_KEY, COFFER_SECRET_KEY: SECRET_KEY }
}

/** A member deep inside a JSON document. */
export function member(text: string, ...path: readonly (string | number)[]): unknown {
  let value: unknown = JSON.parse(text)
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = new Map<string, unknown>(Object.entries(value)).get(String(name))
  }
  return value
}

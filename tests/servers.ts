import { S3Client } from '@aws-sdk/client-s3'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCoffer, type RunningCoffer, type StartOptions } from '../src/start-coffer.ts'
import { CHECKOUT } from './checkout.ts'

export const ACCESS_KEY = 'CFRTESTTESTTESTTEST1'
export const SECRET_KEY = 'test-secret-0123456789-0123456789-0123456'
export const ACCOUNT = '000000000001'
export const REGION = 'us-east-1'

/** A server in this process, with nothing on a disk; SSE-C is allowed without TLS. */
export async function memoryServer(options: StartOptions = {}): Promise<RunningCoffer> {
  return startCoffer({
    accessKeyId: ACCESS_KEY,
    secretAccessKey: SECRET_KEY,
    allowInsecureSseC: true,
    ...options,
  })
}

/** The official S3 client for a server. */
export function s3Client(
  server: { readonly endpoint: string },
  more: Partial<ConstructorParameters<typeof S3Client>[0]> = {},
): S3Client {
  return new S3Client({
    region: REGION,
    endpoint: server.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
    maxAttempts: 1,
    ...more,
  })
}

/** A client whose clock goes with a server's that the test moves: signatures are judged by it. */
export function movedClient(server: { readonly endpoint: string }, now: () => number): S3Client {
  const client = s3Client(server)
  // The client corrects its clock by what answers say, which is the machine's time.
  Object.defineProperty(client.config, 'systemClockOffset', { get: () => now() - Date.now(), set: () => undefined })
  return client
}

/** A server of its own processes, on a data directory. */
export interface SpawnedCoffer {
  readonly endpoint: string
  readonly data: string
  readonly process: ChildProcess
  /** Everything it has written to its outputs. */
  output(): string
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL to the whole group. */
  kill(): Promise<void>
}

export interface SpawnOptions {
  readonly data: string
  readonly port?: number
  readonly workers?: number
  readonly env?: Readonly<Record<string, string>>
  readonly flags?: readonly string[]
  /** The directory it is started in. */
  readonly cwd?: string
  /** Flags for Node itself; every process of the server gets them. */
  readonly nodeFlags?: readonly string[]
}

const READY = /^coffer ready api=(\S+)/m
const START_LIMIT_MS = 30_000

/** Starts `coffer serve` and waits for its ready line. */
export async function spawnServer(options: SpawnOptions): Promise<SpawnedCoffer> {
  const words = [join(CHECKOUT, 'bin', 'coffer.js'), 'serve', ...(options.flags ?? [])]
  const child = spawn(process.execPath, [...(options.nodeFlags ?? []), ...words], {
    detached: true,
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      COFFER_DATA: options.data,
      COFFER_LISTEN: `127.0.0.1:${options.port ?? 0}`,
      COFFER_WORKERS: String(options.workers ?? 1),
      COFFER_ACCESS_KEY: ACCESS_KEY,
      COFFER_SECRET_KEY: SECRET_KEY,
      COFFER_ALLOW_INSECURE_SSE_C: 'on',
      ...options.env,
    },
  })
  let output = ''
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const endpoint = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ready line\n${output}`)), START_LIMIT_MS)
    const see = (data: Buffer): void => {
      output += data.toString('utf8')
      const ready = READY.exec(output)?.[1]
      if (ready === undefined) return
      clearTimeout(timer)
      resolve(ready)
    }
    child.stdout.on('data', see)
    child.stderr.on('data', see)
    void ended.then((code) => {
      clearTimeout(timer)
      reject(new Error(`the server ended with ${code}\n${output}`))
    })
  })
  return {
    endpoint,
    data: options.data,
    process: child,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM')
      const code = await ended
      refuseSecrets(output, options.env)
      return code
    },
    kill: async () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      await ended
      refuseSecrets(output, options.env)
    },
  }
}

/** Of every server of the whole suite: what it has written holds no secret that it was given (T-173). */
function refuseSecrets(output: string, env: SpawnOptions['env']): void {
  for (const secret of [SECRET_KEY, env?.['COFFER_SECRET_KEY']]) {
    if (secret !== undefined && output.includes(secret)) throw new Error('a secret is in the output of the server')
  }
}

/** A directory of this test's own; `remove` when it ends. */
export function testDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'coffer-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Every file below a directory that holds one of the needles. */
export function filesHolding(directory: string, needles: readonly Uint8Array[]): readonly string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name)
    const stats = statSync(path)
    if (stats.isDirectory()) return filesHolding(path, needles)
    if (!stats.isFile()) return []
    const bytes = readFileSync(path)
    return needles.some((needle) => bytes.includes(Buffer.from(needle))) ? [path] : []
  })
}

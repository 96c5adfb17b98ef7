import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Target } from './load-plan.ts'

/** The real server, as `coffer serve` starts it, with its default durability. */
export interface CofferProcess {
  readonly pid: number
  /** From its start until it said that it serves. */
  readonly readyMs: number
  readonly target: Target
  /** SIGTERM; resolves when it has drained and ended. */
  stop(): Promise<void>
}

const ACCESS_KEY = 'CFRBENCHBENCHBENCH01'
const SECRET_KEY = 'bench-secret-0123456789-0123456789-012345'
const REGION = 'us-east-1'
const START_LIMIT_MS = 30_000
const SAID_CHARS = 4_000
const READY = /^coffer ready api=https?:\/\/([0-9.]+):([0-9]+) /m

export interface CofferOptions {
  readonly checkout: string
  readonly data: string
  readonly workers: number
  /** HTTPS with a certificate that the server makes for itself, in `tls.pem` of its data directory. */
  readonly tls: boolean
  /** Options of Node for the server, such as `--cpu-prof`. */
  readonly nodeOptions: readonly string[]
}

export async function startCofferProcess(options: CofferOptions): Promise<CofferProcess> {
  const { checkout, data, workers, tls } = options
  const startedMs = performance.now()
  const child = spawn(process.execPath, [...options.nodeOptions, join(checkout, 'bin', 'coffer.js'), 'serve'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      COFFER_DATA: data,
      COFFER_LISTEN: '127.0.0.1:0',
      COFFER_WORKERS: String(workers),
      COFFER_ACCESS_KEY: ACCESS_KEY,
      COFFER_SECRET_KEY: SECRET_KEY,
      COFFER_REGION: REGION,
      COFFER_LOG_LEVEL: 'error',
      ...(tls ? { COFFER_TLS: 'self-signed' } : { COFFER_ALLOW_INSECURE_SSE_C: 'on' }),
    },
  })
  // A benchmark that is interrupted leaves no server behind.
  const end = (): void => {
    child.kill('SIGKILL')
  }
  process.prependOnceListener('exit', end)
  child.once('exit', () => process.off('exit', end))
  const [host, port] = await readyAddress(child)
  return {
    pid: child.pid ?? 0,
    readyMs: performance.now() - startedMs,
    target: { host, port, tls, region: REGION, accessKeyId: ACCESS_KEY, secret: SECRET_KEY },
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function readyAddress(child: ChildProcess): Promise<readonly [string, number]> {
  let output = ''
  // What it says at a first start is for people; what it said before it ended in place of starting is the reason.
  let said = ''
  child.stderr?.on('data', (data: Buffer) => {
    said = (said + data.toString('utf8')).slice(-SAID_CHARS)
  })
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error('the server was not ready in time'))
    }, START_LIMIT_MS)
    child.stdout?.on('data', (data: Buffer) => {
      output += data.toString('utf8')
      const [, host, port] = READY.exec(output) ?? []
      if (host === undefined || port === undefined) return
      clearTimeout(timer)
      resolve([host, Number(port)])
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the server ended with ${code ?? 'a signal'}: ${said}`))
    })
  })
}

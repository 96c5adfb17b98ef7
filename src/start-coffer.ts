import { environmentOf, loadConfig } from './config/index.ts'
import { createLog, startSingleProcess, type SingleProcess } from './processes/index.ts'
import { randomBytes } from './secrets/index.ts'

export interface StartOptions {
  /** Default: made up. */
  readonly accessKeyId?: string
  /** 20 to 128 printable ASCII characters without blanks and `&`. Default: made up. */
  readonly secretAccessKey?: string
  /** Default: any free one. */
  readonly port?: number
  readonly region?: string
  readonly domains?: readonly string[]
  /** Serve the console too, on any free port. */
  readonly console?: boolean
  /** Accept SSE-C without TLS. */
  readonly allowInsecureSseC?: boolean
  /** More settings, by the names of their environment variables (`COFFER_...`). */
  readonly settings?: Readonly<Record<string, string>>
  /** The server's clock, in milliseconds since 1970. */
  readonly now?: () => number
}

/** A server inside this process, with nothing on a disk. */
export interface RunningCoffer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  /** `http://127.0.0.1:<port>`, where it was asked for. */
  readonly consoleUrl?: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** The rooms behind it, for tests that look inside. */
  readonly rooms: SingleProcess['rooms']
  close(): Promise<void>
}

/**
 * Starts a truthful store inside a test run: the same engine, formats and checks as the server, over memory. Ready
 * within a second; `close` ends it.
 */
export async function startCoffer(options: StartOptions = {}): Promise<RunningCoffer> {
  const accessKeyId = options.accessKeyId ?? `CFR${randomBytes(8).toString('hex').toUpperCase()}`
  const secretAccessKey = options.secretAccessKey ?? randomBytes(20).toString('hex')
  const config = loadConfig({
    memory: true,
    flags: {},
    env: environmentOf({
      COFFER_ACCESS_KEY: accessKeyId,
      COFFER_SECRET_KEY: secretAccessKey,
      COFFER_LISTEN: `127.0.0.1:${options.port ?? 0}`,
      COFFER_CONSOLE_LISTEN: options.console === true ? '127.0.0.1:0' : 'off',
      COFFER_LOG_LEVEL: 'error',
      COFFER_ALLOW_INSECURE_SSE_C: options.allowInsecureSseC === true ? 'on' : 'off',
      ...(options.region === undefined ? {} : { COFFER_REGION: options.region }),
      ...(options.domains === undefined ? {} : { COFFER_DOMAINS: options.domains.join(',') }),
      ...options.settings,
    }),
    execArgv: [],
    file: { places: [] },
  })
  const running = await startSingleProcess(config, createLog(config.logLevel, 'server'), options.now)
  return {
    endpoint: running.url,
    ...(running.consoleUrl === undefined ? {} : { consoleUrl: running.consoleUrl }),
    region: config.region,
    accessKeyId,
    secretAccessKey,
    rooms: running.rooms,
    close: () => running.stop(),
  }
}

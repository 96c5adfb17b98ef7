import pino, { type DestinationStream, type Logger } from 'pino'
import { Writable } from 'node:stream'

/** The fields that a log line may have. Anything else does not compile: logs are an allow-list. */
export interface LogFields {
  readonly requestId?: string
  readonly operation?: string
  readonly status?: number
  readonly failure?: string
  readonly milliseconds?: number
  readonly role?: string
  readonly pid?: number
  readonly count?: number
  readonly reason?: string
  readonly stack?: string
  readonly job?: string
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Writes to standard error: sentences on a terminal, JSON lines where output is kept. */
export interface Log {
  (level: LogLevel, message: string, fields?: LogFields): void
}

/** A log on standard error that leaves out what is below `level`. */
export function createLog(level: LogLevel, role: string): Log {
  if (process.stderr.isTTY) return terminalLog(level)
  return jsonLog(pino({ level, base: { role, pid: process.pid } }, standardError()))
}

/** Synchronous, so that the last words of a dying process are not lost. */
function standardError(): DestinationStream {
  return new Writable({
    write(line: Buffer, _encoding, done) {
      process.stderr.write(line)
      done()
    },
  })
}

function jsonLog(logger: Logger): Log {
  return (level, message, fields) => logger[level](fields ?? {}, message)
}

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

function terminalLog(lowest: LogLevel): Log {
  return (level, message, fields) => {
    if (ORDER.indexOf(level) < ORDER.indexOf(lowest)) return
    const { stack, ...rest } = fields ?? {}
    const shown = Object.entries(rest).map(([name, value]) => ` ${name}=${String(value)}`)
    process.stderr.write(`coffer: ${message}${shown.join('')}\n${stack === undefined ? '' : `${stack}\n`}`)
  }
}

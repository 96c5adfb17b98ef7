import { createServer } from 'node:net'
import type { Config } from '../config/index.ts'
import { StartRefused } from './data-directory.ts'

/** How far away the port is that is proposed in place of one that is taken. */
const NEXT_PORT = 100
const LAST_PORT = 65_535

/**
 * Refuses a start whose address cannot be listened on, before anything is made: a first start that ended later would
 * have made a secret that nobody was shown.
 */
export async function demandFreeAddresses({
  listen,
  consoleListen,
}: Pick<Config, 'listen' | 'consoleListen'>): Promise<void> {
  if (
    consoleListen !== 'off' &&
    listen.port !== 0 &&
    listen.port === consoleListen.port &&
    listen.host === consoleListen.host
  ) {
    throw new StartRefused(
      `API and console cannot both listen on port ${listen.port}. Nothing was changed.`,
      'COFFER_CONSOLE_LISTEN=off coffer serve',
    )
  }
  await demandFree(listen, 'COFFER_LISTEN')
  if (consoleListen !== 'off') await demandFree(consoleListen, 'COFFER_CONSOLE_LISTEN')
}

async function demandFree({ host, port }: Config['listen'], setting: string): Promise<void> {
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject)
      probe.listen({ host, port, exclusive: true }, () => resolve())
    })
  } catch (error) {
    throw refusalOf(error, host, port, setting)
  } finally {
    await new Promise((resolve) => probe.close(resolve))
  }
}

function refusalOf(error: unknown, host: string, port: number, setting: string): StartRefused {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const name = host.includes(':') ? `[${host}]` : host
  if (code === 'EADDRINUSE') {
    const other = port + NEXT_PORT <= LAST_PORT ? port + NEXT_PORT : port - NEXT_PORT
    return new StartRefused(
      `the port ${port} is taken by another process. Nothing was changed.`,
      `${setting}=${name}:${other} coffer serve`,
    )
  }
  return new StartRefused(
    `${name}:${port} cannot be listened on (${code}). Nothing was changed.`,
    `${setting}=127.0.0.1:${setting === 'COFFER_LISTEN' ? 9000 : 9001} coffer serve`,
  )
}

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
export async function demandFreeAddress({ host, port }: Config['listen']): Promise<void> {
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject)
      probe.listen({ host, port, exclusive: true }, () => resolve())
    })
  } catch (error) {
    throw refusalOf(error, host, port)
  } finally {
    await new Promise((resolve) => probe.close(resolve))
  }
}

function refusalOf(error: unknown, host: string, port: number): StartRefused {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const name = host.includes(':') ? `[${host}]` : host
  if (code === 'EADDRINUSE') {
    const other = port + NEXT_PORT <= LAST_PORT ? port + NEXT_PORT : port - NEXT_PORT
    return new StartRefused(
      `the port ${port} is taken by another process. Nothing was changed.`,
      `COFFER_LISTEN=${name}:${other} coffer serve`,
    )
  }
  return new StartRefused(
    `${name}:${port} cannot be listened on (${code}). Nothing was changed.`,
    'COFFER_LISTEN=127.0.0.1:9000 coffer serve',
  )
}

import { setTimeout as sleep } from 'node:timers/promises'
import { VERSION, type Config } from '../config/index.ts'
import { StartRefused } from './data-directory.ts'
import { createSealedConsole, createSealedGateway } from '../gateway/index.ts'
import type { Edge, TlsMaterial } from '../http/index.ts'
import { openTls } from './foundation.ts'
import type { Log } from './log.ts'
import { demandFreeAddresses } from './listen-address.ts'
import { checkRoot, takeDataDirectory, type SealedReason } from './preflight.ts'
import { startPrimary } from './primary.ts'
import type { RunningServer } from './running-server.ts'
import { createDialects, openConsoleEdge, openEdge, recognitionOf } from './serving.ts'
import { readConsoleFiles } from './console-files.ts'
import { servingConfig, type ServingConfig } from './serving-config.ts'
import { startSingleProcess } from './single-process.ts'

/** How often a root that did not answer is asked again. */
const UNSEAL_RETRY_MS = 5_000
const SEALED_DRAIN_MS = 1_000

export interface ServerEvents {
  /** It answers, sealed: health says so, every other request is 503. Told once, with the URL. */
  readonly onSealed: (url: string, reason: string) => void
  /** It serves. */
  readonly onServing: (server: RunningServer) => void
}

export interface StartedServer {
  stop(): Promise<void>
}

/**
 * Starts a server as it is configured, in one process or in several. Resolves when it serves, or when it answers sealed;
 * from sealed it goes on by itself as soon as the root answers. Throws `StartRefused` with nothing changed.
 */
export async function startServer(config: Config, log: Log, events: ServerEvents): Promise<StartedServer> {
  await demandFreeAddresses(config)
  if (config.workers > 1 && config.metadata.kind !== 'lmdb') {
    throw new StartRefused('several worker processes need LMDB metadata in this version.', 'COFFER_WORKERS=1')
  }
  const taken = await takeDataDirectory(config)
  const start = async (): Promise<RunningServer> => {
    const server = config.workers === 1 ? await startSingleProcess(config, log) : await startPrimary(config, log)
    events.onServing(server)
    return server
  }
  try {
    if (taken.sealed === undefined) {
      const server = await start()
      return { stop: () => server.stop().finally(() => taken.release()) }
    }
    return await startSealed(config, log, events, taken.sealed, start, () => taken.release())
  } catch (error) {
    await taken.release()
    throw error
  }
}

async function startSealed(
  config: Config,
  log: Log,
  events: ServerEvents,
  sealed: SealedReason,
  start: () => Promise<RunningServer>,
  release: () => Promise<void>,
): Promise<StartedServer> {
  const serving = servingConfig(config, Date.now())
  const dialects = createDialects(serving)
  const recognition = recognitionOf(dialects, serving)
  const tls = await openTls(serving)
  const edge = openEdge(serving, tls, log, createSealedGateway({ dialects, recognition }))
  const consoleEdge = sealedConsole(serving, tls, log, sealed.reason)
  const { url } = await edge.listen()
  await consoleEdge?.listen()
  const closeAll = async (): Promise<void> => {
    await Promise.all([edge.close(SEALED_DRAIN_MS), consoleEdge?.close(SEALED_DRAIN_MS)])
  }
  events.onSealed(url, sealed.reason)
  const stopping = new AbortController()
  const unsealed = sealed.retry ? unseal(config, stopping.signal) : Promise.resolve(false)
  const server = unsealed.then(async (open) => {
    if (!open) return undefined
    await closeAll()
    return start()
  })
  server.catch((error: unknown) => log('error', 'unsealed, but it does not start', { reason: String(error) }))
  return {
    stop: async () => {
      stopping.abort()
      await closeAll()
      await (await server.catch(() => undefined))?.stop()
      await release()
    },
  }
}

/** The console while the root is away; undefined: it is off. */
function sealedConsole(
  config: ServingConfig,
  tls: TlsMaterial | undefined,
  log: Log,
  reason: string,
): Edge | undefined {
  if (config.consoleListen === 'off') return undefined
  const handler = createSealedConsole(config.console, readConsoleFiles(), VERSION, reason)
  return openConsoleEdge(config, config.consoleListen, tls, log, handler)
}

/** Asks the root until it opens the data: true then, false when the wait was ended. */
async function unseal(config: Config, signal: AbortSignal): Promise<boolean> {
  const ended = (): boolean => signal.aborted
  while (!ended()) {
    await sleep(UNSEAL_RETRY_MS, undefined, { signal }).catch(() => undefined)
    if (!ended() && (await checkRoot(config)) === undefined) return true
  }
  return false
}

import { existsSync } from 'node:fs'
import { HostRefusal, type CheckReport, type HostCommands, type ServeEvents } from '../cli/index.ts'
import { VERSION, type Config } from '../config/index.ts'
import { createAccessKeys } from '../iam/index.ts'
import {
  moveRoot,
  openRootProvider,
  RootMismatch,
  RootRefused,
  RootUnavailable,
  rotateCluster,
  type RootProvider,
} from '../kms/index.ts'
import { parseAccountId, refuse, StoreFailure } from '../operations/index.ts'
import { DirectoryRefused, type MetadataStore } from '../storage/index.ts'
import { StartRefused } from './data-directory.ts'
import { openMetadata, openTls, unlock } from './foundation.ts'
import { letHeapGrow } from './heap-growth.ts'
import { recordHostEvent, type HostEvent } from './host-record.ts'
import { createLog, type Log } from './log.ts'
import { checkRoot, takeDataDirectory } from './preflight.ts'
import { exportRoot, importRoot, rootStatus, rotateRoot } from './root-commands.ts'
import { rootSettingOf } from './root-setting.ts'
import type { RunningServer } from './running-server.ts'
import { servingConfig } from './serving-config.ts'
import { startServer } from './start-server.ts'

/** What only the owner of the host can do, with the data directory and the root key in reach. */
export const hostCommands: HostCommands = {
  serve: (config, events) => spoken(() => serve(config, events)),
  check: (config) => spoken(() => check(config)),
  rootStatus: (config) => withData(config, (store, root) => rootStatus(store, root)),
  verifyRoot: (config) => withData(config, (store, root) => rootStatus(store, root)),
  rotateRoot: (config) =>
    withData(config, async (store, root, record) => {
      const change = await rotateRoot(config, store, root)
      await record('coffer:RotateRootKey', ROOT, { to: change.rootId })
      return change
    }),
  rotateClusterKey: (config) =>
    withData(config, async (store, root, record, { cluster }) => {
      const { version, renewed } = await rotateCluster({ store, root, cluster })
      await record('coffer:RotateClusterKey', 'arn:aws:coffer:::cluster-key', { version: String(version) })
      return { clusterVersion: version, renewed, place: root.place }
    }),
  moveRoot: (config, to) =>
    withData(config, async (store, from, record) => {
      const target = await openRootProvider(rootSettingOf(to))
      const { rootId } = await moveRoot({ store, from, to: target })
      await record('coffer:MoveRootKey', ROOT, { from: from.kind, provider: target.kind, to: rootId })
      return { place: target.place, rootId, left: from.place }
    }),
  exportRoot: (config, to) =>
    withData(config, async (store, root, record) => {
      const status = await exportRoot(store, root, to)
      await record('coffer:ExportRootKey', ROOT, { from: status.rootId })
      return status
    }),
  importRoot: (from) => spoken(() => importRoot(from)),
  recoverRoot: (config) =>
    withData(config, async (store, _root, record, opened) => {
      const account = parseAccountId(config.account) ?? refuse({ kind: 'internal' })
      const credential = await createAccessKeys({ store, ...opened, now: Date.now }).recoverRoot(account)
      // Nobody has the secret before this is durable.
      await record('coffer:RecoverRoot', `arn:aws:iam::${account}:root`, { targetAccessKeyId: credential.accessKeyId })
      return credential
    }),
}

const ROOT = 'arn:aws:coffer:::root-key'

async function serve(config: Config, events: ServeEvents): Promise<number> {
  const log = createLog(config.logLevel, 'primary')
  for (const warning of config.warnings) events.note(warning)
  noDebugger(log)
  // One process serves here, too, unless there are workers.
  letHeapGrow()
  const stopped = stopSignal()
  const server = await startServer(config, log, {
    onSealed: (url, reason) => events.note(`sealed: ${reason}. It answers at ${url}, and every request with 503.`),
    onServing: (running) => void announce(config, running, events),
  })
  await stopped
  await server.stop()
  return 0
}

async function announce(config: Config, running: RunningServer, events: ServeEvents): Promise<void> {
  const shown = running.consoleUrl === undefined ? {} : { console: running.consoleUrl }
  const ready = { api: running.url, ...shown, region: config.region, account: config.account }
  const data = config.memory ? undefined : config.data
  if (running.created || data === undefined) {
    const rootKeyFile = config.rootKey.provider === 'file' && running.created ? config.rootKey.path : undefined
    events.firstStart({
      ...{ ...ready, version: VERSION, data, accessKeyId: running.accessKeyId },
      ...(running.secret === undefined ? {} : { secret: running.secret }),
      ...(rootKeyFile === undefined ? {} : { rootKeyFile }),
    })
  } else {
    const { buckets, versions } = await running.stored()
    events.laterStart({ version: VERSION, data, buckets, versions })
  }
  running.secret?.wipe()
  events.ready(ready)
}

/** Resolves when the process is told to end. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}

/** Without a listener of its own, Node opens an inspector on SIGUSR1 (T-168). */
export function noDebugger(log: Log): void {
  process.on('SIGUSR1', () => log('warn', 'a debugger was asked for and is not given'))
}

async function check(config: Config): Promise<CheckReport> {
  const sealed = config.memory ? undefined : await checkRoot(config)
  await openTls(servingConfig(config, Date.now()))
  const root =
    sealed === undefined
      ? ({
          verdict: 'ok',
          what: 'root',
          detail: `${config.rootKey.provider} opens the data, or there is none yet`,
        } as const)
      : ({ verdict: 'fail', what: 'root', detail: sealed.reason } as const)
  return {
    lines: [
      { verdict: 'ok', what: 'configuration', detail: 'every setting is known and fits' },
      ...config.warnings.map((detail) => ({ verdict: 'warn', what: 'configuration', detail }) as const),
      root,
    ],
  }
}

type HostRecorder = (
  action: HostEvent['action'],
  resource: string,
  detail: Readonly<Record<string, string>>,
) => Promise<void>

type Opened = Pick<Parameters<typeof createAccessKeys>[0], 'records' | 'cluster'>

/** Does something with the data of a server that does not run. */
function withData<Result>(
  config: Config,
  act: (store: MetadataStore, root: RootProvider, record: HostRecorder, opened: Opened) => Promise<Result>,
): Promise<Result> {
  return spoken(async () => {
    if (config.memory || (config.metadata.kind === 'lmdb' && !existsSync(config.metadata.directory))) {
      throw new HostRefusal('configuration', `there is no data in ${config.data}`, ['COFFER_DATA=<directory>'])
    }
    const taken = await takeDataDirectory(config)
    try {
      if (taken.sealed !== undefined) throw new HostRefusal('sealed', taken.sealed.reason)
      const store = await openMetadata(config.metadata)
      try {
        const unlocked = await unlock({ ...config, rootKey: config.rootKey }, store, Date.now)
        const { root, records, cluster } = unlocked
        const record: HostRecorder = (action, resource, detail) =>
          recordHostEvent({ store, records }, config.account, { action, resource, detail })
        return await act(store, root, record, { records, cluster })
      } finally {
        await store.close()
      }
    } finally {
      await taken.release()
    }
  })
}

/** Turns what the rooms throw at a start into a sentence for the person who typed the command. */
async function spoken<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    throw refusalOf(error) ?? error
  }
}

function refusalOf(error: unknown): HostRefusal | undefined {
  if (error instanceof StartRefused) {
    const tries = error.advice === undefined ? [] : [error.advice]
    return new HostRefusal('configuration', error.message, tries)
  }
  if (error instanceof DirectoryRefused)
    return new HostRefusal('configuration', `${error.message}. Nothing was changed.`)
  if (error instanceof RootMismatch) return new HostRefusal('root-mismatch', error.message)
  if (error instanceof RootRefused) {
    return new HostRefusal('configuration', error.message, error.advice === undefined ? [] : [error.advice])
  }
  if (error instanceof RootUnavailable) return new HostRefusal('sealed', error.message)
  if (error instanceof StoreFailure) return new HostRefusal('failed', `refused: ${error.failure.kind}`)
  return undefined
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  HostRefusal,
  type CheckReport,
  type HostCommands,
  type RootChange,
  type RootStatus,
  type ServeEvents,
} from '../cli/index.ts'
import { VERSION, type Config } from '../config/index.ts'
import { createAccessKeys } from '../iam/index.ts'
import {
  describeRoots,
  exportRootKey,
  freshWraps,
  importRootKey,
  MAX_EXPORT_TEXT_BYTES,
  moveRoot,
  openCluster,
  openRootProvider,
  readRootCopy,
  RootMismatch,
  RootRefused,
  RootUnavailable,
  rootKeyText,
  rotateCluster,
  writeNewSecretFile,
  type RootProvider,
} from '../kms/index.ts'
import { parseAccountId, refuse, StoreFailure } from '../operations/index.ts'
import { DirectoryRefused, faultPoint, type MetadataStore } from '../storage/index.ts'
import { StartRefused } from './data-directory.ts'
import { openMetadata, openTls, unlock } from './foundation.ts'
import { letHeapGrow } from './heap-growth.ts'
import { createLog, type Log } from './log.ts'
import { checkRoot, takeDataDirectory } from './preflight.ts'
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
  rotateRoot: (config) => withData(config, (store, root) => rotateRoot(config, store, root)),
  rotateClusterKey: (config) =>
    withData(config, async (store, root, open) => {
      const { cluster } = await open()
      const { version, renewed } = await rotateCluster({ store, root, cluster })
      return { clusterVersion: version, renewed, place: root.place }
    }),
  moveRoot: (config, to) =>
    withData(config, async (store, from) => {
      const target = await openRootProvider(rootSettingOf(to))
      const { rootId } = await moveRoot({ store, from, to: target })
      return { place: target.place, rootId, left: from.place }
    }),
  exportRoot: (config, to) => withData(config, (store, root) => exportRoot(store, root, to)),
  importRoot: (from) => spoken(() => importRoot(from)),
  recoverRoot: (config) =>
    withData(config, async (store, _root, open) => {
      const account = parseAccountId(config.account) ?? refuse({ kind: 'internal' })
      return createAccessKeys({ store, ...(await open()), now: Date.now }).recoverRoot(account)
    }),
}

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

/** A fresh key at the same place: for a file, a new file takes the old one's name when the data is under the new key. */
async function rotateRoot(
  config: Config,
  store: MetadataStore,
  from: RootProvider,
): Promise<{ readonly place: string; readonly rootId: string }> {
  if (from.renew !== undefined) {
    // The provider's key becomes another one, where it can be told to; each wrap has a root key of its own anyway.
    await from.renew()
    const { rootId } = await moveRoot({ store, from, to: freshWraps(from) })
    return { place: from.place, rootId }
  }
  if (config.rootKey.provider !== 'file') {
    throw new HostRefusal('configuration', `the key of ${from.place} is not Coffer's to make anew`, [
      'coffer root move --to <provider>',
    ])
  }
  const { path } = config.rootKey
  const fresh = await openRootProvider({ provider: 'file', path: `${path}.new` })
  // The new file takes the old one's name while both open the data: a crash at any point leaves a start that works.
  const { rootId } = await moveRoot({ store, from, to: fresh, settle: () => replaceRootFile(path) })
  return { place: path, rootId }
}

async function replaceRootFile(path: string): Promise<void> {
  const { open, rename } = await import('node:fs/promises')
  faultPoint('root-file.rename')
  await rename(`${path}.new`, path)
  const directory = await open(join(path, '..'), 'r')
  await directory.sync()
  await directory.close()
  faultPoint('root-file.renamed')
}

/** A copy of the root under a passphrase, of providers that a person could copy anyway. */
async function exportRoot(
  store: MetadataStore,
  root: RootProvider,
  { file, passphrase }: Parameters<HostCommands['exportRoot']>[1],
): Promise<RootStatus> {
  if (root.extract === undefined) {
    const kept = root.kind === 'passphrase' ? 'is in your own memory' : 'never leaves it'
    throw new HostRefusal('configuration', `the key of ${root.place} ${kept}: there is nothing to write a copy of`)
  }
  const status = await rootStatus(store, root)
  const key = await root.extract()
  try {
    await writeNewSecretFile(file, Buffer.from(await exportRootKey(key, passphrase)))
  } finally {
    key.wipe()
  }
  return status
}

/** The root key of a copy, as a new root key file. */
async function importRoot({ file, passphrase, to }: Parameters<HostCommands['importRoot']>[0]): Promise<RootChange> {
  const place = `the copy ${file}`
  const text = await readRootCopy(file, place, MAX_EXPORT_TEXT_BYTES)
  if (text === undefined) throw new HostRefusal('configuration', `${place} is not there`)
  const key = await importRootKey(text, passphrase)
  if (key === undefined) {
    throw new HostRefusal('configuration', `${place} is no copy of a root key, is damaged, or has another passphrase`)
  }
  await writeNewSecretFile(to, rootKeyText(key))
  key.wipe()
  const root = await openRootProvider({ provider: 'file', path: to })
  return { place: to, rootId: await root.identify(new Uint8Array(0)) }
}

async function rootStatus(store: MetadataStore, root: RootProvider): Promise<RootStatus> {
  const { version } = await openCluster({ store, root, allowCreate: false })
  const wraps = await describeRoots(store)
  const [first] = wraps
  return {
    provider: root.kind,
    place: root.place,
    rootId: first?.rootId ?? '',
    clusterVersion: version,
    wraps: wraps.length,
  }
}

type Opened = Pick<Parameters<typeof createAccessKeys>[0], 'records' | 'cluster'>

/** Does something with the data of a server that does not run. */
function withData<Result>(
  config: Config,
  act: (store: MetadataStore, root: RootProvider, open: () => Promise<Opened>) => Promise<Result>,
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
        return await act(store, unlocked.root, async () => ({ records: unlocked.records, cluster: unlocked.cluster }))
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

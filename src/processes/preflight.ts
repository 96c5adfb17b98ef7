import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/index.ts'
import { openCluster, openRootProvider, RootMismatch, RootRefused, RootUnavailable } from '../kms/index.ts'
import { openLmdbReader } from '../storage/index.ts'
import { rootSettingOf } from './root-setting.ts'
import { readOnlyStore } from './read-only-store.ts'
import { lockDataDirectory, prepareDataDirectory, refuseForeignFolder, StartRefused } from './data-directory.ts'

/** Why a server starts sealed: the root key is away, or is not the right one. */
export interface SealedReason {
  readonly reason: string
  /** Whether asking again can help: a passphrase that was wrong stays wrong. */
  readonly retry: boolean
}

/** The data directory, taken for this process. */
export interface Taken {
  readonly sealed?: SealedReason
  release(): Promise<void>
}

/**
 * Looks before it leaps: whether this root opens this data is found out on a read-only view, before anything is
 * written. Throws `StartRefused`, with nothing changed. Afterwards the working directory is the data directory.
 */
export async function takeDataDirectory(config: Config): Promise<Taken> {
  if (config.memory) return { release: async () => undefined }
  const sealed = await checkRoot(config)
  const directory = prepareDataDirectory(config.data)
  process.chdir(directory.path)
  const lock = await lockDataDirectory(directory)
  return { release: () => lock.release(), ...(sealed === undefined ? {} : { sealed }) }
}

/** Undefined: the root opens the data, or there is none yet. */
export async function checkRoot(config: Config): Promise<SealedReason | undefined> {
  for (const setting of [config.metadata, config.blobs]) {
    if ('directory' in setting && existsSync(setting.directory)) refuseForeignFolder(setting.directory)
  }
  if (config.metadata.kind !== 'lmdb') return undefined
  if (!existsSync(join(config.metadata.directory, 'data.mdb'))) return undefined
  const reader = await openLmdbReader({ directory: config.metadata.directory })
  try {
    const root = await openRootProvider(rootSettingOf(config.rootKey))
    await openCluster({ store: readOnlyStore(reader), root, allowCreate: false })
    return undefined
  } catch (error) {
    return sealedReason(config, error)
  } finally {
    await reader.close()
  }
}

/** The root is away or wrong: sealed. It is another data's: refused. Anything else is thrown as it is. */
export function sealedReason(config: Config, error: unknown): SealedReason {
  const { provider } = config.rootKey
  if (error instanceof RootMismatch) {
    if (provider === 'passphrase') return { reason: 'the passphrase does not open this data', retry: false }
    throw new StartRefused(
      `${config.data} belongs to another root key (data: ${error.stored.join(', ')}, ${provider}: ${error.given}). ` +
        'Nothing was changed.',
      'put the right root key back, or COFFER_DATA=<another directory>',
    )
  }
  if (error instanceof RootRefused) {
    throw new StartRefused(
      `${error.message}. Nothing was changed.`,
      error.advice ?? 'put the right root key in its place, or name another place with COFFER_ROOT_KEY',
    )
  }
  if (error instanceof RootUnavailable) {
    // A key file that is gone is no provider that may come back: a person has to put it there.
    if (provider === 'file') {
      throw new StartRefused(`${error.message}. Nothing was changed.`, 'put the root key file back, then start again')
    }
    return { reason: error.message, retry: true }
  }
  throw error
}

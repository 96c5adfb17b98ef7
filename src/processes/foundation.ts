import { join } from 'node:path'
import type { Config } from '../config/index.ts'
import { loadTls, makeSelfSigned, selfSignedFrom, type TlsMaterial } from '../http/index.ts'
import { createAccessKeys } from '../iam/index.ts'
import { parseAccountId, refuse } from '../operations/index.ts'
import type { SecretBytes } from '../secrets/index.ts'
import { openCluster, openRootProvider, readSystemKey, type Cluster, type RootProvider } from '../kms/index.ts'
import { createRecordSealer, type RecordSealer } from '../records/index.ts'
import {
  createMemoryBlobs,
  createMemoryMetadata,
  openFilesystemBlobs,
  openLastingLmdb,
  openLmdbMetadata,
  openPostgresMetadata,
  type BlobStore,
  type MetadataStore,
} from '../storage/index.ts'
import { StartRefused } from './data-directory.ts'
import { rootSettingOf } from './root-setting.ts'
import type { ServingConfig } from './serving-config.ts'

/** The stores that this process writes itself. */
export async function openMetadata(setting: Config['metadata']): Promise<MetadataStore> {
  switch (setting.kind) {
    case 'memory':
      return createMemoryMetadata()
    case 'lmdb':
      return openLmdbMetadata({ directory: setting.directory })
    case 'postgres':
      return openPostgresMetadata({ url: setting.url })
  }
}

/** As `openMetadata`, for a process that serves by itself: it goes on after failures of the disk until `onEnded` is told. */
export async function openOwnMetadata(
  setting: Config['metadata'],
  onEnded: (reason: Error) => void,
): Promise<MetadataStore> {
  if (setting.kind !== 'lmdb') return openMetadata(setting)
  return openLastingLmdb({ directory: setting.directory, onEnded })
}

export async function openBlobs(setting: Config['blobs']): Promise<BlobStore> {
  return setting.kind === 'memory' ? createMemoryBlobs() : openFilesystemBlobs({ directory: setting.directory })
}

export interface Unlocked {
  readonly cluster: Cluster
  readonly records: RecordSealer
  readonly root: RootProvider
  /** True at a first start: root, cluster key and account are new. */
  readonly created: boolean
  readonly accessKeyId: string
  /** The secret of a credential that was made now: shown once, on a terminal only. */
  readonly secret?: SecretBytes
}

/**
 * Opens the data with its root, and makes account and root credential where nothing is yet. Throws `RootMismatch`,
 * `RootRefused` and `RootUnavailable` as `kms` does: nothing was changed then.
 */
export async function unlock(config: Config, store: MetadataStore, now: () => number): Promise<Unlocked> {
  const root = await openRootProvider(rootSettingOf(config.rootKey))
  const { cluster, created } = await openCluster({ store, root, allowCreate: true })
  const metadataKey = await readSystemKey(store, cluster, 'metadata')
  const records = createRecordSealer({ metadataKey })
  const account = parseAccountId(config.account) ?? refuse({ kind: 'internal' })
  const accessKeys = createAccessKeys({ store, records, cluster, now })
  const credential = await accessKeys.ensureRoot(account, config.rootCredential)
  const secret = credential.created
  return {
    cluster,
    records,
    root,
    created,
    accessKeyId: credential.accessKeyId,
    ...(secret === undefined ? {} : { secret }),
  }
}

/** The certificate, where HTTPS is asked for. A server that keeps nothing keeps no certificate either. */
export async function openTls(
  config: Pick<ServingConfig, 'tls' | 'data' | 'domains' | 'websiteDomains'>,
  keepsNothing = false,
): Promise<TlsMaterial | undefined> {
  const names = [...config.domains, ...config.websiteDomains]
  switch (config.tls.kind) {
    case 'off':
      return undefined
    case 'self-signed':
      if (keepsNothing) return makeSelfSigned({ names, nowMs: Date.now() })
      return (await selfSignedFrom({ file: join(config.data, 'tls.pem'), names, nowMs: Date.now() })).tls
    case 'files':
      try {
        return await loadTls({ certFile: config.tls.cert, keyFile: config.tls.key })
      } catch (error) {
        throw new StartRefused(error instanceof Error ? error.message : 'the certificate cannot be used')
      }
  }
}

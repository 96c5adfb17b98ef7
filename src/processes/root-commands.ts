import { join } from 'node:path'
import { HostRefusal, type HostCommands, type RootChange, type RootStatus } from '../cli/index.ts'
import type { Config } from '../config/index.ts'
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
  rootKeyText,
  writeNewSecretFile,
  type RootProvider,
} from '../kms/index.ts'
import { faultPoint, type MetadataStore } from '../storage/index.ts'

/** A fresh key at the same place: for a file, a new file takes the old one's name when the data is under the new key. */
export async function rotateRoot(
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
export async function exportRoot(
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
export async function importRoot({
  file,
  passphrase,
  to,
}: Parameters<HostCommands['importRoot']>[0]): Promise<RootChange> {
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

export async function rootStatus(store: MetadataStore, root: RootProvider): Promise<RootStatus> {
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

import { refuse } from '../../operations/index.ts'
import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import { joinFragments, type Fragment, type MetadataReader, type MetadataStore } from '../../storage/index.ts'
import { Cluster, clusterVersionValue, readClusterVersion } from './cluster-key.ts'
import { KEY_BYTES } from '../wraps/committing-wrap.ts'
import { CLUSTER_ID_ROW, CLUSTER_ROW, ROOT_ROWS, rootRow, WRAP_ROWS, wrapRow } from '../kms-rows.ts'
import { RootMismatch, RootUnavailable, type RootProvider } from '../roots/root-provider.ts'
import { CLUSTER_ID_BYTES } from '../roots/provider-wrap.ts'
import { readStoredWrap } from '../roots/stored-wrap.ts'
import { SYSTEM_KEYS, systemKeyName } from './system-keys.ts'

const FIRST_VERSION = 1
/** Wraps of the cluster key at once: a few versions while keys are destroyed, two roots while one is moved. */
export const MAX_ROOT_ROWS = 64

/** A wrap of the cluster key as it lies in its row. */
export interface StoredRootWrap {
  readonly key: Uint8Array
  readonly revision: string
  readonly wrapped: Uint8Array
  readonly rootId: string
  readonly clusterVersion: number
}

export interface OpenedCluster {
  readonly cluster: Cluster
  /** True at a first start: the root and the cluster key are new. */
  readonly created: boolean
  readonly version: number
}

/**
 * Opens the deployment with its root. `allowCreate`: an empty store gets a cluster key, and a root where the provider
 * can make one. Throws `RootMismatch` (another root's data, untouched), `RootUnavailable`, or `integrity`.
 */
export async function openCluster(options: {
  readonly store: MetadataStore
  readonly root: RootProvider
  readonly allowCreate: boolean
}): Promise<OpenedCluster> {
  const { store, root } = options
  const stored = await readRootWraps(store)
  if (stored.length > 0) return openExisting(store, root, stored)
  await refuseOrphans(store)
  if (!options.allowCreate) throw new RootUnavailable('there is no deployment here yet')
  return createCluster(store, root)
}

async function openExisting(
  store: MetadataStore,
  root: RootProvider,
  stored: readonly StoredRootWrap[],
): Promise<OpenedCluster> {
  if (root.canCreate) {
    throw new RootUnavailable(`${root.place} is not there; this data is sealed under root ${idsOf(stored).join(', ')}`)
  }
  const [row] = await store.getMany([CLUSTER_ROW])
  if (row === undefined) return refuse({ kind: 'integrity', what: 'version of the cluster key' })
  const version = readClusterVersion(row.value)
  const key = await unwrapVersion(root, stored, version)
  if (key === undefined) return refuseRoot(root, stored)
  const cluster = new Cluster(version, key, async (wanted) => unwrapVersion(root, await readRootWraps(store), wanted))
  key.wipe()
  return { cluster, created: false, version }
}

/** Why the root opens nothing: it is another one, or the wrap that carries its id is damaged. */
async function refuseRoot(root: RootProvider, stored: readonly StoredRootWrap[]): Promise<never> {
  const [first] = stored
  const given = first === undefined ? '' : await root.identify(first.wrapped)
  if (stored.some((one) => one.rootId === given)) return refuse({ kind: 'integrity', what: 'wrap of the cluster key' })
  throw new RootMismatch(idsOf(stored), given, root.place)
}

/** A store without a root's wrap, but with what was wrapped beneath one, is damaged: nothing new is made over it. */
async function refuseOrphans(store: MetadataReader): Promise<void> {
  const [row] = await store.getMany([CLUSTER_ROW])
  const { rows } = await store.scan({ ...WRAP_ROWS, limit: 1 })
  if (row !== undefined || rows.length > 0) refuse({ kind: 'integrity', what: 'wrap of the cluster key' })
}

async function createCluster(store: MetadataStore, root: RootProvider): Promise<OpenedCluster> {
  if (root.canCreate) await root.create()
  const key = new SecretBytes(randomBytes(KEY_BYTES))
  const cluster = new Cluster(FIRST_VERSION, key, async (wanted) =>
    unwrapVersion(root, await readRootWraps(store), wanted),
  )
  const first: Fragment = {
    checks: [
      { kind: 'empty', ...ROOT_ROWS },
      { kind: 'absent', key: CLUSTER_ROW },
    ],
    writes: [{ kind: 'put', key: CLUSTER_ROW, value: clusterVersionValue(FIRST_VERSION) }],
  }
  const { clusterId, fragment: naming } = await readClusterId(store)
  const rootWrap = await provenRootWrap(root, key, { clusterVersion: FIRST_VERSION, clusterId })
  key.wipe()
  const committed = await store.commit(joinFragments(first, naming, rootWrap, await newSystemKeys(cluster)))
  // Somebody else started first: theirs is the deployment.
  if (committed.kind === 'conflict') return openExisting(store, root, await readRootWraps(store))
  return { cluster, created: true, version: FIRST_VERSION }
}

async function newSystemKeys(cluster: Cluster): Promise<Fragment> {
  const writes = SYSTEM_KEYS.map(async (purpose) => {
    const name = systemKeyName(purpose)
    const key = new SecretBytes(randomBytes(KEY_BYTES))
    const value = await cluster.wrap(name, key, FIRST_VERSION)
    key.wipe()
    return { kind: 'put', key: wrapRow(name), value } as const
  })
  return { checks: [], writes: await Promise.all(writes) }
}

/** The row of a new wrap, after the root has opened it again: what cannot be opened is never stored. */
export async function provenRootWrap(
  root: RootProvider,
  key: SecretBytes,
  { clusterVersion, clusterId }: { readonly clusterVersion: number; readonly clusterId: Uint8Array },
): Promise<Fragment> {
  const wrapped = await root.wrap(key, clusterVersion, clusterId)
  const proof = await root.unwrap(wrapped, clusterVersion)
  const facts = readStoredWrap(wrapped)
  const proven = proof?.equals(key) === true && facts !== undefined
  proof?.wipe()
  if (!proven) throw new RootUnavailable(`${root.place} does not open what it wrapped`)
  return { checks: [], writes: [{ kind: 'put', key: rootRow(clusterVersion, facts.rootId), value: wrapped }] }
}

/** The deployment's id, and what a commit carries that rests on it: data of before there were ids gets one now. */
export async function readClusterId(
  store: MetadataReader,
): Promise<{ readonly clusterId: Uint8Array; readonly fragment: Fragment }> {
  const [row] = await store.getMany([CLUSTER_ID_ROW])
  if (row !== undefined) {
    const check = { kind: 'revision', key: CLUSTER_ID_ROW, revision: row.revision } as const
    return { clusterId: row.value, fragment: { checks: [check], writes: [] } }
  }
  const clusterId = randomBytes(CLUSTER_ID_BYTES)
  const checks = [{ kind: 'absent', key: CLUSTER_ID_ROW }] as const
  return { clusterId, fragment: { checks, writes: [{ kind: 'put', key: CLUSTER_ID_ROW, value: clusterId }] } }
}

export async function readRootWraps(store: MetadataReader): Promise<readonly StoredRootWrap[]> {
  const { rows } = await store.scan({ ...ROOT_ROWS, limit: MAX_ROOT_ROWS })
  return rows.map(({ key, value, revision }) => {
    const facts = readStoredWrap(value)
    if (facts === undefined) return refuse({ kind: 'integrity', what: 'wrap of the cluster key' })
    return { key, revision, wrapped: value, rootId: facts.rootId, clusterVersion: facts.clusterVersion }
  })
}

/** The cluster key of a version, from whichever wrap this root opens. */
export async function unwrapVersion(
  root: RootProvider,
  stored: readonly StoredRootWrap[],
  version: number,
): Promise<SecretBytes | undefined> {
  for (const one of stored) {
    if (one.clusterVersion !== version) continue
    const key = await root.unwrap(one.wrapped, version)
    if (key !== undefined) return key
  }
  return undefined
}

function idsOf(stored: readonly StoredRootWrap[]): readonly string[] {
  return [...new Set(stored.map((one) => one.rootId))]
}

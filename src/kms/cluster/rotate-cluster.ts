import { refuse } from '../../operations/index.ts'
import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import {
  faultPoint,
  joinFragments,
  type Fragment,
  type MetadataStore,
  type Row,
  type Write,
} from '../../storage/index.ts'
import { clusterVersionValue, readClusterVersion, wrapVersion, type Cluster } from './cluster-key.ts'
import { commitDecision } from '../commit-decision.ts'
import { KEY_BYTES } from '../wraps/committing-wrap.ts'
import { CLUSTER_ROW, SHRED_ROW, WRAP_ROWS, wrapNameOf } from '../kms-rows.ts'
import { provenRootWrap, readClusterId, readRootWraps, type StoredRootWrap } from './open-cluster.ts'
import type { RootProvider } from '../roots/root-provider.ts'

/** Wraps that are renewed in one commit: each is a check and a write. */
const WRAPS_PER_COMMIT = 200
/** How often a pass over all wraps is repeated because some changed under it. */
const MAX_PASSES = 10

interface Rooms {
  readonly store: MetadataStore
  readonly cluster: Cluster
  readonly root: RootProvider
}

/**
 * Replaces the cluster key: a new version, every wrap renewed under it, then the old versions' root wraps removed.
 * What was removed from the store before lies, in old pages, under a cluster key that nothing in the store opens.
 * Interrupted at any point it can be run again; what was begun before is finished first.
 */
export async function rotateCluster(rooms: Rooms): Promise<{ readonly version: number; readonly renewed: number }> {
  await finishRotation(rooms)
  const [shred] = await rooms.store.getMany([SHRED_ROW])
  const version = await beginVersion(rooms)
  const renewed = await renewAll(rooms, version)
  await endOldVersions(rooms, version, shred)
  rooms.cluster.forgetBefore(version)
  return { version, renewed }
}

/**
 * Ends a rotation that was interrupted. The mark of destroyed material stays: that material may have been renewed
 * under the very version that this one leads to.
 */
async function finishRotation(rooms: Rooms): Promise<void> {
  const { current, stored } = await readState(rooms.store)
  if (!stored.some((one) => one.clusterVersion < current)) return
  await renewAll(rooms, current)
  await endOldVersions(rooms, current, undefined)
}

async function readState(
  store: MetadataStore,
): Promise<{ readonly row: Row; readonly current: number; readonly stored: readonly StoredRootWrap[] }> {
  const [row] = await store.getMany([CLUSTER_ROW])
  if (row === undefined) return refuse({ kind: 'integrity', what: 'version of the cluster key' })
  return { row, current: readClusterVersion(row.value), stored: await readRootWraps(store) }
}

/** From this commit on nobody can store a wrap under an older version: each new wrap checks the row that it changes. */
async function beginVersion({ store, cluster, root }: Rooms): Promise<number> {
  const version = await commitDecision(store, 'begin-cluster-key', async () => {
    const { row, current } = await readState(store)
    const next = current + 1
    const key = new SecretBytes(randomBytes(KEY_BYTES))
    const { clusterId, fragment: naming } = await readClusterId(store)
    const rootWrap = await provenRootWrap(root, key, { clusterVersion: next, clusterId })
    key.wipe()
    const begin: Fragment = {
      checks: [{ kind: 'revision', key: CLUSTER_ROW, revision: row.revision }],
      writes: [{ kind: 'put', key: CLUSTER_ROW, value: clusterVersionValue(next) }],
    }
    return { fragment: joinFragments(begin, naming, rootWrap), result: next }
  })
  // Fetched from its row, as every other process does: only what was committed is ever used.
  const fetched = await cluster.exportKey(version)
  fetched.wipe()
  return version
}

/** Passes over all wraps until one finds nothing left under an older version. */
async function renewAll(rooms: Rooms, version: number): Promise<number> {
  let renewed = 0
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const { found, done } = await renewOnce(rooms, version)
    renewed += done
    if (found === 0) return renewed
  }
  return refuse({ kind: 'contended', detail: 'wraps under the cluster key' })
}

async function renewOnce(
  { store, cluster }: Rooms,
  version: number,
): Promise<{ readonly found: number; readonly done: number }> {
  let start = WRAP_ROWS.start
  let found = 0
  let done = 0
  for (;;) {
    const { rows, more } = await store.scan({ start, end: WRAP_ROWS.end, limit: WRAPS_PER_COMMIT })
    const old = rows.filter((row) => wrapVersion(row.value) !== version)
    found += old.length
    if (old.length > 0) {
      const fragment = await renewal(cluster, old, version)
      faultPoint('renew-wraps:before-metadata-commit')
      const committed = await store.commit(fragment)
      faultPoint('renew-wraps:after-metadata-commit')
      // Something of these was changed or destroyed meanwhile: the next pass sees them again.
      if (committed.kind === 'committed') done += old.length
    }
    const last = rows.at(-1)
    if (!more || last === undefined) return { found, done }
    start = Buffer.concat([last.key, Buffer.of(0)])
  }
}

async function renewal(cluster: Cluster, rows: readonly Row[], version: number): Promise<Fragment> {
  const writes: Write[] = []
  for (const row of rows) {
    const name = wrapNameOf(row.key)
    if (name === undefined) return refuse({ kind: 'integrity', what: 'wrap under the cluster key' })
    const secret = await cluster.unwrap(name, row.value)
    writes.push({ kind: 'put', key: row.key, value: await cluster.wrap(name, secret, version) })
    secret.wipe()
  }
  return { checks: rows.map((row) => ({ kind: 'revision', key: row.key, revision: row.revision })), writes }
}

/** `shred`: the mark that was there before the version began; a newer mark asks for another rotation and stays. */
async function endOldVersions({ store }: Rooms, version: number, shred: Row | undefined): Promise<void> {
  await commitDecision(store, 'end-cluster-keys', async () => {
    const { row, stored } = await readState(store)
    const [shredNow] = await store.getMany([SHRED_ROW])
    const old = stored.filter((one) => one.clusterVersion < version)
    const marks = shred !== undefined && shredNow?.revision === shred.revision ? [shred] : []
    if (old.length === 0 && marks.length === 0) return { result: undefined }
    const fragment: Fragment = {
      checks: [
        { kind: 'revision', key: CLUSTER_ROW, revision: row.revision },
        ...marks.map((mark) => ({ kind: 'revision', key: mark.key, revision: mark.revision }) as const),
      ],
      writes: [...old, ...marks].map(({ key }) => ({ kind: 'delete', key })),
    }
    return { fragment, result: undefined }
  })
}

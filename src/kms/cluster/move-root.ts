import { refuse } from '../../operations/index.ts'
import { joinFragments, type Check, type MetadataStore } from '../../storage/index.ts'
import { commitDecision } from '../commit-decision.ts'
import { CLUSTER_ROW } from '../kms-rows.ts'
import { provenRootWrap, readClusterId, readRootWraps, unwrapVersion, type StoredRootWrap } from './open-cluster.ts'
import { RootMismatch, RootRefused, type RootProvider } from '../roots/root-provider.ts'

/** Which wraps are there, for people: nothing secret. */
export async function describeRoots(
  store: MetadataStore,
): Promise<readonly { readonly rootId: string; readonly clusterVersion: number }[]> {
  const stored = await readRootWraps(store)
  return stored.map(({ rootId, clusterVersion }) => ({ rootId, clusterVersion }))
}

/**
 * Moves the deployment from one root to another, or to a new key of the same provider: adds the new wrap, opens it
 * from the store as a proof, and only then removes the old. `settle` runs in between, while both roots open the data:
 * it puts the new root where the next start will look for it. Interrupted, either root opens the data; run again, it
 * finishes.
 */
export async function moveRoot(options: {
  readonly store: MetadataStore
  readonly from: RootProvider
  readonly to: RootProvider
  readonly settle?: () => Promise<void>
}): Promise<{ readonly rootId: string }> {
  const { store, from, to } = options
  if (to.canCreate) await to.create()
  const versions = await addWraps(store, from, to)
  const stored = await readRootWraps(store)
  const proven: StoredRootWrap[] = []
  for (const version of versions) proven.push(...(await provenBy(to, stored, version)))
  await options.settle?.()
  await removeOthers(store, proven)
  const [first] = proven
  return { rootId: first?.rootId ?? refuse({ kind: 'integrity', what: 'wrap of the cluster key' }) }
}

/** Every version of the cluster key gets a wrap of the new root. Returns the versions. */
function addWraps(store: MetadataStore, from: RootProvider, to: RootProvider): Promise<readonly number[]> {
  return commitDecision(store, 'add-root-wraps', async () => {
    const [clusterRow] = await store.getMany([CLUSTER_ROW])
    if (clusterRow === undefined) return refuse({ kind: 'integrity', what: 'version of the cluster key' })
    const stored = await readRootWraps(store)
    const versions = [...new Set(stored.map((one) => one.clusterVersion))]
    const { clusterId, fragment: naming } = await readClusterId(store)
    const fragments = []
    for (const version of versions) {
      const already = await unwrapVersion(to, stored, version)
      already?.wipe()
      if (already !== undefined) continue
      const key = await unwrapVersion(from, stored, version)
      if (key === undefined) return refuseSource(from, stored)
      fragments.push(await provenRootWrap(to, key, { clusterVersion: version, clusterId }))
      key.wipe()
    }
    if (fragments.length === 0) return { result: versions }
    // No other version of the cluster key was made meanwhile.
    const check: Check = { kind: 'revision', key: CLUSTER_ROW, revision: clusterRow.revision }
    return { fragment: joinFragments({ checks: [check], writes: [] }, naming, ...fragments), result: versions }
  })
}

async function refuseSource(from: RootProvider, stored: readonly StoredRootWrap[]): Promise<never> {
  const [first] = stored
  const given = first === undefined ? '' : await from.identify(first.wrapped)
  throw new RootMismatch(
    stored.map((one) => one.rootId),
    given,
    from.place,
  )
}

/** The stored wraps of a version that the new root opens, each opened now. */
async function provenBy(
  to: RootProvider,
  stored: readonly StoredRootWrap[],
  version: number,
): Promise<readonly StoredRootWrap[]> {
  const proven: StoredRootWrap[] = []
  for (const one of stored) {
    if (one.clusterVersion !== version) continue
    const key = await to.unwrap(one.wrapped, version)
    if (key !== undefined) proven.push(one)
    key?.wipe()
  }
  if (proven.length === 0) throw new RootRefused(`${to.place} does not open the wrap that was stored for it`)
  return proven
}

async function removeOthers(store: MetadataStore, keep: readonly StoredRootWrap[]): Promise<void> {
  const kept = new Map(keep.map((one) => [Buffer.from(one.key).toString('hex'), one]))
  await commitDecision(store, 'remove-root-wraps', async () => {
    const stored = await readRootWraps(store)
    const versions = new Set(keep.map((one) => one.clusterVersion))
    // A version that was made meanwhile was made under the root in use; it is not this call's to remove.
    const others = stored.filter(
      (one) => !kept.has(Buffer.from(one.key).toString('hex')) && versions.has(one.clusterVersion),
    )
    if (others.length === 0) return { result: undefined }
    const checks = keep.map((one) => ({ kind: 'revision', key: one.key, revision: one.revision }) as const)
    const writes = others.map((one) => ({ kind: 'delete', key: one.key }) as const)
    return { fragment: { checks, writes }, result: undefined }
  })
}

import type { SecretBytes } from '../../secrets/index.ts'
import { RootRefused, type RootProvider } from './root-provider.ts'
import {
  keeperBinding,
  readProviderWrap,
  unwrapUnderProvider,
  wrapUnderProvider,
  type KeeperKind,
  type ProviderWrapFacts,
} from './provider-wrap.ts'

/** Which wrap a root key is for: the keeper may bind it to that. */
export interface KeptFor {
  readonly clusterId: Uint8Array
  /** Canonical bytes of the deployment and the version (`keeperBinding`). */
  readonly bound: Buffer
}

/** A root key that was drawn for one wrap, and what the keeper made of it. */
export type KeptRootKey = Pick<ProviderWrapFacts, 'way' | 'reference' | 'protectedKey'> & {
  readonly rootKey: SecretBytes
}

/** Somebody who protects root keys without giving their own key out. All of them throw `RootUnavailable` when away. */
export interface RootKeeper {
  readonly kind: KeeperKind
  readonly place: string
  /** Which of its keys would be used, for the sentence about another root's data. */
  readonly given: string
  protect(target: KeptFor): Promise<KeptRootKey>
  /** Whether the reference of a wrap names a key that this keeper has. */
  owns(facts: ProviderWrapFacts): Promise<boolean>
  /** Undefined: the keeper refuses it, so it is damaged, or the key is gone. */
  recover(facts: ProviderWrapFacts, target: KeptFor): Promise<SecretBytes | undefined>
  /** Makes the key under which the next root keys are protected anew. Absent: each wrap has a new key anyway. */
  renew?(): Promise<void>
}

/** The provider over a keeper. Each wrap has a root key, and so a root id, of its own. */
export function keptRoot(keeper: RootKeeper): RootProvider {
  const targetOf = (clusterId: Uint8Array, clusterVersion: number): KeptFor => ({
    clusterId,
    bound: keeperBinding(clusterId, clusterVersion),
  })
  const own = async (wrapped: Uint8Array): Promise<ProviderWrapFacts | undefined> => {
    const facts = readProviderWrap(wrapped)
    return facts?.keeper === keeper.kind && (await keeper.owns(facts)) ? facts : undefined
  }
  return {
    kind: keeper.kind,
    place: keeper.place,
    canCreate: false,
    create: async () => {
      throw new RootRefused(`the key of ${keeper.place} is not made by a first start`)
    },
    wrap: async (clusterKey, clusterVersion, clusterId) => {
      const { rootKey, ...kept } = await keeper.protect(targetOf(clusterId, clusterVersion))
      try {
        const facts = { keeper: keeper.kind, clusterVersion, clusterId: Buffer.from(clusterId), ...kept }
        return wrapUnderProvider(facts, rootKey, clusterKey)
      } finally {
        rootKey.wipe()
      }
    },
    unwrap: async (wrapped, clusterVersion) => {
      const facts = await own(wrapped)
      if (facts?.clusterVersion !== clusterVersion) return undefined
      const rootKey = await keeper.recover(facts, targetOf(facts.clusterId, clusterVersion))
      if (rootKey === undefined) return undefined
      try {
        return unwrapUnderProvider(rootKey, wrapped, clusterVersion)
      } finally {
        rootKey.wipe()
      }
    },
    // What names a key of this keeper and does not open is damaged, not another root's.
    identify: async (wrapped) => (await own(wrapped))?.rootId ?? keeper.given,
    renew: async () => keeper.renew?.(),
  }
}

/**
 * The same root, opening only what it wraps from now on: what a rotation moves to. The wraps of before stay with the
 * root as it was, and go once the new ones are proved.
 */
export function freshWraps(root: RootProvider): RootProvider {
  const made = new Set<string>()
  return {
    ...root,
    wrap: async (clusterKey, clusterVersion, clusterId) => {
      const wrapped = await root.wrap(clusterKey, clusterVersion, clusterId)
      made.add(wrapped.toString('base64'))
      return wrapped
    },
    unwrap: async (wrapped, clusterVersion) =>
      made.has(Buffer.from(wrapped).toString('base64')) ? root.unwrap(wrapped, clusterVersion) : undefined,
  }
}

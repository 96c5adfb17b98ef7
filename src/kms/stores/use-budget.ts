import type { MetadataStore } from '../../storage/index.ts'
import { commitDecision } from '../commit-decision.ts'
import { tokenUseCounter } from '../kms-rows.ts'
import { MaterialExhausted, type MaterialHandle } from './key-store.ts'

/**
 * How often one key of AES-GCM may be used with random IVs: half of the 2^32 of NIST SP 800-38D, 8.3, so that what
 * several processes reserve at once stays below it too.
 */
export const MAX_TOKEN_USES = 2 ** 31
/** Reserved by a commit, then used without one; what a process does not use is lost with it. */
export const TOKEN_USES_AT_ONCE = 65_536

export interface UseBudget {
  /** One use. Rejects with `MaterialExhausted`. */
  take(handle: MaterialHandle): Promise<void>
}

/** Counts the uses of a token's keys before they happen: never fewer than there were, whoever dies when. */
export function createUseBudget(options: {
  readonly store: MetadataStore
  readonly mostUses?: number
  readonly usesAtOnce?: number
}): UseBudget {
  const { store, mostUses = MAX_TOKEN_USES, usesAtOnce = TOKEN_USES_AT_ONCE } = options
  const left = new Map<string, number>()
  const reserving = new Map<string, Promise<void>>()

  async function reserve(name: string, { keyUid, version }: MaterialHandle): Promise<void> {
    const counter = tokenUseCounter(keyUid, version)
    if ((await store.sum(counter)) + BigInt(usesAtOnce) > BigInt(mostUses)) throw new MaterialExhausted()
    await commitDecision(store, 'reserve-token-uses', async () => ({
      fragment: { checks: [], writes: [{ kind: 'add', counter, delta: BigInt(usesAtOnce) }] },
      result: undefined,
    }))
    left.set(name, (left.get(name) ?? 0) + usesAtOnce)
  }

  return {
    take: async (handle) => {
      const name = `${handle.keyUid}/${handle.version}`
      for (;;) {
        const uses = left.get(name) ?? 0
        if (uses > 0) {
          left.set(name, uses - 1)
          return
        }
        const begun = reserving.get(name) ?? reserve(name, handle)
        reserving.set(name, begun)
        await begun.finally(() => reserving.delete(name))
      }
    },
  }
}

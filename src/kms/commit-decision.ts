import { setTimeout as wait } from 'node:timers/promises'
import { refuse } from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'
import { faultPoint, type Fragment, type MetadataStore } from '../storage/index.ts'
import type { KeyChangeName } from './fault-points.ts'

export const MAX_TRIES = 5

export interface Decision<Result> {
  /** Absent: everything is already as wanted. */
  readonly fragment?: Fragment
  readonly result: Result
}

/** Reads, decides, commits; on a conflict decides again from what is there then. After 5 tries: `contended`. `change` names the fault points. */
export async function commitDecision<Result>(
  store: Pick<MetadataStore, 'commit'>,
  change: KeyChangeName,
  decide: () => Promise<Decision<Result>>,
): Promise<Result> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const { fragment, result } = await decide()
    if (fragment === undefined) return result
    faultPoint(`${change}:before-metadata-commit`)
    const committed = await store.commit(fragment)
    if (committed.kind === 'committed') {
      faultPoint(`${change}:after-metadata-commit`)
      return result
    }
    await wait(((randomBytes(1)[0] ?? 0) * 2 ** attempt) / 256)
  }
  return refuse({ kind: 'contended', detail: 'keys' })
}

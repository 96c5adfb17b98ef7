import { setTimeout as wait } from 'node:timers/promises'
import type { AuditChange } from '../audit/index.ts'
import { refuse } from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'
import { faultPoint, joinFragments, type Fragment, type MetadataStore } from '../storage/index.ts'
import type { KeyChangeName } from './fault-points.ts'

export const MAX_TRIES = 5

export interface Decision<Result> {
  /** Absent: everything is already as wanted. */
  readonly fragment?: Fragment
  readonly result: Result
  /** The record of the change, committed with it. */
  readonly recorded?: AuditChange
}

/** Reads, decides, commits; on a conflict decides again from what is there then. After 5 tries: `contended`. `change` names the fault points. */
export async function commitDecision<Result>(
  store: Pick<MetadataStore, 'commit'>,
  change: KeyChangeName,
  decide: () => Promise<Decision<Result>>,
): Promise<Result> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const { fragment, result, recorded } = await decide()
    if (fragment === undefined) return result
    faultPoint(`${change}:before-metadata-commit`)
    const committed = await store.commit(recorded === undefined ? fragment : joinFragments(fragment, recorded.fragment))
    if (committed.kind === 'committed') {
      recorded?.committed()
      faultPoint(`${change}:after-metadata-commit`)
      return result
    }
    await wait(((randomBytes(1)[0] ?? 0) * 2 ** attempt) / 256)
  }
  return refuse({ kind: 'contended', detail: 'keys' })
}

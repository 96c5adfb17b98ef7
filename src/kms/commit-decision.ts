import { setTimeout as wait } from 'node:timers/promises'
import type { AuditChange } from '../audit/index.ts'
import { refuse } from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'
import { faultPoint, joinFragments, type Check, type Fragment, type MetadataStore } from '../storage/index.ts'
import type { KeyChangeName } from './fault-points.ts'
import { isGuardRow } from './kms-rows.ts'

export const MAX_TRIES = 5
/** A guard is changed by much that has nothing to do with this decision: losing one costs less of the patience. */
const MAX_GUARD_TRIES = 200
/** The wait before the next try grows up to twice this power of two, in milliseconds. */
const MAX_WAIT_POWER = 4

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
  let attempt = 0
  for (let tries = 0; attempt < MAX_TRIES && tries < MAX_GUARD_TRIES; tries++) {
    const { fragment, result, recorded } = await decide()
    if (fragment === undefined) return result
    faultPoint(`${change}:before-metadata-commit`)
    const committed = await store.commit(recorded === undefined ? fragment : joinFragments(fragment, recorded.fragment))
    if (committed.kind === 'committed') {
      recorded?.committed()
      faultPoint(`${change}:after-metadata-commit`)
      return result
    }
    if (!committed.failed.every(isGuardCheck)) attempt++
    await wait(((randomBytes(1)[0] ?? 0) * 2 ** Math.min(tries, MAX_WAIT_POWER)) / 256)
  }
  return refuse({ kind: 'contended', detail: 'keys' })
}

function isGuardCheck(check: Check): boolean {
  return (check.kind === 'revision' || check.kind === 'absent') && isGuardRow(check.key)
}

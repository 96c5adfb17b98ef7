import { setTimeout as pause } from 'node:timers/promises'
import { refuse, StoreFailure, type Awaitable } from '../operations/index.ts'
import {
  faultPoint,
  joinFragments,
  keyName,
  OutcomeUnknown,
  StoreUnavailable,
  type Check,
  type Committed,
  type Fragment,
} from '../storage/index.ts'
import type { ObjectRooms } from './object-rooms.ts'
import type { Permit } from './permit.ts'
import { settled } from './writing/place-version.ts'

export const COMMIT_TRIES = 5
/** The longest pause before the second try; it grows with each. */
const PAUSE_MS = 8

export interface Decision<Result> {
  /** Absent: there is nothing to change. */
  readonly fragment?: Fragment
  readonly result: Result
}

/**
 * Reads, decides, commits with the permit's guards; on a conflict reads and decides again. A guard that was lost
 * makes the permit decide again first. `undo` runs when it is certain that nothing was committed.
 */
export async function commitDeciding<Result>(
  rooms: ObjectRooms,
  permit: Permit,
  verb: string,
  decide: (permit: Permit) => Awaitable<Decision<Result>>,
  undo?: () => Promise<void>,
): Promise<Result> {
  let done = false
  let current = permit
  try {
    for (let attempt = 1; attempt <= COMMIT_TRIES; attempt++) {
      const deciding = decide(current)
      const { fragment, result } = deciding instanceof Promise ? await deciding : deciding
      if (fragment === undefined) return result
      faultPoint(`${verb}:before-metadata-commit`)
      const recorded = current.recordChange?.()
      const whole = recorded === undefined ? fragment : joinFragments(fragment, recorded.fragment)
      const committed = await rooms.store.commit(settled(current.checks, whole))
      if (committed.kind === 'committed') {
        done = true
        recorded?.committed()
        faultPoint(`${verb}:after-metadata-commit`)
        return result
      }
      if (lost(committed, current.checks)) current = await renewed(current)
      if (attempt < COMMIT_TRIES) await pause(attempt * PAUSE_MS * rooms.options.jitter())
    }
    throw new StoreFailure({ kind: 'contended', detail: 'others kept changing the same thing' })
  } catch (error) {
    if (error instanceof OutcomeUnknown) {
      return refuse({ kind: 'unavailable', detail: 'the outcome of the commit is not known' })
    }
    if (!done) await undo?.()
    if (error instanceof StoreUnavailable) return refuse({ kind: 'unavailable', detail: 'the metadata store is away' })
    throw error
  }
}

/** Asks again, and stays with the buckets that were meant: one of the same name that came later is another. */
async function renewed(permit: Permit): Promise<Permit> {
  const next = await permit.renew()
  for (const [before, after] of [
    [permit.bucket, next.bucket],
    [permit.sourceBucket, next.sourceBucket],
  ]) {
    if (before === undefined) continue
    if (after === undefined || Buffer.compare(before.uuid, after.uuid) !== 0) {
      refuse({ kind: 'no-such-bucket', bucket: before.name })
    }
  }
  return next
}

/** Whether one of these checks is among those that did not hold. */
function lost(conflict: Extract<Committed, { kind: 'conflict' }>, checks: readonly Check[]): boolean {
  return conflict.failed.some((failed) => checks.some((check) => sameKey(check, failed)))
}

function sameKey(left: Check, right: Check): boolean {
  return checkName(left) === checkName(right)
}

function checkName(check: Check): string {
  switch (check.kind) {
    case 'revision':
    case 'absent':
      return keyName(check.key)
    case 'empty':
      return `empty ${keyName(check.start)} ${keyName(check.end)}`
    case 'sum':
      return `sum ${keyName(check.counter)}`
  }
}

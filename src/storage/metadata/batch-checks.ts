import type { Check, Key, Revision } from './metadata-store.ts'

/** The rows as the checks of one batch must see them: the snapshot and all that earlier batches of the wave wrote. */
export interface CheckView {
  revisionOf(key: Key): Revision | undefined
  hasRowIn(start: Key, end: Key): boolean
  sumOf(counter: Key): bigint
}

const NONE: readonly Check[] = []

/** All the checks that do not hold, in the order of the batch. */
export function failedChecks(checks: readonly Check[], view: CheckView): readonly Check[] {
  let failed: Check[] | undefined
  for (const check of checks) if (!holds(check, view)) (failed ??= []).push(check)
  return failed ?? NONE
}

function holds(check: Check, view: CheckView): boolean {
  switch (check.kind) {
    case 'revision':
      return view.revisionOf(check.key) === check.revision
    case 'absent':
      return view.revisionOf(check.key) === undefined
    case 'empty':
      return !view.hasRowIn(check.start, check.end)
    case 'sum':
      return view.sumOf(check.counter) === check.equals
  }
}

/** The key whose row a conflict answers with; checks of ranges and counters have none. */
export function checkedKey(check: Check): Key | undefined {
  return check.kind === 'revision' || check.kind === 'absent' ? check.key : undefined
}

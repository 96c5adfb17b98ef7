import { type KeyDescription } from '../../operations/index.ts'
import { joinFragments, type Fragment } from '../../storage/index.ts'
import { commitDecision } from '../commit-decision.ts'
import type { KeyChangeName } from '../fault-points.ts'
import type { KeyAsk } from './key-context.ts'
import { judgeOwnKey } from './key-lookup.ts'
import type { FoundKey } from './key-reader.ts'
import { describeRecord, keyArn, sealKeyRecord, type KeyRecord } from './key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { demandState, type KeyAct } from './key-states.ts'
import { changeGuard } from '../kms-rows.ts'
import { demandEditable } from './managed-keys.ts'

/** What becomes of a key; undefined: it is as wanted already. */
export type KeyChange =
  | {
      readonly record: KeyRecord
      readonly also?: Fragment
      /** What the record of the change tells beyond the key. */
      readonly detail?: Readonly<Record<string, string>>
    }
  | undefined

/** Changes a key as a caller wants it: looked up, allowed, editable, in a state for it, and committed or decided anew. */
export function changeKey(
  rooms: KeyRooms,
  request: KeyRequest,
  key: string,
  want: { readonly change: KeyChangeName; readonly act: KeyAct } & KeyAsk,
  decide: (found: FoundKey) => Promise<KeyChange> | KeyChange,
): Promise<KeyDescription> {
  return commitDecision(rooms.store, want.change, async () => {
    const found = await judgeOwnKey(rooms, request, key, want)
    demandEditable(found.record, want.action)
    demandUsableState(want.act, found.record)
    const change = await decide(found)
    if (change === undefined) return { result: describeRecord(found.record) }
    const fragment = joinFragments(
      { checks: found.guards, writes: [] },
      rewriteKey(rooms, found, change.record),
      change.also ?? { checks: [], writes: [] },
    )
    const { action } = want
    const event = { action, resource: keyArn(change.record), owner: change.record.account }
    const recorded = rooms.journal.change(
      request,
      change.detail === undefined ? event : { ...event, detail: change.detail },
    )
    return { fragment, recorded, result: describeRecord(change.record) }
  })
}

/** Refuses what the state of the key does not allow; a destroyed key is not found. */
export function demandUsableState(act: KeyAct, record: KeyRecord): void {
  demandState(act, describeRecord(record).state, keyArn(record))
}

/** What a commit carries that puts a changed record in the place of the one that was found. */
export function rewriteKey(rooms: Pick<KeyRooms, 'records'>, found: FoundKey, record: KeyRecord): Fragment {
  return {
    checks: [{ kind: 'revision', key: found.row.key, revision: found.row.revision }],
    writes: [
      { kind: 'put', key: found.row.key, value: sealKeyRecord(rooms.records, record) },
      changeGuard(record.account),
    ],
  }
}

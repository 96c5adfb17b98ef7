import { joinFragments, type Fragment, type MetadataStore } from '../../storage/index.ts'
import { rewriteKey } from '../keys/change-key.ts'
import type { Cluster } from './cluster-key.ts'
import { commitDecision } from '../commit-decision.ts'
import type { KeyEvent } from '../keys/key-journal.ts'
import { removeGrants } from '../rights/end-grants.ts'
import { keyArn, type KeyRecord } from '../keys/key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import { countDependents, isUsed, unusedChecks } from '../keys/key-uses.ts'
import { aliasRow, dueOf, dueRow, dueRows, keyPolicyRow, lifeRow, SHRED_ROW } from '../kms-rows.ts'
import type { RootProvider } from '../roots/root-provider.ts'
import { ignoreAway } from '../stores/with-store.ts'
import { rotateCluster } from './rotate-cluster.ts'
import type { MaterialHandle } from '../stores/key-store.ts'

/** After this time a deletion that was blocked is looked at again. */
export const BLOCKED_RETRY_MS = 3_600_000

export interface Destroyed {
  readonly destroyed: number
  /** Keys that something came to depend on; they stay pending. */
  readonly blocked: number
  /** The version of the cluster key that was made, if one was. */
  readonly clusterVersion?: number
  /** Whether more falls due than `limit`. */
  readonly more: boolean
}

/**
 * A unit of work for a job, to be run at least once an hour: destroys the material of at most `limit` keys whose
 * waiting time is over, then replaces the cluster key, so that what old pages of the store still hold cannot be opened.
 * Interrupted, it is finished by the next run. Needs the root: it runs where the root is.
 */
export async function destroyDueKeys(
  rooms: KeyRooms & { readonly cluster: Cluster; readonly root: RootProvider },
  limit: number,
): Promise<Destroyed> {
  const { rows, more } = await rooms.store.scan({ ...dueRows('destroy', rooms.now()), limit })
  // What a former run gave up, and a key store that was away still holds.
  await ignoreAway(async () => rooms.keyStore.resume?.())
  let destroyed = 0
  let blocked = 0
  for (const row of rows) {
    const due = dueOf(row.key)
    if (due === undefined) continue
    const outcome = await destroyKey(rooms, due.uid, due.atMs)
    if (outcome === 'destroyed') destroyed++
    if (outcome === 'blocked') blocked++
  }
  if (!(await isShredPending(rooms.store))) return { destroyed, blocked, more }
  const { version } = await rotateCluster(rooms)
  rooms.journal.own({ action: 'coffer:RotateClusterKey', resource: 'arn:aws:coffer:::cluster-key' })
  return { destroyed, blocked, clusterVersion: version, more }
}

async function isShredPending(store: MetadataStore): Promise<boolean> {
  const [row] = await store.getMany([SHRED_ROW])
  return row !== undefined
}

interface Ended {
  readonly outcome: 'destroyed' | 'blocked' | 'gone'
  readonly record: KeyRecord | undefined
}

async function destroyKey(rooms: KeyRooms, uid: string, atMs: number): Promise<Ended['outcome']> {
  const { outcome, record } = await commitDecision<Ended>(rooms.store, 'destroy-key', async () => {
    const found = await rooms.reader.byUid(uid)
    if (found?.record.state !== 'pending-deletion' || found.record.deletionMs !== atMs) {
      return { result: { outcome: 'gone', record: undefined } }
    }
    const { record } = found
    if (record.shred !== true && isUsed(await countDependents(rooms.store, record))) {
      const postponed = postpone(record, atMs, rooms.now() + BLOCKED_RETRY_MS)
      const fragment = joinFragments(rewriteKey(rooms, found, postponed.record), postponed.fragment)
      const recorded = rooms.journal.change(undefined, eventOf('kms:KeyDeletionBlocked', record))
      return { fragment, recorded, result: { outcome: 'blocked', record } }
    }
    const tombstone = toTombstone(record, rooms.now())
    const fragment = joinFragments(rewriteKey(rooms, found, tombstone), await ending(rooms, record, atMs))
    const recorded = rooms.journal.change(undefined, eventOf('kms:DeleteKey', record))
    return { fragment, recorded, result: { outcome: 'destroyed', record } }
  })
  if (record === undefined) return outcome
  if (outcome === 'destroyed') await removeGrants(rooms, record)
  if (outcome === 'destroyed') await ignoreAway(() => rooms.keyStore.discard(handlesOf(record)))
  return outcome
}

function eventOf(action: string, record: KeyRecord): KeyEvent {
  return { action, resource: keyArn(record), owner: record.account }
}

/** What stays of a key for ever: its id is never used again. */
function toTombstone(record: KeyRecord, nowMs: number): KeyRecord {
  const { uid, keyId, account, region, description, createdMs, manager, spec, usage, origin } = record
  const versions = record.versions.map((version) => ({ createdMs: version.createdMs, origin: version.origin }))
  const kept = { uid, keyId, account, region, description, createdMs, manager, spec, usage, origin, versions }
  return { ...kept, state: 'destroyed', aliases: [], deletionMs: nowMs }
}

/**
 * Everything that goes with the key, on the condition that nothing depends on it at this commit; where somebody who may
 * has decided that it goes although something does, without.
 */
async function ending(rooms: KeyRooms, record: KeyRecord, atMs: number): Promise<Fragment> {
  const rows: Fragment = {
    checks: record.shred === true ? [] : unusedChecks(record),
    writes: [
      { kind: 'put', key: lifeRow(record.uid), value: Uint8Array.of(0) },
      { kind: 'put', key: SHRED_ROW, value: Uint8Array.of(1) },
      { kind: 'delete', key: dueRow('destroy', atMs, record.uid) },
      { kind: 'delete', key: keyPolicyRow(record.uid) },
      ...record.aliases.map((alias) => ({ kind: 'delete', key: aliasRow(record.account, alias) }) as const),
    ],
  }
  return joinFragments(rows, await rooms.keyStore.release(handlesOf(record)))
}

function handlesOf(record: KeyRecord): readonly MaterialHandle[] {
  return record.versions.map((_, index) => ({ keyUid: record.uid, version: index + 1 }))
}

function postpone(
  record: KeyRecord,
  atMs: number,
  nextMs: number,
): { readonly record: KeyRecord; readonly fragment: Fragment } {
  return {
    record: { ...record, deletionMs: nextMs },
    fragment: {
      checks: [],
      writes: [
        { kind: 'delete', key: dueRow('destroy', atMs, record.uid) },
        { kind: 'put', key: dueRow('destroy', nextMs, record.uid), value: Uint8Array.of(1) },
      ],
    },
  }
}

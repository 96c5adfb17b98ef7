import { after, refuse, type Awaitable, type KeyDependents } from '../../operations/index.ts'
import { readRows, type Check, type Fragment, type MetadataReader } from '../../storage/index.ts'
import { demandUsableState } from './change-key.ts'
import { keyArn, type KeyRecord } from './key-record.ts'
import { currentVersion } from './material-version.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyUse, Referrer } from '../key-service.ts'
import { keyRow, lifeRow, REFERRER_KINDS, useCounter, useRow, type ReferrerKind } from '../kms-rows.ts'

/**
 * What a commit carries that makes something depend on a key. Its check is on the life row: a deletion that is
 * scheduled or carried out meanwhile changes that row, a rotation does not. With it go the guards of the right by which
 * the key was used, as that right stands now (T-078).
 */
export function referenceKey(
  rooms: Pick<KeyRooms, 'store' | 'reader'>,
  use: KeyUse,
  referrer: Referrer,
): Awaitable<Fragment> {
  const renewed = use.renew === undefined ? [] : use.renew()
  return after(renewed, (guards) => referenceNow(rooms, use, referrer, guards))
}

function referenceNow(
  rooms: Pick<KeyRooms, 'store' | 'reader'>,
  use: KeyUse,
  referrer: Referrer,
  guards: readonly Check[],
): Awaitable<Fragment> {
  return after(readRows(rooms.store, [keyRow(use.keyUid), lifeRow(use.keyUid)]), ([row, life]) => {
    if (row === undefined || life === undefined) return refuse({ kind: 'key-not-found', key: use.arn })
    demandUsableState('point-at', rooms.reader.open(use.keyUid, row).record)
    return {
      checks: [{ kind: 'revision', key: life.key, revision: life.revision }, ...guards],
      writes: [
        { kind: 'put', key: useRow(use.keyUid, use.version, referrer.kind, referrer.id), value: Uint8Array.of(1) },
        { kind: 'add', counter: useCounter(use.keyUid, use.version, referrer.kind), delta: 1n },
      ],
    }
  })
}

/** What a commit carries that ends the dependence. Where a referrer changes keys, this comes before the new reference. */
export function dereferenceKey(use: Pick<KeyUse, 'keyUid' | 'version'>, referrer: Referrer): Fragment {
  return {
    checks: [],
    writes: [
      { kind: 'delete', key: useRow(use.keyUid, use.version, referrer.kind, referrer.id) },
      { kind: 'add', counter: useCounter(use.keyUid, use.version, referrer.kind), delta: -1n },
    ],
  }
}

/** Exactly what depends on a key, by the counters. */
export async function countDependents(store: MetadataReader, record: KeyRecord): Promise<KeyDependents> {
  const versions = Array.from({ length: currentVersion(record) }, (_, index) => index + 1)
  const rows = await Promise.all(
    versions.map(async (version) => ({
      version,
      counts: await Promise.all(REFERRER_KINDS.map((kind) => store.sum(useCounter(record.uid, version, kind)))),
    })),
  )
  const count = (counts: readonly bigint[], kind: ReferrerKind): number =>
    Number(counts[REFERRER_KINDS.indexOf(kind)] ?? 0n)
  const total = (kind: ReferrerKind): number => rows.reduce((sum, { counts }) => sum + count(counts, kind), 0)
  const byVersion = rows
    .map(({ version, counts }) => ({ version, count: count(counts, 'version') + count(counts, 'upload') }))
    .filter((one) => one.count > 0)
  return { versions: total('version'), uploads: total('upload'), defaults: total('default'), byVersion }
}

export function isUsed({ versions, uploads, defaults }: KeyDependents): boolean {
  return versions + uploads + defaults > 0
}

/** Refuses with `key-in-use`, which says how many hold it. */
export function demandUnused(record: KeyRecord, dependents: KeyDependents): void {
  const { versions, uploads, defaults } = dependents
  if (isUsed(dependents)) refuse({ kind: 'key-in-use', key: keyArn(record), versions, uploads, defaults })
}

/** The checks of a commit that ends a key: every counter is zero, at that commit. */
export function unusedChecks(record: KeyRecord): readonly Check[] {
  return record.versions.flatMap((_, index) =>
    REFERRER_KINDS.map(
      (kind) => ({ kind: 'sum', counter: useCounter(record.uid, index + 1, kind), equals: 0n }) as const,
    ),
  )
}

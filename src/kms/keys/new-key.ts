import type { AccountId, KeyTags } from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { joinFragments, type Fragment } from '../../storage/index.ts'
import { sealPointer } from './key-reader.ts'
import { keyArn, sealKeyRecord, type KeyRecord } from './key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import { aliasRow, changeGuard, dueRow, keyCounter, keyIdRow, keyRow, lifeRow, takenIdRow } from '../kms-rows.ts'
import { withStore } from '../stores/with-store.ts'

export const DAY_MS = 86_400_000
const WRAPPING_KIND = { spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT', origin: 'coffer' } as const

/** What makes a key: its record, names, first material, in one commit. */
export async function newKey(
  rooms: Pick<KeyRooms, 'records' | 'keyStore' | 'region' | 'now'>,
  wanted: {
    readonly account: AccountId
    readonly keyId: string
    readonly description: string
    readonly manager: KeyRecord['manager']
    /** Material for wrapping, made here, where nothing is said. */
    readonly kind?: Pick<KeyRecord, 'spec' | 'usage' | 'origin'>
    readonly alias?: string
    readonly rotationDays?: number
    readonly tags?: KeyTags
  },
): Promise<{ readonly fragment: Fragment; readonly record: KeyRecord }> {
  const { account, keyId, description, manager, alias, rotationDays, tags = [] } = wanted
  const { spec, usage, origin } = wanted.kind ?? WRAPPING_KIND
  const uid = randomBytes(16).toString('hex')
  const createdMs = rooms.now()
  const first = { createdMs, origin: 'initial' } as const
  const nextMs = rotationDays === undefined ? undefined : createdMs + rotationDays * DAY_MS
  const record: KeyRecord = {
    uid,
    keyId,
    account,
    region: rooms.region,
    description,
    createdMs,
    manager,
    spec,
    usage,
    origin,
    state: origin === 'external' ? 'pending-import' : 'enabled',
    versions: [origin === 'external' ? { ...first, imported: { state: 'awaited' } } : first],
    aliases: alias === undefined ? [] : [alias],
    ...(tags.length === 0 ? {} : { tags }),
    ...(rotationDays === undefined || nextMs === undefined ? {} : { rotation: { periodDays: rotationDays, nextMs } }),
  }
  const idRow = keyIdRow(account, keyId)
  const names: Fragment = {
    checks: [keyRow(uid), idRow, takenIdRow(keyId)].map((key) => ({ kind: 'absent', key })),
    writes: [
      { kind: 'put', key: keyRow(uid), value: sealKeyRecord(rooms.records, record) },
      { kind: 'put', key: lifeRow(uid), value: Uint8Array.of(1) },
      { kind: 'put', key: idRow, value: sealPointer(rooms.records, idRow, uid) },
      { kind: 'put', key: takenIdRow(keyId), value: Uint8Array.of(1) },
      { kind: 'add', counter: keyCounter(account), delta: 1n },
      changeGuard(account),
    ],
  }
  const parts = [names]
  if (origin === 'coffer') {
    parts.push(await withStore(keyArn(record), () => rooms.keyStore.create({ keyUid: uid, version: 1 }, spec)))
  }
  if (alias !== undefined) {
    const row = aliasRow(account, alias)
    parts.push({
      checks: [{ kind: 'absent', key: row }],
      writes: [{ kind: 'put', key: row, value: sealPointer(rooms.records, row, uid) }],
    })
  }
  if (nextMs !== undefined) {
    parts.push({ checks: [], writes: [{ kind: 'put', key: dueRow('rotate', nextMs, uid), value: Uint8Array.of(1) }] })
  }
  return { fragment: joinFragments(...parts), record }
}

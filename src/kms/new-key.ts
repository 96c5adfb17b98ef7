import { type AccountId } from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'
import { joinFragments, type Fragment } from '../storage/index.ts'
import { sealPointer } from './key-reader.ts'
import { sealKeyRecord, type KeyRecord } from './key-record.ts'
import type { KeyRooms } from './key-rooms.ts'
import { aliasRow, changeGuard, dueRow, keyCounter, keyIdRow, keyRow, lifeRow, takenIdRow } from './kms-rows.ts'

export const DAY_MS = 86_400_000

/** What makes a key: its record, names, first material, in one commit. */
export async function newKey(
  rooms: Pick<KeyRooms, 'records' | 'keyStore' | 'region' | 'now'>,
  wanted: {
    readonly account: AccountId
    readonly keyId: string
    readonly description: string
    readonly manager: KeyRecord['manager']
    readonly alias?: string
    readonly rotationDays?: number
  },
): Promise<{ readonly fragment: Fragment; readonly record: KeyRecord }> {
  const { account, keyId, description, manager, alias, rotationDays } = wanted
  const uid = randomBytes(16).toString('hex')
  const createdMs = rooms.now()
  const nextMs = rotationDays === undefined ? undefined : createdMs + rotationDays * DAY_MS
  const record: KeyRecord = {
    uid,
    keyId,
    account,
    region: rooms.region,
    description,
    createdMs,
    manager,
    state: 'enabled',
    versions: [{ createdMs, origin: 'initial' }],
    aliases: alias === undefined ? [] : [alias],
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
  const parts = [names, await rooms.keyStore.create({ keyUid: uid, version: 1 })]
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

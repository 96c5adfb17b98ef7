import { refuse, type AccountId } from '../../operations/index.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { aliasRow } from '../kms-rows.ts'
import { demandPeriod } from '../material/rotation.ts'
import { aliasArn } from './key-names.ts'
import { keyArn, type KeyRecord } from './key-record.ts'

/** What a key has from the beginning takes the rights that giving it later takes. */
export async function demandBeginnings(rooms: KeyRooms, request: KeyRequest, record: KeyRecord): Promise<void> {
  const { aliases, rotation } = record
  for (const alias of aliases) {
    for (const resource of [aliasArn(rooms.region, record.account, alias), keyArn(record)]) {
      await rooms.rights.demandAccount(request, 'kms:CreateAlias', resource, { 'coffer:newkey': ['true'] })
    }
  }
  if (rotation === undefined) return
  const days = { 'kms:rotationperiodindays': [String(rotation.periodDays)] }
  await rooms.rights.demandAccount(request, 'kms:EnableKeyRotation', keyArn(record), days)
}

export async function demandFreeAlias(rooms: KeyRooms, account: AccountId, alias: string): Promise<void> {
  const [taken] = await rooms.store.getMany([aliasRow(account, alias)])
  if (taken !== undefined) refuse({ kind: 'alias-exists', alias })
}

export function demandRotation(kind: Pick<KeyRecord, 'spec' | 'origin'>, days: number): void {
  demandPeriod(days)
  if (kind.spec === 'SYMMETRIC_DEFAULT' && kind.origin === 'coffer') return
  refuse({ kind: 'unsupported-operation', detail: 'A key of this kind does not rotate by itself.' })
}

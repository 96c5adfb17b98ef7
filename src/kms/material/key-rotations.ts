import { type KeyListPage, type KeyMaterialResults, type ShownMaterial } from '../../operations/index.ts'
import { demandUsableState } from '../keys/change-key.ts'
import { demandSymmetric } from '../keys/key-kind.ts'
import { judgeKey, judgeOwnKey } from '../keys/key-lookup.ts'
import { keyArn, type KeyRecord } from '../keys/key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { pageOf } from '../keys/list-page.ts'
import { currentVersion, materialId, type MaterialVersion } from '../keys/material-version.ts'

/** Whether a key rotates by itself. One that is about to be deleted does not; neither does one that never can. */
export async function getKeyRotation(
  rooms: KeyRooms,
  request: KeyRequest,
  { key }: { readonly key: string },
): Promise<KeyMaterialResults['get-key-rotation']> {
  const { record } = await judgeKey(rooms, request, key, { action: 'kms:GetKeyRotationStatus' })
  demandUsableState('look', record)
  const { rotation } = record
  const past = record.versions.filter(({ origin, imported }) => origin !== 'initial' && imported?.waits !== true)
  const last = past.at(-1)
  const arn = {
    keyArn: keyArn(record),
    rotations: past.length,
    ...(last === undefined ? {} : { lastMs: last.rotatedMs ?? last.createdMs }),
  }
  if (rotation === undefined || record.state === 'pending-deletion') return { ...arn, enabled: false }
  return { ...arn, enabled: true, periodDays: rotation.periodDays, nextMs: rotation.nextMs }
}

/** The generations of a key's material, oldest first. `everything`: also the first, and one that waits for its rotation. */
export async function listKeyRotations(
  rooms: KeyRooms,
  request: KeyRequest,
  { key, everything, page }: { readonly key: string; readonly everything: boolean; readonly page?: KeyListPage },
): Promise<KeyMaterialResults['list-key-rotations']> {
  const { record } = await judgeOwnKey(rooms, request, key, { action: 'kms:ListKeyRotations' })
  demandUsableState('look', record)
  demandSymmetric(record)
  const shown = record.versions
    .map((version, index) => ({ version, number: index + 1 }))
    .filter(({ version }) => everything || (version.origin !== 'initial' && version.imported?.waits !== true))
  const { items, ...rest } = pageOf(shown, ({ number }) => number.toString(16).padStart(8, '0'), page)
  const materials = items.map(({ version, number }) => showMaterial(record, version, number))
  return { keyArn: keyArn(record), materials, ...rest }
}

function showMaterial(record: KeyRecord, version: MaterialVersion, number: number): ShownMaterial {
  const { imported, origin, createdMs, rotatedMs } = version
  const waits = imported?.waits === true
  const state = waits ? 'pending-rotation' : number === currentVersion(record) ? 'current' : 'non-current'
  const rotated = origin === 'initial' || waits ? undefined : { atMs: rotatedMs ?? createdMs, type: origin }
  return {
    materialId: materialId(record, number),
    state,
    ...(rotated === undefined ? {} : { rotation: rotated }),
    ...(imported === undefined ? {} : importedFacts(imported)),
  }
}

function importedFacts(imported: NonNullable<MaterialVersion['imported']>): Partial<ShownMaterial> {
  const { state, description, expiryMs } = imported
  return {
    imported: state === 'present' ? 'imported' : 'pending-import',
    ...(description === undefined ? {} : { description }),
    ...(state === 'present' ? { expires: expiryMs !== undefined } : {}),
    ...(state !== 'present' || expiryMs === undefined ? {} : { validToMs: expiryMs }),
  }
}

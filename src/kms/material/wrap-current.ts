import type { SecretBytes } from '../../secrets/index.ts'
import type { KeyRecord } from '../keys/key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import { currentVersion } from '../keys/material-version.ts'
import { rotateExhaustedKey } from './rotation.ts'
import { MaterialExhausted, type MaterialHandle } from '../stores/key-store.ts'

/** Wraps under the newest version of a key; `under` is the key as it is then. One that was used as often as it may be is rotated, and the next one used. */
export async function wrapCurrent(
  rooms: KeyRooms,
  record: KeyRecord,
  plaintext: SecretBytes,
  context: Uint8Array,
): Promise<MaterialHandle & { readonly blob: Buffer; readonly under: KeyRecord }> {
  const handle = { keyUid: record.uid, version: currentVersion(record) }
  try {
    return { ...handle, under: record, blob: await rooms.keyStore.wrap(handle, plaintext, context) }
  } catch (error) {
    if (!(error instanceof MaterialExhausted)) throw error
  }
  await rotateExhaustedKey(rooms, record.uid, handle.version)
  const under = (await rooms.reader.byUid(record.uid))?.record ?? record
  const next = { keyUid: record.uid, version: currentVersion(under) }
  return { ...next, under, blob: await rooms.keyStore.wrap(next, plaintext, context) }
}

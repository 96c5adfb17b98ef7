import { refuse } from '../../operations/index.ts'
import type { KeyAsk } from './key-context.ts'
import type { Decision } from '../../policy/index.ts'
import { locate } from './key-lookup.ts'
import { shownKeyText } from './key-names.ts'
import { keyArn } from './key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'

/** What is said to `action` on the key that a text means for the caller, and by whom. Nothing is done, and nothing recorded. */
export async function explainUse(
  rooms: KeyRooms,
  request: KeyRequest,
  key: string,
  action: string,
  extra: NonNullable<KeyAsk['extra']>,
): Promise<{ readonly keyArn: string; readonly decision: Decision }> {
  const place = await locate(rooms, request, key, action)
  const ask = place.alias === undefined ? { action, extra } : { action, extra, alias: place.alias }
  const decision = await rooms.rights.explain(request, place, ask)
  const found = await rooms.reader.byUid(place.uid)
  if (decision === undefined || found === undefined) return refuse({ kind: 'key-not-found', key: shownKeyText(key) })
  return { keyArn: keyArn(found.record), decision }
}

import { refuse, type AccountId, type EncryptionMode } from '../../operations/index.ts'
import { givesToOthers } from './access-lists.ts'
import type { Permit } from '../permit.ts'

/** In OBS an encrypted object cannot be given to others by a list: not when it is written, not afterwards (OBSB-11). */
export function refuseSharedList(
  { facts }: Pick<Permit, 'facts'>,
  mode: EncryptionMode,
  acl: Parameters<typeof givesToOthers>[0],
  owner: AccountId,
): void {
  if (facts?.dialect !== 'obs' || mode === 'none' || !givesToOthers(acl, owner)) return
  refuse({ kind: 'invalid-request', detail: 'Objects encrypted on the server side cannot be shared.' })
}

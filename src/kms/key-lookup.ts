import { after, refuse, type AccountId, type Awaitable, type Caller } from '../operations/index.ts'
import { parseKeyName, shownKeyText } from './key-names.ts'
import { demandAllowed } from './key-policy.ts'
import type { FoundKey } from './key-reader.ts'
import type { KeyRooms } from './key-rooms.ts'
import type { KeyRequest } from './key-service.ts'
import { MANAGED_ALIAS, managedKey } from './managed-keys.ts'

/** The account whose keys a caller's texts name. Nobody's: `access-denied`. */
export function accountOf(caller: Caller, action: string): AccountId {
  return caller.kind === 'anonymous' ? refuse({ kind: 'access-denied', action }) : caller.account
}

/**
 * The key that a text means for this caller, who may do `action` on it. Ids and aliases are looked for in the caller's
 * own account; a key of another account is named by ARN only. `key-not-found`: no such key, another region, no key's
 * name at all. `access-denied`: no right, and for keys of other accounts also when there is no such key.
 */
export async function lookUp(rooms: KeyRooms, request: KeyRequest, text: string, action: string): Promise<FoundKey> {
  const found = await find(rooms, request, text, action)
  demandAllowed(rooms.policy, request.caller, action, found.record.account)
  return found
}

/** As `lookUp`, without asking for the right on a key of the caller's own account: each use asks for itself. */
export function find(rooms: KeyRooms, request: KeyRequest, text: string, action: string): Awaitable<FoundKey> {
  const own = accountOf(request.caller, action)
  const missing = (): never => refuse({ kind: 'key-not-found', key: shownKeyText(text) })
  const name = parseKeyName(text) ?? missing()
  if (name.at !== undefined && name.at.region !== rooms.region) return missing()
  const account = name.at?.account ?? own
  // A stranger learns nothing of an account's keys, not even which exist.
  if (account !== own) demandAllowed(rooms.policy, request.caller, action, account)
  const asked =
    name.kind === 'id' ? rooms.reader.byId(account, name.keyId) : findAlias(rooms, account, name.alias, account === own)
  return after(asked, (found) => (found === undefined || found.record.state === 'destroyed' ? missing() : found))
}

function findAlias(rooms: KeyRooms, account: AccountId, alias: string, own: boolean): Awaitable<FoundKey | undefined> {
  return alias === MANAGED_ALIAS && own ? managedKey(rooms, account) : rooms.reader.byAlias(account, alias)
}

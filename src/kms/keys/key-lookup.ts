import { after, refuse, type AccountId, type Awaitable, type Caller } from '../../operations/index.ts'
import type { Check } from '../../storage/index.ts'
import type { KeyAsk } from './key-context.ts'
import { parseKeyName, shownKeyText } from './key-names.ts'
import type { FoundKey } from './key-reader.ts'
import { refuseStranger, type KeyPlace } from '../rights/key-rights.ts'
import { demandRoad } from '../rights/key-road.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { isManagedAlias, MANAGED_ALIAS, managedKey } from './managed-keys.ts'

/** A key that the caller may do something with: as it was when that was decided, and how to ask again. */
export interface JudgedKey extends FoundKey {
  /** For the commit of a change that rests on the decision. */
  readonly guards: readonly Check[]
  /** Decides anew, and gives the guards of then. Refuses with `access-denied` when the right is gone. */
  readonly renew: () => Awaitable<readonly Check[]>
}

/** The account whose keys a caller's texts name. Nobody's: `access-denied`. */
export function accountOf(caller: Caller, action: string): AccountId {
  return caller.kind === 'anonymous' ? refuse({ kind: 'access-denied', action, reason: 'anonymous' }) : caller.account
}

/** Where the key is that a text means for this caller. Nothing was asked about rights yet. */
export interface LocatedKey extends KeyPlace {
  /** The alias by which it was named. */
  readonly alias?: string
}

/**
 * The key that a text means for this caller. Ids and aliases are looked for in the caller's own account; a key of
 * another account is named by ARN only. `key-not-found`: no such key, another region, no key's name at all.
 * `access-denied`: the same of another account, of which nobody learns which keys it has.
 */
export function locate(rooms: KeyRooms, request: KeyRequest, text: string, action: string): Awaitable<LocatedKey> {
  const own = accountOf(request.caller, action)
  const missing = (): never => refuse({ kind: 'key-not-found', key: shownKeyText(text) })
  const name = parseKeyName(text) ?? missing()
  if (name.at !== undefined && name.at.region !== rooms.region) return missing()
  const account = name.at?.account ?? own
  const uid =
    name.kind === 'id'
      ? rooms.reader.uidOfId(account, name.keyId)
      : uidOfAlias(rooms, request, { account, alias: name.alias, own })
  return after(uid, (found) => {
    if (found === undefined) return account === own ? missing() : refuseStranger(action)
    return name.kind === 'id' ? { uid: found, account } : { uid: found, account, alias: name.alias }
  })
}

function uidOfAlias(
  rooms: KeyRooms,
  request: KeyRequest,
  { account, alias, own }: { readonly account: AccountId; readonly alias: string; readonly own: AccountId },
): Awaitable<string | undefined> {
  if (!isManagedAlias(alias)) return rooms.reader.uidOfAlias(account, alias)
  return account === own
    ? after(managedKey(rooms, account, request), ({ record }) => record.uid)
    : rooms.reader.uidOfAlias(account, MANAGED_ALIAS)
}

/** As `locate`, with the right that is asked for. The one way to a key for every operation that names it by a text. */
export function judgeKey(rooms: KeyRooms, request: KeyRequest, text: string, ask: KeyAsk): Awaitable<JudgedKey> {
  return after(locate(rooms, request, text, ask.action), (place) => {
    const asked = place.alias === undefined ? ask : { ...ask, alias: place.alias }
    return judgePlace(rooms, request, place, asked, text)
  })
}

/** `text`: how the key was named, for the refusal. */
export function judgePlace(
  rooms: KeyRooms,
  request: KeyRequest,
  place: KeyPlace,
  ask: KeyAsk,
  text: string,
): Awaitable<JudgedKey> {
  return after(rooms.rights.demand(request, place, ask), (verdict) => {
    if (verdict === undefined || verdict.found.record.state === 'destroyed') {
      return refuse({ kind: 'key-not-found', key: shownKeyText(text) })
    }
    const { found, guards } = verdict
    return after(demandRoad(rooms, request, place, ask, verdict), () => ({
      ...{ ...found, guards, renew: renewal(rooms, request, place, ask) },
    }))
  })
}

export function renewal(rooms: KeyRooms, request: KeyRequest, place: KeyPlace, ask: KeyAsk): JudgedKey['renew'] {
  return () =>
    after(rooms.rights.demand(request, place, ask), (verdict) => {
      if (verdict === undefined) return []
      return after(demandRoad(rooms, request, place, ask, verdict), () => verdict.guards)
    })
}

/** For what can only be done in the key's own account (KMS developer guide, "Cross-account use"). */
export function judgeOwnKey(rooms: KeyRooms, request: KeyRequest, text: string, ask: KeyAsk): Awaitable<JudgedKey> {
  const own = accountOf(request.caller, ask.action)
  return after(locate(rooms, request, text, ask.action), (place) => {
    if (place.account !== own) return refuseStranger(ask.action)
    return judgePlace(rooms, request, place, ask, text)
  })
}

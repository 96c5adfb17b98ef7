import { after, type Awaitable } from '../operations/index.ts'
import { keyActionsOf } from '../policy/index.ts'
import type { KeyAsk } from './key-context.ts'
import type { KeyPlace, Verdict } from './key-rights.ts'
import type { KeyRooms } from './key-rooms.ts'
import type { KeyRequest } from './key-service.ts'

/** Uses of a key, which are asked for where they happen. Everything else that a vendor's page lists is looking a key up. */
const USES: ReadonlySet<string> = new Set(['kms:GenerateDataKey', 'kms:Decrypt'])
/** No key stands for these. */
const OF_ACCOUNT: ReadonlySet<string> = new Set(['kms:ListKeys', 'kms:ListAliases'])

/**
 * The rights that a vendor's page wants for a use of a key besides the use itself (OBSA-24, OBSA-29). The key that Coffer
 * manages for an account needs none of OSS's: they are for keys that somebody named.
 */
export function demandRoad(
  rooms: Pick<KeyRooms, 'rights'>,
  request: KeyRequest,
  place: KeyPlace,
  ask: KeyAsk,
  { found }: Pick<Verdict, 'found'>,
): Awaitable<undefined> {
  const { road } = request
  if (road === undefined || !USES.has(ask.action)) return undefined
  if (road.vendor === 'oss' && found.record.manager === 'coffer') return undefined
  const wanted = keyActionsOf(road.vendor, road.task).filter((action) => !USES.has(action))
  return demandAll(rooms, request, place, wanted)
}

function demandAll(
  rooms: Pick<KeyRooms, 'rights'>,
  request: KeyRequest,
  place: KeyPlace,
  [action, ...rest]: readonly string[],
): Awaitable<undefined> {
  if (action === undefined) return undefined
  const asked: Awaitable<unknown> = OF_ACCOUNT.has(action)
    ? rooms.rights.demandAccount(request, action, '*')
    : rooms.rights.demand(request, place, { action })
  return after(asked, () => demandAll(rooms, request, place, rest))
}

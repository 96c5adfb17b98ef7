import { after, refuse, type Awaitable } from '../../operations/index.ts'
import { keyActionsOf } from '../../policy/index.ts'
import type { KeyAsk } from '../keys/key-context.ts'
import type { KeyPlace, Verdict } from './key-rights.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest, KeyRoad, KeyUse } from '../key-service.ts'

/** Uses of a key, which are asked for where they happen. Everything else that a vendor's page lists is looking a key up. */
const USES: ReadonlySet<string> = new Set(['kms:GenerateDataKey', 'kms:Decrypt'])
/** No key stands for these. At OSS they are judged for the key: its page narrows all of a policy to one (OSS-74). */
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
  return demandAll(rooms, request, place, lookUps(road))
}

function lookUps({ vendor, task }: KeyRoad): readonly string[] {
  return keyActionsOf(vendor, task).filter((action) => !USES.has(action))
}

/** The same for a task that uses no key, but names one: setting it as a bucket's default (OSS-55 to OSS-58). */
export async function demandTask(
  rooms: Pick<KeyRooms, 'rights' | 'reader' | 'journal'>,
  request: KeyRequest,
  use: Pick<KeyUse, 'keyUid' | 'arn'>,
): Promise<void> {
  const [first, ...rest] = request.road === undefined ? [] : lookUps(request.road)
  if (first === undefined) return
  const account = (await rooms.reader.accountOf(use.keyUid)) ?? refuse({ kind: 'key-not-found', key: use.arn })
  const place = { uid: use.keyUid, account }
  const verdict = await rooms.rights.weigh(request, place, { action: first })
  if (verdict?.found.record.manager === 'coffer') return
  try {
    await demandAll(rooms, request, place, [first, ...rest])
  } catch (error) {
    rooms.journal.failed(request, { action: first, resource: use.arn }, error)
    throw error
  }
}

function demandAll(
  rooms: Pick<KeyRooms, 'rights'>,
  request: KeyRequest,
  place: KeyPlace,
  [action, ...rest]: readonly string[],
): Awaitable<undefined> {
  if (action === undefined) return undefined
  const ofAccount = OF_ACCOUNT.has(action) && request.road?.vendor !== 'oss'
  const asked: Awaitable<unknown> = ofAccount
    ? rooms.rights.demandAccount(request, action, '*')
    : rooms.rights.demand(request, place, { action })
  return after(asked, () => demandAll(rooms, request, place, rest))
}

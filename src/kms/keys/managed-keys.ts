import { after, refuse, type AccountId, type Awaitable } from '../../operations/index.ts'
import { commitDecision } from '../commit-decision.ts'
import { newKeyId } from './key-names.ts'
import type { FoundKey } from './key-reader.ts'
import { keyArn, type KeyRecord } from './key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { newKey } from './new-key.ts'

/** The key that an account's writes use when they name none: made on first need, one for each account. */
export const MANAGED_ALIAS = 'alias/aws/s3'
/** Its names in the other dialects: one key stands behind all of them. `obs/default` has no `alias/`. */
const MANAGED_ALIASES: ReadonlySet<string> = new Set([
  MANAGED_ALIAS,
  ...['alias/acs/oss', 'alias/obs/default', 'obs/default', 'alias/cos/default'],
])
const MANAGED_ROTATION_DAYS = 365
const DESCRIPTION = 'The managed key of this account for objects'

/** In OBS whoever needs it first has to have a right to make it (OBSA-26, OBSB-32); everywhere else it is the server's own act. */
export function managedKey(rooms: KeyRooms, account: AccountId, request: KeyRequest): Awaitable<FoundKey> {
  return after(rooms.reader.byAlias(account, MANAGED_ALIAS), (existing) => {
    if (existing !== undefined) return existing
    if (request.road?.vendor !== 'obs') return makeManagedKey(rooms, account)
    return after(rooms.rights.demandAccount(request, 'kms:CreateKey', '*'), () => makeManagedKey(rooms, account))
  })
}

/** Many first needs at once make one key: the alias is taken by one commit. */
async function makeManagedKey(rooms: KeyRooms, account: AccountId): Promise<FoundKey> {
  await commitDecision(rooms.store, 'create-managed-key', async () => {
    if ((await rooms.reader.byAlias(account, MANAGED_ALIAS)) !== undefined) return { result: undefined }
    const { fragment, record } = await newKey(rooms, {
      account,
      keyId: newKeyId(),
      description: DESCRIPTION,
      manager: 'coffer',
      alias: MANAGED_ALIAS,
      rotationDays: MANAGED_ROTATION_DAYS,
    })
    const event = {
      action: 'kms:CreateKey',
      resource: keyArn(record),
      owner: account,
      detail: { alias: MANAGED_ALIAS },
    }
    return { fragment, recorded: rooms.journal.change(undefined, event), result: undefined }
  })
  const found = await rooms.reader.byAlias(account, MANAGED_ALIAS)
  return found ?? refuse({ kind: 'integrity', what: 'the managed key' })
}

export function isManagedAlias(text: string): boolean {
  return MANAGED_ALIASES.has(text)
}

/** Nobody changes a managed key, whatever policies say. */
export function demandEditable(record: KeyRecord, action: string): void {
  if (record.manager === 'coffer') {
    refuse({ kind: 'access-denied', action, reason: 'a managed key cannot be changed' })
  }
}

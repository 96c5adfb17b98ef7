import { after, refuse, type AccountId, type Awaitable } from '../operations/index.ts'
import { commitDecision } from './commit-decision.ts'
import { newKeyId } from './key-names.ts'
import type { FoundKey } from './key-reader.ts'
import { keyArn, type KeyRecord } from './key-record.ts'
import type { KeyRooms } from './key-rooms.ts'
import type { KeyRequest } from './key-service.ts'
import { newKey } from './new-key.ts'

/** The key that an account's writes use when they name none: made on first need, one for each account. */
export const MANAGED_ALIAS = 'alias/aws/s3'
const MANAGED_ROTATION_DAYS = 365
const DESCRIPTION = 'The managed key of this account for objects'

export function managedKey(rooms: KeyRooms, account: AccountId): Awaitable<FoundKey> {
  return after(rooms.reader.byAlias(account, MANAGED_ALIAS), (existing) => existing ?? makeManagedKey(rooms, account))
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

/** Managed keys are used through the object store only, and nobody changes them. */
export function demandUsable(record: KeyRecord, request: KeyRequest, action: string): void {
  if (record.manager === 'coffer' && request.via === undefined) {
    refuse({ kind: 'access-denied', action, reason: 'a managed key is used through the object store only' })
  }
}

export function demandEditable(record: KeyRecord, action: string): void {
  if (record.manager === 'coffer') {
    refuse({ kind: 'access-denied', action, reason: 'a managed key cannot be changed' })
  }
}

import { readWrap } from '../kms/index.ts'
import { after, refuse, type AccountId, type Awaitable, type Principal } from '../operations/index.ts'
import type { SecretBytes } from '../secrets/index.ts'
import { readRows, type Key, type Row } from '../storage/index.ts'
import { readAccount } from './accounts.ts'
import { schemesOf, type AccountCredential } from './credential.ts'
import { isAccessKeyId } from './credential-rules.ts'
import { openAccessKey, type AccessKeyRecord } from './identity-records.ts'
import { entityArn, rootArn } from './people-arns.ts'
import { accessKeyRow, accountOffRow } from './people-rows.ts'
import {
  demandGood,
  ensureRoot,
  recoverRoot,
  wrapNameOf,
  type CredentialRooms,
  type RootCredential,
} from './root-credential.ts'
import { createSessionLookup } from './session-lookup.ts'

export interface AccessKeys {
  /**
   * By the store as it is now; undefined: unknown, switched off, or of an account that is. With a token: the temporary
   * credential of both together; `invalid-token`, `expired-token`.
   */
  lookup(accessKeyId: string, token?: string): Awaitable<AccountCredential | undefined>
  /** 64 hexadecimal digits; undefined: no such account. */
  canonicalIdOf(account: AccountId): Promise<string | undefined>
  /**
   * Makes sure that the account and its root credential exist. `configured` becomes the root credential, whatever it
   * was; without, a new one is made if there is none, and only then its secret is in the answer, this once.
   */
  ensureRoot(
    account: AccountId,
    configured?: RootCredential,
  ): Promise<{ readonly accessKeyId: string; readonly created?: SecretBytes }>
  /** A new secret for the root credential; the old one ends with this commit. */
  recoverRoot(account: AccountId): Promise<RootCredential>
}

interface HeldKey {
  readonly revision: string
  /** Its own row, and the one that is there while its account is switched off. */
  readonly rows: readonly [Key, Key]
  /** Undefined: switched off. */
  readonly credential: AccountCredential | undefined
}

/** Credentials that a process keeps unwrapped. */
export const MAX_HELD_KEYS = 10_000

export function createAccessKeys(rooms: CredentialRooms): AccessKeys {
  const held = new Map<string, HeldKey>()

  /** The lasting credential, as its row and its account's are now. */
  function lasting(accessKeyId: string, missed?: string): Awaitable<AccountCredential | undefined> {
    if (!isAccessKeyId(accessKeyId)) return undefined
    const known = held.get(accessKeyId)
    return after(readRows(rooms.store, known?.rows ?? [accessKeyRow(accessKeyId)]), ([row, off]) => {
      if (row === undefined) {
        held.delete(accessKeyId)
        return undefined
      }
      if (known?.revision === row.revision) return off === undefined ? known.credential : undefined
      return readFresh(accessKeyId, row, missed)
    })
  }

  async function readFresh(
    accessKeyId: string,
    row: Row,
    missed: string | undefined,
  ): Promise<AccountCredential | undefined> {
    const fresh = await openKey(rooms, row)
    // The secret is gone although its record was there: replaced between the two reads, or lost.
    if (fresh === undefined && missed === row.revision) refuse({ kind: 'integrity', what: 'secret of an access key' })
    if (fresh !== undefined) {
      if (held.size >= MAX_HELD_KEYS) held.clear()
      held.set(accessKeyId, fresh)
    }
    return lasting(accessKeyId, row.revision)
  }

  const sessions = createSessionLookup(rooms, lasting)
  return {
    lookup: (accessKeyId, token) => (token === undefined ? lasting(accessKeyId) : sessions.lookup(accessKeyId, token)),
    canonicalIdOf: async (account) => (await readAccount(rooms.store, rooms.records, account))?.record.canonicalId,
    ensureRoot: async (account, configured) => {
      if (configured !== undefined) demandGood(configured)
      return ensureRoot(rooms, account, configured)
    },
    recoverRoot: (account) => recoverRoot(rooms, account),
  }
}

async function openKey(rooms: CredentialRooms, row: Row): Promise<HeldKey | undefined> {
  const record = openAccessKey(rooms.records, row)
  const rows = [row.key, accountOffRow(record.account)] as const
  if (record.inactive === true) return { revision: row.revision, rows, credential: undefined }
  const secret = await readWrap(rooms.store, rooms.cluster, wrapNameOf(record))
  if (secret === undefined) return undefined
  const { accessKeyId, generation } = record
  const credential = {
    accessKeyId,
    secret,
    generation,
    principal: principalOf(record),
    schemes: schemesOf(record.signatures),
  }
  return { revision: row.revision, rows, credential }
}

function principalOf({ account, user }: AccessKeyRecord): Principal {
  if (user === undefined) return { kind: 'account-root', account, arn: rootArn(account) }
  const arn = entityArn({ kind: 'user', account, path: user.path, name: user.name })
  return { kind: 'user', account, arn, userId: user.id, userName: user.name }
}

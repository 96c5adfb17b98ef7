import type { AccountId } from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'
import type { Check, MetadataReader, Write } from '../storage/index.ts'
import { guardKey } from './row-keys.ts'

/**
 * The guards of accounts: one row each, changed by everything that changes people, policies, keys or bucket settings.
 * A decision that rests on an account's settings carries the check that `readGuards` returns.
 */
export async function readGuards(store: MetadataReader, accounts: readonly AccountId[]): Promise<readonly Check[]> {
  const keys = [...new Set(accounts)].map((account) => guardKey(account))
  const rows = await store.getMany(keys)
  return keys.map((key, index) => {
    const row = rows[index]
    return row === undefined ? { kind: 'absent', key } : { kind: 'revision', key, revision: row.revision }
  })
}

/** What the commit of a change carries, so that every decision made before it is made again. */
export function changeGuard(account: AccountId): Write {
  return { kind: 'put', key: guardKey(account), value: randomBytes(8) }
}

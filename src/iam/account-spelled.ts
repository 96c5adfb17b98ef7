import { parseAccountId, type AccountId } from '../operations/index.ts'
import { readAccount } from './accounts.ts'
import type { Reading } from './find-people.ts'
import { openAccount } from './identity-records.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import { allRows } from './people-pages.ts'
import { ACCOUNT_ROWS } from './people-rows.ts'

/** The account's number with zeros before it, as S3's listings show an owner. */
const PADDED = /^0{52}([0-9]{12})$/
const MAX_SPELLED_CHARACTERS = 128

/**
 * The account that a list of rights names: by its number, the canonical id of listings or of the directory, or a vendor's
 * spelling of it. Undefined: nobody is called so.
 */
export async function accountSpelled(rooms: Reading, text: string): Promise<AccountId | undefined> {
  if (text === '' || text.length > MAX_SPELLED_CHARACTERS) return undefined
  const number = parseAccountId(PADDED.exec(text)?.[1] ?? text)
  const own = number === undefined ? undefined : await readAccount(rooms.store, rooms.records, number)
  if (own !== undefined) return own.record.account
  const rows = await allRows(rooms.store, ACCOUNT_ROWS, PEOPLE_LIMITS.accounts)
  return rows
    .map((row) => openAccount(rooms.records, row))
    .find(({ canonicalId, vendors = {} }) => canonicalId === text || Object.values(vendors).includes(text))?.account
}

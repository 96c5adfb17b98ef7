import type { AccountId } from '../operations/index.ts'
import type { Row } from '../storage/index.ts'
import type { Reading } from './find-people.ts'
import type { PasswordHash } from './password-hash.ts'
import { passwordRow } from './people-rows.ts'
import { openFields, present } from './stored-fields.ts'

/** A user's password for the console, sealed in `iam/<account>/password/<user id>`. */
export interface PasswordRecord extends PasswordHash {
  /** Changes with the password: sessions that began with another one are over. 16 hexadecimal digits. */
  readonly generation: string
  readonly createdMs: number
  /** Another has to be chosen at the next sign-in. */
  readonly mustChange?: boolean
}

/** How a session that began with a password is called where others have an access key's id. */
export function passwordKeyId(userId: string): string {
  return `password-${userId}`
}

export async function readPassword(
  { store, records }: Reading,
  account: AccountId,
  userId: string,
): Promise<{ readonly record: PasswordRecord; readonly row: Row } | undefined> {
  const [row] = await store.getMany([passwordRow(account, userId)])
  return row === undefined ? undefined : { row, record: openPassword({ records }, row) }
}

function openPassword({ records }: Pick<Reading, 'records'>, row: Row): PasswordRecord {
  const fields = openFields(records, row)
  const record = {
    cost: fields.number('cost'),
    blockSize: fields.number('blockSize'),
    parallelization: fields.number('parallelization'),
    salt: fields.text('salt'),
    hash: fields.text('hash'),
    generation: fields.text('generation'),
    createdMs: fields.number('createdMs'),
  }
  return fields.flag('mustChange') ? { ...record, mustChange: true } : present(record)
}

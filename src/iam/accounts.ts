import type { AccountId } from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import { randomBytes } from '../secrets/index.ts'
import type { Fragment, MetadataReader, Row } from '../storage/index.ts'
import { openAccount, type AccountRecord } from './identity-records.ts'
import { accountRow } from './people-rows.ts'
import { sealFields } from './stored-fields.ts'

const CANONICAL_ID_BYTES = 32

/** The account, or undefined. */
export async function readAccount(
  store: MetadataReader,
  records: RecordSealer,
  account: AccountId,
): Promise<{ readonly record: AccountRecord; readonly row: Row } | undefined> {
  const [row] = await store.getMany([accountRow(account)])
  return row === undefined ? undefined : { record: openAccount(records, row), row }
}

export function newAccount(account: AccountId, nowMs: number): AccountRecord {
  return { account, canonicalId: randomBytes(CANONICAL_ID_BYTES).toString('hex'), createdMs: nowMs }
}

/** What a commit carries that puts an account's record in the place of the row that was read, if there was one. */
export function writeAccount(records: RecordSealer, before: Row | undefined, record: AccountRecord): Fragment {
  const key = accountRow(record.account)
  return {
    checks: [before === undefined ? { kind: 'absent', key } : { kind: 'revision', key, revision: before.revision }],
    writes: [{ kind: 'put', key, value: sealFields(records, key, record) }],
  }
}

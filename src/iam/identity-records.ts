import { parseAccountId, refuse, type AccountId } from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import type { Key, Row } from '../storage/index.ts'

/** An account, sealed in `account/<id>`. */
export interface AccountRecord {
  readonly account: AccountId
  /** 64 hexadecimal digits: how owners are shown in ACLs and listings. Random, and the account's for ever. */
  readonly canonicalId: string
  readonly createdMs: number
  readonly rootAccessKeyId?: string
}

/** An access key, sealed in `access-key/<id>`. Its secret rests elsewhere, wrapped. */
export interface AccessKeyRecord {
  readonly accessKeyId: string
  readonly account: AccountId
  /** Changes with the secret: what was derived from the old one is worthless. 16 hexadecimal digits. */
  readonly generation: string
  /** Which wrap holds the secret. */
  readonly version: number
  readonly createdMs: number
}

const FORMAT = Uint8Array.of(1)

export function accountRow(account: AccountId): Key {
  return Buffer.from(`account/${account}`, 'latin1')
}

export function accessKeyRow(accessKeyId: string): Key {
  return Buffer.from(`access-key/${accessKeyId}`, 'latin1')
}

export function sealIdentity(records: RecordSealer, rowKey: Key, record: AccountRecord | AccessKeyRecord): Buffer {
  return records.seal({ rowKey, clear: FORMAT, secret: Buffer.from(JSON.stringify(record)) })
}

/** Throws `integrity`. */
export function openAccount(records: RecordSealer, row: Row): AccountRecord {
  const fields = openFields(records, row)
  const { account: accountText, canonicalId, createdMs, rootAccessKeyId } = fields
  const account = typeof accountText === 'string' ? parseAccountId(accountText) : undefined
  if (account === undefined || typeof canonicalId !== 'string' || typeof createdMs !== 'number') return damaged()
  if (rootAccessKeyId === undefined) return { account, canonicalId, createdMs }
  if (typeof rootAccessKeyId !== 'string') return damaged()
  return { account, canonicalId, createdMs, rootAccessKeyId }
}

/** Throws `integrity`. */
export function openAccessKey(records: RecordSealer, row: Row): AccessKeyRecord {
  const { accessKeyId, account: accountText, generation, version, createdMs } = openFields(records, row)
  const account = typeof accountText === 'string' ? parseAccountId(accountText) : undefined
  if (typeof accessKeyId !== 'string' || account === undefined || typeof generation !== 'string') return damaged()
  if (typeof version !== 'number' || typeof createdMs !== 'number') return damaged()
  return { accessKeyId, account, generation, version, createdMs }
}

function openFields(records: RecordSealer, row: Row): Readonly<Record<string, unknown>> {
  const { clear, secret } = records.open(row.key, row.value)
  const value: unknown = JSON.parse(Buffer.from(secret).toString())
  if (clear[0] !== FORMAT[0] || typeof value !== 'object' || value === null) return damaged()
  return Object.fromEntries(Object.entries(value))
}

function damaged(): never {
  return refuse({ kind: 'integrity', what: 'identity record' })
}

import { SIGNATURES, type AccountId, type Signature, type VendorSpellings } from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import type { Row } from '../storage/index.ts'
import { oneOf, openFields, present, type StoredFields } from './stored-fields.ts'

/** An account, sealed in `account/<id>`. */
export interface AccountRecord {
  readonly account: AccountId
  /** 64 hexadecimal digits: how owners are shown in ACLs and listings. Random, and the account's for ever. */
  readonly canonicalId: string
  readonly createdMs: number
  readonly rootAccessKeyId?: string
  readonly name?: string
  readonly vendors?: VendorSpellings
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
  /** Whose it is; absent: the account root's. Rewritten when the user is renamed, so that one row says it all. */
  readonly user?: KeyOwner
  /** Switched off by `update-access-key`. */
  readonly inactive?: boolean
  /** What it may be shown by; absent: everything that is spoken here. */
  readonly signatures?: readonly Signature[]
}

export interface KeyOwner {
  readonly id: string
  readonly name: string
  readonly path: string
}

/** Throws `integrity`. */
export function openAccount(records: RecordSealer, row: Row): AccountRecord {
  const fields = openFields(records, row)
  const vendors = vendorsOf(fields)
  return present({
    account: fields.account('account'),
    canonicalId: fields.text('canonicalId'),
    createdMs: fields.number('createdMs'),
    rootAccessKeyId: fields.optionalText('rootAccessKeyId'),
    name: fields.optionalText('name'),
    vendors: Object.keys(vendors).length === 0 ? undefined : vendors,
  })
}

function vendorsOf(fields: StoredFields): VendorSpellings {
  const { uid, domainId, appId, uin } = fields.textMap('vendors')
  return present({ uid, domainId, appId, uin })
}

/** Throws `integrity`. */
export function openAccessKey(records: RecordSealer, row: Row): AccessKeyRecord {
  const fields = openFields(records, row)
  const id = fields.optionalText('userId')
  const signatures = fields.texts('signatures').map((text) => oneOf(SIGNATURES, text))
  const owner = id === undefined ? undefined : { id, name: fields.text('userName'), path: fields.text('userPath') }
  return present({
    accessKeyId: fields.text('accessKeyId'),
    account: fields.account('account'),
    generation: fields.text('generation'),
    version: fields.number('version'),
    createdMs: fields.number('createdMs'),
    user: owner,
    inactive: fields.flag('inactive') ? true : undefined,
    signatures: signatures.length === 0 ? undefined : signatures,
  })
}

/** As it lies in its row: flat. */
export function accessKeyFields({ user, ...record }: AccessKeyRecord): object {
  return user === undefined ? record : { ...record, userId: user.id, userName: user.name, userPath: user.path }
}

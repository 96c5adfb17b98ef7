import { parseAccountId, refuse, type AccountId, type KeyDescription, type KeyState } from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import type { Row } from '../storage/index.ts'
import { keyRow } from './kms-rows.ts'

/** How a version of the material came to be. */
export type VersionOrigin = 'initial' | 'automatic' | 'on-demand'

export interface MaterialVersion {
  readonly createdMs: number
  readonly origin: VersionOrigin
}

export interface Rotation {
  readonly periodDays: number
  readonly nextMs: number
}

/** A KMS key as it is stored, sealed, in `key/<uid>`. Never its material. `destroyed` is a tombstone, kept for ever. */
export interface KeyRecord {
  /** Internal, 32 hexadecimal digits, never reused. */
  readonly uid: string
  readonly keyId: string
  readonly account: AccountId
  readonly region: string
  readonly description: string
  readonly createdMs: number
  readonly manager: 'customer' | 'coffer'
  readonly state: Exclude<KeyState, 'unavailable'> | 'destroyed'
  /** Version n is at n - 1; the last is the current one. */
  readonly versions: readonly MaterialVersion[]
  readonly aliases: readonly string[]
  readonly rotation?: Rotation
  /** When it falls due; of a tombstone: when it was destroyed. */
  readonly deletionMs?: number
}

/** Format of the clear part; the sealed part is the record as JSON. */
const FORMAT = Uint8Array.of(1)

export function keyArn(record: Pick<KeyRecord, 'region' | 'account' | 'keyId'>): string {
  return `arn:aws:kms:${record.region}:${record.account}:key/${record.keyId}`
}

export function currentVersion(record: KeyRecord): number {
  return record.versions.length
}

export function sealKeyRecord(records: RecordSealer, record: KeyRecord): Buffer {
  const secret = Buffer.from(JSON.stringify(record))
  return records.seal({ rowKey: keyRow(record.uid), clear: FORMAT, secret })
}

/** Throws `integrity` for a row that does not authenticate or does not hold a key. */
export function openKeyRecord(records: RecordSealer, row: Pick<Row, 'key' | 'value'>): KeyRecord {
  const { clear, secret } = records.open(row.key, row.value)
  const value: unknown = JSON.parse(Buffer.from(secret).toString())
  if (clear.length !== 1 || clear[0] !== FORMAT[0] || !isKeyRecord(value)) {
    return refuse({ kind: 'integrity', what: 'record of a key' })
  }
  return value
}

const STATES: ReadonlySet<unknown> = new Set<KeyRecord['state']>([
  'enabled',
  'disabled',
  'pending-import',
  'pending-deletion',
  'destroyed',
])
const ORIGINS: ReadonlySet<unknown> = new Set<VersionOrigin>(['initial', 'automatic', 'on-demand'])

/** The record authenticated, so this is about records of other program versions, not about attackers. */
function isKeyRecord(value: unknown): value is KeyRecord {
  if (!isFields(value)) return false
  const { account, versions, aliases, rotation, manager } = value
  return (
    [value['uid'], value['keyId'], value['region'], value['description']].every((one) => typeof one === 'string') &&
    typeof account === 'string' &&
    parseAccountId(account) !== undefined &&
    isTime(value['createdMs']) &&
    (manager === 'customer' || manager === 'coffer') &&
    STATES.has(value['state']) &&
    Array.isArray(versions) &&
    versions.length > 0 &&
    versions.every(isMaterialVersion) &&
    Array.isArray(aliases) &&
    aliases.every((one) => typeof one === 'string') &&
    (rotation === undefined || (isFields(rotation) && isTime(rotation['periodDays']) && isTime(rotation['nextMs']))) &&
    (value['deletionMs'] === undefined || isTime(value['deletionMs']))
  )
}

function isMaterialVersion(value: unknown): boolean {
  return isFields(value) && isTime(value['createdMs']) && ORIGINS.has(value['origin'])
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** What people may see of a key. A tombstone is shown to nobody. */
export function describeRecord(record: KeyRecord): KeyDescription {
  if (record.state === 'destroyed') return refuse({ kind: 'key-not-found', key: keyArn(record) })
  const { keyId, account, region, state, description, createdMs, manager, aliases, rotation, deletionMs } = record
  return {
    keyId,
    arn: keyArn(record),
    account,
    region,
    state,
    description,
    createdMs,
    manager,
    origin: 'coffer',
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    aliases,
    version: currentVersion(record),
    ...(rotation === undefined ? {} : { rotation }),
    ...(deletionMs === undefined ? {} : { deletionMs }),
  }
}

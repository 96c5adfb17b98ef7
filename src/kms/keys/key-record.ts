import {
  KEY_SPECS,
  KEY_USAGES,
  parseAccountId,
  refuse,
  type AccountId,
  type KeyDescription,
  type KeySpec,
  type KeyState,
  type KeyTags,
  type KeyUsage,
} from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import type { Row } from '../../storage/index.ts'
import { keyRow } from '../kms-rows.ts'
import {
  currentVersion,
  hasExpired,
  isMaterialVersion,
  materialId,
  type ImportedMaterial,
  type MaterialVersion,
} from './material-version.ts'

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
  readonly spec: KeySpec
  readonly usage: KeyUsage
  /** Whether the material is made here, or comes from outside. */
  readonly origin: 'coffer' | 'external'
  readonly state: Exclude<KeyState, 'unavailable'> | 'destroyed'
  /** Version n is at n - 1, never empty. The last that does not wait for a rotation is the current one. */
  readonly versions: readonly MaterialVersion[]
  readonly aliases: readonly string[]
  /** In the order in which they were given. */
  readonly tags?: KeyTags
  readonly rotation?: Rotation
  /** It goes when it falls due, although something depends on it: its data is given up. */
  readonly shred?: boolean
  /** When it falls due; of a tombstone: when it was destroyed. */
  readonly deletionMs?: number
}

/** Format of the clear part; the sealed part is the record as JSON. */
const FORMAT = Uint8Array.of(1)

export function keyArn(record: Pick<KeyRecord, 'region' | 'account' | 'keyId'>): string {
  return `arn:aws:kms:${record.region}:${record.account}:key/${record.keyId}`
}

export function sealKeyRecord(records: RecordSealer, record: KeyRecord): Buffer {
  const secret = Buffer.from(JSON.stringify(record))
  return records.seal({ rowKey: keyRow(record.uid), clear: FORMAT, secret })
}

/** Throws `integrity` for a row that does not authenticate or does not hold a key. */
export function openKeyRecord(records: RecordSealer, row: Pick<Row, 'key' | 'value'>): KeyRecord {
  const { clear, secret } = records.open(row.key, row.value)
  const stored: unknown = JSON.parse(Buffer.from(secret).toString())
  const value = isFields(stored) ? { ...FIRST_KIND, ...stored } : undefined
  if (clear.length !== 1 || clear[0] !== FORMAT[0] || !isKeyRecord(value)) {
    return refuse({ kind: 'integrity', what: 'record of a key' })
  }
  return value
}

/** What keys were before there were kinds of them: records of that time do not say it. */
const FIRST_KIND = { spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT', origin: 'coffer' } as const

const STATES: ReadonlySet<unknown> = new Set<KeyRecord['state']>([
  'enabled',
  'disabled',
  'pending-import',
  'pending-deletion',
  'destroyed',
])
const SPECS: ReadonlySet<unknown> = new Set(KEY_SPECS)
const USAGES: ReadonlySet<unknown> = new Set(KEY_USAGES)

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
    SPECS.has(value['spec']) &&
    USAGES.has(value['usage']) &&
    (value['origin'] === 'coffer' || value['origin'] === 'external') &&
    Array.isArray(versions) &&
    versions.length > 0 &&
    versions.every(isMaterialVersion) &&
    Array.isArray(aliases) &&
    aliases.every((one) => typeof one === 'string') &&
    (value['tags'] === undefined || isTags(value['tags'])) &&
    (value['shred'] === undefined || typeof value['shred'] === 'boolean') &&
    (rotation === undefined || (isFields(rotation) && isTime(rotation['periodDays']) && isTime(rotation['nextMs']))) &&
    (value['deletionMs'] === undefined || isTime(value['deletionMs']))
  )
}

function isTags(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((tag) => Array.isArray(tag) && tag.length === 2 && tag.every((one) => typeof one === 'string'))
  )
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/**
 * The key as it is at a time: material whose time is over is gone at once, before a job removes what is left of it.
 * Of one that was forgotten, `expiryMs` stays until then.
 */
export function keyAt(record: KeyRecord, nowMs: number): KeyRecord {
  if (record.origin === 'coffer' || !record.versions.some((version) => isOver(version, nowMs))) return record
  const versions = record.versions.map((version) =>
    isOver(version, nowMs) ? { ...version, imported: { ...version.imported, state: 'gone' as const } } : version,
  )
  return { ...record, versions, state: stateFor(record.state, versions) }
}

function isOver({ imported }: MaterialVersion, nowMs: number): boolean {
  return imported !== undefined && hasExpired(imported, nowMs)
}

/** A key without any one generation of its material waits for it, whether it was enabled or disabled. */
export function stateFor(state: KeyRecord['state'], versions: readonly MaterialVersion[]): KeyRecord['state'] {
  if (state !== 'enabled' && state !== 'disabled') return state
  const missing = versions.some(({ imported }) => imported !== undefined && isMissing(imported))
  return missing ? 'pending-import' : state
}

function isMissing({ state, waits }: ImportedMaterial): boolean {
  return state !== 'present' && waits !== true
}

/** What people may see of a key. A tombstone is shown to nobody. */
export function describeRecord(record: KeyRecord): KeyDescription {
  if (record.state === 'destroyed') return refuse({ kind: 'key-not-found', key: keyArn(record) })
  const { keyId, account, region, state, description, createdMs, manager, spec, usage, origin, aliases } = record
  const { rotation, deletionMs } = record
  const current = record.versions[currentVersion(record) - 1]
  const awaited = current?.imported?.state === 'awaited'
  const expiryMs = current?.imported?.expiryMs
  return {
    keyId,
    arn: keyArn(record),
    account,
    region,
    state,
    description,
    createdMs,
    manager,
    origin,
    spec,
    usage,
    aliases,
    version: awaited ? 0 : currentVersion(record),
    ...(spec === 'SYMMETRIC_DEFAULT' && !awaited ? { materialId: materialId(record) } : {}),
    ...(expiryMs === undefined ? {} : { expiryMs }),
    ...(rotation === undefined ? {} : { rotation }),
    ...(deletionMs === undefined ? {} : { deletionMs }),
  }
}

import { createHash } from 'node:crypto'

/** How a version of the material came to be. */
export type VersionOrigin = 'initial' | 'automatic' | 'on-demand'

/** A deletion checks three counters of each version, and removes its wrap, in one commit of at most 1,000 items. */
export const MAX_KEY_VERSIONS = 200

/** One generation of a key's material. */
export interface MaterialVersion {
  /** When it was made, or first imported. */
  readonly createdMs: number
  readonly origin: VersionOrigin
  /** When it became current, where that is later than `createdMs`: of imported material. */
  readonly rotatedMs?: number
  /** Of keys whose material comes from outside. */
  readonly imported?: ImportedMaterial
}

export interface ImportedMaterial {
  /** `awaited`: it has never been here. `gone`: deleted or expired; the same bytes may come again. */
  readonly state: 'awaited' | 'present' | 'gone'
  /** It waits for a rotation on demand to become the current one. Only the last version may wait. */
  readonly waits?: true
  /** By which the same bytes are known again, 64 hexadecimal digits; absent while awaited. */
  readonly fingerprint?: string
  readonly description?: string
  /** When it is forgotten; absent: never. */
  readonly expiryMs?: number
}

interface Versioned {
  readonly uid: string
  readonly versions: readonly MaterialVersion[]
}

/** The version under which new things are wrapped, counted from 1. */
export function currentVersion({ versions }: Pick<Versioned, 'versions'>): number {
  return versions.at(-1)?.imported?.waits === true ? versions.length - 1 : versions.length
}

const LABEL = Buffer.from('coffer/key-material-id/v1\0')

/** The public name of a version of the material, 64 hexadecimal digits: it says nothing of the material itself. */
export function materialId(key: Versioned, version = currentVersion(key)): string {
  const made = key.versions[version - 1]
  if (made === undefined) throw new RangeError('no such version of the material')
  const known = KNOWN_IDS.get(made)
  if (known !== undefined) return known
  const facts = Buffer.alloc(12)
  facts.writeUInt32BE(version)
  facts.writeBigUInt64BE(BigInt(made.createdMs), 4)
  const id = createHash('sha256').update(LABEL).update(Buffer.from(key.uid, 'hex')).update(facts).digest('hex')
  KNOWN_IDS.set(made, id)
  return id
}

const KNOWN_IDS = new WeakMap<MaterialVersion, string>()

/** Whether its time is over, although it still lies in the key store. */
export function hasExpired({ state, expiryMs }: ImportedMaterial, nowMs: number): boolean {
  return state === 'present' && expiryMs !== undefined && expiryMs <= nowMs
}

const ORIGINS: ReadonlySet<unknown> = new Set<VersionOrigin>(['initial', 'automatic', 'on-demand'])
const IMPORT_STATES: ReadonlySet<unknown> = new Set<ImportedMaterial['state']>(['awaited', 'present', 'gone'])

/** Whether a record read from the store holds such a version here. */
export function isMaterialVersion(value: unknown): value is MaterialVersion {
  if (!isFields(value) || !isTime(value['createdMs']) || !ORIGINS.has(value['origin'])) return false
  const { rotatedMs, imported } = value
  return (rotatedMs === undefined || isTime(rotatedMs)) && (imported === undefined || isImported(imported))
}

function isImported(value: unknown): value is ImportedMaterial {
  if (!isFields(value) || !IMPORT_STATES.has(value['state'])) return false
  const { waits, expiryMs } = value
  return (
    (waits === undefined || waits === true) &&
    (expiryMs === undefined || isTime(expiryMs)) &&
    [value['fingerprint'], value['description']].every((one) => one === undefined || typeof one === 'string')
  )
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

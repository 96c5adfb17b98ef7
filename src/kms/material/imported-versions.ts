import { refuse } from '../../operations/index.ts'
import { stateFor, type KeyRecord } from '../keys/key-record.ts'
import {
  currentVersion,
  MAX_KEY_VERSIONS,
  materialId,
  type ImportedMaterial,
  type MaterialVersion,
} from '../keys/material-version.ts'

/** What comes in, once it is unwrapped. */
export interface Incoming {
  readonly fingerprint: string
  /** Absent: the first material is new, everything after it was there before. */
  readonly importType?: 'new' | 'existing'
  readonly description?: string
  /** As the client names the version that it brings back. */
  readonly materialId?: string
  /** When it is forgotten; absent: never. */
  readonly expiryMs?: number
}

/** The key after an import, and the version under which the material goes to the key store. */
export interface Imported {
  readonly record: KeyRecord
  readonly version: number
}

/**
 * Decides what imported bytes become. Bytes that the key had come back to their own place; others make a version that
 * waits for a rotation on demand. Refused: `incorrect-key-material` for other bytes than the ones asked back, and
 * `key-conflict` while another version waits.
 */
export function takeIn(record: KeyRecord, incoming: Incoming, nowMs: number): Imported {
  const known = record.versions.findIndex(({ imported }) => imported?.fingerprint === incoming.fingerprint)
  const everImported = record.versions.some(({ imported }) => imported?.fingerprint !== undefined)
  const type = incoming.importType ?? (everImported ? 'existing' : 'new')
  if (known >= 0) {
    const waits = record.versions[known]?.imported?.waits === true
    const named = incoming.materialId === undefined || incoming.materialId === materialId(record, known + 1)
    if (!named || (type === 'new' && !waits)) return refuse({ kind: 'incorrect-key-material' })
    return put(record, known + 1, incoming, nowMs)
  }
  if (type === 'existing') return refuse({ kind: 'incorrect-key-material' })
  return put(record, placeOfNew(record, everImported), incoming, nowMs)
}

function placeOfNew(record: KeyRecord, everImported: boolean): number {
  if (!everImported) return 1
  if (record.spec !== 'SYMMETRIC_DEFAULT') return refuse({ kind: 'incorrect-key-material' })
  const last = record.versions.at(-1)?.imported
  if (last?.waits === true) {
    if (last.state !== 'present') return record.versions.length
    return refuse({ kind: 'key-conflict', detail: 'other material waits for a rotation on demand' })
  }
  if (record.versions.length >= MAX_KEY_VERSIONS) {
    return refuse({ kind: 'limit-exceeded', limit: 'versions of a key', value: MAX_KEY_VERSIONS })
  }
  return record.versions.length + 1
}

function put(record: KeyRecord, version: number, incoming: Incoming, nowMs: number): Imported {
  const before = record.versions[version - 1]
  const same = before?.imported?.fingerprint === incoming.fingerprint
  const description = incoming.description ?? (same ? before.imported.description : undefined)
  const waits = version > 1 && (before === undefined || before.imported?.waits === true)
  const imported: ImportedMaterial = {
    state: 'present',
    ...(waits ? { waits } : {}),
    fingerprint: incoming.fingerprint,
    ...(description === undefined ? {} : { description }),
    ...(incoming.expiryMs === undefined ? {} : { expiryMs: incoming.expiryMs }),
  }
  const made: MaterialVersion = same
    ? { ...before, imported }
    : { createdMs: timeOfNew(before, nowMs), origin: version === 1 ? 'initial' : 'on-demand', imported }
  const versions = [...record.versions.slice(0, version - 1), made, ...record.versions.slice(version)]
  return { record: withVersions(record, versions), version }
}

/** Other bytes in a place that was given up have an id of their own: it follows from this time. */
function timeOfNew(before: MaterialVersion | undefined, nowMs: number): number {
  return Math.max(nowMs, (before?.createdMs ?? -1) + 1)
}

/** The key with other versions, in the state that follows: complete again, a key that waited for an import is enabled. */
export function withVersions(record: KeyRecord, versions: readonly MaterialVersion[]): KeyRecord {
  const state = stateFor(record.state === 'pending-import' ? 'enabled' : record.state, versions)
  return { ...record, versions, state }
}

/** The key after the version that waited became the current one. */
export function promoted(record: KeyRecord, nowMs: number): KeyRecord {
  const last = record.versions.at(-1)
  if (last?.imported?.waits !== true || last.imported.state !== 'present') {
    return refuse({ kind: 'key-conflict', detail: 'no imported material waits for a rotation' })
  }
  const { state, fingerprint, description, expiryMs } = last.imported
  const imported = {
    state,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(description === undefined ? {} : { description }),
    ...(expiryMs === undefined ? {} : { expiryMs }),
  }
  return { ...record, versions: [...record.versions.slice(0, -1), { ...last, rotatedMs: nowMs, imported }] }
}

/** The key after some versions of its material are gone. */
export function forget(record: KeyRecord, gone: readonly number[]): KeyRecord {
  const versions = record.versions.map((version, index) => {
    if (version.imported === undefined || !gone.includes(index + 1)) return version
    return { ...version, imported: { ...withoutExpiry(version.imported), state: 'gone' as const } }
  })
  return { ...record, versions, state: stateFor(record.state, versions) }
}

function withoutExpiry({ state, waits, fingerprint, description }: ImportedMaterial): ImportedMaterial {
  return {
    state,
    ...(waits === undefined ? {} : { waits }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(description === undefined ? {} : { description }),
  }
}

/** The version that a client means: by its id, or else the current one. */
export function namedVersion(record: KeyRecord, id: string | undefined): number {
  if (id === undefined) return currentVersion(record)
  const index = record.versions.findIndex((_, at) => materialId(record, at + 1) === id)
  if (index < 0)
    return refuse({ kind: 'invalid-argument', argument: 'KeyMaterialId', detail: 'no material of this key' })
  return index + 1
}

import {
  refuse,
  type ImportKeyMaterial,
  type KeyMaterialResults,
  type WrappingAlgorithm,
  type WrappingSpec,
} from '../../operations/index.ts'
import type { SecretBytes } from '../../secrets/index.ts'
import { joinFragments, type Fragment } from '../../storage/index.ts'
import { changeKey, rewriteKey } from '../keys/change-key.ts'
import type { Cluster } from '../cluster/cluster-key.ts'
import { commitDecision } from '../commit-decision.ts'
import { endedTokens, IMPORT_TOKEN_MS, newImportToken, openImportToken } from './import-tokens.ts'
import { fingerprintOf, unwrapMaterial } from './import-wrapping.ts'
import { forget, namedVersion, takeIn, type Incoming } from './imported-versions.ts'
import { demandExternal } from '../keys/key-kind.ts'
import { keyArn, type KeyRecord } from '../keys/key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { dueOf, dueRow, dueRows, SHRED_ROW } from '../kms-rows.ts'
import { materialId } from '../keys/material-version.ts'
import { DAY_MS } from '../keys/new-key.ts'
import { ignoreAway, withStore } from '../stores/with-store.ts'
import { freshPair, secretBytesOf, type FreshPair } from '../stores/key-material.ts'
import type { MaterialHandle, MaterialImports } from '../stores/key-store.ts'

export const MAX_VALID_DAYS = 365
export const MAX_MATERIAL_DESCRIPTION = 256
const DESCRIPTION = /^[a-zA-Z0-9:/_\s.-]*$/

export type ImportRooms = KeyRooms & { readonly cluster: Cluster }
type Asked<Wanted> = Omit<Wanted, 'kind'>

/** A fresh wrapping key and the token that goes with it; both serve one import within 24 hours. */
export async function getImportParameters(
  rooms: ImportRooms,
  request: KeyRequest,
  wanted: { readonly key: string; readonly wrapping: WrappingAlgorithm; readonly wrappingKey: WrappingSpec },
): Promise<KeyMaterialResults['get-import-parameters']> {
  const { key, wrapping, wrappingKey } = wanted
  const extra = { 'kms:wrappingalgorithm': [wrapping], 'kms:wrappingkeyspec': [wrappingKey] }
  const action = 'kms:GetParametersForImport'
  const want = { change: 'get-import-parameters', action, act: 'import', extra } as const
  const made: { pair?: FreshPair; importToken: Uint8Array; validToMs: number } = {
    importToken: Buffer.alloc(0),
    validToMs: 0,
  }
  try {
    const { arn } = await changeKey(rooms, request, key, want, async ({ record }) => {
      demandExternal(record)
      importsOf(rooms)
      const pair = made.pair ?? (await freshPair(wrappingKey))
      made.pair = pair
      made.validToMs = rooms.now() + IMPORT_TOKEN_MS
      const facts = { algorithm: wrapping, endsMs: made.validToMs }
      const { token, fragment } = await newImportToken(rooms, record.uid, pair.privateKey, facts)
      made.importToken = token
      return { record, also: fragment, detail: { wrappingAlgorithm: wrapping } }
    })
    const { importToken, validToMs, pair } = made
    return { keyArn: arn, importToken, publicKey: pair?.publicKey ?? refuse({ kind: 'internal' }), validToMs }
  } finally {
    made.pair?.privateKey.wipe()
  }
}

/** Takes material in. Bytes that the key has had come back to their place; new ones wait for a rotation, or are the first. */
export async function importKeyMaterial(
  rooms: ImportRooms,
  request: KeyRequest,
  wanted: Asked<ImportKeyMaterial>,
): Promise<KeyMaterialResults['import-key-material']> {
  demandTerms(wanted, rooms.now())
  const { expirationModel, validTo } = termsOf(wanted)
  const extra = {
    'kms:expirationmodel': [expirationModel],
    ...(validTo === undefined ? {} : { 'kms:validto': [validTo] }),
  }
  const want = { change: 'import-key-material', action: 'kms:ImportKeyMaterial', act: 'import', extra } as const
  const done = { materialId: '' }
  const { arn } = await changeKey(rooms, request, wanted.key, want, async ({ record }) => {
    demandExternal(record)
    demandNames(record, wanted)
    const imports = importsOf(rooms)
    const { algorithm, privateKey, used } = await openImportToken(rooms, record.uid, wanted.importToken, rooms.now())
    const material = unwrapMaterial(privateKey, algorithm, wanted.wrappedMaterial)
    if (material === undefined) return refuse({ kind: 'invalid-ciphertext' })
    try {
      demandLength(record, material)
      const incoming = incomingOf(wanted, fingerprintOf(record.uid, material))
      const { record: changed, version } = takeIn(record, incoming, rooms.now())
      done.materialId = materialId(changed, version)
      const handle = { keyUid: record.uid, version }
      const put = await withStore(keyArn(record), () => imports.put(handle, record.spec, material))
      const also = joinFragments(used, put, dueFragment(record, wanted))
      return { record: changed, also, detail: { keyMaterialId: done.materialId, ...termsOf(wanted) } }
    } finally {
      material.wipe()
    }
  })
  return { keyArn: arn, materialId: done.materialId }
}

/** Forgets imported material. The key waits for the same bytes, except where it was to be deleted anyway. */
export async function deleteImportedMaterial(
  rooms: KeyRooms,
  request: KeyRequest,
  wanted: { readonly key: string; readonly materialId?: string },
): Promise<KeyMaterialResults['delete-imported-key-material']> {
  const action = 'kms:DeleteImportedKeyMaterial'
  const want = { change: 'delete-imported-key-material', action, act: 'forget' } as const
  const gone: { handle?: MaterialHandle; materialId?: string } = {}
  const { arn } = await changeKey(rooms, request, wanted.key, want, async ({ record }) => {
    demandExternal(record)
    const version = namedVersion(record, wanted.materialId)
    const handle = { keyUid: record.uid, version }
    const { state } = record.versions[version - 1]?.imported ?? {}
    if (state !== 'awaited') gone.materialId = materialId(record, version)
    if (state !== 'present') return undefined
    gone.handle = handle
    const detail = { keyMaterialId: materialId(record, version) }
    return {
      record: forget(record, [version]),
      also: await withStore(keyArn(record), () => forgetting(rooms, [handle])),
      detail,
    }
  })
  const { handle } = gone
  if (handle !== undefined) await ignoreAway(() => rooms.keyStore.discard([handle]))
  return gone.materialId === undefined ? { keyArn: arn } : { keyArn: arn, materialId: gone.materialId }
}

/**
 * A unit of work for a job: what is left of material whose time is over is destroyed, as a deleted key's is, and tokens
 * for importing that were not used are taken away. The key refuses from the millisecond on, before this runs.
 */
export async function expireDueMaterial(
  rooms: ImportRooms,
  limit: number,
): Promise<{ readonly expired: number; readonly more: boolean }> {
  const { rows, more } = await rooms.store.scan({ ...dueRows('expire', rooms.now()), limit })
  let expired = 0
  for (const row of rows) {
    const due = dueOf(row.key)
    if (due !== undefined) expired += await expireMaterial(rooms, due.uid, due.atMs)
  }
  return { expired, more }
}

async function expireMaterial(rooms: ImportRooms, uid: string, atMs: number): Promise<number> {
  const gone = await commitDecision<readonly MaterialHandle[]>(rooms.store, 'expire-key-material', async () => {
    const found = await rooms.reader.byUid(uid)
    const row: Fragment = { checks: [], writes: [{ kind: 'delete', key: dueRow('expire', atMs, uid) }] }
    const tokens = await endedTokens(rooms, uid, rooms.now())
    const over = found === undefined ? [] : expiredVersions(found.record, rooms.now())
    if (found === undefined || over.length === 0) return { fragment: joinFragments(row, tokens), result: [] }
    const handles = over.map((version) => ({ keyUid: uid, version }))
    const record = forget(found.record, over)
    const left = await forgetting(rooms, handles)
    const event = { action: 'kms:ImportedKeyMaterialExpired', resource: keyArn(record), owner: record.account }
    const detail = { keyMaterialId: over.map((version) => materialId(record, version)).join(' ') }
    const recorded = rooms.journal.change(undefined, { ...event, detail })
    return { fragment: joinFragments(rewriteKey(rooms, found, record), row, tokens, left), recorded, result: handles }
  })
  await ignoreAway(() => rooms.keyStore.discard(gone))
  return gone.length
}

function expiredVersions({ state, versions }: KeyRecord, nowMs: number): readonly number[] {
  if (state === 'destroyed') return []
  return versions.flatMap(({ imported }, index) =>
    imported?.expiryMs !== undefined && imported.expiryMs <= nowMs ? [index + 1] : [],
  )
}

/** What removes material for good: its wraps, and with the next cluster key what old pages hold of them. */
async function forgetting(rooms: KeyRooms, handles: readonly MaterialHandle[]): Promise<Fragment> {
  const shred: Fragment = { checks: [], writes: [{ kind: 'put', key: SHRED_ROW, value: Uint8Array.of(1) }] }
  return joinFragments(shred, await rooms.keyStore.release(handles))
}

function importsOf(rooms: KeyRooms): MaterialImports {
  return (
    rooms.keyStore.imports ?? refuse({ kind: 'unsupported-operation', detail: 'imported material in this key store' })
  )
}

function demandTerms(
  { expires, validToMs, importType, materialId: named, ...terms }: Asked<ImportKeyMaterial>,
  nowMs: number,
): void {
  const wrong = (argument: string, detail: string): never => refuse({ kind: 'invalid-argument', argument, detail })
  if (expires && validToMs === undefined) {
    return wrong('ValidTo', 'A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES')
  }
  if (!expires && validToMs !== undefined) {
    return wrong('ValidTo', 'only for material that expires')
  }
  if (validToMs !== undefined) {
    const good = Number.isSafeInteger(validToMs) && validToMs > nowMs && validToMs <= nowMs + MAX_VALID_DAYS * DAY_MS
    if (!good) return wrong('ValidTo', `a time to come, at most ${MAX_VALID_DAYS} days from now`)
  }
  if (importType === 'new' && named !== undefined) wrong('KeyMaterialId', 'new material has no id yet')
  const { materialDescription } = terms
  if (materialDescription === undefined) return
  if (materialDescription.length > MAX_MATERIAL_DESCRIPTION || !DESCRIPTION.test(materialDescription)) {
    wrong('KeyMaterialDescription', `letters, digits, spaces and : / _ . -, at most ${MAX_MATERIAL_DESCRIPTION}`)
  }
}

/** Only keys for symmetric encryption have several generations of material, which have types, names and descriptions. */
function demandNames(record: KeyRecord, wanted: Asked<ImportKeyMaterial>): void {
  const { importType, materialDescription, materialId: named } = wanted
  if (record.spec === 'SYMMETRIC_DEFAULT') return
  if (importType === undefined && materialDescription === undefined && named === undefined) return
  refuse({ kind: 'invalid-argument', argument: 'ImportType', detail: 'for keys for symmetric encryption only' })
}

function demandLength(record: KeyRecord, material: SecretBytes): void {
  if (material.length !== secretBytesOf(record.spec)) refuse({ kind: 'invalid-ciphertext' })
}

function incomingOf(wanted: Asked<ImportKeyMaterial>, fingerprint: string): Incoming {
  const { importType, materialDescription, materialId: named, validToMs } = wanted
  return {
    fingerprint,
    ...(importType === undefined ? {} : { importType }),
    ...(materialDescription === undefined ? {} : { description: materialDescription }),
    ...(named === undefined ? {} : { materialId: named }),
    ...(validToMs === undefined ? {} : { expiryMs: validToMs }),
  }
}

function dueFragment({ uid }: KeyRecord, { validToMs }: Asked<ImportKeyMaterial>): Fragment {
  const writes =
    validToMs === undefined
      ? []
      : [{ kind: 'put', key: dueRow('expire', validToMs, uid), value: Uint8Array.of(1) } as const]
  return { checks: [], writes }
}

interface Terms {
  readonly expirationModel: string
  readonly validTo?: string
}

/** As conditions and records say it. */
function termsOf({ expires, validToMs }: Asked<ImportKeyMaterial>): Readonly<Record<string, string>> & Terms {
  const expirationModel = expires ? 'KEY_MATERIAL_EXPIRES' : 'KEY_MATERIAL_DOES_NOT_EXPIRE'
  return validToMs === undefined ? { expirationModel } : { expirationModel, validTo: new Date(validToMs).toISOString() }
}

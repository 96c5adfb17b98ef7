import { refuse, type KeyDescription } from '../../operations/index.ts'
import { joinFragments, type Fragment } from '../../storage/index.ts'
import { changeKey, rewriteKey, type KeyChange } from '../keys/change-key.ts'
import { commitDecision } from '../commit-decision.ts'
import { promoted } from './imported-versions.ts'
import { demandSymmetric } from '../keys/key-kind.ts'
import { keyArn, type KeyRecord, type Rotation } from '../keys/key-record.ts'
import { currentVersion, MAX_KEY_VERSIONS, type VersionOrigin } from '../keys/material-version.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { dueOf, dueRow, dueRows } from '../kms-rows.ts'
import { DAY_MS } from '../keys/new-key.ts'
import { withStore } from '../stores/with-store.ts'

export const MIN_ROTATION_DAYS = 90
export const MAX_ROTATION_DAYS = 2_560
export const MAX_ON_DEMAND_ROTATIONS = 25
/** So close to its own rotation a key is not rotated on demand (AWS KMS API, RotateKeyOnDemand). */
export const NEAR_ROTATION_MS = 20 * 60_000

/** What adds a version to a key. Older versions still open what they wrapped. */
async function addVersion(
  rooms: Pick<KeyRooms, 'keyStore' | 'now'>,
  record: KeyRecord,
  origin: VersionOrigin,
): Promise<Exclude<KeyChange, undefined> & { readonly also: Fragment }> {
  if (currentVersion(record) >= MAX_KEY_VERSIONS) {
    return refuse({ kind: 'limit-exceeded', limit: 'versions of a key', value: MAX_KEY_VERSIONS })
  }
  const versions = [...record.versions, { createdMs: rooms.now(), origin }]
  const handle = { keyUid: record.uid, version: versions.length }
  const also = await withStore(keyArn(record), () => rooms.keyStore.create(handle))
  return { record: { ...record, versions }, also, detail: { keyVersion: String(versions.length) } }
}

/** Material that was imported for it becomes the current one. */
function promote(record: KeyRecord, nowMs: number): Exclude<KeyChange, undefined> {
  const changed = promoted(record, nowMs)
  return { record: changed, detail: { keyVersion: String(currentVersion(changed)) } }
}

export function rotateKey(rooms: KeyRooms, request: KeyRequest, key: string): Promise<KeyDescription> {
  return changeKey(
    rooms,
    request,
    key,
    { change: 'rotate-key', action: 'kms:RotateKeyOnDemand', act: 'rotate' },
    ({ record }) => {
      demandSymmetric(record)
      const before = record.versions.filter(
        ({ origin, imported }) => origin === 'on-demand' && imported?.waits !== true,
      )
      if (before.length >= MAX_ON_DEMAND_ROTATIONS) {
        return refuse({ kind: 'limit-exceeded', limit: 'rotations on demand', value: MAX_ON_DEMAND_ROTATIONS })
      }
      const { rotation } = record
      if (rotation !== undefined && rotation.nextMs - rooms.now() <= NEAR_ROTATION_MS) {
        return refuse({ kind: 'key-conflict', detail: 'the key rotates by itself within 20 minutes' })
      }
      return record.origin === 'external' ? promote(record, rooms.now()) : addVersion(rooms, record, 'on-demand')
    },
  )
}

/** `periodDays` undefined: no more automatic rotation. */
export function setRotation(
  rooms: KeyRooms,
  request: KeyRequest,
  key: string,
  periodDays: number | undefined,
): Promise<KeyDescription> {
  if (periodDays !== undefined) demandPeriod(periodDays)
  const action = periodDays === undefined ? 'kms:DisableKeyRotation' : 'kms:EnableKeyRotation'
  const extra = periodDays === undefined ? {} : { 'kms:rotationperiodindays': [String(periodDays)] }
  return changeKey(rooms, request, key, { change: 'set-key-rotation', action, act: 'rotate', extra }, ({ record }) => {
    demandSymmetric(record)
    if (record.origin === 'external') {
      return refuse({ kind: 'unsupported-operation', detail: 'imported material does not rotate by itself' })
    }
    if (record.rotation?.periodDays === periodDays) return undefined
    const { rotation: before, ...rest } = record
    const rotation = periodDays === undefined ? undefined : { periodDays, nextMs: rooms.now() + periodDays * DAY_MS }
    const changed = rotation === undefined ? rest : { ...rest, rotation }
    const detail = periodDays === undefined ? {} : { detail: { periodDays: String(periodDays) } }
    return { record: changed, also: moveDue(record.uid, before, rotation), ...detail }
  })
}

export function demandPeriod(days: number): void {
  if (Number.isSafeInteger(days) && days >= MIN_ROTATION_DAYS && days <= MAX_ROTATION_DAYS) return
  refuse({
    kind: 'invalid-argument',
    argument: 'RotationPeriodInDays',
    detail: `${MIN_ROTATION_DAYS} to ${MAX_ROTATION_DAYS} days`,
  })
}

/** Takes a key from one place of the index of rotations to another. */
export function moveDue(uid: string, before: Rotation | undefined, after: Rotation | undefined): Fragment {
  return {
    checks: [],
    writes: [
      ...(before === undefined ? [] : [{ kind: 'delete', key: dueRow('rotate', before.nextMs, uid) } as const]),
      ...(after === undefined
        ? []
        : [{ kind: 'put', key: dueRow('rotate', after.nextMs, uid), value: Uint8Array.of(1) } as const]),
    ],
  }
}

/**
 * A unit of work for a job: rotates keys whose time has come, at most `limit` of them. A key that is not enabled keeps
 * its place and is rotated once it is. `next`: where to go on, absent when the end was reached.
 */
export async function rotateDueKeys(
  rooms: KeyRooms,
  limit: number,
  start?: Uint8Array,
): Promise<{ readonly rotated: number; readonly next?: Uint8Array }> {
  const range = dueRows('rotate', rooms.now())
  const { rows, more } = await rooms.store.scan({ ...range, start: start ?? range.start, limit })
  let rotated = 0
  for (const row of rows) {
    const due = dueOf(row.key)
    if (due !== undefined && (await rotateDueKey(rooms, due.uid, due.atMs))) rotated++
  }
  const last = rows.at(-1)
  return more && last !== undefined ? { rotated, next: Buffer.concat([last.key, Buffer.of(0)]) } : { rotated }
}

async function rotateDueKey(rooms: KeyRooms, uid: string, atMs: number): Promise<boolean> {
  return commitDecision(rooms.store, 'rotate-due-key', async () => {
    const found = await rooms.reader.byUid(uid)
    const rotation = found?.record.rotation
    if (found === undefined || rotation === undefined || rotation.nextMs !== atMs) return { result: false }
    if (found.record.state !== 'enabled') return { result: false }
    const { record, also, detail } = await addVersion(rooms, found.record, 'automatic')
    const after = { ...rotation, nextMs: nextAfter(rotation, rooms.now()) }
    const changed = { ...record, rotation: after }
    const fragment = joinFragments(rewriteKey(rooms, found, changed), also, moveDue(uid, rotation, after))
    const event = { action: 'kms:RotateKey', resource: keyArn(changed), owner: changed.account }
    const recorded = rooms.journal.change(undefined, detail === undefined ? event : { ...event, detail })
    return { fragment, recorded, result: true }
  })
}

/** Another version for a key whose newest may not be used any more; nothing where somebody made one meanwhile. */
export function rotateExhaustedKey(rooms: KeyRooms, uid: string, version: number): Promise<void> {
  return commitDecision(rooms.store, 'rotate-due-key', async () => {
    const found = await rooms.reader.byUid(uid)
    if (found?.record.state !== 'enabled' || currentVersion(found.record) !== version) return { result: undefined }
    const { record, also, detail } = await addVersion(rooms, found.record, 'automatic')
    const event = { action: 'kms:RotateKey', resource: keyArn(record), owner: record.account }
    const recorded = rooms.journal.change(undefined, detail === undefined ? event : { ...event, detail })
    return { fragment: joinFragments(rewriteKey(rooms, found, record), also), recorded, result: undefined }
  })
}

/** The schedule stays where it was put; times that passed unused are skipped. */
function nextAfter({ nextMs, periodDays }: Rotation, nowMs: number): number {
  const periodMs = periodDays * DAY_MS
  return nextMs + periodMs * (Math.floor(Math.max(0, nowMs - nextMs) / periodMs) + 1)
}

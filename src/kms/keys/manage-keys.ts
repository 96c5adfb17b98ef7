import {
  refuse,
  type ConfirmedShred,
  type KeyDependents,
  type KeyDescription,
  type KeyTags,
} from '../../operations/index.ts'
import { joinFragments, type Fragment } from '../../storage/index.ts'
import { changeKey } from './change-key.ts'
import { commitDecision } from '../commit-decision.ts'
import type { KeyAsk } from './key-context.ts'
import { demandAliasName } from './aliases.ts'
import { demandBeginnings, demandFreeAlias, demandRotation } from './key-beginnings.ts'
import { accountOf, judgeKey, judgeOwnKey } from './key-lookup.ts'
import { demandKind, type WantedKind } from './key-kind.ts'
import { isKeyId, newKeyId } from './key-names.ts'
import { openPointer } from './key-reader.ts'
import { sealKeyPolicy } from '../rights/key-policies.ts'
import { describeRecord, keyArn, stateFor, type KeyRecord } from './key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { countDependents, demandUnused, unusedChecks } from './key-uses.ts'
import { mergeTags, tagFacts } from './key-tags.ts'
import { dueRow, keyCounter, keyIdRow, keyIdRows, keyPolicyRow, lifeRow, takenIdRow } from '../kms-rows.ts'
import { currentVersion } from './material-version.ts'
import { DAY_MS, newKey } from './new-key.ts'
import { bypassFact, policyForNewKey } from '../rights/put-key-policy.ts'
import { moveDue } from '../material/rotation.ts'

export const MAX_KEYS_PER_ACCOUNT = 100_000
export const MAX_DESCRIPTION_BYTES = 8_192
export const MIN_PENDING_DAYS = 7
/** The longest of the vendors' (Huawei Cloud); who offers less says so itself. */
export const MAX_PENDING_DAYS = 1_096
const KEYS_PER_PAGE = 500
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/

export interface NewKeyTerms extends WantedKind {
  readonly description: string
  /** A name that it has from the beginning. */
  readonly alias?: string
  readonly rotationDays?: number
  /** An id of the operator's choice. */
  readonly keyId?: string
  /** The text of its policy; absent: the default policy. */
  readonly policy?: string
  readonly bypassLockoutCheck?: boolean
  readonly tags?: KeyTags
}

export async function createKey(rooms: KeyRooms, request: KeyRequest, options: NewKeyTerms): Promise<KeyDescription> {
  const action = 'kms:CreateKey'
  const account = accountOf(request.caller, action)
  const extra = { ...bypassFact(options), ...tagFacts(options.tags ?? []), ...kindFacts(options) }
  await rooms.rights.demandAccount(request, action, '*', extra)
  const { description } = options
  demandDescription(description)
  const kind = demandKind(rooms.keyStore, options)
  const tags = mergeTags([], options.tags ?? [])
  if (options.keyId !== undefined && !isKeyId(options.keyId)) {
    return refuse({ kind: 'invalid-argument', argument: 'KeyId', detail: 'letters, digits, _ and -, 1 to 128' })
  }
  const { alias, rotationDays } = options
  if (alias !== undefined) demandAliasName(alias)
  if (rotationDays !== undefined) demandRotation(kind, rotationDays)
  const more = { ...(alias === undefined ? {} : { alias }), ...(rotationDays === undefined ? {} : { rotationDays }) }
  return commitDecision(rooms.store, 'create-key', async () => {
    if ((await rooms.store.sum(keyCounter(account))) >= BigInt(MAX_KEYS_PER_ACCOUNT)) {
      return refuse({ kind: 'limit-exceeded', limit: 'keys of an account', value: MAX_KEYS_PER_ACCOUNT })
    }
    const keyId = options.keyId ?? newKeyId()
    const taken = await rooms.store.getMany([keyIdRow(account, keyId), takenIdRow(keyId)])
    if (taken.some((row) => row !== undefined)) {
      return refuse({ kind: 'invalid-argument', argument: 'KeyId', detail: 'a key has, or had, this id' })
    }
    const guards = await rooms.rights.demandAccount(request, action, '*', extra)
    if (alias !== undefined) await demandFreeAlias(rooms, account, alias)
    const wanted = { account, keyId, description, manager: 'customer', kind, tags, ...more } as const
    const { fragment, record } = await newKey(rooms, wanted)
    if (tags.length > 0) {
      await rooms.rights.demandAccount(request, 'kms:TagResource', keyArn(record), tagFacts(tags))
    }
    await demandBeginnings(rooms, request, record)
    const detail = alias === undefined ? {} : { detail: { alias } }
    const recorded = rooms.journal.change(request, { action, resource: keyArn(record), owner: account, ...detail })
    const policy = await newPolicy(rooms, request, record, options)
    const whole = joinFragments({ checks: guards, writes: [] }, fragment, policy)
    return { fragment: whole, recorded, result: describeRecord(record) }
  })
}

async function newPolicy(
  rooms: KeyRooms,
  request: KeyRequest,
  record: KeyRecord,
  { policy, bypassLockoutCheck = false }: NewKeyTerms,
): Promise<Fragment> {
  if (policy === undefined) return { checks: [], writes: [] }
  const read = await policyForNewKey(rooms, request, record, { policy, bypassLockoutCheck })
  const key = keyPolicyRow(record.uid)
  return { checks: [], writes: [{ kind: 'put', key, value: sealKeyPolicy(rooms.records, key, read) }] }
}

/** What conditions may ask of a key that is not there yet. */
function kindFacts({ spec = 'SYMMETRIC_DEFAULT', usage, origin }: NewKeyTerms): NonNullable<KeyAsk['extra']> {
  return {
    'kms:keyspec': [spec],
    'kms:keyorigin': [origin === 'external' ? 'EXTERNAL' : 'AWS_KMS'],
    'kms:multiregion': ['false'],
    ...(usage === undefined && spec !== 'SYMMETRIC_DEFAULT' ? {} : { 'kms:keyusage': [usage ?? 'ENCRYPT_DECRYPT'] }),
  }
}

function demandDescription(description: string): void {
  const good =
    description.isWellFormed() && !CONTROL.test(description) && Buffer.byteLength(description) <= MAX_DESCRIPTION_BYTES
  if (good) return
  refuse({
    kind: 'invalid-argument',
    argument: 'Description',
    detail: `text without control characters, at most ${MAX_DESCRIPTION_BYTES} bytes`,
  })
}

export async function describeKey(rooms: KeyRooms, request: KeyRequest, key: string): Promise<KeyDescription> {
  return described(rooms, (await judgeKey(rooms, request, key, { action: 'kms:DescribeKey' })).record)
}

/** A key whose material is out of reach is unavailable, for as long as that lasts. */
async function described(rooms: KeyRooms, record: KeyRecord): Promise<KeyDescription> {
  const description = describeRecord(record)
  if (description.state !== 'enabled' || rooms.keyStore.reachable === undefined) return description
  const reached = await rooms.keyStore.reachable({ keyUid: record.uid, version: currentVersion(record) })
  return reached ? description : { ...description, state: 'unavailable' }
}

export async function dependents(rooms: KeyRooms, request: KeyRequest, key: string): Promise<KeyDependents> {
  const { record } = await judgeOwnKey(rooms, request, key, { action: 'kms:DescribeKey' })
  return countDependents(rooms.store, record)
}

/** What a list tells of a key; undefined: the caller may not describe it. */
export async function descriptionFor(
  rooms: KeyRooms,
  request: KeyRequest,
  record: KeyRecord,
): Promise<KeyDescription | undefined> {
  const verdict = await rooms.rights.weigh(request, record, { action: 'kms:DescribeKey' })
  return verdict?.decision.kind === 'allow' ? described(rooms, record) : undefined
}

/** Every key of the caller's account, in the order of their ids. */
export async function listKeys(rooms: KeyRooms, request: KeyRequest): Promise<readonly KeyDescription[]> {
  const account = accountOf(request.caller, 'kms:ListKeys')
  await rooms.rights.demandAccount(request, 'kms:ListKeys', '*')
  const { start, end } = keyIdRows(account)
  const keys: KeyDescription[] = []
  let from = start
  for (let pages = 0; pages <= MAX_KEYS_PER_ACCOUNT / KEYS_PER_PAGE; pages++) {
    const { rows, more } = await rooms.store.scan({ start: from, end, limit: KEYS_PER_PAGE })
    const found = await rooms.reader.many(rows.map((row) => openPointer(rooms.records, row)))
    for (const { record } of found) {
      if (record.state === 'destroyed') continue
      const description = await descriptionFor(rooms, request, record)
      if (description !== undefined) keys.push(description)
    }
    const last = rows.at(-1)
    if (!more || last === undefined) break
    from = Buffer.concat([last.key, Buffer.of(0)])
  }
  return keys
}

export function updateDescription(
  rooms: KeyRooms,
  request: KeyRequest,
  key: string,
  description: string,
): Promise<KeyDescription> {
  demandDescription(description)
  const want = { change: 'update-key-description', action: 'kms:UpdateKeyDescription', act: 'point-at' } as const
  return changeKey(rooms, request, key, want, ({ record }) =>
    record.description === description ? undefined : { record: { ...record, description } },
  )
}

export function enableKey(rooms: KeyRooms, request: KeyRequest, key: string): Promise<KeyDescription> {
  return changeKey(
    rooms,
    request,
    key,
    { change: 'enable-key', action: 'kms:EnableKey', act: 'switch' },
    ({ record }) => (record.state === 'enabled' ? undefined : { record: { ...record, state: 'enabled' } }),
  )
}

export function disableKey(rooms: KeyRooms, request: KeyRequest, key: string): Promise<KeyDescription> {
  return changeKey(
    rooms,
    request,
    key,
    { change: 'disable-key', action: 'kms:DisableKey', act: 'switch' },
    ({ record }) => (record.state === 'disabled' ? undefined : { record: { ...record, state: 'disabled' } }),
  )
}

/**
 * Refused with `key-in-use` while anything depends on the key; a reference that commits meanwhile is seen. `shred`: its
 * data is given up with it, which takes a right of its own (`coffer:CryptoShred`), or the operator's setting.
 */
export function scheduleDeletion(
  rooms: KeyRooms,
  request: KeyRequest,
  key: string,
  pendingDays: number,
  shred: boolean | ConfirmedShred = false,
): Promise<KeyDescription> {
  if (!Number.isSafeInteger(pendingDays) || pendingDays < MIN_PENDING_DAYS || pendingDays > MAX_PENDING_DAYS) {
    const detail = `${MIN_PENDING_DAYS} to ${MAX_PENDING_DAYS} days`
    return refuse({ kind: 'invalid-argument', argument: 'PendingWindowInDays', detail })
  }
  const extra = { 'kms:schedulekeydeletionpendingwindowindays': [String(pendingDays)] }
  const action = 'kms:ScheduleKeyDeletion'
  const want = { change: 'schedule-key-deletion', action, act: 'schedule-deletion', extra } as const
  return changeKey(rooms, request, key, want, async ({ record }) => {
    const confirmed = typeof shred === 'boolean' ? undefined : shred
    if (shred !== false) await demandShred(rooms, request, record)
    const givenUp = shred !== false || rooms.allowDeleteInUse
    if (!givenUp) demandUnused(record, await countDependents(rooms.store, record))
    const deletionMs = rooms.now() + pendingDays * DAY_MS
    const due = {
      checks: givenUp ? [] : unusedChecks(record),
      writes: [
        { kind: 'put', key: lifeRow(record.uid), value: Uint8Array.of(0) },
        { kind: 'put', key: dueRow('destroy', deletionMs, record.uid), value: Uint8Array.of(1) },
      ],
    } as const
    const also = joinFragments(due, moveDue(record.uid, record.rotation, undefined))
    const scheduled = { ...record, state: 'pending-deletion', deletionMs } as const
    const detail = { pendingDays: String(pendingDays), deletionDate: new Date(deletionMs).toISOString() }
    if (!givenUp) return { record: scheduled, also, detail }
    const now = await countDependents(rooms.store, record)
    const { versions, uploads, defaults } = now
    // More would be lost than the person was shown.
    if (confirmed !== undefined && versions > confirmed.versions) demandUnused(record, now)
    const why = confirmed === undefined ? {} : { reason: confirmed.reason }
    const lost = { shred: 'true', dependents: String(versions + uploads + defaults), ...why }
    return { record: { ...scheduled, shred: true }, also, detail: { ...detail, ...lost } }
  })
}

/** The right to give up what a key protects: of the caller's own policies or the key's; a Deny of either forbids it. */
async function demandShred(rooms: KeyRooms, request: KeyRequest, record: KeyRecord): Promise<void> {
  const action = 'coffer:CryptoShred'
  const verdict = await rooms.rights.weigh(request, record, { action })
  if (verdict?.decision.kind === 'allow') return
  if (verdict?.decision.kind === 'explicit-deny') {
    return refuse({ kind: 'access-denied', action, reason: verdict.decision.reason })
  }
  await rooms.rights.demandAccount(request, action, keyArn(record))
}

/** Possible until the material is destroyed. The key is disabled afterwards. */
export function cancelDeletion(rooms: KeyRooms, request: KeyRequest, key: string): Promise<KeyDescription> {
  const want = { change: 'cancel-key-deletion', action: 'kms:CancelKeyDeletion', act: 'cancel-deletion' } as const
  return changeKey(rooms, request, key, want, ({ record }) => {
    const { deletionMs, ...kept } = record
    const life = {
      checks: [],
      writes: [
        { kind: 'put', key: lifeRow(record.uid), value: Uint8Array.of(1) },
        ...(deletionMs === undefined
          ? []
          : [{ kind: 'delete', key: dueRow('destroy', deletionMs, record.uid) } as const]),
      ],
    } as const
    return {
      record: {
        ...kept,
        ...(kept.shred === undefined ? {} : { shred: false }),
        state: stateFor('disabled', record.versions),
      },
      also: joinFragments(life, moveDue(record.uid, undefined, record.rotation)),
    }
  })
}

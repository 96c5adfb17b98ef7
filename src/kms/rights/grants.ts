import {
  refuse,
  type GrantFilter,
  type GrantParty,
  type KeyListPage,
  type OperationOf,
  type ShownGrant,
} from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { joinFragments, type Fragment, type Row } from '../../storage/index.ts'
import { demandUsableState } from '../keys/change-key.ts'
import { commitDecision } from '../commit-decision.ts'
import { demandTerms } from './grant-constraints.ts'
import { bindParty } from './grant-parties.ts'
import {
  grantIdFor,
  openGrant,
  partyHash,
  sealGrant,
  shownGrant,
  type GrantRecord,
  type GrantTerms,
} from './grant-record.ts'
import { sealToken } from './grant-token.ts'
import { endDryRun } from '../use/data-keys.ts'
import type { KeyAsk } from '../keys/key-context.ts'
import { accountOf, judgeKey } from '../keys/key-lookup.ts'
import { keyArn, type KeyRecord } from '../keys/key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import {
  changeGuard,
  grantCounter,
  grantRow,
  grantRows,
  retireNameOf,
  retireRow,
  retireRows,
  type RowRange,
} from '../kms-rows.ts'
import { demandPage, MAX_LIST_ITEMS } from '../keys/list-page.ts'

/** KMS developer guide, "Quotas". */
export const MAX_GRANTS_PER_KEY = 50_000
const NONCE_BYTES = 16
const GRANT_ID = /^[0-9a-f]{64}$/
const RETIRE_MARK = /^[0-9a-f]{32}[.][0-9a-f]{64}$/

export type NewGrant = Omit<OperationOf<'create-grant'>, 'kind' | 'key' | 'grantTokens' | 'dryRun'>

/** The same name and terms again: the same grant, and another token of it. */
export async function createGrant(
  rooms: KeyRooms,
  request: KeyRequest,
  key: string,
  wanted: NewGrant,
): Promise<{ readonly grantId: string; readonly grantToken: string }> {
  const action = 'kms:CreateGrant'
  const issuer = accountOf(request.caller, action)
  const ask = askFor(action, request, wanted)
  return commitDecision(rooms.store, 'create-grant', async () => {
    const found = await judgeKey(rooms, request, key, ask)
    const { record, guards } = found
    demandUsableState('use', record)
    demandTerms(record, wanted)
    const terms = await boundTerms(rooms, wanted, issuer)
    const grantId = grantIdFor(terms)
    const [existing] = await rooms.store.getMany([grantRow(record.uid, grantId)])
    endDryRun(request)
    const token = ({ nonce }: GrantRecord): string => sealToken(rooms.records, { uid: record.uid, grantId, nonce })
    if (existing !== undefined) {
      return { result: { grantId, grantToken: token(openGrant(rooms.records, existing)) } }
    }
    if ((await rooms.store.sum(grantCounter(record.uid))) >= BigInt(MAX_GRANTS_PER_KEY)) {
      return refuse({ kind: 'limit-exceeded', limit: 'grants of a key', value: MAX_GRANTS_PER_KEY })
    }
    const nonce = randomBytes(NONCE_BYTES).toString('hex')
    const grant = { ...terms, grantId, nonce, createdMs: rooms.now() }
    const fragment = joinFragments({ checks: guards, writes: [] }, newGrant(rooms, record, grant))
    const event = { action, resource: keyArn(record), owner: record.account, detail: detailOf(grant) }
    return { fragment, recorded: rooms.journal.change(request, event), result: { grantId, grantToken: token(grant) } }
  })
}

async function boundTerms(rooms: KeyRooms, wanted: NewGrant, issuer: GrantTerms['issuer']): Promise<GrantTerms> {
  const { operations, constraints, name, retiring } = wanted
  return {
    grantee: await bindParty(rooms, wanted.grantee),
    ...(retiring === undefined ? {} : { retiring: await bindParty(rooms, retiring) }),
    operations: [...new Set(operations)],
    ...(constraints === undefined || Object.keys(constraints).length === 0 ? {} : { constraints }),
    ...(name === undefined ? {} : { name }),
    issuer,
  }
}

function askFor(action: string, { via }: KeyRequest, { grantee, retiring, operations, constraints }: NewGrant): KeyAsk {
  const { contextEquals, contextSubset } = constraints ?? {}
  const kinds = [
    ...(contextEquals === undefined ? [] : ['EncryptionContextEquals']),
    ...(contextSubset === undefined ? [] : ['EncryptionContextSubset']),
  ]
  return {
    action,
    grant: constraints === undefined ? { operations } : { operations, constraints },
    extra: {
      'kms:grantoperations': operations,
      'kms:granteeprincipal': [nameOf(grantee)],
      'kms:grantisforawsresource': [String(via !== undefined)],
      ...(retiring === undefined ? {} : { 'kms:retiringprincipal': [nameOf(retiring)] }),
      ...(kinds.length === 0 ? {} : { 'kms:grantconstrainttype': kinds }),
    },
  }
}

function nameOf(party: GrantParty): string {
  return party.kind === 'principal' ? party.arn : party.name
}

function newGrant(rooms: KeyRooms, { uid, account }: KeyRecord, grant: GrantRecord): Fragment {
  const key = grantRow(uid, grant.grantId)
  const { retiring } = grant
  return {
    checks: [{ kind: 'absent', key }],
    writes: [
      { kind: 'put', key, value: sealGrant(rooms.records, uid, grant) },
      ...(retiring === undefined
        ? []
        : [
            {
              kind: 'put',
              key: retireRow(partyHash(retiring.means), uid, grant.grantId),
              value: Uint8Array.of(1),
            } as const,
          ]),
      { kind: 'add', counter: grantCounter(uid), delta: 1n },
      changeGuard(account),
    ],
  }
}

function detailOf({ grantId, name, grantee, retiring, operations }: GrantRecord): Readonly<Record<string, string>> {
  return {
    grantId,
    granteePrincipal: nameOf(grantee.party),
    operations: operations.join(','),
    ...(name === undefined ? {} : { grantName: name }),
    ...(retiring === undefined ? {} : { retiringPrincipal: nameOf(retiring.party) }),
  }
}

interface GrantList {
  readonly grants: readonly ShownGrant[]
  readonly next?: string
}

/** In the order of their ids. */
export async function listGrants(
  rooms: KeyRooms,
  request: KeyRequest,
  key: string,
  { grantId, grantee }: GrantFilter,
  page?: KeyListPage,
): Promise<GrantList> {
  const { record } = await judgeKey(rooms, request, key, { action: 'kms:ListGrants' })
  if (grantId !== undefined) demandGrantId(grantId)
  const means = grantee === undefined ? undefined : (await bindParty(rooms, grantee)).means
  const range = grantRows(record.uid, grantId ?? (means === undefined ? '' : partyHash(means)))
  const from =
    page?.after === undefined ? range.start : afterKey(grantRow(record.uid, demandMark(page.after, GRANT_ID)))
  const start = Buffer.compare(from, range.start) < 0 ? range.start : from
  const { rows, more } = await readPart(rooms, { start, end: range.end }, page)
  const grants = rows
    .map((row) => openGrant(rooms.records, row))
    .filter((grant) => means === undefined || grant.grantee.means === means)
  const last = grants.at(-1)
  const shown = grants.map((grant) => shownGrant(keyArn(record), grant))
  return more && last !== undefined ? { grants: shown, next: last.grantId } : { grants: shown }
}

/** The grants that a principal of the caller's own account may retire, on whatever keys. */
export async function listRetirableGrants(
  rooms: KeyRooms,
  request: KeyRequest,
  retiring: GrantParty,
  page?: KeyListPage,
): Promise<GrantList> {
  const action = 'kms:ListRetirableGrants'
  await rooms.rights.demandAccount(request, action, '*')
  const account = accountOf(request.caller, action)
  if (retiring.kind === 'principal' && retiring.arn.split(':')[4] !== account && retiring.arn !== account) {
    return refuse({ kind: 'access-denied', action, reason: 'a principal of another account' })
  }
  const { means } = await bindParty(rooms, retiring)
  const range = retireRows(partyHash(means))
  const mark = page?.after === undefined ? undefined : demandMark(page.after, RETIRE_MARK).split('.')
  const [uid = '', grantId = ''] = mark ?? []
  const start = mark === undefined ? range.start : afterKey(retireRow(partyHash(means), uid, grantId))
  const { rows, more } = await readPart(rooms, { start, end: range.end }, page)
  const names = rows.flatMap((row) => retireNameOf(row.key) ?? [])
  const shown = await Promise.all(names.map(async (name) => retirable(rooms, name, means)))
  const last = names.at(-1)
  const grants = shown.flatMap((one) => one ?? [])
  return more && last !== undefined ? { grants, next: `${last.uid}.${last.grantId}` } : { grants }
}

async function retirable(
  rooms: KeyRooms,
  { uid, grantId }: { readonly uid: string; readonly grantId: string },
  means: string,
): Promise<ShownGrant | undefined> {
  const [row] = await rooms.store.getMany([grantRow(uid, grantId)])
  const found = await rooms.reader.byUid(uid)
  if (row === undefined || found === undefined || found.record.state === 'destroyed') return undefined
  const grant = openGrant(rooms.records, row)
  return grant.retiring?.means === means ? shownGrant(keyArn(found.record), grant) : undefined
}

export function demandGrantId(grantId: string): void {
  if (!GRANT_ID.test(grantId)) refuse({ kind: 'invalid-grant-id' })
}

function demandMark(text: string, form: RegExp): string {
  return form.test(text) ? text : refuse({ kind: 'invalid-marker' })
}

function afterKey(key: Uint8Array): Buffer {
  return Buffer.concat([key, Buffer.of(0)])
}

/** Without a page: all of it. */
async function readPart(
  rooms: KeyRooms,
  range: RowRange,
  page: KeyListPage | undefined,
): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }> {
  if (page !== undefined) return rooms.store.scan({ ...range, limit: demandPage(page).limit })
  const rows: Row[] = []
  let { start } = range
  for (let read = 0; read <= MAX_GRANTS_PER_KEY; read += MAX_LIST_ITEMS) {
    const part = await rooms.store.scan({ start, end: range.end, limit: MAX_LIST_ITEMS })
    rows.push(...part.rows)
    const last = part.rows.at(-1)
    if (!part.more || last === undefined) break
    start = afterKey(last.key)
  }
  return { rows, more: false }
}

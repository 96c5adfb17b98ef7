import { refuse, type ListedAlias } from '../../operations/index.ts'
import { joinFragments, type Check, type Fragment } from '../../storage/index.ts'
import { demandUsableState, rewriteKey } from './change-key.ts'
import { commitDecision } from '../commit-decision.ts'
import { accountOf, judgeOwnKey, judgePlace } from './key-lookup.ts'
import { aliasArn, aliasProblem, shownKeyText } from './key-names.ts'
import { openPointer, sealPointer, type FoundKey } from './key-reader.ts'
import { keyArn } from './key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { aliasRow, aliasRows } from '../kms-rows.ts'
import { demandEditable, MANAGED_ALIAS } from './managed-keys.ts'

export const MAX_ALIASES_PER_KEY = 50
const ALIASES_PER_PAGE = 500
const MAX_PAGES = 10_000

/**
 * Points an alias at a key. `replace`: it may have pointed at another one; without, an alias that exists is refused.
 * `mustExist`: one that does not is.
 * The keys' own records list their aliases, and change in the same commit.
 */
export async function setAlias(
  rooms: KeyRooms,
  request: KeyRequest,
  alias: string,
  key: string,
  replace: boolean,
  mustExist = false,
): Promise<void> {
  const action = replace ? 'kms:UpdateAlias' : 'kms:CreateAlias'
  const account = accountOf(request.caller, action)
  demandAliasName(alias)
  await commitDecision(rooms.store, 'set-alias', async () => {
    const guards = await rooms.rights.demandAccount(request, action, aliasArn(rooms.region, account, alias))
    const target = await judgeOwnKey(rooms, request, key, { action })
    demandEditable(target.record, action)
    demandUsableState('point-at', target.record)
    const row = aliasRow(account, alias)
    const [existing] = await rooms.store.getMany([row])
    if (existing !== undefined && !replace) return refuse({ kind: 'alias-exists', alias })
    if (existing === undefined && mustExist) return refuse({ kind: 'alias-not-found', alias })
    const before = existing === undefined ? undefined : openPointer(rooms.records, existing)
    if (before === target.record.uid) return { result: undefined }
    // Who takes a name from one key and gives it to another needs the right on both.
    const left =
      before === undefined ? undefined : await judgePlace(rooms, request, { uid: before, account }, { action }, alias)
    const check: Check =
      existing === undefined
        ? { kind: 'absent', key: row }
        : { kind: 'revision', key: row, revision: existing.revision }
    const pointer: Fragment = {
      checks: [check],
      writes: [{ kind: 'put', key: row, value: sealPointer(rooms.records, row, target.record.uid) }],
    }
    const fragment = joinFragments(
      { checks: [...guards, ...target.guards], writes: [] },
      pointer,
      rename(rooms, target, [...target.record.aliases, alias].sort()),
      left === undefined ? { checks: [], writes: [] } : rename(rooms, left, without(left, alias)),
    )
    const event = { action, resource: keyArn(target.record), owner: account, detail: { alias } }
    return { fragment, recorded: rooms.journal.change(request, event), result: undefined }
  })
}

export async function removeAlias(rooms: KeyRooms, request: KeyRequest, alias: string): Promise<void> {
  const action = 'kms:DeleteAlias'
  const account = accountOf(request.caller, action)
  demandAliasName(alias)
  await commitDecision(rooms.store, 'remove-alias', async () => {
    const guards = await rooms.rights.demandAccount(request, action, aliasArn(rooms.region, account, alias))
    const row = aliasRow(account, alias)
    const [existing] = await rooms.store.getMany([row])
    if (existing === undefined) return refuse({ kind: 'alias-not-found', alias })
    const place = { uid: openPointer(rooms.records, existing), account }
    const found = await judgePlace(rooms, request, place, { action }, alias)
    const gone: Fragment = {
      checks: [...guards, ...found.guards, { kind: 'revision', key: row, revision: existing.revision }],
      writes: [{ kind: 'delete', key: row }],
    }
    const left = rename(rooms, found, without(found, alias))
    const event = { action, resource: keyArn(found.record), owner: account, detail: { alias } }
    return { fragment: joinFragments(gone, left), recorded: rooms.journal.change(request, event), result: undefined }
  })
}

/** `byKey`: by the right to list those of one key, which some vendors tell apart. Without `key`: every alias of the account, and the managed one also while it has no key yet. */
export async function listAliases(
  rooms: KeyRooms,
  request: KeyRequest,
  key?: string,
  byKey = false,
): Promise<readonly ListedAlias[]> {
  const action = 'kms:ListAliases'
  const account = accountOf(request.caller, action)
  if (!byKey) await rooms.rights.demandAccount(request, action, '*')
  if (key !== undefined) {
    const { record } = await judgeOwnKey(rooms, request, key, { action: 'kms:DescribeKey' })
    if (byKey) await rooms.rights.demandAccount(request, 'kms:ListAliasesByKeyId', keyArn(record))
    return record.aliases.map((alias) => ({
      alias,
      arn: aliasArn(rooms.region, record.account, alias),
      keyId: record.keyId,
    }))
  }
  const { start, end } = aliasRows(account)
  const arn = (alias: string): string => aliasArn(rooms.region, account, alias)
  const listed = new Map<string, ListedAlias>()
  listed.set(MANAGED_ALIAS, { alias: MANAGED_ALIAS, arn: arn(MANAGED_ALIAS) })
  let from = start
  for (let page = 0; page < MAX_PAGES; page++) {
    const { rows, more } = await rooms.store.scan({ start: from, end, limit: ALIASES_PER_PAGE })
    const uids = rows.map((row) => openPointer(rooms.records, row))
    for (const { record } of await rooms.reader.many([...new Set(uids)])) {
      for (const alias of record.aliases) listed.set(alias, { alias, arn: arn(alias), keyId: record.keyId })
    }
    const last = rows.at(-1)
    if (!more || last === undefined) break
    from = Buffer.concat([last.key, Buffer.of(0)])
  }
  return [...listed.values()].sort((left, right) => (left.alias < right.alias ? -1 : 1))
}

function rename(rooms: KeyRooms, found: FoundKey, aliases: readonly string[]): Fragment {
  if (aliases.length > MAX_ALIASES_PER_KEY) {
    return refuse({ kind: 'limit-exceeded', limit: 'aliases of a key', value: MAX_ALIASES_PER_KEY })
  }
  return rewriteKey(rooms, found, { ...found.record, aliases })
}

function without(found: FoundKey, alias: string): readonly string[] {
  return found.record.aliases.filter((one) => one !== alias)
}

export function demandAliasName(alias: string): void {
  const detail = aliasProblem(alias)
  if (detail !== undefined) refuse({ kind: 'invalid-alias-name', alias: shownKeyText(alias), detail })
}

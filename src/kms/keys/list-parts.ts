import { refuse, type AccountId, type KeyListPage, type ListedAlias, type ListedKey } from '../../operations/index.ts'
import { listAliases } from './aliases.ts'
import { accountOf } from './key-lookup.ts'
import { isKeyId, parseKeyName } from './key-names.ts'
import { openPointer } from './key-reader.ts'
import { keyArn, type KeyRecord } from './key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { keyIdRow, keyIdRows } from '../kms-rows.ts'
import { demandPage, pageOf } from './list-page.ts'
import { descriptionFor } from './manage-keys.ts'

/** Rows read at once while a part is filled: a little more than it holds, for keys that are gone. */
const SPARE_ROWS = 16
const ROWS_COUNTED_AT_ONCE = 500

/**
 * A part of the account's keys, in the order of their ids. A mark is the id after which it goes on: whatever it says,
 * only keys of the caller's account can follow. `invalid-marker`: it is no key's id.
 */
export async function listKeysInParts(
  rooms: KeyRooms,
  request: KeyRequest,
  page: KeyListPage,
): Promise<{ readonly keys: readonly ListedKey[]; readonly next?: string; readonly total?: number }> {
  const account = accountOf(request.caller, 'kms:ListKeys')
  await rooms.rights.demandAccount(request, 'kms:ListKeys', '*')
  const { limit, after, states } = demandPage(page)
  const isWanted = ({ state }: KeyRecord): boolean =>
    state !== 'destroyed' && (states === undefined || states.includes(state))
  if (after !== undefined && !isKeyId(after)) return refuse({ kind: 'invalid-marker' })
  const { start, end } = keyIdRows(account)
  const keys: ListedKey[] = []
  const list = async (record: KeyRecord): Promise<void> => {
    const description = page.described === true ? await descriptionFor(rooms, request, record) : undefined
    keys.push({ keyId: record.keyId, arn: keyArn(record), ...(description === undefined ? {} : { description }) })
  }
  if (page.offset !== undefined) return { keys, total: await countAndList(rooms, account, page, isWanted, list) }
  let from = after === undefined ? start : behind(keyIdRow(account, after))
  for (;;) {
    const { rows, more } = await rooms.store.scan({ start: from, end, limit: limit + SPARE_ROWS })
    for (const { record } of await rooms.reader.many(rows.map((row) => openPointer(rooms.records, row)))) {
      if (!isWanted(record)) continue
      const last = keys.at(-1)
      if (keys.length === limit && last !== undefined) return { keys, next: last.keyId }
      await list(record)
    }
    const last = rows.at(-1)
    if (!more || last === undefined) return { keys }
    from = behind(last.key)
  }
}

/** For vendors whose lists have numbered pages: all of them are counted, and those of the page are listed. */
async function countAndList(
  rooms: KeyRooms,
  account: AccountId,
  { limit, offset = 0 }: KeyListPage,
  isWanted: (record: KeyRecord) => boolean,
  list: (record: KeyRecord) => Promise<void>,
): Promise<number> {
  const { start, end } = keyIdRows(account)
  let total = 0
  let from = start
  for (;;) {
    const { rows, more } = await rooms.store.scan({ start: from, end, limit: ROWS_COUNTED_AT_ONCE })
    for (const { record } of await rooms.reader.many(rows.map((row) => openPointer(rooms.records, row)))) {
      if (!isWanted(record)) continue
      if (total >= offset && total < offset + limit) await list(record)
      total += 1
    }
    const last = rows.at(-1)
    if (!more || last === undefined) return total
    from = behind(last.key)
  }
}

/** A part of the aliases of the account, or of one key, in the order of their names. A mark is the name before it. */
export async function listAliasesInParts(
  rooms: KeyRooms,
  request: KeyRequest,
  key: string | undefined,
  page: KeyListPage,
): Promise<{ readonly aliases: readonly ListedAlias[]; readonly next?: string }> {
  const { after } = page
  if (after !== undefined && parseKeyName(after)?.kind !== 'alias') return refuse({ kind: 'invalid-marker' })
  const all = await listAliases(rooms, request, key)
  const { items: aliases, next } = pageOf(all, ({ alias }) => alias, page)
  return next === undefined ? { aliases } : { aliases, next }
}

function behind(key: Uint8Array): Buffer {
  return Buffer.concat([key, Buffer.of(0)])
}

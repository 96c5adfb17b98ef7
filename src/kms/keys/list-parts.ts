import { refuse, type KeyListPage, type ListedAlias, type ListedKey } from '../../operations/index.ts'
import { listAliases } from './aliases.ts'
import { accountOf } from './key-lookup.ts'
import { isKeyId, parseKeyName } from './key-names.ts'
import { openPointer } from './key-reader.ts'
import { keyArn } from './key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { keyIdRow, keyIdRows } from '../kms-rows.ts'
import { demandPage, pageOf } from './list-page.ts'
import { descriptionFor } from './manage-keys.ts'

/** Rows read at once while a part is filled: a little more than it holds, for keys that are gone. */
const SPARE_ROWS = 16

/**
 * A part of the account's keys, in the order of their ids. A mark is the id after which it goes on: whatever it says,
 * only keys of the caller's account can follow. `invalid-marker`: it is no key's id.
 */
export async function listKeysInParts(
  rooms: KeyRooms,
  request: KeyRequest,
  page: KeyListPage,
): Promise<{ readonly keys: readonly ListedKey[]; readonly next?: string }> {
  const account = accountOf(request.caller, 'kms:ListKeys')
  await rooms.rights.demandAccount(request, 'kms:ListKeys', '*')
  const { limit, after } = demandPage(page)
  if (after !== undefined && !isKeyId(after)) return refuse({ kind: 'invalid-marker' })
  const { start, end } = keyIdRows(account)
  const keys: ListedKey[] = []
  let from = after === undefined ? start : behind(keyIdRow(account, after))
  for (;;) {
    const { rows, more } = await rooms.store.scan({ start: from, end, limit: limit + SPARE_ROWS })
    for (const { record } of await rooms.reader.many(rows.map((row) => openPointer(rooms.records, row)))) {
      if (record.state === 'destroyed') continue
      const last = keys.at(-1)
      if (keys.length === limit && last !== undefined) return { keys, next: last.keyId }
      const description = page.described === true ? await descriptionFor(rooms, request, record) : undefined
      keys.push({ keyId: record.keyId, arn: keyArn(record), ...(description === undefined ? {} : { description }) })
    }
    const last = rows.at(-1)
    if (!more || last === undefined) return { keys }
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

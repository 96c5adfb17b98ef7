import {
  parseAccountId,
  refuse,
  type AccountDescription,
  type AccountId,
  type OperationOf,
  type Results,
  type VendorSpellings,
} from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'
import { newAccount, readAccount, writeAccount } from './accounts.ts'
import { changePeople, readPeople, type PeopleChange } from './change-people.ts'
import { newAccessKeyId, newSecret } from './credential-rules.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { notFound } from './find-people.ts'
import { openAccount, type AccountRecord } from './identity-records.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import { hasControls } from './people-names.ts'
import { allRows } from './people-pages.ts'
import { ACCOUNT_ROWS, accountOffRow } from './people-rows.ts'
import { demandAction, type People, type Scope } from './people-scope.ts'
import { newAccountWithRoot } from './root-credential.ts'
import { present } from './stored-fields.ts'
import { deleteRow, putRow, writesOf } from './write-people.ts'

const ID_DRAWS = 100
const VENDOR_ID = /^[A-Za-z0-9_-]+$/

/** `arn:aws:coffer::<home>:account/<id>`. */
function accountArn({ home }: People, account: string): string {
  return `arn:aws:coffer::${home}:account/${account}`
}

/** Accounts are the home account's: who is of another has no say, not even over their own. */
function demandOperator(scope: Scope, account: string): void {
  demandAction(scope, scope.action, accountArn(scope.rooms, account), new Map(), scope.rooms.home)
}

export function createAccount(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'create-account'>,
): Promise<Results['create-account']> {
  demandAccountName(operation.name)
  demandVendors(operation.vendors)
  type Created = Results['create-account']
  return changePeople(rooms, request, 'create-account', async (scope): Promise<PeopleChange<Created>> => {
    demandOperator(scope, operation.account ?? '*')
    const all = await readAll(rooms)
    if (all.length >= PEOPLE_LIMITS.accounts) {
      refuse({ kind: 'limit-exceeded', limit: 'accounts', value: PEOPLE_LIMITS.accounts })
    }
    const account = operation.account ?? freeAccount(all)
    if (all.some((one) => one.account === account)) refuse({ kind: 'entity-exists', entity: 'account', name: account })
    const credential = { accessKeyId: newAccessKeyId(), secret: newSecret() }
    const record = withFacts(newAccount(account, rooms.now()), operation)
    refuseTaken(all, record)
    const fragment = await newAccountWithRoot(rooms, record, credential)
    const shown = describeAccount({ ...record, rootAccessKeyId: credential.accessKeyId }, true)
    return {
      result: { account: shown, rootSecret: credential.secret },
      ...{ fragment, resource: accountArn(rooms, account), detail: { targetAccount: account } },
      accounts: [account],
    }
  })
}

/** 12 digits that nobody has, not beginning with zeros, so that they look like nobody's number by hand. */
function freeAccount(all: readonly AccountRecord[]): AccountId {
  const taken = new Set<string>(all.map(({ account }) => account))
  for (let draw = 0; draw < ID_DRAWS; draw++) {
    const number = 100_000_000_000n + (randomBytes(8).readBigUInt64BE() % 900_000_000_000n)
    const account = parseAccountId(String(number))
    if (account !== undefined && !taken.has(account)) return account
  }
  return refuse({ kind: 'internal' })
}

export function listAccounts(rooms: People, request: PeopleRequest): Promise<Results['list-accounts']> {
  return readPeople(rooms, request, 'list-accounts', async (scope) => {
    demandOperator(scope, '*')
    const all = await readAll(rooms)
    return { accounts: await Promise.all(all.map(async (one) => describeAccount(one, await isOn(rooms, one.account)))) }
  })
}

export function showAccount(
  rooms: People,
  request: PeopleRequest,
  { account }: OperationOf<'show-account'>,
): Promise<Results['show-account']> {
  return readPeople(rooms, request, 'show-account', async (scope) => {
    demandOperator(scope, account)
    const found = await readAccount(rooms.store, rooms.records, account)
    if (found === undefined) return notFound('account', account)
    return { account: describeAccount(found.record, await isOn(rooms, account)) }
  })
}

/** What is absent stays; an empty text takes away. */
export function setAccount(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'set-account'>,
): Promise<Results['set-account']> {
  const { account } = operation
  demandAccountName(operation.name)
  demandVendors(operation.vendors)
  return changePeople(rooms, request, 'set-account', async (scope): Promise<PeopleChange<Results['set-account']>> => {
    demandOperator(scope, account)
    const found = await readAccount(rooms.store, rooms.records, account)
    if (found === undefined) return notFound('account', account)
    const record = withFacts(found.record, operation)
    refuseTaken(await readAll(rooms), record)
    return {
      result: { account: describeAccount(record, await isOn(rooms, account)) },
      fragment: writeAccount(rooms.records, found.row, record),
      ...{ resource: accountArn(rooms, account), detail: { targetAccount: account }, accounts: [account] },
    }
  })
}

/** Switched off, no credential of the account opens anything, sessions included. The home account stays on (T-089). */
export function switchAccount(
  rooms: People,
  request: PeopleRequest,
  { kind, account }: OperationOf<'disable-account' | 'enable-account'>,
): Promise<Results['disable-account']> {
  return changePeople(rooms, request, kind, async (scope): Promise<PeopleChange<Results['disable-account']>> => {
    demandOperator(scope, account)
    const found = await readAccount(rooms.store, rooms.records, account)
    if (found === undefined) return notFound('account', account)
    if (account === rooms.home) refuse({ kind: 'unmodifiable-entity', detail: 'the first account stays as it is' })
    const enabled = kind === 'enable-account'
    const row = accountOffRow(account)
    const fragment = writesOf(enabled ? deleteRow(row) : putRow(rooms, row, { atMs: rooms.now() }))
    return {
      result: { account: describeAccount(found.record, enabled) },
      ...{ fragment, resource: accountArn(rooms, account), detail: { targetAccount: account }, accounts: [account] },
    }
  })
}

async function readAll(rooms: People): Promise<readonly AccountRecord[]> {
  const rows = await allRows(rooms.store, ACCOUNT_ROWS, PEOPLE_LIMITS.accounts)
  return rows.map((row) => openAccount(rooms.records, row))
}

async function isOn({ store }: People, account: AccountId): Promise<boolean> {
  const [row] = await store.getMany([accountOffRow(account)])
  return row === undefined
}

function describeAccount({ vendors = {}, ...record }: AccountRecord, enabled: boolean): AccountDescription {
  return { ...record, vendors, enabled }
}

function demandAccountName(name: string | undefined): void {
  if (name === undefined || (name.length <= PEOPLE_LIMITS.accountNameChars && !hasControls(name))) return
  const detail = `at most ${PEOPLE_LIMITS.accountNameChars} characters, and no control characters`
  refuse({ kind: 'invalid-argument', argument: 'account name', detail })
}

function demandVendors(vendors: VendorSpellings): void {
  for (const [vendor, id] of spellingsOf(vendors)) {
    if (id === '' || (VENDOR_ID.test(id) && id.length <= PEOPLE_LIMITS.vendorIdChars)) continue
    const detail = `at most ${PEOPLE_LIMITS.vendorIdChars} letters, digits, _ and -`
    refuse({ kind: 'invalid-argument', argument: vendor, detail })
  }
}

function withFacts(
  record: AccountRecord,
  { name, vendors }: { readonly name?: string; readonly vendors: VendorSpellings },
): AccountRecord {
  const { name: oldName, vendors: oldVendors = {}, ...rest } = record
  const kept: VendorSpellings = Object.fromEntries(
    spellingsOf({ ...oldVendors, ...vendors }).filter(([, id]) => id !== ''),
  )
  return present({
    ...rest,
    name: (name ?? oldName) === '' ? undefined : (name ?? oldName),
    vendors: Object.keys(kept).length === 0 ? undefined : kept,
  })
}

/** Two accounts that a vendor's tools call the same would be one to them. */
function refuseTaken(all: readonly AccountRecord[], { account, vendors = {} }: AccountRecord): void {
  for (const other of all) {
    if (other.account === account) continue
    const theirs = new Map(spellingsOf(other.vendors ?? {}))
    for (const [vendor, id] of spellingsOf(vendors)) {
      if (theirs.get(vendor) === id) refuse({ kind: 'entity-exists', entity: vendor, name: id })
    }
  }
}

function spellingsOf(vendors: VendorSpellings): readonly (readonly [vendor: string, id: string])[] {
  const entries: readonly (readonly [string, string | undefined])[] = Object.entries(vendors)
  return entries.flatMap(([vendor, id]) => (id === undefined ? [] : [[vendor, id] as const]))
}

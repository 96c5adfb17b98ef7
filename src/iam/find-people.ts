import { refuse, type AccountId } from '../operations/index.ts'
import type { MetadataReader, Row } from '../storage/index.ts'
import type { DirectoryRooms } from './directory-rooms.ts'
import {
  readGroup,
  readPolicy,
  readRole,
  readUser,
  type GroupRecord,
  type Holder,
  type PolicyRecord,
  type RoleRecord,
  type UserRecord,
} from './people-records.ts'
import { entityRow, idRow, type EntityKind } from './people-rows.ts'
import { openFields, oneOf, type StoredFields } from './stored-fields.ts'

export type Reading = Pick<DirectoryRooms, 'store' | 'records'>

interface Records {
  readonly user: UserRecord
  readonly group: GroupRecord
  readonly role: RoleRecord
  readonly policy: PolicyRecord
}

const READERS: { readonly [Kind in EntityKind]: (fields: StoredFields) => Records[Kind] } = {
  user: readUser,
  group: readGroup,
  role: readRole,
  policy: readPolicy,
}

const KINDS: readonly EntityKind[] = ['user', 'group', 'role', 'policy']

export function openEntity<Kind extends EntityKind>({ records }: Reading, kind: Kind, row: Row): Records[Kind] {
  return READERS[kind](openFields(records, row))
}

/** The entity of that name, whatever its case, or undefined. */
export async function findEntity<Kind extends EntityKind>(
  rooms: Reading,
  account: AccountId,
  kind: Kind,
  name: string,
): Promise<Records[Kind] | undefined> {
  const row = await readOne(rooms.store, entityRow(account, kind, name))
  return row === undefined ? undefined : openEntity(rooms, kind, row)
}

/** What a row under an id says: which kind of entity, and its name. */
export interface IdPointer {
  readonly kind: EntityKind
  readonly name: string
}

export function openPointer(rooms: Reading, row: Row): IdPointer {
  const fields = openFields(rooms.records, row)
  return { kind: oneOf(KINDS, fields.text('kind')), name: fields.text('name') }
}

export async function findPointer(rooms: Reading, account: AccountId, id: string): Promise<IdPointer | undefined> {
  const row = await readOne(rooms.store, idRow(account, id))
  return row === undefined ? undefined : openPointer(rooms, row)
}

/** The entity with that unique id, or undefined: never another one of the same name. */
export async function findById<Kind extends EntityKind>(
  rooms: Reading,
  account: AccountId,
  kind: Kind,
  id: string,
): Promise<Records[Kind] | undefined> {
  const pointer = await findPointer(rooms, account, id)
  if (pointer?.kind !== kind) return undefined
  const found = await findEntity(rooms, account, kind, pointer.name)
  return found?.id === id ? found : undefined
}

/** As `findEntity`; refuses with `entity-not-found`. */
export async function demandEntity<Kind extends EntityKind>(
  rooms: Reading,
  account: AccountId,
  kind: Kind,
  name: string,
): Promise<Records[Kind]> {
  return (await findEntity(rooms, account, kind, name)) ?? notFound(kind, name)
}

export function notFound(
  entity: EntityKind | 'access-key' | 'inline-policy' | 'policy-version' | 'account' | 'login-profile',
  name: string,
): never {
  return refuse({ kind: 'entity-not-found', entity, name })
}

export async function findHolder(
  rooms: Reading,
  account: AccountId,
  kind: Holder['kind'],
  name: string,
): Promise<Holder | undefined> {
  return findEntity(rooms, account, kind, name)
}

async function readOne(store: MetadataReader, key: Uint8Array): Promise<Row | undefined> {
  const [row] = await store.getMany([key])
  return row
}

/** The user, group or role with that unique id, or undefined. */
export async function findHolderById(rooms: Reading, account: AccountId, id: string): Promise<Holder | undefined> {
  const pointer = await findPointer(rooms, account, id)
  if (pointer === undefined || pointer.kind === 'policy') return undefined
  return findById(rooms, account, pointer.kind, id)
}

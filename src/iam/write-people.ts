import { refuse, type AccountId, type EntityTags } from '../operations/index.ts'
import type { Fragment, Write } from '../storage/index.ts'
import type { DirectoryRooms } from './directory-rooms.ts'
import { entityArn } from './people-arns.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import type { Holder, PolicyRecord } from './people-records.ts'
import { entityCounter, entityRow, idRow, type EntityKind } from './people-rows.ts'
import type { ExtraContext } from './people-scope.ts'
import { sealFields } from './stored-fields.ts'

/*
 * Writes of the directory. They need no checks of their own: the commit checks the account's guard, which every change
 * of these rows rewrites.
 */

type Entity = Holder | PolicyRecord

export function writesOf(...writes: readonly Write[]): Fragment {
  return { checks: [], writes }
}

/** The row of an entity as it is to be. */
export function putEntity({ records }: Pick<DirectoryRooms, 'records'>, entity: Entity): Write {
  const key = entityRow(entity.account, entity.kind, entity.name)
  const value = sealFields(records, key, entity)
  if (value.length > PEOPLE_LIMITS.recordBytes) {
    refuse({ kind: 'limit-exceeded', limit: `bytes of a ${entity.kind}`, value: PEOPLE_LIMITS.recordBytes })
  }
  return { kind: 'put', key, value }
}

export function deleteRow(key: Uint8Array): Write {
  return { kind: 'delete', key }
}

/** A row that says no more than its key, and what `fields` add to it. */
export function putRow({ records }: Pick<DirectoryRooms, 'records'>, key: Uint8Array, fields: object): Write {
  return { kind: 'put', key, value: sealFields(records, key, fields) }
}

export function newEntity(rooms: Pick<DirectoryRooms, 'records'>, entity: Entity): readonly Write[] {
  const { account, kind } = entity
  const counted: Write = { kind: 'add', counter: entityCounter(account, kind), delta: 1n }
  return [putEntity(rooms, entity), pointTo(rooms, entity), counted]
}

/** The row under the id of an entity, which says where it is. */
export function pointTo(rooms: Pick<DirectoryRooms, 'records'>, entity: Entity): Write {
  return putRow(rooms, idRow(entity.account, entity.id), { kind: entity.kind, name: entity.name })
}

export function endEntity({ account, kind, name, id }: Entity): readonly Write[] {
  return [
    deleteRow(entityRow(account, kind, name)),
    deleteRow(idRow(account, id)),
    { kind: 'add', counter: entityCounter(account, kind), delta: -1n },
  ]
}

const LIMITS: Readonly<Record<EntityKind, number>> = {
  user: PEOPLE_LIMITS.users,
  group: PEOPLE_LIMITS.groups,
  role: PEOPLE_LIMITS.roles,
  policy: PEOPLE_LIMITS.policies,
}

/** Refuses one more than an account may have. Exact: whoever adds one changes the guard. */
export async function demandRoom(
  { store }: Pick<DirectoryRooms, 'store'>,
  account: AccountId,
  kind: EntityKind,
): Promise<void> {
  const limit = LIMITS[kind]
  if ((await store.sum(entityCounter(account, kind))) >= BigInt(limit)) {
    refuse({ kind: 'limit-exceeded', limit: kind === 'policy' ? 'policies' : `${kind}s`, value: limit })
  }
}

/** Condition keys of a request that carries tags. */
export function requestTagContext(tags: EntityTags): readonly (readonly [string, readonly string[]])[] {
  const keys = Object.keys(tags)
  if (keys.length === 0) return []
  const each = Object.entries(tags).map(([key, value]) => [`aws:requesttag/${key.toLowerCase()}`, [value]] as const)
  return [...each, ['aws:tagkeys', keys] as const]
}

/** Condition keys of whom the request is about. */
export function resourceTagContext(tags: EntityTags): readonly (readonly [string, readonly string[]])[] {
  return Object.entries(tags).flatMap(([key, value]) => [
    [`aws:resourcetag/${key.toLowerCase()}`, [value]] as const,
    [`iam:resourcetag/${key.toLowerCase()}`, [value]] as const,
  ])
}

/** The tags of an entity that is there, and what the request adds to them. */
export function contextOf(
  entity: Holder | PolicyRecord | undefined,
  ...more: readonly (readonly [string, readonly string[]])[]
): ExtraContext {
  const tags = entity === undefined || entity.kind === 'group' ? {} : entity.tags
  return new Map([...resourceTagContext(tags), ...more])
}

/** The ARN of an entity that is there, or of the one that would be at the top by that name. */
export function arnOr(entity: Entity | undefined, kind: EntityKind, account: AccountId, name: string): string {
  return entityArn(entity ?? { kind, account, path: '/', name })
}

import { refuse, type OperationOf, type Results } from '../operations/index.ts'
import { boundaryContext, endBoundary, putBoundary } from './boundary-rows.ts'
import { changePeople, readPeople, type PeopleChange } from './change-people.ts'
import { describeRole } from './describe-people.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { demandEntity, findEntity, openEntity } from './find-people.ts'
import { readLastUse } from './last-use.ts'
import { entityArn } from './people-arns.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import { demandDescription, demandName, demandTags, pathOf, pathPrefixOf } from './people-names.ts'
import { allRows, pageOf } from './people-pages.ts'
import type { RoleRecord } from './people-records.ts'
import { entityRows, inlineRows } from './people-rows.ts'
import { demand, demandAction, refuseWidening, type People, type PeopleKind, type Scope } from './people-scope.ts'
import { present } from './stored-fields.ts'
import { readTrust } from './trust-policies.ts'
import { newUniqueId } from './unique-ids.ts'
import {
  arnOr,
  contextOf,
  demandRoom,
  endEntity,
  newEntity,
  putEntity,
  requestTagContext,
  writesOf,
} from './write-people.ts'

export function createRole(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'create-role'>,
): Promise<Results['create-role']> {
  const { name, trustPolicy, description, boundaryArn, tags } = operation
  demandName('role', name)
  demandTags(tags)
  demandDescription(description)
  const path = pathOf(operation.path)
  const maxSessionSeconds = sessionSecondsOf(operation.maxSessionSeconds ?? PEOPLE_LIMITS.minRoleSessionSeconds)
  return changePeople(rooms, request, 'create-role', async (scope) => {
    const { account } = scope
    const arn = entityArn({ kind: 'role', account, path, name })
    const context = new Map([...requestTagContext(tags), ...boundaryContext(boundaryArn)])
    demand(scope, arn, context)
    if (Object.keys(tags).length > 0) demandAction(scope, 'iam:TagRole', arn, context)
    if ((await findEntity(rooms, account, 'role', name)) !== undefined) {
      refuse({ kind: 'entity-exists', entity: 'role', name })
    }
    await demandRoom(rooms, account, 'role')
    const role: RoleRecord = {
      ...{ kind: 'role', account, id: newUniqueId('role'), name, path, createdMs: rooms.now(), attached: [] },
      ...{ trustPolicy, trustIds: await readTrust(rooms, trustPolicy), maxSessionSeconds, tags },
      ...(description === undefined ? {} : { description }),
      ...(boundaryArn === undefined ? {} : { boundaryArn }),
    }
    const fragment = writesOf(...newEntity(rooms, role), ...(await putBoundary(rooms, role)))
    return { result: describeRole(role), fragment, resource: arn, detail: { roleName: name, path } }
  })
}

function sessionSecondsOf(seconds: number): number {
  const { minRoleSessionSeconds: least, maxRoleSessionSeconds: most } = PEOPLE_LIMITS
  if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return seconds
  const detail = `${least} to ${most} seconds`
  return refuse({ kind: 'invalid-argument', argument: 'max session duration', value: String(seconds), detail })
}

export async function demandRole(scope: Scope, name: string): Promise<RoleRecord> {
  const { rooms, account } = scope
  demandName('role', name)
  const role = await findEntity(rooms, account, 'role', name)
  demand(scope, arnOr(role, 'role', account, name), contextOf(role))
  return role ?? demandEntity(rooms, account, 'role', name)
}

export function getRole(
  rooms: People,
  request: PeopleRequest,
  { name }: OperationOf<'get-role'>,
): Promise<Results['get-role']> {
  return readPeople(rooms, request, 'get-role', async (scope) => {
    const role = await demandRole(scope, name)
    return describeRole(role, (await readLastUse(rooms, role.account, role.id))?.atMs)
  })
}

export function listRoles(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'list-roles'>,
): Promise<Results['list-roles']> {
  const prefix = pathPrefixOf(operation.pathPrefix)
  return readPeople(rooms, request, 'list-roles', async (scope) => {
    const { account } = scope
    demand(scope, `arn:aws:iam::${account}:role${prefix}`)
    return pageOf(rooms.store, entityRows(account, 'role'), operation, (row) => {
      const role = openEntity(rooms, 'role', row)
      return role.path.startsWith(prefix) ? describeRole(role) : undefined
    })
  })
}

/** `description` and `maxSessionSeconds`: what is absent stays. */
export function updateRole(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'update-role' | 'update-role-description'>,
): Promise<Results['update-role']> {
  const { description } = operation
  demandDescription(description)
  const wanted = operation.kind === 'update-role' ? operation.maxSessionSeconds : undefined
  const seconds = wanted === undefined ? undefined : sessionSecondsOf(wanted)
  return changeRole(rooms, request, operation.kind, operation.name, async (role) => {
    const words = description ?? role.description
    const maxSessionSeconds = seconds ?? role.maxSessionSeconds
    return present({ ...role, maxSessionSeconds, description: words === '' ? undefined : words })
  })
}

export async function updateTrust(
  rooms: People,
  request: PeopleRequest,
  { name, trustPolicy }: OperationOf<'update-assume-role-policy'>,
): Promise<undefined> {
  await changeRole(rooms, request, 'update-assume-role-policy', name, async (role, scope) => {
    refuseWidening(scope, role.id)
    return { ...role, trustPolicy, trustIds: await readTrust(rooms, trustPolicy) }
  })
  return undefined
}

function changeRole(
  rooms: People,
  request: PeopleRequest,
  kind: PeopleKind,
  name: string,
  decide: (role: RoleRecord, scope: Scope) => Promise<RoleRecord>,
): Promise<Results['update-role']> {
  return changePeople(rooms, request, kind, async (scope): Promise<PeopleChange<Results['update-role']>> => {
    const role = await demandRole(scope, name)
    const changed = await decide(role, scope)
    const fragment = writesOf(putEntity(rooms, changed))
    return { result: describeRole(changed), fragment, resource: entityArn(role), detail: { roleName: role.name } }
  })
}

export function deleteRole(
  rooms: People,
  request: PeopleRequest,
  { name }: OperationOf<'delete-role'>,
): Promise<undefined> {
  return changePeople(rooms, request, 'delete-role', async (scope) => {
    const role = await demandRole(scope, name)
    const conflict = (detail: string): never => refuse({ kind: 'delete-conflict', detail })
    if ((await allRows(rooms.store, inlineRows(role.account, role.id), 1)).length > 0) {
      conflict('delete the inline policies first')
    }
    if (role.attached.length > 0) conflict('detach all policies first')
    const fragment = writesOf(...endEntity(role), ...endBoundary(role))
    return { result: undefined, fragment, resource: entityArn(role), detail: { roleName: role.name } }
  })
}

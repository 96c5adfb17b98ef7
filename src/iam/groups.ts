import { refuse, type OperationOf, type Results } from '../operations/index.ts'
import { changePeople, readPeople, type PeopleChange } from './change-people.ts'
import { describeGroup, describeUser } from './describe-people.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { demandEntity, findById, findEntity, openEntity } from './find-people.ts'
import { entityArn } from './people-arns.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import { demandName, pathOf, pathPrefixOf } from './people-names.ts'
import { allRows, pageOf, pageOfList } from './people-pages.ts'
import type { GroupRecord, UserRecord } from './people-records.ts'
import { entityRow, entityRows, inlineRows, lastPart, memberRow, memberRows } from './people-rows.ts'
import { demand, refuseWidening, type People, type Scope } from './people-scope.ts'
import { newUniqueId } from './unique-ids.ts'
import { demandNamed } from './users.ts'
import {
  arnOr,
  deleteRow,
  demandRoom,
  endEntity,
  newEntity,
  pointTo,
  putEntity,
  putRow,
  writesOf,
} from './write-people.ts'

export function createGroup(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'create-group'>,
): Promise<Results['create-group']> {
  const { name } = operation
  demandName('group', name)
  const path = pathOf(operation.path)
  return changePeople(rooms, request, 'create-group', async (scope) => {
    const { account } = scope
    const resource = entityArn({ kind: 'group', account, path, name })
    demand(scope, resource)
    if ((await findEntity(rooms, account, 'group', name)) !== undefined) {
      refuse({ kind: 'entity-exists', entity: 'group', name })
    }
    await demandRoom(rooms, account, 'group')
    const group: GroupRecord = {
      ...{ kind: 'group', account, id: newUniqueId('group'), name, path, createdMs: rooms.now(), attached: [] },
    }
    const fragment = writesOf(...newEntity(rooms, group))
    return { result: describeGroup(group), fragment, resource, detail: { groupName: name, path } }
  })
}

async function demandGroup(scope: Scope, name: string): Promise<GroupRecord> {
  const { rooms, account } = scope
  demandName('group', name)
  const group = await findEntity(rooms, account, 'group', name)
  demand(scope, arnOr(group, 'group', account, name))
  return group ?? demandEntity(rooms, account, 'group', name)
}

export function getGroup(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'get-group'>,
): Promise<Results['get-group']> {
  return readPeople(rooms, request, 'get-group', async (scope) => {
    const group = await demandGroup(scope, operation.name)
    const { account, id } = group
    const users = await pageOf(rooms.store, memberRows(account, id), operation, async (row) => {
      const user = await findById(rooms, account, 'user', lastPart(row.key))
      return user === undefined ? undefined : describeUser(user)
    })
    return { group: describeGroup(group), users }
  })
}

export function listGroups(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'list-groups'>,
): Promise<Results['list-groups']> {
  const prefix = pathPrefixOf(operation.pathPrefix)
  return readPeople(rooms, request, 'list-groups', async (scope) => {
    const { account } = scope
    demand(scope, `arn:aws:iam::${account}:group${prefix}`)
    return pageOf(rooms.store, entityRows(account, 'group'), operation, (row) => {
      const group = openEntity(rooms, 'group', row)
      return group.path.startsWith(prefix) ? describeGroup(group) : undefined
    })
  })
}

export function updateGroup(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'update-group'>,
): Promise<undefined> {
  const { name, newName, newPath } = operation
  if (newName !== undefined) demandName('group', newName)
  const path = newPath === undefined ? undefined : pathOf(newPath)
  return changePeople(rooms, request, 'update-group', async (scope) => {
    const { account } = scope
    const group = await demandGroup(scope, name)
    const changed: GroupRecord = { ...group, name: newName ?? group.name, path: path ?? group.path }
    demand(scope, entityArn(changed))
    const moved = changed.name.toLowerCase() !== group.name.toLowerCase()
    if (moved && (await findEntity(rooms, account, 'group', changed.name)) !== undefined) {
      refuse({ kind: 'entity-exists', entity: 'group', name: changed.name })
    }
    const gone = moved ? [deleteRow(entityRow(account, 'group', group.name))] : []
    const fragment = writesOf(...gone, putEntity(rooms, changed), pointTo(rooms, changed))
    const detail = { groupName: group.name, newGroupName: changed.name }
    return { result: undefined, fragment, resource: entityArn(group), detail }
  })
}

export function deleteGroup(
  rooms: People,
  request: PeopleRequest,
  { name }: OperationOf<'delete-group'>,
): Promise<undefined> {
  return changePeople(rooms, request, 'delete-group', async (scope) => {
    const group = await demandGroup(scope, name)
    const { account, id, attached } = group
    const conflict = (detail: string): never => refuse({ kind: 'delete-conflict', detail })
    if ((await allRows(rooms.store, memberRows(account, id), 1)).length > 0) conflict('remove the users first')
    if ((await allRows(rooms.store, inlineRows(account, id), 1)).length > 0)
      conflict('delete the inline policies first')
    if (attached.length > 0) conflict('detach all policies first')
    const fragment = writesOf(...endEntity(group))
    return { result: undefined, fragment, resource: entityArn(group), detail: { groupName: group.name } }
  })
}

export function addUserToGroup(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'add-user-to-group'>,
): Promise<undefined> {
  return changeMembership(rooms, request, operation, (group, user) => {
    if (user.groups.includes(group.id)) return undefined
    if (user.groups.length >= PEOPLE_LIMITS.groupsPerUser) {
      refuse({ kind: 'limit-exceeded', limit: 'groups of a user', value: PEOPLE_LIMITS.groupsPerUser })
    }
    const member = putRow(rooms, memberRow(group.account, group.id, user.id), { user: user.id })
    return { groups: [...user.groups, group.id], member }
  })
}

export function removeUserFromGroup(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'remove-user-from-group'>,
): Promise<undefined> {
  return changeMembership(rooms, request, operation, (group, user) => {
    if (!user.groups.includes(group.id)) {
      refuse({ kind: 'entity-not-found', entity: 'user', name: operation.userName })
    }
    const member = deleteRow(memberRow(group.account, group.id, user.id))
    return { groups: user.groups.filter((id) => id !== group.id), member }
  })
}

type Membership = { readonly groups: readonly string[]; readonly member: ReturnType<typeof deleteRow> } | undefined

function changeMembership(
  rooms: People,
  request: PeopleRequest,
  { kind, name, userName }: OperationOf<'add-user-to-group' | 'remove-user-from-group'>,
  decide: (group: GroupRecord, user: UserRecord) => Membership,
): Promise<undefined> {
  return changePeople(rooms, request, kind, async (scope): Promise<PeopleChange<undefined>> => {
    const group = await demandGroup(scope, name)
    demandName('user', userName)
    const user = await demandEntity(rooms, scope.account, 'user', userName)
    refuseWidening(scope, user.id)
    const change = decide(group, user)
    const resource = entityArn(group)
    if (change === undefined) return { result: undefined, resource }
    const fragment = writesOf(putEntity(rooms, { ...user, groups: change.groups }), change.member)
    return { result: undefined, fragment, resource, detail: { groupName: group.name, userName: user.name } }
  })
}

export function listGroupsForUser(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'list-groups-for-user'>,
): Promise<Results['list-groups-for-user']> {
  return readPeople(rooms, request, 'list-groups-for-user', async (scope) => {
    const user = await demandNamed(scope, operation.userName)
    const found = await Promise.all(user.groups.map((id) => findById(rooms, scope.account, 'group', id)))
    const groups = found.filter((group) => group !== undefined).map(describeGroup)
    return pageOfList(groups, operation, ({ groupName }) => groupName.toLowerCase())
  })
}

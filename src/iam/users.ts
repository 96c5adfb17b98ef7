import { refuse, type OperationOf, type Results } from '../operations/index.ts'
import type { Write } from '../storage/index.ts'
import { boundaryContext, endBoundary, putBoundary } from './boundary-rows.ts'
import { changePeople, readPeople } from './change-people.ts'
import { readAccount } from './accounts.ts'
import { describeRoot, describeUser } from './describe-people.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { demandEntity, findEntity, openEntity } from './find-people.ts'
import { renameKeys } from './key-owners.ts'
import { entityArn } from './people-arns.ts'
import { demandName, demandTags, pathOf, pathPrefixOf } from './people-names.ts'
import { allRows, pageOf } from './people-pages.ts'
import type { UserRecord } from './people-records.ts'
import { entityRow, entityRows, inlineRows, passwordRow, userKeyRows } from './people-rows.ts'
import { demand, demandAction, type People, type Scope } from './people-scope.ts'
import { newUniqueId } from './unique-ids.ts'
import {
  arnOr,
  contextOf,
  deleteRow,
  demandRoom,
  endEntity,
  newEntity,
  pointTo,
  putEntity,
  requestTagContext,
  writesOf,
} from './write-people.ts'

export function createUser(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'create-user'>,
): Promise<Results['create-user']> {
  const { name, boundaryArn, tags } = operation
  demandName('user', name)
  demandTags(tags)
  const path = pathOf(operation.path)
  return changePeople(rooms, request, 'create-user', async (scope) => {
    const { account } = scope
    const arn = entityArn({ kind: 'user', account, path, name })
    const context = new Map([...requestTagContext(tags), ...boundaryContext(boundaryArn)])
    demand(scope, arn, context)
    if (Object.keys(tags).length > 0) demandAction(scope, 'iam:TagUser', arn, context)
    if ((await findEntity(rooms, account, 'user', name)) !== undefined) {
      refuse({ kind: 'entity-exists', entity: 'user', name })
    }
    await demandRoom(rooms, account, 'user')
    const user: UserRecord = {
      ...{ kind: 'user', account, id: newUniqueId('user'), name, path, createdMs: rooms.now() },
      ...{ attached: [], groups: [], tags },
      ...(boundaryArn === undefined ? {} : { boundaryArn }),
    }
    const fragment = writesOf(...newEntity(rooms, user), ...(await putBoundary(rooms, user)))
    return { result: describeUser(user), fragment, resource: arn, detail: { userName: name, path } }
  })
}

/** The user of that name, or the caller: `undefined` stands for the caller's root. */
export async function demandUserOrSelf(scope: Scope, name: string | undefined): Promise<UserRecord | undefined> {
  const { caller } = scope
  if (name !== undefined) return demandNamed(scope, name)
  if (caller.kind === 'account-root') {
    demand(scope, caller.arn)
    return undefined
  }
  if (caller.kind === 'user') return demandNamed(scope, caller.userName)
  const detail = 'a session of a role has to say whom it means'
  return refuse({ kind: 'invalid-argument', argument: 'user name', detail })
}

/** The user, after the right was asked for: who may not ask does not learn whether there is one. */
export async function demandNamed(scope: Scope, name: string): Promise<UserRecord> {
  const { rooms, account } = scope
  demandName('user', name)
  const user = await findEntity(rooms, account, 'user', name)
  demand(scope, arnOr(user, 'user', account, name), contextOf(user))
  return user ?? demandEntity(rooms, account, 'user', name)
}

export function getUser(
  rooms: People,
  request: PeopleRequest,
  { name }: OperationOf<'get-user'>,
): Promise<Results['get-user']> {
  return readPeople(rooms, request, 'get-user', async (scope) => {
    const user = await demandUserOrSelf(scope, name)
    if (user !== undefined) return describeUser(user)
    const account = await readAccount(rooms.store, rooms.records, scope.account)
    return describeRoot(scope.account, account?.record.createdMs ?? 0)
  })
}

export function listUsers(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'list-users'>,
): Promise<Results['list-users']> {
  const prefix = pathPrefixOf(operation.pathPrefix)
  return readPeople(rooms, request, 'list-users', async (scope) => {
    const { account } = scope
    demand(scope, `arn:aws:iam::${account}:user${prefix}`)
    return pageOf(rooms.store, entityRows(account, 'user'), operation, (row) => {
      const user = openEntity(rooms, 'user', row)
      return user.path.startsWith(prefix) ? describeUser(user) : undefined
    })
  })
}

export function updateUser(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'update-user'>,
): Promise<undefined> {
  const { name, newName, newPath } = operation
  if (newName !== undefined) demandName('user', newName)
  const path = newPath === undefined ? undefined : pathOf(newPath)
  return changePeople(rooms, request, 'update-user', async (scope) => {
    const { account } = scope
    const user = await demandNamed(scope, name)
    const changed: UserRecord = { ...user, name: newName ?? user.name, path: path ?? user.path }
    // Whoever becomes another needs the right to be that one.
    demand(scope, entityArn(changed), contextOf(user))
    const resource = entityArn(user)
    const moved = changed.name.toLowerCase() !== user.name.toLowerCase()
    if (moved && (await findEntity(rooms, account, 'user', changed.name)) !== undefined) {
      refuse({ kind: 'entity-exists', entity: 'user', name: changed.name })
    }
    const gone: readonly Write[] = moved ? [deleteRow(entityRow(account, 'user', user.name))] : []
    const fragment = writesOf(
      ...gone,
      putEntity(rooms, changed),
      pointTo(rooms, changed),
      ...(await renameKeys(rooms, changed)),
    )
    return { result: undefined, fragment, resource, detail: { userName: user.name, newUserName: changed.name } }
  })
}

export function deleteUser(
  rooms: People,
  request: PeopleRequest,
  { name }: OperationOf<'delete-user'>,
): Promise<undefined> {
  return changePeople(rooms, request, 'delete-user', async (scope) => {
    const user = await demandNamed(scope, name)
    await demandUnused(rooms, user)
    const fragment = writesOf(...endEntity(user), ...endBoundary(user))
    return { result: undefined, fragment, resource: entityArn(user), detail: { userName: user.name } }
  })
}

/** Nothing of a user that is deleted may stay behind, and nothing is taken away unseen (IAM API reference, DeleteUser). */
async function demandUnused({ store }: People, { account, id, attached, groups }: UserRecord): Promise<void> {
  const conflict = (detail: string): never => refuse({ kind: 'delete-conflict', detail })
  if ((await allRows(store, userKeyRows(account, id), 1)).length > 0) conflict('delete the access keys first')
  const [password] = await store.getMany([passwordRow(account, id)])
  if (password !== undefined) conflict('delete the password first')
  if ((await allRows(store, inlineRows(account, id), 1)).length > 0) conflict('delete the inline policies first')
  if (attached.length > 0) conflict('detach all policies first')
  if (groups.length > 0) conflict('remove the user from its groups first')
}

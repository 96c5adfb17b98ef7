import { refuse, type OperationOf, type PolicyEntity, type Results } from '../operations/index.ts'
import { BUILT_IN_POLICIES } from './built-in-policies.ts'
import { changePeople, readPeople, type PeopleChange } from './change-people.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { findEntity, findHolderById, openEntity } from './find-people.ts'
import {
  countUses,
  demandAnyPolicy,
  demandOwnPolicy,
  describePolicy,
  policyKeyOf,
  type ManagedPolicy,
} from './find-policies.ts'
import { entityArn } from './people-arns.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import { demandDescription, demandName, demandTags, pathOf, pathPrefixOf } from './people-names.ts'
import { allRows, pageOfList } from './people-pages.ts'
import type { PolicyRecord } from './people-records.ts'
import { entityRows, lastPart, policyUseRows, versionRow, type PolicyUse } from './people-rows.ts'
import { demand, demandAction, type People, type Scope } from './people-scope.ts'
import { demandIdentityPolicy } from './policy-texts.ts'
import { newUniqueId } from './unique-ids.ts'
import { deleteRow, demandRoom, endEntity, newEntity, putRow, requestTagContext, writesOf } from './write-people.ts'

/** Managed policies as a whole; their versions are in policy-versions.ts. */

export function createPolicy(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'create-policy'>,
): Promise<Results['create-policy']> {
  const { policyName, document, grammar = 'aws', description, tags } = operation
  demandName('policy', policyName)
  demandTags(tags)
  demandDescription(description)
  const path = pathOf(operation.path)
  return changePeople(rooms, request, 'create-policy', async (scope) => {
    const { account } = scope
    const arn = entityArn({ kind: 'policy', account, path, name: policyName })
    const context = new Map(requestTagContext(tags))
    demand(scope, arn, context)
    if (Object.keys(tags).length > 0) demandAction(scope, 'iam:TagPolicy', arn, context)
    demandIdentityPolicy(document, grammar, 'managed')
    if ((await findEntity(rooms, account, 'policy', policyName)) !== undefined) {
      refuse({ kind: 'entity-exists', entity: 'policy', name: policyName })
    }
    await demandRoom(rooms, account, 'policy')
    const createdMs = rooms.now()
    const policy: PolicyRecord = {
      ...{ kind: 'policy', account, id: newUniqueId('policy'), name: policyName, path, createdMs, tags },
      ...{ updatedMs: createdMs, versions: [{ number: 1, createdMs }], defaultVersion: 1, lastVersion: 1 },
      ...(description === undefined ? {} : { description }),
    }
    const text = putRow(rooms, versionRow(account, policy.id, 1), { name: policyName, grammar, document })
    const fragment = writesOf(...newEntity(rooms, policy), text)
    return {
      result: await describePolicy(rooms, account, policy),
      ...{ fragment, resource: arn, detail: { policyName, path } },
    }
  })
}

export function getPolicy(
  rooms: People,
  request: PeopleRequest,
  { policyArn }: OperationOf<'get-policy'>,
): Promise<Results['get-policy']> {
  return readPeople(rooms, request, 'get-policy', async (scope) =>
    describePolicy(rooms, scope.account, await demandAnyPolicy(scope, policyArn)),
  )
}

export function listPolicies(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'list-policies'>,
): Promise<Results['list-policies']> {
  const { scope: wanted, onlyAttached, usage } = operation
  const prefix = pathPrefixOf(operation.pathPrefix)
  return readPeople(rooms, request, 'list-policies', async (scope) => {
    const { account } = scope
    demand(scope, `arn:aws:iam::${account}:policy${prefix}`)
    const own = wanted === 'aws' ? [] : await ownPolicies(rooms, scope)
    const all: readonly ManagedPolicy[] = [...own, ...(wanted === 'local' ? [] : BUILT_IN_POLICIES)]
    const shown: ManagedPolicy[] = []
    for (const policy of all) {
      if (!policy.path.startsWith(prefix)) continue
      if (await isUsed(rooms, scope, policy, onlyAttached, usage)) shown.push(policy)
    }
    const page = pageOfList(shown, operation, ({ name, kind }) => `${name.toLowerCase()} ${kind}`)
    const items = await Promise.all(page.items.map((policy) => describePolicy(rooms, account, policy)))
    return { ...page, items }
  })
}

async function ownPolicies(rooms: People, { account }: Scope): Promise<readonly PolicyRecord[]> {
  const rows = await allRows(rooms.store, entityRows(account, 'policy'), PEOPLE_LIMITS.policies)
  return rows.map((row) => openEntity(rooms, 'policy', row))
}

async function isUsed(
  rooms: People,
  { account }: Scope,
  policy: ManagedPolicy,
  onlyAttached: boolean,
  usage: 'permissions' | 'boundary' | undefined,
): Promise<boolean> {
  const arn = policy.kind === 'built-in' ? policy.arn : entityArn(policy)
  if (usage === undefined && !onlyAttached) return true
  // What is a boundary and nothing else hangs on nobody in the other way: which use is asked for says which is counted.
  return (await countUses(rooms, account, usage === 'boundary' ? 'bounds' : 'attached', arn)) > 0
}

export function deletePolicy(
  rooms: People,
  request: PeopleRequest,
  { policyArn }: OperationOf<'delete-policy'>,
): Promise<undefined> {
  return changePeople(rooms, request, 'delete-policy', async (scope): Promise<PeopleChange<undefined>> => {
    const policy = await demandOwnPolicy(scope, policyArn)
    const { account, id, versions } = policy
    const conflict = (detail: string): never => refuse({ kind: 'delete-conflict', detail })
    if ((await countUses(rooms, account, 'attached', policyArn)) > 0) conflict('detach the policy first')
    if ((await countUses(rooms, account, 'bounds', policyArn)) > 0) conflict('the policy is a boundary')
    if (versions.length > 1) conflict('delete the other versions of the policy first')
    const texts = versions.map(({ number }) => deleteRow(versionRow(account, id, number)))
    const fragment = writesOf(...endEntity(policy), ...texts)
    return { result: undefined, fragment, resource: policyArn, detail: { policyArn } }
  })
}

export function listEntitiesForPolicy(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'list-entities-for-policy'>,
): Promise<Results['list-entities-for-policy']> {
  const { policyArn, only, usage } = operation
  const prefix = pathPrefixOf(operation.pathPrefix)
  const uses: readonly PolicyUse[] =
    usage === undefined ? ['attached', 'bounds'] : [usage === 'boundary' ? 'bounds' : 'attached']
  return readPeople(rooms, request, 'list-entities-for-policy', async (scope) => {
    await demandAnyPolicy(scope, policyArn)
    const found = new Map<string, PolicyEntity>()
    for (const use of uses) {
      for (const id of await usersOf(rooms, scope, use, policyArn)) {
        const holder = await findHolderById(rooms, scope.account, id)
        if (holder === undefined || (only !== undefined && holder.kind !== only)) continue
        if (holder.path.startsWith(prefix)) found.set(id, { holder: holder.kind, name: holder.name, id })
      }
    }
    return pageOfList([...found.values()], operation, ({ holder, name }) => `${holder} ${name.toLowerCase()}`)
  })
}

async function usersOf(rooms: People, { account }: Scope, use: PolicyUse, arn: string): Promise<readonly string[]> {
  const key = policyKeyOf(arn)
  if (key === undefined) return []
  const limit = PEOPLE_LIMITS.users + PEOPLE_LIMITS.groups + PEOPLE_LIMITS.roles
  return (await allRows(rooms.store, policyUseRows(account, use, key), limit)).map((row) => lastPart(row.key))
}

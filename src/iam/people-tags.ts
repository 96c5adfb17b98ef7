import type { EntityTags, OperationOf, Page, PageRequest } from '../operations/index.ts'
import { changePeople, readPeople, type PeopleChange } from './change-people.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { demandOwnPolicy } from './find-policies.ts'
import { entityArn } from './people-arns.ts'
import { demandTagKey, demandTags, withoutTags, withTags } from './people-names.ts'
import { pageOfList } from './people-pages.ts'
import type { PolicyRecord, RoleRecord, UserRecord } from './people-records.ts'
import { demand, refuseWidening, type People, type Scope } from './people-scope.ts'
import { demandRole } from './roles.ts'
import { demandNamed } from './users.ts'
import { contextOf, putEntity, requestTagContext, writesOf } from './write-people.ts'

type Tagged = UserRecord | RoleRecord | PolicyRecord
type TagOperation = OperationOf<'tag-user' | 'tag-role' | 'tag-policy'>
type UntagOperation = OperationOf<'untag-user' | 'untag-role' | 'untag-policy'>
type ListTagsOperation = OperationOf<'list-user-tags' | 'list-role-tags' | 'list-policy-tags'>

async function demandTagged(
  scope: Scope,
  operation: TagOperation | UntagOperation | ListTagsOperation,
): Promise<Tagged> {
  switch (operation.kind) {
    case 'tag-user':
    case 'untag-user':
    case 'list-user-tags':
      return demandNamed(scope, operation.name)
    case 'tag-role':
    case 'untag-role':
    case 'list-role-tags':
      return demandRole(scope, operation.name)
    case 'tag-policy':
    case 'untag-policy':
    case 'list-policy-tags':
      return demandOwnPolicy(scope, operation.policyArn)
  }
}

export function tagEntity(rooms: People, request: PeopleRequest, operation: TagOperation): Promise<undefined> {
  const { tags } = operation
  demandTags(tags)
  return changeTags(rooms, request, operation, requestTagContext(tags), (before) => withTags(before, tags))
}

export function untagEntity(rooms: People, request: PeopleRequest, operation: UntagOperation): Promise<undefined> {
  const { tagKeys } = operation
  for (const key of tagKeys) demandTagKey(key)
  return changeTags(rooms, request, operation, [['aws:tagkeys', tagKeys]], (before) => withoutTags(before, tagKeys))
}

/** Tags of a role or user are what conditions call `aws:PrincipalTag`: whoever changes them changes rights. */
function changeTags(
  rooms: People,
  request: PeopleRequest,
  operation: TagOperation | UntagOperation,
  context: readonly (readonly [string, readonly string[]])[],
  decide: (tags: EntityTags) => EntityTags,
): Promise<undefined> {
  return changePeople(rooms, request, operation.kind, async (scope): Promise<PeopleChange<undefined>> => {
    const entity = await demandTagged(scope, operation)
    demand(scope, entityArn(entity), contextOf(entity, ...context))
    refuseWidening(scope, entity.id)
    const fragment = writesOf(putEntity(rooms, { ...entity, tags: decide(entity.tags) }))
    const keys = 'tags' in operation ? Object.keys(operation.tags) : operation.tagKeys
    return { result: undefined, fragment, resource: entityArn(entity), detail: { tagKeys: keys.join(',') } }
  })
}

export function listTags(
  rooms: People,
  request: PeopleRequest,
  operation: ListTagsOperation & PageRequest,
): Promise<Page<readonly [key: string, value: string]>> {
  return readPeople(rooms, request, operation.kind, async (scope) => {
    const { tags } = await demandTagged(scope, operation)
    return pageOfList(Object.entries(tags), operation, ([key]) => key)
  })
}

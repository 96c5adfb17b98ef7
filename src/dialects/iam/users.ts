import type { PeopleOperation, UserDescription } from '../../operations/index.ts'
import { present } from '../present.ts'
import { instant, pageXml, readPage, type QueryOperations } from '../query-operation.ts'
import type { QueryParameters } from '../query-parameters.ts'
import { readTags } from '../query-tags.ts'
import { element, parent } from '../xml-writer.ts'
import { boundaryXml, readPlace, readTagKeys, tagsXml, tagXml } from './entities.ts'

export type UserKind = Extract<
  PeopleOperation['kind'],
  | 'create-user'
  | 'get-user'
  | 'list-users'
  | 'update-user'
  | 'delete-user'
  | 'tag-user'
  | 'untag-user'
  | 'list-user-tags'
>

/** `UserName`, where it may be left out: then the caller is meant. */
export function optionalUser(parameters: QueryParameters): { readonly name?: string } {
  return present({ name: parameters.optional('UserName') })
}

const user = (parameters: QueryParameters): { readonly name: string } => ({ name: parameters.text('UserName') })

/** As lists show users: without tags and boundary, whose rights are others. */
export function listedUserXml({ userName, userId, arn, path, createdMs }: UserDescription): string {
  return [
    element('Path', path),
    element('UserName', userName),
    element('UserId', userId),
    element('Arn', arn),
    element('CreateDate', instant(createdMs)),
  ].join('')
}

function userXml(shown: UserDescription): readonly string[] {
  return [parent('User', listedUserXml(shown), boundaryXml(shown.boundaryArn), tagsXml(shown.tags))]
}

export const USER_OPERATIONS: QueryOperations<UserKind> = {
  'create-user': {
    action: 'CreateUser',
    read: (parameters) => ({
      kind: 'create-user',
      ...user(parameters),
      ...readPlace(parameters),
      tags: readTags(parameters),
    }),
    write: userXml,
  },
  'get-user': {
    action: 'GetUser',
    read: (parameters) => ({ kind: 'get-user', ...optionalUser(parameters) }),
    write: userXml,
  },
  'list-users': {
    action: 'ListUsers',
    read: (parameters) => ({
      kind: 'list-users',
      ...present({ pathPrefix: parameters.optional('PathPrefix') }),
      ...readPage(parameters),
    }),
    write: (page) => pageXml('Users', page, listedUserXml),
  },
  'update-user': {
    action: 'UpdateUser',
    read: (parameters) => ({
      kind: 'update-user',
      ...user(parameters),
      ...present({ newName: parameters.optional('NewUserName'), newPath: parameters.optional('NewPath') }),
    }),
  },
  'delete-user': {
    action: 'DeleteUser',
    read: (parameters) => ({ kind: 'delete-user', ...user(parameters) }),
  },
  'tag-user': {
    action: 'TagUser',
    read: (parameters) => ({ kind: 'tag-user', ...user(parameters), tags: readTags(parameters) }),
  },
  'untag-user': {
    action: 'UntagUser',
    read: (parameters) => ({ kind: 'untag-user', ...user(parameters), tagKeys: readTagKeys(parameters) }),
  },
  'list-user-tags': {
    action: 'ListUserTags',
    read: (parameters) => ({ kind: 'list-user-tags', ...user(parameters), ...readPage(parameters) }),
    write: (page) => pageXml('Tags', page, tagXml),
  },
}

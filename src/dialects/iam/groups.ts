import type { GroupDescription, PeopleOperation } from '../../operations/index.ts'
import { present } from '../present.ts'
import { instant, pageXml, readPage, type QueryOperations } from '../query-operation.ts'
import type { QueryParameters } from '../query-parameters.ts'
import { element, parent } from '../xml-writer.ts'
import { listedUserXml } from './users.ts'

export type GroupKind = Extract<
  PeopleOperation['kind'],
  | 'create-group'
  | 'get-group'
  | 'list-groups'
  | 'update-group'
  | 'delete-group'
  | 'add-user-to-group'
  | 'remove-user-from-group'
  | 'list-groups-for-user'
>

const group = (parameters: QueryParameters): { readonly name: string } => ({ name: parameters.text('GroupName') })
const user = (parameters: QueryParameters): { readonly userName: string } => ({ userName: parameters.text('UserName') })

function groupXml({ groupName, groupId, arn, path, createdMs }: GroupDescription): string {
  return [
    element('Path', path),
    element('GroupName', groupName),
    element('GroupId', groupId),
    element('Arn', arn),
    element('CreateDate', instant(createdMs)),
  ].join('')
}

export const GROUP_OPERATIONS: QueryOperations<GroupKind> = {
  'create-group': {
    action: 'CreateGroup',
    read: (parameters) => ({
      kind: 'create-group',
      ...group(parameters),
      ...present({ path: parameters.optional('Path') }),
    }),
    write: (created) => [parent('Group', groupXml(created))],
  },
  'get-group': {
    action: 'GetGroup',
    read: (parameters) => ({ kind: 'get-group', ...group(parameters), ...readPage(parameters) }),
    write: (shown) => [parent('Group', groupXml(shown.group)), ...pageXml('Users', shown.users, listedUserXml)],
  },
  'list-groups': {
    action: 'ListGroups',
    read: (parameters) => ({
      kind: 'list-groups',
      ...present({ pathPrefix: parameters.optional('PathPrefix') }),
      ...readPage(parameters),
    }),
    write: (page) => pageXml('Groups', page, groupXml),
  },
  'update-group': {
    action: 'UpdateGroup',
    read: (parameters) => ({
      kind: 'update-group',
      ...group(parameters),
      ...present({ newName: parameters.optional('NewGroupName'), newPath: parameters.optional('NewPath') }),
    }),
  },
  'delete-group': {
    action: 'DeleteGroup',
    read: (parameters) => ({ kind: 'delete-group', ...group(parameters) }),
  },
  'add-user-to-group': {
    action: 'AddUserToGroup',
    read: (parameters) => ({ kind: 'add-user-to-group', ...group(parameters), ...user(parameters) }),
  },
  'remove-user-from-group': {
    action: 'RemoveUserFromGroup',
    read: (parameters) => ({ kind: 'remove-user-from-group', ...group(parameters), ...user(parameters) }),
  },
  'list-groups-for-user': {
    action: 'ListGroupsForUser',
    read: (parameters) => ({ kind: 'list-groups-for-user', ...user(parameters), ...readPage(parameters) }),
    write: (page) => pageXml('Groups', page, groupXml),
  },
}

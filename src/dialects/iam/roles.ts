import type { PeopleOperation, RoleDescription } from '../../operations/index.ts'
import { present } from '../present.ts'
import { instant, pageXml, readPage, type QueryOperations } from '../query-operation.ts'
import type { QueryParameters } from '../query-parameters.ts'
import { readTags } from '../query-tags.ts'
import { element, parent } from '../xml-writer.ts'
import {
  boundaryXml,
  documentXml,
  MAX_DESCRIPTION_CHARS,
  MAX_DOCUMENT_CHARS,
  readPlace,
  readTagKeys,
  tagsXml,
  tagXml,
} from './entities.ts'

export type RoleKind = Extract<
  PeopleOperation['kind'],
  | 'create-role'
  | 'get-role'
  | 'list-roles'
  | 'update-role'
  | 'update-role-description'
  | 'update-assume-role-policy'
  | 'delete-role'
  | 'tag-role'
  | 'untag-role'
  | 'list-role-tags'
>

/** IAM API reference, CreateRole, MaxSessionDuration. */
const MIN_SESSION_SECONDS = 3_600
const MAX_SESSION_SECONDS = 43_200

const role = (parameters: QueryParameters): { readonly name: string } => ({ name: parameters.text('RoleName') })

const readSession = (
  parameters: QueryParameters,
): { readonly description?: string; readonly maxSessionSeconds?: number } =>
  present({
    description: parameters.optional('Description', MAX_DESCRIPTION_CHARS),
    maxSessionSeconds: parameters.number('MaxSessionDuration', MIN_SESSION_SECONDS, MAX_SESSION_SECONDS),
  })

/** As lists show roles: without tags, boundary and last use, whose rights are others. */
function listedRoleXml(shown: RoleDescription): string {
  return [
    element('Path', shown.path),
    element('RoleName', shown.roleName),
    element('RoleId', shown.roleId),
    element('Arn', shown.arn),
    element('CreateDate', instant(shown.createdMs)),
    documentXml('AssumeRolePolicyDocument', shown.trustPolicy),
    element('Description', shown.description),
    element('MaxSessionDuration', shown.maxSessionSeconds),
  ].join('')
}

function roleXml(shown: RoleDescription): readonly string[] {
  const { boundaryArn, tags, lastUsedMs } = shown
  const lastUse = lastUsedMs === undefined ? '' : element('LastUsedDate', instant(lastUsedMs))
  return [
    parent('Role', listedRoleXml(shown), boundaryXml(boundaryArn), tagsXml(tags), parent('RoleLastUsed', lastUse)),
  ]
}

export const ROLE_OPERATIONS: QueryOperations<RoleKind> = {
  'create-role': {
    action: 'CreateRole',
    read: (parameters) => ({
      kind: 'create-role',
      ...role(parameters),
      trustPolicy: parameters.text('AssumeRolePolicyDocument', MAX_DOCUMENT_CHARS),
      ...readPlace(parameters),
      ...readSession(parameters),
      tags: readTags(parameters),
    }),
    write: roleXml,
  },
  'get-role': {
    action: 'GetRole',
    read: (parameters) => ({ kind: 'get-role', ...role(parameters) }),
    write: roleXml,
  },
  'list-roles': {
    action: 'ListRoles',
    read: (parameters) => ({
      kind: 'list-roles',
      ...present({ pathPrefix: parameters.optional('PathPrefix') }),
      ...readPage(parameters),
    }),
    write: (page) => pageXml('Roles', page, listedRoleXml),
  },
  'update-role': {
    action: 'UpdateRole',
    read: (parameters) => ({ kind: 'update-role', ...role(parameters), ...readSession(parameters) }),
    write: () => [],
  },
  'update-role-description': {
    action: 'UpdateRoleDescription',
    read: (parameters) => ({
      kind: 'update-role-description',
      ...role(parameters),
      description: parameters.text('Description', MAX_DESCRIPTION_CHARS),
    }),
    write: roleXml,
  },
  'update-assume-role-policy': {
    action: 'UpdateAssumeRolePolicy',
    read: (parameters) => ({
      kind: 'update-assume-role-policy',
      ...role(parameters),
      trustPolicy: parameters.text('PolicyDocument', MAX_DOCUMENT_CHARS),
    }),
  },
  'delete-role': {
    action: 'DeleteRole',
    read: (parameters) => ({ kind: 'delete-role', ...role(parameters) }),
  },
  'tag-role': {
    action: 'TagRole',
    read: (parameters) => ({ kind: 'tag-role', ...role(parameters), tags: readTags(parameters) }),
  },
  'untag-role': {
    action: 'UntagRole',
    read: (parameters) => ({ kind: 'untag-role', ...role(parameters), tagKeys: readTagKeys(parameters) }),
  },
  'list-role-tags': {
    action: 'ListRoleTags',
    read: (parameters) => ({ kind: 'list-role-tags', ...role(parameters), ...readPage(parameters) }),
    write: (page) => pageXml('Tags', page, tagXml),
  },
}

import type { PeopleOperation } from '../../operations/index.ts'
import { escapeXml } from '../xml-writer.ts'
import { pageXml, readPage, type QueryOperations } from '../query-operation.ts'
import {
  attachedXml,
  inlineXml,
  readAttached,
  readBoundary,
  readDocument,
  readHolder,
  readInline,
  readPrefix,
} from './held-policies.ts'

export type UserPolicyKind = Extract<
  PeopleOperation['kind'],
  | 'put-user-policy'
  | 'get-user-policy'
  | 'delete-user-policy'
  | 'list-user-policies'
  | 'attach-user-policy'
  | 'detach-user-policy'
  | 'list-attached-user-policies'
  | 'put-user-permissions-boundary'
  | 'delete-user-permissions-boundary'
>

export const USER_POLICY_OPERATIONS: QueryOperations<UserPolicyKind> = {
  'put-user-policy': {
    action: 'PutUserPolicy',
    read: (parameters) => ({ kind: 'put-user-policy', ...readInline(parameters, 'user'), ...readDocument(parameters) }),
  },
  'get-user-policy': {
    action: 'GetUserPolicy',
    read: (parameters) => ({ kind: 'get-user-policy', ...readInline(parameters, 'user') }),
    write: (text, operation) => inlineXml(text, 'user', operation),
  },
  'delete-user-policy': {
    action: 'DeleteUserPolicy',
    read: (parameters) => ({ kind: 'delete-user-policy', ...readInline(parameters, 'user') }),
  },
  'list-user-policies': {
    action: 'ListUserPolicies',
    read: (parameters) => ({ kind: 'list-user-policies', ...readHolder(parameters, 'user'), ...readPage(parameters) }),
    write: (page) => pageXml('PolicyNames', page, escapeXml),
  },
  'attach-user-policy': {
    action: 'AttachUserPolicy',
    read: (parameters) => ({ kind: 'attach-user-policy', ...readAttached(parameters, 'user') }),
  },
  'detach-user-policy': {
    action: 'DetachUserPolicy',
    read: (parameters) => ({ kind: 'detach-user-policy', ...readAttached(parameters, 'user') }),
  },
  'list-attached-user-policies': {
    action: 'ListAttachedUserPolicies',
    read: (parameters) => ({
      kind: 'list-attached-user-policies',
      ...readHolder(parameters, 'user'),
      ...readPrefix(parameters),
      ...readPage(parameters),
    }),
    write: (page) => pageXml('AttachedPolicies', page, attachedXml),
  },
  'put-user-permissions-boundary': {
    action: 'PutUserPermissionsBoundary',
    read: (parameters) => ({ kind: 'put-user-permissions-boundary', ...readBoundary(parameters, 'user') }),
  },
  'delete-user-permissions-boundary': {
    action: 'DeleteUserPermissionsBoundary',
    read: (parameters) => ({ kind: 'delete-user-permissions-boundary', ...readHolder(parameters, 'user') }),
  },
}

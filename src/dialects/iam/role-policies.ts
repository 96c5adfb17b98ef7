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

export type RolePolicyKind = Extract<
  PeopleOperation['kind'],
  | 'put-role-policy'
  | 'get-role-policy'
  | 'delete-role-policy'
  | 'list-role-policies'
  | 'attach-role-policy'
  | 'detach-role-policy'
  | 'list-attached-role-policies'
  | 'put-role-permissions-boundary'
  | 'delete-role-permissions-boundary'
>

export const ROLE_POLICY_OPERATIONS: QueryOperations<RolePolicyKind> = {
  'put-role-policy': {
    action: 'PutRolePolicy',
    read: (parameters) => ({ kind: 'put-role-policy', ...readInline(parameters, 'role'), ...readDocument(parameters) }),
  },
  'get-role-policy': {
    action: 'GetRolePolicy',
    read: (parameters) => ({ kind: 'get-role-policy', ...readInline(parameters, 'role') }),
    write: (text, operation) => inlineXml(text, 'role', operation),
  },
  'delete-role-policy': {
    action: 'DeleteRolePolicy',
    read: (parameters) => ({ kind: 'delete-role-policy', ...readInline(parameters, 'role') }),
  },
  'list-role-policies': {
    action: 'ListRolePolicies',
    read: (parameters) => ({ kind: 'list-role-policies', ...readHolder(parameters, 'role'), ...readPage(parameters) }),
    write: (page) => pageXml('PolicyNames', page, escapeXml),
  },
  'attach-role-policy': {
    action: 'AttachRolePolicy',
    read: (parameters) => ({ kind: 'attach-role-policy', ...readAttached(parameters, 'role') }),
  },
  'detach-role-policy': {
    action: 'DetachRolePolicy',
    read: (parameters) => ({ kind: 'detach-role-policy', ...readAttached(parameters, 'role') }),
  },
  'list-attached-role-policies': {
    action: 'ListAttachedRolePolicies',
    read: (parameters) => ({
      kind: 'list-attached-role-policies',
      ...readHolder(parameters, 'role'),
      ...readPrefix(parameters),
      ...readPage(parameters),
    }),
    write: (page) => pageXml('AttachedPolicies', page, attachedXml),
  },
  'put-role-permissions-boundary': {
    action: 'PutRolePermissionsBoundary',
    read: (parameters) => ({ kind: 'put-role-permissions-boundary', ...readBoundary(parameters, 'role') }),
  },
  'delete-role-permissions-boundary': {
    action: 'DeleteRolePermissionsBoundary',
    read: (parameters) => ({ kind: 'delete-role-permissions-boundary', ...readHolder(parameters, 'role') }),
  },
}

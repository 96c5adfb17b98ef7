import type { PeopleOperation } from '../../operations/index.ts'
import { escapeXml } from '../xml-writer.ts'
import { pageXml, readPage, type QueryOperations } from '../query-operation.ts'
import {
  attachedXml,
  inlineXml,
  readAttached,
  readDocument,
  readHolder,
  readInline,
  readPrefix,
} from './held-policies.ts'

export type GroupPolicyKind = Extract<
  PeopleOperation['kind'],
  | 'put-group-policy'
  | 'get-group-policy'
  | 'delete-group-policy'
  | 'list-group-policies'
  | 'attach-group-policy'
  | 'detach-group-policy'
  | 'list-attached-group-policies'
>

export const GROUP_POLICY_OPERATIONS: QueryOperations<GroupPolicyKind> = {
  'put-group-policy': {
    action: 'PutGroupPolicy',
    read: (parameters) => ({
      kind: 'put-group-policy',
      ...readInline(parameters, 'group'),
      ...readDocument(parameters),
    }),
  },
  'get-group-policy': {
    action: 'GetGroupPolicy',
    read: (parameters) => ({ kind: 'get-group-policy', ...readInline(parameters, 'group') }),
    write: (text, operation) => inlineXml(text, 'group', operation),
  },
  'delete-group-policy': {
    action: 'DeleteGroupPolicy',
    read: (parameters) => ({ kind: 'delete-group-policy', ...readInline(parameters, 'group') }),
  },
  'list-group-policies': {
    action: 'ListGroupPolicies',
    read: (parameters) => ({
      kind: 'list-group-policies',
      ...readHolder(parameters, 'group'),
      ...readPage(parameters),
    }),
    write: (page) => pageXml('PolicyNames', page, escapeXml),
  },
  'attach-group-policy': {
    action: 'AttachGroupPolicy',
    read: (parameters) => ({ kind: 'attach-group-policy', ...readAttached(parameters, 'group') }),
  },
  'detach-group-policy': {
    action: 'DetachGroupPolicy',
    read: (parameters) => ({ kind: 'detach-group-policy', ...readAttached(parameters, 'group') }),
  },
  'list-attached-group-policies': {
    action: 'ListAttachedGroupPolicies',
    read: (parameters) => ({
      kind: 'list-attached-group-policies',
      ...readHolder(parameters, 'group'),
      ...readPrefix(parameters),
      ...readPage(parameters),
    }),
    write: (page) => pageXml('AttachedPolicies', page, attachedXml),
  },
}

import type {
  Page,
  PeopleOperation,
  PolicyDescription,
  PolicyEntity,
  PolicyHolder,
  PolicyVersionDescription,
} from '../../operations/index.ts'
import { present } from '../present.ts'
import { instant, listXml, pageXml, readPage, type QueryOperations } from '../query-operation.ts'
import type { QueryParameters } from '../query-parameters.ts'
import { readTags } from '../query-tags.ts'
import { element, parent } from '../xml-writer.ts'
import { documentXml, MAX_DESCRIPTION_CHARS, readTagKeys, tagsXml, tagXml } from './entities.ts'
import { readDocument, readPrefix } from './held-policies.ts'

export type ManagedPolicyKind = Extract<
  PeopleOperation['kind'],
  | 'create-policy'
  | 'get-policy'
  | 'list-policies'
  | 'delete-policy'
  | 'create-policy-version'
  | 'get-policy-version'
  | 'list-policy-versions'
  | 'set-default-policy-version'
  | 'delete-policy-version'
  | 'tag-policy'
  | 'untag-policy'
  | 'list-policy-tags'
  | 'list-entities-for-policy'
>

/** `undefined`: all of them. */
const SCOPES = new Map<string, 'aws' | 'local' | undefined>([
  ['All', undefined],
  ['AWS', 'aws'],
  ['Local', 'local'],
])
const USAGES = new Map<string, 'permissions' | 'boundary'>([
  ['PermissionsPolicy', 'permissions'],
  ['PermissionsBoundary', 'boundary'],
])
/** The other two filters of the API ask for policies, of which no policy is an entity. */
const ENTITIES = new Map<string, PolicyHolder>([
  ['User', 'user'],
  ['Group', 'group'],
  ['Role', 'role'],
])

const policy = (parameters: QueryParameters): { readonly policyArn: string } => ({
  policyArn: parameters.text('PolicyArn'),
})
const version = (parameters: QueryParameters): { readonly policyArn: string; readonly version: string } => ({
  ...policy(parameters),
  version: parameters.text('VersionId'),
})

function listedPolicyXml(shown: PolicyDescription): string {
  return [
    element('PolicyName', shown.policyName),
    element('PolicyId', shown.policyId),
    element('Arn', shown.arn),
    element('Path', shown.path),
    element('DefaultVersionId', shown.defaultVersion),
    element('AttachmentCount', shown.attachments),
    element('PermissionsBoundaryUsageCount', shown.boundaryUses),
    element('IsAttachable', true),
    element('CreateDate', instant(shown.createdMs)),
    element('UpdateDate', instant(shown.updatedMs)),
  ].join('')
}

/** Lists show policies without description and tags. */
function policyXml(shown: PolicyDescription): readonly string[] {
  return [parent('Policy', listedPolicyXml(shown), element('Description', shown.description), tagsXml(shown.tags))]
}

function versionXml({ version: id, isDefault, createdMs }: PolicyVersionDescription): string {
  return element('VersionId', id) + element('IsDefaultVersion', isDefault) + element('CreateDate', instant(createdMs))
}

function entitiesXml(page: Page<PolicyEntity>): readonly string[] {
  const of = (holder: PolicyHolder, list: string, word: string): string =>
    listXml(
      list,
      page.items
        .filter((entity) => entity.holder === holder)
        .map(({ name, id }) => element(`${word}Name`, name) + element(`${word}Id`, id)),
    )
  return [
    of('group', 'PolicyGroups', 'Group'),
    of('user', 'PolicyUsers', 'User'),
    of('role', 'PolicyRoles', 'Role'),
    element('IsTruncated', page.marker !== undefined),
    element('Marker', page.marker),
  ]
}

export const MANAGED_POLICY_OPERATIONS: QueryOperations<ManagedPolicyKind> = {
  'create-policy': {
    action: 'CreatePolicy',
    read: (parameters) => ({
      kind: 'create-policy',
      policyName: parameters.text('PolicyName'),
      ...readDocument(parameters),
      ...present({
        path: parameters.optional('Path'),
        description: parameters.optional('Description', MAX_DESCRIPTION_CHARS),
      }),
      tags: readTags(parameters),
    }),
    write: policyXml,
  },
  'get-policy': {
    action: 'GetPolicy',
    read: (parameters) => ({ kind: 'get-policy', ...policy(parameters) }),
    write: policyXml,
  },
  'list-policies': {
    action: 'ListPolicies',
    read: (parameters) => ({
      kind: 'list-policies',
      onlyAttached: parameters.flag('OnlyAttached') ?? false,
      ...present({ scope: parameters.word('Scope', SCOPES), usage: parameters.word('PolicyUsageFilter', USAGES) }),
      ...readPrefix(parameters),
      ...readPage(parameters),
    }),
    write: (page) => pageXml('Policies', page, listedPolicyXml),
  },
  'delete-policy': {
    action: 'DeletePolicy',
    read: (parameters) => ({ kind: 'delete-policy', ...policy(parameters) }),
  },
  'create-policy-version': {
    action: 'CreatePolicyVersion',
    read: (parameters) => ({
      kind: 'create-policy-version',
      ...policy(parameters),
      ...readDocument(parameters),
      setAsDefault: parameters.flag('SetAsDefault') ?? false,
    }),
    write: (created) => [parent('PolicyVersion', versionXml(created))],
  },
  'get-policy-version': {
    action: 'GetPolicyVersion',
    read: (parameters) => ({ kind: 'get-policy-version', ...version(parameters) }),
    write: (shown) => [parent('PolicyVersion', documentXml('Document', shown.document), versionXml(shown))],
  },
  'list-policy-versions': {
    action: 'ListPolicyVersions',
    read: (parameters) => ({ kind: 'list-policy-versions', ...policy(parameters), ...readPage(parameters) }),
    write: (page) => pageXml('Versions', page, versionXml),
  },
  'set-default-policy-version': {
    action: 'SetDefaultPolicyVersion',
    read: (parameters) => ({ kind: 'set-default-policy-version', ...version(parameters) }),
  },
  'delete-policy-version': {
    action: 'DeletePolicyVersion',
    read: (parameters) => ({ kind: 'delete-policy-version', ...version(parameters) }),
  },
  'tag-policy': {
    action: 'TagPolicy',
    read: (parameters) => ({ kind: 'tag-policy', ...policy(parameters), tags: readTags(parameters) }),
  },
  'untag-policy': {
    action: 'UntagPolicy',
    read: (parameters) => ({ kind: 'untag-policy', ...policy(parameters), tagKeys: readTagKeys(parameters) }),
  },
  'list-policy-tags': {
    action: 'ListPolicyTags',
    read: (parameters) => ({ kind: 'list-policy-tags', ...policy(parameters), ...readPage(parameters) }),
    write: (page) => pageXml('Tags', page, tagXml),
  },
  'list-entities-for-policy': {
    action: 'ListEntitiesForPolicy',
    read: (parameters) => ({
      kind: 'list-entities-for-policy',
      ...policy(parameters),
      ...present({
        only: parameters.word('EntityFilter', ENTITIES),
        usage: parameters.word('PolicyUsageFilter', USAGES),
      }),
      ...readPrefix(parameters),
      ...readPage(parameters),
    }),
    write: entitiesXml,
  },
}

import type { AccessKeyDescription, PeopleOperation } from '../../operations/index.ts'
import { instant, pageXml, readPage, type QueryOperations } from '../query-operation.ts'
import type { QueryParameters } from '../query-parameters.ts'
import { element, parent } from '../xml-writer.ts'
import { secretXml } from '../secret-xml.ts'
import { optionalUser } from './users.ts'

export type AccessKeyKind = Extract<
  PeopleOperation['kind'],
  'create-access-key' | 'list-access-keys' | 'update-access-key' | 'delete-access-key' | 'get-access-key-last-used'
>

const STATUS: ReadonlyMap<string, boolean> = new Map([
  ['Active', true],
  ['Inactive', false],
])
const MAX_ID_CHARS = 128
/** What stands for the service and the region of a key that nobody used. */
const NEVER = 'N/A'

const id = (parameters: QueryParameters): { readonly accessKeyId: string } => ({
  accessKeyId: parameters.text('AccessKeyId', MAX_ID_CHARS),
})

function accessKeyXml({ userName, accessKeyId, active, createdMs }: AccessKeyDescription): string {
  return [
    element('UserName', userName),
    element('AccessKeyId', accessKeyId),
    element('Status', active ? 'Active' : 'Inactive'),
    element('CreateDate', instant(createdMs)),
  ].join('')
}

export const ACCESS_KEY_OPERATIONS: QueryOperations<AccessKeyKind> = {
  'create-access-key': {
    action: 'CreateAccessKey',
    read: (parameters) => ({ kind: 'create-access-key', ...optionalUser(parameters) }),
    write: (created) => [parent('AccessKey', accessKeyXml(created), secretXml('SecretAccessKey', created.secret))],
  },
  'list-access-keys': {
    action: 'ListAccessKeys',
    read: (parameters) => ({ kind: 'list-access-keys', ...optionalUser(parameters), ...readPage(parameters) }),
    write: (page) => pageXml('AccessKeyMetadata', page, accessKeyXml),
  },
  'update-access-key': {
    action: 'UpdateAccessKey',
    read: (parameters) => ({
      kind: 'update-access-key',
      ...optionalUser(parameters),
      ...id(parameters),
      active: parameters.requiredWord('Status', STATUS),
    }),
  },
  'delete-access-key': {
    action: 'DeleteAccessKey',
    read: (parameters) => ({ kind: 'delete-access-key', ...optionalUser(parameters), ...id(parameters) }),
  },
  'get-access-key-last-used': {
    action: 'GetAccessKeyLastUsed',
    read: (parameters) => ({ kind: 'get-access-key-last-used', ...id(parameters) }),
    write: ({ userName, lastUse }) => [
      element('UserName', userName),
      parent(
        'AccessKeyLastUsed',
        lastUse === undefined ? '' : element('LastUsedDate', instant(lastUse.atMs)),
        element('ServiceName', lastUse?.service ?? NEVER),
        element('Region', lastUse?.region ?? NEVER),
      ),
    ],
  },
}

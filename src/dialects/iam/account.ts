/** What clients ask of the account as a whole, and the lists that they look through before they delete somebody. */
import { refuse, type PeopleOperation } from '../../operations/index.ts'
import { pageXml, readPage, type QueryOperations } from '../query-operation.ts'
import type { QueryParameters } from '../query-parameters.ts'
import { element, escapeXml, parent } from '../xml-writer.ts'
import { optionalUser } from './users.ts'

export type AccountKind = Extract<
  PeopleOperation['kind'],
  | 'get-account-summary'
  | 'list-account-aliases'
  | 'list-mfa-devices'
  | 'list-virtual-mfa-devices'
  | 'list-ssh-public-keys'
  | 'list-signing-certificates'
  | 'list-service-specific-credentials'
  | 'list-instance-profiles'
  | 'list-instance-profiles-for-role'
>

/** Of lists that are empty: a page is read as of every list, so that a marker that nobody gave out is refused. */
function emptyPage(parameters: QueryParameters): void {
  if (readPage(parameters).marker !== undefined) refuse({ kind: 'invalid-marker' })
}

const ASSIGNMENTS = new Map([
  ['Assigned', 'assigned'],
  ['Unassigned', 'unassigned'],
  ['Any', 'any'],
])

const nobody = (item: never): string => item

export const ACCOUNT_OPERATIONS: QueryOperations<AccountKind> = {
  'get-account-summary': {
    action: 'GetAccountSummary',
    read: () => ({ kind: 'get-account-summary' }),
    write: ({ counts }) => [
      parent(
        'SummaryMap',
        ...Object.entries(counts).map(([key, value]) => parent('entry', element('key', key), element('value', value))),
      ),
    ],
  },
  'list-account-aliases': {
    action: 'ListAccountAliases',
    read: (parameters) => {
      emptyPage(parameters)
      return { kind: 'list-account-aliases' }
    },
    write: (page) => pageXml('AccountAliases', page, escapeXml),
  },
  'list-mfa-devices': {
    action: 'ListMFADevices',
    read: (parameters) => {
      emptyPage(parameters)
      return { kind: 'list-mfa-devices', ...optionalUser(parameters) }
    },
    write: (page) => pageXml('MFADevices', page, nobody),
  },
  'list-virtual-mfa-devices': {
    action: 'ListVirtualMFADevices',
    read: (parameters) => {
      emptyPage(parameters)
      // None is assigned and none is not: the filter changes nothing.
      parameters.word('AssignmentStatus', ASSIGNMENTS)
      return { kind: 'list-virtual-mfa-devices' }
    },
    write: (page) => pageXml('VirtualMFADevices', page, nobody),
  },
  'list-ssh-public-keys': {
    action: 'ListSSHPublicKeys',
    read: (parameters) => {
      emptyPage(parameters)
      return { kind: 'list-ssh-public-keys', ...optionalUser(parameters) }
    },
    write: (page) => pageXml('SSHPublicKeys', page, nobody),
  },
  'list-signing-certificates': {
    action: 'ListSigningCertificates',
    read: (parameters) => {
      emptyPage(parameters)
      return { kind: 'list-signing-certificates', ...optionalUser(parameters) }
    },
    write: (page) => pageXml('Certificates', page, nobody),
  },
  'list-service-specific-credentials': {
    action: 'ListServiceSpecificCredentials',
    read: (parameters) => {
      emptyPage(parameters)
      parameters.undone('AllUsers')
      // Nobody has one of any service.
      parameters.optional('ServiceName')
      return { kind: 'list-service-specific-credentials', ...optionalUser(parameters) }
    },
    write: (page) => pageXml('ServiceSpecificCredentials', page, nobody),
  },
  'list-instance-profiles': {
    action: 'ListInstanceProfiles',
    read: (parameters) => {
      emptyPage(parameters)
      // Of an empty list every prefix leaves nothing.
      parameters.optional('PathPrefix')
      return { kind: 'list-instance-profiles' }
    },
    write: (page) => pageXml('InstanceProfiles', page, nobody),
  },
  'list-instance-profiles-for-role': {
    action: 'ListInstanceProfilesForRole',
    read: (parameters) => {
      emptyPage(parameters)
      return { kind: 'list-instance-profiles-for-role', name: parameters.text('RoleName') }
    },
    write: (page) => pageXml('InstanceProfiles', page, nobody),
  },
}

/** Access control lists as headers and as XML, in and out (OBS API reference, "Configuring a bucket ACL"). */
import type { HttpHeaders } from '../../http/index.ts'
import {
  MAX_ACL_GRANTS,
  refuse,
  StoreFailure,
  type AccessControlList,
  type AclGrant,
  type AclGroup,
  type AclPermission,
  type AclRequest,
  type AskedGrant,
  type CannedAcl,
} from '../../operations/index.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { element, parent } from '../xml-writer.ts'
import { atMostOne, every, expectOnly, readXml, requireOne, settingOf, type XmlElement } from '../xml.ts'
import { ACL, GRANT_HEADERS } from './acl-header-names.ts'
import { domainIdOf } from './answers.ts'
import type { ObsFace } from './face.ts'
import { refuseUndone } from './obs-request.ts'
import { REQUEST_NAMESPACE } from './options.ts'

const ROOT = 'AccessControlPolicy'
const CANNED: ReadonlyMap<string, CannedAcl> = new Map(
  (
    [
      ...(['private', 'public-read', 'public-read-write', 'public-read-delivered'] as const),
      ...(['public-read-write-delivered', 'bucket-owner-full-control', 'authenticated-read'] as const),
    ] as const
  ).map((canned) => [canned, canned]),
)
const PERMISSIONS: ReadonlyMap<string, AclPermission> = new Map(
  (['READ', 'WRITE', 'READ_ACP', 'WRITE_ACP', 'FULL_CONTROL'] as const).map((one) => [one, one]),
)
const GROUP_URIS: Readonly<Record<AclGroup, string>> = {
  everyone: 'http://acs.amazonaws.com/groups/global/AllUsers',
  authenticated: 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
  'log-delivery': 'http://acs.amazonaws.com/groups/s3/LogDelivery',
}
const GROUPS: ReadonlyMap<string, AclGroup> = new Map([
  ...(['everyone', 'authenticated', 'log-delivery'] as const).map((group) => [GROUP_URIS[group], group] as const),
  ...([
    ['Everyone', 'everyone'],
    ['LogDelivery', 'log-delivery'],
    ['Logdelivery', 'log-delivery'],
  ] as const),
])
const CANNED_NAMES: Readonly<Record<AclGroup, string>> = {
  everyone: 'Everyone',
  authenticated: 'AuthenticatedUsers',
  'log-delivery': 'LogDelivery',
}
const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-acl', detail })
}

/** The list that the headers of a request name; undefined: none. A ready-made one and grants exclude each other. */
export function aclOfHeaders(headers: HttpHeaders): AclRequest | undefined {
  const canned = headers.get(ACL)
  const grants = GRANT_HEADERS.flatMap(([header, permission, delivered]) => {
    const text = headers.get(header)
    if (text === undefined) return []
    return accountsIn(header, text).map((grantee) => ({ grantee, permission, ...(delivered ? { delivered } : {}) }))
  })
  if (canned === undefined) return grants.length === 0 ? undefined : { kind: 'grants', grants: limited(grants) }
  if (grants.length > 0) refuse({ kind: 'invalid-request', detail: 'A ready-made list and grants exclude each other.' })
  return { kind: 'canned', canned: CANNED.get(canned) ?? refuseArgument(ACL, canned, 'No such list.') }
}

/** The list that comes with a write, and the right that it needs. */
export function aclWish(headers: HttpHeaders): { readonly acl?: AclRequest } {
  const acl = aclOfHeaders(headers)
  return acl === undefined ? {} : { acl }
}

/** `id=<domain id>, id=<domain id>`. */
function accountsIn(header: string, text: string): readonly AskedGrant['grantee'][] {
  return text.split(',').map((piece) => {
    const id = /^\s*id\s*=\s*"?([^",\s]+)"?\s*$/i.exec(piece)?.[1]
    return id === undefined ? refuseArgument(header, text, 'Grants are written id=<domain id>.') : accountNamed(id)
  })
}

/** Coffer's accounts are domains of 32 characters here: their twelve digits, with zeros before them. */
function accountNamed(id: string): AskedGrant['grantee'] {
  return { kind: 'account', id: /^0{20}([0-9]{12})$/.exec(id)?.[1] ?? id }
}

function limited(grants: readonly AskedGrant[]): readonly AskedGrant[] {
  return grants.length > MAX_ACL_GRANTS ? malformed(`A list has at most ${MAX_ACL_GRANTS} grants.`) : grants
}

/** The body of PUT ?acl. What is no such document is `malformed-acl`. */
export function readAcl(document: Uint8Array): AclRequest {
  try {
    return aclOfRoot(readXml(document, { root: ROOT, namespace: REQUEST_NAMESPACE, typed: true }))
  } catch (error) {
    if (!(error instanceof StoreFailure) || error.failure.kind !== 'malformed-xml') throw error
    return malformed(error.failure.detail)
  }
}

function aclOfRoot(root: XmlElement): AclRequest {
  expectOnly(root, ['Owner', 'Delivered', 'AccessControlList'])
  const delivered = atMostOne(root, 'Delivered')
  if (delivered !== undefined && settingOf(delivered) === 'true') {
    return refuseUndone('A list of an object that is added to that of its bucket')
  }
  const owner = atMostOne(root, 'Owner')
  if (owner !== undefined) expectOnly(owner, ['ID', 'DisplayName'])
  const list = requireOne(root, 'AccessControlList')
  expectOnly(list, ['Grant'])
  const grants = limited(every(list, 'Grant').map(readGrant))
  const id = owner && atMostOne(owner, 'ID')
  const named = id === undefined ? undefined : accountNamed(settingOf(id))
  return { kind: 'grants', grants, ...(named?.kind === 'account' ? { owner: named.id } : {}) }
}

function readGrant(grant: XmlElement): AskedGrant {
  expectOnly(grant, ['Grantee', 'Permission', 'Delivered'])
  const permission =
    PERMISSIONS.get(settingOf(requireOne(grant, 'Permission'))) ??
    malformed('Permission is READ, WRITE, READ_ACP, WRITE_ACP or FULL_CONTROL')
  const delivered = atMostOne(grant, 'Delivered')
  const isDelivered = delivered !== undefined && settingOf(delivered) === 'true'
  const read = { grantee: readGrantee(requireOne(grant, 'Grantee')), permission }
  return isDelivered ? { ...read, delivered: true } : read
}

function readGrantee(grantee: XmlElement): AskedGrant['grantee'] {
  expectOnly(grantee, ['ID', 'DisplayName', 'URI', 'Canned'])
  const group = atMostOne(grantee, 'Canned') ?? atMostOne(grantee, 'URI')
  const id = atMostOne(grantee, 'ID')
  if ((group === undefined) === (id === undefined)) malformed('a Grantee is an ID or a group')
  if (id !== undefined) return accountNamed(settingOf(id))
  const found = group === undefined ? undefined : GROUPS.get(settingOf(group))
  return found === undefined ? malformed('there is no such group') : { kind: 'group', group: found }
}

/** What the root of the answer holds. */
export function writeAcl({ owner, grants }: AccessControlList, face: ObsFace): readonly string[] {
  return [
    parent('Owner', element('ID', domainIdOf(owner))),
    parent('AccessControlList', ...grants.map((grant) => writeGrant(grant, face))),
  ]
}

function writeGrant({ grantee, permission, delivered }: AclGrant, face: ObsFace): string {
  const end = element('Permission', permission) + (delivered === true ? element('Delivered', 'true') : '')
  if (face === 'amz') {
    const [type, who] =
      grantee.kind === 'group'
        ? ['Group', element('URI', GROUP_URIS[grantee.group])]
        : ['CanonicalUser', element('ID', domainIdOf(grantee.account))]
    return `<Grant><Grantee xmlns:xsi="${XSI}" xsi:type="${type}">${who}</Grantee>${element('Permission', permission)}</Grant>`
  }
  const who =
    grantee.kind === 'group'
      ? element('Canned', CANNED_NAMES[grantee.group])
      : element('ID', domainIdOf(grantee.account))
  return parent('Grant', parent('Grantee', who), end)
}

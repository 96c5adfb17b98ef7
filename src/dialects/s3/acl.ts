/** Access control lists as headers and as XML, in and out (S3 User Guide, "Access control list overview"). */
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
import { ACL_HEADER, GRANT_HEADERS } from './acl-header-names.ts'
import { canonicalIdOf } from './answers.ts'
import { S3_NAMESPACE } from './options.ts'

const ROOT = 'AccessControlPolicy'
const CANNED: ReadonlyMap<string, CannedAcl> = new Map(
  (
    [
      ...(['private', 'public-read', 'public-read-write', 'authenticated-read'] as const),
      ...(['bucket-owner-read', 'bucket-owner-full-control', 'log-delivery-write'] as const),
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
const GROUPS: ReadonlyMap<string, AclGroup> = new Map(
  (['everyone', 'authenticated', 'log-delivery'] as const).map((group) => [GROUP_URIS[group], group]),
)
const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-acl', detail })
}

/** The list that the headers of a request name; undefined: none. A ready-made one and grants exclude each other. */
export function aclOfHeaders(headers: HttpHeaders): AclRequest | undefined {
  const canned = headers.get(ACL_HEADER)
  const grants = GRANT_HEADERS.flatMap(([header, permission]) => {
    const text = headers.get(header)
    return text === undefined ? [] : granteesOf(header, text).map((grantee) => ({ grantee, permission }))
  })
  if (canned === undefined) return grants.length === 0 ? undefined : { kind: 'grants', grants: limited(grants) }
  if (grants.length > 0) {
    refuse({ kind: 'invalid-request', detail: 'Specifying both Canned ACLs and Header Grants is not allowed' })
  }
  if (canned === 'aws-exec-read') {
    refuse({ kind: 'not-implemented', detail: 'The list aws-exec-read is not implemented.', header: ACL_HEADER })
  }
  return { kind: 'canned', canned: CANNED.get(canned) ?? refuseArgument(ACL_HEADER, canned, 'No such list.') }
}

/** The list that comes with a write. */
export function aclWish(headers: HttpHeaders): { readonly acl?: AclRequest } {
  const acl = aclOfHeaders(headers)
  return acl === undefined ? {} : { acl }
}

const GRANTEE = /^\s*(id|uri|emailAddress)\s*=\s*(?:"([^"]*)"|([^",\s]*))\s*$/i

/** `id="...", uri="..."`. */
function granteesOf(header: string, text: string): readonly AskedGrant['grantee'][] {
  return text.split(',').map((piece) => {
    const [, kind = '', quoted, bare] = GRANTEE.exec(piece) ?? []
    const value = quoted ?? bare ?? ''
    switch (kind.toLowerCase()) {
      case 'id':
        return { kind: 'account', id: value }
      case 'uri':
        return groupOf(value)
      case 'emailaddress':
        return noEmail()
      default:
        return refuseArgument(header, text, 'Argument format not recognized')
    }
  })
}

function groupOf(uri: string): AskedGrant['grantee'] {
  const group = GROUPS.get(uri)
  return group === undefined ? refuseArgument('uri', uri, 'Invalid group uri') : { kind: 'group', group }
}

function noEmail(): never {
  return refuse({ kind: 'not-implemented', detail: 'Grants by e-mail address are not implemented.' })
}

function limited(grants: readonly AskedGrant[]): readonly AskedGrant[] {
  return grants.length > MAX_ACL_GRANTS ? malformed(`A list has at most ${MAX_ACL_GRANTS} grants.`) : grants
}

/** The body of PutBucketAcl and PutObjectAcl. What is no such document is `malformed-acl`. */
export function readAcl(document: Uint8Array): AclRequest {
  try {
    return aclOfRoot(readXml(document, { root: ROOT, namespace: S3_NAMESPACE, typed: true }))
  } catch (error) {
    if (!(error instanceof StoreFailure) || error.failure.kind !== 'malformed-xml') throw error
    return malformed(error.failure.detail)
  }
}

function aclOfRoot(root: XmlElement): AclRequest {
  expectOnly(root, ['Owner', 'AccessControlList'])
  const owner = atMostOne(root, 'Owner')
  if (owner !== undefined) expectOnly(owner, ['ID', 'DisplayName'])
  const list = requireOne(root, 'AccessControlList')
  expectOnly(list, ['Grant'])
  const grants = limited(every(list, 'Grant').map(readGrant))
  const id = owner && atMostOne(owner, 'ID')
  return { kind: 'grants', grants, ...(id === undefined ? {} : { owner: settingOf(id) }) }
}

function readGrant(grant: XmlElement): AskedGrant {
  expectOnly(grant, ['Grantee', 'Permission'])
  const text = settingOf(requireOne(grant, 'Permission'))
  const permission =
    PERMISSIONS.get(text) ?? malformed('Permission is READ, WRITE, READ_ACP, WRITE_ACP or FULL_CONTROL')
  return { grantee: readGrantee(requireOne(grant, 'Grantee')), permission }
}

function readGrantee(grantee: XmlElement): AskedGrant['grantee'] {
  expectOnly(grantee, ['ID', 'DisplayName', 'URI', 'EmailAddress', 'Type'])
  const uri = atMostOne(grantee, 'URI')
  const id = atMostOne(grantee, 'ID')
  if (atMostOne(grantee, 'EmailAddress') !== undefined) noEmail()
  if ((uri === undefined) === (id === undefined)) malformed('a Grantee has an ID or a URI')
  if (uri !== undefined) return groupOf(settingOf(uri))
  return { kind: 'account', id: id === undefined ? '' : settingOf(id) }
}

/** What the root of the answer holds. */
export function writeAcl({ owner, grants }: AccessControlList): readonly string[] {
  return [
    parent('Owner', element('ID', canonicalIdOf(owner)), element('DisplayName', owner)),
    parent('AccessControlList', ...grants.map(writeGrant)),
  ]
}

function writeGrant({ grantee, permission }: AclGrant): string {
  const [type, who] =
    grantee.kind === 'group'
      ? ['Group', element('URI', GROUP_URIS[grantee.group])]
      : ['CanonicalUser', element('ID', canonicalIdOf(grantee.account)) + element('DisplayName', grantee.account)]
  return `<Grant><Grantee xmlns:xsi="${XSI}" xsi:type="${type}">${who}</Grantee>${element('Permission', permission)}</Grant>`
}

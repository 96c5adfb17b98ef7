/** Lists of rights: headers and documents in, documents out (spec 8). */
import type { HttpHeaders } from '../../http/index.ts'
import {
  MAX_ACL_GRANTS,
  refuse,
  type AccessControlList,
  type AclGrant,
  type AclPermission,
  type AclRequest,
  type AskedGrant,
  type CannedAcl,
} from '../../operations/index.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { element, parent } from '../xml-writer.ts'
import { atMostOne, every, expectOnly, readXml, requireOne, settingOf, type XmlElement } from '../xml.ts'
import { ownerIdOf } from './answers.ts'

export type AclLevel = 'bucket' | 'object'

const EVERYONE_URI = 'http://cam.qcloud.com/groups/global/AllUsers'
const SIGNED_URI = 'http://cam.qcloud.com/groups/global/AuthenticatedUsers'
const EVERYONE_ID = 'qcs::cam::anyone:anyone'
const MAX_ID_CHARACTERS = 256

/** Words of `x-cos-acl`. What is public of a bucket are its objects too, unless they have lists of their own. */
const CANNED: Readonly<Record<AclLevel, ReadonlyMap<string, CannedAcl>>> = {
  bucket: new Map<string, CannedAcl>([
    ['private', 'private'],
    ['default', 'private'],
    ['public-read', 'public-read-delivered'],
    ['public-read-write', 'public-read-write-delivered'],
    ['authenticated-read', 'authenticated-read'],
  ]),
  object: new Map<string, CannedAcl>([
    ['default', 'default'],
    ['private', 'private'],
    ['public-read', 'public-read'],
    ['authenticated-read', 'authenticated-read'],
  ]),
}

const SHOWN: Partial<Readonly<Record<CannedAcl, string>>> = {
  private: 'private',
  default: 'default',
  'public-read': 'public-read',
  'public-read-write': 'public-read-write',
  'public-read-delivered': 'public-read',
  'public-read-write-delivered': 'public-read-write',
  'authenticated-read': 'authenticated-read',
}

const PERMISSIONS: readonly AclPermission[] = ['READ', 'WRITE', 'READ_ACP', 'WRITE_ACP', 'FULL_CONTROL']
const GRANT = 'x-cos-grant-'
const GRANT_HEADERS: ReadonlyMap<string, AclPermission> = new Map(
  PERMISSIONS.map((permission) => [`${GRANT}${permission.toLowerCase().replace('_', '-')}`, permission] as const),
)

/** The list that the headers of a write ask for; undefined: they say nothing of it. */
export function aclOfHeaders(headers: HttpHeaders, level: AclLevel): AclRequest | undefined {
  const word = headers.get('x-cos-acl')
  const named = headers.names.filter((name) => name.startsWith(GRANT))
  const canned = word === undefined || word === '' ? undefined : cannedNamed(word, level)
  if (named.length === 0) return canned === undefined ? undefined : { kind: 'canned', canned }
  if (canned !== undefined) {
    refuse({ kind: 'invalid-request', detail: 'x-cos-acl and x-cos-grant-* exclude each other.' })
  }
  const grants = named.flatMap((name) => grantsOfHeader(name, headers.get(name) ?? '', level))
  if (grants.length > MAX_ACL_GRANTS) refuse({ kind: 'malformed-acl', detail: `at most ${MAX_ACL_GRANTS} grants` })
  return { kind: 'grants', grants }
}

function cannedNamed(word: string, level: AclLevel): CannedAcl {
  return CANNED[level].get(word) ?? refuseArgument('x-cos-acl', word, `This is no list of rights of a ${level}.`)
}

/** `id="100000000001", id="qcs::cam::uin/x:uin/y"`: a comma between, blanks around. */
function grantsOfHeader(name: string, value: string, level: AclLevel): readonly AskedGrant[] {
  const permission = GRANT_HEADERS.get(name) ?? refuseArgument(name, undefined, 'There is no such right.')
  refuseWriteOfObject(permission, level)
  return value.split(',', MAX_ACL_GRANTS + 1).map((piece) => {
    const [, kind, id = ''] = /^\s*(id|uri)\s*=\s*"([^"]{1,256})"\s*$/i.exec(piece) ?? []
    if (kind === undefined) return refuseArgument(name, undefined, 'A grantee is id="..." or uri="...".')
    return askedGrant(kind.toLowerCase() === 'uri' ? groupOf(id) : granteeOf(id), permission, level)
  })
}

function refuseWriteOfObject(permission: AclPermission, level: AclLevel): void {
  if (level === 'object' && permission === 'WRITE') {
    refuse({ kind: 'malformed-acl', detail: 'An object has no right to be written.' })
  }
}

/** COS's lists of buckets count for the objects in them. */
function askedGrant(grantee: AskedGrant['grantee'], permission: AclPermission, level: AclLevel): AskedGrant {
  return level === 'bucket' ? { grantee, permission, delivered: true } : { grantee, permission }
}

function groupOf(uri: string): AskedGrant['grantee'] {
  if (uri === EVERYONE_URI) return { kind: 'group', group: 'everyone' }
  if (uri === SIGNED_URI) return { kind: 'group', group: 'authenticated' }
  return refuse({ kind: 'malformed-acl', detail: 'there is no such group' })
}

const WHOLE_ACCOUNT = /^qcs::cam::uin\/(\d{1,20}):uin\/(\d{1,20})$/

/** A root account by its bare number; of people in it this server grants nothing by a list. */
function granteeOf(id: string): AskedGrant['grantee'] {
  if (id === EVERYONE_ID) return { kind: 'group', group: 'everyone' }
  const [, owner, person] = WHOLE_ACCOUNT.exec(id) ?? []
  return { kind: 'account', id: owner !== undefined && owner === person ? owner : id }
}

/** `<AccessControlPolicy>`: each grant as it stands there, and nothing added. */
export function readAcl(document: Uint8Array, level: AclLevel): AclRequest {
  const root = readXml(document, { root: 'AccessControlPolicy', namespace: '' })
  expectOnly(root, ['Owner', 'AccessControlList'])
  const owner = atMostOne(root, 'Owner')
  const ownerId = owner === undefined ? undefined : atMostOne(owner, 'ID')
  const list = requireOne(root, 'AccessControlList')
  expectOnly(list, ['Grant'])
  const grants = every(list, 'Grant').map((grant) => readGrant(grant, level))
  if (grants.length > MAX_ACL_GRANTS) refuse({ kind: 'malformed-acl', detail: `at most ${MAX_ACL_GRANTS} grants` })
  const named = ownerId === undefined ? undefined : granteeOf(settingOf(ownerId))
  return { kind: 'grants', grants, ...(named?.kind === 'account' ? { owner: named.id } : {}) }
}

function readGrant(grant: XmlElement, level: AclLevel): AskedGrant {
  expectOnly(grant, ['Grantee', 'Permission'])
  const grantee = requireOne(grant, 'Grantee')
  expectOnly(grantee, ['ID', 'URI', 'DisplayName'])
  const text = settingOf(requireOne(grant, 'Permission'))
  const permission = PERMISSIONS.find((one) => one === text)
  if (permission === undefined) return refuse({ kind: 'malformed-acl', detail: 'there is no such right' })
  refuseWriteOfObject(permission, level)
  const uri = atMostOne(grantee, 'URI')
  if (uri !== undefined) return askedGrant(groupOf(settingOf(uri)), permission, level)
  const id = settingOf(requireOne(grantee, 'ID'))
  if (id === '' || id.length > MAX_ID_CHARACTERS) refuse({ kind: 'malformed-acl', detail: 'a grantee has no id' })
  return askedGrant(granteeOf(id), permission, level)
}

/** The elements of the answer. */
export function writeAcl({ owner, grants }: AccessControlList): readonly string[] {
  return [
    parent('Owner', element('ID', ownerIdOf(owner)), element('DisplayName', ownerIdOf(owner))),
    parent('AccessControlList', ...grants.flatMap(writeGrant)),
  ]
}

function writeGrant({ grantee, permission }: AclGrant): readonly string[] {
  const shown = writeGrantee(grantee)
  return shown === undefined ? [] : [parent('Grant', shown, element('Permission', permission))]
}

/** Groups that COS does not have are not shown. */
function writeGrantee(grantee: AclGrant['grantee']): string | undefined {
  if (grantee.kind === 'account') {
    const id = ownerIdOf(grantee.account)
    return parent('Grantee', element('ID', id), element('DisplayName', id))
  }
  switch (grantee.group) {
    case 'everyone':
      return parent('Grantee', element('URI', EVERYONE_URI))
    case 'authenticated':
      return parent('Grantee', element('URI', SIGNED_URI))
    case 'log-delivery':
      return undefined
  }
}

/** The word of `x-cos-acl` in answers; undefined: the list is none of the ready-made ones. */
export function shownCanned({ canned }: AccessControlList): string | undefined {
  return canned === undefined ? undefined : SHOWN[canned]
}

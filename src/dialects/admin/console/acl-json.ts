import { MAX_ACL_GRANTS, type AccessControlList, type AclRequest, type AskedGrant } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import type { Fields } from '../fields.ts'
import { badArgument } from '../target.ts'
import type { AclJson } from './settings-wire.ts'

const CANNED = [
  ...(['private', 'public-read', 'public-read-write', 'public-read-delivered'] as const),
  ...(['public-read-write-delivered', 'authenticated-read', 'default', 'bucket-owner-read'] as const),
  ...(['bucket-owner-full-control', 'log-delivery-write'] as const),
] as const
const PERMISSIONS = ['READ', 'WRITE', 'READ_ACP', 'WRITE_ACP', 'FULL_CONTROL'] as const
const GROUPS = ['everyone', 'authenticated', 'log-delivery'] as const

/** A ready-made list, or grants: one of the two. */
export function aclOf(body: Fields): AclRequest {
  const canned = body.optionalWord('canned', CANNED)
  const grants = body.optionalObjects('grants', MAX_ACL_GRANTS)
  if ((canned === undefined) === (grants === undefined)) badArgument('canned', 'either canned or grants')
  if (canned !== undefined) return { kind: 'canned', canned }
  return { kind: 'grants', grants: (grants ?? []).map(grantOf) }
}

function grantOf(body: Fields): AskedGrant {
  const grantee = body.optionalObject('grantee') ?? badArgument('grantee', 'is missing')
  const grant: AskedGrant = {
    grantee: granteeOf(grantee),
    permission: body.optionalWord('permission', PERMISSIONS) ?? badArgument('permission', 'is missing'),
    ...present({ delivered: body.optionalFlag('delivered') }),
  }
  body.end()
  return grant
}

function granteeOf(body: Fields): AskedGrant['grantee'] {
  const kind = body.optionalWord('kind', ['account', 'group']) ?? badArgument('grantee.kind', 'is missing')
  if (kind === 'account') {
    const id = body.text('account')
    body.end()
    return { kind, id }
  }
  const group = body.optionalWord('group', GROUPS) ?? badArgument('grantee.group', 'is missing')
  body.end()
  return { kind, group }
}

export function aclJson({ owner, grants, canned }: AccessControlList): AclJson {
  return {
    owner,
    grants: grants.map(({ grantee, permission, delivered }) => ({
      ...{ grantee, permission },
      ...present({ delivered }),
    })),
    ...present({ canned }),
  }
}

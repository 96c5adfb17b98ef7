import { MAX_ACL_GRANTS, refuse, type AclRequest, type AskedGrant } from '../operations/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'

/** A list with the numbers of the accounts that it names, however they were spelled. Refuses whom nobody knows. */
export async function resolveAcl(rooms: Pick<GatewayRooms, 'people'>, acl: AclRequest): Promise<AclRequest> {
  if (acl.kind === 'canned') return acl
  if (acl.grants.length > MAX_ACL_GRANTS) {
    refuse({ kind: 'malformed-acl', detail: `A list has at most ${MAX_ACL_GRANTS} grants.` })
  }
  const known = new Map<string, string>()
  const numberOf = async (id: string): Promise<string> => {
    const found = known.get(id) ?? (await rooms.people.accountSpelled(id)) ?? unknown(id)
    known.set(id, found)
    return found
  }
  const grants: AskedGrant[] = []
  for (const grant of acl.grants) {
    const { grantee } = grant
    grants.push(
      grantee.kind === 'group' ? grant : { ...grant, grantee: { ...grantee, id: await numberOf(grantee.id) } },
    )
  }
  return { ...acl, grants, ...(acl.owner === undefined ? {} : { owner: await numberOf(acl.owner) }) }
}

function unknown(id: string): never {
  return refuse({
    kind: 'invalid-argument',
    argument: 'CanonicalUser/ID',
    value: id.slice(0, 128),
    detail: 'Invalid id',
  })
}

/** An operation whose list, where it has one, names accounts by their numbers. */
export async function withResolvedAcl<Asked extends { readonly acl?: AclRequest }>(
  rooms: Pick<GatewayRooms, 'people'>,
  operation: Asked,
): Promise<Asked> {
  return operation.acl === undefined ? operation : { ...operation, acl: await resolveAcl(rooms, operation.acl) }
}

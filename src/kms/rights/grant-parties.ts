import { refuse, type Caller, type GrantParty } from '../../operations/index.ts'
import { parsePolicy, principalsOf } from '../../policy/index.ts'
import type { BoundParty } from './grant-record.ts'
import type { KeyRooms } from '../key-rooms.ts'

const SERVICE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/
const SESSION = /^arn:aws:sts::[0-9]{12}:assumed-role\/[^/]+\/(.+)$/
const MAX_PARTY_LENGTH = 256

/** Whom a name means now. Refuses with `invalid-arn` what is no principal's name, and names of nobody. */
export async function bindParty(rooms: Pick<KeyRooms, 'findPrincipals'>, party: GrantParty): Promise<BoundParty> {
  if (party.kind === 'service') {
    if (party.name.length > MAX_PARTY_LENGTH || !SERVICE.test(party.name)) return refuseParty(party.name)
    return { party, means: `service ${party.name}` }
  }
  const { arn } = party
  if (arn.length > MAX_PARTY_LENGTH) return refuseParty(arn)
  const { document, bound } = await found(rooms, arn)
  const [entry] = principalsOf(document)
  if (entry?.kind === 'account') return { party, means: `root ${entry.account}` }
  if (entry?.kind !== 'principal') return refuseParty(arn)
  const id = bound.get(arn)
  if (id === undefined) return { party, means: arn }
  const [, session] = SESSION.exec(arn) ?? []
  return { party, means: session === undefined ? id : `${id}:${session}` }
}

/** A principal's name is read and looked for as one in a policy is: strictly, and without wildcards. */
async function found(rooms: Pick<KeyRooms, 'findPrincipals'>, arn: string) {
  const statement = { Effect: 'Allow', Principal: { AWS: arn }, Action: 'kms:*', Resource: '*' }
  try {
    const document = parsePolicy('aws', 'key', JSON.stringify({ Version: '2012-10-17', Statement: statement }))
    return { document, bound: new Map(Object.entries(await rooms.findPrincipals(document))) }
  } catch {
    return refuseParty(arn)
  }
}

function refuseParty(text: string): never {
  return refuse({ kind: 'invalid-arn', arn: text.slice(0, MAX_PARTY_LENGTH) })
}

/** Everything by which a grant may mean a caller. */
export function meaningsOf(caller: Caller): readonly string[] {
  switch (caller.kind) {
    case 'account-root':
      return [`root ${caller.account}`]
    case 'user':
      return [caller.userId, caller.arn]
    case 'role-session':
      return [`${caller.roleId}:${caller.sessionName}`, caller.roleId, caller.arn, caller.roleArn]
    case 'anonymous':
    case 'job':
      return []
  }
}

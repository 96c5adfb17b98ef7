import { parseAccountId, refuse, type AccountId, type Principal } from '../operations/index.ts'
import { findEntity, type Reading } from './find-people.ts'
import { entityArn, parseEntityArn } from './people-arns.ts'
import type { RoleRecord, UserRecord } from './people-records.ts'

/** The session name of a role that nobody assumed: a question about it, not an act of it. */
const NOBODYS_SESSION = 'explain'

/**
 * Who would ask, by what people call them: `root`, a user's name, `role/<name>`, or the ARN of a user, a role or a root.
 * Refuses with `entity-not-found`.
 */
export async function principalNamed(rooms: Reading, account: AccountId, text: string): Promise<Principal> {
  if (text === 'root') return rootOf(account)
  const root = parseAccountId(/^arn:aws:iam::([0-9]{12}):root$/.exec(text)?.[1] ?? '')
  if (root !== undefined) return rootOf(root)
  const found = await entityNamed(rooms, account, 'user', text, text.includes('/') ? undefined : text)
  if (found !== undefined) return userPrincipal(found)
  const roleName = text.startsWith('role/') ? text.slice('role/'.length) : undefined
  const assumed = await entityNamed(rooms, account, 'role', text, roleName)
  if (assumed !== undefined) return rolePrincipal(assumed)
  return refuse({ kind: 'entity-not-found', entity: 'principal', name: text })
}

/** By ARN, or by a name in the account. */
async function entityNamed<Kind extends 'user' | 'role'>(
  rooms: Reading,
  account: AccountId,
  kind: Kind,
  text: string,
  name: string | undefined,
) {
  const byArn = parseEntityArn(kind, text)
  if (byArn !== undefined && byArn.account !== 'aws') return findEntity(rooms, byArn.account, kind, byArn.name)
  return name === undefined ? undefined : findEntity(rooms, account, kind, name)
}

function rootOf(account: AccountId): Principal {
  return { kind: 'account-root', account, arn: `arn:aws:iam::${account}:root` }
}

function userPrincipal(user: UserRecord): Principal {
  return { kind: 'user', account: user.account, arn: entityArn(user), userId: user.id, userName: user.name }
}

function rolePrincipal(role: RoleRecord): Principal {
  const { account, id, name } = role
  return {
    ...{ kind: 'role-session', account, roleId: id, roleName: name, roleArn: entityArn(role) },
    arn: `arn:aws:sts::${account}:assumed-role/${name}/${NOBODYS_SESSION}`,
    sessionName: NOBODYS_SESSION,
  }
}

import { parseAccountId, refuse, type AccountId } from '../operations/index.ts'
import { bindPrincipals, principalsOf, type PolicyDocument, type PrincipalEntry } from '../policy/index.ts'
import { openAccount } from './identity-records.ts'
import { findEntity, type Reading } from './find-people.ts'
import { entityArn, parseEntityArn } from './people-arns.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import { shown } from './people-names.ts'
import { allRows } from './people-pages.ts'
import { ACCOUNT_ROWS, accountRow } from './people-rows.ts'

/**
 * Who the names of a policy were when it was put: unique ids of users and roles by their ARN (of a session's ARN: the
 * role's), and accounts by canonical id. It is stored with the policy, so that a namesake inherits nothing (T-079).
 */
export type BoundPrincipals = Readonly<Record<string, string>>

const SESSION_ARN = /^arn:aws:sts::([0-9]{12}):assumed-role\/([A-Za-z0-9_+=,.@-]+)\/[A-Za-z0-9_+=,.@-]+$/

/** Finds everybody whom a policy names. Throws `malformed-policy` for who does not exist. */
export async function findPrincipals(rooms: Reading, document: PolicyDocument): Promise<BoundPrincipals> {
  const bound = new Map<string, string>()
  for (const entry of principalsOf(document)) {
    switch (entry.kind) {
      case 'principal':
        bound.set(entry.arn, (await idOfArn(rooms, entry.arn)) ?? noSuchPrincipal(entry.arn))
        break
      case 'account':
        await demandAccount(rooms, entry.account)
        break
      case 'canonical-user':
        bound.set(entry.id, (await accountOfCanonical(rooms, entry.id)) ?? noSuchPrincipal(entry.id))
        break
      case 'everyone':
      case 'service':
        break
    }
  }
  return Object.fromEntries(bound)
}

/** The document with its names replaced by whom they meant. Whose name has no id is left, and is then nobody's. */
export function bindFound(document: PolicyDocument, bound: BoundPrincipals): PolicyDocument {
  const found = new Map(Object.entries(bound))
  return bindPrincipals(document, (entry): PrincipalEntry => {
    if (entry.kind === 'principal') {
      const id = found.get(entry.arn)
      return id === undefined ? entry : { ...entry, id }
    }
    const account = entry.kind === 'canonical-user' ? found.get(entry.id) : undefined
    return account === undefined ? entry : { kind: 'account', account }
  })
}

/** The unique id behind the ARN of a user, a role, or a role's session, in whatever account. */
export async function idOfArn(rooms: Reading, arn: string): Promise<string | undefined> {
  const [, accountText = '', roleName = ''] = SESSION_ARN.exec(arn) ?? []
  const sessionAccount = parseAccountId(accountText)
  if (sessionAccount !== undefined) return (await findEntity(rooms, sessionAccount, 'role', roleName))?.id
  for (const kind of ['user', 'role'] as const) {
    const named = parseEntityArn(kind, arn)
    if (named === undefined || named.account === 'aws') continue
    const found = await findEntity(rooms, named.account, kind, named.name)
    return found !== undefined && entityArn(found) === arn ? found.id : undefined
  }
  return undefined
}

async function demandAccount({ store }: Reading, text: string): Promise<void> {
  const account = parseAccountId(text)
  const [row] = account === undefined ? [] : await store.getMany([accountRow(account)])
  if (row === undefined) noSuchPrincipal(text)
}

async function accountOfCanonical(rooms: Reading, canonicalId: string): Promise<AccountId | undefined> {
  const rows = await allRows(rooms.store, ACCOUNT_ROWS, PEOPLE_LIMITS.accounts)
  return rows.map((row) => openAccount(rooms.records, row)).find((one) => one.canonicalId === canonicalId)?.account
}

function noSuchPrincipal(name: string): never {
  return refuse({ kind: 'malformed-policy', detail: `Invalid principal in policy: ${shown(name)}` })
}

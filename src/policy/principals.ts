import type { Caller } from '../operations/index.ts'
import type { PolicyDocument, PrincipalEntry, PrincipalSet } from './document.ts'

/**
 * How a statement names a caller. `everyone`, `session` and `user` mean the caller itself; `role` means whoever plays
 * the role; `account` leaves it to the account's own policies.
 */
export type Naming = 'everyone' | 'session' | 'user' | 'role' | 'account'

/** In order of what they give. */
const NAMINGS: readonly Naming[] = ['everyone', 'session', 'user', 'role', 'account']

/** How an Allow names the caller: the strongest way; undefined: not at all. A negated set allows nobody. */
export function namedByAllow({ negated, entries }: PrincipalSet, caller: Caller): Naming | undefined {
  if (negated) return undefined
  let strongest: Naming | undefined
  for (const entry of entries) {
    const naming = namingOf(entry, caller)
    if (naming === undefined) continue
    if (strongest === undefined || NAMINGS.indexOf(naming) < NAMINGS.indexOf(strongest)) strongest = naming
  }
  return strongest
}

/**
 * Whether a Deny means the caller. All but those listed (NotPrincipal): a caller is left out only when every one of its
 * names is listed: its own, its role's, its account's (IAM User Guide, NotPrincipal).
 */
export function namedByDeny({ negated, entries }: PrincipalSet, caller: Caller): boolean {
  const found = new Set(entries.map((entry) => namingOf(entry, caller)))
  // Whom a canonical id stands for is known after binding. Until then a Deny means everybody who might be meant.
  const unbound = entries.some((entry) => entry.kind === 'canonical-user')
  if (!negated) return found.size > (found.has(undefined) ? 1 : 0) || unbound
  return !found.has('everyone') && !namesOf(caller).every((name) => found.has(name))
}

function namesOf(caller: Caller): readonly Naming[] {
  switch (caller.kind) {
    case 'anonymous':
      return ['everyone']
    case 'account-root':
      return ['account']
    case 'user':
    case 'job':
      return ['user', 'account']
    case 'role-session':
      return ['session', 'role', 'account']
  }
}

function namingOf(entry: PrincipalEntry, caller: Caller): Naming | undefined {
  if (entry.kind === 'everyone') return 'everyone'
  if (caller.kind === 'anonymous') return undefined
  switch (entry.kind) {
    case 'account':
      return entry.account === caller.account ? 'account' : undefined
    case 'principal':
      return principalNaming(entry, caller)
    // No caller is a service, and canonical ids are made accounts when the policy is bound.
    case 'service':
    case 'canonical-user':
      return undefined
  }
}

type PrincipalName = Extract<PrincipalEntry, { kind: 'principal' }>

/** Where an id is known it decides, so that a like-named successor is somebody else and a renamed user is not. */
function principalNaming(
  { arn, id }: PrincipalName,
  caller: Exclude<Caller, { kind: 'anonymous' }>,
): Naming | undefined {
  switch (caller.kind) {
    case 'account-root':
      return undefined
    case 'job':
      return arn === caller.arn ? 'user' : undefined
    case 'user':
      return (id === undefined ? arn === caller.arn : id === caller.userId) ? 'user' : undefined
    case 'role-session':
      if (arn === caller.arn && (id === undefined || id === caller.roleId)) return 'session'
      if (isSessionArn(arn)) return undefined
      return (id === undefined ? arn === caller.roleArn : id === caller.roleId) ? 'role' : undefined
  }
}

function isSessionArn(arn: string): boolean {
  return arn.startsWith('arn:aws:sts:')
}

/** Everybody whom a document names, once each: whoever stores it finds out whether they exist, and their ids. */
export function principalsOf(document: PolicyDocument): readonly PrincipalEntry[] {
  const entries = document.statements.flatMap(({ principals }) => principals?.entries ?? [])
  const byText = new Map(entries.map((entry) => [JSON.stringify(entry), entry]))
  return [...byText.values()]
}

/**
 * The document with each name replaced: `principal` entries with their unique ids (of a session's ARN: the role's),
 * `canonical-user` by its account. `bind` gives back what is to stay as it is, and refuses what does not exist.
 */
export function bindPrincipals(
  document: PolicyDocument,
  bind: (entry: PrincipalEntry) => PrincipalEntry,
): PolicyDocument {
  const statements = document.statements.map((statement) => {
    const { principals } = statement
    if (principals === undefined) return statement
    return { ...statement, principals: { ...principals, entries: principals.entries.map(bind) } }
  })
  return { ...document, statements }
}

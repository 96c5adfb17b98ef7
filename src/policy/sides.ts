import type { NamedPolicy } from './document.ts'
import { denyOf, firstAllow, namingsOf, type Asked, type Found, type FoundNaming } from './match-statement.ts'
import { isPublic } from './public.ts'
import type { Question } from './question.ts'

/** What the policies say on each side of a question. */

/**
 * `direct`: the caller itself is named, and needs nothing else in its own account. `named`: it is named, within its
 * boundary and its session. `delegated`: the resource leaves it to the caller's account.
 */
export type ResourceAnswer =
  { readonly says: 'direct' | 'named' | 'delegates'; readonly found: Found } | { readonly says: 'silent' }

/** What may not be denied to the root of the owning account, or nobody could repair a policy that denies everything (T-089). */
const REPAIRS = new Set(['s3:getbucketpolicy', 's3:putbucketpolicy', 's3:deletebucketpolicy'])

/** The root of the account that owns what is asked for. A key and a role have no such root: only their own policy opens them. */
export function isOwnRoot(question: Question): boolean {
  const { caller, owner } = question
  return caller.kind === 'account-root' && caller.account === owner && !guardsItself(question)
}

/** True where identity policies count only as far as the resource's own policy leaves it to them. */
export function guardsItself({ isKey, resourcePolicy }: Question): boolean {
  return isKey === true || resourcePolicy?.on === 'key' || resourcePolicy?.on === 'trust'
}

export function isForeign({ caller, owner }: Question): boolean {
  return caller.kind !== 'anonymous' && caller.account !== owner
}

/** The first Deny anywhere. */
export function denied(asked: Asked): Found | undefined {
  const { question } = asked
  const { rights, resourcePolicy, action } = question
  const spared = isOwnRoot(question) && REPAIRS.has(action.toLowerCase())
  if (resourcePolicy !== undefined && !spared) {
    const found = denyOf(resourcePolicy, asked)
    if (found !== undefined) return found
  }
  if (rights === undefined) return undefined
  const { boundary, identity, session = [] } = rights
  return (
    firstDeny(identity, asked) ??
    firstDeny(boundary === undefined ? [] : [boundary], asked) ??
    firstDeny(session, asked)
  )
}

export function firstDeny(policies: readonly NamedPolicy[], asked: Asked): Found | undefined {
  for (const policy of policies) {
    const found = denyOf(policy, asked)
    if (found !== undefined) return found
  }
  return undefined
}

/** What the resource's own policy gives, the most first. */
export function resourceAnswer(asked: Asked): ResourceAnswer {
  const { question } = asked
  const { resourcePolicy, restrictPublic, caller, owner } = question
  if (resourcePolicy === undefined || question.policyOnlyDenies === true) return { says: 'silent' }
  const outsider = caller.kind === 'anonymous' || caller.account !== owner
  if (restrictPublic === true && outsider && isPublic(resourcePolicy.document)) return { says: 'silent' }
  const answers = namingsOf(resourcePolicy, asked).map((namings) => best(namings, question))
  return answers.reduce((one, other) => (rank(one) < rank(other) ? other : one), answers[0] ?? SILENT)
}

const SILENT: ResourceAnswer = { says: 'silent' }
const RANKS: readonly ResourceAnswer['says'][] = ['direct', 'named', 'delegates', 'silent']

function rank({ says }: ResourceAnswer): number {
  return RANKS.indexOf(says)
}

/** The most that one of them gives. */
function best(namings: readonly FoundNaming[], question: Question): ResourceAnswer {
  const answers = namings.map((naming) => answerOf(naming, question))
  return answers.reduce((one, other) => (rank(other) < rank(one) ? other : one), SILENT)
}

function answerOf({ naming, found }: FoundNaming, { caller, rights, resourcePolicy, isKey }: Question): ResourceAnswer {
  switch (naming) {
    case 'account':
      return { says: 'delegates', found }
    case 'role':
      return { says: 'named', found }
    case 'everyone':
    case 'session':
    case 'user': {
      // A key's policy gives nothing beyond the caller's boundary and session (KMS developer guide, key policies).
      const limited = isKey === true || resourcePolicy?.on === 'key'
      // A job has what its rule gives it, and takes nothing that everybody may have.
      if (caller.kind === 'job') return { says: 'delegates', found }
      const narrowedUser = naming === 'user' && rights?.session !== undefined
      return { says: limited || narrowedUser ? 'named' : 'direct', found }
    }
  }
}

/** An Allow of the caller's own policies; an account's root needs none. */
export function identityAllows(asked: Asked): Found | 'root' | undefined {
  const { caller, rights } = asked.question
  if (caller.kind === 'account-root') return 'root'
  return firstAllow(rights?.identity ?? [], asked)
}

/** Whether boundary and session leave room for it; the name of what does not, or undefined. */
export function limitedBy(asked: Asked): 'boundary' | 'session' | undefined {
  const { rights } = asked.question
  if (rights?.boundary !== undefined && firstAllow([rights.boundary], asked) === undefined) return 'boundary'
  if (rights?.session !== undefined && firstAllow(rights.session, asked) === undefined) return 'session'
  return undefined
}

import { Asked, type Found } from './match-statement.ts'
import type { Decision, Question } from './question.ts'
import { denied, guardsItself, identityAllows, isForeign, isOwnRoot, limitedBy, resourceAnswer } from './sides.ts'

const OWN_ROOT: Decision = { kind: 'allow', reason: 'root of the owning account' }

/**
 * May they? A pure function: an explicit deny anywhere, then the root of the owning account, then the resource's own
 * policy, then the caller's policies within their boundary and their session. Across accounts both sides have to allow.
 * An empty owner is nobody's, never everybody's.
 */
export function evaluate(question: Question): Decision {
  const { rights, resourcePolicy } = question
  // Nothing can narrow it, and nothing is looked at.
  if (resourcePolicy === undefined && rights?.session === undefined && isOwnRoot(question)) return OWN_ROOT
  const asked = new Asked(question)
  const deny = denied(asked)
  if (deny !== undefined) return explicitDeny(deny)
  if (question.owner === undefined) return none('the resource has no owner')
  if (question.caller.kind === 'anonymous') return ofNobody(asked)
  if (isOwnRoot(question)) {
    return limitedBy(asked) === undefined ? OWN_ROOT : none('the session policy does not allow it')
  }
  return isForeign(question) ? acrossAccounts(asked) : withinAccount(asked)
}

function ofNobody(asked: Asked): Decision {
  const { question } = asked
  if (guardsItself(question)) return none('anonymous: keys and roles are for those who sign')
  const resource = resourceAnswer(asked)
  if (resource.says === 'direct') return allowedBy(resource.found)
  const { alsoAllowedBy, restrictPublic } = question
  if (alsoAllowedBy !== undefined && restrictPublic !== true) return allow(alsoAllowedBy)
  return none('anonymous: nothing is public')
}

function withinAccount(asked: Asked): Decision {
  const { question } = asked
  const resource = resourceAnswer(asked)
  if (resource.says === 'direct') return allowedBy(resource.found)
  const limit = limitedBy(asked)
  if (limit !== undefined) return none(`the ${limit} policy does not allow it`)
  if (resource.says === 'named') return allowedBy(resource.found)
  if (question.alsoAllowedBy !== undefined) return allow(question.alsoAllowedBy)
  if (guardsItself(question) && resource.says === 'silent') return none('the resource policy does not allow it')
  const identity = identityAllows(asked)
  if (identity === undefined) return none(NO_POLICY[question.caller.kind] ?? 'no policy allows it')
  return identity === 'root' ? allow('root of the owning account') : allowedBy(identity)
}

const NO_POLICY: Partial<Readonly<Record<Question['caller']['kind'], string>>> = {
  job: 'a job has no rights of its own',
}

function acrossAccounts(asked: Asked): Decision {
  const { alsoAllowedBy } = asked.question
  const resource = resourceAnswer(asked)
  if (resource.says === 'silent' && alsoAllowedBy === undefined) return none('another account owns it')
  const limit = limitedBy(asked)
  if (limit !== undefined) return none(`the ${limit} policy does not allow it`)
  if (identityAllows(asked) === undefined) return none('no policy of the caller’s own account allows it')
  return resource.says === 'silent' ? allow(alsoAllowedBy ?? '') : allowedBy(resource.found)
}

function none(reason: string): Decision {
  return { kind: 'no-opinion', reason }
}

function allow(reason: string): Decision {
  return { kind: 'allow', reason }
}

function allowedBy(statement: Found): Decision {
  return { kind: 'allow', reason: `allowed by ${nameOf(statement)}`, statement }
}

function explicitDeny(statement: Found): Decision {
  return { kind: 'explicit-deny', reason: `denied by ${nameOf(statement)}`, statement }
}

function nameOf({ policy, sid, index }: Found): string {
  return `${policy}, statement ${sid ?? index + 1}`
}

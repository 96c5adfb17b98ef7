import type { NamedPolicy } from './document.ts'
import { evaluate } from './evaluate.ts'
import { Asked, denyOf, firstAllow, type Found } from './match-statement.ts'
import type { Decision, Question } from './question.ts'
import { firstDeny, isOwnRoot, resourceAnswer } from './sides.ts'

type Side = NonNullable<Decision['sides']>[number]

/** The decision, and what each side said. Asks everything, so it costs more than `evaluate`. */
export function explain(question: Question): Decision {
  const asked = new Asked(question)
  const { rights, alsoAllowedBy } = question
  const sides: Side[] = []
  if (isOwnRoot(question)) sides.push({ side: 'owner', says: 'allow' })
  if (question.resourcePolicy !== undefined) sides.push(resourceSide(question.resourcePolicy, asked))
  if (rights !== undefined) {
    sides.push(ownSide('identity', rights.identity, asked))
    if (rights.boundary !== undefined) sides.push(ownSide('boundary', [rights.boundary], asked))
    if (rights.session !== undefined) sides.push(ownSide('session', rights.session, asked))
  }
  if (alsoAllowedBy !== undefined) sides.push({ side: 'also', says: 'allow', policy: alsoAllowedBy })
  return { ...evaluate(question), sides }
}

function resourceSide(policy: NamedPolicy, asked: Asked): Side {
  const deny = denyOf(policy, asked)
  if (deny !== undefined) return { side: 'resource', says: 'deny', ...deny }
  const answer = resourceAnswer(asked)
  if (answer.says === 'silent') return { side: 'resource', says: 'silent' }
  return { side: 'resource', says: answer.says === 'delegates' ? 'delegates' : 'allow', ...answer.found }
}

function ownSide(side: 'identity' | 'boundary' | 'session', policies: readonly NamedPolicy[], asked: Asked): Side {
  const deny = firstDeny(policies, asked)
  if (deny !== undefined) return said(side, 'deny', deny)
  const allow = firstAllow(policies, asked)
  return allow === undefined ? { side, says: 'silent' } : said(side, 'allow', allow)
}

function said(side: Side['side'], says: Side['says'], found: Found): Side {
  return { side, says, ...found }
}

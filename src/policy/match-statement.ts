import { fillArnPattern, matchesArn } from './arn-pattern.ts'
import { holds } from './conditions.ts'
import type { NamedPolicy, Vocabulary } from './document.ts'
import { matchesGlob } from './glob.ts'
import { namesOf } from './names/names-of.ts'
import type { RequestNames } from './names/request-names.ts'
import { namedByAllow, namedByDeny, type Naming } from './principals.ts'
import type { ContextValues, Question } from './question.ts'
import { readyDocument, statementsAbout, type ReadyDocument, type ReadyStatement } from './ready-document.ts'

const NO_CONTEXT: ContextValues = () => undefined

/** A question made ready to be held against many statements. */
export class Asked {
  readonly question: Question
  readonly context: ContextValues
  readonly #names: Partial<Record<Vocabulary, RequestNames>> = {}

  constructor(question: Question) {
    this.question = question
    this.context = question.context ?? NO_CONTEXT
  }

  /** What the question is called in a vocabulary; made when the first policy of it is asked. */
  names(vocabulary: Vocabulary): RequestNames {
    return (this.#names[vocabulary] ??= namesOf(this.question, vocabulary))
  }
}

/** The statement that said something. */
export interface Found {
  readonly policy: string
  readonly sid?: string
  readonly index: number
}

/** The first Deny of a policy that means this question, by whichever of its names. */
export function denyOf({ name, document }: NamedPolicy, asked: Asked): Found | undefined {
  const ready = readyDocument(document)
  if (ready.denies.length === 0) return undefined
  const names = asked.names(ready.vocabulary)
  for (const one of deniesAbout(ready, names)) {
    const { principals } = one.statement
    if (principals !== undefined && !namedByDeny(principals, asked.question.caller)) continue
    if (!one.sound || matches(one, 'deny', names, asked)) return foundIn(name, one)
  }
  return undefined
}

/** The Denies that mean this deed; one that cannot be understood means every deed. */
function deniesAbout(ready: ReadyDocument, names: RequestNames): readonly ReadyStatement[] {
  const name = `deny ${JSON.stringify([names.groups, names.wider])}`
  return statementsAbout(ready, name, () => ready.denies.filter((one) => !one.sound || deniesDeed(one, names)))
}

/** The Allows that list one of these names. */
function allowsAbout(ready: ReadyDocument, group: readonly string[]): readonly ReadyStatement[] {
  const name = `allow ${group.join(' ')}`
  return statementsAbout(ready, name, () => ready.allows.filter((one) => one.sound && allowsOneOf(one, group)))
}

/** The first Allow among policies without principals; where the question has several names, each has to be allowed. */
export function firstAllow(policies: readonly NamedPolicy[], asked: Asked): Found | undefined {
  for (const policy of policies) {
    const { vocabulary } = readyDocument(policy.document)
    const names = asked.names(vocabulary)
    const [first = [], ...rest] = names.groups
    const found = allowOf(policy, first, names, asked)
    if (found === undefined) continue
    const others = policies.filter(
      ({ document }) => rest.length > 0 && readyDocument(document).vocabulary === vocabulary,
    )
    if (rest.every((group) => others.some((other) => allowOf(other, group, names, asked)))) return found
  }
  return undefined
}

function allowOf(
  { name, document }: NamedPolicy,
  group: readonly string[],
  names: RequestNames,
  asked: Asked,
): Found | undefined {
  const ready = readyDocument(document)
  const { caller, owner } = asked.question
  // "All resources" of a statement that names none ends at its own account (T-080).
  const elsewhere = ready.vocabulary === 'huawei' && caller.kind !== 'anonymous' && caller.account !== owner
  const found = allowsAbout(ready, group).find(
    (one) => !(elsewhere && one.resources === undefined) && matches(one, 'allow', names, asked),
  )
  return found && foundIn(name, found)
}

export interface FoundNaming {
  readonly naming: Naming
  readonly found: Found
}

/** Every Allow of a policy with principals that means this caller, for each group of the question's names. */
export function namingsOf({ name, document }: NamedPolicy, asked: Asked): readonly (readonly FoundNaming[])[] {
  const ready = readyDocument(document)
  const names = asked.names(ready.vocabulary)
  return names.groups.map((group) => {
    const meant: FoundNaming[] = []
    for (const one of allowsAbout(ready, group)) {
      const { principals } = one.statement
      const naming = principals && namedByAllow(principals, asked.question.caller)
      if (naming !== undefined && matches(one, 'allow', names, asked)) meant.push({ naming, found: foundIn(name, one) })
    }
    return meant
  })
}

function foundIn(policy: string, { statement: { sid, index } }: ReadyStatement): Found {
  return sid === undefined ? { policy, index } : { policy, sid, index }
}

function matches(ready: ReadyStatement, effect: 'allow' | 'deny', names: RequestNames, asked: Asked): boolean {
  return (
    matchesResource(ready, names, asked) &&
    ready.conditions.every((condition) => holds(condition, effect, asked.context))
  )
}

function lists({ actions }: ReadyStatement, name: string): boolean {
  return actions.some((glob) => matchesGlob(glob, name))
}

function allowsOneOf(ready: ReadyStatement, group: readonly string[]): boolean {
  return ready.statement.actions.negated
    ? group.every((name) => !lists(ready, name))
    : group.some((name) => lists(ready, name))
}

/** All but the listed (NotAction): spared is what has one of its names there, in each group. */
function deniesDeed(ready: ReadyStatement, { groups, wider }: RequestNames): boolean {
  const listed = (group: readonly string[]): boolean => group.some((name) => lists(ready, name))
  if (ready.statement.actions.negated) return !groups.every(listed)
  return groups.some(listed) || listed(wider)
}

/** One resource in several spellings: one of them is enough, and all but the listed means none of them. */
function matchesResource({ statement, resources }: ReadyStatement, names: RequestNames, { context }: Asked): boolean {
  if (resources === undefined) return true
  const negated = statement.resources?.negated ?? false
  let found = false
  for (const pattern of resources) {
    const filled = fillArnPattern(pattern, context)
    // "All but these" cannot be said while one of them is not known.
    if (filled === undefined && negated) return false
    if (filled !== undefined && names.resources.some((spelling) => matchesArn(filled, spelling))) found = true
  }
  return found !== negated
}

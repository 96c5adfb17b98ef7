import { arnFieldsOf, fillArnPattern, matchesArn } from './arn-pattern.ts'
import { holds } from './conditions.ts'
import type { NamedPolicy } from './document.ts'
import { matchesGlob } from './glob.ts'
import { namedByAllow, namedByDeny, type Naming } from './principals.ts'
import type { ContextValues, Question } from './question.ts'
import { readyDocument, type ReadyStatement } from './ready-document.ts'

/** A question made ready to be held against many statements. */
export interface Asked {
  readonly question: Question
  /** In lower case. */
  readonly action: string
  /** Undefined: it is no ARN, and only `*` matches it. */
  readonly resource: readonly string[] | undefined
  readonly context: ContextValues
}

/** The statement that said something. */
export interface Found {
  readonly policy: string
  readonly sid?: string
  readonly index: number
}

const NO_CONTEXT: ContextValues = () => undefined

export function askedOf(question: Question): Asked {
  return {
    question,
    action: question.action.toLowerCase(),
    resource: arnFieldsOf(question.resource),
    context: question.context ?? NO_CONTEXT,
  }
}

/** The first Deny of a policy that means this question. */
export function denyOf({ name, document }: NamedPolicy, asked: Asked): Found | undefined {
  for (const ready of readyDocument(document).denies) {
    const { principals } = ready.statement
    if (principals !== undefined && !namedByDeny(principals, asked.question.caller)) continue
    if (!ready.sound || matches(ready, 'deny', asked)) return foundIn(name, ready)
  }
  return undefined
}

/** The first Allow of a policy without principals that means this question. */
export function allowOf({ name, document }: NamedPolicy, asked: Asked): Found | undefined {
  const ready = readyDocument(document).allows.find((one) => one.sound && matches(one, 'allow', asked))
  return ready && foundIn(name, ready)
}

export interface FoundNaming {
  readonly naming: Naming
  readonly found: Found
}

/** Every Allow of a policy with principals that means this question and this caller. */
export function namingsOf({ name, document }: NamedPolicy, asked: Asked): readonly FoundNaming[] {
  const namings: FoundNaming[] = []
  for (const ready of readyDocument(document).allows) {
    const { principals } = ready.statement
    const naming = principals && namedByAllow(principals, asked.question.caller)
    if (naming !== undefined && ready.sound && matches(ready, 'allow', asked)) {
      namings.push({ naming, found: foundIn(name, ready) })
    }
  }
  return namings
}

function foundIn(policy: string, { statement: { sid, index } }: ReadyStatement): Found {
  return sid === undefined ? { policy, index } : { policy, sid, index }
}

function matches(ready: ReadyStatement, effect: 'allow' | 'deny', asked: Asked): boolean {
  return (
    matchesAction(ready, asked) &&
    matchesResource(ready, asked) &&
    ready.conditions.every((condition) => holds(condition, effect, asked.context))
  )
}

function matchesAction({ statement, actions }: ReadyStatement, { action }: Asked): boolean {
  return actions.some((glob) => matchesGlob(glob, action)) !== statement.actions.negated
}

function matchesResource({ statement, resources }: ReadyStatement, { resource, context }: Asked): boolean {
  if (resources === undefined) return true
  const negated = statement.resources?.negated ?? false
  let found = false
  for (const pattern of resources) {
    const filled = fillArnPattern(pattern, context)
    // "All but these" cannot be said while one of them is not known.
    if (filled === undefined && negated) return false
    if (filled !== undefined && matchesArn(filled, resource)) found = true
  }
  return found !== negated
}

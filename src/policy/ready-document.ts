import { arnPatternOf, type ArnPattern } from './arn-pattern.ts'
import { readyCondition, type ReadyCondition } from './conditions.ts'
import type { NameSet, PolicyDocument, Statement, Vocabulary } from './document.ts'
import { globOf, type Glob } from './glob.ts'
import { RESOURCE_FIELDS, vocabularyOf } from './names/request-names.ts'
import { piecesOf } from './template.ts'

/** A document made ready for questions: once for each document, however often it is asked. */
export interface ReadyDocument {
  readonly vocabulary: Vocabulary
  readonly denies: readonly ReadyStatement[]
  readonly allows: readonly ReadyStatement[]
  /** Statements by the names of what is asked: most of a long policy is about something else. */
  readonly about: Map<string, readonly ReadyStatement[]>
}

/** More names than a document is asked about: there are some hundreds of operations in each vocabulary. */
const MAX_NAMES = 1_024

/** Which statements of a document are about these names, found once. `name` has to tell the two effects apart. */
export function statementsAbout(
  { about }: ReadyDocument,
  name: string,
  find: () => readonly ReadyStatement[],
): readonly ReadyStatement[] {
  const known = about.get(name)
  if (known !== undefined) return known
  const found = find()
  if (about.size >= MAX_NAMES) about.clear()
  about.set(name, found)
  return found
}

export interface ReadyStatement {
  readonly statement: Statement
  readonly actions: readonly Glob[]
  /** Undefined: all of them, or what the policy hangs on. */
  readonly resources: readonly ArnPattern[] | undefined
  readonly conditions: readonly ReadyCondition[]
  /** False: a pattern in it is none, which a parser would have refused; an Allow does not match, a Deny does. */
  readonly sound: boolean
}

const READY = new WeakMap<PolicyDocument, ReadyDocument>()

export function readyDocument(document: PolicyDocument): ReadyDocument {
  const known = READY.get(document)
  if (known !== undefined) return known
  const vocabulary = vocabularyOf(document)
  const statements = document.statements.map((statement) => readyStatement(statement, document.variables, vocabulary))
  const ready: ReadyDocument = {
    vocabulary,
    denies: statements.filter(({ statement }) => statement.effect === 'deny'),
    allows: statements.filter(({ statement }) => statement.effect === 'allow'),
    about: new Map(),
  }
  READY.set(document, ready)
  return ready
}

function readyStatement(statement: Statement, variables: boolean, vocabulary: Vocabulary): ReadyStatement {
  const fields = RESOURCE_FIELDS[vocabulary]
  const resources = statement.resources?.patterns.map((pattern) => arnPatternOf(pattern, variables, fields))
  const known = resources?.filter((pattern) => pattern !== undefined)
  const own = (set: NameSet | undefined): boolean => set === undefined || set.vocabulary === vocabulary
  return {
    statement,
    actions: statement.actions.patterns.map(actionGlob),
    resources: known,
    conditions: statement.conditions.map((condition) => readyCondition(condition, variables)),
    sound: known?.length === resources?.length && own(statement.actions) && own(statement.resources),
  }
}

/** Actions are compared in lower case. */
export function actionGlob(pattern: string): Glob {
  return globOf(piecesOf(pattern.toLowerCase(), { variables: false, wildcards: true }) ?? [])
}

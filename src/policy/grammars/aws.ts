import { isJsonObject, type JsonObject, type JsonValue } from '../../operations/index.ts'
import { arnPatternOf } from '../arn-pattern.ts'
import { readyCondition } from '../conditions.ts'
import type { Condition, NameSet, PolicyDocument, PolicyUse, PrincipalSet, Statement } from '../document.ts'
import { POLICY_LIMITS } from '../limits.ts'
import type { PolicyScope } from '../parse.ts'
import { malformed } from '../policy-problem.ts'
import { awsOperator } from './aws-operators.ts'
import { awsPrincipals } from './aws-principals.ts'
import { requireAwsScope } from './aws-scope.ts'
import { conditionTexts, textsOf } from './aws-values.ts'

const VERSIONS = ['2008-10-17', '2012-10-17']
const WITH_VARIABLES = '2012-10-17'
const DOCUMENT_ELEMENTS = new Set(['Version', 'Id', 'Statement'])
const STATEMENT_ELEMENTS = new Set([
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
])
const IDENTITY_SID = /^[A-Za-z0-9]*$/
const ACTION = /^(?:\*|\*:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/
const CONDITION_KEY = /^[A-Za-z0-9-]+:[^\u0000-\u001f\u007f]+$/

/** AWS's policy language (IAM JSON policy grammar), strictly: what is not in it is refused. Names of elements have one spelling. */
export function parseAwsPolicy(use: PolicyUse, policy: JsonObject, scope: PolicyScope): PolicyDocument {
  requireElements(policy, DOCUMENT_ELEMENTS, 'the policy')
  const version = policy.get('Version') ?? '2008-10-17'
  if (typeof version !== 'string' || !VERSIONS.includes(version)) {
    return malformed('Version must be 2012-10-17 or 2008-10-17')
  }
  const id = policy.get('Id')
  if (id !== undefined && typeof id !== 'string') return malformed('Id must be a text')
  const variables = version === WITH_VARIABLES
  const value = policy.get('Statement')
  const items: readonly JsonValue[] = isJsonObject(value) ? [value] : Array.isArray(value) ? value : []
  if (items.length === 0) return malformed('Statement is missing or empty')
  const statements = items.map((item, index) => statementOf(item, index, use, variables))
  requireDifferentSids(statements)
  requireAwsScope(use, statements, scope)
  return { grammar: 'aws', variables, statements }
}

function statementOf(item: JsonValue, index: number, use: PolicyUse, variables: boolean): Statement {
  const name = `statement ${index}`
  if (!isJsonObject(item)) return malformed(`${name} must be an object`)
  requireElements(item, STATEMENT_ELEMENTS, name)
  const effect = effectOf(item.get('Effect'), name)
  const sid = sidOf(item.get('Sid'), use, name)
  const principals = principalsOf(item, effect, use, name)
  const actions = namesOf(item, 'Action', name)
  if (actions === undefined) return malformed(`${name} has no Action`)
  const wrong = actions.patterns.find((pattern) => !ACTION.test(pattern))
  if (wrong !== undefined) return malformed(`${name}: ${wrong} is no action`)
  const resources = resourcesOf(item, use, variables, name)
  return {
    ...(sid === undefined ? {} : { sid }),
    index,
    effect,
    ...(principals === undefined ? {} : { principals }),
    actions,
    ...(resources === undefined ? {} : { resources }),
    conditions: conditionsOf(item.get('Condition'), variables, name),
  }
}

function requireElements(object: JsonObject, known: ReadonlySet<string>, name: string): void {
  for (const element of object.keys()) {
    if (!known.has(element)) malformed(`${name} has an unknown element ${element}`)
  }
}

function effectOf(value: JsonValue | undefined, name: string): Statement['effect'] {
  if (value === 'Allow') return 'allow'
  if (value === 'Deny') return 'deny'
  return malformed(`${name}: Effect must be Allow or Deny`)
}

/** An empty one is none: consoles write it so. */
function sidOf(value: JsonValue | undefined, use: PolicyUse, name: string): string | undefined {
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string') return malformed(`${name}: Sid must be a text`)
  if (value.length > POLICY_LIMITS.sidCharacters) return malformed(`${name}: Sid is too long`)
  if ((use === 'identity' || use === 'session') && !IDENTITY_SID.test(value)) {
    return malformed(`${name}: Sid may have letters and digits only`)
  }
  return value
}

function requireDifferentSids(statements: readonly Statement[]): void {
  const seen = new Set<string>()
  for (const { sid } of statements) {
    if (sid !== undefined && seen.has(sid)) malformed(`Sid ${sid} comes twice`)
    if (sid !== undefined) seen.add(sid)
  }
}

function principalsOf(
  item: JsonObject,
  effect: Statement['effect'],
  use: PolicyUse,
  name: string,
): PrincipalSet | undefined {
  const [value, others] = [item.get('Principal'), item.get('NotPrincipal')]
  if (use === 'identity' || use === 'session') {
    if (value !== undefined || others !== undefined) malformed(`${name}: a policy of an identity has no Principal`)
    return undefined
  }
  if (value !== undefined && others !== undefined) return malformed(`${name} has both Principal and NotPrincipal`)
  if (value !== undefined) return { negated: false, entries: awsPrincipals(value, 'Principal') }
  if (others === undefined) return malformed(`${name} has no Principal`)
  if (effect === 'allow') return malformed(`${name}: NotPrincipal goes with Deny only`)
  return { negated: true, entries: awsPrincipals(others, 'NotPrincipal') }
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
function namesOf(item: JsonObject, element: 'Action' | 'Resource', name: string): NameSet | undefined {
  const [value, others] = [item.get(element), item.get(`Not${element}`)]
  if (value !== undefined && others !== undefined) return malformed(`${name} has both ${element} and Not${element}`)
  if (value !== undefined) return { vocabulary: 'aws', negated: false, patterns: textsOf(value, element) }
  if (others !== undefined) return { vocabulary: 'aws', negated: true, patterns: textsOf(others, `Not${element}`) }
  return undefined
}

/** Required where a policy does not hang on the one thing that it is about; forbidden where it can be about nothing else. */
function resourcesOf(item: JsonObject, use: PolicyUse, variables: boolean, name: string): NameSet | undefined {
  const resources = namesOf(item, 'Resource', name)
  if (use === 'trust') return resources === undefined ? undefined : malformed(`${name}: a trust policy has no Resource`)
  if (resources === undefined) return malformed(`${name} has no Resource`)
  for (const pattern of resources.patterns) {
    if (!isResource(pattern, variables)) malformed(`${name}: ${pattern} is neither an ARN nor "*"`)
  }
  return resources
}

/** The service of an ARN is said, and so are the words before it (IAM: vendor must be fully qualified). */
function isResource(pattern: string, variables: boolean): boolean {
  if (pattern === '*') return true
  const [start, , service] = pattern.split(':', 3)
  return start === 'arn' && /^[a-z0-9-]+$/.test(service ?? '') && arnPatternOf(pattern, variables) !== undefined
}

function conditionsOf(value: JsonValue | undefined, variables: boolean, name: string): readonly Condition[] {
  if (value === undefined) return []
  if (!isJsonObject(value)) return malformed(`${name}: Condition must be an object`)
  return [...value].flatMap(([operatorName, keys]) => {
    const shape = awsOperator(operatorName)
    if (shape === undefined) return malformed(`${name}: there is no condition operator ${operatorName}`)
    if (!isJsonObject(keys)) return malformed(`${name}: ${operatorName} must be an object`)
    const conditions = [...keys].map(([key, values]) =>
      conditionOf(shape, key, values, `${name}: ${operatorName} ${key}`),
    )
    const wrong = conditions.find((condition) => readyCondition(condition, variables).values === undefined)
    if (wrong !== undefined) return malformed(`${name}: ${wrong.key} has a value that ${operatorName} cannot have`)
    return conditions
  })
}

function conditionOf(
  shape: Omit<Condition, 'key' | 'values'>,
  key: string,
  values: JsonValue,
  name: string,
): Condition {
  if (!CONDITION_KEY.test(key)) return malformed(`${name} is no condition key`)
  return { ...shape, key: key.toLowerCase(), values: conditionTexts(values, name) }
}

import { isJsonObject, type JsonObject, type JsonValue } from '../../operations/index.ts'
import { readyCondition } from '../conditions.ts'
import type { Condition, NameSet, PolicyDocument, PolicyUse, PrincipalSet, Statement } from '../document.ts'
import { globOf, matchesGlob } from '../glob.ts'
import { POLICY_LIMITS } from '../limits.ts'
import type { PolicyScope } from '../parse.ts'
import { malformed } from '../policy-problem.ts'
import { piecesOf } from '../template.ts'
import { conditionTexts, textsOf } from './aws-values.ts'
import { canonicalValue } from './canonical-keys.ts'
import type { Language, Operator } from './language.ts'

/** A policy of one of the vendors' languages, strictly. */
export function readStatements(
  language: Language,
  use: PolicyUse,
  policy: JsonObject,
  scope: PolicyScope,
): PolicyDocument {
  const { grammar } = language
  if (!language.uses.includes(use)) return malformed(`the language of ${grammar} has no policies of kind ${use}`)
  const document = elementsOf(policy, language, language.documentElements, 'the policy')
  requireVersion(language, document.get('version'))
  const value = document.get('statement')
  const items: readonly JsonValue[] = isJsonObject(value) ? [value] : Array.isArray(value) ? value : []
  if (items.length === 0) return malformed('Statement is missing or empty')
  const above = document.get('principal')
  const statements = items.map((item, index) => statementOf(language, use, item, index, above))
  if (scope.bucket !== undefined) requireBucket(language, statements, scope.bucket)
  return { grammar, variables: false, statements }
}

type Elements = ReadonlyMap<string, JsonValue>

/** Members by their names in lower case; refuses what the language does not have, and a name that comes twice. */
function elementsOf(object: JsonObject, { foldsElements }: Language, known: readonly string[], name: string): Elements {
  const elements = new Map<string, JsonValue>()
  for (const [key, value] of object) {
    const spelled = foldsElements ? key.toLowerCase() : key
    if (!known.includes(spelled)) malformed(`${name} has an unknown element ${key}`)
    const folded = spelled.toLowerCase()
    if (elements.has(folded)) malformed(`${name} has ${key} twice`)
    elements.set(folded, value)
  }
  return elements
}

function requireVersion({ versions, versionRequired }: Language, version: JsonValue | undefined): void {
  if (version === undefined && !versionRequired) return
  if (typeof version !== 'string' || !versions.includes(version)) malformed(`Version must be ${versions.join(' or ')}`)
}

function statementOf(
  language: Language,
  use: PolicyUse,
  item: JsonValue,
  index: number,
  above: JsonValue | undefined,
): Statement {
  const name = `statement ${index}`
  if (!isJsonObject(item)) return malformed(`${name} must be an object`)
  const elements = elementsOf(item, language, language.statementElements, name)
  const effect = effectOf(language, elements.get('effect'), name)
  const sid = sidOf(elements.get('sid'), name)
  const principals = use === 'bucket' ? principalsOf(language, elements, effect, above, name) : undefined
  const actions = namesOf(language, elements, 'action', language.actionOf, name)
  if (actions === undefined) return malformed(`${name} has no Action`)
  const resources = namesOf(language, elements, 'resource', language.resourceOf, name)
  if (resources === undefined && language.resourcesRequired) return malformed(`${name} has no Resource`)
  return {
    ...(sid === undefined ? {} : { sid }),
    index,
    effect,
    ...(principals === undefined ? {} : { principals }),
    actions,
    ...(resources === undefined ? {} : { resources }),
    conditions: conditionsOf(language, elements.get('condition'), name),
  }
}

function effectOf({ effects }: Language, value: JsonValue | undefined, name: string): Statement['effect'] {
  const effect = typeof value === 'string' ? effects.get(value) : undefined
  return effect ?? malformed(`${name}: Effect must be ${[...effects.keys()].join(' or ')}`)
}

function sidOf(value: JsonValue | undefined, name: string): string | undefined {
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string') return malformed(`${name}: Sid must be a text`)
  return value.length > POLICY_LIMITS.sidCharacters ? malformed(`${name}: Sid is too long`) : value
}

function principalsOf(
  { principalsOf: read }: Language,
  elements: Elements,
  effect: Statement['effect'],
  above: JsonValue | undefined,
  name: string,
): PrincipalSet {
  const [value = above, others] = [elements.get('principal'), elements.get('notprincipal')]
  if (read === undefined) return malformed(`${name}: the language knows no Principal`)
  if (value !== undefined && others !== undefined) return malformed(`${name} has both Principal and NotPrincipal`)
  if (value !== undefined) return { negated: false, entries: read(value, 'Principal') }
  if (others === undefined) return malformed(`${name} has no Principal`)
  if (effect === 'allow') return malformed(`${name}: NotPrincipal goes with Deny only`)
  return { negated: true, entries: read(others, 'NotPrincipal') }
}

function namesOf(
  { vocabulary }: Language,
  elements: Elements,
  element: 'action' | 'resource',
  patternOf: (text: string) => string | undefined,
  name: string,
): NameSet | undefined {
  const [value, others] = [elements.get(element), elements.get(`not${element}`)]
  if (value !== undefined && others !== undefined) return malformed(`${name} has both ${element} and not${element}`)
  const given = value ?? others
  if (given === undefined) return undefined
  const patterns = textsOf(given, element).map(
    (text) => patternOf(text) ?? malformed(`${name}: ${text} is no ${element} of this language`),
  )
  return { vocabulary, negated: value === undefined, patterns }
}

function conditionsOf(language: Language, value: JsonValue | undefined, name: string): readonly Condition[] {
  if (value === undefined) return []
  if (!isJsonObject(value)) return malformed(`${name}: Condition must be an object`)
  return [...value].flatMap(([operatorName, keys]) => {
    const operator = language.operatorOf(operatorName)
    if (operator === undefined) return malformed(`${name}: there is no condition operator ${operatorName}`)
    if (!isJsonObject(keys)) return malformed(`${name}: ${operatorName} must be an object`)
    return [...keys].map(([key, values]) => {
      const at = `${name}: ${operatorName} ${key}`
      const canonical = language.keyOf(key) ?? malformed(`${at}: there is no such condition key`)
      return conditionOf(operator, canonical, conditionTexts(values, at), at)
    })
  })
}

function conditionOf({ affix, ...shape }: Operator, key: string, texts: readonly string[], name: string): Condition {
  const values = texts.map((text) => {
    const value = canonicalValue(key, text)
    if (affix === undefined) return value
    // The language gives no way to write a star that is one.
    if (/[*?]/.test(value)) return malformed(`${name}: wildcards cannot be meant here`)
    return affix === 'start' ? `${value}*` : `*${value}`
  })
  const condition = { ...shape, key, values }
  if (readyCondition(condition, false).values === undefined) malformed(`${name} has a value that it cannot have`)
  return condition
}

function requireBucket({ bucketOf }: Language, statements: readonly Statement[], bucket: string): void {
  if (bucketOf === undefined) return
  for (const { resources, index } of statements) {
    for (const pattern of resources?.patterns ?? []) {
      const glob = globOf(piecesOf(bucketOf(pattern), { variables: false, wildcards: true }) ?? [])
      if (!matchesGlob(glob, bucket)) malformed(`statement ${index}: ${pattern} is not of this bucket`)
    }
  }
}

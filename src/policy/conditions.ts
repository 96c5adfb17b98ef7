import { arnFieldsOf, arnPatternOf, fillArnPattern, matchesArn } from './arn-pattern.ts'
import { bytesOf, instantOf, numberOf, truthOf } from './condition-values.ts'
import type { Condition, ConditionOperator } from './document.ts'
import { globOf, matchesGlob } from './glob.ts'
import { ipRangeOf, isInRange } from './ip-address.ts'
import type { ContextValues } from './question.ts'
import { fill, hasVariables, piecesOf } from './template.ts'

/** Whether one value of the request is the one meant. */
type Test = (value: string) => boolean

/** A value of the policy, made ready. `undefined` from `fill`: a variable has no value in this request. */
type Value = { readonly test: Test } | { readonly fill: (valueOf: ContextValues) => Test | undefined }

/** A condition, made ready. */
export interface ReadyCondition {
  readonly condition: Condition
  /** Undefined: nobody knows what it means, so an Allow does not match and a Deny does. */
  readonly values: readonly Value[] | undefined
}

type CompareOperator = Extract<ConditionOperator, `${'numeric' | 'date'}-${string}`>

/** What a value of the policy becomes, by operator; undefined for a value that the operator cannot have. */
function valueOf(operator: ConditionOperator, text: string, variables: boolean): Value | undefined {
  switch (operator) {
    case 'string-equals':
      return textValue(text, { variables, wildcards: false }, (value) => value)
    case 'string-equals-ignore-case':
      return textValue(text, { variables, wildcards: false }, (value) => value.toLowerCase())
    case 'string-like':
      return textValue(text, { variables, wildcards: true }, (value) => value)
    case 'arn-like':
      return arnValue(text, variables)
    case 'ip-address': {
      const range = ipRangeOf(text)
      return range && { test: (value) => isInRange(value, range) }
    }
    case 'bool':
      return equalTo(truthOf, text)
    case 'null':
      return equalTo(truthOf, text)
    case 'binary-equals':
      return equalTo(bytesOf, text)
    case 'unknown':
      return undefined
    default:
      return compared(operator, text)
  }
}

function textValue(
  text: string,
  rules: { readonly variables: boolean; readonly wildcards: boolean },
  fold: (value: string) => string,
): Value | undefined {
  const pieces = piecesOf(text, rules)
  if (pieces === undefined) return undefined
  const testOf = (filled: typeof pieces): Test => {
    const glob = globOf(filled.map((piece) => (piece.kind === 'text' ? { ...piece, text: fold(piece.text) } : piece)))
    return (value) => matchesGlob(glob, fold(value))
  }
  if (!hasVariables(pieces)) return { test: testOf(pieces) }
  return {
    fill: (values) => {
      const filled = fill(pieces, values)
      return filled && testOf(filled)
    },
  }
}

function arnValue(text: string, variables: boolean): Value | undefined {
  const pattern = arnPatternOf(text, variables)
  if (pattern === undefined) return undefined
  if (pattern.kind !== 'variables') return { test: (value) => matchesArn(pattern, arnFieldsOf(value)) }
  return {
    fill: (values) => {
      const filled = fillArnPattern(pattern, values)
      return filled && ((value) => matchesArn(filled, arnFieldsOf(value)))
    },
  }
}

function equalTo(read: (text: string) => string | boolean | undefined, text: string): Value | undefined {
  const wanted = read(text)
  return wanted === undefined ? undefined : { test: (value: string) => read(value) === wanted }
}

const COMPARISONS: Readonly<Record<CompareOperator, (value: number, wanted: number) => boolean>> = {
  'numeric-equals': (value, wanted) => value === wanted,
  'numeric-less-than': (value, wanted) => value < wanted,
  'numeric-less-than-equals': (value, wanted) => value <= wanted,
  'numeric-greater-than': (value, wanted) => value > wanted,
  'numeric-greater-than-equals': (value, wanted) => value >= wanted,
  'date-equals': (value, wanted) => value === wanted,
  'date-less-than': (value, wanted) => value < wanted,
  'date-less-than-equals': (value, wanted) => value <= wanted,
  'date-greater-than': (value, wanted) => value > wanted,
  'date-greater-than-equals': (value, wanted) => value >= wanted,
}

function compared(operator: CompareOperator, text: string): Value | undefined {
  const read = operator.startsWith('date-') ? instantOf : numberOf
  const wanted = read(text)
  const holds = COMPARISONS[operator]
  if (wanted === undefined) return undefined
  return {
    test: (text) => {
      const value = read(text)
      return value !== undefined && holds(value, wanted)
    },
  }
}

/** `values` is undefined where one of the values is none of its operator's: a policy with it is refused when it is put. */
export function readyCondition(condition: Condition, variables: boolean): ReadyCondition {
  const values: Value[] = []
  for (const text of condition.values) {
    const value = valueOf(condition.operator, text, variables)
    if (value === undefined) return { condition, values: undefined }
    values.push(value)
  }
  return { condition, values }
}

/** Whether a condition holds; the rules for missing keys are those of IAM's condition operators. */
export function holds(
  { condition, values }: ReadyCondition,
  effect: 'allow' | 'deny',
  context: ContextValues,
): boolean {
  if (values === undefined) return effect === 'deny'
  const { quantifier, operator, negated, ifExists, key } = condition
  const asked = context(key) ?? []
  if (operator === 'null') return values.some((value) => 'test' in value && value.test(String(asked.length === 0)))
  if (asked.length === 0) {
    if (ifExists || quantifier === 'for-all-values') return true
    return quantifier === undefined && negated
  }
  const tests: Test[] = []
  for (const value of values) {
    const test = 'test' in value ? value.test : value.fill(context)
    if (test !== undefined) tests.push(test)
    // "Differs from all of them" cannot be said while one of them is not known.
    else if (negated) return false
  }
  const isMeant: Test = (value) => tests.some((test) => test(value))
  if (quantifier === undefined) return asked.some(isMeant) !== negated
  const fits: Test = (value) => isMeant(value) !== negated
  return quantifier === 'for-any-value' ? asked.some(fits) : asked.every(fits)
}

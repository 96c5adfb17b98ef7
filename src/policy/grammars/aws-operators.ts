import type { Condition, ConditionOperator } from '../document.ts'

type OperatorShape = Pick<Condition, 'operator' | 'negated' | 'ifExists' | 'quantifier'>

/** The names of IAM's condition operators (IAM User Guide, condition operators). Their case counts. */
const OPERATORS: ReadonlyMap<string, readonly [ConditionOperator, negated: boolean]> = new Map([
  ['StringEquals', ['string-equals', false]],
  ['StringNotEquals', ['string-equals', true]],
  ['StringEqualsIgnoreCase', ['string-equals-ignore-case', false]],
  ['StringNotEqualsIgnoreCase', ['string-equals-ignore-case', true]],
  ['StringLike', ['string-like', false]],
  ['StringNotLike', ['string-like', true]],
  ['NumericEquals', ['numeric-equals', false]],
  ['NumericNotEquals', ['numeric-equals', true]],
  ['NumericLessThan', ['numeric-less-than', false]],
  ['NumericLessThanEquals', ['numeric-less-than-equals', false]],
  ['NumericGreaterThan', ['numeric-greater-than', false]],
  ['NumericGreaterThanEquals', ['numeric-greater-than-equals', false]],
  ['DateEquals', ['date-equals', false]],
  ['DateNotEquals', ['date-equals', true]],
  ['DateLessThan', ['date-less-than', false]],
  ['DateLessThanEquals', ['date-less-than-equals', false]],
  ['DateGreaterThan', ['date-greater-than', false]],
  ['DateGreaterThanEquals', ['date-greater-than-equals', false]],
  ['Bool', ['bool', false]],
  ['BinaryEquals', ['binary-equals', false]],
  ['IpAddress', ['ip-address', false]],
  ['NotIpAddress', ['ip-address', true]],
  ['ArnEquals', ['arn-like', false]],
  ['ArnLike', ['arn-like', false]],
  ['ArnNotEquals', ['arn-like', true]],
  ['ArnNotLike', ['arn-like', true]],
  ['Null', ['null', false]],
])

const QUANTIFIERS = [
  ['ForAnyValue:', 'for-any-value'],
  ['ForAllValues:', 'for-all-values'],
] as const
const IF_EXISTS = 'IfExists'

/** Undefined: there is no such operator. `Null` asks for existence itself, so it has neither suffix nor prefix. */
export function awsOperator(name: string): OperatorShape | undefined {
  const [prefix = '', quantifier] = QUANTIFIERS.find(([start]) => name.startsWith(start)) ?? []
  const ifExists = name.endsWith(IF_EXISTS)
  const base = name.slice(prefix.length, ifExists ? -IF_EXISTS.length : undefined)
  const [operator, negated] = OPERATORS.get(base) ?? []
  if (operator === undefined || negated === undefined) return undefined
  if (operator === 'null' && base !== name) return undefined
  return { operator, negated, ifExists, ...(quantifier === undefined ? {} : { quantifier }) }
}

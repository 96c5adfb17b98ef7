import { isJsonObject, type JsonValue } from '../../operations/index.ts'
import type { ConditionOperator, PrincipalEntry } from '../document.ts'
import { malformed } from '../policy-problem.ts'
import { textsOf } from './aws-values.ts'
import { headerKey, keyBy } from './canonical-keys.ts'
import type { Language, Operator } from './language.ts'

const ACTION = /^(?:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/

const OPERATORS: ReadonlyMap<string, readonly [ConditionOperator, negated: boolean]> = new Map([
  ['string_equal', ['string-equals', false]],
  ['string_not_equal', ['string-equals', true]],
  ['string_equal_ignore_case', ['string-equals-ignore-case', false]],
  ['string_not_equal_ignore_case', ['string-equals-ignore-case', true]],
  ['string_like', ['string-like', false]],
  ['string_not_like', ['string-like', true]],
  ['numeric_equal', ['numeric-equals', false]],
  ['numeric_not_equal', ['numeric-equals', true]],
  ['numeric_less_than', ['numeric-less-than', false]],
  ['numeric_less_than_equal', ['numeric-less-than-equals', false]],
  ['numeric_greater_than', ['numeric-greater-than', false]],
  ['numeric_greater_than_equal', ['numeric-greater-than-equals', false]],
  ['date_equal', ['date-equals', false]],
  ['date_not_equal', ['date-equals', true]],
  ['date_less_than', ['date-less-than', false]],
  ['date_less_than_equal', ['date-less-than-equals', false]],
  ['date_greater_than', ['date-greater-than', false]],
  ['date_greater_than_equal', ['date-greater-than-equals', false]],
  ['bool_equal', ['bool', false]],
  ['ip_equal', ['ip-address', false]],
  ['ip_not_equal', ['ip-address', true]],
  ['null_equal', ['null', false]],
])
const QUANTIFIERS = [
  ['for_any_value:', 'for-any-value'],
  ['for_all_value:', 'for-all-values'],
] as const
const IF_EXIST = '_if_exist'

const KEYS: ReadonlyMap<string, string> = new Map([
  ['qcs:ip', 'aws:sourceip'],
  ['qcs:current_time', 'aws:currenttime'],
  ['cos:secure-transport', 'aws:securetransport'],
  ['vpc:requester_vpc', 'aws:sourcevpc'],
  ['cos:tls-version', 's3:tlsversion'],
  ['cos:versionid', 's3:versionid'],
  ['cos:prefix', 's3:prefix'],
  ['cos:delimiter', 's3:delimiter'],
  ['cos:max-keys', 's3:max-keys'],
])
const TAG_KEYS: ReadonlyMap<string, string> = new Map([
  ['qcs:resource_tag/', 'aws:resourcetag/'],
  ['qcs:request_tag/', 'aws:requesttag/'],
])

/** Tencent Cloud's CAM, version 2.0; the case of element names does not count (CAM element reference). */
export const CAM: Language = {
  grammar: 'cam',
  vocabulary: 'cam',
  uses: ['identity', 'session'],
  versions: ['2.0'],
  versionRequired: true,
  foldsElements: true,
  documentElements: ['version', 'statement'],
  statementElements: ['sid', 'effect', 'action', 'notaction', 'resource', 'notresource', 'condition'],
  effects: new Map([
    ['allow', 'allow'],
    ['deny', 'deny'],
    ['Allow', 'allow'],
    ['Deny', 'deny'],
  ]),
  resourcesRequired: true,
  actionOf: (text) => {
    const bare = text.replace(/^name\//, '')
    return ACTION.test(bare) ? bare.toLowerCase() : undefined
  },
  resourceOf: qcsPattern,
  operatorOf: camOperator,
  keyOf: (name) => {
    const lower = name.toLowerCase()
    const header = lower.startsWith('cos:') ? headerKey(lower.slice('cos:'.length)) : undefined
    return header ?? keyBy(KEYS, TAG_KEYS, lower)
  },
}

/** The policy of a COS bucket: CAM's language, with principals; the SDK leaves its version out. */
export const COS_BUCKET: Language = {
  ...CAM,
  grammar: 'cos-bucket',
  uses: ['bucket'],
  versionRequired: false,
  documentElements: [...CAM.documentElements, 'principal'],
  statementElements: [...CAM.statementElements, 'principal', 'notprincipal'],
  principalsOf: camPrincipals,
}

/** `qcs:project:service:region:account:resource`; empty project, region and account are any. */
function qcsPattern(text: string): string | undefined {
  if (text === '*') return text
  const [head, , service = '', region = '', account = '', ...resource] = text.split(':')
  if (head !== 'qcs' || resource.length === 0 || !/^[a-z0-9-]+$/.test(service)) return undefined
  return ['qcs', '*', service, region || '*', account || '*', resource.join(':')].join(':')
}

function camOperator(name: string): Operator | undefined {
  const [prefix = '', quantifier] = QUANTIFIERS.find(([start]) => name.startsWith(start)) ?? []
  const ifExists = name.endsWith(IF_EXIST)
  const base = name.slice(prefix.length, ifExists ? -IF_EXIST.length : undefined)
  const [operator, negated] = OPERATORS.get(base) ?? []
  if (operator === undefined || negated === undefined) return undefined
  if (operator === 'null' && base !== name) return undefined
  return { operator, negated, ifExists, ...(quantifier === undefined ? {} : { quantifier }) }
}

const PERSON = /^qcs::cam::uin\/(\d{1,20}):uin\/(\d{1,20}|\*)$/
const EVERYONE = new Set(['*', 'qcs::cam::anyone:anyone', 'qcs::cam::anonymous:anonymous'])

function camPrincipals(value: JsonValue, element: string): readonly PrincipalEntry[] {
  if (value === '*') return [{ kind: 'everyone' }]
  if (!isJsonObject(value)) return malformed(`${element} must be "*" or an object`)
  const entries = [...value].flatMap(([kind, names]) => {
    if (kind.toLowerCase() !== 'qcs') return malformed(`${element} has no kind ${kind}`)
    return textsOf(names, element).map(camPrincipal)
  })
  return entries.length === 0 ? malformed(`${element} is empty`) : entries
}

/** The owner of an account is the account; whom another number stands for is known after binding. */
function camPrincipal(name: string): PrincipalEntry {
  if (EVERYONE.has(name)) return { kind: 'everyone' }
  const [, owner, person] = PERSON.exec(name) ?? []
  if (owner === undefined || person === undefined) return malformed(`Invalid principal in policy: ${name}`)
  const whole = person === owner || person === '*'
  return whole && /^\d{12}$/.test(owner) ? { kind: 'account', account: owner } : { kind: 'canonical-user', id: name }
}

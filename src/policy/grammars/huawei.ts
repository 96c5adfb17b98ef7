import { isJsonObject, type JsonValue } from '../../operations/index.ts'
import type { ConditionOperator, PrincipalEntry } from '../document.ts'
import { malformed } from '../policy-problem.ts'
import { awsOperator } from './aws-operators.ts'
import { textsOf } from './aws-values.ts'
import { headerKey, keyBy } from './canonical-keys.ts'
import type { Language, Operator } from './language.ts'

const ACTION = /^(?:\*|[A-Za-z0-9-]+:(?:[A-Za-z0-9*]+:)?[A-Za-z0-9*:]+)$/
const RESOURCE = /^[A-Za-z0-9-]+:[^:]*:[^:]*:[^:]+:.+$/

const AFFIXES = [
  ['StringStartWith', 'start', false],
  ['StringEndWith', 'end', false],
  ['StringNotStartWith', 'start', true],
  ['StringNotEndWith', 'end', true],
] as const
const OTHER_NAMES: ReadonlyMap<string, readonly [ConditionOperator, negated: boolean]> = new Map([
  ['StringMatch', ['string-like', false]],
  ['StringNotMatch', ['string-like', true]],
  ['NumberEquals', ['numeric-equals', false]],
  ['NumberNotEquals', ['numeric-equals', true]],
  ['NumberLessThan', ['numeric-less-than', false]],
  ['NumberLessThanEquals', ['numeric-less-than-equals', false]],
  ['NumberGreaterThan', ['numeric-greater-than', false]],
  ['NumberGreaterThanEquals', ['numeric-greater-than-equals', false]],
  ['IsNullOrEmpty', ['null', false]],
])
const OPERATOR = /^(?:String|Numeric|Date|Bool|IpAddress|NotIpAddress)/

const KEYS: ReadonlyMap<string, string> = new Map([
  ['g:sourceip', 'aws:sourceip'],
  ['g:currenttime', 'aws:currenttime'],
  ['g:mfapresent', 'aws:multifactorauthpresent'],
  ['g:username', 'aws:username'],
  ['g:userid', 'aws:userid'],
  ['g:useragent', 'aws:useragent'],
  ['g:securetransport', 'aws:securetransport'],
  ['g:requestedregion', 'aws:requestedregion'],
  ['obs:sourceip', 'aws:sourceip'],
  ['obs:currenttime', 'aws:currenttime'],
  ['obs:epochtime', 'aws:epochtime'],
  ['obs:securetransport', 'aws:securetransport'],
  ['obs:useragent', 'aws:useragent'],
  ['obs:referer', 'aws:referer'],
  ['obs:tlsversion', 's3:tlsversion'],
  ['obs:prefix', 's3:prefix'],
  ['obs:delimiter', 's3:delimiter'],
  ['obs:max-keys', 's3:max-keys'],
  ['obs:versionid', 's3:versionid'],
  ['obs:acl', 's3:x-amz-acl'],
  ['obs:copy-source', 's3:x-amz-copy-source'],
  ['obs:metadata-directive', 's3:x-amz-metadata-directive'],
])
const TAG_KEYS: ReadonlyMap<string, string> = new Map([
  ['g:resourcetag/', 'aws:resourcetag/'],
  ['g:requesttag/', 'aws:requesttag/'],
])

/** Huawei Cloud's IAM: 1.1, the whole services of 1.0, and 5.0, which has the same grammar. */
export const HUAWEI: Language = {
  grammar: 'huawei',
  vocabulary: 'huawei',
  uses: ['identity', 'session'],
  versions: ['1.1', '1.0', '5.0'],
  versionRequired: true,
  foldsElements: false,
  documentElements: ['Version', 'Statement'],
  statementElements: ['Effect', 'Action', 'Resource', 'Condition'],
  effects: new Map([
    ['Allow', 'allow'],
    ['Deny', 'deny'],
  ]),
  resourcesRequired: false,
  actionOf: (text) => (ACTION.test(text) ? text.toLowerCase() : undefined),
  resourceOf: (text) => (text === '*' || RESOURCE.test(text) ? text : undefined),
  operatorOf: huaweiOperator,
  keyOf: huaweiKey,
}

/** The policy of an OBS bucket: bare names, or S3's own (OBS bucket policies). */
export const OBS_BUCKET: Language = {
  ...HUAWEI,
  grammar: 'obs-bucket',
  uses: ['bucket'],
  versions: ['2008-10-17', '2012-10-17', '1.1'],
  versionRequired: false,
  documentElements: ['Version', 'Id', 'Statement'],
  statementElements: [
    ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
  ],
  resourcesRequired: true,
  actionOf: (text) => {
    const bare = text.replace(/^s3:/i, '')
    if (!/^[A-Za-z0-9*]+$/.test(bare)) return undefined
    return bare === '*' ? 'obs:*' : `obs:*:${bare.toLowerCase()}`
  },
  resourceOf: obsResource,
  keyOf: (name) => huaweiKey(name.includes(':') ? name : `obs:${name}`),
  principalsOf: obsPrincipals,
  bucketOf: (resource) => (resource.split(':', 5)[4] ?? resource).split('/', 1)[0] ?? '',
}

function huaweiOperator(name: string): Operator | undefined {
  // The vendor's own example misspells the suffix.
  const ifExists = /IfEx(?:is|si)ts$/.test(name)
  const base = name.replace(/IfEx(?:is|si)ts$/, '')
  const affix = AFFIXES.find(([known]) => known === base)
  if (affix !== undefined) return { operator: 'string-like', negated: affix[2], ifExists, affix: affix[1] }
  const [operator, negated] = OTHER_NAMES.get(base) ?? []
  if (operator !== undefined && negated !== undefined) {
    return operator === 'null' && ifExists ? undefined : { operator, negated, ifExists }
  }
  return OPERATOR.test(base) ? awsOperator(`${base}${ifExists ? 'IfExists' : ''}`) : undefined
}

function huaweiKey(name: string): string | undefined {
  const lower = name.toLowerCase()
  const header = lower.startsWith('obs:') ? headerKey(lower.slice('obs:'.length)) : undefined
  // The face of OBS that speaks S3 has S3's keys.
  const s3 = lower.startsWith('s3:') || lower.startsWith('aws:') ? lower : undefined
  return header ?? keyBy(KEYS, TAG_KEYS, lower) ?? s3
}

/** `bucket`, `bucket/prefix*`, or S3's ARN of it. */
function obsResource(text: string): string | undefined {
  const bare = text.replace(/^arn:aws:s3:::/, '')
  if (bare === '*') return '*'
  if (bare === '' || /^arn:/.test(bare)) return undefined
  return `obs:*:*:${bare.includes('/') ? 'object' : 'bucket'}:${bare}`
}

const DOMAIN = /^domain\/([^:/*]+)(?::(?:(user)\/(\*|[^:/*]+)|agency\/([^:/*]+)))?$/

function obsPrincipals(value: JsonValue, element: string): readonly PrincipalEntry[] {
  if (value === '*') return [{ kind: 'everyone' }]
  if (!isJsonObject(value)) return malformed(`${element} must be "*" or an object`)
  const entries = [...value].flatMap(([kind, names]) => {
    if (kind === 'Service') return textsOf(names, element).map((name): PrincipalEntry => ({ kind: 'service', name }))
    if (kind !== 'ID') return malformed(`${element} has no kind ${kind}`)
    return textsOf(names, element).map(obsPrincipal)
  })
  return entries.length === 0 ? malformed(`${element} is empty`) : entries
}

/** A domain is an account; people are known by their ids; whom another name stands for is known after binding. */
function obsPrincipal(name: string): PrincipalEntry {
  if (name === '*') return { kind: 'everyone' }
  const found = DOMAIN.exec(name)
  if (found === null) return malformed(`Invalid principal in policy: ${name}`)
  const [, domain = '', user, id] = found
  if (user !== undefined && id !== undefined && id !== '*') return { kind: 'principal', arn: name, id }
  const wholeDomain = id === '*' || name === `domain/${domain}`
  // Coffer shows its accounts as domains of 32 characters: their digits, with zeros before them.
  const account = /^(?:0{20})?(\d{12})$/.exec(domain)?.[1]
  if (wholeDomain && account !== undefined) return { kind: 'account', account }
  return { kind: 'canonical-user', id: name }
}

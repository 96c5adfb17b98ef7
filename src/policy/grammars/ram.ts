import { isJsonObject, type JsonValue } from '../../operations/index.ts'
import type { PrincipalEntry } from '../document.ts'
import { malformed } from '../policy-problem.ts'
import { awsOperator } from './aws-operators.ts'
import { textsOf } from './aws-values.ts'
import { headerKey, keyBy } from './canonical-keys.ts'
import type { Language } from './language.ts'

const ACTION = /^(?:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/
/** The page of OSS spells two so in its prose; in a policy they mean the actions that there are (OSS-56, OSS-58). */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['kms:listalias', 'kms:listaliases'],
  ['kms:describekeys', 'kms:describekey'],
])

/** RAM knows no sets, no ARNs and no bytes. */
const OPERATOR = /^(?:String|Numeric|Date|Bool|IpAddress|NotIpAddress)/

const KEYS: ReadonlyMap<string, string> = new Map([
  ['acs:sourceip', 'aws:sourceip'],
  ['acs:sourcevpc', 'aws:sourcevpc'],
  ['acs:useragent', 'aws:useragent'],
  ['acs:currenttime', 'aws:currenttime'],
  ['acs:securetransport', 'aws:securetransport'],
  ['acs:mfapresent', 'aws:multifactorauthpresent'],
  ['oss:prefix', 's3:prefix'],
  ['oss:delimiter', 's3:delimiter'],
  ['oss:tlsversion', 's3:tlsversion'],
])
const TAG_KEYS: ReadonlyMap<string, string> = new Map([
  ['acs:resourcetag/', 'aws:resourcetag/'],
  ['acs:requesttag/', 'aws:requesttag/'],
  ['oss:buckettag/', 'aws:resourcetag/'],
  ['kms:tag/', 'aws:resourcetag/'],
  ['oss:existingobjecttag/', 's3:existingobjecttag/'],
  ['oss:requestobjecttag/', 's3:requestobjecttag/'],
])

/** Alibaba Cloud's RAM, version 1, for people (RAM policy structure and grammar). */
export const RAM: Language = {
  grammar: 'ram',
  vocabulary: 'ram',
  uses: ['identity', 'session'],
  versions: ['1'],
  versionRequired: true,
  foldsElements: false,
  documentElements: ['Version', 'Statement'],
  statementElements: ['Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
  effects: new Map([
    ['Allow', 'allow'],
    ['Deny', 'deny'],
  ]),
  resourcesRequired: true,
  actionOf: (text) => {
    if (!ACTION.test(text)) return undefined
    const lower = text.toLowerCase()
    return SYNONYMS.get(lower) ?? lower
  },
  resourceOf: acsPattern,
  operatorOf: (name) => (OPERATOR.test(name) ? awsOperator(name) : undefined),
  keyOf: (name) => {
    const lower = name.toLowerCase()
    const header = lower.startsWith('oss:') ? headerKey(lower.slice('oss:'.length)) : undefined
    return header ?? keyBy(KEYS, TAG_KEYS, lower)
  },
}

/** The policy of an OSS bucket: RAM's language, with principals. */
export const OSS_BUCKET: Language = {
  ...RAM,
  grammar: 'oss-bucket',
  uses: ['bucket'],
  statementElements: [...RAM.statementElements, 'Sid', 'Principal', 'NotPrincipal'],
  principalsOf: ramPrincipals,
  bucketOf: (resource) => (resource.split(':', 5)[4] ?? resource).split('/', 1)[0] ?? '',
}

/** `acs:service:region:account:relative`; an empty region or account is any, and `oss-` before a region says nothing. */
function acsPattern(text: string): string | undefined {
  if (text === '*') return text
  const [head, service = '', region = '', account = '', ...relative] = text.split(':')
  if (head !== 'acs' || relative.length === 0 || !/^(?:\*|[a-z0-9-]+)$/.test(service)) return undefined
  const fields = [service, region.replace(/^oss-/, '') || '*', account || '*', relative.join(':')]
  return ['acs', ...fields].join(':')
}

const UID = /^\d{1,20}$/
const NUMBER_OF_OURS = /^\d{12}$/
const PERSON = /^acs:ram::(\d{12}):(user|role)\/([\w+=,.@-]+)$/

/** A list of accounts and people; an empty one is everybody. */
function ramPrincipals(value: JsonValue, element: string): readonly PrincipalEntry[] {
  if (isJsonObject(value)) return malformed(`${element} must be a text or a list of texts`)
  if (Array.isArray(value) && value.length === 0) return [{ kind: 'everyone' }]
  return textsOf(value, element).map((name): PrincipalEntry => {
    if (name === '*') return { kind: 'everyone' }
    if (NUMBER_OF_OURS.test(name)) return { kind: 'account', account: name }
    // Whom a vendor's number stands for is known after binding, as with canonical ids.
    if (UID.test(name)) return { kind: 'canonical-user', id: `acs:${name}` }
    const [, account, kind, person] = PERSON.exec(name) ?? []
    if (account === undefined || kind === undefined || person === undefined) {
      return malformed(`Invalid principal in policy: ${name}`)
    }
    return { kind: 'principal', arn: `arn:aws:iam::${account}:${kind}/${person}` }
  })
}

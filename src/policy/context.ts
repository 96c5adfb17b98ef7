import { principalId, signatureOf, type Caller, type RequestFacts } from '../operations/index.ts'
import type { ContextValues, Rights } from './question.ts'

/** What the values of the global condition keys are made of. */
export interface ContextParts {
  readonly caller: Caller
  readonly rights?: Pick<Rights, 'tags'>
  /**
   * What is not known is not there. A service that asks in its caller's name leaves out the client's address, as AWS
   * does (forward access sessions), and says so in `extra`: `aws:viaawsservice`, `aws:calledvia`.
   */
  readonly facts?: Partial<RequestFacts>
  /** The account that owns the resource. */
  readonly owner?: string | undefined
  /**
   * Keys of services and of the resource, by their lower-case names: `s3:prefix`, `kms:viaservice`,
   * `aws:resourcetag/team`, `aws:requesttag/team`, `aws:tagkeys`. From what was decoded, never from names on the wire (T-082).
   */
  readonly extra?: ContextValues | ReadonlyMap<string, readonly string[]>
}

const PRINCIPAL_TAG = 'aws:principaltag/'

type Value = string | readonly string[] | undefined

/** The global keys that the server itself knows: nobody else can give them a value. */
const GLOBAL_KEYS: Readonly<Record<string, (parts: ContextParts) => Value>> = {
  'aws:principalarn': ({ caller }) => principalArn(caller),
  'aws:principalaccount': ({ caller }) => accountOf(caller),
  'aws:principaltype': ({ caller }) => principalType(caller),
  'aws:principalisawsservice': ({ caller }) => (caller.kind === 'anonymous' ? undefined : 'false'),
  'aws:userid': ({ caller }) => userId(caller),
  'aws:username': ({ caller }) => (caller.kind === 'user' ? caller.userName : undefined),
  'aws:tokenissuetime': ({ caller }) => {
    const session = sessionOf(caller)
    return session && isoTime(session.issuedMs)
  },
  'aws:multifactorauthpresent': ({ caller }) => {
    const session = sessionOf(caller)
    return session && String(session.mfa)
  },
  'aws:sourceidentity': ({ caller }) => sessionOf(caller)?.sourceIdentity,
  'aws:sourceip': ({ facts }) => facts?.sourceIp,
  'aws:securetransport': ({ facts }) => (facts?.secure === undefined ? undefined : String(facts.secure)),
  'aws:useragent': ({ facts }) => facts?.userAgent,
  'aws:referer': ({ facts }) => facts?.referer,
  'aws:currenttime': ({ facts }) => (facts?.nowMs === undefined ? undefined : isoTime(facts.nowMs)),
  'aws:epochtime': ({ facts }) =>
    facts?.nowMs === undefined ? undefined : String(Math.floor(facts.nowMs / MS_PER_SECOND)),
  'aws:requestedregion': ({ facts }) => facts?.region,
  'aws:resourceaccount': ({ owner }) => owner,
  'coffer:dialect': ({ facts }) => facts?.dialect,
  'coffer:signature': ({ caller }) => ('scheme' in caller ? signatureOf(caller.scheme) : undefined),
  's3:resourceaccount': ({ owner }) => owner,
}

const MS_PER_SECOND = 1_000

/** The values of condition keys for one question, each made when a policy asks for it. */
export function requestContext(parts: ContextParts): ContextValues {
  return (key) => {
    if (Object.hasOwn(GLOBAL_KEYS, key)) return listOf(GLOBAL_KEYS[key]?.(parts))
    if (key.startsWith(PRINCIPAL_TAG)) return listOf(tagOf(parts, key.slice(PRINCIPAL_TAG.length)))
    const { extra } = parts
    const found = typeof extra === 'function' ? extra(key) : extra?.get(key)
    return found ?? (key === 'aws:viaawsservice' && accountOf(parts.caller) !== undefined ? ['false'] : undefined)
  }
}

function listOf(value: Value): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : value
}

/** Keys of tags are told apart without regard to case in conditions: two that differ only so are two values. */
function tagOf({ rights }: ContextParts, wanted: string): readonly string[] | undefined {
  const values = [...(rights?.tags ?? [])].filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value)
  return values.length === 0 ? undefined : values
}

function accountOf(caller: Caller): string | undefined {
  return caller.kind === 'anonymous' ? undefined : caller.account
}

function principalArn(caller: Caller): string | undefined {
  switch (caller.kind) {
    case 'anonymous':
      return undefined
    case 'role-session':
      return caller.roleArn
    case 'account-root':
    case 'user':
    case 'job':
      return caller.arn
  }
}

function principalType(caller: Caller): string {
  switch (caller.kind) {
    case 'anonymous':
      return 'Anonymous'
    case 'account-root':
      return 'Account'
    case 'user':
      return 'User'
    case 'role-session':
      return 'AssumedRole'
    case 'job':
      return 'Job'
  }
}

function userId(caller: Caller): string {
  switch (caller.kind) {
    case 'anonymous':
      return 'anonymous'
    case 'job':
      return caller.arn
    case 'account-root':
    case 'user':
    case 'role-session':
      return principalId(caller)
  }
}

function sessionOf(caller: Caller) {
  return 'session' in caller ? caller.session : undefined
}

/** As AWS writes it: whole seconds. */
function isoTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

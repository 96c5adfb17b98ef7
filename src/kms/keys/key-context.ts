import type { AccountId, EncryptionContext } from '../../operations/index.ts'
import { requestContext, type ContextValues, type Rights } from '../../policy/index.ts'
import type { GrantTerms } from '../rights/grant-record.ts'
import type { KeyRecord } from './key-record.ts'
import type { KeyRequest } from '../key-service.ts'

/** What is wanted of a key, for conditions. */
export interface KeyAsk {
  /** `kms:Decrypt` and so on. */
  readonly action: string
  /** The encryption context that is bound, and nothing else: the conditions see exactly these pairs (T-105). */
  readonly context?: EncryptionContext
  /** The alias by which the key was named. */
  readonly alias?: string
  /** The grant that is to be made: who grants by a grant gives no more than he has. */
  readonly grant?: Pick<GrantTerms, 'operations' | 'constraints'>
  /** Further condition keys of this operation, by their lower-case names. */
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

interface Parts {
  readonly request: KeyRequest
  readonly rights: Rights | undefined
  readonly owner: AccountId
  readonly record: KeyRecord | undefined
  readonly ask: KeyAsk
  readonly region: string
  readonly now: () => number
}

const CONTEXT_PAIR = 'kms:encryptioncontext:'
const RESOURCE_TAG = 'aws:resourcetag/'
const SERVICES = { s3: 's3' } as const

/**
 * The values of condition keys for one question about a key (KMS condition keys; forward access sessions). A use on
 * behalf of the object store shows the service and no network: who sent the request is not the service's address.
 */
export function keyContext(parts: Parts): ContextValues {
  const { request, rights, owner, region, now } = parts
  const facts = request.via === undefined ? request.facts : { nowMs: request.facts?.nowMs ?? now(), region }
  return requestContext({
    caller: request.caller,
    owner,
    ...(rights === undefined ? {} : { rights }),
    ...(facts === undefined ? {} : { facts }),
    extra: (key) => valuesOf(parts, key),
  })
}

function valuesOf(parts: Parts, key: string): readonly string[] | undefined {
  const { ask, record, request } = parts
  const given = ask.extra?.[key]
  if (given !== undefined) return given
  if (key.startsWith(CONTEXT_PAIR)) return matching(Object.entries(ask.context ?? {}), key.slice(CONTEXT_PAIR.length))
  if (key.startsWith(RESOURCE_TAG)) return matching(record?.tags ?? [], key.slice(RESOURCE_TAG.length))
  switch (key) {
    case 'kms:encryptioncontextkeys':
      return present(Object.keys(ask.context ?? {}))
    case 'kms:viaservice':
      return request.via === undefined ? undefined : [`${SERVICES[request.via]}.${parts.region}.amazonaws.com`]
    case 'kms:calleraccount':
      return request.caller.kind === 'anonymous' ? undefined : [request.caller.account]
    case 'aws:viaawsservice':
      return request.via === undefined ? undefined : ['true']
    case 'aws:calledvia':
    case 'aws:calledviafirst':
    case 'aws:calledvialast':
      return request.via === undefined ? undefined : [`${SERVICES[request.via]}.amazonaws.com`]
    case 'kms:requestalias':
      return ask.alias === undefined ? undefined : [ask.alias]
    default:
      return record === undefined ? undefined : ofTheKey(record, key)
  }
}

function ofTheKey(record: KeyRecord, key: string): readonly string[] | undefined {
  switch (key) {
    case 'kms:keyspec':
      return [record.spec]
    case 'kms:keyusage':
      return [record.usage]
    case 'kms:keyorigin':
      return [record.origin === 'external' ? 'EXTERNAL' : 'AWS_KMS']
    case 'kms:multiregion':
      return ['false']
    case 'kms:resourcealiases':
      return present(record.aliases)
    default:
      return undefined
  }
}

/** Names in conditions are told apart without regard to case: pairs that differ only so are all there. */
function matching(pairs: readonly (readonly [string, string])[], wanted: string): readonly string[] | undefined {
  return present(pairs.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value))
}

function present(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : values
}

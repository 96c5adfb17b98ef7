import { isJsonObject, parseAccountId, refuse, type JsonValue } from '../../operations/index.ts'
import type { PrincipalEntry } from '../document.ts'
import { malformed } from '../policy-problem.ts'
import { textsOf } from './aws-values.ts'

const EVERYONE: PrincipalEntry = { kind: 'everyone' }
const ROOT = /^arn:aws:iam::(\d{12}):root$/
/** Users and roles with their paths, and sessions of roles; no wildcards. */
const PERSON = /^arn:aws:(?:iam::\d{12}:(?:user|role)\/|sts::\d{12}:assumed-role\/[^/]+\/)[\w+=,.@/!-]*[\w+=,.@-]$/
const CANONICAL_ID = /^[0-9a-f]{64}$/
const SERVICE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/

/** `Principal` or `NotPrincipal`: `"*"`, or an object of kinds. */
export function awsPrincipals(value: JsonValue, element: string): readonly PrincipalEntry[] {
  if (value === '*') return [EVERYONE]
  if (!isJsonObject(value)) return malformed(`${element} must be "*" or an object`)
  const entries = [...value].flatMap(([kind, names]) => {
    const entryOf = ENTRY_OF.get(kind)
    if (entryOf === undefined) return malformed(`${element} has no kind ${kind}`)
    return textsOf(names, `${element}.${kind}`).map(entryOf)
  })
  return entries.length === 0 ? malformed(`${element} is empty`) : entries
}

const ENTRY_OF: ReadonlyMap<string, (name: string) => PrincipalEntry> = new Map([
  ['AWS', awsPrincipal],
  ['CanonicalUser', canonicalUser],
  ['Service', service],
  ['Federated', federated],
])

function awsPrincipal(name: string): PrincipalEntry {
  if (name === '*') return EVERYONE
  const account = parseAccountId(ROOT.exec(name)?.[1] ?? name)
  if (account !== undefined) return { kind: 'account', account }
  if (PERSON.test(name) && !name.includes('//')) return { kind: 'principal', arn: name }
  return malformed(`Invalid principal in policy: ${name}`)
}

function canonicalUser(id: string): PrincipalEntry {
  return CANONICAL_ID.test(id) ? { kind: 'canonical-user', id } : malformed(`Invalid principal in policy: ${id}`)
}

function service(name: string): PrincipalEntry {
  return SERVICE.test(name) ? { kind: 'service', name } : malformed(`Invalid principal in policy: ${name}`)
}

function federated(): never {
  return refuse({ kind: 'not-implemented', detail: 'federated principals' })
}

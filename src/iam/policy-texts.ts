import { refuse, type PeopleGrammar } from '../operations/index.ts'
import {
  parsePolicy,
  type NamedPolicy,
  type PolicyDocument,
  type PolicyScope,
  type PolicyUse,
} from '../policy/index.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import type { TextRecord } from './people-records.ts'

/** Where a policy lies: it decides how long it may be. */
export type PolicyPlace = NonNullable<PolicyScope['place']>

/** Reads a policy that is being put. Throws `malformed-policy`, `policy-too-large`. */
export function demandIdentityPolicy(document: string, grammar: PeopleGrammar, place: PolicyPlace): PolicyDocument {
  demandRowSize(document)
  return parsePolicy(grammar, 'identity', document, { place })
}

/** White space does not count for the languages, but it has to fit a row. */
export function demandRowSize(document: string): void {
  const limitBytes = PEOPLE_LIMITS.policyBytes
  if (Buffer.byteLength(document) > limitBytes) refuse({ kind: 'policy-too-large', limitBytes })
}

/** A stored policy as decisions call it. It was read when it was put: one that cannot be read now is damaged. */
export function readStored(
  name: string,
  { document, grammar }: TextRecord,
  use: PolicyUse,
  place: PolicyPlace = 'managed',
): NamedPolicy {
  try {
    return { name, document: parsePolicy(grammar, use, document, { place }) }
  } catch {
    return refuse({ kind: 'integrity', what: `policy ${name}` })
  }
}

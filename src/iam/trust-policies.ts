import { parsePolicy, type NamedPolicy } from '../policy/index.ts'
import { bindFound, findPrincipals, type BoundPrincipals } from './bind-principals.ts'
import type { Reading } from './find-people.ts'
import type { RoleRecord } from './people-records.ts'
import { demandRowSize, readStored } from './policy-texts.ts'

/** Reads who may take a role, as it is put, and finds out who they are. Throws `malformed-policy`, `policy-too-large`. */
export async function readTrust(rooms: Reading, trustPolicy: string): Promise<BoundPrincipals> {
  demandRowSize(trustPolicy)
  return findPrincipals(rooms, parsePolicy('aws', 'trust', trustPolicy))
}

/** The trust policy of a role, for the question whether somebody may take it. */
export function trustOf({ name, trustPolicy, trustIds }: RoleRecord): NamedPolicy & { readonly on: 'trust' } {
  const named = `trust policy of role ${name}`
  const { document } = readStored(named, { name, grammar: 'aws', document: trustPolicy }, 'trust')
  return { name: named, document: bindFound(document, trustIds), on: 'trust' }
}

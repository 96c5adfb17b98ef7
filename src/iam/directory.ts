import {
  parseAccountId,
  refuse,
  StoreFailure,
  type Awaitable,
  type Caller,
  type PeopleOperation,
  type OperationOf,
  type RequestFacts,
  type Results,
  type SignedCaller,
} from '../operations/index.ts'
import type { PolicyDocument, Rights } from '../policy/index.ts'
import type { AccessKeys } from './access-keys.ts'

/** Who asks the directory, and in which request. */
export interface PeopleRequest {
  readonly caller: Caller
  readonly requestId: string
  readonly facts?: RequestFacts
}

type PeopleKind = PeopleOperation['kind']

/** The directory of people, as the gateway sees it. */
export interface Directory {
  /** One operation, authorized here as the caller. */
  perform<Kind extends PeopleKind>(request: PeopleRequest, operation: OperationOf<Kind>): Promise<Results[Kind]>
  /**
   * The caller's rights as they are now, and the revision of the guard of the caller's account that they were read
   * under: who reads that guard at another revision asks again. Undefined revision: the account has no guard yet.
   */
  rightsOf(caller: SignedCaller): Awaitable<{ readonly rights: Rights; readonly revision: string | undefined }>
  /**
   * Refuses with `malformed-policy` a document that names a user or a role that is not there (`Invalid principal in
   * policy`). Principals of accounts that this server does not have are not there either.
   */
  demandPrincipals(document: PolicyDocument): Promise<void>
}

export function createDirectory({ accessKeys }: { readonly accessKeys: AccessKeys }): Directory {
  return {
    perform: () => Promise.reject(new StoreFailure({ kind: 'not-implemented', detail: 'people' })),
    rightsOf: (caller) => accessKeys.rightsOf(caller),
    demandPrincipals: (document) => demandPrincipals(accessKeys, document),
  }
}

async function demandPrincipals(accessKeys: AccessKeys, document: PolicyDocument): Promise<void> {
  for (const { principals } of document.statements) {
    for (const entry of principals?.entries ?? []) {
      if (entry.kind === 'everyone' || entry.kind === 'service') continue
      const account = entry.kind === 'account' ? parseAccountId(entry.account) : undefined
      if (account !== undefined && (await accessKeys.canonicalIdOf(account)) !== undefined) continue
      refuse({ kind: 'malformed-policy', detail: 'Invalid principal in policy' })
    }
  }
}

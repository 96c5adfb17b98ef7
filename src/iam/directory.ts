import {
  StoreFailure,
  type Awaitable,
  type Caller,
  type PeopleOperation,
  type OperationOf,
  type RequestFacts,
  type Results,
  type SignedCaller,
} from '../operations/index.ts'
import type { Rights } from '../policy/index.ts'
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
}

export function createDirectory({ accessKeys }: { readonly accessKeys: AccessKeys }): Directory {
  return {
    perform: () => Promise.reject(new StoreFailure({ kind: 'not-implemented', detail: 'people' })),
    rightsOf: (caller) => accessKeys.rightsOf(caller),
  }
}

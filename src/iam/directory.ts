import { accountSpelled } from './account-spelled.ts'
import { createSessionTokens } from '../kms/index.ts'
import {
  type AccountId,
  type Awaitable,
  type DirectorySession,
  type OperationOf,
  type PeopleOperation,
  type Principal,
  type Results,
  type SignedCaller,
  type TemporaryCredentials,
} from '../operations/index.ts'
import type { PolicyDocument, Rights } from '../policy/index.ts'
import { findPrincipals, type BoundPrincipals } from './bind-principals.ts'
import { principalNamed } from './caller-named.ts'
import { giveDirectorySession } from './directory-sessions.ts'
import type { DirectoryRooms, PeopleRequest } from './directory-rooms.ts'
import { createLastUses } from './last-use.ts'
import { peopleVerbs, type PeopleVerb } from './people-verbs.ts'
import { createRightsReader } from './rights.ts'

type PeopleKind = PeopleOperation['kind']

/** The directory of people, as the gateway and the composition see it. */
export interface Directory {
  /** One operation, authorized here as the caller. */
  perform<Kind extends PeopleKind>(request: PeopleRequest, operation: OperationOf<Kind>): Promise<Results[Kind]>
  /**
   * The caller's rights as they are now, and the revision of the guard of the caller's account that they were read
   * under: who reads that guard at another revision asks again. Undefined revision: the account has no guard yet.
   */
  rightsOf(caller: SignedCaller): Awaitable<{ readonly rights: Rights; readonly revision: string | undefined }>
  /** Everybody whom a policy names, for whoever stores it. Throws `malformed-policy` for who does not exist. */
  findPrincipals(document: PolicyDocument): Promise<BoundPrincipals>
  /** Who would ask, by what people call them: `root`, a user's name, `role/<name>`, an ARN. Refuses with `entity-not-found`. */
  principalNamed(account: AccountId, text: string): Promise<Principal>
  /** The account that a list of rights names, however it is spelled; undefined: nobody is called so. */
  accountSpelled(text: string): Promise<AccountId | undefined>
  /** Credentials of the caller for the objects of one directory bucket, for five minutes. Asks for no right. */
  directorySession(caller: SignedCaller, directory: DirectorySession): Promise<TemporaryCredentials>
  /** Notes that a credential was used: shown, within a quarter of an hour, as its last use. Costs nothing. */
  used(caller: SignedCaller, service: string, region: string): void
  /** What was noted is written. */
  settled(): Promise<void>
}

export function createDirectory(rooms: DirectoryRooms): Directory {
  const rights = createRightsReader(rooms)
  const tokens = createSessionTokens(rooms)
  const verbs = peopleVerbs({ ...rooms, rights }, tokens)
  const lastUses = createLastUses(rooms)
  return {
    perform: async <Kind extends PeopleKind>(request: PeopleRequest, operation: OperationOf<Kind>) => {
      const { kind } = operation as PeopleOperation
      // An operation of a kind has that kind; the compiler cannot follow it through the union.
      const verb: PeopleVerb<Kind> = verbs[kind as Kind]
      return verb(request, operation)
    },
    rightsOf: (caller) => rights.rightsOf(caller),
    principalNamed: (account, text) => principalNamed(rooms, account, text),
    findPrincipals: (document) => findPrincipals(rooms, document),
    accountSpelled: (text) => accountSpelled(rooms, text),
    directorySession: (caller, directory) => giveDirectorySession(rooms, caller, directory, tokens),
    used: (caller, service, region) => {
      // The root of an account is the operator's own, and is asked for by nobody's clean-up.
      if (caller.kind === 'account-root') return
      const id = caller.kind === 'role-session' ? caller.roleId : caller.accessKeyId
      lastUses.note(caller.account, id, service, region)
    },
    settled: () => lastUses.settled(),
  }
}

import { isSigned, refuse, type AccountId, type SignedCaller } from '../operations/index.ts'
import { actionOf, evaluate, requestContext, type Rights } from '../policy/index.ts'
import type { PeopleOperation } from '../operations/index.ts'
import { readRows, type Check } from '../storage/index.ts'
import type { DirectoryRooms, PeopleRequest } from './directory-rooms.ts'
import { guardRow } from './people-rows.ts'
import type { RightsReader } from './rights.ts'

export type PeopleKind = PeopleOperation['kind']

/** Values of condition keys beyond those of every request, by lower-case name. */
export type ExtraContext = ReadonlyMap<string, readonly string[]>

/** Rooms of the directory with the reader of rights over them. */
export interface People extends DirectoryRooms {
  readonly rights: RightsReader
}

/** One look at the directory as one caller: what they are, what they may, and the guard under which that was read. */
export interface Scope {
  readonly rooms: People
  readonly request: PeopleRequest
  readonly caller: SignedCaller
  /** The caller's: names are looked for in it. */
  readonly account: AccountId
  /** The action of the operation. */
  readonly action: string
  readonly rights: Rights
  /** Holds while nothing that was read has changed. */
  readonly guard: Check
}

/** Times that the guard may change while the rights are read under it. */
const MAX_READS = 10
const NONE: ExtraContext = new Map()

export async function openScope(rooms: People, request: PeopleRequest, kind: PeopleKind): Promise<Scope> {
  const { caller } = request
  if (!isSigned(caller)) return refuse({ kind: 'access-denied', reason: 'only who signs asks the directory' })
  const action = actionOf({ kind })
  refuseSessionWithoutFactor(caller, kind)
  const key = guardRow(caller.account)
  for (let read = 0; read < MAX_READS; read++) {
    const { rights, revision } = await rooms.rights.rightsOf(caller)
    const [row] = await readRows(rooms.store, [key])
    const free = caller.kind === 'account-root'
    if (!free && row?.revision !== revision) continue
    const guard: Check = row === undefined ? { kind: 'absent', key } : { kind: 'revision', key, revision: row.revision }
    return { rooms, request, caller, account: caller.account, action, rights, guard }
  }
  return refuse({ kind: 'slow-down', detail: 'the rights of the caller change all the time' })
}

/**
 * Who was given a session of a user or of an account's root proved no second factor, and may take a role with it, ask
 * who they are, and use what is no credential: never make or change a lasting one (STS API reference, GetSessionToken).
 */
function refuseSessionWithoutFactor(caller: SignedCaller, kind: PeopleKind): void {
  if (caller.kind === 'role-session' || caller.session === undefined || caller.session.mfa) return
  if (kind === 'assume-role' || kind === 'get-caller-identity') return
  refuse({ kind: 'access-denied', reason: 'a session without a second factor asks the directory for nothing else' })
}

/** Asks for the right to the scope's own action on `resource`, an ARN of the caller's account. Throws `access-denied`. */
export function demand(scope: Scope, resource: string, extra: ExtraContext = NONE): void {
  demandAction(scope, scope.action, resource, extra)
}

/** The same for another action that the operation needs as well. */
export function demandAction(
  scope: Scope,
  action: string,
  resource: string,
  extra: ExtraContext = NONE,
  owner: AccountId = scope.account,
): void {
  const { caller, rights, request } = scope
  const context = requestContext({
    ...{ caller, rights, owner, extra },
    ...(request.facts === undefined ? {} : { facts: request.facts }),
  })
  const decision = evaluate({ caller, action, resource, owner, rights, context })
  request.trail?.decided(decision)
  if (decision.kind !== 'allow') refuse({ kind: 'access-denied', action, reason: decision.reason })
}

/**
 * A session that was narrowed makes no credential and no right that would not be narrowed with it: not for itself, and
 * no lasting access key for anybody (T-087). `id`: whose rights are to be changed, a user's, group's or role's.
 */
export function refuseWidening(scope: Scope, id: string | undefined): void {
  const { caller, rights } = scope
  if (rights.session === undefined) return
  const own = caller.kind === 'user' ? caller.userId : caller.kind === 'role-session' ? caller.roleId : caller.account
  if (id !== undefined && id !== own) return
  const reason = 'a session that was narrowed makes nothing wider than itself'
  refuse({ kind: 'access-denied', action: scope.action, reason })
}

import type { SessionTokens } from '../kms/index.ts'
import { isSigned, principalId, refuse, type OperationOf, type Results } from '../operations/index.ts'
import { evaluate, requestContext } from '../policy/index.ts'
import { changePeople, readPeople, type PeopleChange } from './change-people.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { notFound } from './find-people.ts'
import { giveSession, newTokenId } from './give-session.ts'
import { openAccessKey } from './identity-records.ts'
import { entityArn } from './people-arns.ts'
import { accessKeyRow, revocationRow } from './people-rows.ts'
import { demand, openScope, type People, type Scope } from './people-scope.ts'
import { demandRole } from './roles.ts'
import { demandNamed } from './users.ts'
import { putRow, writesOf } from './write-people.ts'
import { isAccessKeyId } from './credential-rules.ts'

const MIN_SECONDS = 900
const MAX_SECONDS = 129_600
const DEFAULT_SECONDS = 43_200
const MAX_ROOT_SECONDS = 3_600

/**
 * A session of the caller itself, with the caller's own rights, but for those to the directory. Only for lasting
 * credentials; it ends with the access key that asked for it. It needs no right, but it can be denied.
 */
export async function getSessionToken(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'get-session-token'>,
  tokens: SessionTokens,
): Promise<Results['get-session-token']> {
  const seconds = secondsOf(operation.durationSeconds ?? DEFAULT_SECONDS)
  const scope = await openScope(rooms, request, 'get-session-token')
  const { caller, account, action } = scope
  if (caller.session !== undefined) {
    return refuse({ kind: 'access-denied', action, reason: 'a session asks for no session of its own' })
  }
  if (operation.mfaSerial !== undefined) {
    return refuse({ kind: 'access-denied', action, reason: 'the second factor is not known here' })
  }
  refuseDenied(scope)
  const issuedMs = rooms.now()
  const most = caller.kind === 'account-root' ? Math.min(seconds, MAX_ROOT_SECONDS) : seconds
  const credentials = await giveSession(tokens, {
    ...{ tokenId: newTokenId(), account, issuedMs, expiresMs: issuedMs + most * 1_000 },
    subject: { kind: 'key', accessKeyId: caller.accessKeyId },
    ...{ policies: [], policyArns: [], tags: {}, transitiveTagKeys: [] },
  })
  request.trail?.record({ action, resource: caller.arn, detail: { durationSeconds: String(most) } }, 'done')
  return { credentials }
}

function secondsOf(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= MIN_SECONDS && seconds <= MAX_SECONDS) return seconds
  const detail = `${MIN_SECONDS} to ${MAX_SECONDS} seconds`
  return refuse({ kind: 'invalid-argument', argument: 'duration', value: String(seconds), detail })
}

function refuseDenied({ caller, rights, request, account: owner, action }: Scope): void {
  const facts = request.facts === undefined ? {} : { facts: request.facts }
  const context = requestContext({ caller, rights, owner, ...facts })
  const decision = evaluate({ caller, rights, action, resource: '*', owner, context })
  request.trail?.decided(decision)
  if (decision.kind === 'explicit-deny') refuse({ kind: 'access-denied', action, reason: decision.reason })
}

/** Who asks. Needs no right, and nobody can be denied it. */
export function getCallerIdentity({ caller }: PeopleRequest): Results['get-caller-identity'] {
  if (!isSigned(caller)) return refuse({ kind: 'access-denied', reason: 'only who signs is somebody' })
  return { userId: principalId(caller), account: caller.account, arn: caller.arn }
}

/** Whose an access key is. Of other accounts' keys nothing is told (T-086). */
export function getAccessKeyInfo(
  rooms: People,
  request: PeopleRequest,
  { accessKeyId }: OperationOf<'get-access-key-info'>,
): Promise<Results['get-access-key-info']> {
  return readPeople(rooms, request, 'get-access-key-info', async (scope) => {
    demand(scope, '*')
    const [row] = isAccessKeyId(accessKeyId) ? await rooms.store.getMany([accessKeyRow(accessKeyId)]) : []
    const record = row === undefined ? undefined : openAccessKey(rooms.records, row)
    return record?.account === scope.account ? { account: scope.account } : notFound('access-key', accessKeyId)
  })
}

/** Ends every session of a user or role that was given until now. */
export function revokeSessions(
  rooms: People,
  request: PeopleRequest,
  { holder, name }: OperationOf<'revoke-sessions'>,
): Promise<Results['revoke-sessions']> {
  return changePeople(
    rooms,
    request,
    'revoke-sessions',
    async (scope): Promise<PeopleChange<Results['revoke-sessions']>> => {
      const { account } = scope
      const entity = holder === 'user' ? await demandNamed(scope, name) : await demandRole(scope, name)
      const beforeMs = rooms.now()
      const fragment = writesOf(putRow(rooms, revocationRow(account, entity.id), { beforeMs }))
      const detail = holder === 'user' ? { userName: entity.name } : { roleName: entity.name }
      return { result: { beforeMs }, fragment, resource: entityArn(entity), detail }
    },
  )
}

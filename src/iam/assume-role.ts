import { refuse, type EntityTags, type OperationOf, type Results, type Session } from '../operations/index.ts'
import { evaluate, parsePolicy, requestContext } from '../policy/index.ts'
import type { SessionTokens } from '../kms/index.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { findEntity } from './find-people.ts'
import { findPolicy } from './find-policies.ts'
import { giveSession, newTokenId, packedPercent } from './give-session.ts'
import { entityArn, parseEntityArn, sessionArn } from './people-arns.ts'
import { demandSessionName, demandTags, withTags } from './people-names.ts'
import type { RoleRecord } from './people-records.ts'
import { openScope, type People, type Scope } from './people-scope.ts'
import type { SessionPayload } from './session-payload.ts'
import { trustOf } from './trust-policies.ts'
import { requestTagContext, resourceTagContext } from './write-people.ts'

type AssumeRole = OperationOf<'assume-role'>

const MIN_SECONDS = 900
const MAX_SECONDS = 43_200
const DEFAULT_SECONDS = 3_600
/** A session that a session asked for lives an hour at most (STS API reference, "role chaining"). */
const MAX_CHAINED_SECONDS = 3_600
const MAX_POLICY_ARNS = 10
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/

/** Gives a session of a role to who may take it: the role's trust policy says so, and, of another account, their own too. */
export async function assumeRole(
  rooms: People,
  request: PeopleRequest,
  operation: AssumeRole,
  tokens: SessionTokens,
): Promise<Results['assume-role']> {
  demandRequest(operation)
  const scope = await openScope(rooms, request, 'assume-role')
  const { caller } = scope
  if (caller.kind === 'account-root') return denied(scope, 'the root of an account takes no roles')
  const before = caller.session
  const tags = sessionTags(operation, before)
  const sourceIdentity = operation.sourceIdentity ?? before?.sourceIdentity
  if (before?.sourceIdentity !== undefined && sourceIdentity !== before.sourceIdentity) {
    return denied(scope, 'the source identity of a session stays as it is')
  }
  const role = await demandTrusted(scope, operation, tags, sourceIdentity)
  const seconds = secondsOf(operation, role, caller.kind === 'role-session')
  await demandSessionPolicies(rooms, operation, role)
  const issuedMs = rooms.now()
  const payload: SessionPayload = {
    ...{ tokenId: newTokenId(), account: role.account, issuedMs, expiresMs: issuedMs + seconds * 1_000, tags },
    subject: { kind: 'role', roleId: role.id, name: role.name, path: role.path, session: operation.sessionName },
    policies: operation.policy === undefined ? [] : [operation.policy],
    policyArns: operation.policyArns,
    transitiveTagKeys: [...new Set([...(before?.transitiveTagKeys ?? []), ...operation.transitiveTagKeys])],
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  }
  const packedPolicySize = packedPercent(payload)
  const resource = entityArn(role)
  const detail = { roleArn: resource, roleSessionName: operation.sessionName, durationSeconds: String(seconds) }
  request.trail?.record({ action: scope.action, resource, owner: role.account, detail }, 'done')
  return {
    credentials: await giveSession(tokens, payload),
    assumedRoleId: `${role.id}:${operation.sessionName}`,
    arn: sessionArn(role.account, role.name, operation.sessionName),
    packedPolicySize,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  }
}

function demandRequest(operation: AssumeRole): void {
  const { sessionName, durationSeconds: seconds, externalId, policyArns, tags, transitiveTagKeys } = operation
  demandSessionName('role session name', sessionName)
  if (seconds !== undefined && !(Number.isInteger(seconds) && seconds >= MIN_SECONDS && seconds <= MAX_SECONDS)) {
    const detail = `${MIN_SECONDS} to ${MAX_SECONDS} seconds`
    refuse({ kind: 'invalid-argument', argument: 'duration', value: String(seconds), detail })
  }
  if (externalId !== undefined && !EXTERNAL_ID.test(externalId)) {
    refuse({
      kind: 'invalid-argument',
      argument: 'external id',
      detail: '2 to 1,224 letters, digits and _ + = , . @ : / -',
    })
  }
  if (operation.sourceIdentity !== undefined) demandSessionName('source identity', operation.sourceIdentity)
  if (policyArns.length > MAX_POLICY_ARNS) {
    refuse({ kind: 'limit-exceeded', limit: 'session policies', value: MAX_POLICY_ARNS })
  }
  demandTags(tags)
  const keys = new Set(Object.keys(tags))
  if (transitiveTagKeys.some((key) => !keys.has(key))) {
    refuse({ kind: 'invalid-tag', detail: 'a transitive key is not among the tags' })
  }
}

/** The tags that were asked for, and those that the caller's own session hands on: the latter nobody changes. */
function sessionTags({ tags }: AssumeRole, before: Session | undefined): EntityTags {
  if (before === undefined) return tags
  const handedOn = new Set(before.transitiveTagKeys.map((key) => key.toLowerCase()))
  if (Object.keys(tags).some((key) => handedOn.has(key.toLowerCase()))) {
    refuse({ kind: 'invalid-tag', detail: 'a transitive tag stays as it is' })
  }
  return withTags(
    tags,
    Object.fromEntries(Object.entries(before.tags).filter(([key]) => handedOn.has(key.toLowerCase()))),
  )
}

/** The role, when the caller may take it so. Whether there is such a role is for those to know. */
async function demandTrusted(
  scope: Scope,
  operation: AssumeRole,
  tags: EntityTags,
  sourceIdentity: string | undefined,
): Promise<RoleRecord> {
  const { rooms } = scope
  const named = parseEntityArn('role', operation.roleArn)
  if (named === undefined || named.account === 'aws') return refuse({ kind: 'invalid-arn', arn: operation.roleArn })
  const found = await findEntity(rooms, named.account, 'role', named.name)
  if (found === undefined || entityArn(found) !== operation.roleArn) return denied(scope, 'no policy allows it')
  if (operation.mfaSerial !== undefined) return denied(scope, 'the second factor is not known here')
  const actions = ['sts:AssumeRole']
  if (Object.keys(tags).length > 0) actions.push('sts:TagSession')
  if (sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity')
  for (const action of actions) demandTrust(scope, action, found, operation, tags, sourceIdentity)
  return found
}

function demandTrust(
  scope: Scope,
  action: string,
  role: RoleRecord,
  operation: AssumeRole,
  tags: EntityTags,
  sourceIdentity: string | undefined,
): void {
  const { caller, rights, request } = scope
  const { externalId, sessionName, transitiveTagKeys } = operation
  const extra = new Map<string, readonly string[]>([
    ...resourceTagContext(role.tags),
    ...requestTagContext(tags),
    ['sts:rolesessionname', [sessionName]],
    ...(externalId === undefined ? [] : [['sts:externalid', [externalId]] as const]),
    ...(transitiveTagKeys.length === 0 ? [] : [['sts:transitivetagkeys', transitiveTagKeys] as const]),
    ...(sourceIdentity === undefined ? [] : [['sts:sourceidentity', [sourceIdentity]] as const]),
  ])
  const { account: owner } = role
  const facts = request.facts === undefined ? {} : { facts: request.facts }
  const context = requestContext({ caller, rights, owner, extra, ...facts })
  const question = { caller, rights, action, resource: entityArn(role), owner, resourcePolicy: trustOf(role), context }
  const decision = evaluate(question)
  request.trail?.decided(decision)
  if (decision.kind !== 'allow') refuse({ kind: 'access-denied', action, reason: decision.reason })
}

function secondsOf({ durationSeconds }: AssumeRole, role: RoleRecord, chained: boolean): number {
  const seconds = durationSeconds ?? DEFAULT_SECONDS
  const most = chained ? Math.min(MAX_CHAINED_SECONDS, role.maxSessionSeconds) : role.maxSessionSeconds
  if (seconds <= most) return seconds
  const detail = chained ? 'a role taken by a session is given for an hour at most' : `the role gives ${most} at most`
  return refuse({ kind: 'invalid-argument', argument: 'duration', value: String(seconds), detail })
}

/** Session policies are read as they are put; managed ones are of the role's account, or built in. */
async function demandSessionPolicies(
  rooms: People,
  { policy, policyArns }: AssumeRole,
  role: RoleRecord,
): Promise<void> {
  if (policy !== undefined) parsePolicy('aws', 'session', policy)
  for (const arn of policyArns) {
    if ((await findPolicy(rooms, role.account, arn)) === undefined) {
      refuse({ kind: 'malformed-policy', detail: 'a session policy is not there' })
    }
  }
}

function denied(scope: Scope, reason: string): never {
  return refuse({ kind: 'access-denied', action: scope.action, reason })
}

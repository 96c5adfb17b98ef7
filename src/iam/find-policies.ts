import { refuse, type AccountId, type PolicyDescription } from '../operations/index.ts'
import { BUILT_IN_CREATED_MS, findBuiltIn, type BuiltInPolicy } from './built-in-policies.ts'
import { findEntity, notFound, type Reading } from './find-people.ts'
import { entityArn, parseEntityArn } from './people-arns.ts'
import { readText, type PolicyRecord, type TextRecord } from './people-records.ts'
import { foldName, policyUseRows, versionRow, type PolicyUse } from './people-rows.ts'
import { allRows } from './people-pages.ts'
import { demand, type Scope } from './people-scope.ts'
import { openFields } from './stored-fields.ts'
import { contextOf } from './write-people.ts'

export type ManagedPolicy = PolicyRecord | BuiltInPolicy

/** Users, groups and roles of an account together: no policy is held by more. */
const MAX_HOLDERS = 20_000

/** How rows name a policy of the account, or a built-in one: neither is ever renamed. Undefined: no ARN of a policy. */
export function policyKeyOf(arn: string): string | undefined {
  const named = parseEntityArn('policy', arn)
  if (named === undefined) return undefined
  return `${named.account === 'aws' ? 'aws' : 'own'}:${foldName(named.name)}`
}

/** The managed policy of that ARN: built in, or one of this account. Another account's is not there (T-086). */
export async function findPolicy(rooms: Reading, account: AccountId, arn: string): Promise<ManagedPolicy | undefined> {
  const named = parseEntityArn('policy', arn)
  if (named === undefined) return undefined
  if (named.account === 'aws') return findBuiltIn(named.path, named.name)
  if (named.account !== account) return undefined
  const found = await findEntity(rooms, account, 'policy', named.name)
  return found !== undefined && entityArn(found) === arn ? found : undefined
}

/** A policy that can be attached or be a boundary: refuses what is not there. */
export async function demandPolicy(rooms: Reading, account: AccountId, arn: string): Promise<ManagedPolicy> {
  return (await findPolicy(rooms, account, arn)) ?? notFound('policy', arn)
}

/** Any managed policy, after the right to the scope's action on it was asked for. */
export async function demandAnyPolicy(scope: Scope, arn: string): Promise<ManagedPolicy> {
  const { rooms, account } = scope
  const policy = await findPolicy(rooms, account, arn)
  demand(scope, arn, policy?.kind === 'policy' ? contextOf(policy) : undefined)
  return policy ?? notFound('policy', arn)
}

/** The same for who wants to change it: built-in ones nobody changes. */
export async function demandOwnPolicy(scope: Scope, arn: string): Promise<PolicyRecord> {
  const policy = await demandAnyPolicy(scope, arn)
  if (policy.kind === 'policy') return policy
  return refuse({ kind: 'access-denied', action: scope.action, reason: 'a built-in policy belongs to nobody' })
}

/** The text that counts now, or undefined when there is no such policy. */
export async function readDefaultText(
  rooms: Reading,
  account: AccountId,
  arn: string,
): Promise<TextRecord | undefined> {
  const policy = await findPolicy(rooms, account, arn)
  if (policy === undefined) return undefined
  return policy.kind === 'built-in' ? policy : readVersionText(rooms, policy, policy.defaultVersion)
}

export async function readVersionText(rooms: Reading, policy: PolicyRecord, version: number): Promise<TextRecord> {
  const { account, id } = policy
  const [row] = await rooms.store.getMany([versionRow(account, id, version)])
  if (row === undefined) return refuse({ kind: 'integrity', what: 'text of a policy' })
  return readText(openFields(rooms.records, row))
}

/** Ids of those who have a policy, or are bounded by it. */
export async function countUses(rooms: Reading, account: AccountId, use: PolicyUse, arn: string): Promise<number> {
  const key = policyKeyOf(arn)
  return key === undefined ? 0 : (await allRows(rooms.store, policyUseRows(account, use, key), MAX_HOLDERS)).length
}

/** How a policy is shown to an account: built-in ones with the account's own uses. */
export async function describePolicy(
  rooms: Reading,
  account: AccountId,
  policy: ManagedPolicy,
): Promise<PolicyDescription> {
  const arn = policy.kind === 'built-in' ? policy.arn : entityArn(policy)
  const uses = {
    attachments: await countUses(rooms, account, 'attached', arn),
    boundaryUses: await countUses(rooms, account, 'bounds', arn),
  }
  const { name: policyName, id: policyId, path, description } = policy
  const shown = { policyName, policyId, arn, path, ...uses, ...(description === undefined ? {} : { description }) }
  if (policy.kind === 'built-in') {
    return { ...shown, createdMs: BUILT_IN_CREATED_MS, updatedMs: BUILT_IN_CREATED_MS, defaultVersion: 'v1', tags: {} }
  }
  const { createdMs, updatedMs, defaultVersion, tags } = policy
  return { ...shown, createdMs, updatedMs, defaultVersion: `v${defaultVersion}`, tags }
}

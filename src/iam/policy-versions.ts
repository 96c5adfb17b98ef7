import { refuse, type OperationOf, type PolicyVersionDescription, type Results } from '../operations/index.ts'
import type { Write } from '../storage/index.ts'
import { changePeople, readPeople, type PeopleChange } from './change-people.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { notFound } from './find-people.ts'
import { demandAnyPolicy, demandOwnPolicy, policyKeyOf, readVersionText, type ManagedPolicy } from './find-policies.ts'
import { BUILT_IN_CREATED_MS } from './built-in-policies.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import { pageOfList } from './people-pages.ts'
import type { PolicyRecord, PolicyVersionRecord } from './people-records.ts'
import { policyUseRow, versionRow } from './people-rows.ts'
import { refuseWidening, type People, type PeopleKind, type Scope } from './people-scope.ts'
import { demandIdentityPolicy } from './policy-texts.ts'
import { deleteRow, putEntity, putRow, writesOf } from './write-people.ts'

export function createPolicyVersion(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'create-policy-version'>,
): Promise<Results['create-policy-version']> {
  const { policyArn, document, grammar = 'aws', setAsDefault } = operation
  return changePolicy(rooms, request, 'create-policy-version', policyArn, async (policy) => {
    demandIdentityPolicy(document, grammar, 'managed')
    if (policy.versions.length >= PEOPLE_LIMITS.policyVersions) {
      refuse({ kind: 'limit-exceeded', limit: 'versions of a policy', value: PEOPLE_LIMITS.policyVersions })
    }
    const version = { number: policy.lastVersion + 1, createdMs: rooms.now() }
    const changed: PolicyRecord = {
      ...policy,
      versions: [...policy.versions, version],
      lastVersion: version.number,
      updatedMs: version.createdMs,
      defaultVersion: setAsDefault ? version.number : policy.defaultVersion,
    }
    const { account, id, name } = policy
    const text = putRow(rooms, versionRow(account, id, version.number), { name, grammar, document })
    return { changed, writes: [text], result: describeVersion(changed, version), version: version.number }
  })
}

export function setDefaultVersion(
  rooms: People,
  request: PeopleRequest,
  { policyArn, version }: OperationOf<'set-default-policy-version'>,
): Promise<undefined> {
  return changePolicy(rooms, request, 'set-default-policy-version', policyArn, async (policy) => {
    const { number } = demandVersion(policy, version)
    const changed = { ...policy, defaultVersion: number, updatedMs: rooms.now() }
    return { changed, writes: [], result: undefined, version: number }
  })
}

export function deletePolicyVersion(
  rooms: People,
  request: PeopleRequest,
  { policyArn, version }: OperationOf<'delete-policy-version'>,
): Promise<undefined> {
  return changePolicy(rooms, request, 'delete-policy-version', policyArn, async (policy) => {
    const { number } = demandVersion(policy, version)
    if (number === policy.defaultVersion) {
      refuse({ kind: 'delete-conflict', detail: 'the default version of a policy is not deleted' })
    }
    const versions = policy.versions.filter((one) => one.number !== number)
    const gone = deleteRow(versionRow(policy.account, policy.id, number))
    return {
      changed: { ...policy, versions, updatedMs: rooms.now() },
      writes: [gone],
      result: undefined,
      version: number,
    }
  })
}

interface VersionChange<Result> {
  readonly changed: PolicyRecord
  readonly writes: readonly Write[]
  readonly result: Result
  readonly version: number
}

function changePolicy<Result>(
  rooms: People,
  request: PeopleRequest,
  kind: PeopleKind,
  policyArn: string,
  decide: (policy: PolicyRecord) => Promise<VersionChange<Result>>,
): Promise<Result> {
  return changePeople(rooms, request, kind, async (scope): Promise<PeopleChange<Result>> => {
    const policy = await demandOwnPolicy(scope, policyArn)
    await refuseOwnWidening(scope, policyArn)
    const { changed, writes, result, version } = await decide(policy)
    const fragment = writesOf(putEntity(rooms, changed), ...writes)
    return { result, fragment, resource: policyArn, detail: { policyArn, policyVersion: `v${version}` } }
  })
}

/** A narrowed session changes no policy that its own role has or is bounded by. */
async function refuseOwnWidening(scope: Scope, policyArn: string): Promise<void> {
  const { caller, rooms, account, rights } = scope
  const key = policyKeyOf(policyArn)
  if (rights.session === undefined || caller.kind !== 'role-session' || key === undefined) return
  const rows = (['attached', 'bounds'] as const).map((use) => policyUseRow(account, use, key, caller.roleId))
  const held = await rooms.store.getMany(rows)
  if (held.some((row) => row !== undefined)) refuseWidening(scope, caller.roleId)
}

export function getPolicyVersion(
  rooms: People,
  request: PeopleRequest,
  { policyArn, version }: OperationOf<'get-policy-version'>,
): Promise<Results['get-policy-version']> {
  return readPeople(rooms, request, 'get-policy-version', async (scope) => {
    const policy = await demandAnyPolicy(scope, policyArn)
    const found = demandVersion(policy, version)
    const text = policy.kind === 'built-in' ? policy : await readVersionText(rooms, policy, found.number)
    return { ...describeVersion(policy, found), document: text.document, grammar: text.grammar }
  })
}

export function listPolicyVersions(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'list-policy-versions'>,
): Promise<Results['list-policy-versions']> {
  return readPeople(rooms, request, 'list-policy-versions', async (scope) => {
    const policy = await demandAnyPolicy(scope, operation.policyArn)
    const page = pageOfList(versionsOf(policy), operation, ({ number }) => String(99_999_999 - number).padStart(8, '0'))
    return { ...page, items: page.items.map((one) => describeVersion(policy, one)) }
  })
}

const BUILT_IN_VERSIONS: readonly PolicyVersionRecord[] = [{ number: 1, createdMs: BUILT_IN_CREATED_MS }]

function versionsOf(policy: ManagedPolicy): readonly PolicyVersionRecord[] {
  return policy.kind === 'built-in' ? BUILT_IN_VERSIONS : policy.versions
}

function demandVersion(policy: ManagedPolicy, version: string): PolicyVersionRecord {
  return versionsOf(policy).find(({ number }) => `v${number}` === version) ?? notFound('policy-version', version)
}

function describeVersion(policy: ManagedPolicy, { number, createdMs }: PolicyVersionRecord): PolicyVersionDescription {
  const isDefault = policy.kind === 'built-in' || policy.defaultVersion === number
  return { version: `v${number}`, isDefault, createdMs }
}

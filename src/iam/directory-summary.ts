import type { OperationOf, Page, Results } from '../operations/index.ts'
import { readPeople } from './change-people.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import { entityCounter, type EntityKind } from './people-rows.ts'
import { demand, type People } from './people-scope.ts'
import { demandRole } from './roles.ts'
import { demandUserOrSelf } from './users.ts'
import { readAccount } from './accounts.ts'

/** Counts and limits by the names of `GetAccountSummary` (IAM API reference). */
export function getAccountSummary(rooms: People, request: PeopleRequest): Promise<Results['get-account-summary']> {
  return readPeople(rooms, request, 'get-account-summary', async (scope) => {
    demand(scope, '*')
    const count = async (kind: EntityKind): Promise<number> =>
      Number(await rooms.store.sum(entityCounter(scope.account, kind)))
    const root = await readAccount(rooms.store, rooms.records, scope.account)
    return {
      counts: {
        Users: await count('user'),
        UsersQuota: PEOPLE_LIMITS.users,
        Groups: await count('group'),
        GroupsQuota: PEOPLE_LIMITS.groups,
        Roles: await count('role'),
        RolesQuota: PEOPLE_LIMITS.roles,
        Policies: await count('policy'),
        PoliciesQuota: PEOPLE_LIMITS.policies,
        VersionsPerPolicyQuota: PEOPLE_LIMITS.policyVersions,
        GroupsPerUserQuota: PEOPLE_LIMITS.groupsPerUser,
        AccessKeysPerUserQuota: PEOPLE_LIMITS.accessKeysPerUser,
        AttachedPoliciesPerUserQuota: PEOPLE_LIMITS.attachedPerHolder,
        AttachedPoliciesPerGroupQuota: PEOPLE_LIMITS.attachedPerHolder,
        AttachedPoliciesPerRoleQuota: PEOPLE_LIMITS.attachedPerHolder,
        UserPolicySizeQuota: PEOPLE_LIMITS.inlineChars.user,
        GroupPolicySizeQuota: PEOPLE_LIMITS.inlineChars.group,
        PolicySizeQuota: PEOPLE_LIMITS.managedChars,
        AssumeRolePolicySizeQuota: PEOPLE_LIMITS.trustChars,
        AccountAccessKeysPresent: root?.record.rootAccessKeyId === undefined ? 0 : 1,
        MFADevices: 0,
        MFADevicesInUse: 0,
        AccountMFAEnabled: 0,
        AccountSigningCertificatesPresent: 0,
        ServerCertificates: 0,
        InstanceProfiles: 0,
        Providers: 0,
      },
    }
  })
}

const NOTHING: Page<never> = { items: [] }

type OfUser = OperationOf<
  'list-mfa-devices' | 'list-ssh-public-keys' | 'list-signing-certificates' | 'list-service-specific-credentials'
>

/** What users here have none of. Whether there is such a user is told, as it is of those who have some. */
export function listNothingOfUser(rooms: People, request: PeopleRequest, operation: OfUser): Promise<Page<never>> {
  return readPeople(rooms, request, operation.kind, async (scope) => {
    await demandUserOrSelf(scope, operation.name)
    return NOTHING
  })
}

export function listNothingOfRole(
  rooms: People,
  request: PeopleRequest,
  { kind, name }: OperationOf<'list-instance-profiles-for-role'>,
): Promise<Page<never>> {
  return readPeople(rooms, request, kind, async (scope) => {
    await demandRole(scope, name)
    return NOTHING
  })
}

export function listNothing(
  rooms: People,
  request: PeopleRequest,
  { kind }: OperationOf<'list-account-aliases' | 'list-virtual-mfa-devices' | 'list-instance-profiles'>,
): Promise<Page<never>> {
  return readPeople(rooms, request, kind, async (scope) => {
    demand(scope, '*')
    return NOTHING
  })
}

import type { AccountId, GroupDescription, RoleDescription, UserDescription } from '../operations/index.ts'
import type { GroupRecord, RoleRecord, UserRecord } from './people-records.ts'
import { entityArn, rootArn } from './people-arns.ts'

export function describeUser(user: UserRecord): UserDescription {
  const { id, name, path, createdMs, boundaryArn, tags } = user
  const shown = { userName: name, userId: id, arn: entityArn(user), path, createdMs, tags }
  return boundaryArn === undefined ? shown : { ...shown, boundaryArn }
}

/** How the root of an account is shown where users are: it has no name of its own. */
export function describeRoot(account: AccountId, createdMs: number): UserDescription {
  return { userName: 'root', userId: account, arn: rootArn(account), path: '/', createdMs, tags: {} }
}

export function describeGroup(group: GroupRecord): GroupDescription {
  const { id, name, path, createdMs } = group
  return { groupName: name, groupId: id, arn: entityArn(group), path, createdMs }
}

export function describeRole(role: RoleRecord, lastUsedMs?: number): RoleDescription {
  const { id, name, path, createdMs, trustPolicy, description, maxSessionSeconds, boundaryArn, tags } = role
  return {
    ...{ roleName: name, roleId: id, arn: entityArn(role), path, createdMs, trustPolicy, maxSessionSeconds, tags },
    ...(description === undefined ? {} : { description }),
    ...(boundaryArn === undefined ? {} : { boundaryArn }),
    ...(lastUsedMs === undefined ? {} : { lastUsedMs }),
  }
}

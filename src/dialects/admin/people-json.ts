import type {
  AccessKeyDescription,
  AttachedPolicy,
  GroupDescription,
  LoginProfile,
  Page,
  PolicyDescription,
  Results,
  RoleDescription,
  SecretLike,
  UserDescription,
} from '../../operations/index.ts'
import { present } from '../present.ts'
import type {
  AccessKeyJson,
  GroupJson,
  PeopleAdminKind,
  PeopleAdminResults,
  PolicyJson,
  PolicyLanguageName,
  RoleJson,
  UserJson,
} from './people-wire.ts'

type Shapers = { readonly [Kind in PeopleAdminKind]: (result: Results[Kind]) => PeopleAdminResults[Kind] }

const nothing = (): Readonly<Record<string, never>> => ({})
const instant = (ms: number): string => new Date(ms).toISOString()
const next = ({ marker }: Page<unknown>): { readonly next?: string } => present({ next: marker })

/** Shown once, to who made it. Printable ASCII. */
function textOf(secret: SecretLike): string {
  return secret.expose((bytes) => Buffer.from(bytes).toString('latin1'))
}

function userJson({ userName, userId, arn, path, createdMs, boundaryArn, tags }: UserDescription): UserJson {
  const base = { name: userName, id: userId, arn, path, created: instant(createdMs) }
  return { ...base, ...present({ boundary: boundaryArn }), tags }
}

function groupJson({ groupName, groupId, arn, path, createdMs }: GroupDescription): GroupJson {
  return { name: groupName, id: groupId, arn, path, created: instant(createdMs) }
}

function roleJson(role: RoleDescription): RoleJson {
  return {
    name: role.roleName,
    id: role.roleId,
    arn: role.arn,
    path: role.path,
    created: instant(role.createdMs),
    ...present({ boundary: role.boundaryArn, description: role.description }),
    tags: role.tags,
    trust: role.trustPolicy,
    maxSessionSeconds: role.maxSessionSeconds,
  }
}

function accessKeyJson({ accessKeyId, userName, active, createdMs, signatures }: AccessKeyDescription): AccessKeyJson {
  return { accessKeyId, user: userName, active, created: instant(createdMs), ...present({ signatures }) }
}

function policyJson(policy: PolicyDescription): PolicyJson {
  return {
    name: policy.policyName,
    id: policy.policyId,
    arn: policy.arn,
    path: policy.path,
    ...present({ description: policy.description }),
    created: instant(policy.createdMs),
    updated: instant(policy.updatedMs),
    defaultVersion: policy.defaultVersion,
    attachments: policy.attachments,
    boundaryUses: policy.boundaryUses,
  }
}

function profileJson({ userName, createdMs, mustChange }: LoginProfile) {
  return { loginProfile: { user: userName, created: instant(createdMs), mustChange } }
}

const usersPage = (page: Page<UserDescription>) => ({ users: page.items.map(userJson), ...next(page) })
const groupsPage = (page: Page<GroupDescription>) => ({ groups: page.items.map(groupJson), ...next(page) })
const namesPage = (page: Page<string>) => ({ names: page.items, ...next(page) })
const attachedPage = (page: Page<AttachedPolicy>) => ({
  policies: page.items.map(({ policyName, arn }) => ({ name: policyName, arn })),
  ...next(page),
})
const documentOf = ({ document, grammar }: { readonly document: string; readonly grammar: PolicyLanguageName }) => ({
  document,
  language: grammar,
})

export const PEOPLE_JSON: Shapers = {
  'list-users': usersPage,
  'get-user': (user) => ({ user: userJson(user) }),
  'create-user': (user) => ({ user: userJson(user) }),
  'delete-user': nothing,
  'update-user': nothing,
  'get-login-profile': profileJson,
  'create-login-profile': profileJson,
  'update-login-profile': nothing,
  'delete-login-profile': nothing,
  'change-password': nothing,
  'list-groups-for-user': groupsPage,
  'list-groups': groupsPage,
  'get-group': ({ group, users }) => ({ group: groupJson(group), ...usersPage(users) }),
  'create-group': (group) => ({ group: groupJson(group) }),
  'delete-group': nothing,
  'add-user-to-group': nothing,
  'remove-user-from-group': nothing,
  'list-roles': (page) => ({ roles: page.items.map(roleJson), ...next(page) }),
  'get-role': (role) => ({ role: roleJson(role) }),
  'create-role': (role) => ({ role: roleJson(role) }),
  'update-role': (role) => ({ role: roleJson(role) }),
  'update-assume-role-policy': nothing,
  'delete-role': nothing,
  'assume-role': ({ credentials: { accessKeyId, secret, sessionToken, expiresMs }, arn }) => ({
    credentials: { accessKeyId, secretAccessKey: textOf(secret), sessionToken, expires: instant(expiresMs) },
    arn,
  }),
  'list-access-keys': (page) => ({ accessKeys: page.items.map(accessKeyJson), ...next(page) }),
  'create-access-key': (made) => ({ accessKey: accessKeyJson(made), secretAccessKey: textOf(made.secret) }),
  'update-access-key': nothing,
  'delete-access-key': nothing,
  'list-policies': (page) => ({ policies: page.items.map(policyJson), ...next(page) }),
  'get-policy': (policy) => ({ policy: policyJson(policy) }),
  'get-policy-version': ({ version, document }) => ({ version, document }),
  'create-policy': (policy) => ({ policy: policyJson(policy) }),
  'create-policy-version': ({ version }) => ({ version }),
  'list-policy-versions': (page) => ({
    versions: page.items.map(({ version, isDefault, createdMs }) => ({
      ...{ version, default: isDefault, created: instant(createdMs) },
    })),
    ...next(page),
  }),
  'set-default-policy-version': nothing,
  'delete-policy-version': nothing,
  'list-entities-for-policy': (page) => ({
    entities: page.items.map(({ holder, name, id }) => ({ kind: holder, name, id })),
    ...next(page),
  }),
  'put-user-permissions-boundary': nothing,
  'put-role-permissions-boundary': nothing,
  'delete-user-permissions-boundary': nothing,
  'delete-role-permissions-boundary': nothing,
  'delete-policy': nothing,
  'attach-user-policy': nothing,
  'attach-group-policy': nothing,
  'attach-role-policy': nothing,
  'detach-user-policy': nothing,
  'detach-group-policy': nothing,
  'detach-role-policy': nothing,
  'list-attached-user-policies': attachedPage,
  'list-attached-group-policies': attachedPage,
  'list-attached-role-policies': attachedPage,
  'list-user-policies': namesPage,
  'list-group-policies': namesPage,
  'list-role-policies': namesPage,
  'get-user-policy': documentOf,
  'get-group-policy': documentOf,
  'get-role-policy': documentOf,
  'put-user-policy': nothing,
  'put-group-policy': nothing,
  'put-role-policy': nothing,
  'delete-user-policy': nothing,
  'delete-group-policy': nothing,
  'delete-role-policy': nothing,
}

import { PEOPLE_READERS } from '../people-readers.ts'
import type { PeopleAdminKind } from '../people-wire.ts'
import { badArgument } from '../target.ts'
import { nameAt, ofPeople, route, type Route, type RouteRequest } from './route.ts'

/** Policies are written in the language of the vocabulary, where nothing else is said. */
const LANGUAGES = { s3: 'aws', oss: 'ram', obs: 'huawei', cos: 'cam' } as const
const WITH_TEXT: ReadonlySet<PeopleAdminKind> = new Set<PeopleAdminKind>([
  ...(['put-user-policy', 'put-group-policy', 'put-role-policy', 'create-policy'] as const),
])

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Which members of the operation's body stand in the path, in order. */
function people(method: Method, path: string, kind: PeopleAdminKind, ...members: readonly string[]): Route {
  return route(method, path, (request) => {
    const given = Object.fromEntries(members.map((member, at) => [member, nameAt(request, at)]))
    const unsaid = WITH_TEXT.has(kind) ? { language: LANGUAGES[request.vocabulary] } : {}
    return ofPeople(request, { ...given, ...queried(request, method, kind) }, PEOPLE_READERS[kind], unsaid)
  })
}

/** What lists say in their query. The directory has pages of its own size. */
function queried({ query }: RouteRequest, method: Method, kind: PeopleAdminKind): Record<string, string | undefined> {
  if (method !== 'GET') return {}
  query.take('limit')
  const after = query.take('after')
  return kind === 'list-policies' ? { after, scope: query.take('scope') } : { after }
}

/** Users, groups and roles hold policies alike. */
function holders(path: string, holder: 'user' | 'group' | 'role'): readonly Route[] {
  return [
    people('GET', `${path}/inline-policies`, `list-${holder}-policies`, 'name'),
    people('GET', `${path}/inline-policies/:`, `get-${holder}-policy`, 'name', 'policy'),
    people('PUT', `${path}/inline-policies/:`, `put-${holder}-policy`, 'name', 'policy'),
    people('DELETE', `${path}/inline-policies/:`, `delete-${holder}-policy`, 'name', 'policy'),
    people('GET', `${path}/policies`, `list-attached-${holder}-policies`, 'name'),
    people('POST', `${path}/policies`, `attach-${holder}-policy`, 'name'),
    route('DELETE', `${path}/policies`, (request) => {
      const policyArn = request.query.take('arn') ?? badArgument('arn', 'is missing in the query')
      const reader = PEOPLE_READERS[`detach-${holder}-policy`]
      return ofPeople(request, { name: nameAt(request, 0), policyArn }, reader)
    }),
  ]
}

/** The managed policy that a user or a role never gets beyond, `{policyArn}`, and the end of all their sessions. */
function bounded(path: string, holder: 'user' | 'role'): readonly Route[] {
  return [
    people('PUT', `${path}/boundary`, `put-${holder}-permissions-boundary`, 'name'),
    people('DELETE', `${path}/boundary`, `delete-${holder}-permissions-boundary`, 'name'),
    route('DELETE', `${path}/sessions`, (request) =>
      ofPeople(request, { name: nameAt(request, 0) }, (body) => ({
        ...{ kind: 'revoke-sessions', holder, name: body.text('name') },
      })),
    ),
  ]
}

export const PEOPLE_ROUTES: readonly Route[] = [
  people('GET', 'people/users', 'list-users'),
  people('POST', 'people/users', 'create-user'),
  people('GET', 'people/users/:', 'get-user', 'name'),
  people('DELETE', 'people/users/:', 'delete-user', 'name'),
  people('PATCH', 'people/users/:', 'update-user', 'name'),
  people('GET', 'people/users/:/password', 'get-login-profile', 'name'),
  people('POST', 'people/users/:/password', 'create-login-profile', 'name'),
  route('PUT', 'people/users/:/password', (request) =>
    ofPeople(request, { name: nameAt(request, 0) }, (body) => ({
      ...PEOPLE_READERS['update-login-profile'](body),
      orCreate: true,
    })),
  ),
  people('DELETE', 'people/users/:/password', 'delete-login-profile', 'name'),
  people('POST', 'password', 'change-password'),
  ...bounded('people/users/:', 'user'),
  people('GET', 'people/users/:/groups', 'list-groups-for-user', 'name'),
  people('GET', 'people/users/:/access-keys', 'list-access-keys', 'user'),
  people('POST', 'people/users/:/access-keys', 'create-access-key', 'user'),
  people('PATCH', 'people/users/:/access-keys/:', 'update-access-key', 'user', 'accessKeyId'),
  people('DELETE', 'people/users/:/access-keys/:', 'delete-access-key', 'user', 'accessKeyId'),
  ...holders('people/users/:', 'user'),
  people('GET', 'people/groups', 'list-groups'),
  people('POST', 'people/groups', 'create-group'),
  people('GET', 'people/groups/:', 'get-group', 'name'),
  people('DELETE', 'people/groups/:', 'delete-group', 'name'),
  people('POST', 'people/groups/:/members', 'add-user-to-group', 'name'),
  people('DELETE', 'people/groups/:/members/:', 'remove-user-from-group', 'name', 'user'),
  ...holders('people/groups/:', 'group'),
  people('GET', 'people/roles', 'list-roles'),
  people('POST', 'people/roles', 'create-role'),
  people('GET', 'people/roles/:', 'get-role', 'name'),
  people('PATCH', 'people/roles/:', 'update-role', 'name'),
  people('PUT', 'people/roles/:/trust', 'update-assume-role-policy', 'name'),
  people('DELETE', 'people/roles/:', 'delete-role', 'name'),
  ...bounded('people/roles/:', 'role'),
  ...holders('people/roles/:', 'role'),
  // A policy is named by its ARN, percent-encoded: the server's own policies have the names of nobody's account.
  people('GET', 'people/policies', 'list-policies'),
  people('POST', 'people/policies', 'create-policy'),
  people('GET', 'people/policies/:', 'get-policy', 'policyArn'),
  people('DELETE', 'people/policies/:', 'delete-policy', 'policyArn'),
  people('POST', 'people/policies/:/versions', 'create-policy-version', 'policyArn'),
  people('GET', 'people/policies/:/versions', 'list-policy-versions', 'policyArn'),
  people('GET', 'people/policies/:/versions/:', 'get-policy-version', 'policyArn', 'version'),
  people('PUT', 'people/policies/:/versions/:/default', 'set-default-policy-version', 'policyArn', 'version'),
  people('DELETE', 'people/policies/:/versions/:', 'delete-policy-version', 'policyArn', 'version'),
  people('GET', 'people/policies/:/entities', 'list-entities-for-policy', 'policyArn'),
]

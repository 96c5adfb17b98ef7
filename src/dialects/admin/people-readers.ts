import {
  SIGNATURES,
  type OperationOf,
  type PasswordOperation,
  type PeopleGrammar,
  type Signature,
} from '../../operations/index.ts'
import { passwordOf } from '../password-text.ts'
import { present } from '../present.ts'
import type { Fields } from './fields.ts'
import type { PeopleAdminKind } from './people-wire.ts'

type Reader<Kind extends PeopleAdminKind> = (body: Fields) => OperationOf<Kind>
type Readers<Kinds extends PeopleAdminKind> = { readonly [Kind in Kinds]: Reader<Kind> }

const MAX_SECONDS = 43_200
const LANGUAGES: readonly PeopleGrammar[] = ['aws', 'ram', 'huawei', 'cam']
const NO_TAGS = {}

const named = (body: Fields): { readonly name: string } => ({ name: body.text('name') })
const maybeUser = (body: Fields): { readonly name?: string } => present({ name: body.optionalText('user') })
const page = (body: Fields): { readonly marker?: string } => present({ marker: body.optionalText('after') })
const path = (body: Fields): { readonly path?: string } => present({ path: body.optionalText('path') })
const policy = (body: Fields): { readonly policyArn: string } => ({ policyArn: body.text('policyArn') })
const inline = (body: Fields): { readonly name: string; readonly policyName: string } => ({
  ...named(body),
  policyName: body.text('policy'),
})
/** A text in a language of its own is kept, and read, in it. */
const written = (body: Fields): { readonly document: string; readonly grammar?: PeopleGrammar } => ({
  document: body.text('document'),
  ...present({ grammar: body.optionalWord('language', LANGUAGES) }),
})
const signatures = (body: Fields): { readonly signatures?: readonly Signature[] } =>
  present({ signatures: body.optionalWords('signatures', SIGNATURES) })
const key = (body: Fields): { readonly accessKeyId: string } => ({ accessKeyId: body.text('accessKeyId') })

const PEOPLE: Readers<
  | 'list-users'
  | 'get-user'
  | 'create-user'
  | 'delete-user'
  | 'list-groups-for-user'
  | 'list-groups'
  | 'get-group'
  | 'create-group'
  | 'delete-group'
  | 'add-user-to-group'
  | 'remove-user-from-group'
  | 'list-roles'
  | 'get-role'
  | 'create-role'
  | 'delete-role'
  | 'update-user'
  | 'update-role'
  | 'update-assume-role-policy'
> = {
  'list-users': (body) => ({ kind: 'list-users', ...page(body) }),
  'get-user': (body) => ({ kind: 'get-user', ...present({ name: body.optionalText('name') }) }),
  'create-user': (body) => ({
    kind: 'create-user',
    ...named(body),
    ...path(body),
    ...present({ boundaryArn: body.optionalText('boundary') }),
    tags: NO_TAGS,
  }),
  'delete-user': (body) => ({ kind: 'delete-user', ...named(body) }),
  'list-groups-for-user': (body) => ({ kind: 'list-groups-for-user', userName: body.text('name'), ...page(body) }),
  'list-groups': (body) => ({ kind: 'list-groups', ...page(body) }),
  'get-group': (body) => ({ kind: 'get-group', ...named(body), ...page(body) }),
  'create-group': (body) => ({ kind: 'create-group', ...named(body), ...path(body) }),
  'delete-group': (body) => ({ kind: 'delete-group', ...named(body) }),
  'add-user-to-group': (body) => ({ kind: 'add-user-to-group', ...named(body), userName: body.text('user') }),
  'remove-user-from-group': (body) => ({ kind: 'remove-user-from-group', ...named(body), userName: body.text('user') }),
  'list-roles': (body) => ({ kind: 'list-roles', ...page(body) }),
  'get-role': (body) => ({ kind: 'get-role', ...named(body) }),
  'create-role': (body) => ({
    kind: 'create-role',
    ...named(body),
    trustPolicy: body.text('trust'),
    ...path(body),
    ...present({ maxSessionSeconds: body.optionalNumber('maxSessionSeconds', 3_600, MAX_SECONDS) }),
    tags: NO_TAGS,
  }),
  'delete-role': (body) => ({ kind: 'delete-role', ...named(body) }),
  'update-user': (body) => ({
    kind: 'update-user',
    ...named(body),
    ...present({ newName: body.optionalText('newName'), newPath: body.optionalText('newPath') }),
  }),
  'update-role': (body) => ({
    kind: 'update-role',
    ...named(body),
    ...present({
      description: body.optionalText('description'),
      maxSessionSeconds: body.optionalNumber('maxSessionSeconds', 3_600, MAX_SECONDS),
    }),
  }),
  'update-assume-role-policy': (body) => ({
    kind: 'update-assume-role-policy',
    ...named(body),
    trustPolicy: body.text('trust'),
  }),
}

const PASSWORDS: Readers<PasswordOperation['kind']> = {
  'get-login-profile': (body) => ({ kind: 'get-login-profile', ...present({ name: body.optionalText('name') }) }),
  'create-login-profile': (body) => ({
    kind: 'create-login-profile',
    ...named(body),
    password: passwordOf(body.text('password')),
    // Who sets a password for somebody else is not the one to keep it.
    mustChange: body.optionalFlag('mustChange') ?? true,
  }),
  'update-login-profile': (body) => {
    const password = body.optionalText('password')
    return {
      kind: 'update-login-profile',
      ...named(body),
      ...present({
        password: password === undefined ? undefined : passwordOf(password),
        mustChange: body.optionalFlag('mustChange') ?? (password === undefined ? undefined : true),
        orCreate: body.optionalFlag('orCreate') === true ? (true as const) : undefined,
      }),
    }
  },
  'delete-login-profile': (body) => ({ kind: 'delete-login-profile', ...present({ name: body.optionalText('name') }) }),
  'change-password': (body) => ({
    kind: 'change-password',
    oldPassword: passwordOf(body.text('oldPassword')),
    newPassword: passwordOf(body.text('newPassword')),
  }),
}

const POLICIES: Readers<
  Exclude<
    Extract<
      PeopleAdminKind,
      | `${string}-policy`
      | `${string}-policies`
      | `${string}-policy-version`
      | `${string}-policy-versions`
      | `${string}-permissions-boundary`
    >,
    'update-assume-role-policy'
  >
> = {
  'list-policy-versions': (body) => ({ kind: 'list-policy-versions', ...policy(body), ...page(body) }),
  'set-default-policy-version': (body) => ({
    ...{ kind: 'set-default-policy-version', ...policy(body), version: body.text('version') },
  }),
  'delete-policy-version': (body) => ({
    kind: 'delete-policy-version',
    ...policy(body),
    version: body.text('version'),
  }),
  'list-entities-for-policy': (body) => ({ kind: 'list-entities-for-policy', ...policy(body), ...page(body) }),
  'put-user-permissions-boundary': (body) => ({
    kind: 'put-user-permissions-boundary',
    ...named(body),
    ...policy(body),
  }),
  'put-role-permissions-boundary': (body) => ({
    kind: 'put-role-permissions-boundary',
    ...named(body),
    ...policy(body),
  }),
  'delete-user-permissions-boundary': (body) => ({ kind: 'delete-user-permissions-boundary', ...named(body) }),
  'delete-role-permissions-boundary': (body) => ({ kind: 'delete-role-permissions-boundary', ...named(body) }),
  'list-policies': (body) => ({
    kind: 'list-policies',
    onlyAttached: false,
    ...present({ scope: body.optionalWord('scope', ['aws', 'local']) }),
    ...page(body),
  }),
  'get-policy': (body) => ({ kind: 'get-policy', ...policy(body) }),
  'get-policy-version': (body) => ({ kind: 'get-policy-version', ...policy(body), version: body.text('version') }),
  'create-policy': (body) => ({
    kind: 'create-policy',
    policyName: body.text('name'),
    ...written(body),
    ...path(body),
    tags: NO_TAGS,
  }),
  'create-policy-version': (body) => ({
    kind: 'create-policy-version',
    ...policy(body),
    ...written(body),
    setAsDefault: body.optionalFlag('setAsDefault') ?? false,
  }),
  'delete-policy': (body) => ({ kind: 'delete-policy', ...policy(body) }),
  'attach-user-policy': (body) => ({ kind: 'attach-user-policy', ...named(body), ...policy(body) }),
  'attach-group-policy': (body) => ({ kind: 'attach-group-policy', ...named(body), ...policy(body) }),
  'attach-role-policy': (body) => ({ kind: 'attach-role-policy', ...named(body), ...policy(body) }),
  'detach-user-policy': (body) => ({ kind: 'detach-user-policy', ...named(body), ...policy(body) }),
  'detach-group-policy': (body) => ({ kind: 'detach-group-policy', ...named(body), ...policy(body) }),
  'detach-role-policy': (body) => ({ kind: 'detach-role-policy', ...named(body), ...policy(body) }),
  'list-attached-user-policies': (body) => ({ kind: 'list-attached-user-policies', ...named(body), ...page(body) }),
  'list-attached-group-policies': (body) => ({ kind: 'list-attached-group-policies', ...named(body), ...page(body) }),
  'list-attached-role-policies': (body) => ({ kind: 'list-attached-role-policies', ...named(body), ...page(body) }),
  'list-user-policies': (body) => ({ kind: 'list-user-policies', ...named(body), ...page(body) }),
  'list-group-policies': (body) => ({ kind: 'list-group-policies', ...named(body), ...page(body) }),
  'list-role-policies': (body) => ({ kind: 'list-role-policies', ...named(body), ...page(body) }),
  'get-user-policy': (body) => ({ kind: 'get-user-policy', ...inline(body) }),
  'get-group-policy': (body) => ({ kind: 'get-group-policy', ...inline(body) }),
  'get-role-policy': (body) => ({ kind: 'get-role-policy', ...inline(body) }),
  'delete-user-policy': (body) => ({ kind: 'delete-user-policy', ...inline(body) }),
  'delete-group-policy': (body) => ({ kind: 'delete-group-policy', ...inline(body) }),
  'delete-role-policy': (body) => ({ kind: 'delete-role-policy', ...inline(body) }),
  'put-user-policy': (body) => ({ kind: 'put-user-policy', ...inline(body), ...written(body) }),
  'put-group-policy': (body) => ({ kind: 'put-group-policy', ...inline(body), ...written(body) }),
  'put-role-policy': (body) => ({ kind: 'put-role-policy', ...inline(body), ...written(body) }),
}

/** Every operation of people that the admin API has, out of its body alone. */
export const PEOPLE_READERS: Readers<PeopleAdminKind> = {
  ...PEOPLE,
  ...PASSWORDS,
  ...POLICIES,
  'assume-role': (body) => ({
    kind: 'assume-role',
    roleArn: body.text('role'),
    sessionName: body.text('session'),
    ...present({
      durationSeconds: body.optionalNumber('seconds', 900, MAX_SECONDS),
      policy: body.optionalText('policy'),
    }),
    policyArns: [],
    tags: NO_TAGS,
    transitiveTagKeys: [],
  }),
  'list-access-keys': (body) => ({ kind: 'list-access-keys', ...maybeUser(body), ...page(body) }),
  'create-access-key': (body) => ({ kind: 'create-access-key', ...maybeUser(body), ...signatures(body) }),
  'update-access-key': (body) => ({
    kind: 'update-access-key',
    ...maybeUser(body),
    ...key(body),
    ...present({ active: body.optionalFlag('active') }),
    ...signatures(body),
  }),
  'delete-access-key': (body) => ({ kind: 'delete-access-key', ...maybeUser(body), ...key(body) }),
}

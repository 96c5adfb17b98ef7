/** The admin API's JSON of people, policies and sessions. Their names stand in the body: no bucket decides. */

export interface UserJson {
  readonly name: string
  readonly id: string
  readonly arn: string
  readonly path: string
  readonly created: string
  /** The ARN of a policy. */
  readonly boundary?: string
  readonly tags: Readonly<Record<string, string>>
}

export interface GroupJson {
  readonly name: string
  readonly id: string
  readonly arn: string
  readonly path: string
  readonly created: string
}

export interface RoleJson extends UserJson {
  /** Who may take it: the text of the policy. */
  readonly trust: string
  readonly description?: string
  readonly maxSessionSeconds: number
}

export interface AccessKeyJson {
  readonly accessKeyId: string
  readonly user: string
  readonly active: boolean
  readonly created: string
  /** What it may be shown by, such as `sigv4`; absent: everything. */
  readonly signatures?: readonly string[]
}

export interface PolicyJson {
  readonly name: string
  readonly id: string
  readonly arn: string
  readonly path: string
  readonly description?: string
  readonly created: string
  readonly updated: string
  readonly defaultVersion: string
  readonly attachments: number
  readonly boundaryUses: number
}

/** A user's password for the console. */
export interface LoginProfileJson {
  readonly user: string
  readonly created: string
  /** Another has to be chosen at the next sign-in. */
  readonly mustChange: boolean
}

/** One text of a managed policy. */
export interface PolicyVersionJson {
  readonly version: string
  readonly default: boolean
  readonly created: string
}

/** What a policy is written in: AWS's language, Alibaba's RAM, Huawei's IAM or Tencent's CAM. */
export type PolicyLanguageName = 'aws' | 'ram' | 'huawei' | 'cam'

export interface CredentialsJson {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expires: string
}

type Nothing = Readonly<Record<string, never>>
type PageOf<Name extends string, Item> = { readonly [Member in Name]: readonly Item[] } & { readonly next?: string }
type Holder = 'user' | 'group' | 'role'

/** What each operation answers. */
export interface PeopleAdminResults
  extends
    Record<`${'attach' | 'detach'}-${Holder}-policy`, Nothing>,
    Record<`list-attached-${Holder}-policies`, PageOf<'policies', { readonly name: string; readonly arn: string }>>,
    Record<`${'put' | 'delete'}-${Holder}-policy`, Nothing>,
    Record<`list-${Holder}-policies`, PageOf<'names', string>>,
    Record<`${'put' | 'delete'}-${'user' | 'role'}-permissions-boundary`, Nothing>,
    Record<`get-${Holder}-policy`, { readonly document: string; readonly language: PolicyLanguageName }> {
  'list-users': PageOf<'users', UserJson>
  'get-user': { readonly user: UserJson }
  'create-user': { readonly user: UserJson }
  'delete-user': Nothing
  'update-user': Nothing
  'get-login-profile': { readonly loginProfile: LoginProfileJson }
  'create-login-profile': { readonly loginProfile: LoginProfileJson }
  'update-login-profile': Nothing
  'delete-login-profile': Nothing
  'change-password': Nothing
  'list-groups-for-user': PageOf<'groups', GroupJson>
  'list-groups': PageOf<'groups', GroupJson>
  'get-group': { readonly group: GroupJson; readonly users: readonly UserJson[]; readonly next?: string }
  'create-group': { readonly group: GroupJson }
  'delete-group': Nothing
  'add-user-to-group': Nothing
  'remove-user-from-group': Nothing
  'list-roles': PageOf<'roles', RoleJson>
  'get-role': { readonly role: RoleJson }
  'create-role': { readonly role: RoleJson }
  'update-role': { readonly role: RoleJson }
  'update-assume-role-policy': Nothing
  'delete-role': Nothing
  'assume-role': { readonly credentials: CredentialsJson; readonly arn: string }
  'list-access-keys': PageOf<'accessKeys', AccessKeyJson>
  'create-access-key': { readonly accessKey: AccessKeyJson; readonly secretAccessKey: string }
  'update-access-key': Nothing
  'delete-access-key': Nothing
  'list-policies': PageOf<'policies', PolicyJson>
  'get-policy': { readonly policy: PolicyJson }
  'get-policy-version': { readonly version: string; readonly document: string }
  'create-policy': { readonly policy: PolicyJson }
  'create-policy-version': { readonly version: string }
  'list-policy-versions': PageOf<'versions', PolicyVersionJson>
  'set-default-policy-version': Nothing
  'delete-policy-version': Nothing
  'list-entities-for-policy': PageOf<'entities', { readonly kind: Holder; readonly name: string; readonly id: string }>
  'delete-policy': Nothing
}

export type PeopleAdminKind = keyof PeopleAdminResults

interface Written {
  readonly document: string
  /** Absent: `aws`. */
  readonly language?: PolicyLanguageName
}
interface Named {
  readonly name: string
}
interface Paged {
  readonly after?: string
}
/** The body of each. */
export interface PeopleAdminBodies
  extends
    Record<`${'attach' | 'detach'}-${Holder}-policy`, Named & { readonly policyArn: string }>,
    Record<`list-attached-${Holder}-policies`, Named & Paged>,
    Record<`put-${Holder}-policy`, Named & { readonly policy: string } & Written>,
    Record<`${'get' | 'delete'}-${Holder}-policy`, Named & { readonly policy: string }>,
    Record<`list-${Holder}-policies`, Named & Paged>,
    Record<`put-${'user' | 'role'}-permissions-boundary`, Named & { readonly policyArn: string }>,
    Record<`delete-${'user' | 'role'}-permissions-boundary`, Named> {
  'list-users': Paged
  'get-user': { readonly name?: string }
  'create-user': Named & { readonly path?: string; readonly boundary?: string }
  'delete-user': Named
  'update-user': Named & { readonly newName?: string; readonly newPath?: string }
  'get-login-profile': { readonly name?: string }
  'create-login-profile': Named & { readonly password: string; readonly mustChange?: boolean }
  'update-login-profile': Named & {
    readonly password?: string
    readonly mustChange?: boolean
    /** One is made where there is none. */
    readonly orCreate?: boolean
  }
  'delete-login-profile': { readonly name?: string }
  'change-password': { readonly oldPassword: string; readonly newPassword: string }
  'list-groups-for-user': Named & Paged
  'list-groups': Paged
  'get-group': Named & Paged
  'create-group': Named & { readonly path?: string }
  'delete-group': Named
  'add-user-to-group': Named & { readonly user: string }
  'remove-user-from-group': Named & { readonly user: string }
  'list-roles': Paged
  'get-role': Named
  'create-role': Named & { readonly trust: string; readonly path?: string; readonly maxSessionSeconds?: number }
  'update-role': Named & { readonly description?: string; readonly maxSessionSeconds?: number }
  'update-assume-role-policy': Named & { readonly trust: string }
  'delete-role': Named
  'assume-role': {
    readonly role: string
    readonly session: string
    readonly seconds?: number
    readonly policy?: string
  }
  'list-access-keys': Paged & { readonly user?: string }
  'create-access-key': { readonly user?: string; readonly signatures?: readonly string[] }
  'update-access-key': {
    readonly user?: string
    readonly accessKeyId: string
    readonly active?: boolean
    readonly signatures?: readonly string[]
  }
  'delete-access-key': { readonly user?: string; readonly accessKeyId: string }
  'list-policies': Paged & { readonly scope?: 'aws' | 'local' }
  'get-policy': { readonly policyArn: string }
  'get-policy-version': { readonly policyArn: string; readonly version: string }
  'create-policy': Named & Written & { readonly path?: string }
  'create-policy-version': Written & { readonly policyArn: string; readonly setAsDefault?: boolean }
  'delete-policy': { readonly policyArn: string }
  'list-policy-versions': Paged & { readonly policyArn: string }
  'set-default-policy-version': { readonly policyArn: string; readonly version: string }
  'delete-policy-version': { readonly policyArn: string; readonly version: string }
  'list-entities-for-policy': Paged & { readonly policyArn: string }
}

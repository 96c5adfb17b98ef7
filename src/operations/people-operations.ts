import type { Signature } from './caller.ts'
import type { AccountOperation, AccountResults } from './account-operations.ts'
import type {
  AccessKeyDescription,
  EntityTags,
  GroupDescription,
  LastUse,
  Page,
  PageRequest,
  RoleDescription,
  UserDescription,
} from './people-descriptions.ts'
import type { PasswordOperation, PasswordResults } from './password-operations.ts'
import type {
  HeldPolicyOperation,
  HeldPolicyResults,
  ManagedPolicyOperation,
  ManagedPolicyResults,
} from './policy-operations.ts'
import type { SecretLike } from './secret.ts'
import type { SessionOperation, SessionResults } from './session-operations.ts'

/** Everything that is asked of the directory. Names are the caller's account's; ARNs say their account. */
export type PeopleOperation =
  | UserOperation
  | AccessKeyOperation
  | GroupOperation
  | RoleOperation
  | HeldPolicyOperation
  | ManagedPolicyOperation
  | DirectoryOperation
  | PasswordOperation
  | SessionOperation
  | AccountOperation

/** What each answers. */
export interface PeopleResults
  extends
    UserResults,
    AccessKeyResults,
    GroupResults,
    RoleResults,
    HeldPolicyResults,
    ManagedPolicyResults,
    DirectoryResults,
    PasswordResults,
    SessionResults,
    AccountResults {}

interface Listed extends PageRequest {
  readonly pathPrefix?: string
}

type TagList = Page<readonly [key: string, value: string]>

export type UserOperation =
  | {
      readonly kind: 'create-user'
      readonly name: string
      readonly path?: string
      readonly boundaryArn?: string
      readonly tags: EntityTags
    }
  /** Without a name: the caller. */
  | { readonly kind: 'get-user'; readonly name?: string }
  | ({ readonly kind: 'list-users' } & Listed)
  | { readonly kind: 'update-user'; readonly name: string; readonly newName?: string; readonly newPath?: string }
  | { readonly kind: 'delete-user'; readonly name: string }
  | { readonly kind: 'tag-user'; readonly name: string; readonly tags: EntityTags }
  | { readonly kind: 'untag-user'; readonly name: string; readonly tagKeys: readonly string[] }
  | ({ readonly kind: 'list-user-tags'; readonly name: string } & PageRequest)

export interface UserResults {
  'create-user': UserDescription
  'get-user': UserDescription
  'list-users': Page<UserDescription>
  'update-user': undefined
  'delete-user': undefined
  'tag-user': undefined
  'untag-user': undefined
  'list-user-tags': TagList
}

/** Without a name: the caller's own. */
export type AccessKeyOperation =
  | { readonly kind: 'create-access-key'; readonly name?: string; readonly signatures?: readonly Signature[] }
  | ({ readonly kind: 'list-access-keys'; readonly name?: string } & PageRequest)
  | {
      readonly kind: 'update-access-key'
      readonly name?: string
      readonly accessKeyId: string
      /** Absent: as it is. */
      readonly active?: boolean
      /** What it may be shown by from now on; absent: as it is. */
      readonly signatures?: readonly Signature[]
    }
  | { readonly kind: 'delete-access-key'; readonly name?: string; readonly accessKeyId: string }
  | { readonly kind: 'get-access-key-last-used'; readonly accessKeyId: string }

export interface AccessKeyResults {
  /** The secret is shown once, in this answer. */
  'create-access-key': AccessKeyDescription & { readonly secret: SecretLike }
  'list-access-keys': Page<AccessKeyDescription>
  'update-access-key': undefined
  'delete-access-key': undefined
  /** `lastUse` absent: never. */
  'get-access-key-last-used': { readonly userName: string; readonly lastUse?: LastUse }
}

export type GroupOperation =
  | { readonly kind: 'create-group'; readonly name: string; readonly path?: string }
  /** The group and a page of its members. */
  | ({ readonly kind: 'get-group'; readonly name: string } & PageRequest)
  | ({ readonly kind: 'list-groups' } & Listed)
  | { readonly kind: 'update-group'; readonly name: string; readonly newName?: string; readonly newPath?: string }
  | { readonly kind: 'delete-group'; readonly name: string }
  | { readonly kind: 'add-user-to-group'; readonly name: string; readonly userName: string }
  | { readonly kind: 'remove-user-from-group'; readonly name: string; readonly userName: string }
  | ({ readonly kind: 'list-groups-for-user'; readonly userName: string } & PageRequest)

export interface GroupResults {
  'create-group': GroupDescription
  'get-group': { readonly group: GroupDescription; readonly users: Page<UserDescription> }
  'list-groups': Page<GroupDescription>
  'update-group': undefined
  'delete-group': undefined
  'add-user-to-group': undefined
  'remove-user-from-group': undefined
  'list-groups-for-user': Page<GroupDescription>
}

export type RoleOperation =
  | {
      readonly kind: 'create-role'
      readonly name: string
      readonly path?: string
      readonly trustPolicy: string
      readonly description?: string
      /** 3,600 (the default) to 43,200. */
      readonly maxSessionSeconds?: number
      readonly boundaryArn?: string
      readonly tags: EntityTags
    }
  | { readonly kind: 'get-role'; readonly name: string }
  | ({ readonly kind: 'list-roles' } & Listed)
  /** What is absent stays. */
  | {
      readonly kind: 'update-role'
      readonly name: string
      readonly description?: string
      readonly maxSessionSeconds?: number
    }
  /** What `update-role` does to the description, under a right of its own; and it shows the role. */
  | { readonly kind: 'update-role-description'; readonly name: string; readonly description: string }
  | { readonly kind: 'update-assume-role-policy'; readonly name: string; readonly trustPolicy: string }
  | { readonly kind: 'delete-role'; readonly name: string }
  | { readonly kind: 'tag-role'; readonly name: string; readonly tags: EntityTags }
  | { readonly kind: 'untag-role'; readonly name: string; readonly tagKeys: readonly string[] }
  | ({ readonly kind: 'list-role-tags'; readonly name: string } & PageRequest)

export interface RoleResults {
  'create-role': RoleDescription
  'get-role': RoleDescription
  'list-roles': Page<RoleDescription>
  'update-role': RoleDescription
  'update-role-description': RoleDescription
  'update-assume-role-policy': undefined
  'delete-role': undefined
  'tag-role': undefined
  'untag-role': undefined
  'list-role-tags': TagList
}

/** What clients ask for before they delete somebody, and that nobody here has: empty lists, of users and roles that exist. */
export type DirectoryOperation =
  | { readonly kind: 'get-account-summary' }
  | { readonly kind: 'list-account-aliases' }
  | { readonly kind: 'list-mfa-devices'; readonly name?: string }
  | { readonly kind: 'list-virtual-mfa-devices' }
  | { readonly kind: 'list-ssh-public-keys'; readonly name?: string }
  | { readonly kind: 'list-signing-certificates'; readonly name?: string }
  | { readonly kind: 'list-service-specific-credentials'; readonly name?: string }
  | { readonly kind: 'list-instance-profiles' }
  | { readonly kind: 'list-instance-profiles-for-role'; readonly name: string }

export interface DirectoryResults {
  /** Counts and limits by the names of `GetAccountSummary` (`Users`, `UsersQuota`, ...). */
  'get-account-summary': { readonly counts: Readonly<Record<string, number>> }
  'list-account-aliases': Page<string>
  'list-mfa-devices': Page<never>
  'list-virtual-mfa-devices': Page<never>
  'list-ssh-public-keys': Page<never>
  'list-signing-certificates': Page<never>
  'list-service-specific-credentials': Page<never>
  'list-instance-profiles': Page<never>
  'list-instance-profiles-for-role': Page<never>
}

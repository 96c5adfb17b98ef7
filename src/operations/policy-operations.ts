import type {
  EntityTags,
  Page,
  PageRequest,
  PeopleGrammar,
  PolicyDescription,
  PolicyText,
  PolicyVersionDescription,
} from './people-descriptions.ts'

/** Whom policies hang on. */
export type PolicyHolder = 'user' | 'group' | 'role'

export interface AttachedPolicy {
  readonly policyName: string
  readonly arn: string
}

/** Inline policies of one holder. `name`: of the user, group or role. */
interface InlineOf<Holder extends PolicyHolder> {
  readonly put: {
    readonly kind: `put-${Holder}-policy`
    readonly name: string
    readonly policyName: string
    readonly document: string
    /** Absent: `aws`. */
    readonly grammar?: PeopleGrammar
  }
  readonly get: { readonly kind: `get-${Holder}-policy`; readonly name: string; readonly policyName: string }
  readonly list: { readonly kind: `list-${Holder}-policies`; readonly name: string } & PageRequest
  readonly delete: { readonly kind: `delete-${Holder}-policy`; readonly name: string; readonly policyName: string }
}

/** Managed policies on one holder. */
interface AttachedTo<Holder extends PolicyHolder> {
  readonly attach: { readonly kind: `attach-${Holder}-policy`; readonly name: string; readonly policyArn: string }
  readonly detach: { readonly kind: `detach-${Holder}-policy`; readonly name: string; readonly policyArn: string }
  readonly list: {
    readonly kind: `list-attached-${Holder}-policies`
    readonly name: string
    /** Of the policies. */
    readonly pathPrefix?: string
  } & PageRequest
}

interface BoundaryOf<Holder extends 'user' | 'role'> {
  readonly put: {
    readonly kind: `put-${Holder}-permissions-boundary`
    readonly name: string
    readonly policyArn: string
  }
  readonly delete: { readonly kind: `delete-${Holder}-permissions-boundary`; readonly name: string }
}

type OneOf<Table> = Table[keyof Table]

export type HeldPolicyOperation =
  | { [Holder in PolicyHolder]: OneOf<InlineOf<Holder>> | OneOf<AttachedTo<Holder>> }[PolicyHolder]
  | { [Holder in 'user' | 'role']: OneOf<BoundaryOf<Holder>> }['user' | 'role']

type InlineResults<Holder extends PolicyHolder> = Record<
  `put-${Holder}-policy` | `delete-${Holder}-policy` | `attach-${Holder}-policy` | `detach-${Holder}-policy`,
  undefined
> &
  Record<`get-${Holder}-policy`, PolicyText> &
  /** Names of inline policies. */
  Record<`list-${Holder}-policies`, Page<string>> &
  Record<`list-attached-${Holder}-policies`, Page<AttachedPolicy>>

export interface HeldPolicyResults
  extends
    InlineResults<'user'>,
    InlineResults<'group'>,
    InlineResults<'role'>,
    Record<`${'put' | 'delete'}-${'user' | 'role'}-permissions-boundary`, undefined> {}

/** Managed policies themselves. */
export type ManagedPolicyOperation =
  | {
      readonly kind: 'create-policy'
      readonly policyName: string
      /** Absent: `/`. */
      readonly path?: string
      readonly document: string
      readonly grammar?: PeopleGrammar
      readonly description?: string
      readonly tags: EntityTags
    }
  | { readonly kind: 'get-policy'; readonly policyArn: string }
  | ({
      readonly kind: 'list-policies'
      /** `aws`: built-in ones; `local`: the account's own. Absent: all. */
      readonly scope?: 'aws' | 'local'
      readonly onlyAttached: boolean
      readonly pathPrefix?: string
      readonly usage?: 'permissions' | 'boundary'
    } & PageRequest)
  | { readonly kind: 'delete-policy'; readonly policyArn: string }
  | {
      readonly kind: 'create-policy-version'
      readonly policyArn: string
      readonly document: string
      readonly grammar?: PeopleGrammar
      readonly setAsDefault: boolean
    }
  | { readonly kind: 'get-policy-version'; readonly policyArn: string; readonly version: string }
  | ({ readonly kind: 'list-policy-versions'; readonly policyArn: string } & PageRequest)
  | { readonly kind: 'set-default-policy-version'; readonly policyArn: string; readonly version: string }
  | { readonly kind: 'delete-policy-version'; readonly policyArn: string; readonly version: string }
  | { readonly kind: 'tag-policy'; readonly policyArn: string; readonly tags: EntityTags }
  | { readonly kind: 'untag-policy'; readonly policyArn: string; readonly tagKeys: readonly string[] }
  | ({ readonly kind: 'list-policy-tags'; readonly policyArn: string } & PageRequest)
  | ({
      readonly kind: 'list-entities-for-policy'
      readonly policyArn: string
      readonly only?: PolicyHolder
      readonly pathPrefix?: string
      readonly usage?: 'permissions' | 'boundary'
    } & PageRequest)

export interface PolicyEntity {
  readonly holder: PolicyHolder
  readonly name: string
  readonly id: string
}

export interface ManagedPolicyResults {
  'create-policy': PolicyDescription
  'get-policy': PolicyDescription
  'list-policies': Page<PolicyDescription>
  'delete-policy': undefined
  'create-policy-version': PolicyVersionDescription
  'get-policy-version': PolicyVersionDescription & PolicyText
  'list-policy-versions': Page<PolicyVersionDescription>
  'set-default-policy-version': undefined
  'delete-policy-version': undefined
  'tag-policy': undefined
  'untag-policy': undefined
  'list-policy-tags': Page<readonly [key: string, value: string]>
  'list-entities-for-policy': Page<PolicyEntity>
}

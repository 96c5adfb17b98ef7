/** Who may use a key: its policy, its grants, its tags. */
import type { EncryptionContext } from './encryption-settings.ts'
import type { KeyListPage, KeyNamed } from './key-operations.ts'
import type { AccountId } from './names.ts'

/** In the order in which they were given; keys are unique. */
export type KeyTags = readonly (readonly [key: string, value: string])[]

/** What a grant can allow, as KMS calls it. */
export const GRANT_OPERATIONS = [
  ...(['Decrypt', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'] as const),
  ...(['ReEncryptFrom', 'ReEncryptTo', 'Sign', 'Verify', 'GetPublicKey', 'CreateGrant', 'RetireGrant'] as const),
  ...(['DescribeKey', 'GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext'] as const),
  ...(['GenerateMac', 'VerifyMac', 'DeriveSharedSecret'] as const),
] as const
export type GrantOperation = (typeof GRANT_OPERATIONS)[number]

/** All that are there must hold. */
export interface GrantConstraints {
  /** The context is exactly this. */
  readonly contextEquals?: EncryptionContext
  /** The context has these pairs, and maybe more. */
  readonly contextSubset?: EncryptionContext
  readonly sourceArn?: string
}

/** A principal by its ARN, or a service by its name. */
export type GrantParty =
  { readonly kind: 'principal'; readonly arn: string } | { readonly kind: 'service'; readonly name: string }

export interface CreateGrant extends KeyNamed {
  readonly kind: 'create-grant'
  readonly grantee: GrantParty
  readonly retiring?: GrantParty
  readonly operations: readonly GrantOperation[]
  readonly constraints?: GrantConstraints
  /** The same name and the same terms again: the same grant. */
  readonly name?: string
  readonly grantTokens?: readonly string[]
  readonly dryRun?: boolean
}

/** Which grants are listed. */
export interface GrantFilter {
  readonly grantId?: string
  readonly grantee?: GrantParty
}

/** `policyName`: `default`, there is no other. */
export type KeyRightsOperation =
  | ({ readonly kind: 'get-key-policy'; readonly policyName?: string } & KeyNamed)
  | ({
      readonly kind: 'put-key-policy'
      readonly policyName?: string
      /** The text, kept byte for byte. */
      readonly policy: string
      /** The caller may lock himself out. */
      readonly bypassLockoutCheck?: boolean
    } & KeyNamed)
  | ({ readonly kind: 'list-key-policies'; readonly page?: KeyListPage } & KeyNamed)
  | CreateGrant
  | ({ readonly kind: 'list-grants'; readonly page?: KeyListPage } & GrantFilter & KeyNamed)
  | { readonly kind: 'list-retirable-grants'; readonly retiring: GrantParty; readonly page?: KeyListPage }
  | ({ readonly kind: 'revoke-grant'; readonly grantId: string; readonly dryRun?: boolean } & KeyNamed)
  /** By token, or by key and grant. */
  | {
      readonly kind: 'retire-grant'
      readonly grantToken?: string
      readonly key?: string
      readonly grantId?: string
      readonly dryRun?: boolean
    }
  | ({ readonly kind: 'tag-key'; readonly tags: KeyTags } & KeyNamed)
  | ({ readonly kind: 'untag-key'; readonly tagKeys: readonly string[] } & KeyNamed)
  | ({ readonly kind: 'list-key-tags'; readonly page?: KeyListPage } & KeyNamed)

export interface ShownGrant {
  readonly keyArn: string
  /** 64 hexadecimal digits. */
  readonly grantId: string
  readonly name?: string
  readonly createdMs: number
  readonly grantee: GrantParty
  readonly retiring?: GrantParty
  readonly issuer: AccountId
  readonly operations: readonly GrantOperation[]
  readonly constraints?: GrantConstraints
}

interface GrantList {
  readonly grants: readonly ShownGrant[]
  readonly next?: string
}

export interface KeyRightsResults {
  'get-key-policy': { readonly policy: string; readonly policyName: string }
  'put-key-policy': undefined
  'list-key-policies': { readonly policyNames: readonly string[]; readonly next?: string }
  'create-grant': { readonly grantId: string; readonly grantToken: string }
  'list-grants': GrantList
  'list-retirable-grants': GrantList
  'revoke-grant': undefined
  'retire-grant': undefined
  'tag-key': undefined
  'untag-key': undefined
  'list-key-tags': { readonly tags: KeyTags; readonly next?: string }
}

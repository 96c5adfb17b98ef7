import type { SecretLike } from './secret.ts'

/** Passwords of users for the console, in the words of IAM's `LoginProfile`. Bytes are UTF-8 of the NFC form. */
export type PasswordOperation =
  /** Without a name: the caller's own. */
  | { readonly kind: 'get-login-profile'; readonly name?: string }
  | {
      readonly kind: 'create-login-profile'
      readonly name: string
      readonly password: SecretLike
      readonly mustChange: boolean
    }
  /** What is absent stays. `orCreate`: one is made where there is none, under the right to that. */
  | {
      readonly kind: 'update-login-profile'
      readonly name: string
      readonly password?: SecretLike
      readonly mustChange?: boolean
      readonly orCreate?: true
    }
  | { readonly kind: 'delete-login-profile'; readonly name?: string }
  /** The caller's own, by who knows the one before. */
  | { readonly kind: 'change-password'; readonly oldPassword: SecretLike; readonly newPassword: SecretLike }

export interface LoginProfile {
  readonly userName: string
  readonly createdMs: number
  /** Another has to be chosen at the next sign-in. */
  readonly mustChange: boolean
}

export interface PasswordResults {
  /** None: refused with `entity-not-found`. */
  'get-login-profile': LoginProfile
  'create-login-profile': LoginProfile
  'update-login-profile': undefined
  'delete-login-profile': undefined
  'change-password': undefined
}

import type { AccountId } from './names.ts'
import type { AccountDescription, VendorSpellings } from './people-descriptions.ts'
import type { SecretLike } from './secret.ts'

/** Accounts as a whole: asked for by the operators, the people of the deployment's first account. */
export type AccountOperation =
  /** `account` absent: one that nobody has is drawn. */
  | {
      readonly kind: 'create-account'
      readonly account?: AccountId
      readonly name?: string
      readonly vendors: VendorSpellings
    }
  | { readonly kind: 'list-accounts' }
  | { readonly kind: 'show-account'; readonly account: AccountId }
  /** What is absent stays; an empty text removes. */
  | {
      readonly kind: 'set-account'
      readonly account: AccountId
      readonly name?: string
      readonly vendors: VendorSpellings
    }
  | { readonly kind: 'disable-account'; readonly account: AccountId }
  | { readonly kind: 'enable-account'; readonly account: AccountId }

export interface AccountResults {
  /** The secret of the account's root, shown once. */
  'create-account': { readonly account: AccountDescription; readonly rootSecret: SecretLike }
  'list-accounts': { readonly accounts: readonly AccountDescription[] }
  'show-account': { readonly account: AccountDescription }
  'set-account': { readonly account: AccountDescription }
  'disable-account': { readonly account: AccountDescription }
  'enable-account': { readonly account: AccountDescription }
}

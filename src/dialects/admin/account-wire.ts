/** The admin API's JSON about accounts and sessions. */

export interface VendorsJson {
  readonly uid?: string
  readonly domainId?: string
  readonly appId?: string
  readonly uin?: string
}

export interface AccountJson {
  readonly account: string
  readonly name?: string
  readonly canonicalId: string
  readonly created: string
  readonly enabled: boolean
  readonly vendors: VendorsJson
  readonly rootAccessKey?: string
}

interface OneAccount {
  readonly account: AccountJson
}

export interface AccountAdminResults {
  /** The secret of the account's root is shown in this answer, and never again. */
  'create-account': OneAccount & { readonly rootSecret: string }
  'list-accounts': { readonly accounts: readonly AccountJson[] }
  'show-account': OneAccount
  'set-account': OneAccount
  'disable-account': OneAccount
  'enable-account': OneAccount
  'revoke-sessions': { readonly before: string }
}

export interface AccountAdminBodies {
  'create-account': { readonly name?: string; readonly vendors?: VendorsJson }
  /** What is absent stays; an empty text takes away. */
  'set-account': { readonly name?: string; readonly vendors?: VendorsJson }
  'revoke-sessions': { readonly user?: string; readonly role?: string }
}

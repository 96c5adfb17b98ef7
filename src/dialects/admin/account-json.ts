import type { AccountDescription, AccountOperation, Results, SecretLike } from '../../operations/index.ts'
import { present } from '../present.ts'
import type { AccountAdminResults, AccountJson } from './account-wire.ts'

type Shapers = {
  readonly [Kind in AccountOperation['kind'] | 'revoke-sessions']: (result: Results[Kind]) => AccountAdminResults[Kind]
}

/** Accounts as JSON, member by member. */
export const ACCOUNT_JSON: Shapers = {
  'create-account': ({ account, rootSecret }) => ({ account: accountJson(account), rootSecret: shownOnce(rootSecret) }),
  'list-accounts': ({ accounts }) => ({ accounts: accounts.map(accountJson) }),
  'show-account': one,
  'set-account': one,
  'disable-account': one,
  'enable-account': one,
  'revoke-sessions': ({ beforeMs }) => ({ before: new Date(beforeMs).toISOString() }),
}

function one({ account }: { readonly account: AccountDescription }): { readonly account: AccountJson } {
  return { account: accountJson(account) }
}

function accountJson(account: AccountDescription): AccountJson {
  const { name, canonicalId, createdMs, enabled, vendors, rootAccessKeyId } = account
  return {
    account: account.account,
    ...present({ name }),
    canonicalId,
    created: new Date(createdMs).toISOString(),
    enabled,
    vendors,
    ...present({ rootAccessKey: rootAccessKeyId }),
  }
}

/** A secret becomes text for the answer that shows it to who made it, and nowhere else. */
function shownOnce(secret: SecretLike): string {
  return secret.expose((bytes) => Buffer.from(bytes).toString('latin1'))
}

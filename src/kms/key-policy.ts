import { refuse, type AccountId, type Caller } from '../operations/index.ts'

/** What a key policy says about one use; another engine may take this one's place. */
export type KeyPolicy = (caller: Caller, action: string, keyAccount: AccountId) => 'allow' | 'deny'

/** Keys without a policy of their own: their account's root may do everything, nobody else anything. */
export const accountRootOnly: KeyPolicy = (caller, _action, keyAccount) =>
  caller.kind === 'account-root' && caller.account === keyAccount ? 'allow' : 'deny'

/** Refuses with `access-denied`. `action`: `kms:Decrypt` and so on. */
export function demandAllowed(policy: KeyPolicy, caller: Caller, action: string, keyAccount: AccountId): void {
  if (policy(caller, action, keyAccount) === 'deny') refuse({ kind: 'access-denied', action })
}

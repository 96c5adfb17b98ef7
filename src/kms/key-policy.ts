import { isSigned, refuse, type AccountId, type Caller } from '../operations/index.ts'

/** What a key policy says about one use; another engine may take this one's place. */
export type KeyPolicy = (caller: Caller, action: string, keyAccount: AccountId) => 'allow' | 'deny'

/** Keys without a policy of their own: their account's root may do everything, nobody else anything. */
export const accountRootOnly: KeyPolicy = (caller, _action, keyAccount) =>
  caller.kind === 'account-root' && caller.account === keyAccount ? 'allow' : 'deny'

/** Acts with a key's material, and not with its settings. */
const USES: ReadonlySet<string> = new Set([
  ...['kms:GenerateDataKey', 'kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
  ...['kms:GenerateDataKeyWithoutPlaintext', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext'],
  ...['kms:GenerateRandom', 'kms:GenerateMac', 'kms:VerifyMac', 'kms:Sign', 'kms:Verify', 'kms:ImportKeyMaterial'],
])

/** As `policy`, but a key is used for a person only over a request that came by TLS (`COFFER_REQUIRE_TLS=kms`). */
export function byTlsOnly(policy: KeyPolicy): KeyPolicy {
  return (caller, action, keyAccount) => {
    const inTheOpen = isSigned(caller) && caller.secure !== true && USES.has(action)
    return inTheOpen ? 'deny' : policy(caller, action, keyAccount)
  }
}

/** Refuses with `access-denied`. `action`: `kms:Decrypt` and so on. */
export function demandAllowed(policy: KeyPolicy, caller: Caller, action: string, keyAccount: AccountId): void {
  if (policy(caller, action, keyAccount) === 'deny') refuse({ kind: 'access-denied', action })
}

/**
 * Keys: the root and what it protects, KMS keys and their states, data keys, aliases, rotation, destruction, and the
 * service keys behind `sse-s3`.
 *
 * Promises: key material never leaves a key store, and rests only wrapped; each use of a key is authorized here as the
 * caller, judged by the key's state as the store has it now, and written down; a key that something depends on is not
 * deleted, and the counts are exact; a root that is not the data's own changes nothing.
 * Bytes: docs/key-hierarchy.md. May import `policy`, `storage`, `records`, and the types of `audit`.
 */
export { commitDecision, type Decision } from './commit-decision.ts'
export { clusterFromKey, newWrap, readWrap, type Cluster, type FetchClusterKey } from './cluster/cluster-key.ts'
export { contextBytes, MAX_CONTEXT_BYTES } from './wraps/context-bytes.ts'
export { countUses, type CountedUses } from './keys/count-uses.ts'
export { createKeyService, type KeyServer, type KeyServiceOptions } from './create-key-service.ts'
export type { Destroyed } from './cluster/destroy-keys.ts'
export { KEY_FAULT_POINTS, ROOT_FILE_FAULT_POINTS } from './fault-points.ts'
export type { FindPrincipals } from './rights/key-policies.ts'
export type { RightsOf } from './rights/key-rights.ts'
export type { KeyRequest, KeyRoad, KeyService, KeyUse, Referrer } from './key-service.ts'
export { changeGuard, useCounter, wrapRow, type ReferrerKind, type WrapName } from './kms-rows.ts'
export { MANAGED_ALIAS } from './keys/managed-keys.ts'
export { describeRoots, moveRoot } from './cluster/move-root.ts'
export { openCluster, type OpenedCluster } from './cluster/open-cluster.ts'
export { ROOT_KINDS, RootMismatch, RootRefused, RootUnavailable, type RootProvider } from './roots/root-provider.ts'
export { freshWraps } from './roots/kept-root.ts'
export { readSecretFile as readRootCopy, writeNewSecretFile } from './roots/file.ts'
export { exportRootKey, importRootKey, MAX_EXPORT_TEXT_BYTES } from './roots/root-export.ts'
export { rootKeyText } from './roots/root-key-text.ts'
export { openRootProvider, type RootSetting } from './roots/open-root.ts'
export { createLocalKeyStore } from './stores/local.ts'
export { createTokenKeyStore } from './stores/pkcs11.ts'
export { createResidentKeyStore } from './stores/resident.ts'
export { rotateCluster } from './cluster/rotate-cluster.ts'
export {
  asTokenCall,
  createTokenAgent,
  type TokenAnswer,
  type TokenCall,
  type TokenSetUp,
} from './tokens/token-agent.ts'
export { tokenOver, type SendToToken } from './tokens/token-client.ts'
export { TokenAway, TokenRefused, type Token } from './tokens/token.ts'
export {
  createSessionTokens,
  SESSION_CREDENTIAL_BYTES,
  type OpenedToken,
  type SessionTokens,
} from './cluster/session-tokens.ts'
export { readSystemKey, type SystemKey } from './cluster/system-keys.ts'

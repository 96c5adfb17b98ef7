/**
 * Configuration: flags, environment and file, read once and made into one frozen value.
 *
 * Promises: what is unknown, malformed, contradictory or dangerous refuses the start in one sentence that names the
 * setting and never its value; secrets travel as `SecretBytes` and leave the environment when they are read; this is
 * the only room that reads the environment. One table (`settings.ts`) holds every setting of the server.
 * Imports: secrets.
 */
export {
  loadClientConfig,
  type ClientConfig,
  type ClientInput,
  type ClientSource,
  type Endpoint,
} from './client-config.ts'
export { ConfigProblem } from './config-problem.ts'
export { loadConfig, type Config, type ConfigInput, type HttpLimitOverrides, type TlsSetting } from './config.ts'
export {
  emptyEnvironment,
  environmentOf,
  libraryEnvironment,
  processEnvironment,
  processNodeOptions,
  type Environment,
} from './env.ts'
export { nearest } from './nearest.ts'
export type { KeyStoreSetting } from './key-store.ts'
export type { Pkcs11Setting } from './pkcs11-uri.ts'
export type { AwsKmsSetting, RemoteAddress, VaultSetting } from './remote-root.ts'
export type { NotificationSetting, NotificationTarget } from './notification-targets.ts'
export { parseRootKey, resolveRootKey, type RootKeySetting, type RootKeyText } from './root-key.ts'
export { ROLE_FLAG, roleOf, type Role } from './role.ts'
export { readSecretFile } from './secrets.ts'
export type { FlagValues, SettingSource } from './setting-sources.ts'
export type { ShownSetting } from './shown-settings.ts'
export { ALL_SETTINGS, isSwitch, type BlobsSetting, type MetadataSetting, type Setting } from './settings.ts'
export { ValueProblem, type ListenAddress } from './value-parsers.ts'
export { VERSION } from './version.ts'

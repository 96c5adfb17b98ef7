import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { SecretBytes } from '../secrets/index.ts'
import { readConfigFile, type ConfigFileSearch } from './config-file.ts'
import type { NotificationSetting } from './notification-targets.ts'
import { ConfigProblem } from './config-problem.ts'
import type { Environment } from './env.ts'
import { refuseContradictions } from './contradictions.ts'
import { resolveKeyStore, variablesOfKeyStore, type KeyStoreSetting } from './key-store.ts'
import { refuseDangerousNode } from './node-options.ts'
import { namedVariables, resolveRootKey, type RootKeySetting } from './root-key.ts'
import { readSecretFile, requireGoodSecretKey, takeSecret } from './secrets.ts'
import { findText, findValue, parseAs, refuseUnknown, type FlagValues, type Sources } from './setting-sources.ts'
import { showSettings, type ShownSetting } from './shown-settings.ts'
import {
  HTTP_SETTINGS,
  SETTINGS,
  type BlobsSetting,
  type HttpLimitName,
  type MetadataSetting,
  type Setting,
} from './settings.ts'
import type { ListenAddress } from './value-parsers.ts'

export type TlsSetting =
  | { readonly kind: 'off' }
  | { readonly kind: 'self-signed' }
  | { readonly kind: 'files'; readonly cert: string; readonly key: string }

/** Limits of the edge that were set; those that were not keep their defaults there. */
export type HttpLimitOverrides = Readonly<Partial<Record<HttpLimitName, number>>>

/** Everything the server runs with: one frozen value, checked. */
export interface Config {
  /** Nothing is kept: metadata, blobs and root key live in this process. */
  readonly memory: boolean
  /** Absolute, as every path here: the server changes its working directory. */
  readonly data: string
  readonly listen: ListenAddress
  readonly consoleListen: ListenAddress | 'off'
  readonly console: {
    readonly origins: readonly string[]
    /** Whether a secret may be typed into a page that came over plain HTTP from another machine. */
    readonly insecureSignIn: boolean
    readonly idleMs: number
    readonly lifeMs: number
    readonly vocabulary: 's3' | 'oss' | 'obs' | 'cos'
    readonly apiEndpoint?: string
  }
  /** Both or neither. Absent: made at first start. */
  readonly rootCredential?: { readonly accessKeyId: string; readonly secret: SecretBytes }
  readonly account: string
  readonly region: string
  /** Holds `region`. */
  readonly regions: readonly string[]
  readonly domains: readonly string[]
  /** Of websites; empty: the vendors' own website hosts alone are any. */
  readonly websiteDomains: readonly string[]
  readonly defaultDialect: 's3' | 'oss' | 'obs' | 'cos'
  readonly tls: TlsSetting
  readonly rootKey: RootKeySetting
  readonly kms: { readonly keyStore: KeyStoreSetting; readonly allowDeleteInUse: boolean }
  readonly metadata: MetadataSetting
  readonly blobs: BlobsSetting
  readonly workers: number
  readonly requireTls: 'off' | 'kms' | 'all'
  /** Which reads and writes of objects are recorded one by one. */
  readonly auditData: 'kms' | 'all' | 'off'
  readonly trustedProxies: readonly string[]
  readonly allowInsecureSseC: boolean
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug'
  readonly newBuckets: { readonly blockSseC: boolean }
  readonly defaults: { readonly checkKey: boolean }
  readonly compat: { readonly encryptionNotFound: boolean; readonly ignoreSseOnParts: boolean }
  readonly http: HttpLimitOverrides
  /** Milliseconds between runs; `scrubMs` and `uploadDays` 0: never. */
  readonly jobs: {
    readonly garbageMs: number
    readonly uploadsMs: number
    readonly uploadDays: number
    readonly keysMs: number
    readonly lifecycleMs: number
    readonly logsMs: number
    readonly scrubMs: number
  }
  readonly notifications: NotificationSetting
  /** The configuration file that was read, if any. */
  readonly file?: string
  /** What is in force and where it came from; secrets as `set`. */
  readonly settings: readonly ShownSetting[]
  /** Sentences for the log: allowed, and risky. */
  readonly warnings: readonly string[]
}

export interface ConfigInput {
  /** `memory`: the flag `--memory`. */
  readonly memory?: boolean
  readonly flags: FlagValues
  readonly env: Environment
  readonly execArgv: readonly string[]
  readonly file: ConfigFileSearch
  readonly cores?: number
}

/**
 * Environment, flags and file as one value. Throws `ConfigProblem` for whatever is unknown, malformed, contradictory or
 * dangerous. Secrets are removed from the environment on the way.
 */
export function loadConfig(input: ConfigInput): Config {
  refuseDangerousNode(input.env, input.execArgv)
  const place = input.file.named ?? input.env.get('COFFER_CONFIG')
  const file = readConfigFile({ ...input.file, named: place })
  const sources: Sources = { flags: input.flags, env: input.env, file }
  const memory = input.memory === true
  const rootKey = findValue(SETTINGS.rootKey, sources)?.value
  const keyStore = findValue(SETTINGS['kms.keyStore'], sources)?.value
  const named = [
    ...(rootKey === undefined ? [] : namedVariables(rootKey)),
    ...(keyStore === undefined ? [] : variablesOfKeyStore(keyStore)),
  ]
  refuseUnknown(sources, named)
  refuseContradictions(sources, memory)
  const settings = showSettings(sources, memory)
  return deepFreeze({
    ...readAll(sources, memory, input.cores ?? availableParallelism()),
    memory,
    ...(file === undefined ? {} : { file: file.path }),
    settings,
    warnings: warningsOf(sources),
  })
}

function readAll(
  sources: Sources,
  memory: boolean,
  cores: number,
): Omit<Config, 'memory' | 'file' | 'settings' | 'warnings'> {
  const data = withDefault(SETTINGS.data, sources)
  const region = withDefault(SETTINGS.region, sources)
  const rootCredential = readRootCredential(sources)
  return {
    data: resolve(data),
    listen: withDefault(SETTINGS.listen, sources),
    consoleListen: readConsoleListen(sources),
    console: readConsole(sources),
    ...(rootCredential === undefined ? {} : { rootCredential }),
    account: withDefault(SETTINGS.account, sources),
    region,
    regions: findValue(SETTINGS.regions, sources)?.value ?? [region],
    domains: withDefault(SETTINGS.domains, sources),
    websiteDomains: findValue(SETTINGS.websiteDomains, sources)?.value ?? [],
    defaultDialect: withDefault(SETTINGS.defaultDialect, sources),
    tls: readTls(sources),
    rootKey: memory
      ? { provider: 'ephemeral' }
      : resolveRootKey(withData(SETTINGS.rootKey, sources, data), sources.env),
    kms: {
      keyStore: resolveKeyStore(withDefault(SETTINGS['kms.keyStore'], sources), sources.env),
      allowDeleteInUse: withDefault(SETTINGS['kms.allowDeleteInUse'], sources),
    },
    metadata: memory ? { kind: 'memory' } : absoluteStore(withData(SETTINGS.metadata, sources, data)),
    blobs: memory ? { kind: 'memory' } : absoluteStore(withData(SETTINGS.blobs, sources, data)),
    workers: findValue(SETTINGS.workers, sources)?.value ?? (usesMemory(sources, memory) ? 1 : Math.min(cores, 256)),
    requireTls: withDefault(SETTINGS.requireTls, sources),
    auditData: withDefault(SETTINGS['audit.data'], sources),
    trustedProxies: findValue(SETTINGS.trustedProxies, sources)?.value ?? [],
    allowInsecureSseC: withDefault(SETTINGS.allowInsecureSseC, sources),
    logLevel: withDefault(SETTINGS.logLevel, sources),
    newBuckets: { blockSseC: withDefault(SETTINGS['newBuckets.blockSseC'], sources) },
    defaults: { checkKey: withDefault(SETTINGS['defaults.checkKey'], sources) },
    compat: {
      encryptionNotFound: withDefault(SETTINGS['compat.encryptionNotFound'], sources),
      ignoreSseOnParts: withDefault(SETTINGS['compat.ignoreSseOnParts'], sources),
    },
    http: readHttpLimits(sources),
    notifications: readNotifications(sources),
    jobs: {
      garbageMs: withDefault(SETTINGS['jobs.garbageMs'], sources),
      uploadsMs: withDefault(SETTINGS['jobs.uploadsMs'], sources),
      uploadDays: withDefault(SETTINGS['jobs.uploadDays'], sources),
      keysMs: withDefault(SETTINGS['jobs.keysMs'], sources),
      lifecycleMs: withDefault(SETTINGS['jobs.lifecycleMs'], sources),
      logsMs: withDefault(SETTINGS['jobs.logsMs'], sources),
      scrubMs: withDefault(SETTINGS['jobs.scrubMs'], sources),
    },
  }
}

/** Where the API takes any free port, so does the console: two servers on one host do not meet at 9001. */
function readConsoleListen(sources: Sources): Config['consoleListen'] {
  const given = findValue(SETTINGS.consoleListen, sources)
  const { host, port } = withDefault(SETTINGS.listen, sources)
  return given === undefined && port === 0 ? { host, port } : withDefault(SETTINGS.consoleListen, sources)
}

const MINUTE_MS = 60_000

function readConsole(sources: Sources): Config['console'] {
  const apiEndpoint = findValue(SETTINGS['console.apiEndpoint'], sources)?.value
  return {
    origins: findValue(SETTINGS['console.origins'], sources)?.value ?? [],
    insecureSignIn: withDefault(SETTINGS['console.insecureSignIn'], sources),
    idleMs: withDefault(SETTINGS['console.idleMinutes'], sources) * MINUTE_MS,
    lifeMs: withDefault(SETTINGS['console.hours'], sources) * 60 * MINUTE_MS,
    vocabulary: withDefault(SETTINGS['console.vocabulary'], sources),
    ...(apiEndpoint === undefined ? {} : { apiEndpoint }),
  }
}

function withDefault<Value>(setting: Setting<Value>, sources: Sources): Value {
  return withData(setting, sources, '')
}

function withData<Value>(setting: Setting<Value>, sources: Sources, data: string): Value {
  const found = findValue(setting, sources)
  return found === undefined
    ? parseAs(
        setting,
        (setting.fallback ?? '').replace('<data>', () => data),
        'default',
      )
    : found.value
}

function absoluteStore<Setting extends MetadataSetting | BlobsSetting>(setting: Setting): Setting {
  return 'directory' in setting ? { ...setting, directory: resolve(setting.directory) } : setting
}

function usesMemory(sources: Sources, memory: boolean): boolean {
  return memory || findValue(SETTINGS.metadata, sources)?.value.kind === 'memory'
}

function readHttpLimits(sources: Sources): HttpLimitOverrides {
  return Object.fromEntries(
    Object.entries(HTTP_SETTINGS).flatMap(([name, setting]) => {
      const found = findValue(setting, sources)
      return found === undefined ? [] : [[name, found.value]]
    }),
  )
}

function readRootCredential(sources: Sources): Config['rootCredential'] {
  const accessKeyId = findValue(SETTINGS.accessKey, sources)?.value
  const secretFile = findValue(SETTINGS.secretKeyFile, sources)?.value
  const fromVariable = takeSecret(sources.env, SETTINGS.secretKey.variable)
  if (fromVariable !== undefined && secretFile !== undefined) {
    throw new ConfigProblem('COFFER_SECRET_KEY and COFFER_SECRET_KEY_FILE are both set')
  }
  const secret = secretFile === undefined ? fromVariable : readSecretFile(secretFile, 'the secret key')
  if (accessKeyId === undefined && secret === undefined) return undefined
  if (secret === undefined) throw new ConfigProblem('COFFER_ACCESS_KEY is set without COFFER_SECRET_KEY')
  requireGoodSecretKey(secret, secretFile === undefined ? 'COFFER_SECRET_KEY' : 'the secret in COFFER_SECRET_KEY_FILE')
  if (accessKeyId === undefined) throw new ConfigProblem('COFFER_SECRET_KEY is set without COFFER_ACCESS_KEY')
  return { accessKeyId, secret }
}

function readTls(sources: Sources): TlsSetting {
  const cert = findValue(SETTINGS.tlsCert, sources)?.value
  const key = findValue(SETTINGS.tlsKey, sources)?.value
  if (cert !== undefined && key !== undefined) return { kind: 'files', cert: resolve(cert), key: resolve(key) }
  return { kind: withDefault(SETTINGS.tls, sources) }
}

function warningsOf(sources: Sources): readonly string[] {
  const warnings: string[] = []
  if (withDefault(SETTINGS.allowInsecureSseC, sources)) {
    warnings.push('customer keys are accepted without TLS: for tests only')
  }
  if (withDefault(SETTINGS['console.insecureSignIn'], sources)) {
    warnings.push('the console takes secrets over plain HTTP from other machines: they can be read on the way')
  }
  if (findText(SETTINGS.rootKey, sources)?.value.startsWith('env:') === true) {
    warnings.push('the root key came from the environment: the same user can still read it under /proc')
  }
  if (withDefault(SETTINGS.experimentalPostgres, sources)) warnings.push('the postgres metadata store is experimental')
  return warnings
}

/** Plain objects and lists only: a secret keeps its own life. */
function deepFreeze<Value extends object>(value: Value): Value {
  const inners: readonly unknown[] = Object.values(value)
  for (const inner of inners) {
    if (typeof inner === 'object' && inner !== null && (Array.isArray(inner) || isPlain(inner))) deepFreeze(inner)
  }
  return Object.freeze(value)
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype
}

function readNotifications(sources: Sources): NotificationSetting {
  const targets = findValue(SETTINGS['notifications.targets'], sources)?.value ?? []
  const secretFile = findValue(SETTINGS['notifications.secretFile'], sources)?.value
  if (targets.length > 0 && secretFile === undefined) {
    throw new ConfigProblem(
      'COFFER_NOTIFICATIONS_TARGETS is set without COFFER_NOTIFICATIONS_SECRET_FILE, the key that signs what is sent',
    )
  }
  if (new Set(targets.map(({ name }) => name)).size !== targets.length) {
    throw new ConfigProblem('COFFER_NOTIFICATIONS_TARGETS has two targets of one name')
  }
  const resolved = secretFile === undefined ? undefined : resolve(secretFile)
  // Whoever uses it reads it again: here it is only seen that it can be read, by nobody else.
  if (resolved !== undefined) readSecretFile(resolved, 'the key of notifications').wipe()
  return {
    targets,
    ...(resolved === undefined ? {} : { secretFile: resolved }),
    allowPrivate: withDefault(SETTINGS['notifications.allowPrivate'], sources),
    everyMs: withDefault(SETTINGS['notifications.everyMs'], sources),
  }
}

import type { DialectTranslator } from '../dialects/index.ts'
import { isLoopback, type HttpRequest } from '../http/index.ts'
import type { ConsoleSessions } from '../iam/index.ts'
import type { DataCipher } from '../operations/index.ts'
import type { ConsoleFiles } from './console-files.ts'
import type { GatewayRooms } from './gateway-rooms.ts'

/** What is configured of the console. */
export interface ConsoleSettings {
  readonly origins: readonly string[]
  readonly insecureSignIn: boolean
  readonly idleMs: number
  readonly lifeMs: number
  readonly vocabulary: 's3' | 'oss' | 'obs' | 'cos'
  readonly apiEndpoint?: string
}

/** What the console's listener needs, handed in by the composition. */
export interface ConsoleRooms {
  readonly gateway: GatewayRooms
  readonly dialect: DialectTranslator
  readonly sessions: ConsoleSessions
  readonly files: ConsoleFiles
  readonly settings: ConsoleSettings
  /** 8 hexadecimal digits that another deployment on this host has not: the cookie's name holds them. */
  readonly deployment: () => Promise<string>
  readonly version: string
  readonly regions: readonly string[]
  /** Where directory buckets can lie; any name of a zone is taken, these are offered. */
  readonly zones: readonly string[]
  /** What objects can be sealed with. */
  readonly ciphers: readonly DataCipher[]
  /** Whether KMS keys can be used now; a reason: not. */
  readonly kmsAway: () => Promise<string | undefined>
}

const ADDRESS = /^(?:\d{1,3}\.){3}\d{1,3}$/

/**
 * Whether the `Host` of a request is the console's. A page of another site that has its name lead here (rebinding) is
 * told apart by that name: only loopback names, addresses and what was configured are the console's own (T-153).
 */
export function isOwnHost(settings: Pick<ConsoleSettings, 'origins'>, { host }: Pick<HttpRequest, 'host'>): boolean {
  const { name } = host
  if (name === 'localhost' || name.endsWith('.localhost') || ADDRESS.test(name) || name.includes(':')) return true
  return settings.origins.some((origin) => hostOf(origin) === name)
}

function hostOf(origin: string): string | undefined {
  return /^https?:\/\/\[?([^/\]]+?)\]?(?::\d+)?$/.exec(origin)?.[1]
}

/** The origins of the console's own page, for this request. */
export function ownOrigins(
  { origins }: Pick<ConsoleSettings, 'origins'>,
  { host, secure }: Pick<HttpRequest, 'host' | 'secure'>,
): ReadonlySet<string> {
  return new Set([...origins, `${secure ? 'https' : 'http'}://${host.raw.toLowerCase()}`])
}

/** A secret is typed only where nobody on the way can read it (T-149). */
export function maySignIn(
  { insecureSignIn }: Pick<ConsoleSettings, 'insecureSignIn'>,
  { secure, remoteAddress }: Pick<HttpRequest, 'secure' | 'remoteAddress'>,
): boolean {
  return secure || insecureSignIn || isLoopback(remoteAddress)
}

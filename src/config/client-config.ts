import { SecretBytes } from '../secrets/index.ts'
import { ConfigProblem } from './config-problem.ts'
import type { Environment } from './env.ts'
import { nearest } from './nearest.ts'
import { readPrivateFile, takeSecret } from './secrets.ts'
import { hostName, ValueProblem } from './value-parsers.ts'
import { isYamlMap, MAX_YAML_BYTES, parseYamlSubset } from './yaml-subset.ts'

/** Where a client command sends its requests, and as whom. */
export interface ClientConfig {
  readonly endpoint: Endpoint
  readonly credential?: { readonly accessKeyId: string; readonly secret: SecretBytes; readonly sessionToken?: string }
  readonly region: string
  /** PEM file of an authority to trust besides the public ones. */
  readonly caFile?: string
  readonly sources: {
    readonly endpoint: ClientSource
    readonly credential: ClientSource
    readonly region: ClientSource
  }
}

export type ClientSource = 'flag' | 'COFFER_*' | 'profile' | 'AWS_*' | 'default' | 'none'

export interface Endpoint {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** As it is shown: `http://127.0.0.1:9000`. */
  readonly text: string
}

export interface ClientInput {
  readonly flags: {
    readonly endpoint?: string
    readonly region?: string
    readonly profile?: string
    readonly caFile?: string
  }
  readonly env: Environment
  /** The file of profiles. Absent: `coffer/profiles.yaml` in the user's configuration directory. */
  readonly profileFile?: string
}

interface Layer {
  readonly source: ClientSource
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
  readonly accessKeyId?: string | undefined
  readonly secret?: SecretBytes | undefined
  readonly sessionToken?: string | undefined
}

const DEFAULT_ENDPOINT = 'http://127.0.0.1:9000'
const DEFAULT_REGION = 'us-east-1'
const PROFILE_NAMES = ['endpoint', 'accessKey', 'secretKey', 'sessionToken', 'region']

/**
 * Flag, else `COFFER_*`, else the profile, else `AWS_*`, else the default. An access key and its secret come from one
 * and the same place: half a pair is refused, never completed from elsewhere.
 */
export function loadClientConfig(input: ClientInput): ClientConfig {
  const { flags, env } = input
  const layers: readonly Layer[] = [
    { source: 'flag', endpoint: flags.endpoint, region: flags.region },
    environmentLayer(env, 'COFFER_*', COFFER_NAMES),
    profileLayer(input),
    environmentLayer(env, 'AWS_*', AWS_NAMES),
    { source: 'default', endpoint: DEFAULT_ENDPOINT, region: DEFAULT_REGION },
  ]
  const endpoint = firstWith(layers, 'endpoint')
  const region = firstWith(layers, 'region')
  const owner = layers.find(({ accessKeyId, secret }) => accessKeyId !== undefined || secret !== undefined)
  const credential = owner === undefined ? undefined : credentialOf(owner)
  const caFile = flags.caFile ?? env.get('COFFER_CA_FILE')
  return {
    endpoint: parseEndpoint(endpoint.text, endpoint.source),
    ...(credential === undefined ? {} : { credential }),
    region: region.text,
    ...(caFile === undefined ? {} : { caFile }),
    sources: { endpoint: endpoint.source, credential: owner?.source ?? 'none', region: region.source },
  }
}

/** `http://host:port` or `https://host:port`; nothing after it. */
export function parseEndpoint(text: string, source: ClientSource): Endpoint {
  const [, scheme, six, name = '', digits] =
    /^(https?):\/\/(?:\[([0-9a-fA-F:.]+)\]|([^/?#@:[\]]+))(?::([0-9]{1,5}))?\/?$/.exec(text) ?? []
  const secure = scheme === 'https'
  const port = digits === undefined ? (secure ? 443 : 80) : Number(digits)
  if (scheme === undefined || port < 1 || port > 65_535) throw badEndpoint(source)
  const host = six ?? name.toLowerCase()
  if (six === undefined && !/^[0-9.]+$/.test(host)) requireHost(host, source)
  return {
    secure,
    host,
    port,
    text: `${scheme}://${six === undefined ? host : `[${six}]`}${digits === undefined ? '' : `:${port}`}`,
  }
}

function requireHost(host: string, source: ClientSource): void {
  try {
    hostName(host)
  } catch (error) {
    throw error instanceof ValueProblem ? badEndpoint(source) : error
  }
}

function badEndpoint(source: ClientSource): ConfigProblem {
  return new ConfigProblem(`the endpoint (${source}) must be http://host:port or https://host:port`)
}

interface VariableNames {
  readonly endpoint: readonly string[]
  readonly region: readonly string[]
  readonly accessKeyId: string
  readonly secret: string
  readonly sessionToken: string
}

const COFFER_NAMES: VariableNames = {
  endpoint: ['COFFER_ENDPOINT'],
  region: ['COFFER_REGION'],
  accessKeyId: 'COFFER_ACCESS_KEY',
  secret: 'COFFER_SECRET_KEY',
  sessionToken: 'COFFER_SESSION_TOKEN',
}
const AWS_NAMES: VariableNames = {
  endpoint: ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'],
  region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
  accessKeyId: 'AWS_ACCESS_KEY_ID',
  secret: 'AWS_SECRET_ACCESS_KEY',
  sessionToken: 'AWS_SESSION_TOKEN',
}

function environmentLayer(env: Environment, source: ClientSource, names: VariableNames): Layer {
  const first = (candidates: readonly string[]): string | undefined =>
    candidates.map((name) => env.get(name)).find((value) => value !== undefined && value !== '')
  return {
    source,
    endpoint: first(names.endpoint),
    region: first(names.region),
    accessKeyId: first([names.accessKeyId]),
    secret: first([names.secret]) === undefined ? undefined : takeSecret(env, names.secret),
    sessionToken: first([names.sessionToken]),
  }
}

function profileLayer({ flags, env, profileFile }: ClientInput): Layer {
  const name = flags.profile ?? env.get('COFFER_PROFILE')
  if (name === undefined) return { source: 'profile' }
  const base = env.get('XDG_CONFIG_HOME') ?? `${env.get('HOME') ?? ''}/.config`
  const path = profileFile ?? `${base}/coffer/profiles.yaml`
  const bytes = readPrivateFile(path, 'profiles', MAX_YAML_BYTES)
  const profiles = parseYamlSubset(bytes, path)
  bytes.fill(0)
  const profile = profiles.get(name)
  if (!isYamlMap(profile)) {
    const near = nearest(name, [...profiles.keys()])
    throw new ConfigProblem(
      `there is no profile ${name} in ${path}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    )
  }
  const values = new Map<string, string>()
  for (const [key, value] of profile) {
    if (!PROFILE_NAMES.includes(key) || typeof value !== 'string') {
      const near = nearest(key, PROFILE_NAMES)
      const hint = near === undefined ? '' : ` Did you mean ${near}?`
      throw new ConfigProblem(`${key} in the profile ${name} is not a setting.${hint}`)
    }
    values.set(key, value)
  }
  const secret = values.get('secretKey')
  return {
    source: 'profile',
    endpoint: values.get('endpoint'),
    region: values.get('region'),
    accessKeyId: values.get('accessKey'),
    secret: secret === undefined ? undefined : new SecretBytes(Buffer.from(secret, 'utf8')),
    sessionToken: values.get('sessionToken'),
  }
}

function firstWith(
  layers: readonly Layer[],
  name: 'endpoint' | 'region',
): { readonly text: string; readonly source: ClientSource } {
  for (const layer of layers) {
    const text = layer[name]
    if (text !== undefined) return { text, source: layer.source }
  }
  throw new ConfigProblem(`no ${name} is set`)
}

function credentialOf({ source, accessKeyId, secret, sessionToken }: Layer): ClientConfig['credential'] {
  if (accessKeyId === undefined || secret === undefined) {
    throw new ConfigProblem(`of access key and secret key, only one is set (${source})`)
  }
  return { accessKeyId, secret, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

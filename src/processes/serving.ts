import { VERSION, type ListenAddress } from '../config/index.ts'
import { createAuthenticator, type ServiceRule } from '../auth/index.ts'
import { createAlibabaKmsDialect } from '../dialects/alibaba-kms/index.ts'
import { createAdminDialect, createConsoleDialect } from '../dialects/admin/index.ts'
import { createCosDialect } from '../dialects/cos/index.ts'
import { createHuaweiKmsDialect } from '../dialects/huawei-kms/index.ts'
import { createIamDialect } from '../dialects/iam/index.ts'
import { createKmsDialect } from '../dialects/kms/index.ts'
import { createObsDialect } from '../dialects/obs/index.ts'
import { createOssDialect } from '../dialects/oss/index.ts'
import { createS3Dialect } from '../dialects/s3/index.ts'
import { createStsDialect } from '../dialects/sts/index.ts'
import { createTencentKmsDialect } from '../dialects/tencent-kms/index.ts'
import { sm4Available } from '../encryption/index.ts'
import {
  createConsole,
  createGateway,
  createSiteOf,
  type Gateway,
  type Observation,
  type Recognition,
} from '../gateway/index.ts'
import {
  createEdge,
  type Edge,
  type EdgeAddress,
  type EdgeEvent,
  type HttpHandler,
  type HttpRequest,
  type TlsMaterial,
} from '../http/index.ts'
import { createAccessKeys, createConsoleSessions, createUsedNonces, type AccessKeys } from '../iam/index.ts'
import { readConsoleFiles } from './console-files.ts'
import { after, offeredZone } from '../operations/index.ts'
import type { Log, LogFields } from './log.ts'
import { createMetrics } from './metrics.ts'
import type { Rooms } from './rooms.ts'
import { serverOperations } from './server-operations.ts'
import type { ServingConfig } from './serving-config.ts'

type HttpHost = HttpRequest['host']

export interface Serving {
  /** Resolves when both listeners accept connections. */
  listen(): Promise<ServingAddresses>
  /** Answers what is in flight, then stops. The rooms stay open. */
  drain(): Promise<void>
}

/** Where a server answers: `http://127.0.0.1:9000`. */
export interface ServingAddresses {
  readonly url: string
  /** Absent: there is no console. */
  readonly consoleUrl?: string
}

/** How long requests in flight may take once the server was asked to stop. */
export const DRAIN_MS = 20_000
const DEPLOYMENT_CHARS = 8

export interface ServingParts {
  readonly rooms: Rooms
  readonly config: ServingConfig
  readonly tls: TlsMaterial | undefined
  readonly log: Log
  /** The blob epochs of every process that may be writing now. */
  readonly liveEpochs: () => Promise<ReadonlySet<string>>
}

/** The dialects of this server: recognised by what a request carries, all on one listener. */
export function createDialects(config: ServingConfig) {
  const s3 = createS3Dialect({
    domains: config.domains,
    region: config.region,
    allowInsecureSseC: config.allowInsecureSseC,
    switches: config.compat,
  })
  const place = { domains: config.domains, region: config.region, account: config.account }
  const storage = {
    s3,
    oss: createOssDialect(place),
    obs: createObsDialect({ ...place, allowInsecureSseC: config.allowInsecureSseC }),
    cos: createCosDialect({ ...place, allowInsecureSseC: config.allowInsecureSseC }),
  }
  const keys = {
    kms: createKmsDialect({ region: config.region }),
    'alibaba-kms': createAlibabaKmsDialect({ region: config.region }),
    'huawei-kms': createHuaweiKmsDialect({ region: config.region }),
    'tencent-kms': createTencentKmsDialect({ region: config.region }),
  }
  return { ...storage, ...keys, iam: createIamDialect(), sts: createStsDialect(), admin: createAdminDialect() }
}

type ServedDialects = ReturnType<typeof createDialects>

/** The bucket that a host names in a dialect. The admin API, signed as S3 is, has its own path. */
function bucketOfHost({ s3, oss, obs, cos }: ServedDialects, service: string, host: HttpHost): string | undefined {
  const storage = new Map<string, { bucketOfHost(host: HttpHost): string | undefined }>(
    Object.entries({ oss, obs, cos }),
  )
  return (storage.get(service) ?? s3).bucketOfHost(host)
}

/** How requests find their dialect here. */
export function recognitionOf(dialects: ServedDialects, config: ServingConfig): Recognition {
  const { s3, oss, obs, cos } = dialects
  const named = (host: HttpHost): boolean => [s3, oss, obs, cos].some((one) => one.bucketOfHost(host) !== undefined)
  return { isBucketHost: (name) => named({ name, raw: name }), defaultDialect: config.defaultDialect }
}

/** What requests may be signed for. S3 alone signs its path as it is sent; people are of no region. */
const SIGNED_SERVICES = new Map<string, ServiceRule>([
  ['s3', { path: 'as-sent' }],
  ['kms', { path: 'normalised-encoded' }],
  ['iam', { path: 'normalised-encoded', anyRegion: true }],
  ['sts', { path: 'normalised-encoded', anyRegion: true }],
])

/** The edge and the gateway over the rooms of this process. */
export function createServing({ rooms, config, tls, log, liveEpochs }: ServingParts): Serving {
  const metrics = createMetrics()
  const dialects = createDialects(config)
  const accessKeys = createAccessKeys(rooms)
  const usedNonces = createUsedNonces(rooms)
  const authenticator = createAuthenticator({
    credentials: (accessKeyId, token) => accessKeys.lookup(accessKeyId, token),
    now: rooms.now,
    regions: config.regions,
    hostBucket: (service, host) => bucketOfHost(dialects, service, host),
    services: SIGNED_SERVICES,
    onceOnly: (accessKeyId, nonce, untilMs) => usedNonces.spend(accessKeyId, nonce, untilMs),
  })
  let stopping = false
  let address: EdgeAddress | undefined
  const logsAnswers = config.logLevel === 'debug'
  const gateway = createGateway({
    authenticate: (request, service) => authenticator.authenticate(request, service),
    authenticateForm: (request, form, service) => authenticator.authenticateForm(request, form, service),
    dialects,
    recognition: recognitionOf(dialects, config),
    siteOf: createSiteOf(config),
    objects: rooms.objects,
    keys: rooms.keys,
    people: rooms.people,
    home: rooms.home,
    region: config.region,
    audit: rooms.audit,
    ledger: rooms.ledger,
    account: config.account,
    server: serverOperations(rooms, config, liveEpochs),
    endpoints: {
      state: () => (stopping ? 'stopping' : 'serving'),
      metrics: () => metrics.text({ coffer_connections: edge.connections, coffer_requests_in_flight: edge.inFlight }),
    },
    sharing: {
      endpointFor: (hostName) => config.console.apiEndpoint ?? endpointOn(hostName, tls, address?.port ?? 0),
      secretOf: (accessKeyId) => after(accessKeys.lookup(accessKeyId), (credential) => credential?.secret),
    },
    requireTls: config.requireTls,
    auditData: config.auditData,
    now: rooms.now,
    observe: (observation) => {
      metrics.observe(observation)
      const { defect } = observation
      if (defect !== undefined) {
        log('error', 'a request failed', { ...shown(observation), stack: defect.stack ?? defect.name })
      } else if (logsAnswers) log('debug', 'answered', shown(observation))
    },
  })
  const edge = openEdge(config, tls, log, gateway.handle)
  const consoleEdge = openConsole({ rooms, config, tls, log }, gateway, accessKeys)
  return {
    listen: async () => {
      address = await edge.listen()
      const shown = await consoleEdge?.listen()
      return { url: address.url, ...(shown === undefined ? {} : { consoleUrl: shown.url }) }
    },
    drain: async () => {
      stopping = true
      await Promise.all([edge.close(DRAIN_MS), consoleEdge?.close(DRAIN_MS)])
    },
  }
}

/** The API as who reached the console by a name reaches it. */
function endpointOn(hostName: string, tls: TlsMaterial | undefined, port: number): string {
  const name = hostName.includes(':') ? `[${hostName}]` : hostName
  return `${tls === undefined ? 'http' : 'https'}://${name}:${port}`
}

/** The console's listener over the same rooms; undefined: it is off. */
function openConsole(
  { rooms, config, tls, log }: Omit<ServingParts, 'liveEpochs'>,
  gateway: Gateway,
  accessKeys: AccessKeys,
): Edge | undefined {
  if (config.consoleListen === 'off') return undefined
  const { idleMs, lifeMs } = config.console
  let deployment: Promise<string> | undefined
  const handler = createConsole({
    gateway: gateway.rooms,
    dialect: createConsoleDialect(),
    sessions: createConsoleSessions(rooms, {
      ...{ home: rooms.home, idleMs, lifeMs },
      lookup: (accessKeyId) => accessKeys.lookup(accessKeyId),
    }),
    files: readConsoleFiles(),
    settings: config.console,
    deployment: () => (deployment ??= deploymentOf(rooms, accessKeys)),
    version: VERSION,
    regions: config.regions,
    zones: config.regions.map(offeredZone),
    ciphers: sm4Available() ? ['aes-256', 'sm4'] : ['aes-256'],
    kmsAway: rooms.keysAway,
  })
  return openConsoleEdge(config, config.consoleListen, tls, log, handler)
}

/** The first account's canonical id is drawn at random when a deployment is made, and is its for ever. */
async function deploymentOf(rooms: Rooms, accessKeys: AccessKeys): Promise<string> {
  const id = await accessKeys.canonicalIdOf(rooms.home)
  return (id ?? '').slice(0, DEPLOYMENT_CHARS).padEnd(DEPLOYMENT_CHARS, '0')
}

function shown({ requestId, operation, status, milliseconds, failure }: Observation): LogFields {
  const fields = { requestId, operation, status, milliseconds }
  return failure === undefined ? fields : { ...fields, failure }
}

/** The console's listener: the same limits; the only one that keeps cookies. */
export function openConsoleEdge(
  config: ServingConfig,
  listen: ListenAddress,
  tls: TlsMaterial | undefined,
  log: Log,
  handler: HttpHandler,
): Edge {
  return createEdge({
    ...{ handler, host: listen.host, port: listen.port, keepsCookies: true },
    ...(tls === undefined ? {} : { tls }),
    trustedProxies: config.trustedProxies,
    limits: config.http,
    log: (event) => logEdge(log, event),
  })
}

/** The listener of this deployment, with its limits. */
export function openEdge(config: ServingConfig, tls: TlsMaterial | undefined, log: Log, handler: HttpHandler): Edge {
  return createEdge({
    handler,
    host: config.listen.host,
    port: config.listen.port,
    ...(tls === undefined ? {} : { tls }),
    trustedProxies: config.trustedProxies,
    limits: config.http,
    log: (event) => logEdge(log, event),
  })
}

function logEdge(log: Log, event: EdgeEvent): void {
  if (event.kind === 'refused') {
    log('debug', 'refused at the edge', { reason: event.reason, status: event.status })
    return
  }
  const error = event.error instanceof Error ? event.error : new Error('not an error')
  log('error', 'an answer broke', { requestId: event.requestId, stack: error.stack ?? error.name })
}

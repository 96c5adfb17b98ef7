import { createAuthenticator, type ServiceRule } from '../auth/index.ts'
import { createAdminDialect } from '../dialects/admin/index.ts'
import { createIamDialect } from '../dialects/iam/index.ts'
import { createKmsDialect } from '../dialects/kms/index.ts'
import { createS3Dialect } from '../dialects/s3/index.ts'
import { createStsDialect } from '../dialects/sts/index.ts'
import { createGateway, type Observation } from '../gateway/index.ts'
import {
  createEdge,
  type Edge,
  type EdgeAddress,
  type EdgeEvent,
  type HttpHandler,
  type TlsMaterial,
} from '../http/index.ts'
import { createAccessKeys } from '../iam/index.ts'
import type { Log, LogFields } from './log.ts'
import { createMetrics } from './metrics.ts'
import type { Rooms } from './rooms.ts'
import { serverOperations } from './server-operations.ts'
import type { ServingConfig } from './serving-config.ts'

export interface Serving {
  readonly edge: Edge
  listen(): Promise<EdgeAddress>
  /** Answers what is in flight, then stops. The rooms stay open. */
  drain(): Promise<void>
}

/** How long requests in flight may take once the server was asked to stop. */
export const DRAIN_MS = 20_000

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
  const kms = createKmsDialect({ region: config.region })
  return { s3, kms, iam: createIamDialect(), sts: createStsDialect(), admin: createAdminDialect() }
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
  const { s3 } = dialects
  const accessKeys = createAccessKeys(rooms)
  const authenticator = createAuthenticator({
    credentials: (accessKeyId, token) => accessKeys.lookup(accessKeyId, token),
    now: rooms.now,
    regions: config.regions,
    hostBucket: (host) => s3.bucketOfHost(host),
    services: SIGNED_SERVICES,
  })
  let stopping = false
  const logsAnswers = config.logLevel === 'debug'
  const gateway = createGateway({
    authenticate: (request, service) => authenticator.authenticate(request, service),
    dialects,
    isBucketHost: (host) => s3.bucketOfHost(host) !== undefined,
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
  return {
    edge,
    listen: () => edge.listen(),
    drain: async () => {
      stopping = true
      await edge.close(DRAIN_MS)
    },
  }
}

function shown({ requestId, operation, status, milliseconds, failure }: Observation): LogFields {
  const fields = { requestId, operation, status, milliseconds }
  return failure === undefined ? fields : { ...fields, failure }
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

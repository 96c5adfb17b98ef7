import type { Config } from '../config/index.ts'

/** What a serving process needs of the configuration: plain values without a secret, fit for the channel to a worker. */
export type ServingConfig = Pick<
  Config,
  | 'data'
  | 'listen'
  | 'consoleListen'
  | 'console'
  | 'account'
  | 'region'
  | 'regions'
  | 'domains'
  | 'websiteDomains'
  | 'defaultDialect'
  | 'tls'
  | 'metadata'
  | 'blobs'
  | 'workers'
  | 'requireTls'
  | 'auditData'
  | 'trustedProxies'
  | 'allowInsecureSseC'
  | 'logLevel'
  | 'newBuckets'
  | 'defaults'
  | 'compat'
  | 'http'
  | 'jobs'
  | 'notifications'
> & {
  readonly rootProvider: string
  readonly allowDeleteInUse: boolean
  readonly startedMs: number
}

export function servingConfig(config: Config, startedMs: number): ServingConfig {
  return {
    data: config.data,
    listen: config.listen,
    consoleListen: config.consoleListen,
    console: config.console,
    account: config.account,
    region: config.region,
    regions: config.regions,
    domains: config.domains,
    websiteDomains: config.websiteDomains,
    defaultDialect: config.defaultDialect,
    tls: config.tls,
    metadata: config.metadata,
    blobs: config.blobs,
    workers: config.workers,
    requireTls: config.requireTls,
    auditData: config.auditData,
    trustedProxies: config.trustedProxies,
    allowInsecureSseC: config.allowInsecureSseC,
    logLevel: config.logLevel,
    newBuckets: config.newBuckets,
    defaults: config.defaults,
    compat: config.compat,
    http: config.http,
    notifications: config.notifications,
    jobs: config.jobs,
    rootProvider: config.rootKey.provider,
    allowDeleteInUse: config.kms.allowDeleteInUse,
    startedMs,
  }
}

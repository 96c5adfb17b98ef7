import { ConfigProblem } from './config-problem.ts'
import { findValue, writtenAs, type Sources } from './setting-sources.ts'
import { SETTINGS, type Setting } from './settings.ts'

/** Refuses settings that cannot hold together; each sentence names both. `memory`: the flag `--memory`. */
export function refuseContradictions(sources: Sources, memory: boolean): void {
  if (memory) refuseBesideMemory(sources)
  refuseTls(sources)
  refuseStores(sources, memory)
  refuseRegions(sources)
  refuseWebsites(sources)
}

function refuseBesideMemory(sources: Sources): void {
  const settings: readonly Setting<unknown>[] = [
    SETTINGS.data,
    SETTINGS.metadata,
    SETTINGS.blobs,
    SETTINGS.rootKey,
    SETTINGS['kms.keyStore'],
  ]
  for (const setting of settings) {
    const found = findValue(setting, sources)
    if (found === undefined) continue
    throw new ConfigProblem(
      `--memory keeps nothing, and ${writtenAs(setting, found.source)} says where to keep something`,
    )
  }
}

function refuseTls(sources: Sources): void {
  const cert = findValue(SETTINGS.tlsCert, sources)
  const key = findValue(SETTINGS.tlsKey, sources)
  const tls = findValue(SETTINGS.tls, sources)
  if ((cert === undefined) !== (key === undefined)) {
    const [there, missing] =
      cert === undefined ? [SETTINGS.tlsKey, SETTINGS.tlsCert] : [SETTINGS.tlsCert, SETTINGS.tlsKey]
    throw new ConfigProblem(`${there.variable} is set without ${missing.variable}`)
  }
  if (cert !== undefined && tls !== undefined) {
    throw new ConfigProblem(`COFFER_TLS=${tls.value} and COFFER_TLS_CERT contradict each other`)
  }
  const secure = cert !== undefined || tls?.value === 'self-signed'
  const proxied = findValue(SETTINGS.trustedProxies, sources) !== undefined
  if (findValue(SETTINGS.requireTls, sources)?.value === 'all' && !secure && !proxied) {
    throw new ConfigProblem(
      'COFFER_REQUIRE_TLS=all refuses every request of a server that has neither TLS nor a trusted proxy',
      'COFFER_TLS=self-signed coffer serve',
    )
  }
}

function refuseStores(sources: Sources, memory: boolean): void {
  const metadata = findValue(SETTINGS.metadata, sources)?.value
  const blobs = findValue(SETTINGS.blobs, sources)?.value
  if (metadata?.kind === 'postgres' && findValue(SETTINGS.experimentalPostgres, sources)?.value !== true) {
    throw new ConfigProblem(
      'postgres as metadata store is not finished; it needs COFFER_EXPERIMENTAL_POSTGRES=on',
      'COFFER_METADATA=lmdb:<directory>',
    )
  }
  if (metadata?.kind === 'postgres' && findValue(SETTINGS.metadata, sources)?.source === 'flag') {
    throw new ConfigProblem(
      '--metadata postgres://... could show a password to every user of the machine',
      'set COFFER_METADATA',
    )
  }
  if ((metadata?.kind === 'memory') !== (blobs?.kind === 'memory')) {
    throw new ConfigProblem('COFFER_METADATA and COFFER_BLOBS must both be memory, or neither')
  }
  const workers = findValue(SETTINGS.workers, sources)?.value
  if ((memory || metadata?.kind === 'memory') && workers !== undefined && workers > 1) {
    throw new ConfigProblem('what is kept in memory belongs to one process: COFFER_WORKERS must be 1')
  }
}

function refuseRegions(sources: Sources): void {
  const regions = findValue(SETTINGS.regions, sources)?.value
  const home = findValue(SETTINGS.region, sources)?.value ?? SETTINGS.region.fallback
  if (regions !== undefined && home !== undefined && !regions.includes(home)) {
    throw new ConfigProblem('COFFER_REGIONS does not hold the home region of COFFER_REGION')
  }
}

/** Pages of buckets are anybody's: none may stand where the API or the console does (T-142). */
function refuseWebsites(sources: Sources): void {
  const sites = findValue(SETTINGS.websiteDomains, sources)?.value ?? []
  const bases = findValue(SETTINGS.domains, sources)?.value ?? [SETTINGS.domains.fallback]
  const both = sites.find((site) => bases.includes(site))
  if (both !== undefined) {
    throw new ConfigProblem(`COFFER_WEBSITE_DOMAINS and COFFER_DOMAINS both hold ${both}: a host is one or the other`)
  }
  const origins = findValue(SETTINGS['console.origins'], sources)?.value ?? []
  const below = origins.find((origin) => sites.some((site) => new URL(origin).hostname.endsWith(`.${site}`)))
  if (below !== undefined) {
    throw new ConfigProblem(`${below} of COFFER_CONSOLE_ORIGINS is a host of COFFER_WEBSITE_DOMAINS`)
  }
}

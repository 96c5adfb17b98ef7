import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Config, Role } from '../config/index.ts'
import { openCluster, type Cluster } from '../kms/index.ts'
import { randomBytes } from '../secrets/index.ts'
import { openLmdbReader } from '../storage/index.ts'
import { readOnlyStore } from './read-only-store.ts'
import type { ChildProcess } from 'node:child_process'
import type { Channel, Offers } from './channel.ts'
import { openMetadata, openTls, unlock } from './foundation.ts'
import { checkKeyStoreToken, startKeyStoreToken } from './key-store.ts'
import type { Log } from './log.ts'
import { rootOffers } from './root-by-channel.ts'
import { startRole, type SetUp, type WriterAddress } from './roles.ts'
import type { RunningServer } from './running-server.ts'
import { DRAIN_MS, type ServingAddresses } from './serving.ts'
import { storedCounts } from './server-operations.ts'
import { servingConfig } from './serving-config.ts'
import { supervise, type Supervised } from './supervised.ts'
import { tokenOffers } from './token-process.ts'

/** How much longer than its own drain a process may take before it is killed. */
const STOP_MARGIN_MS = 5_000
const STOP_DEADLINE_MS = DRAIN_MS + STOP_MARGIN_MS
/** A process that is gone may have a commit under way at the writer: its blobs count as alive for so long. */
const EPOCH_GRACE_MS = 60_000
const SECRET_BYTES = 32
const SOCKET_PATH = join('run', 'writer.sock')

/**
 * The primary: opens the data with its root, then starts writer, workers and jobs, and starts again whoever ends. It
 * answers no request. The working directory is the data directory.
 */
export async function startPrimary(config: Config, log: Log): Promise<RunningServer> {
  if (config.metadata.kind !== 'lmdb') throw new TypeError('several processes share LMDB only')
  const { directory } = config.metadata
  const serving = servingConfig(config, Date.now())
  await openTls(serving)
  const token = startKeyStoreToken(config)
  await checkKeyStoreToken(token, log)
  const opened = await firstOpen(config)
  const reader = await openLmdbReader({ directory })
  const { cluster } = await openCluster({ store: readOnlyStore(reader), root: opened.root, allowCreate: false })
  const writer: WriterAddress = { socketPath: SOCKET_PATH, secret: randomBytes(SECRET_BYTES) }
  rmSync(SOCKET_PATH, { force: true })
  const family = createFamily(cluster, log)
  const setUp = async (): Promise<SetUp> => {
    const clusterKey = await exposedKey(cluster, cluster.version)
    const place = token === undefined ? {} : { tokenPlace: token.place }
    return { config: serving, clusterKey, clusterVersion: cluster.version, writer, ...place }
  }
  let addresses: ServingAddresses = { url: '' }
  try {
    await family.start('writer', 'the writer', {}, async (channel) => {
      await channel.call('set-up', { directory, data: config.data, writer })
    })
    const workers = Array.from({ length: config.workers }, (_, index) =>
      family.start('worker', `worker ${index + 1}`, tokenOffers(token), async (channel) => {
        addresses = asAddresses(await channel.call('set-up', await setUp()))
      }),
    )
    const jobs = family.start(
      'jobs',
      'the jobs',
      { ...rootOffers(opened.root), ...tokenOffers(token) },
      async (channel) => {
        await channel.call('set-up', await setUp())
      },
    )
    await Promise.all([...workers, jobs])
  } catch (error) {
    await family.stop()
    await reader.close()
    throw error
  }
  return {
    ...{ ...addresses, created: opened.created, accessKeyId: opened.accessKeyId },
    ...(opened.secret === undefined ? {} : { secret: opened.secret }),
    stored: () => storedCounts(reader, config.account),
    stop: async () => {
      await family.stop()
      await reader.close()
    },
  }
}

/** What a worker said of where it listens. */
function asAddresses(value: unknown): ServingAddresses {
  if (typeof value !== 'object' || value === null || !('url' in value)) throw new TypeError('no addresses')
  const shown = 'consoleUrl' in value && typeof value.consoleUrl === 'string' ? { consoleUrl: value.consoleUrl } : {}
  return { url: String(value.url), ...shown }
}

/** The processes under the primary. */
interface Family {
  /** Resolves when the process is in service. */
  start(role: Role, name: string, offers: Offers, setUp: (channel: Channel) => Promise<void>): Promise<void>
  /** Workers first, the writer last: nothing that was acknowledged waits for it then. */
  stop(): Promise<void>
}

function createFamily(cluster: Cluster, log: Log): Family {
  const epochs = new Map<ChildProcess, string>()
  const members: { readonly role: Role; readonly process: Supervised }[] = []
  const stopAll = async (role: Role): Promise<void> => {
    const due = members.filter((member) => member.role === role)
    await Promise.all(due.map((member) => member.process.stop(STOP_DEADLINE_MS)))
  }
  return {
    start: (role, name, offers, setUp) => {
      let current: ChildProcess | undefined
      const process = supervise({
        name,
        start: () => {
          const child = startRole(role)
          child.once('exit', () => setTimeout(() => epochs.delete(child), EPOCH_GRACE_MS).unref())
          current = child
          return child
        },
        offers: {
          'cluster-key': (version) => exposedKey(cluster, Number(version)),
          'live-epochs': async () => [...epochs.values()],
          'my-epoch': async (epoch) => {
            if (current !== undefined) epochs.set(current, String(epoch))
          },
          ...offers,
        },
        setUp,
        onDeath: (why) => log('error', why, { role }),
      })
      members.push({ role, process })
      return process.ready()
    },
    stop: async () => {
      await stopAll('worker')
      await stopAll('jobs')
      await stopAll('writer')
    },
  }
}

/** A version of the cluster key as bytes, for the channel to a process of this server and for nothing else. */
async function exposedKey(cluster: Cluster, version: number): Promise<Uint8Array> {
  const key = await cluster.exportKey(version)
  const bytes = key.expose((exposed) => Uint8Array.from(exposed))
  key.wipe()
  return bytes
}

/** What a first start makes is made here, before there is a writer process. */
async function firstOpen(config: Config): ReturnType<typeof unlock> {
  const store = await openMetadata(config.metadata)
  try {
    return await unlock(config, store, Date.now)
  } finally {
    await store.close()
  }
}

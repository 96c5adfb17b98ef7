import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/index.ts'
import { openCluster } from '../kms/index.ts'
import { randomBytes } from '../secrets/index.ts'
import { openLmdbReader } from '../storage/index.ts'
import { readOnlyStore } from './read-only-store.ts'
import type { ChildProcess } from 'node:child_process'
import type { Channel, Offers } from './channel.ts'
import { openMetadata, openTls, unlock } from './foundation.ts'
import type { Log } from './log.ts'
import { rootOffers } from './root-by-channel.ts'
import { startRole, type Role, type SetUp, type WriterAddress } from './roles.ts'
import type { RunningServer } from './running-server.ts'
import { DRAIN_MS } from './serving.ts'
import { storedCounts } from './server-operations.ts'
import { servingConfig } from './serving-config.ts'
import { supervise, type Supervised } from './supervised.ts'

/** How much longer than its own drain a process may take before it is killed. */
const STOP_MARGIN_MS = 5_000
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
  const opened = await firstOpen(config)
  const { root } = opened
  const reader = await openLmdbReader({ directory })
  const { cluster } = await openCluster({ store: readOnlyStore(reader), root, allowCreate: false })
  const writer: WriterAddress = { socketPath: SOCKET_PATH, secret: randomBytes(SECRET_BYTES) }
  rmSync(SOCKET_PATH, { force: true })

  const epochs = new Map<ChildProcess, string>()
  let url = ''

  async function setUp(): Promise<SetUp> {
    const key = await cluster.exportKey(cluster.version)
    const clusterKey = key.expose((bytes) => Uint8Array.from(bytes))
    key.wipe()
    return { config: serving, clusterKey, clusterVersion: cluster.version, writer }
  }

  function supervised(
    role: Role,
    name: string,
    setUpCall: (channel: Channel) => Promise<void>,
    extra: Offers,
  ): Supervised {
    let current: ChildProcess | undefined
    return supervise({
      name,
      start: () => {
        const child = startRole(role)
        child.once('exit', () => epochs.delete(child))
        current = child
        return child
      },
      offers: {
        'cluster-key': async (version) => {
          const key = await cluster.exportKey(Number(version))
          const bytes = key.expose((exposed) => Uint8Array.from(exposed))
          key.wipe()
          return bytes
        },
        'live-epochs': async () => [...epochs.values()],
        'my-epoch': async (epoch) => {
          if (current !== undefined) epochs.set(current, String(epoch))
        },
        ...extra,
      },
      setUp: setUpCall,
      onDeath: (why) => log('error', why, { role }),
    })
  }

  const writerProcess = supervised(
    'writer',
    'the writer',
    async (channel) => {
      await channel.call('set-up', { directory, data: config.data, writer })
    },
    {},
  )
  await writerProcess.ready()
  const workers = Array.from({ length: config.workers }, (_, index) =>
    supervised(
      'worker',
      `worker ${index + 1}`,
      async (channel) => {
        url = String(await channel.call('set-up', await setUp()))
      },
      {},
    ),
  )
  const jobs = supervised(
    'jobs',
    'the jobs',
    async (channel) => {
      await channel.call('set-up', await setUp())
    },
    rootOffers(root),
  )
  await Promise.all([...workers, jobs].map((one) => one.ready()))
  return {
    ...{ url, created: opened.created, accessKeyId: opened.accessKeyId },
    ...(opened.secret === undefined ? {} : { secret: opened.secret }),
    stored: () => storedCounts(reader, config.account),
    stop: async () => {
      const deadlineMs = DRAIN_MS + STOP_MARGIN_MS
      await Promise.all(workers.map((worker) => worker.stop(deadlineMs)))
      await jobs.stop(deadlineMs)
      await writerProcess.stop(deadlineMs)
      await reader.close()
    },
  }
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

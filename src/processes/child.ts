import { clusterFromKey, type Cluster } from '../kms/index.ts'
import { SecretBytes } from '../secrets/index.ts'
import { connectWriter, openLmdbReader, type MetadataStore } from '../storage/index.ts'
import { channelToSupervisor, type Channel, type Offers } from './channel.ts'
import { openBlobs } from './foundation.ts'
import { createLog } from './log.ts'
import type { Role } from '../config/index.ts'
import type { SetUp } from './roles.ts'
import { openRooms, type Rooms } from './rooms.ts'
import { tokenByChannel } from './token-process.ts'

/** A process under the primary: it is stopped by a call, and ends when it loses the primary. */
export function underSupervisor(role: Role, offers: Offers): Channel {
  // The terminal's signals reach the whole group; when to end is the primary's to say.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
  process.once('disconnect', () => process.exit(1))
  // It may have gone while this process was loading.
  if (!process.connected) process.exit(1)
  const channel = channelToSupervisor(telling(role, offers))
  // What is sent before there is a listener would be lost: the supervisor waits for this.
  channel.call('hello').catch(() => process.exit(1))
  return channel
}

/** The supervisor learns only that a call failed: why stands in this process's own log. */
function telling(role: Role, offers: Offers): Offers {
  const log = createLog('error', role)
  const told = Object.entries(offers).map(([name, offer]) => {
    const tell = async (argument: unknown): Promise<unknown> => {
      try {
        return await offer(argument)
      } catch (error) {
        const stack = error instanceof Error ? (error.stack ?? error.name) : 'not an error'
        log('error', `${name} failed`, { stack })
        throw error
      }
    }
    return [name, tell] as const
  })
  return Object.fromEntries(told)
}

/** What a process that holds the cluster key works with. */
export interface ChildRooms {
  readonly rooms: Rooms
  /** The blob epochs of every process that the primary knows to be alive. */
  readonly liveEpochs: () => Promise<ReadonlySet<string>>
}

/** Opens the rooms of a process as the primary set it up: it reads locally, and commits through the writer. */
export async function openChildRooms(setUp: SetUp, channel: Channel): Promise<ChildRooms> {
  const { config } = setUp
  process.chdir(config.data)
  const store = await openSharedMetadata(setUp)
  const blobs = await openBlobs(config.blobs)
  const cluster = clusterOfSetUp(setUp, channel)
  const token = setUp.tokenPlace === undefined ? undefined : tokenByChannel(channel, setUp.tokenPlace)
  const rooms = await openRooms({ config, store, blobs, cluster, token, now: Date.now })
  await channel.call('my-epoch', blobs.epoch)
  return { rooms, liveEpochs: () => liveEpochsOf(channel) }
}

async function openSharedMetadata({ config, writer }: SetUp): Promise<MetadataStore> {
  if (config.metadata.kind !== 'lmdb') throw new TypeError('several processes share LMDB only')
  const reader = await openLmdbReader({ directory: config.metadata.directory })
  return connectWriter({ socketPath: writer.socketPath, secret: new SecretBytes(writer.secret), reader })
}

/** The cluster key as it came over the channel; other versions are asked for there. */
function clusterOfSetUp(setUp: SetUp, channel: Channel): Cluster {
  const key = new SecretBytes(setUp.clusterKey)
  const cluster = clusterFromKey(key, setUp.clusterVersion, async (version) => {
    const bytes = await channel.call('cluster-key', version)
    return bytes instanceof Uint8Array ? new SecretBytes(bytes) : undefined
  })
  key.wipe()
  return cluster
}

async function liveEpochsOf(channel: Channel): Promise<ReadonlySet<string>> {
  const answer = await channel.call('live-epochs')
  return new Set(Array.isArray(answer) ? answer.filter((one): one is string => typeof one === 'string') : [])
}

/** A set-up that came over the channel. Only the primary sends any; the shape is checked all the same. */
export function asSetUp(value: unknown): SetUp {
  if (typeof value !== 'object' || value === null || !('config' in value) || !('clusterKey' in value)) {
    throw new TypeError('no set-up')
  }
  return value as SetUp
}

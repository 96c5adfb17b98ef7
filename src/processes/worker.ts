import { asSetUp, clusterOfSetUp, liveEpochsOf, openSharedMetadata, underSupervisor } from './child.ts'
import { openBlobs, openTls } from './foundation.ts'
import { createLog } from './log.ts'
import { publishReads } from './process-jobs.ts'
import { createServing, openRooms } from './serving.ts'

/** A worker: answers requests. Started by the primary, which tells it everything over its channel. */
export function runWorker(): void {
  let stop = async (): Promise<void> => undefined
  const channel = underSupervisor({
    'set-up': async (argument) => {
      const setUp = asSetUp(argument)
      const { config } = setUp
      const log = createLog(config.logLevel, 'worker')
      process.chdir(config.data)
      const store = await openSharedMetadata(setUp)
      const blobs = await openBlobs(config.blobs)
      const cluster = clusterOfSetUp(setUp, channel)
      const rooms = await openRooms({ config, store, blobs, cluster, now: Date.now })
      await channel.call('my-epoch', blobs.epoch)
      const liveEpochs = (): Promise<ReadonlySet<string>> => liveEpochsOf(channel)
      const server = createServing({ rooms, config, tls: await openTls(config), log, liveEpochs })
      const address = await server.listen()
      const endReads = publishReads(rooms, log)
      stop = async () => {
        await server.drain()
        endReads()
        await rooms.close()
      }
      return address.url
    },
    stop: async () => {
      await stop()
      setImmediate(() => process.exit(0))
    },
  })
}

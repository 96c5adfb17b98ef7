import { asSetUp, clusterOfSetUp, liveEpochsOf, openSharedMetadata, underSupervisor } from './child.ts'
import { openBlobs } from './foundation.ts'
import { createLog } from './log.ts'
import { publishReads, startJobs } from './process-jobs.ts'
import { rootByChannel } from './root-by-channel.ts'
import { openRooms } from './serving.ts'

/** The background, in a process of its own: it never slows a request. */
export function runJobsProcess(): void {
  let stop = async (): Promise<void> => undefined
  const channel = underSupervisor({
    'set-up': async (argument) => {
      const setUp = asSetUp(argument)
      const { config } = setUp
      const log = createLog(config.logLevel, 'jobs')
      process.chdir(config.data)
      const store = await openSharedMetadata(setUp)
      const blobs = await openBlobs(config.blobs)
      const rooms = await openRooms({ config, store, blobs, cluster: clusterOfSetUp(setUp, channel), now: Date.now })
      await channel.call('my-epoch', blobs.epoch)
      const liveEpochs = (): Promise<ReadonlySet<string>> => liveEpochsOf(channel)
      const jobs = startJobs({ rooms, config, root: rootByChannel(channel, config.rootProvider), log, liveEpochs })
      const endReads = publishReads(rooms, log)
      stop = async () => {
        await jobs.stop()
        endReads()
        await rooms.close()
      }
    },
    stop: async () => {
      await stop()
      setImmediate(() => process.exit(0))
    },
  })
}

import { asSetUp, openChildRooms, underSupervisor } from './child.ts'
import { createLog } from './log.ts'
import { publishReads, sealAtEnd, startJobs } from './process-jobs.ts'
import { rootByChannel } from './root-by-channel.ts'

/** The background, in a process of its own: it never slows a request. */
export function runJobsProcess(): void {
  let stop = async (): Promise<void> => undefined
  const channel = underSupervisor('jobs', {
    'set-up': async (argument) => {
      const setUp = asSetUp(argument)
      const { config } = setUp
      const log = createLog(config.logLevel, 'jobs')
      const { rooms, liveEpochs } = await openChildRooms(setUp, channel)
      const jobs = startJobs({ rooms, config, root: rootByChannel(channel, config.rootProvider), log, liveEpochs })
      const endReads = publishReads(rooms, log)
      stop = async () => {
        await jobs.stop()
        endReads()
        await sealAtEnd(rooms, log)
        await rooms.close()
      }
    },
    stop: async () => {
      await stop()
      setImmediate(() => process.exit(0))
    },
  })
}

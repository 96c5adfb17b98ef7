import { asSetUp, openChildRooms, underSupervisor } from './child.ts'
import { openTls } from './foundation.ts'
import { letHeapGrow } from './heap-growth.ts'
import { createLog } from './log.ts'
import { publishReads } from './process-jobs.ts'
import { createServing } from './serving.ts'

/** A worker: answers requests. Started by the primary, which tells it everything over its channel. */
export function runWorker(): void {
  letHeapGrow()
  let stop = async (): Promise<void> => undefined
  const channel = underSupervisor('worker', {
    'set-up': async (argument) => {
      const setUp = asSetUp(argument)
      const { config } = setUp
      const log = createLog(config.logLevel, 'worker')
      const { rooms, liveEpochs } = await openChildRooms(setUp, channel)
      const server = createServing({ rooms, config, tls: await openTls(config), log, liveEpochs })
      const address = await server.listen()
      const endReads = publishReads(rooms, log)
      stop = async () => {
        await server.drain()
        endReads()
        await rooms.close()
      }
      return address
    },
    stop: async () => {
      await stop()
      setImmediate(() => process.exit(0))
    },
  })
}

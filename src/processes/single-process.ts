import type { Config } from '../config/index.ts'
import { openBlobs, openOwnMetadata, openTls, unlock } from './foundation.ts'
import type { Log } from './log.ts'
import { publishReads, sealAtEnd, startJobs } from './process-jobs.ts'
import { checkKeyStoreToken, startKeyStoreToken } from './key-store.ts'
import { openRooms, type Rooms } from './rooms.ts'
import { createServing } from './serving.ts'
import { storedCounts } from './server-operations.ts'
import { servingConfig } from './serving-config.ts'
import type { RunningServer } from './running-server.ts'

/** Everything in this process: one worker, the writer, the jobs. For `COFFER_WORKERS=1`, `--memory` and tests. */
export async function startSingleProcess(
  config: Config,
  log: Log,
  now: () => number = Date.now,
): Promise<SingleProcess> {
  const serving = servingConfig(config, now())
  const token = startKeyStoreToken(config)
  await checkKeyStoreToken(token, log)
  const store = await openOwnMetadata(config.metadata, (reason) => {
    log('error', 'this process can no longer write its metadata and ends; start it again', { reason: reason.message })
    process.exit(1)
  })
  const { cluster, root, created, accessKeyId, secret } = await unlock(config, store, now)
  const blobs = await openBlobs(config.blobs)
  const rooms = await openRooms({ config: serving, store, blobs, cluster, token, now })
  const liveEpochs = async (): Promise<ReadonlySet<string>> => new Set([blobs.epoch])
  const server = createServing({ rooms, config: serving, tls: await openTls(serving, config.memory), log, liveEpochs })
  const address = await server.listen()
  const jobs = startJobs({ rooms, config: serving, root, log, liveEpochs })
  const endReads = publishReads(rooms, log)
  return {
    ...{ ...address, created, accessKeyId, rooms },
    ...(secret === undefined ? {} : { secret }),
    stored: () => storedCounts(store, config.account),
    stop: async () => {
      await server.drain()
      endReads()
      await jobs.stop()
      await sealAtEnd(rooms, log)
      await rooms.close()
    },
  }
}

export interface SingleProcess extends RunningServer {
  readonly rooms: Rooms
}

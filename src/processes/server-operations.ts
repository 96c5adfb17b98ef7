import { VERSION } from '../config/index.ts'
import type { ServerOperations } from '../gateway/index.ts'
import { verifyStore } from '../jobs/index.ts'
import { accountCounter } from '../objects/index.ts'
import { parseAccountId, refuse } from '../operations/index.ts'
import type { MetadataReader } from '../storage/index.ts'
import type { Rooms } from './rooms.ts'
import type { ServingConfig } from './serving-config.ts'

/** How much an account has stored, by its counters. */
export async function storedCounts(
  store: MetadataReader,
  accountText: string,
): Promise<Record<'buckets' | 'versions' | 'bytes' | 'uploads', number>> {
  const account = parseAccountId(accountText) ?? refuse({ kind: 'internal' })
  const count = async (what: 'buckets' | 'versions' | 'bytes' | 'uploads'): Promise<number> =>
    Number(await store.sum(accountCounter(account, what)))
  return {
    buckets: await count('buckets'),
    versions: await count('versions'),
    bytes: await count('bytes'),
    uploads: await count('uploads'),
  }
}

/** What is asked of the server as a whole. `liveEpochs`: the blob epochs of every process that may be writing. */
export function serverOperations(
  rooms: Rooms,
  config: ServingConfig,
  liveEpochs: () => Promise<ReadonlySet<string>>,
): ServerOperations {
  return {
    status: async () => {
      const space = await rooms.blobs.space()
      return {
        state: 'serving',
        version: VERSION,
        region: config.region,
        account: config.account,
        startedMs: config.startedMs,
        workers: config.workers,
        data: config.metadata.kind === 'memory' ? 'memory' : config.data,
        ...(space === undefined ? {} : { freeBytes: space.freeBytes }),
        ...(await storedCounts(rooms.store, config.account)),
        rootProvider: config.rootProvider,
        audit: await rooms.ledger.standing(),
      }
    },
    verify: async (permit, bucket) =>
      verifyStore(rooms.objects, permit, {
        liveEpochs: await liveEpochs(),
        ...(bucket === undefined ? {} : { bucket }),
      }),
  }
}

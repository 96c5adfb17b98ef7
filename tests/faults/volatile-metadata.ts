import type { Committed, Fragment, MetadataStore, Write } from '../../src/storage/index.ts'
import { createMemoryMetadata } from '../../src/storage/index.ts'
import type { DiskJournal } from './disk-journal.ts'

interface Waiting {
  readonly batch: Fragment
  readonly resolve: (committed: Committed) => void
  readonly reject: (error: unknown) => void
}

/**
 * The rows beside a volatile disk, by LMDB's contract: waves of batches, one at a time; a wave is durable when its
 * commits resolve, no reader sees it earlier, and before that a power loss leaves all of it or nothing.
 */
export interface VolatileMetadata extends MetadataStore {
  /** What each wave wrote, by its number. Known for a wave once it has ended. */
  readonly waves: readonly (readonly Write[])[]
}

/** `pretends`: commits resolve when their wave begins. */
export function createVolatileMetadata(
  journal: DiskJournal,
  random: () => number,
  before: MetadataStore = createMemoryMetadata(),
  pretends = false,
): VolatileMetadata {
  const waves: Write[][] = []
  let waiting: Waiting[] = []
  let running = false

  const runWaves = async (): Promise<void> => {
    running = true
    while (waiting.length > 0) {
      await turns(random)
      const taken = waiting
      waiting = []
      const wave = waves.length
      const writes: Write[] = []
      waves.push(writes)
      journal.add({ kind: 'wave-begin', wave })
      // Between these two a power loss leaves the wave whole, or nothing of it.
      const settle = async (): Promise<void> => {
        for (const { batch, resolve, reject } of taken) {
          await before.commit(batch).then((committed) => {
            if (committed.kind === 'committed') writes.push(...batch.writes)
            resolve(committed)
          }, reject)
        }
      }
      if (pretends) await settle()
      await turns(random)
      await turns(random)
      journal.add({ kind: 'wave-end', wave })
      if (!pretends) await settle()
    }
    running = false
  }

  return {
    inlineBytes: before.inlineBytes,
    waves,
    getMany: (keys, signal) => before.getMany(keys, signal),
    scan: (range, signal) => before.scan(range, signal),
    scanGroups: (range, signal) => before.scanGroups(range, signal),
    sum: (counter) => before.sum(counter),
    commit: (batch) =>
      new Promise((resolve, reject) => {
        waiting.push({ batch, resolve, reject })
        if (!running) void runWaves()
      }),
    close: () => before.close(),
  }
}

async function turns(random: () => number): Promise<void> {
  for (let left = Math.floor(5 * random()); left > 0; left--) await Promise.resolve()
}

import type { RootProvider } from '../../src/kms/index.ts'
import { engine, seeded, type Engine } from '../../src/objects/engine.fixture.ts'
import { createMemoryMetadata, openFilesystemBlobs, type MetadataStore, type Write } from '../../src/storage/index.ts'
import type { SeededRandom } from '../crash/seeded-random.ts'
import { DiskJournal } from './disk-journal.ts'
import { copyOf, type LostPower } from './lost-power.ts'
import { DirectoryContent, VolatileDisk, type Pretended } from './volatile-disk.ts'
import { createVolatileMetadata } from './volatile-metadata.ts'

const BLOBS = '/data/blobs'
const ROWS_AT_ONCE = 500

/** What syncs only pretend: the proof of the proof. */
export type Pretence = Pretended | 'metadata syncs'

/** What a machine starts with. */
export interface MachineGround {
  readonly root: RootProvider
  readonly random: SeededRandom
  readonly tree: DirectoryContent
  readonly lastId: number
  readonly rows: readonly Write[]
  readonly nowMs: number
  readonly pretends?: Pretence
}

/** An engine on a disk that forgets, with everything that has happened to the disk since the start. */
export interface Machine {
  readonly at: Engine
  readonly journal: DiskJournal
  /** The disk as the journal began. */
  readonly before: DirectoryContent
  readonly rowsBefore: readonly Write[]
  readonly waves: readonly (readonly Write[])[]
}

/** `start`: makes the engine on its ground; everything from its first step on stands in the journal. */
export async function startMachine(ground: MachineGround, start: typeof engine = engine): Promise<Machine> {
  const journal = new DiskJournal()
  const { pretends, root, nowMs } = ground
  const random = seeded(ground.random.below(2 ** 31))
  const before = copyOf(ground.tree)
  const pretended = pretends === undefined || pretends === 'metadata syncs' ? {} : { pretends }
  const disk = new VolatileDisk({ journal, random, ...pretended }, ground.tree, ground.lastId)
  const store = createVolatileMetadata(journal, random, await rowsOf(ground.rows), pretends === 'metadata syncs')
  const blobs = await openFilesystemBlobs({ directory: BLOBS, files: disk })
  const at = await start({}, { store, blobs, root, nowMs })
  return { journal, before, rowsBefore: ground.rows, waves: store.waves, at }
}

export function emptyDisk(): DirectoryContent {
  const tree = new DirectoryContent(0)
  tree.names.set('data', new DirectoryContent(1))
  return tree
}

/** The rows after a power loss: every wave that had ended, and the one under way if it was kept. */
export function rowsAfter(machine: Machine, lost: LostPower): readonly Write[] {
  const rows = [...machine.rowsBefore]
  let underWay: number | undefined
  for (const step of machine.journal.steps.slice(0, lost.moment)) {
    if (step.kind === 'wave-begin') underWay = step.wave
    if (step.kind !== 'wave-end') continue
    underWay = undefined
    rows.push(...(machine.waves[step.wave] ?? []))
  }
  if (lost.waveKept && underWay !== undefined) rows.push(...(machine.waves[underWay] ?? []))
  return rows
}

async function rowsOf(writes: readonly Write[]): Promise<MetadataStore> {
  const store = createMemoryMetadata()
  for (let from = 0; from < writes.length; from += ROWS_AT_ONCE) {
    await store.commit({ checks: [], writes: writes.slice(from, from + ROWS_AT_ONCE) })
  }
  return store
}

import type { SeededRandom } from '../crash/seeded-random.ts'
import type { DiskJournal, Step } from './disk-journal.ts'
import { DirectoryContent, FileContent, type Content } from './volatile-disk.ts'

/** What disks write whole or not at all. */
const SECTOR_BYTES = 512

/** How a disk may treat what was not synced. */
const STYLES = ['nothing', 'everything', 'any', 'names first', 'late first', 'data first'] as const

/** One state that a power loss may leave. */
export interface LostPower {
  readonly moment: number
  readonly root: DirectoryContent
  readonly lastId: number
  /** Whether the metadata transaction that was under way is there. */
  readonly waveKept: boolean
  /** What was kept, step by step: tells this state from others of the same journal. */
  readonly choices: string
}

/**
 * The disk after a power loss at `moment`: `before` and every step that a sync covered; of the others any subset, writes
 * torn at sectors, in any order. Names and data are durable by syncs of their own.
 */
export function losePower(
  journal: DiskJournal,
  before: DirectoryContent,
  moment: number,
  random: SeededRandom,
): LostPower {
  const style = random.pick(STYLES)
  const durable = journal.durableAt(moment)
  const nodes = new Map<number, Content>()
  const root = copyOf(before, nodes)
  const nodeOf = (id: number, directory: boolean): Content => {
    const known = nodes.get(id) ?? (directory ? new DirectoryContent(id) : new FileContent(id))
    nodes.set(id, known)
    return known
  }
  let choices = `${moment}`
  let waveKept = false
  for (const [at, step] of journal.steps.slice(0, moment).entries()) {
    if (step.kind === 'wave-begin') {
      waveKept = random.below(2) === 1
    } else if (step.kind === 'wave-end') {
      waveKept = false
    } else if (step.kind === 'write') {
      const file = nodeOf(step.node.id, false)
      if (file instanceof DirectoryContent) throw new TypeError('a directory was written to')
      if (durable[at] === true) place(file, step.position, step.bytes)
      else choices += ` ${at}:${writePart(file, step, keepShare(style, step, at / moment), random)}`
    } else if (step.kind === 'name' || step.kind === 'unname') {
      const parent = nodeOf(step.parent.id, true)
      const kept = durable[at] === true || random.below(100) < 100 * keepShare(style, step, at / moment)
      if (durable[at] !== true) choices += ` ${at}${kept ? '+' : '-'}`
      if (!(parent instanceof DirectoryContent) || !kept) continue
      if (step.kind === 'name') parent.names.set(step.name, nodeOf(step.node.id, step.node.directory))
      else parent.names.delete(step.name)
    }
  }
  return { moment, root, lastId: Math.max(0, ...nodes.keys()), waveKept, choices: `${choices} ${waveKept ? 'w' : ''}` }
}

/** The part of what was not synced that is kept, in [0, 1]. `age`: 0 for the first step, 1 for the last. */
function keepShare(style: (typeof STYLES)[number], step: Step, age: number): number {
  switch (style) {
    case 'nothing':
      return 0
    case 'everything':
      return 1
    case 'any':
      return 0.5
    case 'names first':
      return step.kind === 'write' ? 0 : 1
    case 'data first':
      return step.kind === 'write' ? 1 : 0
    case 'late first':
      return age
  }
}

/** Keeps a share of a write's sectors, and of the length that it gave the file. Returns what was kept. */
function writePart(
  file: FileContent,
  { position, bytes }: Extract<Step, { kind: 'write' }>,
  share: number,
  random: SeededRandom,
): string {
  let kept = ''
  // What the file system had set aside for the file, and never wrote: nothing, or what lay there before.
  const stale = random.below(2) === 1 ? 0xa5 : 0
  const longer = share > 0 || random.below(2) === 1
  if (longer && file.bytes.length < position + bytes.length) {
    const cut = random.below(4) === 0 ? random.below(bytes.length + 1) : 0
    const grown = Buffer.alloc(Math.max(file.bytes.length, position + bytes.length - cut), stale)
    file.bytes.copy(grown)
    file.bytes = grown
    kept += `l${grown.length}`
  }
  for (let from = 0; from < bytes.length;) {
    const end = Math.min(bytes.length, from + SECTOR_BYTES - ((position + from) % SECTOR_BYTES))
    const keep = share === 1 || (share > 0 && random.below(100) < 100 * share)
    if (keep) place(file, position + from, bytes.subarray(from, end), file.bytes.length)
    kept += keep ? '+' : '-'
    from = end
  }
  return kept
}

/** `length`: where the file ends, whatever is written behind it. */
function place(file: FileContent, position: number, bytes: Buffer, length = Number.POSITIVE_INFINITY): void {
  const end = Math.min(position + bytes.length, length)
  if (end > file.bytes.length) {
    const grown = Buffer.alloc(end)
    file.bytes.copy(grown)
    file.bytes = grown
  }
  if (end > position) bytes.copy(file.bytes, position, 0, end - position)
}

/** Everything below a directory, in nodes of its own under the same ids. */
export function copyOf(directory: DirectoryContent, nodes = new Map<number, Content>()): DirectoryContent {
  const copy = new DirectoryContent(directory.id)
  nodes.set(copy.id, copy)
  for (const [name, node] of directory.names) {
    if (node instanceof DirectoryContent) {
      copy.names.set(name, copyOf(node, nodes))
    } else {
      const file = new FileContent(node.id, Buffer.from(node.bytes))
      nodes.set(file.id, file)
      copy.names.set(name, file)
    }
  }
  return copy
}

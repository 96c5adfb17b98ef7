/** A file or directory of the volatile disk. `id` is its inode number. */
export interface Node {
  readonly id: number
  readonly directory: boolean
}

/** What happened to a disk and to the rows beside it, in order. */
export type Step =
  /** A name appeared in a directory, or went from it. */
  | { readonly kind: 'name' | 'unname'; readonly parent: Node; readonly name: string; readonly node: Node }
  | { readonly kind: 'write'; readonly node: Node; readonly position: number; readonly bytes: Buffer }
  /** What happened to the node before this begin is durable from the end of the same sync on. */
  | { readonly kind: 'sync-begin' | 'sync-end'; readonly node: Node; readonly sync: number }
  /** A metadata transaction: at its end it is durable; between begin and end it may be there whole, or not at all. */
  | { readonly kind: 'wave-begin' | 'wave-end'; readonly wave: number }
  /** What the clients see. */
  | { readonly kind: 'asked' | 'answered'; readonly request: number }

/** Everything since the disk was fresh; the moment of a power loss is an index into it. */
export class DiskJournal {
  readonly steps: Step[] = []

  add(step: Step): void {
    this.steps.push(step)
  }

  /** For each step before `moment`, whether a sync made it durable by then. */
  durableAt(moment: number): readonly boolean[] {
    const syncedFrom = new Map<number, number>()
    const begins = new Map<number, number>()
    const durable = Array.from({ length: moment }, () => false)
    for (let at = 0; at < moment; at++) {
      const step = this.steps[at]
      if (step?.kind === 'sync-begin') begins.set(step.sync, at)
      if (step?.kind === 'sync-end') {
        const begun = begins.get(step.sync) ?? 0
        syncedFrom.set(step.node.id, Math.max(begun, syncedFrom.get(step.node.id) ?? 0))
      }
    }
    for (let at = 0; at < moment; at++) {
      const target = nodeOf(this.steps[at])
      if (target !== undefined) durable[at] = at < (syncedFrom.get(target.id) ?? 0)
    }
    return durable
  }
}

/** The node whose sync makes a step durable. */
function nodeOf(step: Step | undefined): Node | undefined {
  switch (step?.kind) {
    case 'name':
    case 'unname':
      return step.parent
    case 'write':
      return step.node
    default:
      return undefined
  }
}

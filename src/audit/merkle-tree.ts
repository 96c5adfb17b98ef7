import { createHash } from 'node:crypto'

/** The hash tree of RFC 9162, section 2.1, over the lines of the ledger. All hashes are SHA-256. */
export const HASH_BYTES = 32

const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

/** The hash of one line, without its line feed. */
export function leafHash(line: Uint8Array): Buffer {
  return createHash('sha256').update(LEAF).update(line).digest()
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest()
}

/** A tree that only grows: the roots of its complete subtrees, largest first. */
export class GrowingTree {
  #size: number
  readonly #peaks: Buffer[]

  constructor(size = 0, peaks: readonly Uint8Array[] = []) {
    if (peaks.length !== bitsOf(size)) throw new RangeError('a tree of this size has another number of peaks')
    this.#size = size
    this.#peaks = peaks.map((peak) => Buffer.from(peak))
  }

  get size(): number {
    return this.#size
  }

  get peaks(): readonly Buffer[] {
    return this.#peaks
  }

  append(leaf: Buffer): void {
    let top = leaf
    // One merge for each one at the end of the size in binary.
    for (let size = this.#size; size % 2 === 1; size = (size - 1) / 2) {
      const left = this.#peaks.pop()
      if (left !== undefined) top = nodeHash(left, top)
    }
    this.#peaks.push(top)
    this.#size += 1
  }

  /** The root; of nothing: the hash of nothing. */
  root(): Buffer {
    const peaks = [...this.#peaks]
    let root = peaks.pop()
    if (root === undefined) return createHash('sha256').digest()
    for (let left = peaks.pop(); left !== undefined; left = peaks.pop()) root = nodeHash(left, root)
    return root
  }
}

function bitsOf(size: number): number {
  let bits = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2
  return bits
}

/** Leaves [start, end) whose subtree is one step of a proof. */
export interface ProofRange {
  readonly start: number
  readonly end: number
}

/** The subtrees whose roots prove leaf `index` in a tree of `size` leaves, from the leaf upwards (section 2.1.3.1). */
export function inclusionRanges(index: number, size: number): readonly ProofRange[] {
  const ranges: ProofRange[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start)
    if (index < middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  return ranges.reverse()
}

/** The root that a proof leads to (section 2.1.3.2); undefined when it has the wrong length. */
export function rootOfProof(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
): Buffer | undefined {
  const ranges = inclusionRanges(index, size)
  if (index >= size || ranges.length !== proof.length) return undefined
  return ranges.reduce<Buffer>((root, range, step) => {
    const other = proof[step] ?? root
    return range.start > index ? nodeHash(root, other) : nodeHash(other, root)
  }, Buffer.from(leaf))
}

function largestPowerBelow(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}

/** Collects, from leaves in their order, the roots of some ranges that do not overlap. */
export class RangeRoots {
  readonly #ranges: readonly { readonly range: ProofRange; readonly tree: GrowingTree }[]

  constructor(ranges: readonly ProofRange[]) {
    this.#ranges = ranges.map((range) => ({ range, tree: new GrowingTree() }))
  }

  add(index: number, leaf: Buffer): void {
    for (const { range, tree } of this.#ranges) if (index >= range.start && index < range.end) tree.append(leaf)
  }

  /** In the order of the ranges; throws when a leaf was not given. */
  roots(): readonly Buffer[] {
    return this.#ranges.map(({ range, tree }) => {
      if (tree.size !== range.end - range.start) throw new Error('a leaf of the proof is missing')
      return tree.root()
    })
  }
}

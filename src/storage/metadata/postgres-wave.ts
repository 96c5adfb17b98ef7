import { checkedKey, failedChecks, type CheckView } from './batch-checks.ts'
import { compareKeys } from './key-order.ts'
import { counterKey, counterPrefix, counterValue, endOfPrefix, readCounter, revisionOf, rowKey } from './lmdb-layout.ts'
import { keyName, type Committed, type Fragment, type Key, type Revision, type Row } from './metadata-store.ts'
import { CommittedBatch } from './wave-writer.ts'

export interface PostgresBatch {
  readonly batch: Fragment
  readonly revision: Buffer
}

/** What the first statement of a wave asks. Keys and bounds are as stored. */
export interface WaveQuestion {
  readonly keys: readonly Buffer[]
  readonly ranges: readonly { readonly start: Buffer; readonly end: Buffer }[]
  /** Rows of a range that decide whether it is empty after the deletions of the wave: one more than those. */
  readonly rangeRows: number
  readonly sums: readonly { readonly start: Buffer; readonly end: Buffer }[]
}

/** What it answers. `ranges` and `sums` have one item for each asked. */
export interface WaveAnswer {
  readonly rows: readonly { readonly key: Buffer; readonly value: Buffer; readonly revision: Buffer }[]
  readonly ranges: readonly (readonly Buffer[])[]
  readonly sums: readonly bigint[]
}

interface Cell {
  readonly value: Buffer
  readonly revision: Buffer
}

/** One wave of this maker: everything is asked at once, evaluated in order here, and written at once. */
export class PostgresWave implements CheckView {
  readonly #batches: readonly PostgresBatch[]
  readonly #epoch: Buffer
  readonly #rows = new Map<string, Cell | undefined>()
  readonly #ranges = new Map<string, readonly Buffer[]>()
  readonly #sums = new Map<string, bigint>()
  readonly #written = new Map<string, Cell | undefined>()

  constructor(batches: readonly PostgresBatch[], epoch: Buffer) {
    this.#batches = batches
    this.#epoch = epoch
  }

  question(): WaveQuestion {
    const keys = new Map<string, Buffer>()
    const ranges = new Map<string, { start: Buffer; end: Buffer }>()
    const sums = new Map<string, { start: Buffer; end: Buffer }>()
    let rangeRows = 1
    for (const { batch } of this.#batches) {
      for (const check of batch.checks) {
        if (check.kind === 'sum') askSum(sums, check.counter)
        else if (check.kind === 'empty') {
          ranges.set(rangeName(check.start, check.end), { start: rowKey(check.start), end: rowKey(check.end) })
        } else keys.set(keyName(check.key), rowKey(check.key))
      }
      for (const write of batch.writes) {
        if (write.kind === 'delete') rangeRows++
        if (write.kind === 'add') {
          const own = this.#ownKey(write.counter)
          keys.set(`own ${keyName(own)}`, own)
        }
      }
    }
    return { keys: [...keys.values()], ranges: [...ranges.values()], rangeRows, sums: [...sums.values()] }
  }

  evaluate(question: WaveQuestion, answer: WaveAnswer): readonly Committed[] {
    for (const { key, value, revision } of answer.rows) this.#rows.set(keyName(key), { value, revision })
    for (const [index, range] of question.ranges.entries()) {
      this.#ranges.set(rangeName(range.start.subarray(1), range.end.subarray(1)), answer.ranges[index] ?? [])
    }
    for (const [index, sum] of question.sums.entries()) this.#sums.set(keyName(sum.start), answer.sums[index] ?? 0n)
    return this.#batches.map((batch) => this.#evaluateOne(batch))
  }

  /** The net effect of the committed batches: a key is deleted or put, never both. */
  writes(): { readonly puts: readonly (Cell & { readonly key: Buffer })[]; readonly deletes: readonly Buffer[] } {
    const puts: (Cell & { readonly key: Buffer })[] = []
    const deletes: Buffer[] = []
    for (const [name, cell] of this.#written) {
      const key = Buffer.from(name, 'hex')
      if (cell === undefined) deletes.push(key)
      else puts.push({ key, ...cell })
    }
    return { puts, deletes }
  }

  revisionOf(key: Key): Revision | undefined {
    const cell = this.#cell(keyName(rowKey(key)))
    return cell === undefined ? undefined : revisionOf(cell.revision)
  }

  hasRowIn(start: Key, end: Key): boolean {
    const first = rowKey(start)
    const last = rowKey(end)
    for (const [name, cell] of this.#written) {
      const key = Buffer.from(name, 'hex')
      if (cell !== undefined && compareKeys(key, first) >= 0 && compareKeys(key, last) < 0) return true
    }
    const stored = this.#ranges.get(rangeName(start, end)) ?? []
    return stored.some((key) => !this.#written.has(keyName(key)))
  }

  sumOf(counter: Key): bigint {
    return this.#sums.get(keyName(counterPrefix(counter))) ?? 0n
  }

  #evaluateOne({ batch, revision }: PostgresBatch): Committed {
    const failed = failedChecks(batch.checks, this)
    if (failed.length > 0)
      return { kind: 'conflict', failed, now: failed.map((check) => this.#rowOf(checkedKey(check))) }
    for (const write of batch.writes) {
      if (write.kind === 'add') this.#add(write.counter, write.delta)
      else if (write.kind === 'delete') this.#written.set(keyName(rowKey(write.key)), undefined)
      else this.#written.set(keyName(rowKey(write.key)), { value: Buffer.from(write.value), revision })
    }
    return new CommittedBatch(batch, revision)
  }

  #add(counter: Key, delta: bigint): void {
    const own = keyName(this.#ownKey(counter))
    const cell = this.#cell(own)
    const value = (cell === undefined ? 0n : readCounter(cell.value)) + delta
    this.#written.set(own, { value: counterValue(value), revision: Buffer.alloc(0) })
    const prefix = keyName(counterPrefix(counter))
    this.#sums.set(prefix, (this.#sums.get(prefix) ?? 0n) + delta)
  }

  #ownKey(counter: Key): Buffer {
    return counterKey(counterPrefix(counter), this.#epoch)
  }

  #cell(name: string): Cell | undefined {
    return this.#written.has(name) ? this.#written.get(name) : this.#rows.get(name)
  }

  #rowOf(key: Key | undefined): Row | undefined {
    if (key === undefined) return undefined
    const cell = this.#cell(keyName(rowKey(key)))
    return cell && { key: Buffer.from(key), value: Buffer.from(cell.value), revision: revisionOf(cell.revision) }
  }
}

function askSum(sums: Map<string, { start: Buffer; end: Buffer }>, counter: Key): void {
  const start = counterPrefix(counter)
  sums.set(keyName(start), { start, end: endOfPrefix(start) })
}

function rangeName(start: Key, end: Key): string {
  return `${keyName(start)}-${keyName(end)}`
}

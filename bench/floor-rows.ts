import { open, type RootDatabase } from 'lmdb'
import { bodyOf, type LoadResult } from './load-plan.ts'
import { quantileOf } from './statistics.ts'

export type RowDatabase = RootDatabase<Buffer, Buffer>

/** Bytes of a row's key and value. */
export interface RowSize {
  readonly keyBytes: number
  readonly valueBytes: number
}

export interface RowWork extends RowSize {
  readonly act: 'puts' | 'scan' | 'seeks'
  /** Puts that wait for the disk at the same time. */
  readonly inFlight: number
  readonly durationMs: number
  readonly warmupMs: number
}

/** What a listing of one page reads: so many rows, or so many groups of so many rows. */
export const PAGE_ROWS = 1_000
export const ROWS_OF_GROUP = 4
const PUT_NAMES = 8_192

/** An LMDB environment as Coffer opens its own: rows are visible once they are durable, and cost no decoding. */
export function openRows(directory: string, readOnly: boolean): RowDatabase {
  return open<Buffer, Buffer>({
    path: directory,
    readOnly,
    noSubdir: false,
    overlappingSync: false,
    encoding: 'binary',
    keyEncoding: 'binary',
    cache: false,
    pageSize: 8_192,
    mapSize: 256 * 1024 ** 3,
    maxReaders: 512,
  })
}

/** The bare work of a metadata store, in this process: no HTTP, no sealing, no checks. */
export class RowFloor {
  readonly #database: RowDatabase
  readonly #filled = new Set<string>()
  #round = 0

  constructor(directory: string) {
    this.#database = openRows(directory, false)
  }

  async run(work: RowWork): Promise<LoadResult> {
    switch (work.act) {
      case 'puts':
        return this.#puts(work)
      case 'scan':
        await this.#fill('s', PAGE_ROWS, work)
        return timed(work, () => this.#scanPage(work))
      case 'seeks':
        await this.#fill('g', PAGE_ROWS * ROWS_OF_GROUP, work)
        return timed(work, () => this.#seekPage(work))
    }
  }

  async close(): Promise<void> {
    await this.#database.close()
  }

  async #puts(work: RowWork): Promise<LoadResult> {
    const table = `p${this.#round++}`
    const { body } = bodyOf(work.valueBytes)
    const keys = Array.from({ length: PUT_NAMES }, (_, index) => keyOf(table, index, work.keyBytes))
    const meter = new Meter(work)
    const write = async (): Promise<void> => {
      while (!meter.over()) {
        const began = performance.now()
        await this.#database.put(keys[meter.started++ % PUT_NAMES] ?? Buffer.alloc(0), body)
        meter.count(began)
      }
    }
    await Promise.all(Array.from({ length: work.inFlight }, write))
    return meter.result()
  }

  async #fill(table: string, rows: number, size: RowSize): Promise<void> {
    const name = `${table}${size.keyBytes}-${size.valueBytes}`
    if (this.#filled.has(name)) return
    this.#filled.add(name)
    const { body } = bodyOf(size.valueBytes)
    const written = Array.from({ length: rows }, (_, index) =>
      this.#database.put(keyOf(name, index, size.keyBytes), body),
    )
    await Promise.all(written)
  }

  #scanPage(size: RowSize): void {
    const name = `s${size.keyBytes}-${size.valueBytes}`
    const start = keyOf(name, 0, size.keyBytes)
    let rows = 0
    let bytes = 0
    this.#database.resetReadTxn()
    for (const { key, value } of this.#database.getRange({ start, limit: PAGE_ROWS })) {
      rows += 1
      bytes += key.length + value.length
    }
    const expected = PAGE_ROWS * (size.keyBytes + size.valueBytes)
    if (rows !== PAGE_ROWS || bytes !== expected) throw new Error('the floor did not read what it wrote')
  }

  /** One seek for each group, to the first row behind it. */
  #seekPage(size: RowSize): void {
    const name = `g${size.keyBytes}-${size.valueBytes}`
    this.#database.resetReadTxn()
    for (let group = 0; group < PAGE_ROWS; group++) {
      const start = keyOf(name, group * ROWS_OF_GROUP, size.keyBytes)
      const [found] = this.#database.getKeys({ start, limit: 1 })
      if (found?.equals(start) !== true) throw new Error('the floor did not find what it wrote')
    }
  }
}

function keyOf(table: string, index: number, keyBytes: number): Buffer {
  const key = Buffer.alloc(keyBytes, 0x2e)
  key.write(`${table}/`, 'latin1')
  key.write(String(index).padStart(8, '0'), keyBytes - 8, 'latin1')
  return key
}

function timed(work: RowWork, act: () => void): LoadResult {
  const meter = new Meter(work)
  do {
    const began = performance.now()
    act()
    meter.count(began)
  } while (!meter.over())
  return meter.result()
}

class Meter {
  started = 0
  readonly #countedMs: number
  readonly #deadlineMs: number
  readonly #latenciesMs: number[] = []
  readonly #before = process.cpuUsage()
  #lastMs: number
  #answered = 0

  constructor(work: RowWork) {
    this.#countedMs = performance.now() + work.warmupMs
    this.#deadlineMs = this.#countedMs + work.durationMs
    this.#lastMs = this.#countedMs
  }

  over(): boolean {
    return this.#lastMs >= this.#deadlineMs
  }

  count(beganMs: number): void {
    const nowMs = performance.now()
    this.#answered += 1
    if (beganMs < this.#countedMs) return
    this.#latenciesMs.push(nowMs - beganMs)
    this.#lastMs = nowMs
  }

  result(): LoadResult {
    const { user, system } = process.cpuUsage(this.#before)
    const sorted = Float64Array.from(this.#latenciesMs).sort()
    const seconds = (this.#lastMs - this.#countedMs) / 1_000
    return {
      answered: this.#answered,
      requests: sorted.length,
      seconds,
      perSecond: sorted.length / seconds,
      p50Ms: quantileOf(sorted, 0.5),
      p99Ms: quantileOf(sorted, 0.99),
      askerMicros: (user + system) / this.#answered,
    }
  }
}

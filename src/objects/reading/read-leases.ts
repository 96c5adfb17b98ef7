import { refuse } from '../../operations/index.ts'
import { type Key, type MetadataStore } from '../../storage/index.ts'
import { READ_LEASES, readLeaseKey, u64 } from '../rows/row-keys.ts'

/** A read that lasts longer is made known to the collectors of all processes. */
export const PUBLISH_AFTER_MS = 5_000
/** How many processes' leases a collector looks at. */
const MAX_LEASES = 10_000

export interface ReadLease {
  /** Changes only when the clock has gone back behind it. */
  readonly startedMs: number
  /** Twice is harmless. */
  end(): void
}

/**
 * The reads of this process that hold blobs. Garbage is kept while a read that may need it runs: short reads are
 * covered by the collector's age limit, long ones by a row with the start of the oldest.
 */
export interface ReadLeases {
  begin(): ReadLease
  /** Publishes the oldest start, or takes it back. Called once a second by whoever runs the process. */
  publish(): Promise<void>
}

class RunningRead implements ReadLease {
  startedMs: number
  readonly #running: Set<RunningRead>

  constructor(running: Set<RunningRead>, startedMs: number) {
    this.startedMs = startedMs
    this.#running = running
    running.add(this)
  }

  end(): void {
    this.#running.delete(this)
  }
}

export function createReadLeases(store: MetadataStore, epoch: string, now: () => number): ReadLeases {
  const running = new Set<RunningRead>()
  const key: Key = readLeaseKey(epoch)
  let published: number | undefined
  return {
    begin() {
      return new RunningRead(running, now())
    },
    async publish() {
      let oldest: number | undefined
      const nowMs = now()
      for (const lease of running) {
        // The clock has gone back: by what it says now, this read has been running for a long time.
        if (lease.startedMs > nowMs) lease.startedMs = nowMs - 2 * PUBLISH_AFTER_MS
        oldest = Math.min(oldest ?? lease.startedMs, lease.startedMs)
      }
      const wanted = oldest !== undefined && nowMs - oldest > PUBLISH_AFTER_MS ? oldest : undefined
      if (wanted === published) return
      const write =
        wanted === undefined ? ({ kind: 'delete', key } as const) : ({ kind: 'put', key, value: u64(wanted) } as const)
      await store.commit({ checks: [], writes: [write] })
      published = wanted
    },
  }
}

/** The start of the oldest read that any process published, or undefined. */
export async function oldestPublishedRead(store: MetadataStore): Promise<number | undefined> {
  const { rows, more } = await store.scan({ ...READ_LEASES, limit: MAX_LEASES })
  if (more) refuse({ kind: 'unavailable', detail: 'too many read leases' })
  let oldest: number | undefined
  for (const row of rows) {
    if (row.value.length !== 8) refuse({ kind: 'integrity', what: 'read lease' })
    const startedMs = Number(Buffer.from(row.value).readBigUInt64BE())
    oldest = Math.min(oldest ?? startedMs, startedMs)
  }
  return oldest
}

/** Takes back what processes published that are gone: they hold nothing any more. `liveEpochs`: of their blob stores. */
export async function forgetDeadReads(store: MetadataStore, liveEpochs: ReadonlySet<string>): Promise<number> {
  const { rows } = await store.scan({ ...READ_LEASES, limit: MAX_LEASES })
  const live = new Set([...liveEpochs].map((epoch) => Buffer.from(readLeaseKey(epoch)).toString('latin1')))
  const dead = rows.filter((row) => !live.has(Buffer.from(row.key).toString('latin1')))
  if (dead.length > 0) {
    await store.commit({ checks: [], writes: dead.slice(0, 1_000).map((row) => ({ kind: 'delete', key: row.key })) })
  }
  return dead.length
}

import { randomBytes } from '../secrets/index.ts'
import type { Check, MetadataStore } from '../storage/index.ts'

/** One holder at a time for each job, across processes and nodes. */
export interface JobLease {
  /** Takes or renews; false while somebody else holds it. */
  hold(): Promise<boolean>
  /** Gives it back, so that the next process need not wait. */
  release(): Promise<void>
}

export const LEASE_MS = 30_000

const HOLDER_BYTES = 16

/** Row `job/<name>`: holder (16 bytes) and the end of the lease in milliseconds (8 bytes, big-endian). */
export function createJobLease(store: MetadataStore, job: string, now: () => number): JobLease {
  const key = Buffer.from(`job/${job}`, 'utf8')
  const holder = randomBytes(HOLDER_BYTES)

  async function write(untilMs: number): Promise<boolean> {
    const [row] = await store.getMany([key])
    if (row !== undefined && heldByOther(row.value, holder, now())) return false
    const check: Check = row === undefined ? { kind: 'absent', key } : { kind: 'revision', key, revision: row.revision }
    const value = Buffer.alloc(HOLDER_BYTES + 8)
    value.set(holder)
    value.writeBigUInt64BE(BigInt(untilMs), HOLDER_BYTES)
    const committed = await store.commit({ checks: [check], writes: [{ kind: 'put', key, value }] })
    return committed.kind === 'committed'
  }

  return {
    hold: () => write(now() + LEASE_MS),
    release: async () => {
      await write(0)
    },
  }
}

function heldByOther(value: Uint8Array, holder: Uint8Array, nowMs: number): boolean {
  const row = Buffer.from(value)
  if (row.length !== HOLDER_BYTES + 8) return false
  const leftMs = Number(row.readBigUInt64BE(HOLDER_BYTES)) - nowMs
  // More than a lease can have left: the clock has gone back, and nobody may wait for it to come up again.
  return !row.subarray(0, HOLDER_BYTES).equals(holder) && leftMs > 0 && leftMs <= LEASE_MS
}

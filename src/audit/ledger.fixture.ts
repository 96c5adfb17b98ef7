import assert from 'node:assert/strict'
import { createRecordSealer, type RecordSealer } from '../records/index.ts'
import { SecretBytes } from '../secrets/index.ts'
import { createMemoryMetadata, type MetadataStore, type Row, type Write } from '../storage/index.ts'
import { createAuditLedger, type AuditLedger } from './audit-ledger.ts'
import { createAuditLog } from './audit-log.ts'
import type { AuditLog, AuditRecord } from './audit-record.ts'
import type { CheckpointFile } from './make-checkpoint.ts'

export const START_MS = Date.UTC(2026, 10, 20, 14, 0, 0)
const KEY = new SecretBytes(Buffer.alloc(32, 7))

/** A file of checkpoints in memory, that a test can cut or take away. */
export interface FileInMemory extends CheckpointFile {
  text: string | undefined
}

/** A log and its ledger over rows in memory; the clock and the timers are the test's. */
export interface LedgerBench {
  readonly store: MetadataStore
  readonly records: RecordSealer
  readonly clock: { ms: number }
  readonly file: FileInMemory
  /** One start of one process. */
  readonly open: (epoch: number) => { readonly log: AuditLog; readonly ledger: AuditLedger }
}

export function ledgerBench(): LedgerBench {
  const store = createMemoryMetadata()
  const clock = { ms: START_MS }
  const file: FileInMemory = {
    text: undefined,
    append: async (note) => {
      file.text = file.text === undefined ? note : `${file.text}\n${note}`
    },
    read: async () => file.text,
  }
  const sealer = (epoch: number): RecordSealer =>
    createRecordSealer({ metadataKey: KEY.copy(), epoch: Buffer.alloc(8, epoch) })
  const records = sealer(0xee)
  return {
    ...{ store, records, clock, file },
    open: (number) => {
      const epoch = Buffer.alloc(8, number)
      const now = (): number => clock.ms
      const own = sealer(number)
      const schedule = (): (() => void) => () => undefined
      return {
        log: createAuditLog({ store, records: own, now, epoch, schedule }),
        ledger: createAuditLedger({
          store,
          records: own,
          now,
          epoch,
          auditKey: new SecretBytes(Buffer.alloc(32, 9)),
          file,
        }),
      }
    },
  }
}

export function use(timeMs: number, requestId: string, over: Partial<AuditRecord> = {}): AuditRecord {
  return {
    ...{ timeMs, requestId, action: 'kms:Decrypt', resource: 'arn:aws:kms:us-east-1:000000000001:key/1' },
    ...{ caller: 'arn:aws:iam::000000000001:root', outcome: 'done', ...over },
  }
}

/** `count` records, `each` of them to a segment, with a checkpoint after every `checkpointEvery` segments. */
export async function fill(bench: LedgerBench, count: number, each: number, checkpointEvery: number): Promise<void> {
  let process = bench.open(1)
  for (let first = 0, segment = 0; first < count; first += each, segment++) {
    // A new process every four segments.
    if (segment > 0 && segment % 4 === 0) process = bench.open(1 + segment / 4)
    const { log, ledger } = process
    for (let index = first; index < Math.min(count, first + each); index++) {
      log.record(use((bench.clock.ms += 10), `r${index}`))
    }
    await log.flush()
    await ledger.sealAll()
    if ((segment + 1) % checkpointEvery === 0) await ledger.checkpoint(true)
  }
}

export async function rowsOf(
  store: MetadataStore,
  range: { readonly start: Uint8Array; readonly end: Uint8Array },
): Promise<readonly Row[]> {
  return (await store.scan({ ...range, limit: 10_000 })).rows
}

/** What somebody with the disk does. */
export async function write(store: MetadataStore, ...writes: readonly Write[]): Promise<void> {
  assert.equal((await store.commit({ checks: [], writes })).kind, 'committed')
}

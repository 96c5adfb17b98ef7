import type { SecretBytes } from '../secrets/index.ts'
import type { RecordSealer } from '../records/index.ts'
import type { MetadataStore } from '../storage/index.ts'
import { checkpointSigner } from './checkpoint-note.ts'
import { readKeyUsage, type KeyUsage } from './key-usage.ts'
import { readLastUses } from './last-uses.ts'
import { readHead } from './ledger-head.ts'
import { openSegment, peekSegment, segmentNumber } from './ledger-rows.ts'
import { makeCheckpoint, newestCheckpoint, type CheckpointFile, type StoredCheckpoint } from './make-checkpoint.ts'
import { proveEvent, type EventProof } from './prove-event.ts'
import { readSegments } from './read-ledger.ts'
import { sealLedger } from './seal-ledger.ts'
import type { LedgerReport } from './ledger-check.ts'
import { verifyLedger } from './verify-ledger.ts'

export interface AuditLedgerOptions {
  readonly store: MetadataStore
  readonly records: RecordSealer
  readonly now: () => number
  /** 8 bytes of this start of this process. */
  readonly epoch: Uint8Array
  /** The deployment's audit key; stays the caller's. */
  readonly auditKey: SecretBytes
  /** A second place for checkpoints. */
  readonly file?: CheckpointFile
}

/** Some of the ledger, oldest first, as it lies there. */
export interface LedgerPage {
  readonly lines: readonly string[]
  /** Where the next page begins; absent: this was the last one. */
  readonly next?: number
}

export interface LedgerStanding {
  /** Absent: nothing has been sealed yet. */
  readonly verifierKey?: string
  readonly records: number
  readonly signedMs?: number
  readonly signedRecords?: number
}

/** The sealed log: every record in one chain, under one tree, with signed checkpoints (docs/audit.md, "The ledger"). */
export interface AuditLedger {
  /** One round of what waits. Safe in every process at once. */
  seal(): Promise<{ readonly sealed: number; readonly more: boolean }>
  /** Whatever waits now. */
  sealAll(): Promise<void>
  /** A checkpoint if it is time for one; `always`: if there is anything new. */
  checkpoint(always?: boolean): Promise<StoredCheckpoint | undefined>
  newestCheckpoint(): Promise<StoredCheckpoint | undefined>
  /** What the checkpoints can be verified with: `<origin>+<key id>+<key>`. */
  verifierKey(): Promise<string>
  /** How far it goes, and how far it is signed. */
  standing(): Promise<LedgerStanding>
  /** `outside`: checkpoints that were kept elsewhere, one behind the other. */
  verify(outside?: string): Promise<LedgerReport>
  /** Undefined: there is no such record. */
  prove(id: string): Promise<EventProof | undefined>
  /** From a segment on, about `limit` lines; segments that ended before `sinceMs` are passed over. */
  page(options: { readonly from: number; readonly limit: number; readonly sinceMs?: number }): Promise<LedgerPage>
  keyUsage(keyArn: string, sinceMs: number): Promise<KeyUsage>
  /** When each key was used last; undefined: never, as far as was sealed. */
  lastUses(keyArns: readonly string[]): Promise<readonly (number | undefined)[]>
}

/** Rounds of one call: what came meanwhile is left to the next. */
const MAX_ROUNDS = 10_000
const MAX_PAGE_LINES = 1_000

export function createAuditLedger(options: AuditLedgerOptions): AuditLedger {
  const { store, records } = options
  const rooms = { ...options, stream: Buffer.from(options.epoch).toString('hex') }
  const sealAll = async (): Promise<void> => {
    for (let round = 0; round < MAX_ROUNDS; round++) if (!(await sealLedger(rooms)).more) return
  }
  return {
    seal: () => sealLedger(rooms),
    sealAll,
    checkpoint: (always = false) => makeCheckpoint(rooms, always),
    newestCheckpoint: () => newestCheckpoint(store),
    verifierKey: async () => checkpointSigner(options.auditKey, (await readHead(rooms)).head.origin).verifierKey,
    standing: async () => {
      const { head } = await readHead(rooms)
      if (head.size === 0) return { records: 0 }
      const { verifierKey } = checkpointSigner(options.auditKey, head.origin)
      const signed = { signedMs: head.checkpointMs, signedRecords: head.checkpointSize }
      return { verifierKey, records: head.size, ...(head.checkpoints === 0 ? {} : signed) }
    },
    verify: async (outside) => verifyLedger(rooms, outside),
    prove: async (id) => {
      await makeCheckpoint(rooms, true)
      return proveEvent(rooms, id)
    },
    page: async ({ from, limit, sinceMs = 0 }) => {
      const lines: string[] = []
      for await (const row of readSegments(store, { from })) {
        if (lines.length >= Math.min(limit, MAX_PAGE_LINES)) return { lines, next: segmentNumber(row.key) }
        if (peekSegment(records, row).newestMs >= sinceMs) lines.push(...openSegment(records, row).lines)
      }
      return { lines }
    },
    keyUsage: (keyArn, sinceMs) => readKeyUsage(rooms, keyArn, sinceMs),
    lastUses: (keyArns) => readLastUses(rooms, keyArns),
  }
}

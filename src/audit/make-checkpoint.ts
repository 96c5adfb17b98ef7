import type { SecretBytes } from '../secrets/index.ts'
import type { RecordSealer } from '../records/index.ts'
import { faultPoint, type MetadataReader, type MetadataStore } from '../storage/index.ts'
import { checkpointSigner, type CheckpointSigner } from './checkpoint-note.ts'
import { readHead, treeOf, writeHead, type LedgerHead } from './ledger-head.ts'
import { CHECKPOINT_ROWS, checkpointKey, checkpointNumber } from './ledger-rows.ts'

/** A second place for checkpoints, besides their rows. It only grows. */
export interface CheckpointFile {
  /** Durable when it resolves. */
  append(note: string): Promise<void>
  /** All of it; undefined: there is none. */
  read(): Promise<string | undefined>
}

export interface CheckpointRooms {
  readonly store: MetadataStore
  readonly records: RecordSealer
  readonly now: () => number
  readonly auditKey: SecretBytes
  readonly file?: CheckpointFile
}

export interface StoredCheckpoint {
  readonly number: number
  readonly timeMs: number
  readonly note: string
}

export const CHECKPOINT_EVERY_MS = 60_000
export const CHECKPOINT_EVERY_RECORDS = 1_000
const CHECKPOINTS_A_SCAN = 256

/**
 * Signs where the ledger stands, when it is time: a minute after the last one, or 1,000 records, if there are new ones at
 * all. `always`: now, unless nothing is new. The file gets it first: what is in a row is in the file.
 */
export async function makeCheckpoint(rooms: CheckpointRooms, always: boolean): Promise<StoredCheckpoint | undefined> {
  const { head, checks } = await readHead(rooms)
  const timeMs = rooms.now()
  if (head.size === head.checkpointSize || !(always || isDue(head, timeMs))) return undefined
  const note = checkpointSigner(rooms.auditKey, head.origin).sign(head.size, treeOf(head).root())
  await rooms.file?.append(note)
  const number = head.checkpoints
  const key = checkpointKey(number)
  const after = { ...head, checkpoints: number + 1, checkpointSize: head.size, checkpointMs: timeMs }
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(timeMs))
  faultPoint('audit-checkpoint:before-metadata-commit')
  const committed = await rooms.store.commit({
    checks: [...checks, { kind: 'absent', key }],
    writes: [
      { kind: 'put', key, value: Buffer.concat([time, Buffer.from(note, 'utf8')]) },
      writeHead(rooms.records, after),
    ],
  })
  faultPoint('audit-checkpoint:after-metadata-commit')
  // Somebody sealed or signed meanwhile; the note in the file says what was true.
  return committed.kind === 'committed' ? { number, timeMs, note } : undefined
}

/** A clock that was set back makes one due as well. */
function isDue({ size, checkpointSize, checkpointMs }: LedgerHead, nowMs: number): boolean {
  return size - checkpointSize >= CHECKPOINT_EVERY_RECORDS || Math.abs(nowMs - checkpointMs) >= CHECKPOINT_EVERY_MS
}

/** Every checkpoint in the rows, in their order. What is no checkpoint there comes with an empty note. */
export async function readCheckpoints(store: MetadataReader): Promise<readonly StoredCheckpoint[]> {
  const found: StoredCheckpoint[] = []
  let { start } = CHECKPOINT_ROWS
  for (;;) {
    const { rows, more } = await store.scan({ ...CHECKPOINT_ROWS, start, limit: CHECKPOINTS_A_SCAN })
    for (const row of rows) found.push(checkpointOf(row.key, row.value))
    const last = rows.at(-1)
    if (!more || last === undefined) return found
    start = Buffer.concat([last.key, Buffer.of(0)])
  }
}

export async function newestCheckpoint(store: MetadataReader): Promise<StoredCheckpoint | undefined> {
  const { rows } = await store.scan({ ...CHECKPOINT_ROWS, limit: 1, reverse: true })
  return rows.map((row) => checkpointOf(row.key, row.value))[0]
}

function checkpointOf(key: Uint8Array, value: Uint8Array): StoredCheckpoint {
  const bytes = Buffer.from(value)
  const number = checkpointNumber(key)
  if (bytes.length < 8) return { number, timeMs: 0, note: '' }
  return { number, timeMs: Number(bytes.readBigUInt64BE()), note: bytes.subarray(8).toString('utf8') }
}

export function signerOf(rooms: Pick<CheckpointRooms, 'auditKey'>, { origin }: LedgerHead): CheckpointSigner {
  return checkpointSigner(rooms.auditKey, origin)
}

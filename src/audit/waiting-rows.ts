import { createHash } from 'node:crypto'
import { randomBytes } from '../secrets/index.ts'
import type { RecordSealer } from '../records/index.ts'
import type { Key, MetadataReader, Row } from '../storage/index.ts'
import { cleanRecord } from './audit-fields.ts'
import { CHANGE_ROWS, epochOf, numberOf, readClearPart, recordLine, rowRange } from './audit-rows.ts'
import { MAX_EPOCHS } from './ledger-head.ts'
import { SERVER_IDENTITY } from './user-identity.ts'

/** Rows of one round, of uses and of changes: each is a write of the commit that seals them. */
export interface RoundLimits {
  readonly uses: number
  readonly changes: number
}

export interface Waiting {
  /** Records without line feeds, in the order in which they are sealed. */
  readonly lines: readonly string[]
  /** Rows that are in `lines`, or have been sealed before. */
  readonly keys: readonly Key[]
  readonly epochs: readonly (readonly [string, number])[]
  readonly newestMs: number
  readonly oldestMs: number
  readonly more: boolean
}

interface Rooms {
  readonly store: MetadataReader
  readonly records: RecordSealer
  readonly now: () => number
}

/**
 * What waits to be sealed, at most a round of it. Rows of uses are numbered without gaps in each epoch: a number that is
 * passed over is itself recorded, a number that was sealed before is not sealed again.
 */
export async function readWaiting(
  rooms: Rooms,
  known: readonly (readonly [string, number])[],
  limits: RoundLimits,
): Promise<Waiting> {
  const uses = await rooms.store.scan({ ...rowRange(), limit: limits.uses })
  const changes = await rooms.store.scan({ ...CHANGE_ROWS, limit: limits.changes })
  const epochs = new Map(known)
  const taken = [
    ...uses.rows.flatMap((row) => takeUse(rooms, row, epochs)),
    ...changes.rows.map((row) => take(rooms, row)),
  ]
  taken.sort((left, right) => left.oldestMs - right.oldestMs)
  return {
    lines: taken.flatMap(({ lines }) => lines),
    keys: [...uses.rows, ...changes.rows].map(({ key }) => key),
    epochs: [...epochs].slice(-MAX_EPOCHS),
    newestMs: Math.max(0, ...taken.map(({ newestMs }) => newestMs)),
    oldestMs: Math.min(Infinity, ...taken.map(({ oldestMs }) => oldestMs)),
    more: uses.more || changes.more,
  }
}

interface Taken {
  readonly lines: readonly string[]
  readonly newestMs: number
  readonly oldestMs: number
}

function takeUse(rooms: Rooms, row: Row, epochs: Map<string, number>): readonly Taken[] {
  const epoch = Buffer.from(epochOf(row.key)).toString('hex')
  const number = numberOf(row.key)
  // Once epochs have been forgotten, one that is not known may be one of them.
  const expected = epochs.get(epoch) ?? (epochs.size < MAX_EPOCHS ? 0 : number)
  if (number < expected) return []
  // Set anew, so that the epochs that were heard of last are the last.
  epochs.delete(epoch)
  epochs.set(epoch, number + 1)
  const detail = { what: epoch, from: String(expected), to: String(number - 1) }
  const missing = number > expected ? [ownRecord(rooms, 'coffer:AuditRowsMissing', detail)] : []
  return [...missing, take(rooms, row)]
}

/** A row that does not open is told of in its place, with its digest: what it said cannot be known. */
function take(rooms: Rooms, row: Row): Taken {
  try {
    const { clear, secret } = rooms.records.open(row.key, row.value)
    const lines = Buffer.from(secret).toString('utf8').split('\n')
    return { lines: lines.filter((line) => line !== '').map(withId), ...readClearPart(clear) }
  } catch {
    const what = createHash('sha256').update(row.value).digest('hex')
    return ownRecord(rooms, 'coffer:AuditRowDamaged', { from: Buffer.from(row.key).toString('hex'), what })
  }
}

function ownRecord({ now }: Rooms, action: string, detail: Readonly<Record<string, string>>): Taken {
  const timeMs = now()
  const record = cleanRecord({
    ...{ timeMs, requestId: 'coffer', action, resource: 'arn:aws:coffer:::audit', caller: 'coffer' },
    ...{ outcome: 'failed', identity: SERVER_IDENTITY, detail },
  })
  return { lines: [recordLine({ ...record, id: newId() }).trimEnd()], newestMs: timeMs, oldestMs: timeMs }
}

/** Records from before there were ids get one here. */
function withId(line: string): string {
  return line.includes('"id":"') ? line : `${line.slice(0, -1)},"id":"${newId()}"}`
}

/** A UUID of version 4. */
function newId(): string {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const digits = bytes.toString('hex')
  return [8, 12, 16, 20, 32].map((end, index) => digits.slice([0, 8, 12, 16, 20][index], end)).join('-')
}

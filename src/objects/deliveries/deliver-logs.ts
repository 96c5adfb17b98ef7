import { createHash } from 'node:crypto'
import type { AuditLog } from '../../audit/index.ts'
import {
  parseObjectKey,
  refuse,
  StoreFailure,
  type BucketLogging,
  type ObjectBody,
  type ObjectKey,
  type SignedCaller,
} from '../../operations/index.ts'
import type { Row } from '../../storage/index.ts'
import { openLines } from './access-log.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { openBucket } from '../rows/bucket-rows.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { revisionOf } from '../writing/place-version.ts'
import { putObject } from '../writing/put-object.ts'
import { accessLogTime, ACCESS_LOGS, BUCKETS, bucketKey } from '../rows/row-keys.ts'

/** Lines that cannot be delivered for this long are given up, with a record. */
const LOG_LIFE_MS = 7 * 24 * 60 * 60_000

interface Batch {
  readonly uuid: string
  readonly bucket: string
  readonly rows: Row[]
  readonly lines: string[]
}

/**
 * Brings waiting lines into objects of the buckets that take them, one for each logged bucket, sealed by the taking bucket's
 * rule. At least once: an object's name is made of the rows that it holds, so that a delivery which was interrupted is done again
 * under the same name.
 */
export async function deliverLogs(
  rooms: ObjectRooms,
  audit: Pick<AuditLog, 'record'>,
  limits: { readonly limit: number; readonly signal: AbortSignal },
): Promise<{ readonly more: boolean; readonly delivered: number }> {
  const { rows, more } = await rooms.store.scan({ ...ACCESS_LOGS, limit: limits.limit })
  const batches = new Map<string, Batch>()
  for (const row of rows) {
    const found = openLines(rooms, row)
    if (found === undefined) continue
    const batch = batches.get(found.uuid) ?? { uuid: found.uuid, bucket: found.bucket, rows: [], lines: [] }
    batches.set(found.uuid, batch)
    batch.rows.push(row)
    batch.lines.push(...found.lines)
  }
  let delivered = 0
  let gone = 0
  for (const batch of batches.values()) {
    limits.signal.throwIfAborted()
    const done = await deliverOne(rooms, audit, batch, limits.signal)
    if (done === 'delivered') delivered++
    if (done !== 'kept') {
      gone += batch.rows.length
      await rooms.store.commit({ checks: [], writes: batch.rows.map(({ key }) => ({ kind: 'delete', key })) })
    }
  }
  // What stays would be found again at once: it waits for the next look.
  return { more: more && gone > 0, delivered }
}

async function deliverOne(
  rooms: ObjectRooms,
  audit: Pick<AuditLog, 'record'>,
  batch: Batch,
  signal: AbortSignal,
): Promise<'delivered' | 'dropped' | 'kept'> {
  const source = await bucketNamed(rooms, batch.bucket)
  const same = source !== undefined && Buffer.from(source.bucket.uuid).toString('hex') === batch.uuid
  const logging = same ? source.bucket.logging : undefined
  if (source === undefined || logging === undefined) return 'dropped'
  try {
    await putLog(rooms, source.bucket, logging, batch, signal)
    return 'delivered'
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    const [first] = batch.rows
    const old = first !== undefined && rooms.now() - accessLogTime(first.key) > LOG_LIFE_MS
    audit.record({
      ...{ timeMs: rooms.now(), requestId: `logs-${batch.uuid.slice(0, 16)}`, action: 'coffer:DeliverAccessLog' },
      ...{ resource: `arn:aws:s3:::${logging.targetBucket}`, caller: 'coffer', outcome: 'failed' },
      failure: error.failure.kind,
      detail: { job: 'logs', bucket: source.bucket.name },
    })
    return old ? 'dropped' : 'kept'
  }
}

async function bucketNamed(
  rooms: ObjectRooms,
  name: string,
): Promise<{ readonly bucket: BucketRecord; readonly row: Row } | undefined> {
  const key = Buffer.concat([BUCKETS.start, Buffer.from(name, 'utf8')])
  const [row] = await rooms.store.getMany([key])
  return row === undefined ? undefined : { bucket: openBucket(rooms, row), row }
}

async function putLog(
  rooms: ObjectRooms,
  source: BucketRecord,
  logging: BucketLogging,
  batch: Batch,
  signal: AbortSignal,
): Promise<void> {
  const bytes = Buffer.from(batch.lines.join(''), 'utf8')
  const body: ObjectBody = {
    length: bytes.length,
    async *read() {
      yield bytes
    },
    trailer: () => undefined,
  }
  const permit = await targetPermit(rooms, source, logging, signal)
  const key = nameOf(rooms, source, logging, batch)
  await putObject(
    rooms,
    permit,
    {
      ...{ kind: 'put-object', bucket: logging.targetBucket, key, encryption: { kind: 'default' }, expect: {} },
      properties: { system: { contentType: 'text/plain' }, metadata: [], tags: [], storageClass: 'STANDARD' },
    },
    body,
  )
}

/** The account of both buckets writes: whoever set this up had the right to write there (docs/logging.md). */
async function targetPermit(
  rooms: ObjectRooms,
  source: BucketRecord,
  { targetBucket }: BucketLogging,
  signal: AbortSignal,
): Promise<Permit> {
  const { account } = source
  const caller: SignedCaller = {
    ...{ kind: 'account-root', account, arn: `arn:aws:iam::${account}:root`, accessKeyId: 'coffer-logs' },
    ...{ scheme: 'sigv4', secure: true },
  }
  const renew = async (): Promise<Permit> => {
    const [row] = await rooms.store.getMany([bucketKey(targetBucket)])
    const bucket = row === undefined ? undefined : openBucket(rooms, row)
    if (row === undefined || bucket?.account !== account) {
      return refuse({ kind: 'no-such-bucket', bucket: targetBucket })
    }
    const nowMs = rooms.now()
    return { caller, requestId: 'coffer-logs', nowMs, bucket, checks: [revisionOf({ row })], signal, renew }
  }
  return renew()
}

const UNIQUE_DIGITS = 16

/** `<prefix>YYYY-mm-DD-HH-MM-SS-<unique>`, with the parts of the partitioned form before it where it is asked for. */
function nameOf(rooms: ObjectRooms, source: BucketRecord, logging: BucketLogging, { rows }: Batch): ObjectKey {
  const hash = createHash('sha256')
  for (const { key } of rows) hash.update(key)
  const unique = hash.digest('hex').slice(0, UNIQUE_DIGITS).toUpperCase()
  const [first] = rows
  const time = new Date(first === undefined ? rooms.now() : accessLogTime(first.key)).toISOString()
  const day = time.slice(0, 10)
  const { keyFormat = 'simple', targetPrefix } = logging
  const parts =
    keyFormat === 'simple' ? '' : `${source.account}/${source.region}/${source.name}/${day.replaceAll('-', '/')}/`
  const seconds = keyFormat === 'partitioned-event-time' ? '00-00-00' : time.slice(11, 19).replaceAll(':', '-')
  const parsed = parseObjectKey(`${targetPrefix}${parts}${day}-${seconds}-${unique}`)
  return parsed.kind === 'key' ? parsed.key : refuse({ kind: 'key-too-long' })
}

import {
  refuse,
  type CorsConfiguration,
  type NumberedDocument,
  type ReplicationConfiguration,
  type StoredDocument,
  type Tags,
  type WebsiteConfiguration,
} from '../../operations/index.ts'
import { MAX_VALUE_BYTES, type Row, type Write } from '../../storage/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { sealBucket } from '../rows/bucket-rows.ts'
import { currentBucket } from './change-bucket.ts'
import { commitDeciding } from '../commit-deciding.ts'
import { changeGuard } from './guards.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketKey, configurationKey, configurationRange } from '../rows/row-keys.ts'
import { parseStoredJson } from '../rows/stored-json.ts'

/*
 * Configurations that no authorization asks for lie beside the bucket's row, one row each, sealed to their own key. Bytes:
 * docs/object-format.md, "Rows beside a bucket".
 */

/** What a row of a name holds. */
export interface Configurations extends Record<`${NumberedDocument}/${string}`, StoredDocument> {
  readonly tagging: Tags
  readonly cors: CorsConfiguration
  readonly website: WebsiteConfiguration
  readonly accelerate: 'enabled' | 'suspended'
  readonly replication: ReplicationConfiguration
}

export type ConfigurationKind = keyof Configurations

interface StoredConfiguration {
  readonly v: 1
  readonly value: unknown
}

/** What the sealer and the JSON around a document take. */
const OVERHEAD_BYTES = 1_024
/** Numbered documents and all others of a bucket, which go with it in one commit. */
export const MAX_CONFIGURATIONS = 430

function isStored(stored: unknown): stored is StoredConfiguration {
  return typeof stored === 'object' && stored !== null && 'v' in stored && stored.v === 1 && 'value' in stored
}

/** What an authenticated row of this name holds: only `putConfiguration` writes such rows. */
function openConfiguration(rooms: Pick<ObjectRooms, 'records'>, row: Row): unknown {
  const stored: unknown = parseStoredJson(rooms.records.open(row.key, row.value).secret, 'configuration')
  return isStored(stored) ? stored.value : refuse({ kind: 'integrity', what: 'configuration' })
}

/** The configuration as it is now; undefined: there is none. */
export async function readConfiguration<Kind extends ConfigurationKind>(
  rooms: Pick<ObjectRooms, 'store' | 'records'>,
  bucket: Pick<BucketRecord, 'uuid'>,
  kind: Kind,
): Promise<Configurations[Kind] | undefined> {
  const [row] = await rooms.store.getMany([configurationKey(bucket.uuid, kind)])
  // The seal binds the value to its key, and the key has the name of the kind.
  return row === undefined ? undefined : (openConfiguration(rooms, row) as Configurations[Kind])
}

/** Numbered documents in the order of their ids, after one of them; one more than `limit` where there are more. */
export async function scanDocuments(
  rooms: Pick<ObjectRooms, 'store' | 'records'>,
  bucket: Pick<BucketRecord, 'uuid'>,
  document: NumberedDocument,
  after: string,
  limit: number,
): Promise<readonly StoredDocument[]> {
  const { start, end } = configurationRange(bucket.uuid, `${document}/`)
  const from = after === '' ? start : configurationKey(bucket.uuid, `${document}/${after}\0`)
  const { rows } = await rooms.store.scan({ start: from, end, limit: limit + 1 })
  return rows.map((row) => openConfiguration(rooms, row) as StoredDocument)
}

interface ChangeRules {
  /** Refuses what the bucket, as it is then, does not take. */
  readonly check?: (bucket: BucketRecord) => Promise<void>
  /** What the change leaves in the bucket's own row, which every request reads. */
  readonly alter?: (bucket: BucketRecord) => BucketRecord
}

/** Changes, adds or (`undefined`) removes one, with the bucket's account's guard, in one commit. */
export async function changeConfiguration<Kind extends ConfigurationKind>(
  rooms: ObjectRooms,
  permit: Permit,
  verb: string,
  kind: Kind,
  value: Configurations[Kind] | undefined,
  { check, alter }: ChangeRules = {},
): Promise<undefined> {
  return commitDeciding(rooms, permit, verb, async (current) => {
    const { bucket, revision } = await currentBucket(rooms, current)
    await check?.(bucket)
    const key = configurationKey(bucket.uuid, kind)
    const write: Write =
      value === undefined ? { kind: 'delete', key } : { kind: 'put', key, value: sealed(rooms, key, value) }
    const bucketRow = bucketKey(bucket.name)
    const checks = [{ kind: 'revision', key: bucketRow, revision } as const]
    const altered: readonly Write[] =
      alter === undefined ? [] : [{ kind: 'put', key: bucketRow, value: sealBucket(rooms.records, alter(bucket)) }]
    return { fragment: { checks, writes: [write, ...altered, changeGuard(bucket.account)] }, result: undefined }
  })
}

function sealed({ records }: ObjectRooms, rowKey: Uint8Array, value: Configurations[ConfigurationKind]): Buffer {
  const stored: StoredConfiguration = { v: 1, value }
  const secret = Buffer.from(JSON.stringify(stored), 'utf8')
  const limitBytes = MAX_VALUE_BYTES - OVERHEAD_BYTES
  if (secret.length > limitBytes) refuse({ kind: 'entity-too-large', limitBytes })
  return records.seal({ rowKey, clear: Buffer.alloc(0), secret })
}

/** What goes with a bucket. */
export async function configurationRemovals(
  rooms: Pick<ObjectRooms, 'store'>,
  bucket: Pick<BucketRecord, 'uuid'>,
): Promise<readonly Write[]> {
  const range = configurationRange(bucket.uuid)
  const { rows } = await rooms.store.scan({ ...range, limit: MAX_CONFIGURATIONS, valueBytes: 0 })
  return rows.map(({ key }) => ({ kind: 'delete', key }))
}

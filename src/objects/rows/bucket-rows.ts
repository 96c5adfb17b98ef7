import {
  parseAccountId,
  parseAnyBucketName,
  refuse,
  type BucketEncryption,
  type BucketName,
  type BucketObjectLock,
  type BucketPolicyText,
  type BucketWorm,
  type ObjectOwnership,
  type PublicAccessBlock,
  type RefererRules,
  type RequestPayer,
  type Versioning,
} from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import { readRows, type MetadataReader, type Row } from '../../storage/index.ts'
import type { BucketRecord, DirectoryBucket, StoredAcl } from './bucket-record.ts'
import { bucketKey } from './row-keys.ts'

/** Parsed bucket rows by key, each with the revision that it was parsed from: never served without comparing it. */
export type BucketCache = Map<string, { readonly revision: string; readonly record: BucketRecord }>

const MAX_CACHED = 10_000

export function createBucketCache(): BucketCache {
  return new Map()
}

interface StoredBucket {
  readonly v: 1
  readonly name: string
  readonly uuid: string
  readonly account: string
  readonly region: string
  readonly createdMs: number
  readonly versioning: Versioning
  readonly encryption: BucketEncryption
  readonly policy?: BucketPolicyText
  readonly publicAccess?: PublicAccessBlock | 'none'
  readonly objectLock?: BucketObjectLock
  readonly worm?: BucketWorm
  readonly logging?: BucketRecord['logging']
  readonly documents?: BucketRecord['documents']
  readonly ownership?: ObjectOwnership | 'none'
  readonly acl?: StoredAcl
  readonly payer?: RequestPayer
  readonly referer?: RefererRules
  readonly directory?: DirectoryBucket
  readonly corsVaries?: boolean
}

export function sealBucket(records: RecordSealer, bucket: BucketRecord): Buffer {
  const stored: StoredBucket = { v: 1, ...bucket, uuid: Buffer.from(bucket.uuid).toString('base64') }
  return records.seal({
    rowKey: bucketKey(bucket.name),
    clear: Buffer.alloc(0),
    secret: Buffer.from(JSON.stringify(stored), 'utf8'),
  })
}

function isStoredBucket(value: unknown): value is StoredBucket {
  return typeof value === 'object' && value !== null && 'v' in value && value.v === 1
}

/** Opens a bucket's row; throws `integrity`. */
export function openBucket(
  rooms: { readonly records: RecordSealer; readonly buckets: BucketCache },
  row: Row,
): BucketRecord {
  const cacheKey = Buffer.from(row.key.buffer, row.key.byteOffset, row.key.byteLength).toString('latin1')
  const cached = rooms.buckets.get(cacheKey)
  if (cached?.revision === row.revision) return cached.record
  const { secret } = rooms.records.open(row.key, row.value)
  const stored: unknown = JSON.parse(Buffer.from(secret).toString('utf8'))
  if (!isStoredBucket(stored)) return refuse({ kind: 'integrity', what: 'bucket record' })
  const name = parseAnyBucketName(stored.name)
  const account = parseAccountId(stored.account)
  if (name === undefined || account === undefined) return refuse({ kind: 'integrity', what: 'bucket record' })
  const record: BucketRecord = {
    name,
    uuid: Buffer.from(stored.uuid, 'base64'),
    account,
    region: stored.region,
    createdMs: stored.createdMs,
    versioning: stored.versioning,
    encryption: stored.encryption,
    ...(stored.policy === undefined ? {} : { policy: stored.policy }),
    ...(stored.publicAccess === undefined ? {} : { publicAccess: stored.publicAccess }),
    ...(stored.objectLock === undefined ? {} : { objectLock: stored.objectLock }),
    ...(stored.worm === undefined ? {} : { worm: stored.worm }),
    ...(stored.logging === undefined ? {} : { logging: stored.logging }),
    ...(stored.documents === undefined ? {} : { documents: stored.documents }),
    ...(stored.ownership === undefined ? {} : { ownership: stored.ownership }),
    ...(stored.acl === undefined ? {} : { acl: stored.acl }),
    ...(stored.payer === undefined ? {} : { payer: stored.payer }),
    ...(stored.referer === undefined ? {} : { referer: stored.referer }),
    ...(stored.directory === undefined ? {} : { directory: stored.directory }),
    ...(stored.corsVaries === undefined ? {} : { corsVaries: stored.corsVaries }),
  }
  if (rooms.buckets.size >= MAX_CACHED) rooms.buckets.clear()
  rooms.buckets.set(cacheKey, { revision: row.revision, record })
  return record
}

/** The bucket as it is now, or undefined. */
export async function readBucket(
  rooms: { readonly store: MetadataReader; readonly records: RecordSealer; readonly buckets: BucketCache },
  name: BucketName,
): Promise<BucketRecord | undefined> {
  const [row] = await readRows(rooms.store, [bucketKey(name)])
  return row === undefined ? undefined : openBucket(rooms, row)
}

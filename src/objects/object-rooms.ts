import type { ObjectEncryption } from '../encryption/index.ts'
import type { RecordSealer } from '../records/index.ts'
import { randomBytes } from '../secrets/index.ts'
import type { BlobStore, MetadataStore } from '../storage/index.ts'
import { createAccessLog, type AccessLog } from './deliveries/access-log.ts'
import type { DocumentCache } from './rows/bucket-documents.ts'
import { createBucketCache, type BucketCache } from './rows/bucket-rows.ts'
import { DigestThread } from './bodies/digest-thread.ts'
import { createLockClock } from './locks/lock-clock.ts'
import { LoopTurn } from './bodies/loop-turn.ts'
import { createReadLeases, type ReadLeases } from './reading/read-leases.ts'

export interface ObjectOptions {
  /** Every region that CreateBucket may name. */
  readonly regions: readonly string[]
  /** New buckets refuse SSE-C. */
  readonly blockCustomerKeys: boolean
  /** A default's KMS key has to be usable by whoever sets it (S3-14: off by default, as general purpose buckets are). */
  readonly checkDefaultKeys: boolean
  readonly maxBucketsPerAccount: number
  readonly maxUploadsPerAccount: number
  /** Uploads that were begun longer ago are ended; absent: never. */
  readonly uploadLifeMs?: number
  /** Names of the webhooks that notifications may name. */
  readonly notificationTargets: readonly string[]
  /** In [0, 1): how much of the pause before another try is taken. */
  readonly jitter: () => number
}

/** What the engine works with. Made once in a process, by `createObjectRooms`. */
export interface ObjectRooms {
  readonly store: MetadataStore
  readonly blobs: BlobStore
  readonly encryption: ObjectEncryption
  readonly records: RecordSealer
  readonly region: string
  /** Milliseconds. */
  readonly now: () => number
  /** As `now`, but not to be moved forward: what must not happen too early goes by it. */
  readonly lockNow: () => number
  /** As `now`, but not to be moved back: what must last is counted from it. */
  readonly lockFrom: () => number
  readonly options: ObjectOptions
  readonly leases: ReadLeases
  readonly digestThread: DigestThread
  readonly loopTurn: LoopTurn
  readonly buckets: BucketCache
  readonly documents: DocumentCache
  readonly accessLog: AccessLog
}

export const MAX_BUCKETS_PER_ACCOUNT = 10_000
export const MAX_UPLOADS_PER_ACCOUNT = 100_000

export function createObjectRooms(parts: {
  readonly store: MetadataStore
  readonly blobs: BlobStore
  readonly encryption: ObjectEncryption
  readonly records: RecordSealer
  readonly region: string
  readonly now: () => number
  /** A clock that nobody sets, in milliseconds; absent: `now` is believed. */
  readonly steadyNow?: () => number
  readonly options?: Partial<ObjectOptions>
}): ObjectRooms {
  return {
    store: parts.store,
    blobs: parts.blobs,
    encryption: parts.encryption,
    records: parts.records,
    region: parts.region,
    now: parts.now,
    ...(parts.steadyNow === undefined
      ? { lockNow: parts.now, lockFrom: parts.now }
      : createLockClock(parts.now, parts.steadyNow)),
    options: {
      regions: [parts.region],
      blockCustomerKeys: false,
      checkDefaultKeys: false,
      maxBucketsPerAccount: MAX_BUCKETS_PER_ACCOUNT,
      maxUploadsPerAccount: MAX_UPLOADS_PER_ACCOUNT,
      notificationTargets: [],
      jitter: () => randomBytes(2).readUInt16BE() / 0x1_0000,
      ...parts.options,
    },
    leases: createReadLeases(parts.store, parts.blobs.epoch, parts.now),
    digestThread: new DigestThread(),
    loopTurn: new LoopTurn(),
    buckets: createBucketCache(),
    documents: new Map(),
    accessLog: createAccessLog(parts),
  }
}

import type { SealScope } from '../encryption/index.ts'
import { refuse, type ObjectKey } from '../operations/index.ts'
import type { BucketRecord } from './rows/bucket-record.ts'
import type { Permit } from './permit.ts'

/** The bucket that the permit was given for. A permit without one cannot reach a verb that needs it. */
export function bucketOf(permit: Permit): BucketRecord {
  return permit.bucket ?? refuse({ kind: 'internal' })
}

export function sourceBucketOf(permit: Permit): BucketRecord {
  return permit.sourceBucket ?? refuse({ kind: 'internal' })
}

/** In which vendor's interface it is asked; undefined: S3's, or one that is no storage's. */
export function vendorOf(permit: Permit): 'oss' | 'obs' | 'cos' | undefined {
  const vendor = permit.facts?.dialect
  return vendor === 'oss' || vendor === 'obs' || vendor === 'cos' ? vendor : undefined
}

/** A copy into, out of or within directory buckets, which uses no kept bucket key: S3 asks KMS for each (S3-45 to S3-51). */
export function leavesDirectory({ bucket, sourceBucket }: Pick<Permit, 'bucket' | 'sourceBucket'>): boolean {
  return sourceBucket !== undefined && (bucket?.directory ?? sourceBucket.directory) !== undefined
}

/** Who seals or opens what, as `encryption` asks it. */
export function scopeOf(permit: Permit, bucket: BucketRecord, key: ObjectKey, sealId: Uint8Array): SealScope {
  const own = { caller: permit.caller, requestId: permit.requestId, bucket, key, sealId }
  const scope = leavesDirectory(permit) ? { ...own, fresh: true as const } : own
  const vendor = vendorOf(permit)
  if (vendor === undefined) return scope
  return { ...scope, road: { vendor, secure: permit.facts?.secure === true } }
}

import type { SealScope } from '../encryption/index.ts'
import { refuse, type ObjectKey } from '../operations/index.ts'
import type { BucketRecord } from './bucket-record.ts'
import type { Permit } from './permit.ts'

/** The bucket that the permit was given for. A permit without one cannot reach a verb that needs it. */
export function bucketOf(permit: Permit): BucketRecord {
  return permit.bucket ?? refuse({ kind: 'internal' })
}

export function sourceBucketOf(permit: Permit): BucketRecord {
  return permit.sourceBucket ?? refuse({ kind: 'internal' })
}

/** Who seals or opens what, as `encryption` asks it. */
export function scopeOf(permit: Permit, bucket: BucketRecord, key: ObjectKey, sealId: Uint8Array): SealScope {
  const scope = { caller: permit.caller, requestId: permit.requestId, bucket, key, sealId }
  const vendor = permit.facts?.dialect
  if (vendor !== 'oss' && vendor !== 'obs' && vendor !== 'cos') return scope
  return { ...scope, road: { vendor, secure: permit.facts?.secure === true } }
}

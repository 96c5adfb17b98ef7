import type { ReadKeys, StoredChecksum } from '../../encryption/index.ts'
import {
  refuse,
  SUM_BYTES,
  type BodySum,
  type ObjectDescription,
  type ShownEncryption,
} from '../../operations/index.ts'
import { decodeBase64 } from '../bodies/body-digests.ts'
import { checksumsAmong, crc64Among } from '../bodies/body-sums.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { etagOf } from './conditions.ts'
import type { PlacedEntry } from '../rows/manifest.ts'
import type { ObjectVersion } from '../rows/object-record.ts'
import { formOf } from './open-object.ts'
import { shownVersionId } from '../rows/version-rows.ts'

export function describeObject(
  bucket: BucketRecord,
  version: ObjectVersion,
  encryption: ShownEncryption,
  sums: readonly BodySum[],
  nowMs: number,
): ObjectDescription {
  const { header, detail } = version
  const { restoredUntilMs = 0 } = detail
  const object = {
    size: header.size,
    lastModifiedMs: header.modifiedMs,
    etag: etagOf(version),
    system: detail.system,
    metadata: detail.metadata,
    tagCount: detail.tags.length,
    storageClass: header.storageClass,
    encryption,
    ...(header.type === 'appendable' ? { appendable: true as const } : {}),
    ...(restoredUntilMs > nowMs ? { restoredUntilMs } : {}),
    ...(detail.lock === undefined ? {} : { lock: detail.lock }),
    checksums: checksumsAmong(sums),
    ...crc64Among(sums),
  }
  if (bucket.versioning === 'unversioned' && header.parts === 0) return object
  return {
    ...object,
    ...shownVersionId(bucket, version),
    ...(header.parts === 0 ? {} : { partsCount: header.parts }),
  }
}

/** Whether these can be read without the version's keys. */
export function arePlain(stored: readonly StoredChecksum[]): boolean {
  return stored.every((one) => one.masked !== true)
}

/** Checksums that were stored unmasked: of modes whose ETag is an MD5 anyway. */
export function plainChecksums(stored: readonly StoredChecksum[]): readonly BodySum[] {
  return stored.map((one) => {
    if (one.masked === true) return refuse({ kind: 'internal' })
    const value = decodeBase64(one.value, SUM_BYTES[one.algorithm])
    if (value === undefined) return refuse({ kind: 'integrity', what: 'stored checksum' })
    return { algorithm: one.algorithm, type: one.type, value, ...(one.parts === undefined ? {} : { parts: one.parts }) }
  })
}

/** The version's own checksums, for who holds its keys. */
export function objectChecksums(version: ObjectVersion, keys: ReadKeys): readonly BodySum[] {
  return keys.unmaskChecksums(formOf(version), 0, version.detail.checksums)
}

export function partChecksums(keys: ReadKeys, entry: PlacedEntry): readonly BodySum[] {
  return keys.unmaskChecksums('streams', entry.part, entry.checksums)
}

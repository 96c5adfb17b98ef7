import {
  type ChecksumAlgorithm,
  refuse,
  StoreFailure,
  type ObjectBody,
  type ObjectProperties,
  type OperationOf,
  type Results,
  type Slice,
} from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { listOfWrite } from '../buckets/access-lists.ts'
import { checkSourceConditions } from '../reading/conditions.ts'
import { encryptionOfWrite, etagIn } from '../buckets/directory-buckets.ts'
import { lockOfWrite } from '../locks/lock-of-write.ts'
import { commitNewVersion } from './new-version.ts'
import { storageClassNumber, type ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { openObject, type OpenedObject, type ReadRequest } from '../reading/open-object.ts'
import type { Permit } from '../permit.ts'
import { bucketOf, scopeOf, sourceBucketOf } from '../permitted-bucket.ts'
import { wholeSlice } from '../bodies/slices.ts'
import { DEFAULT_CHECKSUM } from '../bodies/body-digests.ts'
import { MAX_SINGLE_BYTES, storeBody } from '../bodies/store-body.ts'
import { shownVersionId, type StoredVersion } from '../rows/version-rows.ts'

type Copy = OperationOf<'copy-object'>

/** Reads a version as the caller, seals it anew under the target's rules, and commits it. Keys are never carried over. */
export async function copyObject(rooms: ObjectRooms, permit: Permit, operation: Copy): Promise<Results['copy-object']> {
  const storageClass = operation.storageClass ?? 'STANDARD'
  lockOfWrite(rooms, bucketOf(permit), operation.lock)
  storageClassNumber(storageClass)
  listOfWrite(bucketOf(permit), permit.caller, operation.acl)
  const sourceBucket = sourceBucketOf(permit)
  const source = await openWhole(rooms, permit, operation.source, (stored) => {
    refuseUnchanged(rooms, permit, operation, stored)
  })
  try {
    const { version } = source.stored
    const made = await copyInto(rooms, permit, operation, source, propertiesOf(operation, version, storageClass))
    const { versionId } = shownVersionId(sourceBucket, version)
    return { ...made, ...(versionId === undefined ? {} : { sourceVersionId: versionId }) }
  } finally {
    source.release()
  }
}

/** Opens a copy's source whole: key, conditions, size, in this order. */
async function openWhole(
  rooms: ObjectRooms,
  permit: Permit,
  source: Copy['source'],
  check: (stored: StoredVersion<ObjectVersion>) => void,
): Promise<OpenedObject<ReturnType<typeof wholeSlice>>> {
  return openCopySource(rooms, permit, source, {
    check: (stored) => {
      checkSourceConditions(source.conditions, stored.version)
      if (stored.version.header.size > MAX_SINGLE_BYTES) {
        refuse({ kind: 'copy-source-too-large', limitBytes: MAX_SINGLE_BYTES })
      }
      check(stored)
    },
    choose: (version) => wholeSlice(version.header.size),
  })
}

/** Opens what a copy reads. A delete marker named by its id is a mistake in the request, unlike in a read. */
export async function openCopySource<Chosen extends Slice>(
  rooms: ObjectRooms,
  permit: Permit,
  source: Copy['source'],
  how: Pick<ReadRequest<Chosen>, 'check' | 'choose'>,
): Promise<OpenedObject<Chosen>> {
  const { key, versionId, customer } = source
  try {
    return await openObject(rooms, permit, {
      ...{ bucket: sourceBucketOf(permit), key, versionId, customer, from: 'source' },
      ...how,
    })
  } catch (error) {
    if (error instanceof StoreFailure && error.failure.kind === 'method-not-allowed') {
      const detail = 'The source of a copy request may not refer to a delete marker by its version id.'
      return refuse({ kind: 'invalid-request', detail })
    }
    throw error
  }
}

async function copyInto(
  rooms: ObjectRooms,
  permit: Permit,
  operation: Copy,
  source: OpenedObject<ReturnType<typeof wholeSlice>>,
  properties: ObjectProperties,
): ReturnType<typeof commitNewVersion> {
  const sealId = randomBytes(16)
  const bucket = bucketOf(permit)
  const scope = scopeOf(permit, bucket, operation.key, sealId)
  const keys = await rooms.encryption.beginWrite(scope, encryptionOfWrite(permit, bucket, operation.encryption))
  try {
    const { crc64, checksum } = wantedSums(operation, source.stored.version)
    const kept = checksum === undefined && crc64 !== true ? keptAlgorithm(source.stored.version) : undefined
    const body = await storeBody(rooms, {
      keys,
      body: incoming(source),
      expect: {
        ...(checksum === undefined ? {} : { checksum: { algorithm: checksum, value: 'compute' } }),
        ...(crc64 === undefined ? {} : { crc64 }),
      },
      partNumber: 1,
      mayInline: true,
      signal: permit.signal,
      verb: 'copy-object',
      ...(kept === undefined ? {} : { algorithm: kept }),
    })
    const { symlink } = source.stored.version.detail
    const { key, condition, lock, acl } = operation
    return await commitNewVersion(rooms, permit, {
      key,
      sealId,
      keys,
      body: { ...body, etag: etagIn(bucket, body.etag) },
      properties,
      // A link is copied as one.
      ...(symlink === undefined ? {} : { symlink }),
      condition,
      lock,
      acl,
      verb: 'copy-object',
    })
  } finally {
    keys.dispose()
  }
}

/** An opened body as one that comes in. */
export function incoming(source: Pick<OpenedObject<ReturnType<typeof wholeSlice>>, 'body'>): ObjectBody {
  return {
    length: source.body.length,
    read: (signal) => source.body.read(signal),
    trailer: () => undefined,
  }
}

interface WantedSums {
  readonly crc64: true | undefined
  readonly checksum: ChecksumAlgorithm | undefined
}

/**
 * What is asked for; where nothing is, the CRC-64 of OSS and COS that the source has is kept, beside a checksum that S3
 * shows, as that one is none.
 */
function wantedSums({ crc64, checksum }: Copy, version: ObjectVersion): WantedSums {
  const asked = crc64 !== undefined || checksum !== undefined
  if (asked || !version.detail.checksums.some(({ algorithm }) => algorithm === 'crc64ecma')) return { crc64, checksum }
  return { crc64: true, checksum: keptAlgorithm(version) ?? DEFAULT_CHECKSUM }
}

/** The source's own algorithm, of those that S3 shows. */
function keptAlgorithm(version: ObjectVersion): ChecksumAlgorithm | undefined {
  const [found] = version.detail.checksums.flatMap(({ algorithm }) => (algorithm === 'crc64ecma' ? [] : [algorithm]))
  return found
}

function propertiesOf(operation: Copy, version: ObjectVersion, storageClass: string): ObjectProperties {
  const { system, metadata, tags } = version.detail
  return {
    ...(operation.replaceProperties ?? { system, metadata }),
    tags: operation.replaceTags ?? tags,
    storageClass,
  }
}

/** A copy onto itself has to change something: properties, class, encryption, checksum, or which version is current. */
function refuseUnchanged(
  rooms: ObjectRooms,
  permit: Permit,
  operation: Copy,
  stored: StoredVersion<ObjectVersion>,
): void {
  const bucket = bucketOf(permit)
  const { source, encryption } = operation
  if (source.bucket !== operation.bucket || source.key !== operation.key || !stored.current) return
  const asked = encryption.kind !== 'default' || encryption.bucketKey !== undefined
  const changes =
    asked ||
    operation.replaceProperties !== undefined ||
    operation.storageClass !== undefined ||
    operation.checksum !== undefined ||
    bucket.encryption.explicit ||
    rooms.encryption.wouldChange(stored.version.detail.encryption, encryption, bucket.encryption)
  if (!changes && operation.selfCopy !== 'always') refuse({ kind: 'self-copy-without-change' })
  const bare = encryption.kind === 'default' && bucket.encryption.mode === 'none'
  if (operation.keepsEncrypted === true && bare && stored.version.detail.encryption.mode !== 'none') {
    refuse({ kind: 'invalid-request', detail: 'The encryption status of an object cannot be changed.' })
  }
}

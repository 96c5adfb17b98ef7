import {
  StoreFailure,
  type BodySum,
  type CustomerKey,
  type ObjectKey,
  type OperationOf,
  type Results,
} from '../../operations/index.ts'
import { versionExpiry } from '../lifecycle/bucket-lifecycle.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { checkReadConditions } from './conditions.ts'
import { arePlain, describeObject, objectChecksums, partChecksums, plainChecksums } from './describe-object.ts'
import type { ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { stopAtLink, throughLink, type Follow } from './follow-symlink.ts'
import { formOf } from './open-object.ts'
import type { Permit } from '../permit.ts'
import { bucketOf, scopeOf } from '../permitted-bucket.ts'
import { requirePinned } from './pinned-version.ts'
import { chooseSlice, sumsOfSlice, type ChosenSlice } from '../bodies/slices.ts'
import { hasMd5Etag } from '../bodies/store-body.ts'
import { findObject } from '../rows/version-rows.ts'

/** Describes a version without its data. Needs no KMS key, so it works while the key is disabled or gone. */
export async function headObject(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'head-object'>,
  follow?: Follow,
): Promise<Results['head-object']> {
  return throughLink(permit, operation, follow, (through, wanted) => describeOne(rooms, through, wanted))
}

async function describeOne(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'head-object'>,
): Promise<Results['head-object']> {
  const bucket = bucketOf(permit)
  const found = findObject(rooms, bucket, operation.key, operation.versionId)
  const { version, current } = found instanceof Promise ? await found : found
  requirePinned(permit, 'target', version)
  stopAtLink(version)
  const { encryption } = version.detail
  const shown = rooms.encryption.describe(
    scopeOf(permit, bucket, operation.key, version.header.sealId),
    encryption,
    operation.customer,
  )
  checkReadConditions(operation.conditions, version)
  const choosing = chooseSlice(rooms, version, operation)
  const slice = choosing instanceof Promise ? await choosing : choosing
  const wanted =
    operation.withChecksums &&
    sumsOfSlice(slice.part?.checksums ?? version.detail.checksums, slice, operation).length > 0
  const request = { bucket, key: operation.key, customer: operation.customer }
  const sums = wanted ? sumsOfSlice(await shownChecksums(rooms, permit, request, version, slice), slice, operation) : []
  const expiring = current ? versionExpiry(rooms, bucket, operation.key, version) : undefined
  const expiry = expiring instanceof Promise ? await expiring : expiring
  const { first, length, total, partial } = slice
  return {
    object: { ...describeObject(bucket, version, shown, sums, rooms.now()), ...expiry },
    slice: { first, length, total, partial },
  }
}

/** Checksums tell of the plaintext: where the ETag does not, they are shown only to who may open the data now. */
export async function shownChecksums(
  rooms: ObjectRooms,
  permit: Permit,
  request: { readonly bucket: BucketRecord; readonly key: ObjectKey; readonly customer: CustomerKey | undefined },
  version: ObjectVersion,
  slice: Pick<ChosenSlice, 'part'>,
): Promise<readonly BodySum[]> {
  const { encryption } = version.detail
  const stored = slice.part?.checksums ?? version.detail.checksums
  if (arePlain(stored) && hasMd5Etag(version.header.mode)) return plainChecksums(stored)
  const scope = scopeOf(permit, request.bucket, request.key, version.header.sealId)
  try {
    const keys = await rooms.encryption.beginRead(scope, encryption, request.customer, formOf(version))
    try {
      return slice.part === undefined ? objectChecksums(version, keys) : partChecksums(keys, slice.part)
    } finally {
      keys.dispose()
    }
  } catch (error) {
    if (error instanceof StoreFailure && LEFT_OUT.has(error.failure.kind)) return []
    throw error
  }
}

/** A key that may not or cannot be used hides the checksums; anything else is a failure of the request. */
export const LEFT_OUT: ReadonlySet<string> = new Set([
  'access-denied',
  'key-not-found',
  'key-disabled',
  'key-invalid-state',
  'key-invalid-usage',
  'key-unavailable',
])

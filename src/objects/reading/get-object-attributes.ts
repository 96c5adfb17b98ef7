import { StoreFailure, type OperationOf, type PartAttributes, type Results } from '../../operations/index.ts'
import type { ReadKeys } from '../../encryption/index.ts'
import { checksumsAmong } from '../bodies/body-sums.ts'
import { describeObject, partChecksums, plainChecksums } from './describe-object.ts'
import { LEFT_OUT, shownChecksums } from './head-object.ts'
import { entriesAfter, type PlacedEntry } from '../rows/manifest.ts'
import type { ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { formOf } from './open-object.ts'
import type { Permit } from '../permit.ts'
import { bucketOf, scopeOf } from '../permitted-bucket.ts'
import { requirePinned } from './pinned-version.ts'
import { pageSource } from '../bodies/slices.ts'
import { hasMd5Etag } from '../bodies/store-body.ts'
import { findObject } from '../rows/version-rows.ts'

const MAX_PARTS_SHOWN = 1_000

type Attributes = OperationOf<'get-object-attributes'>

/** What an object is, without its data. An SSE-C object's key is authenticated as GET does it. */
export async function getObjectAttributes(
  rooms: ObjectRooms,
  permit: Permit,
  operation: Attributes,
): Promise<Results['get-object-attributes']> {
  const bucket = bucketOf(permit)
  const { version } = await findObject(rooms, bucket, operation.key, operation.versionId)
  requirePinned(permit, 'target', version)
  const { sealId } = version.header
  const shown = rooms.encryption.describe(
    scopeOf(permit, bucket, operation.key, sealId),
    version.detail.encryption,
    operation.customer,
  )
  const request = { bucket, key: operation.key, customer: operation.customer }
  const wantsChecksum = operation.wants.includes('checksum')
  const checksums = wantsChecksum ? await shownChecksums(rooms, permit, request, version, {}) : []
  const object = describeObject(bucket, version, shown, checksums, rooms.now())
  if (!operation.wants.includes('object-parts') || version.header.parts === 0) return { object }
  const keys = await keysForParts(rooms, permit, operation, version)
  try {
    return { object, parts: await listParts(rooms, operation, version, keys) }
  } finally {
    if (keys !== undefined && keys !== 'plain') keys.dispose()
  }
}

/** What opens part checksums: nothing is needed, the version's keys, or undefined where the caller may not. */
async function keysForParts(
  rooms: ObjectRooms,
  permit: Permit,
  operation: Attributes,
  version: ObjectVersion,
): Promise<ReadKeys | 'plain' | undefined> {
  const { encryption } = version.detail
  if (hasMd5Etag(version.header.mode)) return 'plain'
  const scope = scopeOf(permit, bucketOf(permit), operation.key, version.header.sealId)
  try {
    return await rooms.encryption.beginRead(scope, encryption, operation.customer, formOf(version))
  } catch (error) {
    if (error instanceof StoreFailure && LEFT_OUT.has(error.failure.kind)) return undefined
    throw error
  }
}

async function listParts(
  rooms: ObjectRooms,
  operation: Attributes,
  version: ObjectVersion,
  keys: ReadKeys | 'plain' | undefined,
): Promise<NonNullable<Results['get-object-attributes']['parts']>> {
  const source = pageSource(rooms, version)
  const total = version.header.parts
  if (source === undefined) return { total, listed: [] }
  const limit = Math.min(operation.maxParts, MAX_PARTS_SHOWN)
  const listed: PartAttributes[] = []
  const checksumsOf = (entry: PlacedEntry): PartAttributes['checksums'] => {
    if (keys === undefined) return []
    return checksumsAmong(keys === 'plain' ? plainChecksums(entry.checksums) : partChecksums(keys, entry))
  }
  for await (const entry of entriesAfter(source, operation.partNumberMarker)) {
    const last = listed.at(-1)
    if (listed.length >= limit) return { total, listed, ...(last === undefined ? {} : { next: last.partNumber }) }
    listed.push({ partNumber: entry.part, size: entry.stream.length, checksums: checksumsOf(entry) })
  }
  return { total, listed }
}

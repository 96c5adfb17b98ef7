import type { Checksum, OperationOf, Results } from '../operations/index.ts'
import { checkReadConditions } from './conditions.ts'
import { describeObject, objectChecksums, partChecksums } from './describe-object.ts'
import type { ObjectRooms } from './object-rooms.ts'
import { openObject } from './open-object.ts'
import type { Permit } from './permit.ts'
import { bucketOf } from './permitted-bucket.ts'
import { chooseSlice } from './slices.ts'

/** Opens a version, or a piece of it. The key is checked first, then the conditions, then the range. */
export async function getObject(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'get-object'>,
): Promise<Results['get-object']> {
  const bucket = bucketOf(permit)
  const { stored, keys, slice, body, release } = await openObject(rooms, permit, {
    bucket,
    key: operation.key,
    versionId: operation.versionId,
    customer: operation.customer,
    check: ({ version }) => checkReadConditions(operation.conditions, version),
    choose: (version) => chooseSlice(rooms, version, operation),
  })
  try {
    const { version } = stored
    const wanted = operation.withChecksums && (!slice.partial || operation.partNumber !== undefined)
    const ofVersion = (): readonly Checksum[] =>
      slice.part === undefined ? objectChecksums(version, keys) : partChecksums(keys, slice.part)
    // A range has no checksum: the whole object's would not be that of what is sent.
    const checksums = wanted ? ofVersion() : []
    const { first, length, total, partial } = slice
    const object = describeObject(bucket, version, keys.shown, checksums)
    if (body.bytes !== undefined) release()
    return {
      object,
      slice: { first, length, total, partial },
      body,
    }
  } catch (error) {
    release()
    throw error
  }
}

import type { BodySum, OperationOf, Results } from '../../operations/index.ts'
import { versionExpiry } from '../lifecycle/bucket-lifecycle.ts'
import { checkReadConditions } from './conditions.ts'
import { describeObject, objectChecksums, partChecksums } from './describe-object.ts'
import { stopAtLink, throughLink, type Follow } from './follow-symlink.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { openObject } from './open-object.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { chooseSlice, sumsOfSlice } from '../bodies/slices.ts'

/** Opens a version, or a piece of it. The key is checked first, then the conditions, then the range. */
export async function getObject(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'get-object'>,
  follow?: Follow,
): Promise<Results['get-object']> {
  return throughLink(permit, operation, follow, (through, wanted) => openOne(rooms, through, wanted))
}

async function openOne(
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
    check: ({ version }) => {
      stopAtLink(version)
      checkReadConditions(operation.conditions, version)
    },
    choose: (version) => chooseSlice(rooms, version, operation),
  })
  try {
    const { version } = stored
    const ofVersion = (): readonly BodySum[] =>
      slice.part === undefined ? objectChecksums(version, keys) : partChecksums(keys, slice.part)
    const sums = operation.withChecksums ? sumsOfSlice(ofVersion(), slice, operation) : []
    const { first, length, total, partial } = slice
    const expiring = stored.current ? versionExpiry(rooms, bucket, operation.key, version) : undefined
    const expiry = expiring instanceof Promise ? await expiring : expiring
    const described = describeObject(bucket, version, keys.shown, sums, rooms.now())
    const object = expiry === undefined ? described : { ...described, ...expiry }
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

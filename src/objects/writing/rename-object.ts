import { refuse, type OperationOf, type Results } from '../../operations/index.ts'
import { joinFragments } from '../../storage/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { commitDeciding, type Decision } from '../commit-deciding.ts'
import { checkSourceConditions, checkTargetConditions } from '../reading/conditions.ts'
import { toldVersion, withEvent } from '../deliveries/event-rows.ts'
import { refuseLocked } from '../locks/locked-versions.ts'
import type { ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { formOf } from '../reading/open-object.ts'
import type { Permit } from '../permit.ts'
import { bucketOf, scopeOf } from '../permitted-bucket.ts'
import { requirePinned } from '../reading/pinned-version.ts'
import { counterWrites, nextPlace, placeVersion, readName, revisionOf, type NameState } from './place-version.ts'
import { readRenamed, renamedRows } from './renamed-tokens.ts'
import { findObject, type StoredVersion } from '../rows/version-rows.ts'

type Rename = OperationOf<'rename-object'>
type Renamed = Results['rename-object']

/**
 * Gives an object another name of its bucket, in one commit: its record is sealed to the new row, and nothing else
 * is. No data key names its object (docs/object-format.md), so none is touched, and no byte of data is. Whoever renames
 * what is under a KMS key has to be allowed to open it (T-074).
 */
export async function renameObject(rooms: ObjectRooms, permit: Permit, operation: Rename): Promise<Renamed> {
  const { from, key } = operation
  if (from === key) refuse({ kind: 'invalid-request', detail: 'An object cannot be renamed to the name that it has.' })
  return commitDeciding(rooms, permit, operation.kind, (current) => decide(rooms, current, operation))
}

async function decide(rooms: ObjectRooms, permit: Permit, operation: Rename): Promise<Decision<Renamed>> {
  const { from, key } = operation
  const bucket = bucketOf(permit)
  if (bucket.versioning !== 'unversioned') {
    refuse({
      kind: 'invalid-bucket-state',
      detail: 'Objects of a bucket that is, or was, versioned have no other name.',
    })
  }
  const before = await readRenamed(rooms, permit, operation)
  if (before !== undefined) return { result: before }
  const stored = await findObject(rooms, bucket, from, undefined)
  requirePinned(permit, 'source', stored.version)
  refuseLocked(rooms, bucket, stored.version)
  const result = { encryption: await openable(rooms, permit, bucket, operation, stored.version) }
  checkSourceConditions(operation.sourceConditions, stored.version, 'x-amz-rename-source-')
  const state = await readName(rooms, bucket, key)
  if (operation.keepsTarget === true && state.live !== undefined) refuse({ kind: 'rename-conflict', key })
  checkTargetConditions(operation.targetConditions, state.live?.version)
  const moved = movedVersion(rooms, bucket, state, stored)
  const fragment = joinFragments(
    {
      checks: [revisionOf(stored)],
      writes: [
        { kind: 'delete', key: stored.row.key },
        ...counterWrites(bucket, { bytes: -moved.header.size, versions: -1 }),
      ],
    },
    placeVersion(rooms, bucket, key, state, moved),
    renamedRows(rooms, permit, operation, result),
  )
  const gone = await withEvent(rooms, permit, { name: 's3:ObjectRemoved:Delete', key: from }, { fragment, result })
  return withEvent(rooms, permit, { name: 's3:ObjectCreated:Copy', key, ...toldVersion(bucket, moved) }, gone)
}

/** Data, ETag and time stay; its place among what the new name held is a new one. */
function movedVersion(
  rooms: ObjectRooms,
  bucket: BucketRecord,
  state: NameState,
  { version }: StoredVersion<ObjectVersion>,
): ObjectVersion {
  return { ...version, header: { ...version.header, ...nextPlace(rooms, bucket, state) } }
}

/** Refused where the caller may not open what is under a KMS key. A customer's own key is not asked for: nothing is opened. */
async function openable(
  rooms: ObjectRooms,
  permit: Permit,
  bucket: BucketRecord,
  { from }: Rename,
  version: ObjectVersion,
): Promise<Renamed['encryption']> {
  const { encryption } = version.detail
  if (encryption.mode === 'sse-c') return { mode: encryption.mode, cipher: encryption.cipher }
  const scope = scopeOf(permit, bucket, from, version.header.sealId)
  const keys = await rooms.encryption.beginRead(scope, encryption, undefined, formOf(version))
  keys.dispose()
  return rooms.encryption.describe(scope, encryption, undefined)
}

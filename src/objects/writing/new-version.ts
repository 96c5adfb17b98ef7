import type { WriteKeys } from '../../encryption/index.ts'
import {
  after,
  type Awaitable,
  type AclRequest,
  type ObjectKey,
  type ObjectLock,
  type ObjectProperties,
  type StoredObject,
  type WriteCondition,
} from '../../operations/index.ts'
import { joinFragments, type Fragment, type Write } from '../../storage/index.ts'
import { checksumsAmong, crc64Among } from '../bodies/body-sums.ts'
import { versionExpiry } from '../lifecycle/bucket-lifecycle.ts'
import { listOfWrite, type OwnedByWrite } from '../buckets/access-lists.ts'
import { commitDeciding, type Decision } from '../commit-deciding.ts'
import { checkWriteCondition } from '../reading/conditions.ts'
import { toldVersion, withEvent } from '../deliveries/event-rows.ts'
import { lockOfWrite } from '../locks/lock-of-write.ts'
import { storageClassNumber, type ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { refuseSharedList } from '../buckets/lists-of-encrypted.ts'
import type { Permit } from '../permit.ts'
import { nextPlace, placeVersion, readName, type NameState } from './place-version.ts'
import { blobKey } from '../rows/row-keys.ts'
import { dropBody, type StoredBody } from '../bodies/store-body.ts'
import { shownVersionId } from '../rows/version-rows.ts'

export interface NewVersion {
  readonly key: ObjectKey
  readonly sealId: Uint8Array
  readonly keys: WriteKeys
  readonly body: StoredBody
  readonly properties: ObjectProperties
  readonly condition: WriteCondition | undefined
  readonly lock: ObjectLock | undefined
  readonly acl: AclRequest | undefined
  /** Of a link, whose body is empty. */
  readonly symlink?: { readonly target: ObjectKey }
  readonly verb: string
}

/** The value of a blob's row: whose it is. */
export function blobOwner(blob: string, sealId: Uint8Array): Write {
  return { kind: 'put', key: blobKey(blob), value: Buffer.from(sealId) }
}

/** The version that a stored body becomes, at its place. */
function versionOf(
  made: NewVersion,
  place: ReturnType<typeof nextPlace>,
  modifiedMs: number,
  kept: ReturnType<typeof lockOfWrite> & OwnedByWrite,
): ObjectVersion {
  const { body, keys } = made
  const listed = checksumsAmong(body.sums)[0]?.algorithm
  const inline = body.place.kind === 'inline' ? body.place.sealed : undefined
  const form = inline === undefined ? 'streams' : 'inline'
  return {
    kind: 'object',
    header: {
      deleteMarker: false,
      inline: inline !== undefined,
      mode: keys.mode,
      storageClass: made.properties.storageClass,
      ...(listed === undefined ? {} : { checksumAlgorithm: listed }),
      ...(made.symlink === undefined ? {} : { type: 'symlink' as const }),
      parts: 0,
      size: body.size,
      modifiedMs,
      sealId: made.sealId,
      ...place,
    },
    etag: body.etag,
    detail: {
      v: 1,
      system: made.properties.system,
      metadata: made.properties.metadata,
      tags: made.properties.tags,
      encryption: keys.stored(form),
      checksums: keys.maskChecksums(form, 0, body.sums),
      manifest:
        body.place.kind === 'inline'
          ? { kind: 'inline' }
          : { kind: 'stream', blob: body.place.blob, stream: body.place.stream },
      ...kept,
      ...(made.symlink === undefined ? {} : { symlink: made.symlink }),
    },
    ...(inline === undefined ? {} : { inline }),
  }
}

type Committed = StoredObject & { readonly lastModifiedMs: number }

/** Commits a stored body as the newest version of its name: record, blob row, counters, garbage, guards, key reference. */
export function commitNewVersion(rooms: ObjectRooms, permit: Permit, made: NewVersion): Promise<Committed> {
  storageClassNumber(made.properties.storageClass)
  return commitDeciding(
    rooms,
    permit,
    made.verb,
    (current) => {
      const bucket = bucketOf(current)
      return after(readName(rooms, bucket, made.key), (state) => {
        checkWriteCondition(made.condition, state.live?.version, made.key)
        return after(made.keys.reference('version'), (reference) =>
          after(decided(rooms, current, state, made, reference), ({ decision, version }) =>
            withEvent(
              rooms,
              current,
              { name: eventOf(made), key: made.key, ...toldVersion(bucket, version) },
              decision,
            ),
          ),
        )
      })
    },
    () => dropBody(rooms, made.body),
  )
}

function decided(
  rooms: ObjectRooms,
  permit: Permit,
  state: NameState,
  made: NewVersion,
  reference: Fragment,
): Awaitable<{ readonly decision: Decision<Committed>; readonly version: ObjectVersion }> {
  const bucket = bucketOf(permit)
  const modifiedMs = rooms.now()
  const kept = { ...lockOfWrite(rooms, bucket, made.lock), ...listOfWrite(bucket, permit.caller, made.acl) }
  refuseSharedList(permit, made.keys.mode, kept.acl, bucket.account)
  const version = versionOf(made, nextPlace(rooms, bucket, state), modifiedMs, kept)
  const { place } = made.body
  const owner = place.kind === 'stream' ? [blobOwner(place.blob, made.sealId)] : []
  const fragment = joinFragments(
    placeVersion(rooms, bucket, made.key, state, version),
    { checks: [], writes: owner },
    reference,
  )
  const result = {
    etag: Buffer.from(made.body.etag).toString('hex'),
    encryption: made.keys.shown,
    checksums: checksumsAmong(made.body.sums),
    ...crc64Among(made.body.sums),
    size: made.body.size,
    lastModifiedMs: modifiedMs,
    ...shownVersionId(bucket, version),
  }
  return after(versionExpiry(rooms, bucket, made.key, version), (expiry) => ({
    decision: { fragment, result: { ...result, ...expiry } },
    version,
  }))
}

function eventOf({ verb }: NewVersion): 's3:ObjectCreated:Copy' | 's3:ObjectCreated:Post' | 's3:ObjectCreated:Put' {
  if (verb === 'copy-object') return 's3:ObjectCreated:Copy'
  return verb === 'post-object' ? 's3:ObjectCreated:Post' : 's3:ObjectCreated:Put'
}

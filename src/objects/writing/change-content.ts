import type { StoredEncryption, WriteKeys } from '../../encryption/index.ts'
import {
  refuse,
  type CustomerKey,
  type EncryptionRequest,
  type ObjectKey,
  type StoredObject,
} from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import type { Write } from '../../storage/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import type { Decision } from '../commit-deciding.ts'
import { toldVersion, withEvent } from '../deliveries/event-rows.ts'
import { garbageWrite } from '../rows/garbage-rows.ts'
import { refuseLocked } from '../locks/locked-versions.ts'
import { shownEtag, type ObjectVersion, type VersionHeader } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf, scopeOf } from '../permitted-bucket.ts'
import { requirePinned } from '../reading/pinned-version.ts'
import { counterWrites, rekeyed, revisionOf } from './place-version.ts'
import { piecesOf, splicePieces, type Splice } from './splice-extents.ts'
import { findObject, shownVersionId, type StoredVersion } from '../rows/version-rows.ts'

/** An object whose bytes are changed in place, as it was found. */
export type Changeable = StoredVersion<ObjectVersion>

/** Refused where versions are kept: what was a version stays as it is. */
export async function findChangeable(
  rooms: Pick<ObjectRooms, 'store' | 'records' | 'lockNow'>,
  permit: Permit,
  key: ObjectKey,
): Promise<Changeable> {
  const bucket = bucketOf(permit)
  if (bucket.versioning !== 'unversioned') {
    refuse({
      kind: 'invalid-bucket-state',
      detail: 'The bytes of versions are not changed: the bucket keeps versions.',
    })
  }
  const found = await findObject(rooms, bucket, key, undefined)
  requirePinned(permit, 'target', found.version)
  if (found.version.detail.symlink !== undefined) {
    refuse({ kind: 'invalid-request', detail: 'A link has no bytes of its own.' })
  }
  refuseLocked(rooms, bucket, found.version)
  return found
}

/** Of an object in streams: its own keys, opened as the caller. They are asked for also where a change seals nothing. */
export async function keysOfChange(
  rooms: Pick<ObjectRooms, 'encryption'>,
  permit: Permit,
  key: ObjectKey,
  { version }: Changeable,
  customer: CustomerKey | undefined,
): Promise<WriteKeys> {
  const scope = scopeOf(permit, bucketOf(permit), key, version.header.sealId)
  return rooms.encryption.resumeWrite(scope, version.detail.encryption, customer)
}

/** The wish that protects new bytes as the stored ones are. */
export function likeStored(stored: StoredEncryption, customer: CustomerKey | undefined): EncryptionRequest {
  const { cipher } = stored
  switch (stored.mode) {
    case 'none':
      return { kind: 'none' }
    case 'sse-s3':
      return { kind: 'sse-s3', cipher }
    case 'sse-kms':
    case 'dsse-kms': {
      const context = stored.clientContext === undefined ? {} : { context: stored.clientContext }
      const wish = { kind: stored.mode, key: stored.keyArn, cipher, ...context }
      return stored.mode === 'sse-kms' ? { ...wish, bucketKey: stored.bucketKeyId !== undefined } : wish
    }
    case 'sse-c':
      return customer === undefined ? refuse({ kind: 'internal' }) : { kind: 'sse-c', customer }
  }
}

/**
 * Finds the object anew for a decision; the lease keeps the rows that its record names. It has to be the one that the keys
 * are of still: another one may have the name by now.
 */
export async function decidingOn<Result>(
  rooms: Pick<ObjectRooms, 'store' | 'records' | 'lockNow' | 'leases'>,
  permit: Permit,
  key: ObjectKey,
  before: Changeable,
  decide: (found: Changeable) => Promise<Result> | Result,
): Promise<Result> {
  const lease = rooms.leases.begin()
  try {
    const found = await findChangeable(rooms, permit, key)
    if (Buffer.compare(found.version.header.sealId, before.version.header.sealId) !== 0) {
      refuse({ kind: 'contended', detail: 'the object was replaced meanwhile' })
    }
    return await decide(found)
  } finally {
    lease.end()
  }
}

export interface SplicedContent {
  readonly key: ObjectKey
  readonly keys: WriteKeys
  readonly splice: Splice
  /** Rows that come with a new stream. */
  readonly writes: readonly Write[]
}

/** One commit: the record with the table after the splice, counters, what nobody needs any more. */
export async function commitOfSplice(
  rooms: ObjectRooms,
  permit: Permit,
  found: Changeable,
  { key, keys, splice, writes }: SplicedContent,
): Promise<Decision<StoredObject>> {
  const bucket = bucketOf(permit)
  const { version } = found
  const { header, detail } = version
  const made = splicePieces(rooms.records, header.sealId, await piecesOf(rooms, version), splice)
  const { bytes: size } = made.table
  const changed: ObjectVersion = {
    kind: 'object',
    header: { ...withoutSums(header), size, modifiedMs: rooms.now() },
    etag: randomBytes(16),
    detail: { ...detail, checksums: [], manifest: made.table },
  }
  const fragment = {
    checks: [...(await keys.guards()), revisionOf(found)],
    writes: [
      ...made.writes,
      ...writes,
      rekeyed(rooms, changed, found.row.key),
      ...counterWrites(bucket, { bytes: size - header.size }),
      ...made.garbage.map((garbage) => garbageWrite(rooms, garbage)),
    ],
  }
  const told = { name: 's3:ObjectCreated:Put', key, ...toldVersion(bucket, changed) } as const
  return withEvent(rooms, permit, told, { fragment, result: resultOfChange(bucket, changed, keys) })
}

/** Of the whole object: no checksum and no count of parts is true any more. */
function withoutSums({ deleteMarker, isNull, mode, storageClass, type, ...more }: VersionHeader): VersionHeader {
  const { size, modifiedMs, order, random, sealId } = more
  return {
    ...{ deleteMarker, isNull, inline: false, mode, storageClass, parts: 0 },
    ...{ size, modifiedMs, order, random, sealId },
    ...(type === undefined ? {} : { type }),
  }
}

export function resultOfChange(
  bucket: BucketRecord,
  version: ObjectVersion,
  keys: Pick<WriteKeys, 'shown'>,
): StoredObject {
  const { header, etag } = version
  return {
    etag: shownEtag(etag, header.parts),
    encryption: keys.shown,
    checksums: [],
    size: header.size,
    ...shownVersionId(bucket, version),
  }
}

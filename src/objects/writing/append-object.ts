import type { WriteKeys } from '../../encryption/index.ts'
import {
  MAX_EXTENTS,
  refuse,
  type AppendObject,
  type BodySum,
  type ObjectBody,
  type Results,
  type StoredObject,
} from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { joinFragments, type Fragment } from '../../storage/index.ts'
import { listOfWrite } from '../buckets/access-lists.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { crc64Among, crc64Bytes } from '../bodies/body-sums.ts'
import { MAX_OBJECT_BYTES } from '../uploads/check-parts.ts'
import { commitDeciding, type Decision } from '../commit-deciding.ts'
import { combineCrcs } from '../bodies/crc-combine.ts'
import { toldVersion, withEvent } from '../deliveries/event-rows.ts'
import { extentCount, NO_EXTENTS, withExtent, type ExtentTable } from '../rows/extents.ts'
import { lockOfWrite } from '../locks/lock-of-write.ts'
import { refuseLocked } from '../locks/locked-versions.ts'
import { blobOwner } from './new-version.ts'
import { storageClassNumber, type ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf, scopeOf } from '../permitted-bucket.ts'
import {
  counterWrites,
  nextPlace,
  placeVersion,
  readName,
  rekeyed,
  revisionOf,
  type NameState,
} from './place-version.ts'
import { dropBody, storeBody, type StoredBody } from '../bodies/store-body.ts'
import { readLive, shownVersionId, type StoredVersion } from '../rows/version-rows.ts'

/** An appendable object as it was found. */
interface Grown {
  readonly stored: StoredVersion<ObjectVersion>
  readonly table: ExtentTable
}

/**
 * Adds a body to the end of an appendable object, or begins one: at most one new stream and one commit, however large
 * the object is. The position is a check of the commit: of two appends at one position one is refused.
 */
export async function appendObject(
  rooms: ObjectRooms,
  permit: Permit,
  operation: AppendObject,
  body: ObjectBody,
): Promise<Results['append-object']> {
  const bucket = bucketOf(permit)
  storageClassNumber(operation.properties.storageClass)
  const grown = grownOf(rooms, bucket, await readLive(rooms, bucket, operation.key), operation)
  const sealId = grown?.stored.version.header.sealId ?? randomBytes(16)
  const part = (grown?.table.parts ?? 0) + 1
  const keys = await keysOf(rooms, permit, operation, sealId, grown)
  try {
    const stored = await storeBody(rooms, {
      keys,
      body,
      expect: { ...operation.expect, crc64: true },
      partNumber: part,
      mayInline: false,
      signal: permit.signal,
      verb: 'append-object',
    })
    // What adds nothing leaves no stream.
    if (stored.size === 0) await dropBody(rooms, stored)
    return await commitDeciding(
      rooms,
      permit,
      'append-object',
      (current) => decide(rooms, current, operation, { keys, sealId, part, began: grown === undefined, stored }),
      () => dropBody(rooms, stored),
    )
  } finally {
    keys.dispose()
  }
}

/** What is there, if it may be appended to at this position; undefined: an object is begun. */
function grownOf(
  rooms: Pick<ObjectRooms, 'lockNow'>,
  bucket: BucketRecord,
  live: StoredVersion<ObjectVersion> | undefined,
  { key, position, unversionedOnly }: AppendObject,
): Grown | undefined {
  if (unversionedOnly === true && bucket.versioning !== 'unversioned') refuse({ kind: 'not-appendable', key })
  if (live === undefined) {
    if (position !== 0) refuse({ kind: 'position-mismatch', key, size: 0 })
    return undefined
  }
  const { header, detail } = live.version
  if (header.type !== 'appendable' || detail.manifest.kind !== 'extents') return refuse({ kind: 'not-appendable', key })
  if (position !== header.size) refuse({ kind: 'position-mismatch', key, size: header.size })
  if (extentCount(detail.manifest) >= MAX_EXTENTS) refuse({ kind: 'not-appendable', key })
  refuseLocked(rooms, bucket, live.version)
  return { stored: live, table: detail.manifest }
}

/** The object's own keys, whatever the request says of encryption; of a new one what was asked for decides. */
async function keysOf(
  rooms: ObjectRooms,
  permit: Permit,
  { key, encryption }: AppendObject,
  sealId: Uint8Array,
  grown: Grown | undefined,
): Promise<WriteKeys> {
  const scope = scopeOf(permit, bucketOf(permit), key, sealId)
  if (grown === undefined) return rooms.encryption.beginWrite(scope, encryption)
  const stored = grown.stored.version.detail.encryption
  const customer = stored.mode === 'sse-c' && encryption.kind === 'sse-c' ? encryption.customer : undefined
  return rooms.encryption.resumeWrite(scope, stored, customer)
}

interface Addition {
  readonly keys: WriteKeys
  readonly sealId: Uint8Array
  /** The number that the stream was sealed under. */
  readonly part: number
  /** The seal id is new: there was no object. */
  readonly began: boolean
  readonly stored: StoredBody
}

async function decide(
  rooms: ObjectRooms,
  permit: Permit,
  operation: AppendObject,
  addition: Addition,
): Promise<Decision<StoredObject>> {
  const bucket = bucketOf(permit)
  const state = await readName(rooms, bucket, operation.key)
  const grown = grownOf(rooms, bucket, state.live, operation)
  const { stored } = addition
  if (!isSame(grown, addition))
    return refuse({ kind: 'contended', detail: 'the object was replaced or changed meanwhile' })
  if (operation.position + stored.size > MAX_OBJECT_BYTES) {
    return refuse({ kind: 'entity-too-large', limitBytes: MAX_OBJECT_BYTES })
  }
  const { version, ...decision } =
    grown === undefined
      ? await begun(rooms, permit, operation, addition, state)
      : await continued(rooms, bucket, grown, addition)
  const told = { name: 's3:ObjectCreated:Put', key: operation.key, ...toldVersion(bucket, version) } as const
  return withEvent(rooms, permit, told, decision)
}

/** What an addition comes to, and the version as it is then. */
type Placed = Decision<StoredObject> & { readonly version: ObjectVersion }

/** Whether it is still the object that these bytes were sealed for: one of the same name and length may be another. */
function isSame(grown: Grown | undefined, { began, sealId, part }: Addition): boolean {
  if (grown === undefined || began) return grown === undefined && began
  return Buffer.compare(grown.stored.version.header.sealId, sealId) === 0 && grown.table.parts + 1 === part
}

/** The streams of an addition in the table, with the page and the blob row that this needs. */
function extended(
  rooms: Pick<ObjectRooms, 'records'>,
  table: ExtentTable,
  { sealId, part, stored }: Addition,
): { readonly table: ExtentTable; readonly writes: Fragment['writes'] } {
  const { place, size } = stored
  if (size === 0) return { table, writes: [] }
  if (place.kind !== 'stream') return refuse({ kind: 'internal' })
  const { blob, stream } = place
  const made = withExtent(rooms.records, sealId, table, { part, blob, stream, from: 0, bytes: size })
  return { table: made.table, writes: [...made.writes, blobOwner(blob, sealId)] }
}

async function begun(
  rooms: ObjectRooms,
  permit: Permit,
  { key, properties, acl }: AppendObject,
  addition: Addition,
  state: NameState,
): Promise<Placed> {
  const bucket = bucketOf(permit)
  const { keys, sealId, stored } = addition
  const { system, metadata, tags, storageClass } = properties
  const { table, writes } = extended(rooms, NO_EXTENTS, addition)
  const sums = crc64Only(stored.sums)
  const version: ObjectVersion = {
    kind: 'object',
    header: {
      ...{ deleteMarker: false, inline: false, mode: keys.mode, storageClass, type: 'appendable', parts: 0 },
      ...{ size: stored.size, modifiedMs: rooms.now(), sealId },
      ...nextPlace(rooms, bucket, state),
    },
    etag: randomBytes(16),
    detail: {
      ...{ v: 1, system, metadata, tags, encryption: keys.stored('streams') },
      ...{ checksums: keys.maskChecksums('streams', 0, sums), manifest: table },
      ...lockOfWrite(rooms, bucket, undefined),
      ...listOfWrite(bucket, permit.caller, acl),
    },
  }
  const own = { checks: [], writes }
  const placed = placeVersion(rooms, bucket, key, state, version)
  return {
    version,
    fragment: joinFragments(placed, own, await keys.reference('version')),
    result: resultOf(bucket, version, keys, sums),
  }
}

async function continued(
  rooms: ObjectRooms,
  bucket: BucketRecord,
  { stored: before, table: tableBefore }: Grown,
  addition: Addition,
): Promise<Placed> {
  const { keys, stored } = addition
  const { version } = before
  const kept = keys.unmaskChecksums('streams', 0, version.detail.checksums)
  const sums = await grownSums(kept, version.header.size, stored)
  if (stored.size === 0) return { version, result: resultOf(bucket, version, keys, crc64Only(kept)) }
  const { table, writes } = extended(rooms, tableBefore, addition)
  const changed: ObjectVersion = {
    ...version,
    header: { ...version.header, size: version.header.size + stored.size, modifiedMs: rooms.now() },
    etag: randomBytes(16),
    detail: { ...version.detail, checksums: keys.maskChecksums('streams', 0, sums), manifest: table },
  }
  const fragment = {
    checks: [...(await keys.guards()), revisionOf(before)],
    writes: [...writes, rekeyed(rooms, changed, before.row.key), ...counterWrites(bucket, { bytes: stored.size })],
  }
  return { version: changed, fragment, result: resultOf(bucket, changed, keys, sums) }
}

/** The CRC-64 of both together, where what was there has one. */
async function grownSums(kept: readonly BodySum[], size: number, stored: StoredBody): Promise<readonly BodySum[]> {
  const [before, added] = [crc64Bytes(kept), crc64Bytes(stored.sums)]
  if (before === undefined || added === undefined) return []
  const pieces = [
    { value: before, length: size },
    { value: added, length: stored.size },
  ]
  return [{ algorithm: 'crc64ecma', type: 'full-object', value: await combineCrcs('crc64ecma', pieces) }]
}

function crc64Only(sums: readonly BodySum[]): readonly BodySum[] {
  return sums.filter(({ algorithm }) => algorithm === 'crc64ecma')
}

function resultOf(
  bucket: BucketRecord,
  version: ObjectVersion,
  keys: WriteKeys,
  sums: readonly BodySum[],
): StoredObject {
  return {
    etag: Buffer.from(version.etag).toString('hex'),
    encryption: keys.shown,
    checksums: [],
    ...crc64Among(sums),
    size: version.header.size,
    ...shownVersionId(bucket, version),
  }
}

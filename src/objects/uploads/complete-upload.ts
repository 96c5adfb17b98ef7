import { setImmediate as nextTurn } from 'node:timers/promises'
import type { WriteKeys } from '../../encryption/index.ts'
import {
  refuse,
  StoreFailure,
  type BodySum,
  type Checksum,
  type OperationOf,
  type Results,
  type ShownEncryption,
  type StoredObject,
} from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { faultPoint, joinFragments, type Write } from '../../storage/index.ts'
import { uploadRemoval } from './abort-upload.ts'
import { versionExpiry } from '../lifecycle/bucket-lifecycle.ts'
import {
  checkOrder,
  checkPartChecksums,
  checkWhole,
  multipartMd5,
  readListedParts,
  wholeChecksum,
  wholeCrc64,
  type ListedPartRecord,
  type PartSums,
} from './check-parts.ts'
import { crc64Among } from '../bodies/body-sums.ts'
import { commitDeciding, type Decision } from '../commit-deciding.ts'
import { checkWriteCondition } from '../reading/conditions.ts'
import { arePlain, plainChecksums } from '../reading/describe-object.ts'
import { etagIn } from '../buckets/directory-buckets.ts'
import { doneWrites, readDone } from './done-uploads.ts'
import { toldVersion, withEvent } from '../deliveries/event-rows.ts'
import { garbageWrite } from '../rows/garbage-rows.ts'
import { lockOfUpload, type lockOfWrite } from '../locks/lock-of-write.ts'
import { buildPages, type PageTable } from '../rows/manifest.ts'
import { shownEtag, type ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf, scopeOf } from '../permitted-bucket.ts'
import { nextPlace, placeVersion, readName } from '../writing/place-version.ts'
import { hasMd5Etag } from '../bodies/store-body.ts'
import { findUpload, sealUpload, uploadIdBytes, type StoredUploadRow } from '../rows/upload-record.ts'
import { readLive, shownVersionId } from '../rows/version-rows.ts'

type Complete = OperationOf<'complete-upload'>

/** Pages that fit into the last commit; where there are more, the first are written before it, this many at a time. */
const PAGES_PER_COMMIT = 4
/** How many parts' checksums are unmasked in one turn of the event loop: a few milliseconds. */
const PARTS_PER_TURN = 256

/**
 * Makes a version of an upload's parts. It takes the upload's token, writes pages, and commits the version with the
 * token checked: whoever takes the token later makes this one fail, so pages and record always belong together.
 */
export async function completeUpload(
  rooms: ObjectRooms,
  permit: Permit,
  operation: Complete,
): Promise<Results['complete-upload']> {
  checkOrder(operation.parts)
  const held = await takeToken(rooms, permit, operation)
  if (held.kind === 'done') return held.result
  try {
    return await completeHeld(rooms, permit, operation, held)
  } catch (error) {
    if (!(error instanceof StoreFailure) || error.failure.kind === 'unavailable') throw error
    await giveBack(rooms, held)
    // Another request may have finished the same list meanwhile: then this one's answer is the same.
    const done = error.failure.kind === 'contended' ? await readDone(rooms, bucketOf(permit), operation) : undefined
    if (done === undefined) throw error
    return done
  }
}

type Held = { readonly kind: 'held' } & StoredUploadRow

async function takeToken(
  rooms: ObjectRooms,
  permit: Permit,
  operation: Complete,
): Promise<Held | { readonly kind: 'done'; readonly result: StoredObject }> {
  return commitDeciding(
    rooms,
    permit,
    'complete-upload:token',
    async (current): Promise<Decision<Held | { readonly kind: 'done'; readonly result: StoredObject }>> => {
      const bucket = bucketOf(current)
      const found = await findUpload(rooms, bucket, operation)
      if (found === undefined) {
        const result = await readDone(rooms, bucket, operation)
        return { result: { kind: 'done', result: result ?? noSuchUpload(operation) } }
      }
      const { row } = found
      const token = randomBytes(16).toString('hex')
      const upload = { ...found.upload, state: { kind: 'completing', token, sinceMs: rooms.now() } as const }
      const value = sealUpload(rooms.records, row.key, upload)
      const fragment = {
        checks: [{ kind: 'revision', key: row.key, revision: row.revision } as const],
        writes: [{ kind: 'put', key: row.key, value } as const],
      }
      return { fragment, result: { kind: 'held', row: { ...row, value }, upload } }
    },
  )
}

function noSuchUpload(operation: Complete): never {
  return refuse({ kind: 'no-such-upload', uploadId: operation.uploadId })
}

/** The upload as it is now, if the token is still ours. */
async function stillHeld(rooms: ObjectRooms, held: Held): Promise<StoredUploadRow | undefined> {
  const [row] = await rooms.store.getMany([held.row.key])
  return row !== undefined && Buffer.compare(row.value, held.row.value) === 0 ? { ...held, row } : undefined
}

/** A refused completion leaves the upload open, unless somebody else took it meanwhile. */
async function giveBack(rooms: ObjectRooms, held: Held): Promise<void> {
  const ours = await stillHeld(rooms, held)
  if (ours === undefined) return
  const { key, revision } = ours.row
  const value = sealUpload(rooms.records, key, { ...ours.upload, state: { kind: 'open' } })
  faultPoint('complete-upload:give-back:before-metadata-commit')
  await rooms.store.commit({ checks: [{ kind: 'revision', key, revision }], writes: [{ kind: 'put', key, value }] })
  faultPoint('complete-upload:give-back:after-metadata-commit')
}

async function completeHeld(
  rooms: ObjectRooms,
  permit: Permit,
  operation: Complete,
  held: Held,
): Promise<StoredObject> {
  const { upload } = held
  const bucket = bucketOf(permit)
  checkWriteCondition(operation.condition, (await readLive(rooms, bucket, operation.key))?.version, operation.key)
  const parts = await readListedParts(rooms, uploadIdBytes(operation.uploadId), operation)
  const scope = scopeOf(permit, bucket, operation.key, upload.sealId)
  const keys = await keysToComplete(rooms, scope, operation, held)
  try {
    const partValues = await openPartChecksums(parts, keys)
    checkPartChecksums(operation, upload, partValues)
    const whole = await wholeChecksum(upload, partValues)
    const crc64 = await wholeCrc64(partValues)
    const entries = parts.map(({ part, blob, stream, checksums }) => ({ part, blob, stream, checksums }))
    const { writes, table } = await buildPages(rooms.records, upload.sealId, entries)
    checkWhole(operation, upload, table.bytes, whole)
    const ahead = writes.length > PAGES_PER_COMMIT ? writes : []
    await writePages(rooms, held, ahead)
    const facts: MadeVersion = {
      held,
      keys,
      table,
      pages: ahead.length > 0 ? [] : writes,
      etag: etagIn(bucketOf(permit), hasMd5Etag(upload.mode) ? multipartMd5(parts) : randomBytes(16)),
      whole,
      crc64,
      // Without keys: an SSE-C upload. What identifies its key is not shown by a completion anyway.
      shown: keys?.shown ?? { mode: upload.mode, cipher: upload.encryption.cipher },
    }
    return await commitVersion(rooms, permit, operation, facts)
  } finally {
    keys?.dispose()
  }
}

/** The upload's keys: their use is asked for again now. An SSE-C key may be left out where no checksum needs it. */
async function keysToComplete(
  rooms: ObjectRooms,
  scope: Parameters<ObjectRooms['encryption']['resumeWrite']>[0],
  operation: Complete,
  held: Held,
): Promise<WriteKeys | undefined> {
  const { upload } = held
  if (upload.mode === 'sse-c' && operation.customer === undefined) {
    const named = upload.checksum !== undefined || operation.checksum !== undefined
    if (!named) return undefined
    const detail = 'the upload was created with a checksum, so completing it needs the customer key'
    return refuse({ kind: 'customer-key-mismatch', detail })
  }
  return rooms.encryption.resumeWrite(scope, upload.encryption, operation.customer)
}

async function openPartChecksums(
  parts: readonly ListedPartRecord[],
  keys: WriteKeys | undefined,
): Promise<readonly PartSums[]> {
  const opened = async (open: (part: ListedPartRecord) => readonly BodySum[]): Promise<readonly PartSums[]> => {
    const values: PartSums[] = []
    for (const [index, part] of parts.entries()) {
      if (index > 0 && index % PARTS_PER_TURN === 0) await nextTurn()
      values.push({ part: part.part, size: part.size, sums: open(part) })
    }
    return values
  }
  if (parts.every((part) => arePlain(part.checksums))) return opened((part) => plainChecksums(part.checksums))
  if (keys === undefined) return opened(() => [])
  // The keys of the upload are open to write it: nobody needs the right to read for that.
  return opened((part) => keys.unmaskChecksums('streams', part.part, part.checksums))
}

/** Pages that do not fit into the last commit; each commit checks that the token is still ours. */
async function writePages(rooms: ObjectRooms, held: Held, pages: readonly Write[]): Promise<void> {
  for (let first = 0; first < pages.length; first += PAGES_PER_COMMIT) {
    const ours = (await stillHeld(rooms, held)) ?? tokenLost()
    faultPoint('complete-upload:before-pages-commit')
    const committed = await rooms.store.commit({
      checks: [{ kind: 'revision', key: ours.row.key, revision: ours.row.revision }],
      writes: pages.slice(first, first + PAGES_PER_COMMIT),
    })
    if (committed.kind === 'conflict') tokenLost()
    faultPoint('complete-upload:after-pages-commit')
  }
}

function tokenLost(): never {
  return refuse({ kind: 'contended', detail: 'the upload is being completed or ended by another request' })
}

interface MadeVersion {
  readonly held: Held
  readonly keys: WriteKeys | undefined
  readonly table: PageTable
  readonly pages: readonly Write[]
  readonly etag: Buffer
  readonly whole: Checksum | undefined
  readonly crc64: BodySum | undefined
  readonly shown: ShownEncryption
}

async function commitVersion(
  rooms: ObjectRooms,
  permit: Permit,
  operation: Complete,
  made: MadeVersion,
): Promise<StoredObject> {
  return commitDeciding(rooms, permit, 'complete-upload', async (current) => {
    const bucket = bucketOf(current)
    const ours = (await stillHeld(rooms, made.held)) ?? tokenLost()
    const state = await readName(rooms, bucket, operation.key)
    checkWriteCondition(operation.condition, state.live?.version, operation.key)
    const version = versionOf(
      made,
      nextPlace(rooms, bucket, state),
      rooms.now(),
      lockOfUpload(rooms, bucket, ours.upload),
    )
    const result: StoredObject = {
      ...(await versionExpiry(rooms, bucket, operation.key, version)),
      etag: shownEtag(made.etag, made.table.parts),
      encryption: made.shown,
      checksums: made.whole === undefined ? [] : [made.whole],
      ...crc64Among(sumsOf(made)),
      size: made.table.bytes,
      ...shownVersionId(bucket, version),
    }
    const garbage = {
      kind: 'completed-upload',
      uploadId: operation.uploadId,
      sealId: Buffer.from(ours.upload.sealId).toString('hex'),
      pages: made.table.pages.length,
    } as const
    const own = {
      checks: [],
      writes: [
        ...made.pages,
        garbageWrite(rooms, garbage),
        ...doneWrites(rooms, bucket, operation, result, hasMd5Etag(ours.upload.mode)),
      ],
    }
    const fragment = joinFragments(
      placeVersion(rooms, bucket, operation.key, state, version),
      uploadRemoval(rooms, bucket, ours),
      own,
      made.keys === undefined ? { checks: [], writes: [] } : await made.keys.reference('version'),
    )
    const told = { name: 's3:ObjectCreated:CompleteMultipartUpload', key: operation.key } as const
    return withEvent(rooms, current, { ...told, ...toldVersion(bucket, version) }, { fragment, result })
  })
}

function sumsOf({ whole, crc64 }: Pick<MadeVersion, 'whole' | 'crc64'>): readonly BodySum[] {
  return [whole, crc64].filter((one) => one !== undefined)
}

function versionOf(
  made: MadeVersion,
  place: ReturnType<typeof nextPlace>,
  modifiedMs: number,
  lock: ReturnType<typeof lockOfWrite>,
): ObjectVersion {
  const { upload } = made.held
  const { whole, table } = made
  return {
    kind: 'object',
    header: {
      deleteMarker: false,
      inline: false,
      mode: upload.mode,
      storageClass: upload.storageClass,
      parts: table.parts,
      size: table.bytes,
      modifiedMs,
      sealId: upload.sealId,
      ...place,
      ...(whole === undefined ? {} : { checksumAlgorithm: whole.algorithm }),
    },
    etag: made.etag,
    detail: {
      v: 1,
      system: upload.properties.system,
      metadata: upload.properties.metadata,
      tags: upload.properties.tags,
      encryption: upload.encryption,
      checksums: made.keys?.maskChecksums('streams', 0, sumsOf(made)) ?? [],
      manifest: { kind: 'pages', table },
      ...lock,
      ...upload.owned,
    },
  }
}
